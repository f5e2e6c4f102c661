"""Numbers of contacts (C-1 to C-4, C-7)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import series
from tuttava.foundation.models import NumberSeries
from tuttava.foundation.numbered import Numbered
from tuttava.foundation.records import Edit, rules_of


class NumberRules(Numbered[Contact]):
    """The number and the series it came from."""

    series_field = "contact_nos"
    number_rule = "C-1"

    def series_code(self) -> str:
        return marketing_setup().contact_nos_code or ""

    def series_hint(self) -> str:
        return _("Fill in “contact numbers” in the marketing setup, or give the new contact a number by hand.")


def contact_series() -> str:
    """The series set up for contacts; raises ``setup.contact_nos.missing``."""
    rules = rules_of(Contact)
    assert isinstance(rules, NumberRules)
    return rules.series()


def rename_in_people(edits: Sequence[Edit[Contact]]) -> None:
    """A company's new number reaches the copies its people hold; all links are by id (C-7)."""
    for edit in edits:
        if not edit.is_new and edit.record.is_company and edit.changed("no"):
            people = Contact.objects.filter(company_id=edit.record.pk, type=ContactType.PERSON)
            people.update(company_no=edit.get("no"))


def number_choices() -> list[NumberSeries]:
    """The series a new contact's number may come from, the usual one first (C-110)."""
    return series.choices(contact_series())


def shows_number_field() -> bool:
    """Whether the card shows the number: not when a number is sure to be drawn and cannot be chosen (C-4)."""
    code = marketing_setup().contact_nos_code
    found = NumberSeries.objects.filter(code=code).first() if code else None
    if found is None or not found.default_nos or found.manual_nos:
        return True
    return len(series.choices(found.code)) > 1 or not series.peek(found.code, quiet=True)
