"""What is done with the people of a segment in the CRM service (17.4): groups, calls, opportunities, tasks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, File, Parameter
from tuttava.foundation.context import tell
from tuttava.interactions.drafting import RIGHT
from tuttava.interactions.entities.log import OF_TASK, as_unsupported
from tuttava.interactions.models import InteractionDraft
from tuttava.segments import calls, exporting, starting
from tuttava.segments.entities.headers import HEADERS
from tuttava.segments.entities.lines import LINE_SET
from tuttava.segments.mailing_groups import apply_mailing_group
from tuttava.segments.models import Segment, SegmentLine


def _opportunities(segment: Segment) -> dict[str, int]:
    """S-5."""
    with as_unsupported("createOpportunities"):
        created = starting.create_opportunities(segment)
    if not created:
        tell("declined", _("No opportunities were created."), target="q_create_opportunities")
    return {"created": created}


def _tasks(segment: Segment, **sent: Any) -> dict[str, int]:
    """S-87."""
    values = {name: value for name, value in sent.items() if value is not None}
    with as_unsupported("createTasks"):
        return {"created": starting.create_tasks(segment, values)}


def _activity(segment: Segment, **sent: Any) -> dict[str, int]:
    """Tasks by the steps of an activity (17.7)."""
    values = {name: value for name, value in sent.items() if value is not None}
    with as_unsupported("assignActivity"):
        return {"created": starting.create_tasks(segment, values)}


def _mailing_group(segment: Segment, code: str, delete_old_assignments: bool) -> dict[str, int]:
    """S-85."""
    return {"created": apply_mailing_group(segment, code, delete_old_assignments=delete_old_assignments)}


def _export(segment: Segment, columns: list[str] | None, format: str) -> File:
    """S-86."""
    blocks = exporting.export_contacts(segment, columns or (), format)
    kind = exporting.ExportFormat(format)
    return File(b"".join(blocks), exporting.MEDIA_TYPES[kind], exporting.file_name(segment, format))


def _call(line: SegmentLine, phone_no: str, alt_address_code: str) -> InteractionDraft:
    """S-29, I-52."""
    return calls.start_call(line, number=phone_no, alt_address_code=alt_address_code)


def _opportunity(line: SegmentLine) -> dict[str, str]:
    with as_unsupported("createOpportunity"):
        return {"opportunityNo": starting.create_opportunity(line)}


_OF_ACTIVITY = (
    Parameter("activityCode", edm.code(10), required=True),
    Parameter("date", edm.DATE, required=True),
    *(
        Parameter(name, edm.code(20))
        for name in ("contactNo", "salespersonCode", "teamCode", "teamMeetingOrganizer", "campaignNo", "segmentNo")
    ),
)
_FORMAT = edm.crm_enum("segmentExportFormat", [(str(each.value), each.label) for each in exporting.ExportFormat])

CRM.extend(
    HEADERS.name,
    actions=[
        Action("createOpportunities", _opportunities),
        Action("createTasks", _tasks, OF_TASK),
        Action("assignActivity", _activity, _OF_ACTIVITY),
        Action(
            "applyMailingGroup",
            _mailing_group,
            (
                Parameter("code", edm.code(10), default=""),
                Parameter("deleteOldAssignments", edm.BOOLEAN, default=False),
            ),
        ),
        Action(
            "exportContacts",
            _export,
            (Parameter("columns", edm.TEXTS), Parameter("format", _FORMAT, default=exporting.ExportFormat.CSV.value)),
            right="api.read",
        ),
    ],
)
CRM.extend(
    LINE_SET.name,
    actions=[
        Action(
            "startPhoneCall",
            _call,
            (Parameter("phoneNo", edm.text(80), default=""), Parameter("altAddressCode", edm.code(10), default="")),
            returns="interactionDrafts",
            right=RIGHT,
            created=True,
        ),
        Action("createOpportunity", _opportunity),
    ],
)
