"""Steps add, remove and keep contacts, are recorded, and can be gone back."""

from __future__ import annotations

from contextlib import AbstractContextManager

import pytest

from tests.segments.making import line_of, make_company, make_person, make_segment, on, vocabulary
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import JournalChange, UnitOfWork
from tuttava.foundation.undo import undo_unit
from tuttava.segments import by_hand, criteria_log, planning, steps
from tuttava.segments.criteria_log import Options
from tuttava.segments.models import SegmentCriteriaLine, SegmentHistoryEntry, SegmentLine

pytestmark = pytest.mark.usefixtures("company")

ALL = {"contact": {"name": "*"}}


@pytest.fixture
def firms() -> tuple[Contact, Contact, Contact, Contact]:
    """Two companies, the second with two people."""
    berg, aas = make_company(name="Berg AS"), make_company(name="Aas AS")
    one, two = make_person(name="Kari Li", company_no=aas.no), make_person(name="Bo Dal", company_no=aas.no)
    return berg, aas, one, two


def _going_back() -> AbstractContextManager[object]:
    return acting(answers={"q_undo": "yes"})


def test_lines_come_in_the_order_of_companies(firms: tuple[Contact, ...]) -> None:  # S-46
    segment = make_segment()
    counts = steps.add_contacts(segment, ALL)
    assert on(segment) == ["Aas AS", "Bo Dal", "Kari Li", "Berg AS"]
    assert (counts.selected, counts.added, counts.criteria_actions) == (4, 4, 1)
    assert [line.line_no for line in SegmentLine.objects.order_by("line_no")] == [10000, 20000, 30000, 40000]


def test_dry_run_counts_and_changes_nothing(firms: tuple[Contact, ...]) -> None:  # S-46
    segment = make_segment()
    assert steps.add_contacts(segment, ALL, dry_run=True).added == 4
    assert on(segment) == [] and criteria_log.actions_of(segment) == 0


def test_existing_and_excluded_are_skipped_and_counted(firms: tuple[Contact, ...]) -> None:  # S-44, S-45
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"name": "Berg*"}})
    records.change(firms[2], {"exclude_from_segment": True})
    counts = steps.add_contacts(segment, ALL)
    assert (counts.selected, counts.added, counts.skipped_existing, counts.skipped_excluded) == (4, 2, 1, 1)


def test_going_back_brings_a_removed_line_back_as_it_was(firms: tuple[Contact, ...]) -> None:  # S-34
    segment = make_segment()
    steps.add_contacts(segment, ALL)
    line = line_of(segment, firms[3])
    by_hand.change_line(line, {"description": "Only for Bo"})
    steps.reduce_contacts(segment, {"contact": {"name": "Bo*|Berg*"}})
    assert on(segment) == ["Aas AS", "Kari Li"]
    with _going_back():
        steps.go_back(segment)
    assert on(segment) == ["Aas AS", "Bo Dal", "Kari Li", "Berg AS"]
    back = line_of(segment, firms[3])
    assert (back.pk, back.line_no, back.description) == (line.pk, 20000, "Only for Bo")
    assert criteria_log.actions_of(segment) == 1


def test_expanding_takes_the_company_and_its_people(firms: tuple[Contact, ...]) -> None:  # S-43
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"name": "Kari*"}}, Options(expand_companies=True))
    assert on(segment) == ["Aas AS", "Bo Dal", "Kari Li"]


def test_keeping_removes_the_others_and_lines_without_contact(firms: tuple[Contact, ...]) -> None:  # S-50
    segment = make_segment()
    steps.add_contacts(segment, ALL)
    by_hand.add_line(segment, {"description": "Somebody"})
    gone = steps.refine_contacts(segment, {"contact": {"type": "Person"}})
    assert gone.removed == 3 and on(segment) == ["Bo Dal", "Kari Li"]


def test_lines_by_hand_are_steps(firms: tuple[Contact, ...]) -> None:  # S-31
    segment = make_segment()
    line = by_hand.add_line(segment, {"contact_id": firms[0].pk})
    by_hand.change_line(line, {"contact_id": firms[1].pk})
    assert [step.action for step in criteria_log.steps_of(segment)] == ["add", "reduce", "add"]
    assert SegmentHistoryEntry.objects.filter(segment=segment).count() == 3
    with _going_back():
        steps.go_back(segment, 2)
    assert on(segment) == ["Berg AS"]


def test_unknown_field_of_a_filter_is_refused_with_its_place() -> None:  # S-40
    with pytest.raises(DomainError) as refused:
        steps.add_contacts(make_segment(), {"contact": {"nmae": "x"}})
    assert refused.value.code == "bad_filter"
    assert not SegmentCriteriaLine.objects.exists()


def test_template_flows_to_lines(firms: tuple[Contact, ...]) -> None:  # S-10
    template = vocabulary()
    segment = make_segment()
    steps.add_contacts(segment, ALL)
    records.change(segment, {"interaction_template_code": template.code})
    assert set(SegmentLine.objects.values_list("interaction_template_code", "interaction_group_code")) == {
        ("MEET", "TALKS")
    }


def test_contact_on_a_segment_is_not_deleted(firms: tuple[Contact, ...]) -> None:  # S-28
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"name": "Berg*"}})
    with pytest.raises(DomainError) as refused:
        records.delete(firms[0])
    assert "contact.delete.on_segment" in {refused.value.code, *(detail.code for detail in refused.value.details)}


def test_large_step_is_undone_by_going_back(
    monkeypatch: pytest.MonkeyPatch, firms: tuple[Contact, ...]
) -> None:  # S-34
    monkeypatch.setattr(planning, "MANY", 3)
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"name": "Berg*"}})
    steps.add_contacts(segment, ALL)
    unit = UnitOfWork.objects.filter(action="add contacts").latest("at")
    assert not JournalChange.objects.filter(unit=unit, record_type="segments.segmentline").exists()
    undo_unit(unit.pk)
    assert on(segment) == ["Berg AS"] and criteria_log.actions_of(segment) == 1
    assert not SegmentHistoryEntry.objects.filter(segment=segment, action_no=2).exists()


def test_large_step_behind_others_is_not_undone(
    monkeypatch: pytest.MonkeyPatch, firms: tuple[Contact, ...]
) -> None:  # S-34
    monkeypatch.setattr(planning, "MANY", 3)
    segment = make_segment()
    steps.add_contacts(segment, ALL)
    first = UnitOfWork.objects.filter(action="add contacts").latest("at")
    steps.reduce_contacts(segment, {"contact": {"name": "Berg*"}})
    with pytest.raises(DomainError) as refused:
        undo_unit(first.pk)
    assert refused.value.code == "undo.changed_since"
    with _going_back():
        steps.go_back(segment, 2)
    assert on(segment) == []
    with pytest.raises(DomainError):
        undo_unit(UnitOfWork.objects.filter(action__startswith="go back").latest("at").pk)


def test_removed_in_a_large_step_come_back_as_they_were(
    monkeypatch: pytest.MonkeyPatch, firms: tuple[Contact, ...]
) -> None:  # S-34
    segment = make_segment()
    steps.add_contacts(segment, ALL)
    monkeypatch.setattr(planning, "MANY", 2)
    before = list(SegmentLine.objects.order_by("line_no").values())
    steps.reduce_contacts(segment, {"contact": {"type": "Company"}})
    assert not JournalChange.objects.filter(record_type="segments.segmentline", operation="D").exists()
    undo_unit(UnitOfWork.objects.filter(action="reduce contacts").latest("at").pk)
    assert list(SegmentLine.objects.order_by("line_no").values()) == before


def test_emptying_step_is_undone_although_steps_were_forgotten(
    monkeypatch: pytest.MonkeyPatch, firms: tuple[Contact, ...]
) -> None:  # S-26
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"type": "Company"}})
    steps.add_contacts(segment, ALL)
    monkeypatch.setattr(planning, "MANY", 2)
    steps.reduce_contacts(segment, ALL)
    assert criteria_log.actions_of(segment) == 0
    undo_unit(UnitOfWork.objects.filter(action="reduce contacts").latest("at").pk)
    assert on(segment) == ["Aas AS", "Berg AS", "Bo Dal", "Kari Li"] and criteria_log.actions_of(segment) == 2
