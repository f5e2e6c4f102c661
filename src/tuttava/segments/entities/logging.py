"""Logging segments, and what is done with logged ones, in the CRM service (17.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, Parameter
from tuttava.api.errors import bad_request
from tuttava.api.filter_objects import filtered
from tuttava.api.values import parse_guid
from tuttava.contacts.models import CorrespondenceType
from tuttava.foundation.context import tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Job
from tuttava.interactions.entities.delivery import MOST_IDS, address_of
from tuttava.interactions.entities.log import SET as LOG
from tuttava.segments import logged as after
from tuttava.segments import logging
from tuttava.segments.entities.common import LOGGED, SEGMENTS
from tuttava.segments.entities.headers import HEADERS
from tuttava.segments.entities.logged import LOGGED_SET
from tuttava.segments.models import LoggedSegment, Segment

_CORRESPONDENCE = next(prop.type for prop in CRM.sets[LOG].properties if prop.name == "correspondenceType")
_WRITE = "interaction_log.write"


def _log(
    segment: Segment, deliver: bool, create_follow_up: bool, skip_undeliverable: bool, wait: bool
) -> dict[str, Any] | Job:
    """S-60 to S-68."""
    options = {
        "deliver": deliver,
        "create_follow_up": create_follow_up,
        "skip_undeliverable": skip_undeliverable,
    }
    if not wait:
        return logging.log_segment_later(segment, **options)
    done = logging.log_segment(segment, **options)
    return {
        "loggedSegmentEntryNo": done.entry_no,
        "entries": done.entries,
        "followUpSegmentNo": done.follow_up_no,
        "printFile": address_of(done.print_file),
    }


def _toggle(logged: LoggedSegment, wait: bool) -> LoggedSegment | Job:
    """S-80."""
    found = _toggle_rows([logged], wait)
    return found[0] if isinstance(found, list) else found


def _toggle_many(ids: Sequence[str], wait: bool) -> list[LoggedSegment] | Job:
    """All become the opposite of what the first one is (S-80, A-115)."""
    if len(ids) > MOST_IDS:
        raise bad_request(_("At most %(most)d ids at once.") % {"most": MOST_IDS}, "ids")
    wanted = [parse_guid(text) for text in ids]
    found = LoggedSegment.objects.in_bulk(wanted)
    missing = [key for key in wanted if key not in found]
    if missing:
        raise DomainError("not_found", _("There is no logged segment %(id)s.") % {"id": missing[0]}, field="ids")
    return _toggle_rows([found[key] for key in dict.fromkeys(wanted)], wait)


def _toggle_rows(rows: list[LoggedSegment], wait: bool) -> list[LoggedSegment] | Job:
    """A job only where it is not waited for, and wanted."""
    before = {row.pk: row.canceled for row in rows}
    toggled = after.toggle_canceled(rows) if wait else after.toggle_canceled_later(rows) or rows
    if isinstance(toggled, Job):
        return toggled
    if rows and all(row.canceled == before[row.pk] for row in toggled):
        tell("declined", _("Nothing was canceled."), target="q_toggle_canceled")
    return toggled


def _reopen(logged: LoggedSegment, wait: bool) -> Segment | Job:
    """S-81."""
    return after.reopen(logged) if wait else after.reopen_later(logged)


def _resend(logged: LoggedSegment, correspondence_type: str, update_merge_fields: bool, wait: bool) -> Any:
    """S-76."""
    kind = "" if correspondence_type == CorrespondenceType.NONE else correspondence_type
    if not wait:
        return after.resend_later(logged, kind, update_merge_fields=update_merge_fields)
    outcome = after.resend(logged, kind, update_merge_fields=update_merge_fields)
    return {
        "delivered": outcome.delivered,
        "failed": outcome.failed,
        "printFile": address_of(outcome.print_file),
    }


def _delete_canceled(filter: Mapping[str, Any] | None) -> dict[str, int]:
    """S-82."""
    return {"deleted": after.delete_canceled(filtered(LOGGED_SET, LOGGED_SET.queryset(), filter or {}))}


CRM.extend(
    HEADERS.name,
    actions=[
        Action(
            "log",
            _log,
            (
                Parameter("deliver", edm.BOOLEAN, default=True),
                Parameter("createFollowUp", edm.BOOLEAN, default=False),
                Parameter("skipUndeliverable", edm.BOOLEAN, default=False),
            ),
            right=_WRITE,
            long=True,
        )
    ],
)
CRM.extend(
    LOGGED_SET.name,
    actions=[
        Action("toggleCanceled", _toggle, returns=LOGGED, right=_WRITE, long=True),
        Action(
            "toggleCanceled",
            _toggle_many,
            (Parameter("ids", edm.TEXTS, required=True),),
            returns=LOGGED,
            returns_many=True,
            on_set=True,
            right=_WRITE,
            long=True,
        ),
        Action(
            "resend",
            _resend,
            (
                Parameter("correspondenceType", _CORRESPONDENCE, default=CorrespondenceType.NONE.value),
                Parameter("updateMergeFields", edm.BOOLEAN, default=False),
            ),
            right=_WRITE,
            long=True,
        ),
        Action("reopen", _reopen, returns=SEGMENTS, right=after.DELETE, long=True, created=True),
        Action(
            "deleteCanceled",
            _delete_canceled,
            (Parameter("filter", edm.UNTYPED),),
            on_set=True,
            right=after.DELETE,
        ),
    ],
)
