"""Contacts as columns: the same whether a few are read or many."""

from __future__ import annotations

import pytest

from tests.contacts.register import firm, person
from tuttava.contacts.models import ContactEmail
from tuttava.duplicates.smart import columns
from tuttava.duplicates.smart.many import Ids, as_bytes, as_uuids
from tuttava.matching.records import Records

pytestmark = pytest.mark.usefixtures("company")

ODD = (
    'A "quoted", name',
    "back\\slash \\\\ and \\n",
    "(brackets)",
    "👩 Ωμέγα שלום",
    "'; -- ",
    '"',
    "\\",
)


def values_of(ids: Ids, records: Records) -> dict[object, list[str]]:
    return {pk: [records.value(row, role) for role in columns.ROLES] for row, pk in enumerate(as_uuids(ids))}


def test_many_contacts_are_read_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:  # D-26
    companies = [firm(name=f"{odd}x", address=odd, city=odd[:20], email="") for odd in ODD]
    people = [person(companies[0], name=f"Åse {odd}") for odd in ODD]
    ContactEmail.objects.create(contact=people[1], email="a,b\\c@x.example", line_no=1)
    ids = as_bytes(contact.pk for contact in (*companies, *people))
    few = values_of(*columns.stored(ids))
    monkeypatch.setattr(columns, "FEW", 0)
    assert values_of(*columns.stored(ids)) == few and len(few) == 2 * len(ODD)
    assert any("back\\slash \\\\ and \\n" in values for values in few.values())
    assert (
        values_of(*columns.stored(as_bytes([contact.company_id for contact in people if not contact.company_id]))) == {}
    )
