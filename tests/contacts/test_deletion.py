"""Deleting contacts and bringing them back (C-83 to C-87)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.utils import timezone

from tests.contacts.register import change, firm, fresh, person, salesperson, setup
from tests.contacts.test_company import code_of, heard_moves, in_the_way
from tuttava.contacts.actions import change_number, delete_contact, restore
from tuttava.contacts.blockers import Situation
from tuttava.contacts.models import (
    BusinessRelation,
    Contact,
    ContactAffiliation,
    ContactAltAddress,
    ContactAltAddressPeriod,
    ContactBusinessRelation,
    ContactEmail,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    ContactWebSource,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    TaxNumberCheck,
    WebSource,
)
from tuttava.contacts.restoring import restorable
from tuttava.contacts.rules.deletion import DEPENDENTS, deletion_blockers
from tuttava.contacts.signals import Removal, contacts_deleting, contacts_restored
from tuttava.foundation.context import Context, acting
from tuttava.foundation.errors import DomainError, PermissionDenied, QuestionsPending
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import CommentLine, JournalChange, Picture
from tuttava.foundation.records import snapshot
from tuttava.foundation.undo import undo_unit
from tuttava.partners.models import Salesperson

pytestmark = pytest.mark.usefixtures("company")


@contextmanager
def heard_removals() -> Iterator[list[Removal]]:
    heard: list[Removal] = []

    def listen(removals: Sequence[Removal], **_signal: Any) -> None:
        heard.extend(removals)

    contacts_deleting.connect(listen)
    try:
        yield heard
    finally:
        contacts_deleting.disconnect(listen)


def furnish(contact: Contact) -> None:
    """Hang one row of every kind on the contact."""
    address = ContactAltAddress.objects.create(contact=contact, code="HOME", city="Bø")
    ContactAltAddressPeriod.objects.create(contact=contact, alt_address=address, starting_date=dt.date(2026, 1, 1))
    ContactEmail.objects.create(contact=contact, line_no=10000, email="a@b.example")
    ContactIndustryGroup.objects.create(contact=contact, industry_group=IndustryGroup.objects.all()[0])
    ContactMailingGroup.objects.create(contact=contact, mailing_group=MailingGroup.objects.all()[0])
    ContactJobResponsibility.objects.create(contact=contact, job_responsibility=JobResponsibility.objects.all()[0])
    ContactWebSource.objects.create(contact=contact, web_source=WebSource.objects.all()[0])
    ContactBusinessRelation.objects.create(
        contact=contact, business_relation=BusinessRelation.objects.all()[0], link_to_table="customer", linked_no="C1"
    )
    ContactAffiliation.objects.create(contact=contact, company=contact, role="Owner")
    TaxNumberCheck.objects.create(contact=contact, vat_registration_no="X", outcome="ok")
    Picture.objects.create(
        parent_kind="contact",
        parent_id=contact.pk,
        content_type="image/png",
        width=1,
        height=1,
        content=b"\x00\xff\n",
        thumbnail=b"'\\",
    )
    CommentLine.objects.create(owner_kind="contact", owner_id=contact.pk, line_no=10000, comment="Hi")


def hanging(contact: Contact) -> int:
    rows = [model._default_manager.filter(contact=contact).count() for model in DEPENDENTS]
    loose = (
        CommentLine.objects.filter(owner_id=contact.pk).count() + Picture.objects.filter(parent_id=contact.pk).count()
    )
    return sum(rows) + loose


def gone(contact: Contact) -> bool:
    return not Contact.objects.filter(pk=contact.pk).exists()


@pytest.mark.parametrize(
    ("codes", "first"),
    [
        (["open_opportunities", "on_segment", "open_tasks"], "open_tasks"),
        (["open_opportunities", "on_segment"], "on_segment"),
        (["open_opportunities"], "open_opportunities"),
    ],
)
def test_open_work_stops_the_deletion_in_order(codes: list[str], first: str) -> None:  # C-83
    anna = person()
    with ExitStack() as rooms:
        for code in codes:
            rooms.enter_context(in_the_way(Situation.DELETE, f"contact.delete.{code}", anna.pk))
        assert code_of(lambda: delete_contact(anna)) == f"contact.delete.{first}"
    assert not gone(anna)


def test_one_person_with_open_work_stops_the_whole_company() -> None:  # C-84
    company = firm()
    anna, ida = person(company), person(company)
    with (
        in_the_way(Situation.DELETE, "contact.delete.open_tasks", anna.pk, ida.pk),
        pytest.raises(DomainError) as refused,
    ):
        assert {blocker.contact_id for blocker in deletion_blockers(company)} == {anna.pk, ida.pk}
        delete_contact(company)
    assert [detail.code for detail in refused.value.details] == ["contact.delete.open_tasks"] * 2
    assert not gone(company) and not gone(anna) and not gone(ida)


def test_company_goes_with_its_people_and_all_that_hangs_on_them() -> None:  # C-84, C-85, C-86
    company, bystander = firm(), firm()
    anna, other = person(company), person(bystander)
    for contact in (company, anna, bystander):
        furnish(contact)
    with heard_removals() as heard:
        delete_contact(company)
    assert gone(company) and gone(anna) and not gone(other)
    assert (hanging(company), hanging(anna), hanging(bystander)) == (0, 0, 12)
    assert heard == [Removal(company.pk, True, None), Removal(anna.pk, False, None)]


def test_history_of_a_person_goes_to_the_company() -> None:  # C-85
    company = firm()
    anna, free = person(company), person()
    with heard_removals() as heard:
        delete_contact(anna)
        delete_contact(free)
    assert heard == [Removal(anna.pk, False, company.pk), Removal(free.pk, False, None)]


def test_user_may_keep_the_people_as_independent() -> None:  # C-84
    company = firm(address="Kaigaten 1")
    anna = person(company)
    with acting(Context(interactive=True)), pytest.raises(QuestionsPending) as asked:
        delete_contact(company)
    assert [(q.code, q.default) for q in asked.value.questions] == [("q_people_independent", "no")]
    with acting(Context(interactive=True, answers={"q_people_independent": "yes"})), heard_moves() as moves:
        delete_contact(company)
    anna = fresh(anna)
    assert gone(company)
    assert (anna.company_id, anna.company_no, anna.company_name, anna.address) == (None, "", "", "Kaigaten 1")
    assert len(moves) == 1


def test_company_without_people_asks_nothing() -> None:  # C-84
    with acting(Context(interactive=True)):
        company = firm()
        delete_contact(company)
    assert gone(company)


def test_people_on_segments_cannot_become_independent() -> None:  # C-22, C-84
    company = firm()
    anna = person(company)
    with (
        in_the_way(Situation.CHANGE_COMPANY, "contact.company.on_segment", anna.pk),
        acting(Context(answers={"q_people_independent": "yes"})),
    ):
        assert code_of(lambda: delete_contact(company)) == "contact.company.on_segment"


def test_large_company_takes_a_fixed_number_of_statements(django_assert_max_num_queries: Any) -> None:  # C-84
    company = firm()
    Contact.objects.bulk_create(
        [Contact(no=f"B{n}", type="person", company=company, company_no=company.no) for n in range(300)]
    )
    with acting(Context()), django_assert_max_num_queries(42):
        delete_contact(company)
    assert not Contact.objects.exists()


def test_affiliations_to_a_deleted_company_go() -> None:  # C-86
    company, anna = firm(), person()
    ContactAffiliation.objects.create(contact=anna, company=company)
    delete_contact(company)
    assert not ContactAffiliation.objects.exists() and not gone(anna)


def test_delete_needs_its_own_right() -> None:  # C-83
    anna = person()
    with acting(Context(rights=frozenset({"api.write", "api.read"}))), pytest.raises(PermissionDenied):
        delete_contact(anna)


def test_restored_company_is_as_it_was_with_people_and_belongings() -> None:  # C-87
    company = firm(phone_no="55 10 20 30", salesperson_code=salesperson("JO"))
    anna = person(company)
    furnish(company), furnish(anna)
    before = {contact.pk: snapshot(fresh(contact)) for contact in (company, anna)}
    delete_contact(company)
    heard: list[Any] = []

    def listen(ids: Sequence[Any], **_signal: Any) -> None:
        heard.extend(ids)

    contacts_restored.connect(listen)
    try:
        restored = restore(company.no.lower())
    finally:
        contacts_restored.disconnect(listen)
    assert restored.pk == company.pk and set(heard) == {company.pk, anna.pk}
    renewed = ("version", "last_modified_at", "contact_business_relation")
    for contact in (company, anna):
        after = snapshot(fresh(contact))
        assert {k: v for k, v in after.items() if k not in renewed} == {
            k: v for k, v in before[contact.pk].items() if k not in renewed
        }
        assert hanging(contact) == 12
    assert bytes(Picture.objects.get(parent_id=company.pk).content) == b"\x00\xff\n"
    assert (fresh(company).contact_business_relation, fresh(anna).contact_business_relation) == ("other", "multiple")
    assert change(fresh(anna), fax_no="1").fax_no == "1"


def test_restored_person_shows_its_company_as_it_is_now() -> None:  # C-87
    company = firm()
    anna = person(company)
    delete_contact(anna)
    change_number(change(company, name="Fjell AS"), "NEW")
    anna = restore(anna.no)
    assert (anna.company_id, anna.company_no, anna.company_name) == (company.pk, "NEW", "Fjell AS")


def test_undo_of_a_move_shows_the_former_company_as_it_is_now() -> None:
    company = firm()
    anna = person(company)
    with unit_of_work("move") as unit:
        change(anna, company_no=firm(name="Other").no)
    change(company, name="Fjell AS")
    undo_unit(unit, strict=False)
    assert (fresh(anna).company_id, fresh(anna).company_name) == (company.pk, "Fjell AS")


def test_restored_person_whose_company_is_gone_is_independent() -> None:  # C-87
    company = firm()
    anna = person(company)
    delete_contact(anna)
    delete_contact(company)
    anna = restore(anna.no)
    assert (anna.company_id, anna.company_no, anna.company_name) == (None, "", "")
    assert restore(company.no).pk == company.pk


def test_restored_without_codes_and_relations_that_are_gone() -> None:  # C-87
    company = firm(salesperson_code=salesperson("JO"))
    furnish(company)
    delete_contact(company)
    Salesperson.objects.filter(code="JO").delete()
    MailingGroup.objects.all().delete()
    other = firm()
    ContactBusinessRelation.objects.create(
        contact=other, business_relation=BusinessRelation.objects.all()[0], link_to_table="customer", linked_no="C1"
    )
    with acting(Context()) as context:
        restored = restore(company.no)
    assert restored.salesperson_code is None
    assert restored.contactmailinggroups.count() == restored.contactbusinessrelations.count() == 0
    assert restored.contactindustrygroups.count() == 1
    assert {message.code for message in context.messages} == {"contact.restored_without"}


def test_number_given_away_stops_the_restoring() -> None:  # C-87
    anna = person(no="P1")
    delete_contact(anna)
    firm(no="P1")
    assert code_of(lambda: restore("P1")) == "already_exists"


def test_nothing_comes_back_twice_or_from_nothing() -> None:  # C-87
    anna = person()
    assert code_of(lambda: restore(anna.no)) == "nothing_to_restore"
    delete_contact(anna)
    restore(anna.no)
    assert code_of(lambda: restore(anna.no)) == "nothing_to_restore"


def test_deleted_contacts_are_kept_for_the_days_of_the_setup() -> None:  # C-87
    anna = person()
    delete_contact(anna)
    assert [(row.no, row.name, row.type) for row in restorable()] == [(anna.no, "Anna Berg", "person")]
    JournalChange.objects.filter(operation="D").update(at=timezone.now() - dt.timedelta(days=31))
    assert restorable() == [] and code_of(lambda: restore(anna.no)) == "nothing_to_restore"
    setup(restore_days=40)
    assert restore(anna.no).pk == anna.pk
    assert restorable() == []


def test_zero_days_means_nothing_comes_back() -> None:  # C-87
    setup(restore_days=0)
    anna = person()
    delete_contact(anna)
    assert code_of(lambda: restore(anna.no)) == "nothing_to_restore"


def test_contacts_deleted_in_one_action_come_back_one_by_one() -> None:  # C-87
    anna, ida = person(), person()
    with unit_of_work("delete many"):
        delete_contact(anna)
        delete_contact(ida)
    restore(ida.no)
    assert gone(anna) and not gone(ida)


def test_number_deleted_twice_brings_the_later_contact_back() -> None:  # C-87
    first = person(no="P1")
    delete_contact(first)
    second = person(no="P1", name="Ida Lie")
    delete_contact(second)
    assert restore("P1").name == "Ida Lie"
