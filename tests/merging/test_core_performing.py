"""Carrying a merge out: contacts, customers and vendors."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.merging.parties import (
    again,
    change,
    company,
    customer,
    customer_of,
    employee_of,
    hub,
    mailing,
    merged,
    person,
    place,
    told,
    vendor,
    vendor_of,
)
from tuttava.contacts.models import (
    Contact,
    ContactBusinessRelation,
    ContactEmail,
    ContactMailingGroup,
    LinkedContact,
    PersonalDataAccess,
)
from tuttava.duplicates.models import ContactDuplicate
from tuttava.foundation import records
from tuttava.foundation.comments import add_comment, comments_of
from tuttava.foundation.context import Context, acting
from tuttava.foundation.errors import DomainError, QuestionsPending
from tuttava.foundation.journal import JournalChange
from tuttava.foundation.models import CommentLine
from tuttava.merging.actions import contacts_to_merge, merge_several, perform, start_merge
from tuttava.merging.models import Merge
from tuttava.partners.models import Customer, ShipToAddress

pytestmark = pytest.mark.usefixtures("company")


def lines_of(record: Any) -> list[tuple[int, str]]:
    kind = type(record)._meta.model_name
    return [(line.line_no, line.comment) for line in comments_of(kind, record.pk)]


def commented(record: Any, *numbers: int) -> None:
    kind = type(record)._meta.model_name
    for number in numbers:
        CommentLine.objects.create(
            owner_kind=kind, owner_id=record.pk, line_no=number, comment=f"c{number}", date=dt.date(2020, 1, 2)
        )


def test_each_field_keeps_its_value_or_takes_the_other() -> None:  # M-24
    one, two = company("A", address="Moscow"), company("B", address="")
    merged(one, two, overrides=("name",))
    survivor = again(one)
    assert (survivor.name, survivor.address, survivor.company_name, survivor.no) == ("B", "Moscow", "B", one.no)
    assert not Contact.objects.filter(pk=two.pk).exists()


def test_what_follows_from_a_field_follows() -> None:  # M-24
    one, two = company("A", country_code="NO"), company("B", country_code="NO", phone_no="22 33 44 55", email="b@b.no")
    merged(one, two, overrides=("phone_no", "email", "name", "search_name"))
    survivor = again(one)
    assert (survivor.phone_no_normalised, survivor.search_email) == ("+4722334455", "B@B.NO")
    assert "^b" in (survivor.search_tokens or [])


def test_rows_move_and_keep_their_ids() -> None:  # M-25, M-32
    one, two = company(), company("Other")
    row, address = mailing(two, "NEWS"), place(two, "HOME")
    merged(one, two)
    assert again(row).contact_id == one.pk
    assert again(address).contact_id == one.pk


def test_people_get_the_company_of_the_survivor() -> None:  # M-33, M-38
    one, two = company("A"), company("B")
    worker = person(company_no=two.no)
    customer_of(one)
    merged(one, two)
    moved = again(worker)
    assert (moved.company_id, moved.company_no, moved.company_name) == (one.pk, one.no, "A")
    assert moved.contact_business_relation == "customer"
    assert "^a" in (moved.search_tokens or [])
    assert Contact.objects.get(pk=one.pk).company_id == one.pk


def test_no_rule_of_deleting_runs() -> None:  # M-26
    one, two = company(), company("Other")
    with acting(Context(interactive=True, answers={"merge.confirm": "yes"})):
        worker = person(company_no=two.no)
        merged(one, two)
    assert again(worker).lookup_contact_no == worker.no
    assert again(one).company_id == one.pk


def test_comments_of_customers_are_appended_behind_a_note() -> None:  # M-27
    one, two = customer("A"), customer("B")
    commented(one, 15000, 30000)
    commented(two, 10000, 15000, 50000)
    merged(one, two)
    found = lines_of(one)
    assert [number for number, _text in found] == [15000, 30000, 40000, 50000, 60000, 70000]
    assert found[2][1] == f"The following lines were copied from customer {two.no}."
    assert [text for _number, text in found[3:]] == ["c10000", "c15000", "c50000"]
    note = comments_of("customer", one.pk).get(line_no=40000)
    assert note.date == dt.date.today()
    assert comments_of("customer", one.pk).get(line_no=50000).date == dt.date(2020, 1, 2)
    assert lines_of(two) == []


def test_without_comments_there_is_no_note() -> None:  # M-27
    one, two = vendor("A"), vendor("B")
    commented(one, 10000)
    merged(one, two)
    assert lines_of(one) == [(10000, "c10000")]


def test_comments_of_contacts_never_conflict() -> None:  # M-28
    one, two = company(), company("Other")
    add_comment("contact", one.pk, "mine")
    add_comment("contact", two.pk, "theirs")
    merged(one, two)
    note = f"The following lines were copied from contact {two.no}."
    assert lines_of(one) == [(10000, "mine"), (20000, note), (30000, "theirs")]


def test_labelled_addresses_go_behind() -> None:  # M-22
    one, two = company(), company("Other")
    for owner in (one, two):
        records.create(ContactEmail, {"contact_id": owner.pk, "label": "Invoices", "email": f"{owner.no}@a.no"})
    merged(one, two)
    found = ContactEmail.objects.filter(contact=one).order_by("line_no")
    assert list(found.values_list("line_no", "email")) == [(10000, f"{one.no}@a.no"), (20000, f"{two.no}@a.no")]


def test_success_is_told_with_both_numbers() -> None:  # M-29
    one, two = company(), company("Other")
    merge = start_merge("contact", one.no, two.no)
    (message,) = told("merge.done", lambda: perform(merge))
    assert str(message.text) == f"Contact {two.no} was merged into {one.no}."
    assert (merge.status, merge.current_no, merge.duplicate_no) == ("merged", one.no, two.no)


def test_declined_nothing_changes() -> None:  # M-23, M.6.5
    one, two = company(), company("Other")
    row = mailing(two, "NEWS")
    merge = start_merge("contact", one.no, two.no)
    with acting(Context(answers={"merge.confirm": "no"})):
        assert not perform(merge)
    assert (again(two).name, again(row).contact_id, again_merge(merge).status) == ("Other", two.pk, "open")


def again_merge(merge: Merge) -> Merge:
    return Merge.objects.get(pk=merge.pk)


def test_a_person_is_asked_first() -> None:  # M-23
    merge = start_merge("contact", company().no, company("Other").no)
    with acting(Context(interactive=True)), pytest.raises(QuestionsPending) as caught:
        perform(merge)
    assert [(question.code, question.default) for question in caught.value.questions] == [("merge.confirm", "yes")]


def test_a_failure_midway_leaves_everything(monkeypatch: pytest.MonkeyPatch) -> None:  # M-30
    one, two = company(), company("Other")
    row = mailing(two, "NEWS")
    merge = start_merge("contact", one.no, two.no)

    def broken(*_args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("tuttava.merging.performing._mark", broken)
    with pytest.raises(RuntimeError):
        perform(merge)
    assert (again(two).name, again(row).contact_id, again_merge(merge).status) == ("Other", two.pk, "open")
    assert merge.status == "open"


def test_a_vanished_duplicate_is_not_found() -> None:  # M-5
    one, two = company(), company("Other")
    merge = start_merge("contact", one.no, two.no)
    merged(company("Third"), two)
    with pytest.raises(DomainError) as caught:
        perform(merge)
    assert caught.value.code == "merge.not_found"
    with pytest.raises(DomainError) as caught:
        perform(again_merge(Merge.objects.get(duplicate_no=two.no, status="merged")))
    assert caught.value.code == "merge.not_found"


def test_the_relation_status_is_worked_out_anew() -> None:  # M-31
    one, two = company("A"), company("B")
    customer_of(one)
    vendor_of(two)
    merged(one, two)
    assert again(one).contact_business_relation == "multiple"


def test_primary_contacts_follow_with_the_name() -> None:  # M-33, M-38
    firm = company("A")
    record = customer_of(firm)
    one, two = person(company_no=firm.no, name="Anna Berg"), person(company_no=firm.no, name="Anne Berg")
    record = change(record, primary_contact_id=two.pk)
    merged(one, two)
    found = again(record)
    assert (found.primary_contact_id, found.contact) == (one.pk, "Anna Berg")
    assert Customer.objects.filter(pk=record.pk, search_tokens__matches="'^anna'").exists()


def test_the_survivors_data_reach_every_linked_record() -> None:  # M-39
    one, two = company("A", phone_no="111", city="Oslo"), company("B", phone_no="222")
    account, supplier = customer_of(one), vendor_of(two)
    merged(one, two)
    found = again(supplier)
    assert (found.name, found.phone_no, found.city) == ("A", "111", "Oslo")
    assert again(account).name == "A"
    assert hub(found).pk == one.pk


def test_a_persons_employee_gets_its_data() -> None:  # M-39
    one, two = person(name="Anna Berg", job_title="Chief"), person(name="Anne Lie")
    employee = employee_of(two)
    merged(one, two)
    assert (again(employee).last_name, again(employee).job_title) == ("Berg", "Chief")


def test_labels_of_the_same_code_fall_together() -> None:  # M-22, B-5
    one, two = company(), company("Other")
    for owner in (one, two):
        records.create(ContactBusinessRelation, {"contact_id": owner.pk, "business_relation_code": "LAW"})
    merged(one, two)
    assert ContactBusinessRelation.objects.filter(contact=one).count() == 1


def test_a_label_gives_way_to_a_link() -> None:  # M-22, B-8
    one, two = company(), company("Other")
    account = customer_of(two)
    link = ContactBusinessRelation.objects.get(linked_id=account.pk)
    ContactBusinessRelation.objects.create(contact=one, business_relation_code=link.business_relation_code)
    merged(one, two)
    assert [row.linked_no for row in ContactBusinessRelation.objects.filter(contact=one)] == [account.no]


def test_both_contacts_are_linked_to_the_surviving_customer() -> None:  # M-34, M-35
    first, second = company("A"), company("B")
    one, two = customer_of(first), customer_of(second)
    merge = start_merge("customer", one.no, two.no)
    messages = told("merge.contacts_linked", lambda: perform(merge))
    assert len(messages) == 1
    assert contacts_to_merge(merge) == (first.no, second.no)
    rows = ContactBusinessRelation.objects.filter(linked_no=one.no).order_by("secondary")
    assert [(row.contact_id, row.linked_id, row.secondary) for row in rows] == [
        (first.pk, one.pk, False),
        (second.pk, one.pk, True),
    ]
    assert LinkedContact.objects.filter(linked_id=one.pk).count() == 2


def test_the_contact_of_the_current_customer_synchronises() -> None:  # M-35
    first, second = company("A"), company("B")
    one, two = customer_of(first), customer_of(second)
    merged(one, two)
    change(first, phone_no="111")
    change(second, phone_no="222")
    assert again(one).phone_no == "111"
    change(one, phone_no="333")
    assert (again(first).phone_no, again(second).phone_no) == ("333", "222")


def test_merging_those_contacts_too_leaves_one_link() -> None:  # M-35
    first, second = company("A"), company("B")
    one, two = customer_of(first), customer_of(second)
    merged(one, two)
    merged(second, first)
    (row,) = ContactBusinessRelation.objects.filter(linked_id=one.pk)
    assert (row.contact_id, row.secondary, again(one).name) == (second.pk, False, "B")


def test_the_second_contact_takes_over_when_the_first_is_unlinked() -> None:  # M-35
    first, second = company("A"), company("B")
    one, two = customer_of(first), customer_of(second)
    merged(one, two)
    records.delete(ContactBusinessRelation.objects.get(contact=first))
    change(second, phone_no="222")
    assert again(one).phone_no == "222"


def test_customers_that_billed_to_each_other_bill_to_none() -> None:  # M-34
    one, two, three = customer("A"), customer("B"), customer("C")
    Customer.objects.filter(pk__in=[one.pk, three.pk]).update(bill_to_customer=two)
    merged(one, two)
    assert (again(one).bill_to_customer_id, again(three).bill_to_customer_id) == (None, one.pk)


def test_open_pairs_vanish_and_separate_ones_move_once() -> None:  # M-16, M-36
    one, two, x, y, z = (company(name) for name in "ABXYZ")
    ContactDuplicate.objects.create(contact=one, duplicate=two, separate_contacts=True)
    ContactDuplicate.objects.create(contact=x, duplicate=two)
    ContactDuplicate.objects.create(contact=y, duplicate=two, separate_contacts=True)
    ContactDuplicate.objects.create(contact=one, duplicate=y, separate_contacts=True)
    kept = ContactDuplicate.objects.create(contact=two, duplicate=z, separate_contacts=True)
    merged(one, two)
    pairs = ContactDuplicate.objects.filter(separate_contacts=True).order_by("duplicate__name")
    assert [(pair.contact_id, pair.duplicate_id) for pair in pairs] == [(one.pk, y.pk), (one.pk, z.pk)]
    assert pairs[1].pk == kept.pk
    assert not ContactDuplicate.objects.filter(contact=x, duplicate=one, separate_contacts=True).exists()


def test_privacy_of_either_survives() -> None:  # M-43
    one, two = person(), person(name="Lea Lie", minor=True)
    merged(one, two)
    found = again(one)
    assert (found.privacy_blocked, found.minor, found.parental_consent_received) == (True, True, False)
    buyers = customer("A"), customer("B", privacy_blocked=True)
    merged(*buyers)
    assert (again(buyers[0]).privacy_blocked, again(buyers[0]).blocked) == (True, "all")


def test_consent_lives_on_only_where_both_have_it() -> None:  # M-43
    one = person(name="Lea Lie", minor=True)
    two = person(name="Lea Li", minor=True)
    for each in (one, two):
        change(each, parental_consent_received=True)
        change(each, privacy_blocked=False)
    merged(one, two)
    assert (again(one).parental_consent_received, again(one).privacy_blocked) == (True, False)


def test_looks_at_personal_data_follow() -> None:  # M-25, C-72
    one, two = company(), company("Other")
    PersonalDataAccess.objects.create(contact_id=two.pk, contact_no=two.no, action="look")
    merge = merged(one, two)
    assert PersonalDataAccess.objects.filter(contact_id=one.pk).count() == 1
    assert list(merge.followed) == ["contacts.personaldataaccess.contact_id"]


def test_the_survivor_has_changed_in_every_case() -> None:
    one, two = company(), company("Other")
    merge = merged(one, two)
    assert again(one).version > one.version
    assert JournalChange.objects.filter(unit_id=merge.unit_id, record_id=one.pk, owner_id=one.pk).exists()


def test_addresses_of_customers_move() -> None:  # M-34, M.6.2
    one, two = customer("A"), customer("B")
    for owner, code in ((one, "HOME"), (one, "SHOP"), (two, "DEPOT")):
        records.create(ShipToAddress, {"customer_id": owner.pk, "code": code})
    merged(one, two)
    assert set(ShipToAddress.objects.filter(customer=one).values_list("code", flat=True)) == {"HOME", "SHOP", "DEPOT"}


def test_several_duplicates_in_one_step() -> None:  # M-40
    one, two, three = company("A"), company("B", city="Oslo"), company("C")
    mailing(two, "NEWS")
    mailing(three, "FAIR")
    outcome = merge_several("contact", one.no, [two.no, three.no], {two.no: ["city"]})
    assert outcome.done
    assert len({merge.unit_id for merge in outcome.merges}) == 1
    assert again(one).city == "Oslo"
    codes = ContactMailingGroup.objects.filter(contact=one).values_list("mailing_group_code", flat=True)
    assert set(codes) == {"NEWS", "FAIR"}


def test_several_duplicates_all_or_none() -> None:  # M-40
    one, two, three = company("A"), company("B"), company("C")
    mailing(two, "NEWS")
    mailing(three, "NEWS")
    outcome = merge_several("contact", one.no, [two.no, three.no])
    assert (outcome.done, outcome.conflicts) == (False, 1)
    assert again(two).name == "B"
    assert merge_several("contact", one.no, [two.no, three.no], policy="keep_current").done
    assert ContactMailingGroup.objects.filter(contact=one).count() == 1
