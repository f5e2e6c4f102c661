"""A segment that follows a logged one up: its contacts again, or some of them (S-67)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions.models import Delivery, DeliveryState, DeliveryStatus, InteractionLogEntry
from tuttava.segments import steps
from tuttava.segments.models import LoggedSegment, Segment
from tuttava.segments.reserving import refuse_busy


def entries_of(logged: LoggedSegment) -> QuerySet[InteractionLogEntry]:
    """The interactions of a logged segment."""
    return InteractionLogEntry.objects.filter(logged_segment_entry_no=logged.entry_no)


def follow_up(
    logged: LoggedSegment,
    *,
    evaluations: Collection[str] = (),
    responded: bool | None = None,
    delivered: bool | None = None,
    with_template: bool = False,
) -> Segment:
    """A new segment with the contacts of a logged one and the same campaign (S-67, lines as in S-57).

    Only those with one of the ``evaluations``; who answered the campaign since, or did not (``responded``); whose mail
    or letter went out, or failed (``delivered``). ``with_template``: with the interaction template it had.
    """
    refuse_busy(logged)
    values: dict[str, Any] = {
        "description": (_("Follow-up on segment %(no)s") % {"no": logged.segment_no})[:100],
        "campaign_no": logged.kept.get("campaign", ""),
    }
    if with_template and logged.kept.get("template"):
        values["interaction_template_code"] = logged.kept["template"]
    with unit_of_work("follow up segment", values["description"], apart=True):
        segment = records.create(Segment, values)
        rows = _wanted(logged, evaluations, responded, delivered)
        return steps.add_entries(segment, logged.entry_no, rows.order_by("entry_no"))


def _wanted(
    logged: LoggedSegment, evaluations: Collection[str], responded: bool | None, delivered: bool | None
) -> QuerySet[InteractionLogEntry]:
    rows = entries_of(logged).filter(contact__isnull=False, canceled=False, postponed=False)
    if evaluations:
        rows = rows.filter(evaluation__in=evaluations)
    if responded is not None:
        answers = InteractionLogEntry.objects.filter(
            contact=OuterRef("contact"),
            campaign_no=OuterRef("campaign_no"),
            campaign_response=True,
            canceled=False,
            entry_no__gt=OuterRef("entry_no"),
        ).exclude(campaign_no="")
        rows = rows.filter(Exists(answers) if responded else ~Exists(answers))
    if delivered is True:
        done = Delivery.objects.filter(entry=OuterRef("pk"), state=DeliveryState.DONE)
        rows = rows.filter(Exists(done), delivery_status=DeliveryStatus.NONE)
    elif delivered is False:
        rows = rows.filter(delivery_status=DeliveryStatus.ERROR)
    return rows
