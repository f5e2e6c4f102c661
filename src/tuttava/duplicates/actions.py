"""What users and programs do with duplicates: verdicts, details, the setup (D.4)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import masked
from tuttava.duplicates.classic.outdated import mark_outdated
from tuttava.duplicates.classic.setup import forget_search_rows, search_rows
from tuttava.duplicates.defaults import default_rows
from tuttava.duplicates.models import ContactDuplicate, ContactSearchString, DuplicateSearchStringSetup
from tuttava.duplicates.models.comparable import choosable_fields
from tuttava.foundation import records
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError, Text
from tuttava.foundation.journal import unit_of_work


@dataclass(frozen=True)
class DetailLine:
    """One compared field of a pair, with the values of both contacts in full (D-23)."""

    field: str
    label: Text
    value: str
    duplicate_value: str


def set_separate(pair: ContactDuplicate, value: bool, *, version: int | None = None) -> ContactDuplicate:
    """Say that two contacts are not the same, or take it back (D-22)."""
    return records.change(pair, {"separate_contacts": value}, version=version)


def pair_details(pair: ContactDuplicate) -> list[DetailLine]:
    """The compared fields of both contacts, each field once (D-23). Raises ``duplicates.setup_empty``."""
    names = list(dict.fromkeys(row.field for row in search_rows()))
    if not names:
        raise DomainError(
            "duplicates.setup_empty",
            _("No search strings are set up. Choose fields in the setup of duplicate search strings first."),
            rule="D-23",
        )
    both = Contact.objects.in_bulk([pair.contact_id, pair.duplicate_id])
    if len(both) < 2:
        return []
    contact, duplicate = masked(both[pair.contact_id]), masked(both[pair.duplicate_id])
    fields = choosable_fields()
    return [
        DetailLine(name, fields[name].verbose_name, getattr(contact, name) or "", getattr(duplicate, name) or "")
        for name in sorted(names, key=list(fields).index)
    ]


def create_default_setup() -> list[DuplicateSearchStringSetup]:
    """Replace the setup by its sixteen default rows (D-5)."""
    require("api.write", "duplicateSearchStringSetup")
    with unit_of_work("create default setup"):
        before = set(DuplicateSearchStringSetup.objects.values_list("field_name", "part_of_field", "length"))
        DuplicateSearchStringSetup.objects.all().delete()
        rows = default_rows()
        DuplicateSearchStringSetup.objects.bulk_create(rows)
        forget_search_rows()
        kept = {(row.field_name, row.part_of_field) for row in rows}
        for field_name, part, _length in before:
            if (field_name, part) not in kept:
                ContactSearchString.objects.filter(field_name=field_name, part_of_field=part).delete()
        if not {(row.field_name, row.part_of_field, row.length) for row in rows} <= before:
            mark_outdated()
    return rows
