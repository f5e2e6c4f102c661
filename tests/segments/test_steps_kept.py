"""Steps in the log of a segment, gone back, and kept under a code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.interactions.making import logged
from tests.segments.making import fill, line_of, make_company, make_person, make_segment, on
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError, QuestionsPending
from tuttava.interactions.models import InteractionLogEntry
from tuttava.segments import by_hand, criteria_log, saved, steps
from tuttava.segments.criteria_log import Options
from tuttava.segments.models import (
    LoggedSegment,
    SavedSegmentCriteria,
    SavedSegmentCriteriaLine,
    Segment,
    SegmentCriteriaLine,
    SegmentHistoryEntry,
    SegmentLine,
)

pytestmark = pytest.mark.usefixtures("company")

ALL = {"contact": {"name": "*"}}
NOBODY = {"contact": {"name": "Nobody"}}


@pytest.fixture
def firms() -> tuple[Contact, Contact, Contact, Contact]:
    """Berg, and Aas with Kari and Bo."""
    berg, aas = make_company(name="Berg AS"), make_company(name="Aas AS")
    kari, bo = make_person(name="Kari Li", company_no=aas.no), make_person(name="Bo Dal", company_no=aas.no)
    return berg, aas, kari, bo


@contextmanager
def _answering(**answers: str) -> Iterator[None]:
    with acting(answers=answers):
        yield


def _refused(code: str, work: Any, *arguments: Any) -> DomainError:
    with pytest.raises(DomainError) as refused:
        work(*arguments)
    assert refused.value.code == code
    return refused.value


def _log(segment: Segment) -> list[tuple[Any, ...]]:
    rows = SegmentCriteriaLine.objects.filter(segment=segment).order_by("line_no")
    return list(rows.values_list("line_no", "type", "action", "entity_name", "no_of_filters"))


# -- the log -----------------------------------------------------------------------------------------------------------


def test_each_step_is_a_line_with_a_line_for_each_of_its_filters(firms: tuple[Contact, ...]) -> None:  # S-30
    segment = make_segment()
    filters = {"contact": {"name": "A*|@b*", "city": "<>Oslo"}, "mailingGroup": {"mailingGroupCode": "''"}}
    steps.add_contacts(segment, {**filters, "industryGroup": {}}, Options(expand_companies=True))
    steps.refine_contacts(segment, NOBODY, entire_companies=True)
    assert _log(segment) == [
        (1, "action", "add", "", 2),
        (2, "filter", "none", "contact", 0),
        (3, "filter", "none", "mailingGroup", 0),
        (4, "action", "refine", "", 1),
        (5, "filter", "none", "contact", 0),
    ]
    first, second = criteria_log.steps_of(segment)
    assert (first.filters, first.options) == (filters, Options(expand_companies=True))
    assert (second.filters, second.options) == (NOBODY, Options(entire_companies=True))


def test_a_step_that_changes_nothing_is_written_too(firms: tuple[Contact, ...]) -> None:  # S-30
    segment = make_segment()
    assert steps.add_contacts(segment, NOBODY).criteria_actions == 1
    assert not SegmentHistoryEntry.objects.exists()


def test_the_history_has_every_contact_that_came_or_went(firms: tuple[Contact, ...]) -> None:  # S-32
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"type": "Company"}})
    steps.reduce_contacts(segment, {"contact": {"name": "Berg*"}})
    history = SegmentHistoryEntry.objects.filter(segment=segment)
    assert list(history.values_list("action_no", "line_no", "contact__name", "action_taken")) == [
        (1, 10000, "Aas AS", "insertion"),
        (1, 20000, "Berg AS", "insertion"),
        (2, 20000, "Berg AS", "deletion"),
    ]


# -- going back --------------------------------------------------------------------------------------------------------


def test_going_back_asks_and_needs_a_step(firms: tuple[Contact, ...]) -> None:  # S-34
    segment = make_segment()
    _refused("nothing_to_undo", steps.go_back, segment)
    steps.add_contacts(segment, ALL)
    with acting(interactive=True), pytest.raises(QuestionsPending) as asked:
        steps.go_back(segment)
    assert [(each.code, each.default) for each in asked.value.questions] == [("q_undo", "no")]
    with _answering(q_undo="no"):
        steps.go_back(segment)
    assert len(on(segment)) == 4
    _refused("nothing_to_undo", steps.go_back, segment, 2)


def test_steps_are_gone_back_one_by_one_until_none_is_left(firms: tuple[Contact, ...]) -> None:  # S-34
    segment, seen = make_segment(), []
    for step, filters in (
        (steps.add_contacts, ALL),
        (steps.reduce_contacts, {"contact": {"name": "Bo*"}}),
        (steps.refine_contacts, {"contact": {"type": "Company"}}),
        (steps.add_contacts, {"contact": {"type": "Person"}}),
    ):
        seen.append(on(segment))
        step(segment, filters)
    with _answering(q_undo="yes"):
        for number, before in zip(range(3, -1, -1), reversed(seen), strict=True):
            steps.go_back(segment)
            assert (on(segment), criteria_log.actions_of(segment)) == (before, number)
    assert not SegmentHistoryEntry.objects.filter(segment=segment).exists()


def test_several_steps_are_gone_back_at_once(firms: tuple[Contact, ...]) -> None:  # S-34
    segment = make_segment()
    steps.add_contacts(segment, ALL)
    before = on(segment)
    steps.reduce_contacts(segment, {"contact": {"name": "Bo*"}})
    steps.refine_contacts(segment, {"contact": {"type": "Company"}})
    with _answering(q_undo="yes"):
        steps.go_back(segment, 2)
    assert (on(segment), criteria_log.actions_of(segment)) == (before, 1)


def test_of_two_lines_of_a_contact_the_one_of_the_step_goes(firms: tuple[Contact, ...]) -> None:  # S-34
    segment = make_segment()
    first, _second = fill(segment, firms[0], firms[0])
    with _answering(q_undo="yes"):
        steps.go_back(segment)
    assert line_of(segment, firms[0]) == first


def test_going_back_works_after_steps_were_forgotten(firms: tuple[Contact, ...]) -> None:  # S-34
    segment = make_segment()
    steps.add_contacts(segment, ALL)
    assert steps.reduce_contacts(segment, ALL).criteria_actions == 0
    steps.add_contacts(segment, {"contact": {"name": "Berg*"}})
    steps.add_contacts(segment, ALL)
    with _answering(q_undo="yes"):
        steps.go_back(segment)
    assert (on(segment), criteria_log.actions_of(segment)) == (["Berg AS"], 1)


# -- adding ------------------------------------------------------------------------------------------------------------


def test_who_is_there_comes_again_only_when_that_is_wanted(firms: tuple[Contact, ...]) -> None:  # S-45
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"name": "Berg*"}})
    berg = {"contact": {"name": "Berg*"}}
    assert steps.add_contacts(segment, berg).skipped_existing == 1
    counts = steps.add_contacts(segment, berg, Options(allow_existing_contacts=True))
    assert (counts.added, counts.skipped_existing, on(segment)) == (1, 0, ["Berg AS", "Berg AS"])


def test_the_same_criteria_give_the_same_lines(firms: tuple[Contact, ...]) -> None:  # S-46
    make_person(name="Aase Vik")
    one, other = make_segment(), make_segment()
    for segment in (one, other):
        steps.add_contacts(segment, ALL)
    lines = [list(SegmentLine.objects.filter(segment=each).values_list("line_no", "contact")) for each in (one, other)]
    assert lines[0] == lines[1]
    assert on(one) == ["Aase Vik", "Aas AS", "Bo Dal", "Kari Li", "Berg AS"]


def test_new_lines_go_behind_the_last_one(firms: tuple[Contact, ...]) -> None:  # S-46
    segment = make_segment()
    fill(segment, firms[2])
    steps.add_contacts(segment, {"contact": {"type": "Company"}})
    assert list(SegmentLine.objects.filter(segment=segment).values_list("line_no", flat=True)) == [10000, 20000, 30000]
    assert on(segment) == ["Kari Li", "Aas AS", "Berg AS"]


# -- reducing and refining ---------------------------------------------------------------------------------------------


def test_only_contacts_of_the_segment_are_looked_at(firms: tuple[Contact, ...]) -> None:  # S-50
    segment = make_segment()
    fill(segment, firms[0], firms[2])
    assert steps.reduce_contacts(segment, {"contact": {"type": "Company"}}).removed == 1
    assert on(segment) == ["Kari Li"]


def test_a_company_counts_as_a_whole_where_that_is_wanted(firms: tuple[Contact, ...]) -> None:  # S-51
    kari = {"contact": {"name": "Kari*"}}
    one, other, third = make_segment(), make_segment(), make_segment()
    for segment in (one, other):
        steps.add_contacts(segment, ALL)
    assert steps.reduce_contacts(one, kari, entire_companies=True).removed == 3
    assert on(one) == ["Berg AS"]
    assert steps.refine_contacts(other, kari, entire_companies=True).removed == 1
    assert on(other) == ["Aas AS", "Bo Dal", "Kari Li"]
    # Kari is not on the segment herself, but of the company of its line.
    fill(third, firms[1], firms[0])
    assert steps.refine_contacts(third, kari, entire_companies=True).removed == 1
    assert on(third) == ["Aas AS"]


def test_without_filters_everybody_matches(firms: tuple[Contact, ...]) -> None:  # S-52
    segment = make_segment()
    steps.add_contacts(segment, ALL)
    by_hand.add_line(segment, {"description": "Somebody"})
    assert steps.refine_contacts(segment, {}).removed == 1
    assert len(on(segment)) == 4
    with _answering(q_reset_criteria="no"):
        assert steps.reduce_contacts(segment, {}).removed == 4
    assert criteria_log.actions_of(segment) == 3


@pytest.mark.parametrize(("answer", "actions"), [("yes", 0), ("no", 2)])
def test_emptying_a_segment_may_forget_its_steps(firms: tuple[Contact, ...], answer: str, actions: int) -> None:  # S-53
    segment = make_segment()
    steps.add_contacts(segment, ALL)
    with _answering(q_reset_criteria=answer):
        assert steps.reduce_contacts(segment, ALL).criteria_actions == actions
    assert criteria_log.actions_of(segment) == actions
    assert SegmentHistoryEntry.objects.filter(segment=segment).exists() == (actions > 0)


def test_a_dry_run_of_removing_only_counts(firms: tuple[Contact, ...]) -> None:  # S-50
    segment = make_segment()
    steps.add_contacts(segment, ALL)
    with acting(rights=frozenset({"api.read"})):
        assert steps.reduce_contacts(segment, {"contact": {"name": "B*"}}, dry_run=True).removed == 2
        assert steps.refine_contacts(segment, {"contact": {"name": "B*"}}, dry_run=True).removed == 2
        _refused("permission.denied", steps.reduce_contacts, segment, ALL)
    assert (len(on(segment)), criteria_log.actions_of(segment)) == (4, 1)


# -- kept steps --------------------------------------------------------------------------------------------------------


def test_steps_are_kept_as_they_are(firms: tuple[Contact, ...]) -> None:  # S-55
    segment = make_segment()
    _refused("no_criteria", saved.save_criteria, segment, "NEWS")
    steps.add_contacts(segment, ALL, Options(ignore_exclusion=True))
    steps.refine_contacts(segment, {"contact": {"name": "B*|workdate"}}, entire_companies=True)
    assert _refused("field_required", saved.save_criteria, segment, " ").field == "code"
    with acting(user_name="kari"):
        made = saved.save_criteria(segment, "news", "For news")
    assert (made.code, made.description, made.user_id) == ("NEWS", "For news", "kari")
    _refused("already_exists", saved.save_criteria, segment, "NEWS")
    names = ("line_no", "type", "action", "entity_name", "filters", "ignore_exclusion", "entire_companies")
    kept = SavedSegmentCriteriaLine.objects.filter(saved=made).values_list(*names)
    assert list(kept) == list(SegmentCriteriaLine.objects.filter(segment=segment).values_list(*names))


def test_kept_steps_are_gone_through_again_on_top(firms: tuple[Contact, ...]) -> None:  # S-56
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"type": "Company"}}, Options(expand_companies=True))
    steps.refine_contacts(segment, {"contact": {"name": "Kari*"}}, entire_companies=True)
    saved.save_criteria(segment, "AAS")
    other = make_segment()
    saved.reuse_criteria(other, "aas")
    assert on(other) == on(segment) == ["Aas AS", "Bo Dal", "Kari Li"]
    assert criteria_log.steps_of(other) == criteria_log.steps_of(segment)
    with acting(interactive=True), pytest.raises(QuestionsPending) as asked:
        saved.reuse_criteria(other, "AAS")
    assert [(each.code, each.default) for each in asked.value.questions] == [("q_reuse_over_existing", "no")]
    saved.reuse_criteria(other, "AAS")
    assert criteria_log.actions_of(other) == 2
    with _answering(q_reuse_over_existing="yes"):
        saved.reuse_criteria(other, "AAS")
    assert criteria_log.actions_of(other) == 4
    _refused("not_found", saved.reuse_criteria, other, "NONE")


def test_people_of_a_logged_segment_are_taken_again(firms: tuple[Contact, ...]) -> None:  # S-57
    LoggedSegment.objects.create(entry_no=7, segment_no="SM1", creation_date="2026-03-02")
    berg, aas, kari, bo = firms
    for contact in (kari, kari, berg, aas, bo):
        _logged_with(contact, 7)
    canceled = InteractionLogEntry.objects.filter(contact=aas, logged_segment_entry_no=7)
    canceled.update(canceled=True)
    segment = make_segment(description="Again")
    saved.reuse_logged(segment, 7)
    assert on(segment) == ["Kari Li", "Kari Li", "Berg AS", "Bo Dal"]
    (step,) = criteria_log.steps_of(segment)
    assert (step.action, step.filters) == ("add", {"interactionLogEntry": {"loggedSegmentEntryNo": "7"}})
    assert line_of(segment, berg).description == "Again"
    _refused("not_found", saved.reuse_logged, segment, 8)
    with acting(interactive=True), pytest.raises(QuestionsPending):
        saved.reuse_logged(segment, 7)
    with _answering(q_undo="yes"):
        steps.go_back(segment)
    assert on(segment) == []


def _logged_with(contact: Contact, logged_segment: int) -> None:
    entry = logged(contact)
    InteractionLogEntry.objects.filter(pk=entry.pk).update(logged_segment_entry_no=logged_segment)


def test_kept_steps_that_go_leave_segments_alone(firms: tuple[Contact, ...]) -> None:  # S-58
    segment = make_segment()
    steps.add_contacts(segment, ALL)
    made = saved.save_criteria(segment, "NEWS")
    records.delete(made)
    assert not SavedSegmentCriteria.objects.exists() and not SavedSegmentCriteriaLine.objects.exists()
    assert (len(on(segment)), criteria_log.actions_of(segment)) == (4, 1)
