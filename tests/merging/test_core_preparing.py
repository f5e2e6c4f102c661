"""Starting a merge, its fields and its tables."""

from __future__ import annotations

from typing import Any

import pytest

from tests.merging.parties import change, company, contact, customer_of, mailing, person, place, vendor_of
from tuttava.contacts.models import Contact, PersonalDataAccess
from tuttava.duplicates.models import ContactDuplicate
from tuttava.foundation.comments import add_comment
from tuttava.foundation.context import Context, acting
from tuttava.foundation.errors import DomainError
from tuttava.merging.actions import (
    FieldLine,
    choose_duplicate,
    discard,
    field_lines,
    moving_rows,
    propose,
    set_override,
    start_from_pair,
    start_merge,
    table_lines,
)
from tuttava.merging.models import Merge

pytestmark = pytest.mark.usefixtures("company")


def refused(act: Any) -> str:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value.code


def line(merge: Merge, name: str) -> FieldLine:
    return next(each for each in field_lines(merge) if each.field == name)


def test_only_with_the_right() -> None:  # M-1
    one = company()
    with acting(Context(rights=frozenset({"api.read", "api.write"}))):
        assert refused(lambda: start_merge("contact", one.no)) == "permission.denied"


def test_a_merge_starts_empty() -> None:  # M-2
    merge = start_merge("contact", company().no)
    assert (field_lines(merge), table_lines(merge), merge.duplicate_no) == ([], [], "")
    assert refused(lambda: start_merge("bank_account", "B1")) == "value_invalid"


def test_a_pair_names_both_unless_it_is_separate() -> None:  # M-3
    one, two = company(), company()
    pair = ContactDuplicate.objects.create(contact=one, duplicate=two)
    merge = start_from_pair(pair)
    assert (merge.current_no, merge.duplicate_no) == (one.no, two.no)
    pair.separate_contacts = True
    assert refused(lambda: start_from_pair(pair)) == "merge.pair_separate"


def test_what_cannot_be_the_duplicate() -> None:  # M-4, M-5, M-37
    one, human = company(), person()
    merge = start_merge("contact", one.no)
    assert refused(lambda: choose_duplicate(merge, " ")) == "merge.duplicate_required"
    assert refused(lambda: choose_duplicate(merge, one.no.lower())) == "merge.same_record"
    assert refused(lambda: choose_duplicate(merge, "NOBODY")) == "merge.not_found"
    assert refused(lambda: choose_duplicate(merge, human.no)) == "merge.type_mismatch"
    assert refused(lambda: start_merge("contact", "")) == "merge.no_current"
    assert refused(lambda: start_merge("contact", "NOBODY")) == "merge.not_found"


def test_a_current_record_that_is_gone_is_not_found() -> None:  # M-5
    one, two = company(), company()
    merge = start_merge("contact", one.no)
    Contact.objects.filter(pk=one.pk).delete()
    assert refused(lambda: choose_duplicate(merge, two.no)) == "merge.not_found"


def test_an_erased_contact_stays_by_itself() -> None:  # C-74
    one, two = company(), company()
    PersonalDataAccess.objects.create(contact_id=two.pk, contact_no=two.no, action="erase")
    assert refused(lambda: start_merge("contact", one.no, two.no)) == "contact.privacy_blocked"


def test_another_duplicate_forgets_what_was_chosen() -> None:  # M-6, M-15
    one, two, three = company(), company("Other"), company("Third")
    merge = start_merge("contact", one.no, two.no)
    set_override(merge, "name", True)
    choose_duplicate(merge, three.no)
    assert (merge.overrides, merge.duplicate_no, merge.conflicts) == ([], three.no, 0)


def test_fields_that_differ_are_listed_behind_the_key() -> None:  # M-7, M-8
    one = company("Fjord AS", home_page="a.no", phone_no="1234")
    two = company("Fjord AS", home_page="b.no", phone_no=" 1234 ")
    merge = start_merge("contact", one.no, two.no)
    lines = field_lines(merge)
    assert [each.field for each in lines if not each.locked] == ["no", "home_page"]
    assert (lines[0].in_primary_key, line(merge, "home_page").in_primary_key) == (True, False)
    assert (line(merge, "home_page").current_value, line(merge, "home_page").duplicate_value) == ("a.no", "b.no")
    assert not any(each.override for each in lines)
    assert refused(lambda: set_override(merge, "no", True)) == "merge.key_field"


def test_values_are_shown_in_words() -> None:  # M-7
    one = company(correspondence_type="email")
    two = company(correspondence_type="hard_copy", exclude_from_segment=True)
    merge = start_merge("contact", one.no, two.no)
    assert line(merge, "correspondence_type").duplicate_value == "Hard copy"
    assert line(merge, "exclude_from_segment").duplicate_value == "Yes"
    assert (line(merge, "exclude_from_segment").data_type, line(merge, "no").data_type) == ("Boolean", "Code")


def test_privacy_and_company_follow_from_both() -> None:  # M-43
    one, two = person(), person(name="Anna B. Berg", minor=True)
    merge = start_merge("contact", one.no, two.no)
    assert (line(merge, "privacy_blocked").locked, line(merge, "privacy_blocked").outcome) == (True, "Yes")
    assert line(merge, "minor").outcome == "Yes"
    assert refused(lambda: set_override(merge, "minor", True)) == "merge.field_locked"
    firms = start_merge("contact", company("A").no, company("B").no)
    assert line(firms, "company_name").locked
    assert refused(lambda: set_override(firms, "company_no", True)) == "merge.field_locked"
    set_override(firms, "name", True)
    assert line(firms, "company_name").outcome == "B"


def test_the_parts_of_a_name_go_together() -> None:  # M-24
    merge = start_merge("contact", person(name="Anna Berg").no, person(name="Anne Lie").no)
    set_override(merge, "surname", True)
    assert merge.overrides == ["first_name", "middle_name", "name", "surname"]
    set_override(merge, "name", False)
    assert merge.overrides == []


def test_masked_values_stay_masked() -> None:  # C-72
    one, two = company("Fjord AS"), company("Secret AS", privacy_blocked=True)
    merge = start_merge("contact", one.no, two.no)
    with acting(Context(rights=frozenset({"merge_duplicates", "api.write"}))):
        assert line(merge, "name").duplicate_value == "•••"


def test_filled_then_verified_then_newer_is_better() -> None:  # M-40
    one = company("Fjord AS", city="", phone_no="1111", vat_registration_no="NO123456789MVA")
    two = company("Fjord AS", city="Oslo", phone_no="2222")
    change(one, phone_no="3333")
    change(two, vat_registration_no="123456789")
    merge = start_merge("contact", one.no, two.no)
    assert line(merge, "city").proposed
    assert not line(merge, "phone_no").proposed
    change(two, phone_no="4444")
    assert line(merge, "phone_no").proposed
    source = line(merge, "phone_no").duplicate_source
    assert (source.at is not None, source.door) == (True, "system")
    assert "phone_no" in propose(merge)


def test_same_text_in_capitals_is_no_better_however_new() -> None:  # M-40
    one, two = company("Hansekontor Großhandel GmbH", address="QUAI 5"), company("Other", address="Quai 5")
    change(two, name="HANSEKONTOR GROSSHANDEL GMBH")
    merge = start_merge("contact", one.no, two.no)
    assert not line(merge, "name").proposed and line(merge, "address").proposed
    change(one, address="QUAI 5 B")
    assert not line(merge, "address").proposed


def test_tables_are_counted_under_their_conditions() -> None:  # M-10, M-11, M-12
    one, two = company(), company("Other")
    add_comment("contact", two.pk, "hello")
    add_comment("customer", two.pk, "somebody else's")
    place(one, "HOME")
    place(two, "HOME")
    person(company_no=two.no)
    lines = {each.reference: each for each in table_lines(start_merge("contact", one.no, two.no))}
    found = {name: (each.current_count, each.duplicate_count) for name, each in lines.items()}
    assert found["foundation.commentline.owner_id"] == (0, 1)
    assert found["contacts.contactaltaddress.contact_id"] == (1, 1)
    assert found["contacts.contact.company_id"] == (0, 1)
    assert "contacts.contactmailinggroup.contact_id" not in found
    assert lines["contacts.contactaltaddress.contact_id"].in_primary_key
    assert not lines["contacts.contact.company_id"].in_primary_key


def test_relations_of_another_register_do_not_count() -> None:  # M-10
    one, two = company("One"), company("Two")
    ours, theirs = customer_of(one), customer_of(two)
    vendor_of(two)
    lines = {each.reference: each for each in table_lines(start_merge("customer", ours.no, theirs.no))}
    links = lines["contacts.contactbusinessrelation.linked_id"]
    assert (links.current_count, links.duplicate_count) == (1, 1)


def test_every_row_that_moves_can_be_seen() -> None:  # M-40
    one, two = company(), company("Other")
    for code in ("A", "B", "C"):
        mailing(two, code)
    merge = start_merge("contact", one.no, two.no)
    rows = moving_rows(merge, "contacts.contactmailinggroup.contact_id", 2, 1)
    assert [row.key for row in rows] == ["B", "C"]
    assert refused(lambda: moving_rows(merge, "contacts.nothing")) == "not_found"


def test_a_merge_in_preparation_can_be_dropped() -> None:
    merge = start_merge("contact", contact().no)
    discard(merge)
    assert not Merge.objects.filter(pk=merge.pk).exists()
