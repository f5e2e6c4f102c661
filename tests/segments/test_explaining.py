"""Why a contact is on a segment, or is not."""

from __future__ import annotations

import pytest

from tests.segments.making import fill, line_of, make_company, make_person, make_segment
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.segments import by_hand, steps
from tuttava.segments.criteria_log import Options
from tuttava.segments.explaining import why

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def people() -> tuple[Contact, Contact, Contact]:
    """A company in Bergen with Kari from Oslo and Bo from Bergen."""
    firm = make_company(name="Aas AS", city="Bergen")
    kari = make_person(name="Kari Li", company_no=firm.no, city="Oslo")
    return firm, kari, make_person(name="Bo Dal", company_no=firm.no, city="Bergen")


def test_each_step_tells_what_it_asked_and_did(people: tuple[Contact, ...]) -> None:
    _firm, kari, bo = people
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"city": "Bergen"}})
    steps.add_contacts(segment, {"contact": {"name": "*"}})
    steps.reduce_contacts(segment, {"contact": {"type": "Person", "city": "Oslo"}})
    found = why(segment, kari)
    assert [step.matches for step in found.steps] == [False, True, True]
    assert [(step.inserted, step.removed, step.existed) for step in found.steps] == [
        (0, 0, False),
        (1, 0, False),
        (0, 1, True),
    ]
    assert found.lines == ()
    assert [(step.inserted, step.existed) for step in why(segment, bo).steps] == [(1, False), (0, True), (0, True)]
    assert why(segment, bo).lines == (line_of(segment, bo).line_no,)


def test_filters_of_a_step_are_told_one_by_one(people: tuple[Contact, ...]) -> None:
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"city": "Oslo"}, "mailingGroup": {"mailingGroupCode": "NEWS"}})
    (step,) = why(segment, people[1]).steps
    assert {each.entity: each.matches for each in step.filters} == {"contact": True, "mailingGroup": False}
    assert not step.matches and step.inserted == 0


def test_who_comes_along_with_the_company_is_told(people: tuple[Contact, ...]) -> None:
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"name": "Kari*"}}, Options(expand_companies=True))
    (step,) = why(segment, people[2]).steps
    assert (step.matches, step.through_company, step.inserted) == (False, True, 1)
    alone = make_segment()
    steps.add_contacts(alone, {"contact": {"name": "Kari*"}}, Options(allow_related_companies=True))
    assert [why(alone, each).steps[0].through_company for each in people] == [True, False, False]


def test_who_asked_not_to_be_on_segments_is_told(people: tuple[Contact, ...]) -> None:
    kari = records.change(people[1], {"exclude_from_segment": True})
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"name": "Kari*"}})
    steps.add_contacts(segment, {"contact": {"name": "Kari*"}}, Options(ignore_exclusion=True))
    found = why(segment, kari)
    assert [(step.matches, step.excluded, step.inserted) for step in found.steps] == [(True, True, 0), (True, False, 1)]
    assert found.excluded and not found.blocked


def test_what_happened_stays_when_the_contact_changes(people: tuple[Contact, ...]) -> None:
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"city": "Oslo"}})
    kari = records.change(people[1], {"city": "Bodø"})
    (step,) = why(segment, kari).steps
    assert (step.matches, step.inserted) == (False, 1)


def test_lines_typed_by_hand_are_told(people: tuple[Contact, ...]) -> None:
    segment = make_segment()
    line, _other = fill(segment, people[1], people[2])
    by_hand.delete_line(line)
    assert [(step.inserted, step.removed) for step in why(segment, people[1]).steps] == [(1, 0), (0, 0), (0, 1)]


def test_explaining_needs_the_right_to_read(people: tuple[Contact, ...]) -> None:
    segment = make_segment()
    with pytest.raises(DomainError) as refused, acting(rights=frozenset()):
        why(segment, people[0])
    assert refused.value.code == "permission.denied"
