"""Mails of documents leave once, and only when what they tell of is stored (I-120, I-136).

A transport that comes and goes with the transaction takes a mail at once; its refusal takes back what the mail tells
of. For a mail server the mail is written into the book together with the rest, and a job hands it over after that: the
book says first that it is being handed over, so that a worker that takes over from a killed one does not send it again.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from email.utils import make_msgid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.documents.models import DocumentMail
from tuttava.foundation import jobs, mail
from tuttava.foundation.attachments import content_bytes, release_contents, store_content
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.mail import Attachment, Mail, Post
from tuttava.foundation.mail_server import NotSent
from tuttava.foundation.models import Job
from tuttava.interactions import patience
from tuttava.interactions.keeping import fail, set_status
from tuttava.interactions.models import DeliveryState, DeliveryStatus, InteractionLogEntry

KIND = "documents.send_mail"
#: Where the state of a job keeps the mails that the server put off.
_PUT_OFF = "put_off"
#: No mail takes longer to be handed over.
ABANDONED_AFTER = dt.timedelta(minutes=15)
#: How long the book is kept; a mail that failed can be sent again for as long.
KEPT = dt.timedelta(days=90)

_batch: ContextVar[list[DocumentMail] | None] = ContextVar("documents_mails", default=None)

#: What is told when a mail about a record of a set was sent (blank text) or not: the record's id and the reason.
Settled = Callable[[uuid.UUID, str], None]
listeners: dict[str, Settled] = {}


def send(message: Mail, *, title: str, entry_no: int = 0) -> None:
    """Send a mail with what is being stored; runs inside the unit of work that stores it.

    ``title``: the job as the user sees it; ``entry_no``: the entry that says so if the mail cannot be delivered.
    Raises what a mail refuses before anything is sent, and ``mail.not_sent`` where it is handed over at once.
    """
    checked = mail.checked_mail(message)
    if mail.is_transactional():
        mail.send(checked)
        return
    row = put_down(checked, entry_no=entry_no)
    batch = _batch.get()
    if batch is None:
        jobs.enqueue(KIND, title, {"mail": str(row.pk)})
    else:
        batch.append(row)


@contextmanager
def together() -> Iterator[list[DocumentMail]]:
    """Collect the mails that the block sends, for a job that hands all of them over by itself once they are stored."""
    batch: list[DocumentMail] = []
    token = _batch.set(batch)
    try:
        yield batch
    finally:
        _batch.reset(token)


def put_down(message: Mail, *, entry_no: int = 0) -> DocumentMail:
    """Write a mail into the book; it names the record it is about and has one file at most."""
    assert message.related_id is not None
    _sweep()
    file = next(iter(message.attachments), None)
    told = {
        "to": list(message.to),
        "sender": message.sender,
        "reply_to": message.reply_to,
        "subject": message.subject,
        "text": message.text,
    }
    return DocumentMail.objects.create(
        related_set=message.related_set,
        related_id=message.related_id,
        entry_no=entry_no,
        message=told,
        file_name=file.file_name if file else "",
        content_id=store_content(message.related_id, file.content) if file else None,
    )


def _sweep() -> None:
    """Old pages of the book go, a few at a time."""
    old = list(DocumentMail.objects.filter(changed_at__lt=timezone.now() - KEPT).order_by("changed_at")[:20])
    if not old:
        return
    release_contents([row.content_id for row in old])
    DocumentMail.objects.filter(pk__in=[row.pk for row in old]).delete()


def hand_over(row: DocumentMail, post: Post, *, patient: bool = False) -> str:
    """Hand a mail of the book over, once; answers why it was not taken, blank when it was.

    To be called outside any transaction. A mail that failed before is tried again; one whose sender died while handing
    it over is not. ``patient``: what may be taken later waits again, and :class:`NotSent` says so.
    """
    row.refresh_from_db()
    if row.state == DeliveryState.HANDING_OVER:
        return _settled(row, DeliveryState.UNKNOWN, _interrupted())
    if row.state not in (DeliveryState.WAITING, DeliveryState.FAILED):
        return row.error
    message_id = make_msgid(domain="tuttava.invalid")
    try:
        post.ready()
        if not _claimed(row, message_id):
            return ""
        post.hand_over(_message(row, message_id))
    except DomainError as error:
        if not (patient and isinstance(error, NotSent) and error.later):
            return _settled(row, DeliveryState.FAILED, str(error.message))
        DocumentMail.objects.filter(pk=row.pk).update(state=DeliveryState.WAITING, changed_at=timezone.now())
        raise
    return _settled(row, DeliveryState.DONE)


def hand_over_patiently(run: jobs.JobRun, row: DocumentMail, post: Post) -> bool:
    """The same from a job, at the pace of batches, counted in its state as ``sent`` or ``failed``; whether it is
    settled.

    Raises :class:`jobs.JobWaits` while the server is away. A mail that it put off waits in the state for
    :func:`hand_over_put_off`.
    """
    if is_put_off(run, row):
        return False
    patience.wait_for_turn(run.check)
    try:
        error = hand_over(row, post, patient=True)
    except NotSent as refusal:
        again = _again(run, row, refusal)
        if again is not None:
            if refusal.server:
                raise jobs.JobWaits(again, str(refusal.message)) from refusal
            return False
        error = _settled(row, DeliveryState.FAILED, str(refusal.message))
    if not error:
        patience.server_is_back(run.state)
    run.state.get(_PUT_OFF, {}).pop(str(row.pk), None)
    counted = "failed" if error else "sent"
    run.state[counted] = run.state.get(counted, 0) + 1
    return True


def _again(run: jobs.JobRun, row: DocumentMail, refusal: NotSent) -> dt.datetime | None:
    """When to try again, written down in the job's state; None when that was often enough."""
    if refusal.server:
        return patience.back_at(run.state)
    put_off = run.state.setdefault(_PUT_OFF, {})
    tries = put_off.get(str(row.pk), {}).get("tries", 0) + 1
    again = patience.again_at(tries)
    if again is not None:
        put_off[str(row.pk)] = {"tries": tries, "at": again.isoformat(), "why": str(refusal.message)}
    return again


def is_put_off(run: jobs.JobRun, row: DocumentMail) -> bool:
    """Whether the server asked for some patience with this mail, and the time has not come."""
    told = run.state.get(_PUT_OFF, {}).get(str(row.pk))
    return told is not None and dt.datetime.fromisoformat(told["at"]) > timezone.now()


def hand_over_put_off(run: jobs.JobRun, post: Post) -> None:
    """What the server put off is handed over when it is due; raises :class:`jobs.JobWaits` as long as some is not."""
    put_off: dict[str, Any] = run.state.get(_PUT_OFF, {})
    rows = {str(row.pk): row for row in DocumentMail.objects.filter(pk__in=list(put_off))}
    for key in list(put_off):
        if key in rows:
            hand_over_patiently(run, rows[key], post)
        else:
            del put_off[key]
    if put_off:
        first = min(put_off.values(), key=lambda told: told["at"])
        raise jobs.JobWaits(dt.datetime.fromisoformat(first["at"]), first["why"])


def call_off(ids: Iterable[object]) -> None:
    """Those of some mails that have not left are not sent any more: their job was stopped."""
    for row in DocumentMail.objects.filter(pk__in=list(ids), state=DeliveryState.WAITING):
        _settled(row, DeliveryState.FAILED, _("Sending was canceled. Send it again to deliver it."))


def unsent(run: jobs.JobRun) -> list[str]:
    """The mails that a job still has to hand over."""
    return [*run.state.get("mails", []), *run.state.get(_PUT_OFF, {})]


def is_under_way(row: DocumentMail) -> bool:
    """Whether somebody is handing it over just now; after some time whoever did must have died."""
    return row.state == DeliveryState.HANDING_OVER and row.changed_at > timezone.now() - ABANDONED_AFTER


def mails_of(related_set: str, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, DocumentMail]:
    """The newest mail of each of some records, as far as they have one."""
    rows = DocumentMail.objects.filter(related_set=related_set, related_id__in=list(ids)).order_by("changed_at")
    return {row.related_id: row for row in rows}


def _claimed(row: DocumentMail, message_id: str) -> bool:
    """Whether nobody else hands it over meanwhile."""
    waiting = DocumentMail.objects.filter(pk=row.pk, state=row.state)
    return bool(waiting.update(state=DeliveryState.HANDING_OVER, message_id=message_id, changed_at=timezone.now()))


def _message(row: DocumentMail, message_id: str) -> Mail:
    files = [Attachment(row.file_name, content_bytes(row.content_id))] if row.content_id else []
    headers = {"Message-ID": message_id} | ({"X-Tuttava-Interaction": str(row.entry_no)} if row.entry_no else {})
    return mail.checked_mail(
        Mail(**row.message, attachments=files, headers=headers,
             related_set=row.related_set, related_id=row.related_id)
    )  # fmt: skip


def _settled(row: DocumentMail, state: str, error: str = "") -> str:
    """Say what became of a mail: in the book, on its entry, and to whoever listens. A sent one's text is kept no more
    here: the entry has it."""
    values: dict[str, object] = {"state": state, "error": error[:2000], "changed_at": timezone.now()}
    with unit_of_work("send document"):
        if state == DeliveryState.DONE:
            values |= {"message": {}, "content_id": None}
            release_contents([row.content_id])
        DocumentMail.objects.filter(pk=row.pk).update(**values)
        entry = InteractionLogEntry.objects.filter(entry_no=row.entry_no).select_related("attachment").first()
        if entry is not None and error:
            fail(entry, error)
        elif entry is not None and entry.delivery_status != DeliveryStatus.NONE:
            set_status([entry], DeliveryStatus.NONE)
        if row.related_set in listeners:
            listeners[row.related_set](row.related_id, error)
    return error


def _interrupted() -> str:
    return _("Sending was interrupted; the mail may have arrived. Ask the recipient before you send it again.")


@jobs.job(KIND, back_out=lambda run: call_off([run.arguments["mail"]]))
def _send_job(run: jobs.JobRun) -> dict[str, bool]:
    row = DocumentMail.objects.filter(pk=run.arguments["mail"]).first()
    if row is None:
        raise DomainError("record_gone", _("The mail is not kept any more. Send the document again."))
    with mail.opened() as post:
        hand_over_patiently(run, row, post)
        hand_over_put_off(run, post)
    row.refresh_from_db()
    if row.error:
        raise DomainError("mail.not_sent", row.error)
    Job.objects.filter(pk=run.job.pk).update(seen=True)  # only what fails is told
    return {"sent": True}
