"""Delivering: each entry goes out once, whatever happens to whoever delivers it (I-93 to I-102).

What is decided is written down with the entries, in one transaction. Prints are made in the database alone. A mail is
handed over after that transaction, and for each the book says first that it is being handed over: a worker that takes
over from a killed one sends only what nobody had begun to send, and tells of the one in between.
"""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from email.utils import make_msgid

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.contacts.models import CorrespondenceType
from tuttava.foundation import jobs, mail
from tuttava.foundation.context import tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.ids import new_id
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.mail_server import NotSent
from tuttava.foundation.models import Job, JobStatus
from tuttava.interactions import patience, printing
from tuttava.interactions.keeping import fail, keep, set_status
from tuttava.interactions.models import (
    Delivery,
    DeliveryState,
    DeliveryStatus,
    InteractionAttachment,
    InteractionLogEntry,
    PrintFile,
)
from tuttava.interactions.outgoing import NEEDED, Letters, Made, made

KIND = "interactions.deliver"
#: Entries read and made at a time.
AT_ONCE = 50
_NOT_DONE = (DeliveryState.FAILED, DeliveryState.UNKNOWN)


@dataclass(frozen=True)
class Outcome:
    """What became of a delivery; both counts leave out what still waits for the transaction to end."""

    delivered: int
    failed: int
    print_file: PrintFile | None


def deliver(entries: Sequence[InteractionLogEntry]) -> PrintFile | None:
    """Send and print entries; answers the print file of those that are hard copies.

    Runs inside the transaction in which they were logged: a refusal leaves nothing behind. Mail is handed to a server
    when that transaction has ended. Raises what :func:`accept` refuses.
    """
    batch = accept(entries)
    return None if batch is None else _work_off(batch).print_file


def deliver_and_tell(entries: Sequence[InteractionLogEntry]) -> Outcome:
    """The same, to be called outside any transaction: waits until every mail was handed over, and counts."""
    batch = accept(entries)
    if batch is None:
        return Outcome(0, 0, None)
    found = _work_off(batch)
    return Outcome(*counts(batch), found.print_file)


def deliver_later(entries: Sequence[InteractionLogEntry]) -> Job | None:
    """Send and print entries as a job with progress; what is refused is refused at once."""
    batch = accept(entries)
    return None if batch is None else jobs.enqueue(KIND, title_of(len(entries)), {"batch": str(batch)})


def accept(entries: Sequence[InteractionLogEntry], batch: uuid.UUID | None = None, after: int = 0) -> uuid.UUID | None:
    """Write down that entries are to be delivered; answers the id of the batch, None for an empty list.

    ``batch``: one that is being filled, ``after`` the entries that are in it.
    Raises ``correspondence_type_required``, ``no_attachment_for_language`` and ``mail_account_missing`` (I-93, I-48).
    """
    if not entries:
        return None
    for entry in entries:
        _refuse_incomplete(entry)
    if any(entry.correspondence_type == CorrespondenceType.EMAIL for entry in entries):
        mail.require_account()
    batch = batch or new_id()
    with unit_of_work("deliver interactions"):
        set_status(entries, DeliveryStatus.IN_PROGRESS)
        Delivery.objects.bulk_create(
            [Delivery(entry=entry, batch_id=batch, position=place) for place, entry in enumerate(entries, after)]
        )
    return batch


def _refuse_incomplete(entry: InteractionLogEntry) -> None:
    if entry.correspondence_type == CorrespondenceType.NONE:
        raise DomainError(
            "correspondence_type_required",
            _("Interaction %(entry)s cannot be delivered without a correspondence type. Choose e-mail or hard copy.")
            % {"entry": entry.entry_no},
            field="correspondence_type",
            rule="I-93",
        )
    if entry.attachment_id is None and not entry.word_template_code:
        raise DomainError(
            "no_attachment_for_language",
            _("Interaction %(entry)s has nothing to send: its template has no attachment in the language chosen.")
            % {"entry": entry.entry_no},
            field="interaction_language_code",
            rule="I-93",
        )


def work_off(batch: uuid.UUID) -> Outcome:
    """Deliver a batch that is written down already; a worker takes it up should this process be killed.

    Inside a transaction mails wait for its end, and are not counted.
    """
    if connection.in_atomic_block:
        return _work_off(batch)
    done = jobs.run_now(KIND, title_of(Delivery.objects.filter(batch_id=batch).count()), {"batch": str(batch)})
    Job.objects.filter(pk=done.pk, status=JobStatus.DONE).update(seen=True)
    key = done.result["printFile"] if done.result else ""
    printed = PrintFile.objects.filter(pk=key).first() if key else None
    return Outcome(*counts(batch), printed)


def work_off_later(batch: uuid.UUID) -> Job:
    """The same as a job."""
    return jobs.enqueue(KIND, title_of(Delivery.objects.filter(batch_id=batch).count()), {"batch": str(batch)})


def call_off(batch: uuid.UUID) -> None:
    """What of a batch has not left the house counts as not delivered (I-101)."""
    _Run(batch).cancel()


def _work_off(batch: uuid.UUID) -> Outcome:
    """Deliver a batch at once, except what must wait for the open transaction."""
    whole = mail.is_transactional() or not connection.in_atomic_block
    run = _Run(batch, prints_only=not whole)
    run.run()
    if not whole and Delivery.objects.filter(batch_id=batch, state=DeliveryState.WAITING).exists():
        count, patient = run.total, is_patient(batch)
        transaction.on_commit(lambda: _finish_later(batch, count, patient=patient))
    return Outcome(run.delivered, run.failed, run.print_file())


def is_patient(batch: uuid.UUID) -> bool:
    """Whether the mails of a batch wait for a server that is away: several do, and those of a segment. Somebody stands
    by for a single one, and is told at once."""
    rows = Delivery.objects.filter(batch_id=batch)
    return rows[:2].count() > 1 or rows.exclude(entry__segment_no="").exists()


def _finish_later(batch: uuid.UUID, count: int, *, patient: bool) -> None:
    """The mails of a batch, as a job of this process; a worker takes it up should this one be killed or have to wait
    for the server."""
    done = jobs.run_now(KIND, title_of(count), {"batch": str(batch), "printed": True, "patient": patient})
    Job.objects.filter(pk=done.pk, status=JobStatus.DONE).update(seen=True)


def title_of(count: int) -> str:
    """What the job of a batch is called."""
    return ngettext("Deliver %(count)s interaction", "Deliver %(count)s interactions", count) % {"count": count}


def counts(batch: uuid.UUID) -> tuple[int, int]:
    """How many of a batch were delivered, and how many failed for good."""
    found = Delivery.objects.filter(batch_id=batch).aggregate(
        done=Count("id", filter=Q(state=DeliveryState.DONE)), failed=Count("id", filter=Q(state__in=_NOT_DONE))
    )
    return found["done"], found["failed"]


@jobs.job(KIND)
def _deliver_job(run: jobs.JobRun) -> Mapping[str, object]:
    batch = uuid.UUID(run.arguments["batch"])
    work = _Run(batch, run=run)
    work.run()
    found = None if run.arguments.get("printed") else work.print_file()
    delivered, failed = counts(batch)
    answer = {"delivered": delivered, "failed": failed, "printFile": str(found.pk) if found else ""}
    return answer | ({"text": _not_delivered(failed)} if failed else {})


def _not_delivered(count: int) -> str:
    words = ngettext(
        "%(count)s was not delivered; the list of deliveries says why.",
        "%(count)s were not delivered; the list of deliveries says why.",
        count,
    )
    return words % {"count": count}


class _Run:
    """One attempt at a batch.

    A ``patient`` one waits for a server that is away and tries a mail again that was put off: it raises
    :class:`jobs.JobWaits`. Any other counts both as failed, for whoever waits for it.
    """

    def __init__(self, batch: uuid.UUID, *, run: jobs.JobRun | None = None, prints_only: bool = False) -> None:
        self.batch = batch
        self.job = run
        self.patient = run is not None and bool(run.arguments.get("patient", True))
        self.rows = Delivery.objects.filter(batch_id=batch)
        self.total, self.before = self.rows.count(), sum(counts(batch))
        self.letters = Letters()
        self.post = mail.Post()
        self.delivered = self.failed = 0
        self.away: NotSent | None = None
        limit = patience.per_minute() if self.patient else 0
        self.turn_ends = time.monotonic() + patience.TURN if limit else math.inf
        self.at_once = min(AT_ONCE, limit) if limit else AT_ONCE
        if prints_only:
            self.rows = self.rows.filter(entry__correspondence_type=CorrespondenceType.HARD_COPY)

    def run(self) -> None:
        """Deliver whatever waits; settle first what a killed worker left between two states."""
        self._settle_interrupted()
        try:
            while some := self._next():
                self._deliver(some)
                self._wait_if_needed()
            self._wait_for_put_off()
        except jobs.JobCanceled:
            self.cancel()
            raise
        finally:
            self.post.close()

    def cancel(self) -> None:
        """Nothing more of the batch goes out."""
        self._fail_waiting(_("Sending was canceled. Resend the interaction to deliver it."))

    def _next(self) -> list[Delivery]:
        due = Q(not_before=None) | Q(not_before__lte=timezone.now())
        rows = self.rows.filter(due, state=DeliveryState.WAITING).order_by("position")
        return list(rows.select_related(*(f"entry__{name}" for name in NEEDED))[: self.at_once])

    def _deliver(self, some: Sequence[Delivery]) -> None:
        ready = made([each.entry for each in some], self.letters, self._delivered_before(some))
        printed: list[tuple[Delivery, Made]] = []
        refused: list[tuple[Delivery, DomainError]] = []
        for each, what in zip(some, ready, strict=True):
            if isinstance(what, DomainError):
                refused.append((each, what))
            elif what.printed:
                printed.append((each, what))
            elif self.away is None:
                if self.job is not None:
                    self.job.progress(self.job.job.done)
                self._send(each, what)
        with self._chunk(len(printed) + len(refused)):
            self._done(printed)
            for each, error in refused:
                self._failed(each, str(error.message))

    @staticmethod
    def _delivered_before(some: Sequence[Delivery]) -> frozenset[uuid.UUID]:
        """Entries that went out before: they hold what was sent, and the same goes out again (I-104)."""
        entries = [each.entry_id for each in some]
        done = Delivery.objects.filter(entry__in=entries, state=DeliveryState.DONE)
        return frozenset(done.values_list("entry_id", flat=True))

    def _chunk(self, count: int) -> AbstractContextManager[None]:
        """The transaction in which ``count`` more are settled."""
        if self.job is None:
            return transaction.atomic()
        done = self.before + self.delivered + self.failed
        return self.job.chunk(done=done + count, total=self.total)

    def _send(self, delivery: Delivery, what: Made) -> None:
        """Hand one mail over, once. Until it is claimed nothing of it has left; from then on it is sent again only
        when the server has said that it did not take it."""
        message_id = make_msgid(domain="tuttava.invalid")
        try:
            message = what.mail(message_id)
            if self.patient and self.job is not None:
                patience.wait_for_turn(self.job.check)
            self.post.ready()
        except DomainError as error:
            self._refused(delivery, error)
            return
        if not self._claim(delivery, message_id):
            return
        with transaction.atomic() if mail.is_transactional() else nullcontext():
            try:
                self.post.hand_over(message)
            except DomainError as error:
                self._refused(delivery, error)
            else:
                self._done([(delivery, what)])
                if self.job is not None:
                    patience.server_is_back(self.job.state)

    @staticmethod
    def _claim(delivery: Delivery, message_id: str) -> bool:
        waiting = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING)
        begun = {"state": DeliveryState.HANDING_OVER, "message_id": message_id, "changed_at": timezone.now()}
        return bool(waiting.update(**begun))

    def _done(self, delivered: Sequence[tuple[Delivery, Made]]) -> None:
        if not delivered:
            return
        with unit_of_work("deliver interactions"):
            keep([(each.entry, what.kept) for each, what in delivered], DeliveryStatus.NONE)
            rows = Delivery.objects.filter(pk__in=[each.pk for each, _what in delivered])
            rows.update(state=DeliveryState.DONE, error="", not_before=None, changed_at=timezone.now())
        self.delivered += len(delivered)

    def _refused(self, delivery: Delivery, error: DomainError) -> None:
        """Neither rule nor server let it through: for good, or for now."""
        if isinstance(error, NotSent) and error.unsure:
            self._failed(delivery, interrupted(), DeliveryState.UNKNOWN)
        elif not (self.patient and isinstance(error, NotSent) and error.later):
            self._failed(delivery, str(error.message))
        elif error.server:
            self.away = error
            self._put_off(delivery)
        elif again := patience.again_at(delivery.attempts + 1):
            told = str(error.message)[:2000]
            self._put_off(delivery, attempts=delivery.attempts + 1, not_before=again, error=told)
        else:
            self._failed(delivery, str(error.message))

    @staticmethod
    def _put_off(delivery: Delivery, **more: object) -> None:
        """It waits again: the server has not taken it, and has said so."""
        rows = Delivery.objects.filter(pk=delivery.pk, state__in=(DeliveryState.WAITING, DeliveryState.HANDING_OVER))
        rows.update(state=DeliveryState.WAITING, changed_at=timezone.now(), **more)

    def _wait_if_needed(self) -> None:
        """Stop here for a while: the server is away, or others want the worker too."""
        if self.away is not None and self.job is not None:
            until = patience.back_at(self.job.state)
            if until is None:
                self._fail_waiting(str(self.away.message))
                return
            raise jobs.JobWaits(until, str(self.away.message))
        if time.monotonic() > self.turn_ends:
            raise jobs.JobWaits(timezone.now() + patience.BREATH)

    def _wait_for_put_off(self) -> None:
        """Mails that were put off are tried again when the first of them is due."""
        waiting = self.rows.filter(state=DeliveryState.WAITING, not_before__isnull=False).order_by("not_before").first()
        if waiting is not None and waiting.not_before is not None:
            raise jobs.JobWaits(waiting.not_before, waiting.error)

    def _failed(self, delivery: Delivery, text: str, state: str = DeliveryState.FAILED) -> None:
        """The entry says that and why it was not delivered; what it holds stays as it was (I-49, I-101)."""
        fail_delivery(delivery, text, state)
        self.failed += 1

    def _settle_interrupted(self) -> None:
        """A mail whose worker died while handing it over may have arrived: it is not sent again, and said so."""
        for each in self.rows.filter(state=DeliveryState.HANDING_OVER).select_related("entry__attachment"):
            self._failed(each, interrupted(), DeliveryState.UNKNOWN)

    def _fail_waiting(self, text: str) -> None:
        """What has not left counts as not delivered (I-101)."""
        waiting = self.rows.filter(state=DeliveryState.WAITING).order_by("position")
        while some := list(waiting.select_related("entry__attachment")[:AT_ONCE]):
            with transaction.atomic():
                for each in some:
                    self._failed(each, text)

    def print_file(self) -> PrintFile | None:
        """The print file of the batch's letters, once all are made; several go into one archive (I-97, I-164)."""
        printed = Delivery.objects.filter(
            batch_id=self.batch, state=DeliveryState.DONE, entry__correspondence_type=CorrespondenceType.HARD_COPY
        )
        count = printed.count()
        if not count:
            return None
        if not printing.can_convert():
            tell("printed_as_word", _("No PDF converter is set up, so the letters are Word documents (.docx)."))
        rows = printed.order_by("position").select_related(
            "entry__attachment", "entry__contact", "entry__contact_company"
        )
        if count == 1:
            return printing.single(rows[0].entry)
        return printing.archive(rows[0].entry.segment_no, self._pages(rows))

    def _pages(self, rows: QuerySet[Delivery]) -> Iterator[list[tuple[str, InteractionAttachment]]]:
        """Letters of the batch with their stems, some at a time; a job can be stopped between them."""
        last = -1
        while page := list(rows.filter(position__gt=last)[:AT_ONCE]):
            last = page[-1].position
            if self.job is not None:
                self.job.progress(self.job.job.done)
            letters = ((row.entry, row.entry.attachment) for row in page)
            yield [(printing.letter_stem(entry), kept) for entry, kept in letters if kept is not None]


def fail_delivery(delivery: Delivery, text: str, state: str = DeliveryState.FAILED) -> None:
    """Write down that and why an entry was not delivered."""
    with unit_of_work("deliver interactions"):
        fail(delivery.entry, text)
        rows = Delivery.objects.filter(pk=delivery.pk)
        rows.update(state=state, error=text[:2000], not_before=None, changed_at=timezone.now())


def interrupted() -> str:
    """What is told of a mail whose sender died while handing it over."""
    return _("Sending was interrupted; the mail may have arrived. Ask the contact, or resend the interaction.")
