"""Companies that share search strings, and what the classic search makes of them."""

from __future__ import annotations

from typing import Any

from tests.contacts.register import setup
from tuttava.contacts.models import Contact
from tuttava.duplicates.classic.setup import forget_search_rows
from tuttava.duplicates.models import ContactDuplicate, ContactSearchString, DuplicateSearchStringSetup
from tuttava.foundation import records

#: The companies of the worked example (D.7).
A = {
    "name": "Litware, Inc.",
    "country_code": "GB",
    "address": "20 Church Road",
    "city": "London",
    "phone_no": "+44 (0)20 7946 0018",
    "vat_registration_no": "GB123456789",
    "post_code": "GB-N12 5XY",
    "email": "info@litware.com",
}
B = {
    "name": "LITWARE Incorporated",
    "country_code": "GB",
    "address": "20, Church Rd.",
    "city": "London",
    "phone_no": "020 7946 0018",
    "vat_registration_no": "GB123456789",
    "post_code": "N12 5XY",
    "email": "info@litware.com",
    "mobile_phone_no": "+44 7700 900123",
}
C = {
    "name": "Litware Inc",
    "country_code": "GB",
    "address": "20 Church Road",
    "city": "London",
    "phone_no": "+44 20 7946 0018",
    "post_code": "GB-N12 5XY",
    "email": "sales@litware.com",
}


def company(values: dict[str, Any] | None = None, **more: Any) -> Contact:
    """A company through the rules."""
    return records.create(Contact, {"type": "company", **(values or {}), **more})


def compare(*rows: tuple[str, str, int], hit_pct: int = 60, **values: Any) -> None:
    """Make ``rows`` the setup, without its rules."""
    DuplicateSearchStringSetup.objects.all().delete()
    DuplicateSearchStringSetup.objects.bulk_create(
        [DuplicateSearchStringSetup(field_name=name, part_of_field=part, length=length) for name, part, length in rows]
    )
    forget_search_rows()
    setup(search_hit_pct=hit_pct, **values)


def pairs() -> set[tuple[str, str, int]]:
    """All classic pairs: numbers and count."""
    rows = ContactDuplicate.objects.filter(classic=True)
    return set(rows.values_list("contact__no", "duplicate__no", "no_of_matching_strings"))


def unordered() -> set[frozenset[str]]:
    return {frozenset(pair[:2]) for pair in pairs()}


def strings(contact: Contact) -> dict[tuple[str, str], str]:
    rows = ContactSearchString.objects.filter(contact=contact)
    return {(row.field_name, row.part_of_field): row.search_string for row in rows}
