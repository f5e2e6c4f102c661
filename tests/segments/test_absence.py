"""Contacts are selected by what they lack, through the same filters, log, saved criteria and going back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from tests.interactions.making import logged
from tests.segments.making import make_company, make_person, make_segment, on
from tuttava.contacts.models import Contact, ContactIndustryGroup
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.interactions.models import InteractionLogEntry
from tuttava.segments import criteria_log, saved, sentences, steps

pytestmark = pytest.mark.usefixtures("company")

LATELY = {"withoutInteractionLogEntry": {"date": "workdate-3M.."}}


@pytest.fixture
def firms() -> tuple[Contact, Contact, Contact]:
    """One was spoken to last week, one a year ago, one never."""
    today = dt.date.today()
    lately, long_ago, never = (make_company(name=name) for name in ("Aas AS", "Berg AS", "Dal AS"))
    logged(lately, date=today - dt.timedelta(days=7))
    logged(long_ago, date=today - dt.timedelta(days=365))
    return lately, long_ago, never


def test_those_nobody_spoke_to_lately_are_selected(firms: tuple[Contact, ...]) -> None:  # S-40
    segment = make_segment()
    assert steps.add_contacts(segment, LATELY).added == 2
    assert on(segment) == ["Berg AS", "Dal AS"]


def test_lacking_and_having_are_filters_beside_each_other(firms: tuple[Contact, ...]) -> None:  # S-40
    segment = make_segment()
    steps.add_contacts(segment, {**LATELY, "interactionLogEntry": {"date": "..today"}})
    assert on(segment) == ["Berg AS"]


def test_canceled_interactions_count_as_none(firms: tuple[Contact, ...]) -> None:  # S-41
    InteractionLogEntry.objects.filter(contact=firms[0]).update(canceled=True)
    segment = make_segment()
    steps.add_contacts(segment, LATELY)
    assert on(segment) == ["Aas AS", "Berg AS", "Dal AS"]


def test_interactions_of_nobody_select_everybody_else(firms: tuple[Contact, ...]) -> None:  # S-41
    InteractionLogEntry.objects.filter(contact=firms[0]).update(contact=None)
    segment = make_segment()
    steps.add_contacts(segment, LATELY)
    assert on(segment) == ["Aas AS", "Berg AS", "Dal AS"]


def test_people_of_a_company_without_the_relation_lack_it_too(firms: tuple[Contact, ...]) -> None:  # S-41
    make_person(name="Kari Li", company_no=firms[0].no)
    make_person(name="Bo Dal", company_no=firms[1].no)
    records.create(ContactIndustryGroup, {"contact_id": firms[0].pk, "industry_group_code": "RET"})
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"type": "Person"}, "withoutIndustryGroup": {"industryGroupCode": "<>''"}})
    assert on(segment) == ["Bo Dal"]


def test_lacking_reduces_refines_is_recorded_saved_and_gone_back(
    firms: tuple[Contact, ...],
) -> None:  # S-30, S-50, S-56
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"name": "*"}})
    assert steps.reduce_contacts(segment, LATELY, dry_run=True).removed == 2
    steps.refine_contacts(segment, LATELY)
    assert on(segment) == ["Berg AS", "Dal AS"]
    assert criteria_log.steps_of(segment)[1].filters == LATELY
    saved.save_criteria(segment, "SILENT")
    again = make_segment()
    saved.reuse_criteria(again, "SILENT")
    assert on(again) == ["Berg AS", "Dal AS"]
    with acting(answers={"q_undo": "yes"}):
        steps.go_back(segment)
    assert on(segment) == ["Aas AS", "Berg AS", "Dal AS"]


@pytest.mark.parametrize("name", ["withoutContact", "withoutAnything", "without"])
def test_what_nobody_can_lack_is_refused(name: str) -> None:  # S-40
    with pytest.raises(DomainError) as refused:
        steps.add_contacts(make_segment(), {name: {"name": "x"}})
    assert (refused.value.code, refused.value.field) == ("bad_filter", name)


def test_mistake_in_what_is_lacking_has_its_place(firms: tuple[Contact, ...]) -> None:  # S-40
    with pytest.raises(DomainError) as refused:
        steps.add_contacts(make_segment(), {"withoutInteractionLogEntry": {"date": "workdate-3M|soon"}})
    assert refused.value.code == "bad_filter"
    assert refused.value.field == "interactionLogEntries.date" and "13" in str(refused.value)


def test_those_on_another_segment_are_taken_out_or_chosen(firms: tuple[Contact, ...]) -> None:  # S-40, S-50
    other, segment = make_segment(), make_segment()
    steps.add_contacts(other, {"contact": {"name": "Aas*"}})
    steps.add_contacts(segment, {"contact": {"name": "*"}})
    steps.reduce_contacts(segment, {"segmentLine": {"segmentNo": other.no}})
    assert on(segment) == ["Berg AS", "Dal AS"]
    nobody = make_segment()
    steps.add_contacts(nobody, {"withoutSegmentLine": {"segmentNo": "<>''"}})
    assert on(nobody) == []
    told = sentences.who({"withoutSegmentLine": {"segmentNo": other.no}})
    assert told == f"contacts not on segment {other.no}"


@pytest.mark.parametrize("language", ["en", "nb", "nl", "fi"])
def test_saved_dates_mean_the_same_in_every_language(firms: tuple[Contact, ...], language: str) -> None:  # S-56
    with translation.override(language):
        assert [
            steps.add_contacts(
                make_segment(), {"interactionLogEntry": {"date": f"workdate-{span}.."}}, dry_run=True
            ).selected
            for span in ("2W", "1M", "1Q", "2Y", "10D")
        ] == [1, 1, 1, 2, 1]
