"""Steps: contacts added, removed, kept; each is recorded with its filters and can be gone back (S-30 to S-53)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import require
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions.models import InteractionLogEntry
from tuttava.segments import criteria_log, planning, removing
from tuttava.segments.criteria_log import Options, Step
from tuttava.segments.models import CriteriaAction, Segment, SegmentLine
from tuttava.segments.selecting import Filters, check, expanded, owners_of, reachable, selected

SET = "segments"
#: The order in which contacts are appended, as the register's index has it (S-46).
_IN_ORDER = (Lower("company_name"), "company_no", "type", Lower("name"), "pk")


@dataclass(frozen=True)
class Added:
    """What adding did, or would do (S-46). The blocked are among the excluded."""

    selected: int
    added: int
    skipped_existing: int
    skipped_excluded: int
    skipped_blocked: int
    criteria_actions: int


@dataclass(frozen=True)
class Removed:
    """What removing or keeping did, or would do."""

    removed: int
    criteria_actions: int


def add_contacts(segment: Segment, filters: Filters, options: Options | None = None, *, dry_run: bool = False) -> Added:
    """Append whom the filters select (S-40 to S-46). Raises ``bad_filter``.

    ``dry_run``: only count what would happen.
    """
    step = Step(CriteriaAction.ADD, filters, options or Options())
    with changing(segment, "add contacts", dry_run=dry_run) as held:
        companies, related = step.options.expand_companies, step.options.allow_related_companies
        chosen = expanded(selected(filters), companies=companies, related=related)
        return _append(held, chosen, step, dry_run=dry_run)


def add_picked(segment: Segment, picked: QuerySet[Contact], *, dry_run: bool = False) -> Added:
    """Append contacts that somebody picked in a list; one step (S-31, S-44 to S-46).

    Who is there already and who may not be on segments is left out, as with filters.
    """
    with changing(segment, "add contacts", dry_run=dry_run) as held:
        numbers = picked.order_by("no").values_list("no", flat=True)[: criteria_log.MORE_THAN_NAMED]
        return _append(held, picked, criteria_log.picked(held, list(numbers)), dry_run=dry_run)


def _append(segment: Segment, chosen: QuerySet[Contact], step: Step, *, dry_run: bool) -> Added:
    rows, counts = _addable(segment, chosen.order_by(), step.options)
    if dry_run:
        return replace(counts, criteria_actions=criteria_log.actions_of(segment))
    number = criteria_log.record(segment, step)
    contacts = list(rows.order_by(*_IN_ORDER).values_list("pk", flat=True))
    return replace(counts, added=planning.insert_lines(segment, contacts, number), criteria_actions=number)


def _addable(segment: Segment, chosen: QuerySet[Contact], options: Options) -> tuple[QuerySet[Contact], Added]:
    """Who would be added, and the counts: one look at all who are chosen."""
    allowed, never = reachable(ignore_exclusion=options.ignore_exclusion), ~reachable(ignore_exclusion=True)
    # Not by EXISTS: this way the contacts of the segment are read once, however many are looked at.
    there = SegmentLine.objects.filter(segment=segment, contact__isnull=False).order_by().values("contact_id")
    fresh = Q() if options.allow_existing_contacts else ~Q(pk__in=there)
    found = chosen.aggregate(
        all=Count("pk"),
        allowed=Count("pk", filter=allowed),
        new=Count("pk", filter=allowed & fresh),
        never=Count("pk", filter=never),
    )
    counts = Added(
        selected=found["all"],
        added=found["new"],
        skipped_existing=found["allowed"] - found["new"],
        skipped_excluded=found["all"] - found["allowed"],
        skipped_blocked=found["never"],
        criteria_actions=0,
    )
    return chosen.filter(allowed & fresh), counts


def add_entries(segment: Segment, entry_no: int, entries: QuerySet[InteractionLogEntry]) -> Segment:
    """Append a line for each interaction, with its contact and campaign (S-57); one step."""
    with changing(segment, "reuse logged segment") as held:
        filters = {"interactionLogEntry": {"loggedSegmentEntryNo": str(entry_no)}}
        step = criteria_log.record(held, Step(CriteriaAction.ADD, filters, Options(allow_existing_contacts=True)))
        found = list(entries.values_list("contact_id", "campaign_no"))
        contacts = [contact for contact, _campaign in found]
        planning.insert_lines(held, contacts, step, {"campaign_no": [campaign for _contact, campaign in found]})
        return held


def reduce_contacts(
    segment: Segment, filters: Filters, *, entire_companies: bool = False, dry_run: bool = False
) -> Removed:
    """Take out whom the filters select (S-50 to S-53). Raises ``bad_filter``."""
    return _narrow(segment, Step(CriteriaAction.REDUCE, filters, Options(entire_companies=entire_companies)), dry_run)


def refine_contacts(
    segment: Segment, filters: Filters, *, entire_companies: bool = False, dry_run: bool = False
) -> Removed:
    """Keep only whom the filters select (S-50 to S-53). Raises ``bad_filter``."""
    return _narrow(segment, Step(CriteriaAction.REFINE, filters, Options(entire_companies=entire_companies)), dry_run)


def _narrow(segment: Segment, step: Step, dry_run: bool) -> Removed:
    with changing(segment, f"{step.action} contacts", dry_run=dry_run) as held:
        lines = _leaving(held, step)
        if dry_run:
            return Removed(lines.count(), criteria_log.actions_of(held))
        number = criteria_log.record(held, step)
        gone = removing.remove_lines(held, lines, number)
        return Removed(gone, criteria_log.actions_of(held))


def _leaving(segment: Segment, step: Step) -> QuerySet[SegmentLine]:
    """The lines that a step takes away (S-50 to S-52)."""
    lines = SegmentLine.objects.filter(segment=segment)
    own = lines.filter(contact__isnull=False).order_by().values("contact_id")
    people = Contact.objects.filter(pk__in=own)
    if step.options.entire_companies:
        owners = lines.filter(contact_company__isnull=False).order_by().values("contact_company_id")
        staff = Contact.objects.filter(Q(pk__in=own) | Q(pk__in=owners) | Q(company__in=owners))
        hits = selected(step.filters, staff).order_by()
        matching = Q(contact__in=hits.values("pk")) | Q(contact_company__in=owners_of(hits))
    else:
        matching = Q(contact__in=selected(step.filters, people).order_by().values("pk"))
    if step.action == CriteriaAction.REDUCE:
        return lines.filter(matching)
    return lines.exclude(pk__in=lines.filter(matching, contact__isnull=False).order_by().values("pk"))


def go_back(segment: Segment, steps: int = 1) -> Segment:
    """Take back the last steps: added lines go, removed ones come back where they were (S-34).

    Asks ``q_undo``. Raises ``nothing_to_undo``.
    """
    with changing(segment, "go back") as held:
        removing.take_back(held, steps)
        return held


@contextmanager
def changing(segment: Segment, action: str, *, dry_run: bool = False) -> Iterator[Segment]:
    """The locked segment inside a unit of work; a dry run only looks."""
    require("api.read" if dry_run else "api.write", SET)
    if dry_run:
        yield segment
        return
    with unit_of_work(action, _("segment %(no)s") % {"no": segment.no}):
        yield records.lock(segment)


def filters_of(sent: Mapping[str, Any] | None) -> Filters:
    """Filters as a caller sent them; entities without any are left out. Raises ``bad_filter``."""
    found = {name: dict(fields or {}) for name, fields in (sent or {}).items()}
    check(found)
    return {name: fields for name, fields in found.items() if fields}
