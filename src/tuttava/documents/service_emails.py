"""Mails that tell customers about finished service orders: queued, sent, purged (I-143)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.documents import outgoing
from tuttava.documents.models import (
    Area,
    Document,
    DocumentMail,
    DocumentType,
    NotifyCustomer,
    ServiceEmail,
    ServiceEmailStatus,
    ServiceStatus,
)
from tuttava.documents.printing.region import region_for
from tuttava.documents.printing.titles import live_title
from tuttava.foundation import jobs, mail
from tuttava.foundation.bulk import insert_many
from tuttava.foundation.company import company_information
from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.mail import Mail
from tuttava.foundation.models import Job
from tuttava.trade.feed import next_entry_no

SET = "serviceEmailQueue"
SEND, PURGE = "documents.send_service_emails", "documents.purge_service_emails"
#: Rows read at a time.
AT_ONCE = 200


def is_to_be_told(document: Document) -> bool:
    """Whether a customer wants to hear that this service order is finished."""
    return (
        document.area == Area.SERVICE
        and document.document_type == DocumentType.ORDER
        and document.service_status == ServiceStatus.FINISHED
        and document.notify_customer == NotifyCustomer.BY_EMAIL
    )


def queue_finished(orders: Sequence[Document]) -> None:
    """One mail for each finished order to its customer's address; without an address that is told, not refused."""
    queued: list[ServiceEmail] = []
    waiting = ServiceEmail.objects.filter(
        document_no__in=[order.no for order in orders], status=ServiceEmailStatus.QUEUED
    )
    known = set(waiting.values_list("document_no", flat=True))
    first = next_entry_no(ServiceEmail)
    for order in orders:
        address = (order.account.email if order.account else "") or order.e_mail
        if order.no in known:
            continue
        if not address:
            tell(
                "email_address_missing",
                _("Service order %(no)s: the customer has no e-mail address, so nobody is told that it is finished.")
                % {"no": order.no},
                severity="warning",
            )
            continue
        queued.append(_mail_of(order, address, first + len(queued)))
    insert_many(queued)


def _mail_of(order: Document, address: str, entry_no: int) -> ServiceEmail:
    """What the customer is told, in the order's language."""
    party = order.account
    with region_for(order.language_code, party.format_region if party else "").speaking():
        values = {
            "document": f"{live_title(order.area, order.document_type)} {order.no}",
            "company": company_information().name,
        }
        subject = _("%(document)s is finished") % values
        lines = [_("The work on %(document)s is finished.") % values, order.description, values["company"]]
    return ServiceEmail(
        entry_no=entry_no,
        document_type=order.document_type,
        document_no=order.no,
        to_address=address,
        subject=subject[:250],
        body="\n\n".join(line for line in lines if line),
    )


def send_queue() -> dict[str, int]:
    """Send all that is queued, each once; answers how many were ``sent`` and how many ``failed``.

    To be called outside any transaction. Raises ``mail_account_missing``.
    """
    require("api.write", SET)
    mail.require_account()
    counts = {"sent": 0, "failed": 0}
    with mail.opened() as post:
        for row in _queued():
            taken = _sent(row, lambda book: not outgoing.hand_over(book, post))
            if taken is not None:
                counts["sent" if taken else "failed"] += 1
    return counts


def send_queue_later() -> Job:
    """The same as a job."""
    require("api.write", SET)
    mail.require_account()
    return jobs.enqueue(SEND, _("Send service e-mails"))


@jobs.job(SEND)
def _send_job(run: jobs.JobRun) -> dict[str, int]:
    """Waits for a server that is away; what is queued meanwhile goes along."""
    require("api.write", SET)
    mail.require_account()

    def hand_over(book: DocumentMail) -> None:
        outgoing.hand_over_patiently(run, book, post)

    with mail.opened() as post:
        for row in _queued():
            taken = _sent(row, hand_over)
            if taken is not None:
                counted = "sent" if taken else "failed"
                run.state[counted] = run.state.get(counted, 0) + 1
        outgoing.hand_over_put_off(run, post)
    return {name: run.state.get(name, 0) for name in ("sent", "failed")}


def purge_queue() -> dict[str, int]:
    """Delete what does not wait any more; answers how many were ``deleted``."""
    require("api.write", SET)
    with unit_of_work("purge service e-mails"):
        done = ServiceEmail.objects.exclude(status=ServiceEmailStatus.QUEUED)
        DocumentMail.objects.filter(related_set=SET, related_id__in=done.values("pk")).delete()
        return {"deleted": done.delete()[0]}


def purge_queue_later() -> Job:
    """The same as a job."""
    require("api.write", SET)
    return jobs.enqueue(PURGE, _("Purge service e-mails"))


@jobs.job(PURGE)
def _purge_job(run: jobs.JobRun) -> dict[str, int]:
    return purge_queue()


def _queued() -> Iterator[ServiceEmail]:
    last = 0
    while some := list(
        ServiceEmail.objects.filter(status=ServiceEmailStatus.QUEUED, entry_no__gt=last).order_by("entry_no")[:AT_ONCE]
    ):
        yield from some
        last = some[-1].entry_no


def _sent(row: ServiceEmail, hand_over: Callable[[DocumentMail], bool | None]) -> bool | None:
    """Whether a mail was taken; None: somebody else is at it, it is queued no more, or ``hand_over`` counts itself."""
    if mail.is_transactional():
        return _sent_with_its_row(row)
    book = _put_down(row)
    return book if book is None or isinstance(book, bool) else hand_over(book)


def _sent_with_its_row(row: ServiceEmail) -> bool | None:
    """The transport comes and goes with the transaction."""
    with unit_of_work("send service e-mail"):
        if not _is_queued(row):
            return None
        try:
            with transaction.atomic():
                mail.send(_message(row))
        except DomainError as error:
            _settled(row.pk, str(error.message))
            return False
        _settled(row.pk, "")
    return True


def _put_down(row: ServiceEmail) -> DocumentMail | bool | None:
    """The mail in the book; None when another sender is at it, False when no mail can be made of it."""
    with transaction.atomic():
        if not _is_queued(row):
            return None
        book = outgoing.mails_of(SET, [row.pk]).get(row.pk)
        if book is not None:
            return book if not outgoing.is_under_way(book) else None
        try:
            checked = mail.checked_mail(_message(row))
        except DomainError as error:
            _settled(row.pk, str(error.message))
            return False
        return outgoing.put_down(checked)


def _is_queued(row: ServiceEmail) -> bool:
    """Whether the row still waits; it is locked until the transaction ends."""
    rows = ServiceEmail.objects.select_for_update(of=("self",), skip_locked=True)
    return rows.filter(pk=row.pk, status=ServiceEmailStatus.QUEUED).exists()


def _message(row: ServiceEmail) -> Mail:
    return Mail(
        to=[part.strip() for part in row.to_address.split(";") if part.strip()],
        subject=row.subject,
        text=row.body,
        related_set=SET,
        related_id=row.pk,
    )


def _settled(key: uuid.UUID, error: str) -> None:
    status = ServiceEmailStatus.ERROR if error else ServiceEmailStatus.SENT
    with unit_of_work("send service e-mail"):
        ServiceEmail.objects.filter(pk=key).update(status=status, error=error[:250], at=timezone.now())


outgoing.listeners[SET] = _settled
