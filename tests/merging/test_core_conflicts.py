"""Conflicts and what settles them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.merging.parties import again, company, customer, customer_of, hub, mailing, place, told, vendor_of
from tuttava.contacts.models import ContactAltAddress, ContactBusinessRelation, ContactMailingGroup, MailingGroup
from tuttava.duplicates.models import ContactDuplicate
from tuttava.foundation import merge_rules, records
from tuttava.foundation.context import Context, acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.merge_rules import Clash, refers
from tuttava.merging.actions import (
    ConflictLine,
    choose_duplicate,
    conflict_lines,
    find_conflicts,
    merge_first,
    perform,
    resolve_all,
    resolve_remove,
    resolve_rename,
    set_conflict_override,
    set_conflict_value,
    start_merge,
    table_lines,
)
from tuttava.merging.models import Merge, MergeConflict
from tuttava.partners.models import CustomerBankAccount, ShipToAddress

pytestmark = pytest.mark.usefixtures("company")


def refused(act: Any) -> str:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value.code


def bank(owner: Any, code: str) -> CustomerBankAccount:
    return records.create(CustomerBankAccount, {"customer_id": owner.pk, "code": code})


def ship(owner: Any, code: str, **values: Any) -> ShipToAddress:
    return records.create(ShipToAddress, {"customer_id": owner.pk, "code": code, **values})


def line(conflict: MergeConflict, name: str) -> ConflictLine:
    return next(each for each in conflict_lines(conflict) if each.field == name)


def only(merge: Merge) -> MergeConflict:
    assert find_conflicts(merge) == 1
    return merge.conflict_rows.get()


def two_homes() -> Merge:
    """The example of M.6.2."""
    one, two = customer("A"), customer("B")
    for owner, codes in ((one, ("HOME", "SHOP")), (two, ("HOME", "DEPOT"))):
        for code in codes:
            ship(owner, code, home_page=f"{owner.name}.no".lower())
    return start_merge("customer", one.no, two.no)


def test_rows_with_the_same_key_conflict() -> None:  # M-13
    one, two = customer("A"), customer("B")
    for owner in (one, two):
        bank(owner, "X")
    bank(two, "Z")
    merge = start_merge("customer", one.no, two.no)
    assert merge.conflicts == 0
    assert find_conflicts(merge) == 1
    for owner in (one, two):
        bank(owner, "Y")
    assert find_conflicts(merge) == 2


def test_conflicts_stop_the_merge_without_a_question() -> None:  # M-14
    merge = two_homes()
    (message,) = told("merge.conflicts", lambda: perform(merge))
    assert str(message.text) == "Resolve 1 conflict first. Shipping addresses: 1"
    assert (Merge.objects.get(pk=merge.pk).status, merge.conflicts) == ("open", 1)
    lines = {each.reference: each.conflicts for each in table_lines(merge)}
    assert lines["partners.shiptoaddress.customer_id"] == 1


def test_one_table_is_looked_at_anew_by_itself() -> None:  # M-15
    merge = two_homes()
    one, two = merge.current_no, merge.duplicate_no
    assert find_conflicts(merge) == 1
    for no in (one, two):
        bank(again_customer(no), "X")
    assert find_conflicts(merge, "partners.customerbankaccount.customer_id") == 2
    ShipToAddress.objects.filter(customer__no=two, code="HOME").delete()
    assert find_conflicts(merge, "partners.customerbankaccount.customer_id") == 2
    assert find_conflicts(merge) == 1


def again_customer(no: str) -> Any:
    from tuttava.partners.models import Customer

    return Customer.objects.get(no=no)


def test_another_duplicate_clears_them() -> None:  # M-15
    merge = two_homes()
    find_conflicts(merge)
    choose_duplicate(merge, customer("C").no)
    assert (merge.conflicts, merge.conflict_rows.count()) == (0, 0)


def test_both_key_columns_are_looked_at_together(monkeypatch: pytest.MonkeyPatch) -> None:  # M-16
    monkeypatch.setitem(merge_rules._references, "contact", {})
    refers("contact", ContactDuplicate, "contact_id", key=("duplicate_id",), clash=Clash.ASK)
    refers("contact", ContactDuplicate, "duplicate_id", key=("contact_id",), clash=Clash.ASK)
    one, two, x, y = (company(name) for name in "ABXY")
    for left, right in ((one, x), (two, x), (y, one), (y, two), (two, company("Z"))):
        ContactDuplicate.objects.create(contact=left, duplicate=right)
    merge = start_merge("contact", one.no, two.no)
    assert find_conflicts(merge) == 2
    assert find_conflicts(merge, "duplicates.contactduplicate.duplicate_id") == 2
    assert set(merge.conflict_rows.values_list("field", flat=True)) == {"contact_id", "duplicate_id"}


def test_both_rows_are_seen_side_by_side() -> None:  # M-17
    conflict = only(two_homes())
    assert conflict.current_key == f"{conflict.merge.current_no}, HOME"
    assert conflict.duplicate_key == f"{conflict.merge.duplicate_no}, HOME"
    assert [each.field for each in conflict_lines(conflict)] == ["customer_id", "code", "home_page"]
    assert (line(conflict, "home_page").current_value, line(conflict, "home_page").duplicate_value) == ("a.no", "b.no")


def test_only_equal_text_of_the_key_can_be_typed() -> None:  # M-18
    conflict = only(two_homes())
    assert [each.field for each in conflict_lines(conflict) if each.can_be_renamed] == ["code"]
    assert refused(lambda: set_conflict_value(conflict, "customer_id", "X")) == "merge.field_locked"
    set_conflict_value(conflict, "code", "home2")
    assert (line(conflict, "code").modified, line(conflict, "code").can_be_renamed) == (True, True)
    assert line(conflict, "code").duplicate_value == "HOME2"


def test_one_way_locks_the_other() -> None:  # M-19
    conflict = only(two_homes())
    set_conflict_override(conflict, "home_page", True)
    assert line(conflict, "code").locked
    assert refused(lambda: set_conflict_value(conflict, "code", "HOME2")) == "merge.field_locked"
    set_conflict_override(conflict, "home_page", False)
    set_conflict_value(conflict, "code", "HOME2")
    assert line(conflict, "home_page").locked
    assert refused(lambda: set_conflict_override(conflict, "home_page", True)) == "merge.field_locked"
    assert refused(lambda: set_conflict_override(conflict, "code", True)) == "merge.key_field"
    set_conflict_value(conflict, "code", "HOME")
    set_conflict_override(conflict, "home_page", True)


def test_removing_takes_overridden_fields_along() -> None:  # M-20, M.6.3
    merge = two_homes()
    conflict = only(merge)
    set_conflict_override(conflict, "home_page", True)
    assert resolve_remove(conflict)
    merge.refresh_from_db()
    assert perform(merge)
    found = ShipToAddress.objects.filter(customer_id=merge.current_id).order_by("code")
    assert list(found.values_list("code", "home_page")) == [("DEPOT", "b.no"), ("HOME", "b.no"), ("SHOP", "a.no")]


def test_removing_is_refused_while_a_key_is_changed_and_can_be_declined() -> None:  # M-20
    conflict = only(two_homes())
    with acting(Context(answers={"merge.confirm_remove": "no"})):
        assert not resolve_remove(conflict)
    assert MergeConflict.objects.filter(pk=conflict.pk).exists()
    set_conflict_value(conflict, "code", "HOME2")
    assert refused(lambda: resolve_remove(conflict)) == "merge.restore_key"


def test_renaming_keeps_both() -> None:  # M-21, M.6.2
    merge = two_homes()
    conflict = only(merge)
    assert refused(lambda: resolve_rename(conflict)) == "merge.change_key"
    set_conflict_value(conflict, "code", " home2 and far too long")
    assert conflict.renamed == {"code": "HOME2 AND"}
    set_conflict_value(conflict, "code", "home2")
    with acting(Context(answers={"merge.confirm_rename": "no"})):
        assert not resolve_rename(conflict)
    assert resolve_rename(conflict)
    merge.refresh_from_db()
    assert merge.conflicts == 0
    assert perform(merge)
    codes = ShipToAddress.objects.filter(customer_id=merge.current_id).values_list("code", flat=True)
    assert sorted(codes) == ["DEPOT", "HOME", "HOME2", "SHOP"]


def test_a_new_key_must_exist_in_its_table() -> None:  # M-21
    one, two = company("A"), company("B")
    for owner in (one, two):
        mailing(owner, "NEWS")
    merge = start_merge("contact", one.no, two.no)
    conflict = only(merge)
    set_conflict_value(conflict, "mailing_group_code", "nowhere")
    assert refused(lambda: resolve_rename(conflict)) == "value.not_in_table"
    MailingGroup.objects.create(code="FAIR")
    set_conflict_value(conflict, "mailing_group_code", "fair")
    assert resolve_rename(conflict)
    assert perform(Merge.objects.get(pk=merge.pk))
    assert ContactMailingGroup.objects.filter(contact=one).count() == 2


def test_dates_cannot_be_renamed() -> None:  # M-22
    from tuttava.contacts.models import ContactAltAddressPeriod

    one, two = company("A"), company("B")
    for owner in (one, two):
        home = place(owner, f"H{owner.name}")
        records.create(
            ContactAltAddressPeriod,
            {"contact_id": owner.pk, "alt_address_id": home.pk, "starting_date": dt.date(2026, 1, 1)},
        )
    conflict = only(start_merge("contact", one.no, two.no))
    assert not any(each.can_be_renamed for each in conflict_lines(conflict))


def test_all_at_once_keeping_the_current_rows() -> None:  # M-22
    one, two = company("A"), company("B")
    for owner in (one, two):
        mailing(owner, "NEWS")
        place(owner, "HOME", city="Oslo" if owner is one else "Bergen")
    merge = start_merge("contact", one.no, two.no)
    assert resolve_all(merge, "keep_current") == 0
    assert perform(merge)
    assert [row.city for row in ContactAltAddress.objects.filter(contact=one)] == ["Oslo"]


def test_all_at_once_keeping_both_where_possible() -> None:  # M-22
    one, two = company("A"), company("B")
    for owner in (one, two):
        mailing(owner, "NEWS")
        place(owner, "HOME")
        place(owner, "ABCDEFGHIJ")
        customer_of(owner)
    place(one, "HOME2")
    merge = start_merge("contact", one.no, two.no)
    assert resolve_all(merge, "keep_both") == 1
    assert merge_first(merge.conflict_rows.get()) is not None
    codes = ContactAltAddress.objects.filter(contact=two).values_list("code", flat=True)
    assert sorted(codes) == ["ABCDEFGHI2", "HOME3"]
    assert refused(lambda: resolve_all(merge, "guess")) == "value_invalid"


def test_links_with_two_customers_propose_to_merge_those_first() -> None:  # M-42, M.6.1
    one, two = company("CA"), company("CB")
    first, second = customer_of(one), customer_of(two)
    merge = start_merge("contact", one.no, two.no)
    conflict = only(merge)
    assert merge_first(conflict) == ("customer", first.no, second.no)
    assert not any(each.can_be_renamed for each in conflict_lines(conflict))
    assert refused(lambda: resolve_rename(conflict)) == "merge.change_key"
    assert resolve_remove(conflict)
    merge.refresh_from_db()
    assert perform(merge)
    assert (again(one).contact_business_relation, hub(first).pk) == ("customer", one.pk)
    assert not ContactBusinessRelation.objects.filter(linked_id=second.pk).exists()


def test_links_under_other_codes_conflict_too() -> None:  # M-42, B-6
    one, two = company("CA"), company("CB")
    customer_of(one)
    link = ContactBusinessRelation.objects.get(linked_id=customer_of(two).pk)
    ContactBusinessRelation.objects.filter(pk=link.pk).update(business_relation="LAW")
    vendor_of(two)
    assert only(start_merge("contact", one.no, two.no)).duplicate_row == link.pk
