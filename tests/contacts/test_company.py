"""Belonging to a company (C-6, C-21 to C-28)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from tests.contacts.register import change, firm, fresh, person
from tuttava.contacts.actions import change_company
from tuttava.contacts.blockers import Blocker, Situation, provides, unplug
from tuttava.contacts.models import Contact
from tuttava.contacts.queries import related_contacts
from tuttava.contacts.signals import Move, persons_moved
from tuttava.foundation.context import Context, acting
from tuttava.foundation.errors import DomainError, QuestionsPending

pytestmark = pytest.mark.usefixtures("company")


@contextmanager
def in_the_way(situation: Situation, code: str, *ids: UUID) -> Iterator[None]:
    """A room that names a record in the way of these contacts."""

    def provider(asked: Sequence[UUID]) -> list[Blocker]:
        return [Blocker(code, each, f"Something of {code}.", "things", "1") for each in asked if each in ids]

    provides(situation)(provider)
    try:
        yield
    finally:
        unplug(situation, provider)


@contextmanager
def heard_moves() -> Iterator[list[Move]]:
    heard: list[Move] = []

    def listen(moves: Sequence[Move], **_signal: Any) -> None:
        heard.extend(moves)

    persons_moved.connect(listen)
    try:
        yield heard
    finally:
        persons_moved.disconnect(listen)


def code_of(act: Any) -> str:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value.code


def test_only_a_person_has_a_company_and_only_a_company_can_be_it() -> None:  # C-21
    company, anna = firm(), person()
    assert code_of(lambda: change(firm(), company_no=company.no)) == "contact.wrong_type"
    assert code_of(lambda: change(anna, company_no=person().no)) == "contact.company.not_a_company"
    assert code_of(lambda: change(anna, company_no="NOWHERE")) == "not_found"
    assert code_of(lambda: change_company(company, firm())) == "contact.wrong_type"


def test_company_may_be_given_its_own_number_and_name() -> None:  # C-21
    company = firm(no="C1", company_no="C1", company_name="fjord as")
    assert (company.company_no, company.company_name) == ("C1", "Fjord AS")
    assert code_of(lambda: firm(no="C2", company_name="Fjell AS")) == "contact.wrong_type"


def test_company_stays_while_the_person_is_on_an_open_segment() -> None:  # C-22
    anna, other = person(firm()), firm()
    with in_the_way(Situation.CHANGE_COMPANY, "contact.company.on_segment", anna.pk):
        assert code_of(lambda: change_company(anna, other)) == "contact.company.on_segment"
        assert change(anna, company_no=anna.company_no, fax_no="1").fax_no == "1"
    assert change_company(anna, other).company_id == other.pk


def test_clearing_the_company_keeps_everything_else() -> None:  # C-23
    anna = change(person(firm(address="Kaigaten 1")), company_no="")
    assert (anna.company_id, anna.company_no, anna.company_name, anna.address) == (None, "", "", "Kaigaten 1")


def test_same_company_again_changes_nothing() -> None:  # C-24
    company = firm(phone_no="55")
    anna = change(person(company), phone_no="99")
    again = change(anna, company_no=company.no)
    assert (again.phone_no, again.version, again.last_modified_at) == ("99", anna.version, anna.last_modified_at)


def test_refused_company_leaves_the_person_as_it_was() -> None:  # C-24
    anna = person(firm(phone_no="55"))
    code_of(lambda: change(anna, company_no=person().no))
    assert fresh(anna).version == anna.version


def test_company_can_be_entered_by_id() -> None:  # C-24
    company = firm()
    assert change(person(), company=company).company_no == company.no


def test_moves_are_told_with_where_from_and_where_to() -> None:  # C-25
    old, new, anna = firm(), firm(), person()
    with heard_moves() as heard:
        anna = change_company(anna, old)
        anna = change_company(anna, new)
        anna = change_company(anna, None)
        person(old)
    assert heard == [Move(anna.pk, None, old.pk), Move(anna.pk, old.pk, new.pk), Move(anna.pk, new.pk, None)]


def test_user_is_asked_whether_open_work_follows() -> None:  # C-25
    anna, new = person(firm()), firm()
    with in_the_way(Situation.OPEN_WORK, "open task", anna.pk), heard_moves() as heard:
        with acting(Context(interactive=True)), pytest.raises(QuestionsPending) as asked:
            change_company(anna, new)
        assert [(q.code, q.default) for q in asked.value.questions] == [("q_tasks_follow", "no")]
        assert fresh(anna).company_id != new.pk and not heard
        with acting(Context(interactive=True, answers={"q_tasks_follow": "yes"})):
            change_company(anna, new)
        assert [move.work_follows for move in heard] == [True]


def test_unattended_open_work_stays() -> None:  # C-25
    anna, new = person(firm()), firm()
    with in_the_way(Situation.OPEN_WORK, "open task", anna.pk), heard_moves() as heard:
        change_company(anna, new)
    assert [move.work_follows for move in heard] == [False]


def test_without_open_work_nothing_is_asked() -> None:  # C-25
    anna = person(firm())
    with acting(Context(interactive=True)):
        assert change_company(anna, None).company_no == ""


def test_typed_name_finds_the_company_and_its_real_name_is_kept() -> None:  # C-26, C-67
    company = firm(name="Strandkompaniet AS")
    assert person(company_name="strandkompaniet as").company_id == company.pk
    assert person(company_name="Strandk").company_name == "Strandkompaniet AS"
    assert person(company_name=company.no).company_id == company.pk


def test_blank_company_name_leaves_the_company() -> None:  # C-26
    assert change(person(firm()), company_name="").company_id is None


def test_person_and_company_may_share_a_name() -> None:  # C-26
    company = firm(name="Anna Berg")
    assert person(name="Anna Berg", company_name="Anna Berg").company_id == company.pk


def test_number_decides_when_name_and_number_are_sent() -> None:  # C-26
    company = firm()
    firm(name="Fjell AS")
    assert person(company, company_name="Fjell AS").company_id == company.pk


def test_unknown_and_ambiguous_names_are_refused_with_candidates() -> None:  # C-67
    twins = [firm(name="Tvilling AS"), firm(name="tvilling AS")]
    assert code_of(lambda: person(company_name="Nobody")) == "contact.select_existing"
    with pytest.raises(DomainError) as refused:
        person(company_name="TVILLING AS")
    assert {detail.code for detail in refused.value.details} == {twin.no for twin in twins}
    assert person(company_name="Tvilling AS").company_id == twins[0].pk


def test_user_chooses_among_several_companies_of_a_name() -> None:  # C-67
    twins = [firm(name="Tvilling AS"), firm(name="tvilling AS")]
    with acting(Context(interactive=True)), pytest.raises(QuestionsPending) as asked:
        person(company_name="TVILLING AS")
    question = asked.value.questions[0]
    with acting(Context(interactive=True, answers={question.code: twins[1].no})):
        assert person(company_name="TVILLING AS").company_id == twins[1].pk
    with acting(Context(interactive=True, answers={question.code: ""})):
        assert code_of(lambda: person(company_name="TVILLING AS")) == "contact.select_existing"


def test_related_contacts_are_the_company_and_its_people() -> None:  # C-28
    company = firm()
    anna, ida, _stranger = person(company), person(company, name="Ida Lie"), person()
    assert list(related_contacts(anna)) == [company, anna, ida]
    assert list(related_contacts(_stranger)) == [_stranger]


def test_related_contacts_of_a_deep_company_name_the_company_first() -> None:  # C-28
    company = firm(name="Ås")
    person(company)
    assert related_contacts(company)[0] == company


def test_batch_reads_its_companies_once(django_assert_max_num_queries: Any) -> None:  # C-24
    from tuttava.contacts.rules.contact import ContactRules
    from tuttava.foundation.records import Edit, rules_of, save_many

    companies = [firm() for _ in range(5)]
    rules = rules_of(Contact)
    assert isinstance(rules, ContactRules)
    rows = [{"type": "person", "company_no": companies[n % 5].no, "name": f"Anna {n}"} for n in range(50)]
    with acting(Context()), django_assert_max_num_queries(40):
        rules.prepare(rows)
        edits = [Edit(Contact(), rules, typed=row) for row in rows]
        for edit, row in zip(edits, rows, strict=True):
            for name, value in row.items():
                edit.enter(name, value)
        save_many(edits)
    assert {edit.record.company_id for edit in edits} == {company.pk for company in companies}


def test_nonsense_as_company_id_is_refused_at_the_field() -> None:  # C-24
    with pytest.raises(DomainError) as refused:
        change(person(), company_id="nonsense")
    assert (refused.value.code, refused.value.field) == ("value_invalid", "company_id")


def test_companies_of_a_batch_stay_remembered_however_many_came_before(django_assert_num_queries: Any) -> None:  # C-24
    from tuttava.contacts.rules import company as rules

    with acting(Context()) as context:
        companies = [firm() for _ in range(3)]
        cache = context.cache.setdefault("contacts.companies", {})
        cache.update(dict.fromkeys(range(rules._MOST_REMEMBERED - 1), companies[0]))
        rules.start_batch(company.no for company in companies)
        with django_assert_num_queries(0):
            assert [rules.company_by_no(company.no) for company in companies] == companies
        rules.start_batch([])
        assert not cache
