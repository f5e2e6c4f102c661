"""Building a segment in the browser: steps in words, the next step counted before it is done, going back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.relations.pages import JSON, administrator, visitor
from tests.segments.making import make_segment, on
from tuttava.contacts.models import Contact
from tuttava.foundation.directory.models import Company
from tuttava.segments import criteria_log, steps
from tuttava.segments.models import Segment

NAME = {"c0": "contact.name", "o0": "begins", "s0": "begins", "v0": "b"}


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def segment(company: Company, firms: tuple[Contact, ...]) -> Segment:
    found = make_segment()
    steps.add_contacts(found, {"contact": {"type": "Company"}})
    steps.add_contacts(found, {"contact": {"type": "Person"}})
    steps.reduce_contacts(found, {"contact": {"name": "Aas*"}})
    return found


def at(company: Company, segment: Segment, more: str = "") -> str:
    return f"/c/{company.slug}/segments/{segment.pk}/building{more}"


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def live(client: Client, company: Company, segment: Segment, **typed: Any) -> dict[str, str]:
    answer = client.get(at(company, segment, "/count"), typed, headers=JSON)
    assert answer.status_code == 200, answer.content[:300]
    return dict(answer.json()["parts"])


def test_steps_are_told_with_what_each_did(company: Company, client: Client, segment: Segment) -> None:  # S-33
    page = words(client.get(at(company, segment)).content.decode())
    assert "Companies; also people – minus contacts whose name begins with Aas" in page
    assert re.search(r"Add companies \+2 then 2 .*Add people \+1 then 3 .*Remove contacts whose .* −1 then 2", page)


def test_step_is_counted_while_it_is_typed_and_changes_nothing(
    company: Company, client: Client, segment: Segment
) -> None:  # S-46
    parts = live(client, company, segment, action="add", **NAME)
    assert set(parts) == {"step-count", "cx-0"}
    count = words(parts["step-count"])
    assert "Add contacts whose name begins with b." in count
    assert "Fit 2 On the segment already 2 Are added 0" in count
    count = words(live(client, company, segment, action="refine", **NAME)["step-count"])
    assert "Keep only contacts whose name begins with b." in count and "Lines that go 0" in count
    assert len(on(segment)) == 2


def test_field_that_is_chosen_becomes_a_row(company: Company, client: Client, segment: Segment) -> None:
    parts = live(client, company, segment, action="add", add="interactionLogEntry.date", **NAME)
    rows = parts["step-conditions"]
    assert 'name="h1"' in rows and 'name="c1" value="interactionLogEntry.date"' in rows
    assert "<new-condition" in rows and 'value="b"' in rows
    parts = live(client, company, segment, action="add", drop="0", **NAME)
    assert 'name="c0"' not in parts["step-conditions"]
    assert "All contacts." in parts["step-conditions"]


def test_another_operator_asks_for_other_values(company: Company, client: Client, segment: Segment) -> None:
    typed = {"c0": "interactionLogEntry.date", "o0": "between", "s0": "last", "v0": ["3", "M"], "h0": "without"}
    rows = live(client, company, segment, action="add", **typed)["step-conditions"]
    assert rows.count('name="v0"') == 2 and 'value="3"' not in rows
    assert re.search(r'value="without" selected', rows)


def test_mistake_stands_at_its_condition_with_the_position(company: Company, client: Client, segment: Segment) -> None:
    typed = {**NAME, "o0": "fits", "s0": "fits", "v0": "a|..|b"}
    parts = live(client, company, segment, action="add", **typed)
    assert "position 5" in parts["cx-0"] and "disabled" in parts["step-count"]
    answer = client.post(at(company, segment, "/do"), {"do": "apply", "action": "add", **typed}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == "v0" and answer.json()["error"]["code"] == "bad_filter"
    dates = {"c0": "interactionLogEntry.date", "o0": "from", "s0": "from", "v0": "soon"}
    assert "“soon” does not fit Interactions: Date." in live(client, company, segment, action="add", **dates)["cx-0"]


def test_step_is_done_and_recorded_as_the_api_would(company: Company, client: Client, segment: Segment) -> None:  # S-30
    typed = {"c0": "interactionLogEntry.*", "h0": "without", "c1": "contact.city", "o1": "is", "v1": "Oslo|Bodø"}
    answer = client.post(
        at(company, segment, "/do"), {"do": "apply", "action": "reduce", "option-entire_companies": "yes", **typed},
        headers=JSON,
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    step = criteria_log.steps_of(segment)[-1]
    assert step.action == "reduce" and step.options.entire_companies
    assert step.filters == {"withoutInteractionLogEntry": {"entryNo": "<>''"}, "contact": {"city": "@Oslo|@Bodø"}}
    told = words(answer.json()["parts"]["segment-steps"])
    assert "Remove contacts in Oslo or Bodø, without an interaction" in told and "no change" in told


def test_adding_very_many_is_asked_with_the_number(
    company: Company, client: Client, segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tuttava.segments.pages.building.MANY", 0)
    typed = {"do": "apply", "action": "add", "option-allow_existing_contacts": "yes"}
    asked = client.post(at(company, segment, "/do"), typed, headers=JSON)
    assert asked.status_code == 409 and "Add 3 contacts to segment" in asked.json()["ask"]
    assert len(on(segment)) == 2
    client.post(at(company, segment, "/do"), {**typed, "answer:q_add_many": "yes"}, headers=JSON)
    assert len(on(segment)) == 5


def test_several_steps_are_taken_back_at_once(company: Company, client: Client, segment: Segment) -> None:  # S-34
    address = at(company, segment, "/back")
    assert client.post(address, {"steps": "2"}, headers=JSON).status_code == 409
    answer = client.post(address, {"steps": "2", "answer:q_undo": "yes"}, headers=JSON)
    assert "2 steps are taken back." in answer.json()["messages"][0]["text"]
    assert on(segment) == ["Aas AS", "Berg AS"]


def test_step_is_taken_up_again(company: Company, client: Client, segment: Segment) -> None:
    page = client.get(at(company, segment, "?again=3")).content.decode()
    assert 'name="c0" value="contact.name"' in page and 'value="Aas"' in page
    assert re.search(r'value="reduce" checked', page)


def test_without_script_the_form_counts_and_keeps_what_was_typed(
    company: Company, client: Client, segment: Segment
) -> None:
    page = client.get(at(company, segment), {"action": "add", **NAME, "do": "count"}).content.decode()
    assert 'value="b"' in page and "Fit 2" in words(page)


def test_readers_see_the_steps_and_no_form(company: Company, segment: Segment) -> None:
    reader = visitor(company, sets="CRM-READ", name="rita")
    page = reader.get(at(company, segment)).content.decode()
    assert "Add companies" in words(page) and "step-editor" not in page and "segment-back" not in page
    refused = reader.post(at(company, segment, "/do"), {"do": "apply", "action": "add"}, headers=JSON)
    assert refused.status_code == 403


def test_page_costs_the_same_however_many_steps(
    company: Company, client: Client, segment: Segment, django_assert_max_num_queries: Any
) -> None:
    for _ in range(10):
        steps.add_contacts(segment, {"mailingGroup": {"mailingGroupCode": "NEWS"}})
    with django_assert_max_num_queries(25):
        client.get(at(company, segment))
