"""Why a contact is on a segment, or is not: step by step what was asked of it and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from tuttava.contacts.models import Contact
from tuttava.foundation.context import require
from tuttava.segments import criteria_log
from tuttava.segments.criteria_log import Step
from tuttava.segments.models import CriteriaAction, HistoryAction, Segment, SegmentHistoryEntry, SegmentLine
from tuttava.segments.selecting import reachable, selected

#: Steps that are looked at, the last ones: each costs a question for every entity it filters by.
MOST_STEPS = 50


@dataclass(frozen=True)
class FilterFound:
    """A filter of a step, and whether the contact meets it as things are now."""

    entity: str
    filters: Mapping[str, Any]
    matches: bool


@dataclass(frozen=True)
class StepFound:
    """What a step asked of the contact, and what it did to it.

    Filters are looked at as of now, while ``inserted`` and ``removed`` (lines) are what happened at the time.
    ``through_company``: it does not meet the filters itself, somebody of its company does and the step takes all of
    them. ``existed``: it was on the segment when the step began.
    """

    step: Step
    filters: tuple[FilterFound, ...]
    matches: bool
    through_company: bool
    existed: bool
    excluded: bool
    inserted: int
    removed: int


@dataclass(frozen=True)
class Explanation:
    """All of it: ``lines`` are the numbers of the contact's lines now.

    ``excluded``: it asked not to be on segments. ``blocked``: it may never be on one (S-44). ``earlier``: that many
    steps before the first one of ``steps`` were not looked at.
    """

    contact: Contact
    lines: tuple[int, ...]
    steps: tuple[StepFound, ...]
    excluded: bool
    blocked: bool
    earlier: int = 0


def why(segment: Segment, contact: Contact) -> Explanation:
    """Go through the steps of a segment with one contact."""
    require("api.read", "segments")
    steps = criteria_log.steps_of(segment)
    lines = SegmentLine.objects.filter(segment=segment, contact=contact).order_by("line_no")
    done = _done(segment, contact)
    blocked = not Contact.objects.filter(reachable(ignore_exclusion=True), pk=contact.pk).exists()
    looked_at = steps[-MOST_STEPS:]
    return Explanation(
        contact=contact,
        lines=tuple(lines.values_list("line_no", flat=True)),
        steps=tuple(_look(step, contact, done, blocked) for step in looked_at),
        excluded=contact.exclude_from_segment,
        blocked=blocked,
        earlier=len(steps) - len(looked_at),
    )


def _done(segment: Segment, contact: Contact) -> dict[tuple[int, str], int]:
    """How many lines of the contact each step inserted and removed."""
    rows = SegmentHistoryEntry.objects.filter(segment=segment, contact=contact).order_by()
    counted = rows.values_list("action_no", "action_taken").annotate(lines=Count("pk"))
    return {(number, taken): lines for number, taken, lines in counted}


def _look(step: Step, contact: Contact, done: Mapping[tuple[int, str], int], blocked: bool) -> StepFound:
    alone = Contact.objects.filter(pk=contact.pk)
    filters = tuple(
        FilterFound(name, wanted, selected({name: wanted}, alone).exists())
        for name, wanted in step.filters.items()
        if wanted
    )
    matches = all(each.matches for each in filters)
    before = sum(
        lines if taken == HistoryAction.INSERTION else -lines
        for (number, taken), lines in done.items()
        if number < step.number
    )
    options = step.options
    return StepFound(
        step=step,
        filters=filters,
        matches=matches,
        through_company=not matches and _through_company(step, contact),
        existed=before > 0,
        excluded=step.action == CriteriaAction.ADD
        and (blocked or (contact.exclude_from_segment and not options.ignore_exclusion)),
        inserted=done.get((step.number, HistoryAction.INSERTION), 0),
        removed=done.get((step.number, HistoryAction.DELETION), 0),
    )


def _through_company(step: Step, contact: Contact) -> bool:
    """Whether the step takes the contact because of others of its company (S-43, S-51)."""
    options = step.options
    company = contact.pk if contact.is_company else contact.company_id
    if company is None:
        return False
    takes_all = options.expand_companies or options.entire_companies
    if takes_all or (contact.is_company and options.allow_related_companies):
        others: QuerySet[Contact] = Contact.objects.filter(Q(pk=company) | Q(company=company))
        return selected(step.filters, others).exists()
    return False
