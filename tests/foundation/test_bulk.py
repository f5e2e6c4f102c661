"""Batches are written in one statement and are in the journal like single rows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tuttava.contacts.models import Contact, TaxNumberCheck
from tuttava.foundation.bulk import insert_many, update_many
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import JournalChange, Picture, Territory
from tuttava.foundation.records import Edit, blank, rules_of, save_many, snapshot
from tuttava.partners.models import Salesperson

pytestmark = pytest.mark.usefixtures("company")

AWKWARD = "tab\tline\nback\\slash \\N 'quote' \"double\" æøå 中 \\."


def test_every_kind_of_value_arrives_as_it_was() -> None:
    contact = Contact(no="a\\n", name=AWKWARD, search_tokens=["^it's", "\\n", "æ"], pinned_fields=["a,b", "{}", '"'])
    contact.last_modified_at = dt.datetime(2026, 1, 2, 3, 4, 5, 678901, dt.UTC)
    insert_many([contact, Contact(no="B", salesperson_code=None)])
    stored = Contact.objects.get(pk=contact.pk)
    assert (stored.name, stored.no, stored.pinned_fields) == (AWKWARD, "A\\N", ["a,b", "{}", '"'])
    assert (stored.last_modified_at, stored.salesperson_code) == (contact.last_modified_at, None)
    person = Salesperson(code="jo", commission_pct=Decimal("12.50"))
    insert_many([person])
    assert Salesperson.objects.get(code="JO").commission_pct == Decimal("12.50")
    picture = Picture(
        parent_kind="contact",
        parent_id=contact.pk,
        content_type="x",
        width=1,
        height=2,
        content=b"\x00\\\n\xff",
        thumbnail=b"",
    )
    insert_many([picture])
    assert bytes(Picture.objects.get(pk=picture.pk).content) == b"\x00\\\n\xff"


def test_automatic_times_are_set() -> None:
    contact = Contact(no="A")
    check = TaxNumberCheck(contact=contact, vat_registration_no="X", outcome="ok")
    insert_many([contact])
    insert_many([check])
    assert TaxNumberCheck.objects.get(pk=check.pk).at is not None


def test_update_changes_the_named_fields_only(django_assert_num_queries: Any) -> None:
    contacts = [Contact(no=f"N{n}", name=f"Name {n}", city="Bø") for n in range(5)]
    insert_many(contacts)
    for contact in contacts:
        contact.name, contact.city, contact.privacy_blocked = AWKWARD, "Ås", True
    with django_assert_num_queries(1):
        update_many(contacts, ["name", "privacy_blocked"])
    assert set(Contact.objects.values_list("name", "city", "privacy_blocked", "version")) == {(AWKWARD, "Bø", True, 2)}
    contacts[0].pinned_fields = ["city"]
    update_many(contacts[:1], ["pinned_fields"])
    assert Contact.objects.get(no="N0").pinned_fields == ["city"]


def test_nothing_to_write_is_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        insert_many([])
        update_many([], ["name"])
        update_many([Contact()], [])


def test_batch_is_in_the_journal_without_blank_columns() -> None:
    contact = Contact(no="A", name="Fjord AS", minor=True)
    insert_many([contact])
    entry = JournalChange.objects.get(record_id=contact.pk)
    assert (entry.operation, entry.owner_id) == ("I", contact.pk)
    assert entry.new == {
        **{"id": str(contact.pk), "no": "A", "name": "Fjord AS", "type": "company", "minor": True},
        **{"correspondence_type": "none", "contact_business_relation": "blank", "pinned_fields": []},
    }


def test_taken_key_in_a_batch_is_a_domain_error_and_leaves_nothing() -> None:
    Territory.objects.create(code="DUP")
    edits = [Edit(Territory(code=code), rules_of(Territory)) for code in ("NEW", "DUP")]
    with pytest.raises(DomainError) as refused:
        save_many(edits)
    assert refused.value.code == "already_exists"
    assert not Territory.objects.filter(code="NEW").exists()


def test_blank_record_is_what_the_model_makes() -> None:
    first, second, usual = blank(Contact), blank(Contact), Contact()
    own = {"id": None, "last_modified_at": None}
    assert snapshot(first) | own == snapshot(usual) | own
    assert first.pk != second.pk and first._state is not second._state
    first.pinned_fields.append("city")
    assert second.pinned_fields == [] and first._state.adding
