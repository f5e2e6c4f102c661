"""What a column can be imported into: the fields of a kind of import, with labels and conversions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import Contact, ContactAltAddress
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.errors import Text

CONTACTS = "contacts"
ALT_ADDRESSES = "alt_addresses"


@dataclass(frozen=True)
class Target:
    """A field a column can fill. ``link``: several codes on the contact; ``key``: finds the record, is not stored."""

    name: str
    label: Text
    link: bool = False
    key: bool = False


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
ADDRESS_FIELDS = [
    "code",
    "company_name_2",
    "country_code",
    "post_code",
    "city",
    "county",
    "address",
    "address_2",
    "phone_no",
    "mobile_phone_no",
    "extension_no",
    "pager",
    "fax_no",
    "telex_no",
    "telex_answer_back",
    "email",
    "home_page",
]
LINKS = ("mailing_groups", "industry_groups", "job_responsibilities")


def _labels(model: type[Contact] | type[ContactAltAddress], names: Iterable[str]) -> list[Target]:
    return [Target(name, attribute(model, name).verbose_name) for name in names]


@cache
def targets(kind: str) -> dict[str, Target]:
    """Every target of a kind of import by name, in the order in which they are offered."""
    if kind == ALT_ADDRESSES:
        found = [
            Target("no", _("Contact number"), key=True),
            Target("external_id", _("External ID of contact"), key=True),
            Target("name", _("Name of contact"), key=True),
            Target("address_company_name", attribute(ContactAltAddress, "company_name").verbose_name),
            *_labels(ContactAltAddress, ADDRESS_FIELDS),
            Target("starting_date", _("starting date")),
            Target("ending_date", _("ending date")),
        ]
    else:
        found = [
            *_labels(Contact, CONTACT_FIELDS),
            Target("mailing_groups", _("mailing groups"), link=True),
            Target("industry_groups", _("industry groups"), link=True),
            Target("job_responsibilities", _("job responsibilities"), link=True),
            Target("comment", _("comment")),
        ]
    return {target.name: target for target in found}
