"""Units of work with a large step are undone as a whole, whatever else they did, or refused before anything is written.

The journal does not tell the lines of a large step (S-34); here three lines are many.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Service
from tests.segments.making import line_of, make_company, make_person, make_segment, make_template, on, vocabulary
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import UnitOfWork, unit_of_work
from tuttava.foundation.undo import undo_unit
from tuttava.interactions.models import InteractionAttachment
from tuttava.segments import by_hand, criteria_log, logging, planning, saved, steps
from tuttava.segments.following import follow_up
from tuttava.segments.logged import reopen
from tuttava.segments.models import (
    LoggedSegment,
    SavedSegmentCriteria,
    Segment,
    SegmentCriteriaLine,
    SegmentHistoryEntry,
    SegmentInteractionLanguage,
    SegmentLine,
)

pytestmark = pytest.mark.usefixtures("company")

ALL = {"contact": {"name": "*"}}
PEOPLE = {"contact": {"type": "Person"}}
FOUR = ["Aas AS", "Bo Dal", "Kari Li", "Berg AS"]


@pytest.fixture
def firms(monkeypatch: pytest.MonkeyPatch) -> tuple[Contact, Contact, Contact, Contact]:
    """Two companies, the second with two people."""
    berg, aas = make_company(name="Berg AS"), make_company(name="Aas AS")
    one, two = make_person(name="Kari Li", company_no=aas.no), make_person(name="Bo Dal", company_no=aas.no)
    monkeypatch.setattr(planning, "MANY", 3)
    return berg, aas, one, two


def undone(*actions: Callable[[], Any]) -> None:
    """Do the actions in one unit of work and undo it."""
    with unit_of_work("several things") as unit:
        for act in actions:
            act()
    undo_unit(unit)


def all_of(segment: Segment) -> list[list[dict[str, Any]]]:
    """Everything that is stored of a segment, but for what counts how often it was stored."""
    models = (Segment, SegmentLine, SegmentCriteriaLine, SegmentHistoryEntry)
    rows = [
        model._default_manager.filter(**{"pk" if model is Segment else "segment": segment.pk}).order_by("pk").values()
        for model in models
    ]
    return [[{name: value for name, value in row.items() if name != "version"} for row in found] for found in rows]


def refused(words: str, unit: Any) -> None:
    before = [all_of(segment) for segment in Segment.objects.order_by("no")]
    with pytest.raises(DomainError) as error:
        undo_unit(unit)
    assert error.value.code == "undo.changed_since" and words in str(error.value.message)
    assert [all_of(segment) for segment in Segment.objects.order_by("no")] == before


def test_large_step_among_other_actions_goes_with_them(firms: tuple[Contact, ...]) -> None:  # S-34
    template = vocabulary()
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"name": "Berg*"}})
    before, names = all_of(segment), [contact.name for contact in firms]
    undone(
        lambda: records.change(firms[0], {"name": "Berg & Co"}),
        lambda: records.change(segment, {"description": "Autumn"}),
        lambda: steps.add_contacts(segment, ALL),
        lambda: records.change(segment, {"interaction_template_code": template.code}),
        lambda: by_hand.change_line(line_of(segment, firms[1]), {"description": "Own"}),
    )
    assert all_of(segment) == before
    assert [Contact.objects.get(pk=contact.pk).name for contact in firms] == names


def test_lines_that_a_unit_changed_and_removed_in_a_large_step_are_as_before_it(
    firms: tuple[Contact, ...], monkeypatch: pytest.MonkeyPatch
) -> None:  # S-34
    monkeypatch.setattr(planning, "MANY", 2)
    segment = make_segment()
    steps.add_contacts(segment, ALL)
    before = all_of(segment)
    undone(
        lambda: records.change(segment, {"description": "Autumn"}),
        lambda: by_hand.change_line(line_of(segment, firms[1]), {"description": "Own"}),
        lambda: steps.reduce_contacts(segment, {"contact": {"type": "Company"}}),
        lambda: by_hand.change_line(line_of(segment, firms[2]), {"description": "Later"}),
    )
    assert all_of(segment) == before


def test_small_steps_beside_a_large_one_are_taken_back_with_it(firms: tuple[Contact, ...]) -> None:  # S-34
    segment, later = make_segment(), make_person(name="Sent Med")
    steps.add_contacts(segment, {"contact": {"name": "Berg*|Sent*"}})
    before = all_of(segment)
    undone(
        lambda: by_hand.change_line(line_of(segment, firms[0]), {"description": "Own"}),
        lambda: by_hand.delete_line(line_of(segment, firms[0])),
        lambda: steps.add_contacts(segment, ALL),
        lambda: by_hand.delete_line(line_of(segment, firms[1])),
        lambda: by_hand.change_line(line_of(segment, later), {"contact_id": firms[1].pk}),
        lambda: steps.reduce_contacts(segment, {"contact": {"name": "Kari*"}}),
    )
    assert all_of(segment) == before


def test_segment_made_with_its_large_step_goes_as_a_whole(firms: tuple[Contact, ...]) -> None:  # S-34, S-67
    made: list[Segment] = []
    undone(lambda: made.append(make_segment()), lambda: steps.add_contacts(made[0], ALL))
    assert all_of(made[0]) == [[], [], [], []]


def test_content_that_came_with_a_template_goes_with_the_unit(firms: tuple[Contact, ...]) -> None:  # S-10, S-34
    template = make_template("NEWS", {None: b"<html>News</html>"})
    segment = make_segment()
    before, files = all_of(segment), InteractionAttachment.objects.count()
    undone(
        lambda: records.change(segment, {"interaction_template_code": template.code}),
        lambda: steps.add_contacts(segment, ALL),
        lambda: by_hand.delete_line(line_of(segment, firms[0])),
    )
    assert all_of(segment) == before and InteractionAttachment.objects.count() == files
    assert not SegmentInteractionLanguage.objects.exists()


def test_steps_on_two_segments_are_taken_back_on_both(firms: tuple[Contact, ...]) -> None:  # S-34
    one, other = make_segment(), make_segment()
    undone(lambda: steps.add_contacts(one, ALL), lambda: steps.add_contacts(other, ALL))
    assert on(one) == on(other) == [] and not SegmentCriteriaLine.objects.exists()


def test_follow_up_of_many_is_undone(firms: tuple[Contact, ...]) -> None:  # S-67
    segment = _logged(firms)
    made = follow_up(LoggedSegment.objects.get(segment_no=segment.no))
    assert len(on(made)) == 4
    undo_unit(UnitOfWork.objects.get(action="follow up segment").pk)
    assert all_of(made) == [[], [], [], []]


def _logged(firms: tuple[Contact, ...]) -> Segment:
    vocabulary()
    segment = make_segment(salesperson_code="PS", interaction_template_code="MEET")
    steps.add_contacts(segment, ALL)
    logging.log_segment(segment, deliver=False)
    return segment


def test_request_of_the_api_with_a_large_step_is_undone(crm: Service, firms: tuple[Contact, ...]) -> None:  # S-34, A-70
    segment = make_segment()
    assert crm.post(f"segments({segment.pk})/Microsoft.NAV.addContacts", {"filters": ALL}).json["added"] == 4
    unit = UnitOfWork.objects.latest("at")
    assert unit.action == "post segment"
    undo_unit(unit.pk)
    assert all_of(segment)[1:] == [[], [], []]
    crm.post(f"segments({segment.pk})/Microsoft.NAV.addContacts", {"filters": ALL})
    crm.post(f"segments({segment.pk})/Microsoft.NAV.goBack", tuttava_answers="q_undo=yes")
    assert on(segment) == []
    refused("cannot be undone", UnitOfWork.objects.latest("at").pk)


def test_saved_steps_gone_through_again_are_undone(firms: tuple[Contact, ...]) -> None:  # S-56
    segment, other = make_segment(), make_segment()
    steps.add_contacts(segment, ALL)
    steps.reduce_contacts(segment, {"contact": {"name": "Bo*"}})
    assert isinstance(saved.save_criteria(segment, "ALL"), SavedSegmentCriteria)
    saved.reuse_criteria(other, "ALL")
    assert len(on(other)) == 3
    undo_unit(UnitOfWork.objects.filter(action="reuse segment criteria").latest("at").pk)
    assert all_of(other)[1:] == [[], [], []]


# -- what cannot be undone -------------------------------------------------------------------------------------------


def test_unit_that_went_back_over_a_large_step_is_refused(firms: tuple[Contact, ...]) -> None:  # S-34
    segment = make_segment()
    steps.add_contacts(segment, ALL)
    with unit_of_work("several things") as unit, acting(answers={"q_undo": "yes"}):
        records.change(segment, {"description": "Autumn"})
        steps.go_back(segment)
    refused("cannot be undone. Do the step again instead.", unit)


def test_undo_of_a_large_step_is_not_undone_itself(firms: tuple[Contact, ...]) -> None:  # S-34
    segment = make_segment()
    steps.add_contacts(segment, ALL)
    undo_unit(UnitOfWork.objects.filter(action="add contacts").latest("at").pk)
    refused("Do the step again instead.", UnitOfWork.objects.filter(action="undo").latest("at").pk)


def test_unit_with_a_large_step_behind_which_more_was_done_is_refused(firms: tuple[Contact, ...]) -> None:  # S-34
    segment = make_segment()
    with unit_of_work("several things") as unit:
        records.change(segment, {"description": "Autumn"})
        steps.add_contacts(segment, ALL)
    by_hand.delete_line(line_of(segment, firms[0]))
    refused("More steps were done on segment", unit)


def test_unit_whose_segment_was_changed_since_is_refused(firms: tuple[Contact, ...]) -> None:  # S-34
    segment = make_segment()
    with unit_of_work("several things") as unit:
        records.change(segment, {"description": "Autumn"})
        steps.add_contacts(segment, ALL)
    records.change(segment, {"description": "Winter"})
    refused("was changed or used since", unit)
    assert on(segment) == FOUR


def test_segment_made_in_the_unit_and_changed_since_is_not_taken_away(firms: tuple[Contact, ...]) -> None:  # S-34
    with unit_of_work("several things") as unit:
        segment = make_segment()
        steps.add_contacts(segment, ALL)
    records.change(segment, {"description": "Winter"})
    refused("was changed or used since", unit)


def test_unit_that_took_its_large_step_away_again_is_told_apart(firms: tuple[Contact, ...]) -> None:  # S-26, S-34
    segment = make_segment()
    before = all_of(segment)
    with acting(answers={"q_undo": "yes"}):
        undone(
            lambda: records.change(segment, {"description": "Autumn"}),
            lambda: steps.add_contacts(segment, ALL),
            lambda: steps.go_back(segment),
        )
    assert all_of(segment) == before
    steps.add_contacts(segment, PEOPLE)
    with unit_of_work("several things") as unit:
        steps.add_contacts(segment, ALL, criteria_log.Options(allow_existing_contacts=True))
        steps.reduce_contacts(segment, ALL)
    assert criteria_log.actions_of(segment) == 0
    refused("cannot be undone", unit)


def test_reopened_segment_with_large_steps_is_undone_from_the_journal(firms: tuple[Contact, ...]) -> None:  # S-34, S-81
    segment = _logged(firms)
    back = reopen(LoggedSegment.objects.get(segment_no=segment.no))
    assert on(back) == FOUR
    undo_unit(UnitOfWork.objects.get(action="reopen segment").pk)
    assert not Segment.objects.exists() and LoggedSegment.objects.filter(segment_no=segment.no).exists()
    back = reopen(LoggedSegment.objects.get(segment_no=segment.no))
    with acting(answers={"q_undo": "yes"}):
        steps.go_back(back)
    refused("Do the step again instead.", UnitOfWork.objects.filter(action="go back").latest("at").pk)


def test_logging_in_a_unit_is_reopened_by_itself(firms: tuple[Contact, ...]) -> None:  # S-60, S-81
    vocabulary()
    segment = make_segment(salesperson_code="PS", interaction_template_code="MEET")
    with unit_of_work("several things"):
        records.change(firms[0], {"name": "Berg & Co"})
        steps.add_contacts(segment, ALL)
        logging.log_segment(segment, deliver=False)
    back = reopen(LoggedSegment.objects.get(segment_no=segment.no))
    assert len(on(back)) == 4 and Contact.objects.get(pk=firms[0].pk).name == "Berg & Co"
