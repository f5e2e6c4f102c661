"""A logged segment sent again, however large it is (S-76, I-103, I-104)."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.contacts.models import CorrespondenceType
from tuttava.foundation import jobs
from tuttava.foundation.context import require
from tuttava.foundation.ids import new_id
from tuttava.foundation.models import Job
from tuttava.interactions import delivery, resending
from tuttava.interactions.models import InteractionLogEntry
from tuttava.segments.following import entries_of
from tuttava.segments.models import LoggedSegment
from tuttava.segments.reserving import refuse_busy

KIND = "segments.resend"
#: Interactions made ready in one transaction.
AT_ONCE = 500


def resend(
    logged: LoggedSegment, correspondence_type: str = "", *, update_merge_fields: bool = False
) -> delivery.Outcome:
    """Send the interactions of a logged segment again; blank: each as it was. Canceled ones stay out.

    Waits for some hundred; more go out as a job, which the outcome does not count yet. Raises ``nothing_to_send``,
    ``correspondence_type_required`` and what :func:`resending.resend` refuses.
    """
    rows = _wanted(logged, correspondence_type)
    if rows[: AT_ONCE + 1].count() > AT_ONCE:
        resend_later(logged, correspondence_type, update_merge_fields=update_merge_fields)
        return delivery.Outcome(0, 0, None)
    return resending.resend(
        list(rows.select_related("attachment")), correspondence_type, update_merge_fields=update_merge_fields
    )


def resend_later(logged: LoggedSegment, correspondence_type: str = "", *, update_merge_fields: bool = False) -> Job:
    """The same as a job; what is refused is refused at once."""
    last = _wanted(logged, correspondence_type).reverse().values_list("entry_no", flat=True)[0]
    arguments = {"logged": logged.entry_no, "type": correspondence_type, "anew": update_merge_fields, "until": last}
    return jobs.enqueue(KIND, _("Resend segment %(no)s") % {"no": logged.segment_no}, arguments)


def _wanted(logged: LoggedSegment, correspondence_type: str) -> QuerySet[InteractionLogEntry]:
    """What can be sent again, in order; refuses when there is nothing, or no type for it."""
    require("interaction_log.write")
    refuse_busy(logged)
    rows = resending.resendable_rows(entries_of(logged).filter(canceled=False)).order_by("entry_no")
    if not rows.exists():
        raise resending.nothing_to_send()
    untyped = rows.filter(correspondence_type=CorrespondenceType.NONE).first()
    if untyped is not None:
        resending.refuse_untyped(untyped, correspondence_type)
    return rows


def _back_out(run: jobs.JobRun) -> None:
    if run.state.get("batch") and not run.state.get("finished"):
        delivery.call_off(uuid.UUID(run.state["batch"]))


@jobs.job(KIND, back_out=_back_out)
def run_resend(run: jobs.JobRun) -> dict[str, int]:
    """Make the interactions ready chunk by chunk; they go out together when all are."""
    logged = LoggedSegment.objects.get(entry_no=run.arguments["logged"])
    rows = resending.resendable_rows(entries_of(logged).filter(canceled=False)).order_by("entry_no")
    rows = rows.filter(entry_no__lte=run.arguments["until"]).select_related("attachment")
    total = run.state.get("total") or rows.count()
    while not run.state.get("finished"):
        done: int = run.state.get("done", 0)
        some = list(rows.filter(entry_no__gt=run.state.get("last", 0))[:AT_ONCE])
        with run.chunk(done=done + len(some), total=total):
            run.state.setdefault("batch", str(new_id()))
            run.state.update(total=total, done=done + len(some))
            if some:
                _accept(run, some, done)
                run.state["last"] = some[-1].entry_no
            else:
                run.state["finished"] = True
                delivery.work_off_later(uuid.UUID(run.state["batch"]))
    return {"entries": run.state["done"]}


def _accept(run: jobs.JobRun, some: list[InteractionLogEntry], after: int) -> None:
    ready = resending.prepare(some, run.arguments["type"], update_merge_fields=run.arguments["anew"])
    delivery.accept(ready, uuid.UUID(run.state["batch"]), after)
