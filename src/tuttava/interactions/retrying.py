"""Deliveries that failed are tried again, as one batch of their own."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from tuttava.contacts.models import CorrespondenceType
from tuttava.foundation import jobs, mail
from tuttava.foundation.context import require
from tuttava.foundation.ids import new_id
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions import delivery
from tuttava.interactions.keeping import set_status
from tuttava.interactions.models import Delivery, DeliveryState, DeliveryStatus

RIGHT, SET = "interaction_log.write", "interactionLogEntries"
_WRITTEN = ("batch_id", "position", "state", "error", "attempts", "not_before", "changed_at")


def retryable(rows: QuerySet[Any]) -> QuerySet[Delivery]:
    """Those of ``rows`` that failed, whose interaction was neither delivered otherwise meanwhile nor canceled.

    One of which it is not known whether it was sent is not among them: only a person decides to send it twice.
    """
    found = Delivery.objects.filter(pk__in=rows.order_by().values("pk"), state=DeliveryState.FAILED)
    alive = found.filter(entry__delivery_status=DeliveryStatus.ERROR, entry__canceled=False, entry__postponed=False)
    return alive.exclude(entry__correspondence_type=CorrespondenceType.NONE)


def retry_failed(rows: QuerySet[Any]) -> int:
    """Deliver the :func:`retryable` of ``rows`` again, as a job; answers how many. Raises ``mail_account_missing``."""
    require(RIGHT, SET)
    with unit_of_work("deliver interactions"):
        locked = retryable(rows).select_for_update(of=("self",)).select_related("entry__attachment")
        failed = list(locked.order_by("batch_id", "position"))
        if not failed:
            return 0
        if any(each.entry.correspondence_type == CorrespondenceType.EMAIL for each in failed):
            mail.require_account()
        batch = new_id()
        for place, each in enumerate(failed):
            each.batch_id, each.position, each.state = batch, place, DeliveryState.WAITING
            each.error, each.attempts, each.not_before, each.changed_at = "", 0, None, timezone.now()
        Delivery.objects.bulk_update(failed, _WRITTEN, batch_size=500)
        set_status([each.entry for each in failed], DeliveryStatus.IN_PROGRESS)
        jobs.enqueue(delivery.KIND, delivery.title_of(len(failed)), {"batch": str(batch)})
    return len(failed)
