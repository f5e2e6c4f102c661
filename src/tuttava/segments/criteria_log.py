"""The criteria log of a segment: one line for each step, one for each of its filters (S-30, S-31)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

from django.db.models import Max

from tuttava.foundation.filter_expressions import LONGEST, exactly
from tuttava.segments.models import CriteriaAction, CriteriaFields, CriteriaKind, Segment, SegmentCriteriaLine
from tuttava.segments.selecting import Filters


@dataclass(frozen=True)
class Options:
    """How a step goes beyond its filters (S-43 to S-45, S-51)."""

    allow_existing_contacts: bool = False
    expand_companies: bool = False
    allow_related_companies: bool = False
    ignore_exclusion: bool = False
    entire_companies: bool = False


_OPTIONS = tuple(each.name for each in fields(Options))
#: The longest expression of numbers: around it stands the filter object, whose text is bounded as a whole (1.2).
_LONGEST = LONGEST - len('{"no": ""}')
#: What names contacts that no such expression holds.
BY_HISTORY = "segmentHistoryEntry"
#: More numbers than any such expression holds.
MORE_THAN_NAMED = LONGEST // 2 + 1


@dataclass(frozen=True)
class Step:
    """One step, as it is recorded and gone through again (S-30, S-56); ``number`` counts from 1, 0: not recorded."""

    action: str
    filters: Filters
    options: Options = field(default_factory=Options)
    number: int = 0


def actions_of(segment: Segment) -> int:
    """How many steps a segment has."""
    return SegmentCriteriaLine.objects.filter(segment=segment, type=CriteriaKind.ACTION).count()


def steps_of(segment: Segment) -> list[Step]:
    """All steps, in order."""
    return steps_in(SegmentCriteriaLine.objects.filter(segment=segment).order_by("line_no"))


def steps_in(lines: Iterable[CriteriaFields]) -> list[Step]:
    """Steps of criteria lines, which come in order."""
    found: list[tuple[CriteriaFields, dict[str, dict[str, str]]]] = []
    for line in lines:
        if line.type == CriteriaKind.ACTION:
            found.append((line, {}))
        elif found:
            found[-1][1][line.entity_name] = dict(line.filters)
    return [
        Step(line.action, filters, Options(**{name: getattr(line, name) for name in _OPTIONS}), number)
        for number, (line, filters) in enumerate(found, 1)
    ]


def record(segment: Segment, step: Step) -> int:
    """Append a step with its filters to the log, also one that changes no line; its number (S-30)."""
    number = _next_number(segment)
    last = SegmentCriteriaLine.objects.filter(segment=segment).aggregate(line=Max("line_no"))
    used = {name: dict(wanted) for name, wanted in step.filters.items() if wanted}
    action = SegmentCriteriaLine(
        segment=segment,
        action_no=number,
        type=CriteriaKind.ACTION,
        action=step.action,
        no_of_filters=len(used),
        **{name: getattr(step.options, name) for name in _OPTIONS},
    )
    lines = [action]
    for name, wanted in used.items():
        lines.append(
            SegmentCriteriaLine(
                segment=segment, action_no=number, type=CriteriaKind.FILTER, entity_name=name, filters=wanted
            )
        )
    for place, line in enumerate(lines, (last["line"] or 0) + 1):
        line.line_no = place
    SegmentCriteriaLine.objects.bulk_create(lines)
    return number


def record_contact(segment: Segment, action: str, contact_no: str) -> int:
    """A line typed or deleted by hand is a step of its own (S-31)."""
    return record(segment, Step(action, {"contact": {"no": exactly(contact_no)}}))


def picked(segment: Segment, numbers: Sequence[str]) -> Step:
    """The step that adds contacts picked one by one: filtered on their numbers, as lines typed by hand are (S-31).

    So many that no filter holds them are those that the next step will have added, as the history tells (S-32).
    """
    text = "|".join(exactly(number) for number in numbers)
    if len(text) <= _LONGEST:
        return Step(CriteriaAction.ADD, {"contact": {"no": text}})
    wanted = {"segmentNo": exactly(segment.no), "actionNo": str(_next_number(segment))}
    return Step(CriteriaAction.ADD, {BY_HISTORY: wanted})


def _next_number(segment: Segment) -> int:
    last = SegmentCriteriaLine.objects.filter(segment=segment).aggregate(action=Max("action_no"))
    return (last["action"] or 0) + 1
