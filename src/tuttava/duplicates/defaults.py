"""What a company starts with: both ends of eight fields (D-5, D.6)."""

from __future__ import annotations

from typing import Any

from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.setup import marketing_setup
from tuttava.duplicates.classic.index import build_index
from tuttava.duplicates.classic.setup import forget_search_rows
from tuttava.duplicates.models import DuplicateSearchStringSetup, PartOfField
from tuttava.foundation.directory.actions import company_created
from tuttava.foundation.journal import unit_of_work

FIELDS = (*("name", "address", "city", "phone_no", "vat_registration_no", "post_code", "email", "mobile_phone_no"),)
LENGTH = 5


def connect() -> None:
    """Listen to new companies."""
    company_created.connect(fill_new_company, dispatch_uid="duplicates.defaults")


def default_rows() -> list[DuplicateSearchStringSetup]:
    """The sixteen rows, not stored."""
    return [
        DuplicateSearchStringSetup(field_name=name, part_of_field=part, length=LENGTH)
        for name in FIELDS
        for part in PartOfField.values
    ]


def fill_new_company(*, setup_data: str, **_signal: Any) -> None:
    """The default setup; contacts that the rooms below brought along are indexed by it."""
    if setup_data == "empty":
        return
    with unit_of_work("set up company"):
        DuplicateSearchStringSetup.objects.bulk_create(default_rows(), ignore_conflicts=True)
        forget_search_rows()
        if setup_data == "demo" and marketing_setup().maintain_dupl_search_strings:
            build_index(list(Contact.objects.filter(type=ContactType.COMPANY).order_by("no")))
