"""Deliveries that nobody works on any more: their sender was killed and no job takes them up.

What was being handed over may have arrived: it gets the state *not known whether it was sent*. What still waited has
not left the house: it counts as not delivered. Nothing is sent by this; the way on is the user's.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading

from django.db import connection, connections, transaction
from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.foundation.context import Context, acting
from tuttava.foundation.directory.models import Company
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Job, JobStatus
from tuttava.foundation.schemas import in_schema
from tuttava.interactions import delivery, mailing
from tuttava.interactions.keeping import fail
from tuttava.interactions.kept_mails import is_unsent
from tuttava.interactions.models import Delivery, DeliveryState

#: No mail takes longer to be handed over: a server that is silent for seconds counts as down.
ABANDONED_AFTER = dt.timedelta(minutes=15)
#: Seconds between two looks.
TICK = 60.0
#: Deliveries settled in one look at a company.
MOST = 200
_UNFINISHED = (DeliveryState.HANDING_OVER, DeliveryState.WAITING)
_UNDER_WAY = (JobStatus.QUEUED, JobStatus.RUNNING)

log = logging.getLogger(__name__)


def sweep() -> int:
    """Settle the abandoned deliveries of the company; answers how many."""
    return sum(_settled(each) for each in abandoned()[:MOST])


def abandoned() -> QuerySet[Delivery]:
    """Deliveries in the middle whose batch nothing happened to for long, and that no job has still to do."""
    before = timezone.now() - ABANDONED_AFTER
    # A job that still fills its batch names it in its state.
    busy = Job.objects.filter(status__in=_UNDER_WAY).annotate(given=KT("arguments__batch"), filled=KT("state__batch"))
    batches = [batch for pair in busy.values_list("given", "filled") for batch in pair if batch]
    alive = Delivery.objects.filter(state__in=DeliveryState.values, changed_at__gte=before).values("batch_id")
    rows = Delivery.objects.filter(state__in=_UNFINISHED, changed_at__lt=before)
    return rows.exclude(batch_id__in=batches).exclude(batch_id__in=alive).order_by("changed_at")


def _settled(row: Delivery) -> bool:
    """Settle one, unless somebody else has meanwhile."""
    with transaction.atomic(), unit_of_work("settle interrupted delivery"):
        rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("entry__attachment")
        found = rows.filter(pk=row.pk, state=row.state).first()
        if found is None:
            return False
        if is_unsent(found.entry):
            mailing.interrupted(found.entry)
            return True
        begun = found.state == DeliveryState.HANDING_OVER
        text = (
            delivery.interrupted() if begun else _("Sending was interrupted before it began. Resend the interaction.")
        )
        fail(found.entry, text)
        found.state = DeliveryState.UNKNOWN if begun else DeliveryState.FAILED
        found.error = text
        found.save(update_fields=["state", "error", "changed_at"])
    return True


def turn() -> None:
    """Look at every company once."""
    for company in Company.objects.filter(ready=True):
        with in_schema(company.schema), acting(Context(door="job")):
            sweep()


def run(stop_event: threading.Event) -> None:
    """What a worker process runs beside its jobs."""
    while not stop_event.wait(TICK):
        try:
            turn()
        except Exception:
            log.exception("looking for interrupted deliveries failed; trying again")
            connection.close()
    connections.close_all()
