"""Taking merges back, at once and after later edits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.merging.parties import (
    again,
    change,
    company,
    customer,
    customer_of,
    hub,
    mailing,
    merged,
    person,
    place,
    told,
    vendor_of,
)
from tuttava.contacts.models import (
    Contact,
    ContactAltAddress,
    ContactAltAddressPeriod,
    ContactBusinessRelation,
    ContactMailingGroup,
    PersonalDataAccess,
)
from tuttava.contacts.restoring import restorable
from tuttava.foundation import records
from tuttava.foundation.comments import add_comment, comments_of
from tuttava.foundation.context import Context, acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import UnitOfWork
from tuttava.foundation.records import rules_of
from tuttava.foundation.undo import undo_unit
from tuttava.merging.actions import (
    find_conflicts,
    merge_several,
    perform,
    resolve_remove,
    set_conflict_override,
    start_merge,
    survivor_of,
    undo_merge,
)
from tuttava.merging.models import Merge

pytestmark = pytest.mark.usefixtures("company")


def refused(act: Any) -> str:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value.code


def told_fields(done: Any) -> list[tuple[str, str, str]]:
    return [(each.set_name, each.key, each.field) for each in done.exceptions]


def test_everything_is_as_it_was() -> None:  # M-41
    one, two = company("A", city="Oslo"), company("B", city="Bergen", phone_no="22")
    account, supplier = customer_of(one), vendor_of(two)
    worker = person(company_no=two.no)
    row, home = mailing(two, "NEWS"), place(two, "HOME")
    add_comment("contact", two.pk, "theirs")
    merge = merged(one, two, overrides=("name", "phone_no"))
    done = undo_merge(merge)
    assert (done.exceptions, merge.status) == ([], "undone")
    first, second = again(one), again(two)
    assert (first.name, first.phone_no, first.company_name) == ("A", "", "A")
    assert (second.no, second.name, second.phone_no, second.company_id) == (two.no, "B", "22", two.pk)
    assert (again(worker).company_id, again(worker).company_name) == (two.pk, "B")
    assert (again(row).contact_id, again(home).contact_id) == (two.pk, two.pk)
    assert [line.comment for line in comments_of("contact", two.pk)] == ["theirs"]
    assert not comments_of("contact", one.pk)
    assert (again(account).name, again(supplier).name, hub(supplier).pk) == ("A", "B", two.pk)
    assert (first.contact_business_relation, second.contact_business_relation) == ("customer", "vendor")
    assert "^b" in (second.search_tokens or [])


def test_rows_removed_for_a_conflict_come_back() -> None:  # M-41, M-20
    one, two = company("A"), company("B")
    homes = [place(owner, "HOME", home_page=f"{owner.name}.no") for owner in (one, two)]
    merge = start_merge("contact", one.no, two.no)
    find_conflicts(merge)
    conflict = merge.conflict_rows.get()
    set_conflict_override(conflict, "home_page", True)
    resolve_remove(conflict)
    merge.refresh_from_db()
    assert perform(merge)
    assert again(homes[0]).home_page == "B.no"
    undo_merge(merge)
    assert [again(home).home_page for home in homes] == ["A.no", "B.no"]
    assert again(homes[1]).contact_id == two.pk


def test_dropped_labels_come_back() -> None:  # M-41, M-22
    one, two = company("A"), company("B")
    for owner in (one, two):
        records.create(ContactBusinessRelation, {"contact_id": owner.pk, "business_relation_code": "LAW"})
    undo_merge(merged(one, two))
    assert ContactBusinessRelation.objects.filter(contact=two).count() == 1


def test_a_moved_row_changed_since_stays_and_is_listed() -> None:  # M-41
    one, two = company("A"), company("B")
    home, shop = place(two, "HOME"), place(two, "SHOP")
    merge = merged(one, two)
    change(home, home_page="new.no")
    messages = told("merge.undo_exception", lambda: undo_merge(merge))
    assert [message.target for message in messages] == ["home_page"]
    assert (again(home).contact_id, again(home).home_page, again(shop).contact_id) == (one.pk, "new.no", two.pk)


def test_exceptions_name_set_key_and_field() -> None:  # M-41
    one, two = company("A"), company("B", phone_no="22")
    home = place(two, "HOME")
    row = mailing(two, "NEWS")
    merge = merged(one, two, overrides=("phone_no",))
    change(home, home_page="new.no")
    change(one, phone_no="33")
    records.delete(row)
    done = undo_merge(merge)
    assert set(told_fields(done)) == {
        (rules_of(ContactAltAddress).set_name, "HOME", "home_page"),
        ("contacts", one.no, "phone_no"),
        ("contactMailingGroups", "NEWS", "contact_id"),
    }
    assert {each.reason for each in done.exceptions} == {"changed", "gone"}
    assert again(one).phone_no == "33"


def test_a_removed_row_whose_key_is_taken_is_listed() -> None:  # M-41
    one, two = customer("A"), customer("B")
    merge = merged(one, two)
    assert undo_merge(merge).exceptions == []
    first, second = company("A"), company("B")
    links = [customer_of(first), customer_of(second)]
    step = start_merge("contact", first.no, second.no)
    find_conflicts(step)
    resolve_remove(step.conflict_rows.get())
    step.refresh_from_db()
    assert perform(step)
    third = company("C")
    records.create(
        ContactBusinessRelation,
        {
            "contact_id": third.pk,
            "business_relation_code": "CUST",
            "link_to_table": "customer",
            "linked_no": links[1].no,
        },
    )
    done = undo_merge(step)
    assert [(each.set_name, each.reason) for each in done.exceptions] == [("contactBusinessRelations", "taken")]
    assert hub(links[1]).pk == third.pk


def test_a_value_changed_and_changed_back_is_no_exception() -> None:  # M-41
    one, two = company("A"), company("B")
    home = place(two, "HOME")
    merge = merged(one, two)
    change(home, home_page="new.no")
    change(home, home_page="")
    assert undo_merge(merge).exceptions == []
    assert again(home).contact_id == two.pk


def test_what_came_by_rules_alone_is_no_exception() -> None:  # M-41
    one, two = company("A", phone_no="11"), company("B", phone_no="11")
    worker = person(company_no=two.no, phone_no="11")
    supplier = vendor_of(two)
    merge = merged(one, two)
    change(one, phone_no="99", name="A2")
    assert (again(worker).phone_no, again(supplier).name) == ("99", "A2")
    done = undo_merge(merge)
    assert done.exceptions == []
    assert (again(worker).company_id, again(worker).company_name) == (two.pk, "B")
    assert (again(supplier).name, hub(supplier).pk, again(one).name) == ("B", two.pk, "A2")


def test_later_edits_stay_where_they_belong() -> None:  # M-41
    one, two = company("A"), company("B")
    merge = merged(one, two)
    change(one, phone_no="33", name="A2")
    later = mailing(one, "NEWS")
    undo_merge(merge)
    assert (again(one).phone_no, again(one).name, again(later).contact_id) == ("33", "A2", one.pk)
    assert again(two).name == "B"


def test_rows_that_belong_together_stay_together() -> None:  # M-41
    one, two = company("A"), company("B")
    home = place(two, "HOME")
    period = records.create(
        ContactAltAddressPeriod, {"contact_id": two.pk, "alt_address_id": home.pk, "starting_date": "2026-01-01"}
    )
    merge = merged(one, two)
    change(home, home_page="new.no")
    done = undo_merge(merge)
    assert len(done.exceptions) == 2
    assert (again(home).contact_id, again(period).contact_id) == (one.pk, one.pk)


def test_what_blocks_an_undo() -> None:  # M-41
    one, two, three = company("A"), company("B"), company("C")
    assert refused(lambda: undo_merge(start_merge("contact", one.no))) == "merge.undo_blocked"
    merge = merged(one, two)
    outer = merged(three, one)
    assert refused(lambda: undo_merge(merge)) == "merge.undo_blocked"
    undo_merge(outer)
    new = company("New", no=two.no)
    assert refused(lambda: undo_merge(merge)) == "merge.undo_blocked"
    change(new, no="OTHER1")
    undo_merge(merge)
    assert refused(lambda: undo_merge(merge)) == "merge.undo_blocked"
    assert again(two).name == "B"


def test_a_deleted_survivor_blocks() -> None:  # M-41
    one, two = company("A"), company("B")
    merge = merged(one, two)
    records.delete(one)
    assert refused(lambda: undo_merge(merge)) == "merge.undo_blocked"


def test_merges_of_a_chain_are_undone_from_its_end() -> None:  # M-41
    one, two, three = company("A"), company("B"), company("C")
    home = place(three, "HOME")
    first = merged(two, three)
    second = merged(one, two)
    undo_merge(second)
    assert undo_merge(first).exceptions == []
    assert again(home).contact_id == three.pk


def test_customers_come_apart_again() -> None:  # M-34, M-35, M-41
    first, second = company("A"), company("B")
    one, two = customer_of(first), customer_of(second)
    merge = merged(one, two)
    undo_merge(merge)
    rows = ContactBusinessRelation.objects.filter(linked_no__in=[one.no, two.no]).order_by("linked_no")
    assert [(row.contact_id, row.linked_id, row.secondary) for row in rows] == [
        (first.pk, one.pk, False),
        (second.pk, two.pk, False),
    ]
    change(second, phone_no="22")
    assert (again(two).phone_no, again(one).phone_no) == ("22", "")


def test_rows_beside_the_journal_come_back_too() -> None:  # M-41, C-72
    one, two = company("A"), company("B")
    look = PersonalDataAccess.objects.create(contact_id=two.pk, contact_no=two.no, action="look")
    undo_merge(merged(one, two))
    assert PersonalDataAccess.objects.get(pk=look.pk).contact_id == two.pk


def test_several_of_one_step_go_together() -> None:  # M-40, M-41
    one, two, three = company("A"), company("B"), company("C")
    rows = [mailing(two, "NEWS"), mailing(three, "NEWS")]
    outcome = merge_several("contact", one.no, [two.no, three.no], policy="keep_current")
    done = undo_merge(outcome.merges[0])
    assert (len(done.merges), done.exceptions) == (2, [])
    assert [again(row).contact_id for row in rows] == [two.pk, three.pk]
    assert not ContactMailingGroup.objects.filter(contact=one).exists()


def test_the_general_undo_goes_the_same_way() -> None:  # M-41
    one, two = company("A"), company("B")
    merge = merged(one, two)
    assert merge.unit_id is not None
    done = undo_unit(merge.unit_id)
    merge.refresh_from_db()
    assert (merge.status, again(two).name) == ("undone", "B")
    assert done.unit_id is not None
    assert UnitOfWork.objects.get(pk=done.unit_id).undoes_id == merge.unit_id
    assert refused(lambda: undo_unit(done.unit_id or one.pk)) == "merge.undo_blocked"


def test_a_resolved_conflict_comes_back_with_its_merge_only() -> None:  # M-41
    one, two = company("A"), company("B")
    for owner in (one, two):
        mailing(owner, "NEWS")
    merge = start_merge("contact", one.no, two.no)
    find_conflicts(merge)
    resolve_remove(merge.conflict_rows.get())
    merge.refresh_from_db()
    (unit,) = merge.resolving_unit_ids
    undo_unit(unit)
    assert ContactMailingGroup.objects.count() == 2
    find_conflicts(merge)
    resolve_remove(merge.conflict_rows.get())
    merge.refresh_from_db()
    assert perform(merge)
    assert refused(lambda: undo_unit(merge.resolving_unit_ids[1])) == "merge.undo_blocked"
    assert undo_merge(merge).exceptions == []
    assert ContactMailingGroup.objects.count() == 2


def test_a_merged_contact_is_not_among_the_deleted() -> None:  # C-87, M-41
    one, two = company("A"), company("B")
    merged(one, two)
    assert two.no not in [each.no for each in restorable()]


def test_an_undo_needs_the_right() -> None:  # M-1
    merge = merged(company("A"), company("B"))
    with acting(Context(rights=frozenset({"api.write"}))):
        assert refused(lambda: undo_merge(merge)) == "permission.denied"


def test_old_numbers_lead_to_the_survivor_until_they_are_used_anew() -> None:  # M-41
    one, two, three = company("A"), company("B"), company("C")
    merge = merged(one, two)
    assert survivor_of("contact", two.no.lower()) == one.pk
    outer = merged(three, one)
    assert survivor_of("contact", two.no) == three.pk
    undo_merge(outer)
    new = company("New", no=two.no)
    assert survivor_of("contact", two.no) is None
    records.delete(new)
    assert survivor_of("contact", two.no) is None
    assert Merge.objects.get(pk=merge.pk).reused
    undo_merge(merge)
    assert survivor_of("contact", two.no) is None
    assert Contact.objects.filter(no=two.no).exists()
    assert not ContactAltAddress.objects.filter(contact=one).exists()
