"""Rows become contacts; companies that persons name come first, and what hangs on a contact comes with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tuttava.contacts.models import Contact
from tuttava.transfer import belongings
from tuttava.transfer.companies import attach
from tuttava.transfer.contact_matching import ContactMatching
from tuttava.transfer.options import Options
from tuttava.transfer.plans import Plan
from tuttava.transfer.writing import Pairs, RecordWriter

#: Fields of a contact, in the order in which they are entered.
CONTACT_FIELDS = [
    "no",
    "external_id",
    "type",
    "company_no",
    "company_name",
    "name",
    "name_2",
    "first_name",
    "middle_name",
    "surname",
    "initials",
    "job_title",
    "search_name",
    "salutation_code",
    "organizational_level_code",
    "country_code",
    "post_code",
    "city",
    "county",
    "address",
    "address_2",
    "phone_no",
    "mobile_phone_no",
    "fax_no",
    "extension_no",
    "pager",
    "telex_no",
    "telex_answer_back",
    "email",
    "email_2",
    "home_page",
    "language_code",
    "format_region",
    "currency_code",
    "territory_code",
    "salesperson_code",
    "correspondence_type",
    "registration_number",
    "vat_registration_no",
    "exclude_from_segment",
    "minor",
    "parental_consent_received",
    "privacy_blocked",
]


class ContactWriter(RecordWriter[Contact]):
    """``companies_created`` counts the companies of company columns."""

    required = "contact.required"

    def __init__(self, options: Options, *, dry: bool) -> None:
        super().__init__(options, dry=dry, model=Contact, matching=ContactMatching(), order=CONTACT_FIELDS)
        self._new_companies: set[int] = set()

    def look_up(self, plans: Sequence[Plan]) -> None:
        names = attach(plans, dry=self.dry)
        if self.dry:
            names = {name for name in names if hash(name) not in self._new_companies}
            self._new_companies.update(hash(name) for name in names)
        self.companies_created += len(names)

    def parts(self, wave: Sequence[Plan]) -> Sequence[Sequence[Plan]]:
        return [[plan for plan in wave if plan.is_person is people] for people in (False, True)]

    def initial(self, plan: Plan) -> dict[str, Any]:
        return {"type": "person" if plan.is_person else "company"}

    def save_more(self, pairs: Pairs[Contact]) -> set[int]:
        return belongings.save(pairs)
