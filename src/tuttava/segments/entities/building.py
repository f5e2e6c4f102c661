"""What is done with a segment to build it, in the CRM service (17.4): steps, saved criteria, template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, Parameter
from tuttava.foundation import records
from tuttava.foundation.context import acting, current, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.filter_expressions import bad_filter
from tuttava.foundation.spelling import camel
from tuttava.segments import criteria_log, saved, steps
from tuttava.segments.criteria_log import Options
from tuttava.segments.entities.common import SAVED, SEGMENTS
from tuttava.segments.entities.headers import HEADERS
from tuttava.segments.models import SavedSegmentCriteria, Segment
from tuttava.segments.selecting import Filters
from tuttava.segments.steps import go_back


def _counted(result: Any) -> dict[str, int]:
    return {camel(name): count for name, count in asdict(result).items()}


def _filters(sent: Any) -> Filters:
    """The filters of a step as they came: an object of A-114 objects by entity."""
    if not isinstance(sent, Mapping) or not all(isinstance(each, Mapping | None) for each in sent.values()):
        raise bad_filter(_("Filters are objects of texts, by what they filter."), 1, "filters")
    return steps.filters_of(sent)


def _at_field(work: Callable[[], Any]) -> Any:
    """``work``, whose refusals of a filter name the field alone (A-114)."""
    try:
        return work()
    except DomainError as error:
        if error.code == "bad_filter":
            error.field = error.field.rpartition(".")[2]
        raise


def _add(segment: Segment, filters: Any, dry_run: bool, **options: bool) -> dict[str, int]:
    """S-40 to S-46."""
    return _counted(
        _at_field(lambda: steps.add_contacts(segment, _filters(filters), Options(**options), dry_run=dry_run))
    )


def _reduce(segment: Segment, filters: Any, entire_companies: bool, dry_run: bool) -> dict[str, int]:
    """S-50 to S-53."""
    return _counted(
        _at_field(
            lambda: steps.reduce_contacts(
                segment, _filters(filters), entire_companies=entire_companies, dry_run=dry_run
            )
        )
    )


def _refine(segment: Segment, filters: Any, entire_companies: bool, dry_run: bool) -> dict[str, int]:
    """S-50 to S-53."""
    return _counted(
        _at_field(
            lambda: steps.refine_contacts(
                segment, _filters(filters), entire_companies=entire_companies, dry_run=dry_run
            )
        )
    )


def _go_back(segment: Segment, steps: int) -> Segment:
    """S-34."""
    if steps < 1:
        raise DomainError("value_invalid", _("Go back one step or more."), field="steps", rule="S-34")
    before = criteria_log.actions_of(segment)
    back = go_back(segment, steps)
    if criteria_log.actions_of(back) == before:
        tell("declined", _("No step was taken back."), target="q_undo")
    return back


def _save(segment: Segment, code: str, description: str) -> SavedSegmentCriteria:
    """S-55."""
    return saved.save_criteria(segment, code, description)


def _reuse(segment: Segment, code: str) -> Segment:
    """S-56."""
    return _unless_declined(segment, lambda: saved.reuse_criteria(segment, code))


def _reuse_logged(segment: Segment, logged_segment_entry_no: int) -> Segment:
    """S-57."""
    return _unless_declined(segment, lambda: saved.reuse_logged(segment, logged_segment_entry_no))


def _unless_declined(segment: Segment, work: Callable[[], Segment]) -> Segment:
    """Steps that are there already are built upon only by whoever says so."""
    before = criteria_log.actions_of(segment)
    done = _at_field(work)
    if before and criteria_log.actions_of(done) == before:
        tell("declined", _("The segment stays as it was."), target="q_reuse_over_existing")
    result: Segment = done
    return result


def _set_template(segment: Segment, code: str, apply_to_lines: bool | None) -> Segment:
    """S-10, S-11."""
    answers = dict(current().answers)
    if apply_to_lines is not None:
        answers["q_apply_template"] = "yes" if apply_to_lines else "no"
    with acting(answers=answers):
        return records.change(segment, {"interaction_template_code": code or None})


_FILTERS = Parameter("filters", edm.UNTYPED, required=True)
_DRY_RUN = Parameter("dryRun", edm.BOOLEAN, default=False)


def _flags(*names: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, edm.BOOLEAN, default=False) for name in names)


_NARROWING = (_FILTERS, *_flags("entireCompanies"), _DRY_RUN)

CRM.extend(
    HEADERS.name,
    actions=[
        Action(
            "addContacts",
            _add,
            (
                _FILTERS,
                *_flags("allowExistingContacts", "expandCompanies", "allowRelatedCompanies", "ignoreExclusion"),
                _DRY_RUN,
            ),
        ),
        Action("reduceContacts", _reduce, _NARROWING),
        Action("refineContacts", _refine, _NARROWING),
        Action(
            "goBack",
            _go_back,
            (Parameter("steps", edm.INT, default=1),),
            returns=SEGMENTS,
        ),
        Action(
            "saveCriteria",
            _save,
            (Parameter("code", edm.code(10), default=""), Parameter("description", edm.text(100), default="")),
            returns=SAVED,
            created=True,
        ),
        Action("reuseCriteria", _reuse, (Parameter("code", edm.code(10), required=True),), returns=SEGMENTS),
        Action(
            "reuseLogged",
            _reuse_logged,
            (Parameter("loggedSegmentEntryNo", edm.BIG, required=True),),
            returns=SEGMENTS,
        ),
        Action(
            "setTemplate",
            _set_template,
            (Parameter("code", edm.code(10), required=True), Parameter("applyToLines", edm.BOOLEAN)),
            returns=SEGMENTS,
        ),
    ],
)
