"""Steps kept under a code, and gone through again; people of a logged segment taken again (S-55 to S-57)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.context import ask, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions.models import InteractionLogEntry
from tuttava.segments import criteria_log, steps
from tuttava.segments.errors import no_criteria
from tuttava.segments.models import (
    CriteriaAction,
    CriteriaFields,
    LoggedSegment,
    SavedSegmentCriteria,
    SavedSegmentCriteriaLine,
    Segment,
    SegmentCriteriaLine,
)
from tuttava.segments.reserving import refuse_busy

_COPIED = [field.attname for field in CriteriaFields._meta.fields if field.attname not in ("id", "version")]


def save_criteria(segment: Segment, code: str, description: str = "") -> SavedSegmentCriteria:
    """Keep the steps of a segment. Raises ``no_criteria``, ``field_required``, ``already_exists`` (S-55)."""
    lines = list(SegmentCriteriaLine.objects.filter(segment=segment).order_by("line_no"))
    if not lines:
        raise no_criteria()
    wanted = as_code(code)
    if not wanted:
        raise DomainError("field_required", _("Saved criteria need a code."), field="code", rule="S-55")
    if SavedSegmentCriteria.objects.filter(code=wanted).exists():
        raise DomainError(
            "already_exists", _("There are saved criteria “%(code)s” already.") % {"code": wanted}, field="code"
        )
    with unit_of_work("save segment criteria", wanted):
        saved = records.create(SavedSegmentCriteria, {"code": wanted, "description": description})
        SavedSegmentCriteriaLine.objects.bulk_create(
            SavedSegmentCriteriaLine(saved=saved, **{name: getattr(line, name) for name in _COPIED}) for line in lines
        )
    if any(line.entity_name == criteria_log.BY_HISTORY for line in lines):
        tell(
            "criteria.by_history",
            _("Contacts picked in a list are found by the history of segment %(no)s, as long as it is not logged.")
            % {"no": segment.no},
            severity="warning",
        )
    return saved


def reuse_criteria(segment: Segment, code: str) -> Segment:
    """Go through saved steps on top of what is there. Raises ``not_found`` (S-56)."""
    saved = SavedSegmentCriteria.objects.filter(code=as_code(code)).first()
    if saved is None:
        raise DomainError("not_found", _("There are no saved criteria “%(code)s”.") % {"code": code}, field="code")
    if not _may_go_on(segment):
        return segment
    with unit_of_work("reuse segment criteria", saved.code):
        for step in criteria_log.steps_in(SavedSegmentCriteriaLine.objects.filter(saved=saved).order_by("line_no")):
            _go_through(segment, step)
    segment.refresh_from_db()
    return segment


def reuse_logged(segment: Segment, entry_no: int) -> Segment:
    """A line for each interaction of a logged segment that still counts. Raises ``not_found`` (S-57)."""
    logged = LoggedSegment.objects.filter(entry_no=entry_no).first()
    if logged is None:
        raise DomainError(
            "not_found",
            _("There is no logged segment %(entry)s.") % {"entry": entry_no},
            field="logged_segment_entry_no",
        )
    refuse_busy(logged)
    if not _may_go_on(segment):
        return segment
    entries = InteractionLogEntry.objects.filter(
        logged_segment_entry_no=entry_no, contact__isnull=False, canceled=False, postponed=False
    )
    return steps.add_entries(segment, entry_no, entries.order_by("entry_no"))


def _may_go_on(segment: Segment) -> bool:
    require("api.write", steps.SET)
    return not criteria_log.actions_of(segment) or ask(
        "q_reuse_over_existing",
        _("Segment %(no)s has steps already. Go on from what is there?") % {"no": segment.no},
        default=False,
    )


def _go_through(segment: Segment, step: criteria_log.Step) -> None:
    match step.action:
        case CriteriaAction.ADD:
            steps.add_contacts(segment, step.filters, step.options)
        case CriteriaAction.REDUCE:
            steps.reduce_contacts(segment, step.filters, entire_companies=step.options.entire_companies)
        case CriteriaAction.REFINE:
            steps.refine_contacts(segment, step.filters, entire_companies=step.options.entire_companies)
