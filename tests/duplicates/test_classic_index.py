"""Strings and pairs follow the contacts (D-4 to D-16)."""

from __future__ import annotations

import pytest

from tests.contacts.register import change, setup
from tests.duplicates.parties import A, B, C, company, compare, pairs, strings, unordered
from tuttava.contacts.models import Contact
from tuttava.duplicates.actions import set_separate
from tuttava.duplicates.classic.index import build_index
from tuttava.duplicates.models import ContactDuplicate, ContactSearchString, DuplicateSearchStringSetup
from tuttava.duplicates.queries import duplicate_exists
from tuttava.duplicates.smart import warming
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Edit, rules_of, save_many
from tuttava.foundation.undo import undo_unit
from tuttava.partners.models import Customer
from tuttava.relations.founding_job import create_contacts

pytestmark = [pytest.mark.smart_search, pytest.mark.usefixtures("company")]

NAME = ("name", "first", 5)


def test_a_new_company_compares_both_ends_of_eight_fields() -> None:  # D-5, D.6
    rows = set(DuplicateSearchStringSetup.objects.values_list("field_name", "part_of_field", "length"))
    fields = ["name", "address", "city", "phone_no", "vat_registration_no", "post_code", "email", "mobile_phone_no"]
    assert rows == {(field, part, 5) for field in fields for part in ("first", "last")}


def test_the_worked_example() -> None:  # D.7, D-8, D-9, D-10, D-13
    a, b, c = company(A), company(B), company(C)
    assert (strings(a)["name", "first"], strings(a)["name", "last"]) == ("LITWA", "REINC")
    assert strings(b)["phone_no", "first"] == "02079"
    assert strings(c)["post_code", "last"] == "125XY"
    assert ("vat_registration_no", "first") not in strings(c)
    assert pairs() == {(b.no, a.no, 10), (c.no, a.no, 10)}


def test_the_worked_example_at_63_percent_has_no_pair() -> None:  # D.7, D-10
    setup(search_hit_pct=63)
    company(A), company(B), company(C)
    assert not pairs()


@pytest.mark.parametrize(("percent", "found"), [(10, True), (90, False)])
def test_a_common_name_alone(percent: int, found: bool) -> None:  # D.7
    setup(search_hit_pct=percent)
    first, second = company(name="Adatum Corporation"), company(name="Adatum Corporation")
    assert pairs() == ({(second.no, first.no, 2)} if found else set())


def test_people_have_no_strings() -> None:  # D-4
    person = company(A | {"type": "person", "vat_registration_no": ""})
    assert not strings(person)


def test_a_company_that_becomes_a_person_loses_strings_and_pairs_separate_ones_too() -> None:  # D-4
    compare(NAME, ("city", "first", 5), hit_pct=50)
    first, second, third = (company(name="Fjordkraft") for _n in range(3))
    set_separate(ContactDuplicate.objects.get(contact=second, duplicate=first), True)
    change(first, type="person")
    assert not strings(first)
    assert unordered() == {frozenset([second.no, third.no])}
    change(first, type="company")
    assert strings(first) == {("name", "first"): "FJORD"}
    assert (first.no, second.no, 1) in pairs()


def test_a_change_of_a_field_in_the_setup_alone_builds_anew() -> None:  # D-13
    compare(("email", "first", 5))
    first, second = company(email="post@fjord.example"), company(email="info@fjord.example")
    assert not pairs()
    change(second, email="post@fjell.example")
    assert pairs() == {(second.no, first.no, 1)}
    change(first, email="")
    assert not pairs()
    assert not strings(first)


def test_a_change_of_a_field_that_always_counts_builds_anew() -> None:  # D-12
    compare(NAME)
    first, second = company(name="Fjordkraft"), company(name="Fjordkraft")
    ContactDuplicate.objects.all().delete()
    change(first, name_2="Nord")
    assert pairs() == {(first.no, second.no, 1)}


def test_a_change_of_anything_else_leaves_the_index_alone() -> None:  # D-12
    compare(NAME)
    first = company(name="Fjordkraft")
    ContactSearchString.objects.all().delete()
    change(first, fax_no="22 33 44 55")
    assert not strings(first)


def test_without_maintenance_nothing_is_built() -> None:  # D-14
    compare(NAME, maintain_dupl_search_strings=False)
    first, second = company(name="Fjordkraft"), company(name="Fjordkraft")
    assert not strings(first) and not pairs()
    build_index([first, second])
    change(first, name="Havbris")
    assert strings(first) == {("name", "first"): "FJORD"}
    assert pairs() == {(second.no, first.no, 1)}


def test_deleting_a_company_deletes_strings_and_all_its_pairs() -> None:  # D-16
    compare(NAME)
    first, second, third = (company(name="Fjordkraft") for _n in range(3))
    set_separate(ContactDuplicate.objects.get(contact=third, duplicate=first), True)
    records.delete(first)
    assert unordered() == {frozenset([second.no, third.no])}
    assert not ContactSearchString.objects.filter(contact_id=first.pk).exists()


def test_a_rebuild_turns_open_pairs_and_leaves_separate_ones() -> None:  # D-8, D-11, D-22
    compare(NAME, ("city", "first", 5), hit_pct=50)
    first, second, third = (company(name="Fjordkraft", city="Oslo") for _n in range(3))
    set_separate(ContactDuplicate.objects.get(contact=second, duplicate=first), True)
    change(first, city="Bergen")
    assert pairs() == {(second.no, first.no, 2), (first.no, third.no, 1), (third.no, second.no, 2)}


def test_the_count_of_a_separate_pair_is_refreshed_if_the_setup_says_so() -> None:  # D-11
    compare(NAME, ("city", "first", 5), hit_pct=50, refresh_duplicate_pairs=True)
    first, second = company(name="Fjordkraft", city="Oslo"), company(name="Fjordkraft", city="Oslo")
    set_separate(ContactDuplicate.objects.get(), True)
    change(first, city="Bergen")
    pair = ContactDuplicate.objects.get()
    assert (pair.separate_contacts, pair.no_of_matching_strings) == (True, 1)
    change(second, city="BERGEN.")
    assert ContactDuplicate.objects.get().no_of_matching_strings == 2


def test_a_separate_pair_opens_again_when_both_changed_materially() -> None:  # D-11
    compare(NAME, ("city", "first", 5), hit_pct=50, refresh_duplicate_pairs=True)
    first, second = company(name="Fjordkraft", city="Oslo"), company(name="Fjordkraft", city="Oslo")
    set_separate(ContactDuplicate.objects.get(), True)
    change(first, city="Bergen")
    change(second, name="FJORDKRAFT.")
    assert ContactDuplicate.objects.get().separate_contacts
    change(second, name="Fjordkraft Nord")
    assert not ContactDuplicate.objects.get().separate_contacts


def test_a_pair_found_by_likeness_stays_when_strings_are_equal_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # D-8
    compare(NAME)
    first, second = company(name="Fjordkraft"), company(name="Fjordkraft")
    ContactDuplicate.objects.update(smart=True, score=90)
    with monkeypatch.context() as aside:
        aside.setattr(warming, "is_cold", lambda: True)  # the smart search itself would look again
        change(first, name="Havbris")
    pair = ContactDuplicate.objects.get()
    assert (pair.classic, pair.no_of_matching_strings, pair.smart) == (False, 0, True)
    change(first, name="Fjordkraft")
    assert pairs() == {(first.no, second.no, 1)}


def test_a_batch_is_indexed_like_single_contacts() -> None:  # D-8, D-12
    rules = rules_of(Contact)
    with unit_of_work("batch"):
        edits = [Edit(Contact(), rules, typed=values) for values in (A, B, C)]
        for edit, values in zip(edits, (A, B, C), strict=True):
            for name, value in values.items():
                edit.enter(name, value)
        save_many(edits)
    a, b, c = (edit.record.no for edit in edits)
    assert pairs() == {(b, a, 10), (c, a, 10)}


def test_an_undo_takes_strings_and_pairs_along() -> None:  # D-8, D-12, D-16
    compare(NAME)
    first = company(name="Fjordkraft")
    with unit_of_work("create") as unit:
        second = company(name="Fjordkraft")
    with unit_of_work("rename") as renaming:
        change(first, name="Havbris")
    assert not pairs()
    undo_unit(renaming)
    assert unordered() == {frozenset([first.no, second.no])}
    undo_unit(unit)
    assert not pairs() and not ContactSearchString.objects.filter(contact_id=second.pk).exists()


def test_a_string_that_thousands_share_costs_a_bounded_search(monkeypatch: pytest.MonkeyPatch) -> None:  # D-28
    from tuttava.duplicates.classic import searching

    for name, value in (("MANY", 6), ("MOST_READ", 8), ("MOST_PAIRS", 5), ("PAIRS_OF_MANY", 2)):
        monkeypatch.setattr(searching, name, value)
    compare(NAME)
    with acting(messages=[]) as context:
        found = [company(name="Test") for _n in range(12)]
    assert [message.code for message in context.messages] == ["duplicates.many"] * 6
    ours = [sum(pair[0] == contact.no for pair in pairs()) for contact in found]
    assert ours == [0, 1, 2, 3, 4, 5, 2, 2, 2, 2, 2, 2]


def test_pairs_that_share_frequent_strings_alone_are_found(monkeypatch: pytest.MonkeyPatch) -> None:  # D-9, D-28
    from tuttava.duplicates.classic import searching

    monkeypatch.setattr(searching, "MANY", 3)
    compare(NAME, ("city", "first", 5), ("county", "first", 5), hit_pct=100)
    for number in range(4):
        company(name="Fjordkraft", city=f"C{number}", county="Viken")
        company(name=f"Havbris {number}"[::-1], city="Oslo", county="Viken")
    twin = company(name="Fjordkraft", city="Oslo", county="Viken")
    other = company(name="Fjordkraft", city="Oslo", county="Viken")
    assert pairs() == {(other.no, twin.no, 3)}


def test_a_rebuild_costs_few_statements(django_assert_num_queries: object) -> None:  # D-28
    compare(NAME)
    first = company(name="Fjordkraft")
    company(name="Fjordkraft")
    with acting(cache={}):
        build_index([first])
        with django_assert_num_queries(3):  # type: ignore[operator]
            build_index([first])


def test_a_deleted_contact_comes_back_with_its_verdicts_unless_the_other_is_gone() -> None:  # D-16, D-22
    compare(NAME)
    first, second, third = (company(name="Fjordkraft") for _n in range(3))
    for pair in ContactDuplicate.objects.filter(contact=third):
        set_separate(pair, True)
    with unit_of_work("delete") as unit:
        records.delete(third)
    records.delete(second)
    undo_unit(unit)
    found = ContactDuplicate.objects.get()
    assert {found.contact_id, found.duplicate_id} == {first.pk, third.pk}
    assert found.separate_contacts and strings(third)


def test_founding_contacts_tells_how_many_look_like_others() -> None:  # B-52, D-25
    compare(NAME)
    company(name="Fjordkraft")
    setup(bus_rel_for_customers=None)
    customers = [records.create(Customer, {"name": name}) for name in ("Fjordkraft", "Havbris", "Havbris")]
    setup(bus_rel_for_customers="CUST", maintain_dupl_search_strings=False)
    numbers = "|".join(customer.no for customer in customers)
    assert create_contacts("customer")({"no": numbers}) == {"created": 3, "skipped": 0, "withDuplicates": 3}
    assert {pair[2] for pair in pairs()} == {1} and len(pairs()) == 2


def test_a_person_at_work_is_told_without_a_question_in_the_way() -> None:  # D-20, D-21
    compare(NAME)
    first = company(name="Fjordkraft")
    with acting(door="browser", interactive=True, messages=[], cache={}) as context:
        company(name="Havbris")
        second = company(name="Fjordkraft")
    assert [(told.code, told.target) for told in context.messages] == [("duplicates.found", second.no)]
    setup(autosearch_for_duplicates=False)
    assert not duplicate_exists(first)
    setup(autosearch_for_duplicates=True)
    assert duplicate_exists(first) and duplicate_exists(second)
    set_separate(ContactDuplicate.objects.get(), True)
    assert not duplicate_exists(first)
