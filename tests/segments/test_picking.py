"""Contacts picked in the list of contacts are added to a segment, through the actions and through the page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.relations.pages import JSON, administrator, visitor
from tests.segments.making import make_company, make_person, make_segment, on
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import Company
from tuttava.foundation.errors import PermissionDenied
from tuttava.foundation.journal import JournalChange, UnitOfWork
from tuttava.foundation.undo import undo_unit
from tuttava.segments import criteria_log, planning, saved, sentences, steps
from tuttava.segments.models import Segment, SegmentCriteriaLine, SegmentLine

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def firms() -> tuple[Contact, Contact, Contact, Contact]:
    """Two companies, the second with two people."""
    berg, aas = make_company(name="Berg AS"), make_company(name="Aas AS")
    one, two = make_person(name="Kari Li", company_no=aas.no), make_person(name="Bo Dal", company_no=aas.no)
    return berg, aas, one, two


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def address(company: Company) -> str:
    return f"/c/{company.slug}/contacts/add-to-segment"


def rows(*contacts: Contact) -> Any:
    """What a list hands over."""
    return Contact.objects.filter(pk__in=[contact.pk for contact in contacts])


def sent(*contacts: Contact, **values: str) -> dict[str, Any]:
    return {"id": [str(contact.pk) for contact in contacts], "step": "do", **values}


def last_unit() -> UnitOfWork:
    return UnitOfWork.objects.filter(action="add contacts").latest("at")


# --- the action -------------------------------------------------------------------------------------------------------


def test_picked_contacts_are_one_step_that_names_them(firms: tuple[Contact, ...]) -> None:  # S-30, S-31, S-46
    berg, _aas, kari, _bo = firms
    segment = make_segment()
    counts = steps.add_picked(segment, rows(berg, kari))
    assert on(segment) == ["Kari Li", "Berg AS"] and (counts.selected, counts.added, counts.criteria_actions) == (
        2,
        2,
        1,
    )
    (step,) = criteria_log.steps_of(segment)
    assert step.filters == {"contact": {"no": "|".join(sorted((berg.no, kari.no)))}}
    other = make_segment()
    steps.add_contacts(other, step.filters)
    assert on(other) == on(segment)


def test_who_is_on_it_or_may_not_be_is_left_out_and_counted(firms: tuple[Contact, ...]) -> None:  # S-44, S-45
    berg, aas, kari, bo = firms
    segment = make_segment()
    steps.add_picked(segment, rows(berg))
    records.change(kari, {"exclude_from_segment": True})
    records.change(bo, {"privacy_blocked": True})
    wanted = rows(*firms)
    assert steps.add_picked(segment, wanted, dry_run=True).added == 1 and on(segment) == ["Berg AS"]
    counts = steps.add_picked(segment, wanted)
    assert (counts.added, counts.skipped_existing, counts.skipped_excluded, counts.skipped_blocked) == (1, 1, 2, 1)
    assert on(segment) == ["Berg AS", aas.name]
    again = steps.add_picked(segment, wanted)
    assert (again.added, again.skipped_existing) == (0, 2) and SegmentLine.objects.filter(segment=segment).count() == 2


def test_adding_who_was_picked_is_undone_as_one_unit(firms: tuple[Contact, ...]) -> None:  # S-34
    segment = make_segment()
    steps.add_picked(segment, rows(*firms))
    undo_unit(last_unit().pk)
    assert on(segment) == [] and criteria_log.actions_of(segment) == 0


def test_picking_for_a_segment_needs_the_right_to_change_it(firms: tuple[Contact, ...]) -> None:  # S-31
    segment = make_segment()
    with acting(rights=frozenset({"api.read", "api.write:contacts"})), pytest.raises(PermissionDenied):
        steps.add_picked(segment, rows(*firms))
    assert on(segment) == []


def test_more_than_a_filter_holds_are_told_by_the_history(
    monkeypatch: pytest.MonkeyPatch, firms: tuple[Contact, ...]
) -> None:  # S-30, S-32
    monkeypatch.setattr(criteria_log, "_LONGEST", 10)
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"name": "Berg*"}})
    steps.add_picked(segment, rows(*firms))
    step = criteria_log.steps_of(segment)[1]
    assert step.filters == {"segmentHistoryEntry": {"segmentNo": segment.no, "actionNo": "2"}}
    assert sentences.tell_steps([step])[0].text == f"Add contacts picked in step 2 of segment {segment.no}"
    other = make_segment()
    with acting(messages=[]) as context:
        saved.save_criteria(segment, "PICKED")
    assert [told.code for told in context.messages] == ["criteria.by_history"]
    saved.reuse_criteria(other, "PICKED")
    assert on(other) == ["Berg AS", "Aas AS", "Bo Dal", "Kari Li"]


def test_of_many_picked_contacts_the_first_are_named(firms: tuple[Contact, ...]) -> None:  # S-33
    many = [make_company(name=f"Firm {number} AS") for number in range(7)]
    segment = make_segment()
    steps.add_picked(segment, rows(*many))
    told = sentences.sentence(criteria_log.steps_of(segment))
    assert f"Firm 4 AS ({many[4].no}) and 2 more" in told and "Firm 5" not in told


def test_large_picked_step_is_undone_by_going_back(
    monkeypatch: pytest.MonkeyPatch, client: Client, address: str, firms: tuple[Contact, ...]
) -> None:  # S-34
    monkeypatch.setattr(planning, "MANY", 3)
    segment = make_segment()
    client.post(address, sent(*firms, segment=segment.no))
    unit = last_unit()
    assert not JournalChange.objects.filter(unit=unit, record_type="segments.segmentline").exists()
    undo_unit(unit.pk)
    assert on(segment) == []
    client.post(address, sent(*firms, description="Autumn call"))
    made = Segment.objects.get(description="Autumn call")
    assert len(on(made)) == 4
    undo_unit(last_unit().pk)
    assert not Segment.objects.filter(pk=made.pk).exists() and not SegmentLine.objects.exists()


def test_large_segment_built_from_saved_criteria_is_undone_as_a_whole(
    monkeypatch: pytest.MonkeyPatch, client: Client, company: Company, firms: tuple[Contact, ...]
) -> None:  # S-34, S-56
    monkeypatch.setattr(planning, "MANY", 3)
    first = make_segment()
    steps.add_contacts(first, {"contact": {"name": "*"}})
    kept = saved.save_criteria(first, "ALL", "Everybody")
    client.post(f"/c/{company.slug}/segments/saved/{kept.pk}/use")
    made = Segment.objects.get(description="Everybody")
    assert len(on(made)) == 4
    undo_unit(UnitOfWork.objects.get(action="build segment from saved criteria").pk)
    assert list(Segment.objects.all()) == [first] and len(on(first)) == 4


# --- the page ---------------------------------------------------------------------------------------------------------


def test_ticked_contacts_are_added_to_the_chosen_segment(
    client: Client, address: str, company: Company, firms: tuple[Contact, ...]
) -> None:  # S-46
    berg, aas, kari, _bo = firms
    segment = make_segment()
    steps.add_picked(segment, rows(berg))
    records.change(kari, {"exclude_from_segment": True})
    ticked = sent(berg, aas, kari, segment=segment.no.lower())
    answer = client.post(address, ticked, headers=JSON).json()
    assert [told["text"] for told in answer["messages"]] == [
        f"1 contact is added to segment {segment.no}. 1 was on it already. 1 was left out: not to be on segments."
    ]
    assert answer["close"] and answer["undo"] == f"/c/{company.slug}/undo/{last_unit().pk}"
    assert on(segment) == ["Berg AS", "Aas AS"]


def test_dialog_says_what_adding_would_do(client: Client, address: str, firms: tuple[Contact, ...]) -> None:  # S-46
    segment = make_segment()
    steps.add_picked(segment, rows(firms[0]))
    shown = client.post(address, {"id": [str(firm.pk) for firm in firms]}).content.decode()
    assert "4 contacts will be added." in shown and "on it already" not in shown
    counted = {"id": [str(firm.pk) for firm in firms], "segment": segment.no, "step": "count"}
    shown = client.post(address, counted, headers={"X-Fragment": "dialog"}).content.decode()
    assert shown.startswith("<dialog") and f"{segment.no} · Spring letter" in shown
    assert "3 contacts will be added." in shown and "1 is on it already." in shown
    assert on(segment) == ["Berg AS"]


def test_everything_the_filter_finds_is_added(client: Client, address: str, firms: tuple[Contact, ...]) -> None:  # S-46
    segment = make_segment()
    chips = {"everything": "1", "state": "?f=type:is:person", "step": "do", "segment": segment.no}
    answer = client.post(address, chips)
    assert (answer.status_code, answer["Location"].partition("?")[2]) == (302, "f=type:is:person")
    assert on(segment) == ["Bo Dal", "Kari Li"]
    client.post(address, {**chips, "state": "?q=berg"})
    assert on(segment) == ["Bo Dal", "Kari Li", "Berg AS"]
    client.post(address, {**chips, "state": ""})
    assert len(on(segment)) == 4


def test_new_segment_is_made_with_them_and_undone_with_them(
    client: Client, address: str, company: Company, firms: tuple[Contact, ...]
) -> None:  # S-1, S-34
    answer = client.post(address, sent(*firms, description="Autumn call"), headers=JSON).json()
    made = Segment.objects.get(description="Autumn call")
    assert answer["redirect"] == f"/c/{company.slug}/segments/{made.pk}" and len(on(made)) == 4
    undo_unit(last_unit().pk)
    assert not Segment.objects.exists() and not SegmentCriteriaLine.objects.exists()


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({}, "field_required", "segment"),
        ({"segment": "NONE"}, "not_found", "segment"),
        ({"segment": "SPRING", "description": "Autumn"}, "segment.one_only", "description"),
        ({"description": "x" * 101}, "value_too_long", "description"),
    ],
)
def test_bad_choice_of_a_segment_is_refused_at_its_field(
    client: Client, address: str, firms: tuple[Contact, ...], values: dict[str, str], code: str, field: str
) -> None:  # S-46
    make_segment(no="SPRING")
    answer = client.post(address, sent(*firms, **values), headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"], answer.json()["error"]["field"]) == (422, code, field)
    without_script = client.post(address, sent(*firms, **values))
    assert without_script.status_code == 422 and 'aria-invalid="true"' in without_script.content.decode()
    assert Segment.objects.count() == 1 and not SegmentLine.objects.exists()


def test_nothing_ticked_is_refused(client: Client, address: str) -> None:  # S-46
    segment = make_segment()
    answer = client.post(address, {"step": "do", "id": ["no id"], "segment": segment.no}, headers=JSON)
    assert answer.json()["error"]["code"] == "selection.empty"
    assert criteria_log.actions_of(segment) == 0


def test_reader_is_neither_offered_it_nor_may_do_it(
    company: Company, address: str, firms: tuple[Contact, ...]
) -> None:  # S-46
    segment = make_segment()
    reader = visitor(company, sets="CRM-READ")
    contacts = f"/c/{company.slug}/contacts/"
    assert "add-to-segment" not in reader.get(contacts).content.decode()
    assert "add-to-segment" in administrator(company).get(contacts).content.decode()
    assert reader.post(address, sent(*firms, segment=segment.no)).status_code == 403
    assert on(segment) == []
