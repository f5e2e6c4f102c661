"""Two users on one segment, and contacts that change while it is built."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from django.db import transaction

from tests.segments.making import fill, make_company, make_person, make_segment, on
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.segments import by_hand, criteria_log, planning, steps
from tuttava.segments.models import Segment, SegmentCriteriaLine, SegmentLine

Elsewhere = Callable[[Callable[[], Any]], Future[Any]]


@pytest.fixture
def shared(live_company: object) -> Iterator[Segment]:
    """A segment that everybody sees, and two companies named after it."""
    for name in ("Together one", "Together two"):
        make_company(name=name)
    segment = make_segment()
    yield segment
    records.delete(Segment.objects.get(pk=segment.pk))
    for contact in Contact.objects.filter(name__startswith="Together"):
        records.delete(contact)


def test_two_users_adding_at_once_take_turns(shared: Segment, elsewhere: Elsewhere) -> None:  # S-45
    both = {"contact": {"name": "Together*"}}
    with transaction.atomic():
        steps.add_contacts(shared, {"contact": {"name": "Together one"}})
        other = elsewhere(lambda: steps.add_contacts(Segment.objects.get(pk=shared.pk), both))
        assert not other.done()
    counts = other.result(timeout=30)
    assert (counts.added, counts.skipped_existing, counts.criteria_actions) == (1, 1, 2)
    assert on(shared) == ["Together one", "Together two"]
    lines = SegmentLine.objects.filter(segment=shared).order_by("line_no")
    assert list(lines.values_list("line_no", flat=True)) == [10000, 20000]


def test_a_line_typed_while_a_step_runs_comes_behind_it(shared: Segment, elsewhere: Elsewhere) -> None:  # S-31
    one, two = Contact.objects.filter(name__startswith="Together").order_by("name")
    with transaction.atomic():
        steps.add_contacts(shared, {"contact": {"name": one.name}})
        typed = elsewhere(lambda: by_hand.add_line(Segment.objects.get(pk=shared.pk), {"contact_id": two.pk}))
    assert typed.result(timeout=30).line_no == 20000
    rows = SegmentCriteriaLine.objects.filter(segment=shared).order_by("line_no")
    assert list(rows.values_list("line_no", "action_no")) == [(1, 1), (2, 1), (3, 2), (4, 2)]


@pytest.mark.usefixtures("company")
def test_a_value_changed_by_another_user_meanwhile_is_not_overwritten() -> None:
    (line,) = fill(make_segment(), make_person(name="Kari Li"))
    by_hand.change_line(SegmentLine.objects.get(pk=line.pk), {"description": "Theirs"})
    with pytest.raises(DomainError) as refused:
        by_hand.change_line(line, {"description": "Mine"}, version=line.version)
    assert refused.value.code == "changed_meanwhile"


@pytest.mark.usefixtures("company")
def test_contacts_that_go_while_a_step_runs_are_left_out() -> None:  # S-46
    segment = make_segment()
    stays, goes = make_person(name="Kari Li"), make_person(name="Bo Dal")
    wanted = [goes.pk, stays.pk]
    records.delete(goes)
    held = records.lock(segment)
    assert planning.insert_lines(held, wanted, 1) == 1
    assert on(segment) == ["Kari Li"]


@pytest.mark.usefixtures("company")
def test_who_was_blocked_since_stays_on_the_segment_but_does_not_come_again() -> None:  # S-44
    segment = make_segment()
    kari = make_person(name="Kari Li")
    fill(segment, kari)
    Contact.objects.filter(pk=kari.pk).update(privacy_blocked=True)
    other = make_segment()
    assert steps.add_contacts(other, {"contact": {"no": kari.no}}).skipped_blocked == 1
    assert (on(segment), on(other)) == (["Kari Li"], [])


@pytest.mark.usefixtures("company")
def test_a_million_lines_have_room() -> None:  # S-46
    segment = make_segment()
    Segment.objects.filter(pk=segment.pk).update(last_line_no=10_000_000_000)
    (line,) = fill(Segment.objects.get(pk=segment.pk), make_person(name="Kari Li"))
    assert line.line_no == 10_000_010_000
    with acting(answers={"q_undo": "yes"}):
        steps.go_back(segment)
    assert (on(segment), criteria_log.actions_of(segment)) == ([], 0)
    assert fill(Segment.objects.get(pk=segment.pk), make_person(name="Bo Dal"))[0].line_no == 10000
