"""No loops: whatever is edited on whichever side, every linked side agrees when the transaction ends (B-55 to B-65)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.contacts.register import setup
from tests.relations.parties import (
    again,
    bank_of,
    change,
    customer_of,
    employee_of,
    firm,
    fresh,
    person,
    vendor_of,
)
from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.foundation.models import JournalChange
from tuttava.foundation.records import Record
from tuttava.partners.models import Employee, RegisterEntry
from tuttava.relations.fields import shared_with
from tuttava.relations.queries import records_of

pytestmark = pytest.mark.usefixtures("company")

TEXT = st.text(alphabet="abcÆøß ,.-éЖ漢😀", max_size=20).map(str.strip)
NAMES = st.one_of(TEXT.filter(bool), st.sampled_from(["Berg, Anna", "Anna Maria von Berg", "ß AS", "ÅSE", "x" * 100]))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": NAMES,
    "search_name": TEXT,
    "name_2": TEXT,
    "address": TEXT,
    "address_2": TEXT,
    "phone_no": st.sampled_from(["", "11 22 33 44", "+47 99 88 77 66", "040 123 456"]),
    "fax_no": st.sampled_from(["", "1", "2"]),
    "email": st.sampled_from(["", "a@b.example", "A@B.example; c@d.example"]),
    "home_page": TEXT,
    "country_code": st.sampled_from([None, "NO", "NL", "FI"]),
    "post_code": st.sampled_from(["", "0150", "5003", "1012 AB"]),
    "city": st.sampled_from(["", "Oslo", "BERGEN", "Nowhere"]),
    "language_code": st.sampled_from([None, "NB", "NL"]),
    "privacy_blocked": st.booleans(),
    "first_name": TEXT,
    "last_name": TEXT,
    "surname": TEXT,
    "job_title": TEXT,
    "contact": TEXT,
}
EDITS = st.lists(
    st.tuples(
        st.integers(0, 9), st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=4, unique=True), st.data()
    ),
    min_size=1,
    max_size=6,
)


def _world() -> list[Record]:
    """A company with two people, linked to a record of every register; a person who is customer and employee."""
    company, single = firm(), person()
    first, second = person(company), person(company, phone_no="999")
    return [
        *(company, first, second, single),
        *(customer_of(company), vendor_of(company), bank_of(company)),
        *(employee_of(first), customer_of(single), employee_of(single)),
    ]


def _edit(record: Record, names: list[str], data: st.DataObject) -> None:
    known = {field.attname for field in record._meta.concrete_fields}
    values = {name: data.draw(VALUES[name], label=name) for name in names if name in known}
    if isinstance(record, Contact) and record.is_company:
        values = {name: value for name, value in values.items() if name not in ("first_name", "surname", "job_title")}
    if values:
        change(record, **values)


def _disagreements(two_way: bool) -> list[str]:
    """Every pair of linked sides that differs in a field which both share."""
    found = []
    relations = list(ContactBusinessRelation.objects.select_related("contact"))
    records = records_of(relations)
    for row in relations:
        record = records[row.pk]
        if isinstance(record, Employee) and not two_way:
            continue
        for shared in shared_with(record.table):
            ours, theirs = getattr(row.contact, shared.contact), getattr(record, shared.name_in(record.table))
            if shared.upward and not shared.latch and ours != theirs:
                found.append(f"{row.contact} {shared.contact}={ours!r}, {record} {theirs!r}")
    return found


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(edits=EDITS, two_way=st.booleans())
def test_random_edits_on_all_sides_end_in_agreement(edits: Any, two_way: bool) -> None:  # B-55 B-61 B-65
    from django.db import transaction

    with transaction.atomic():
        setup(two_way_employees=two_way)
        world = _world()
        for place, names, data in edits:
            _edit(again(world[place]), names, data)
            assert _disagreements(two_way) == []
        transaction.set_rollback(True)


def test_name_that_the_person_has_already_is_shown_as_the_person_has_it() -> None:  # B-61, B-63
    single = person(first_name="Anna", surname="Berg")
    customer = customer_of(single)
    changed = change(customer, name="Berg, Anna")
    assert (changed.name, again(customer).name, fresh(single).name) == ("Anna Berg",) * 3


def test_a_second_save_of_the_same_values_changes_nothing() -> None:  # B-56
    company = firm()
    records: list[RegisterEntry] = [customer_of(company), vendor_of(company), bank_of(company)]
    change(records[0], name="Ny AS", phone_no="11 22 33 44")
    versions = [again(record).version for record in records]
    journal = JournalChange.objects.count()
    change(records[0], name="Ny AS", phone_no="11 22 33 44")
    change(fresh(company), name="Ny AS", phone_no="11 22 33 44")
    assert [again(record).version for record in records] == versions
    assert JournalChange.objects.count() == journal


def test_each_side_is_written_once_for_one_edit() -> None:  # B-56
    company = firm()
    records: list[RegisterEntry] = [customer_of(company), vendor_of(company), bank_of(company)]
    before = [again(record).version for record in records]
    change(records[0], name="Ny AS")
    assert [again(record).version for record in records] == [number + 1 for number in before]
