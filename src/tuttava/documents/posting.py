"""Posting: goods move, invoices and credit memos are booked, each step with a number of its own (I-135).

However many documents are posted at once, all of it is one transaction and the same few statements. Numbers of posted
documents come from gapless series, whose lines are locked last and until the end, so what is rolled back or killed
leaves neither a posted document nor a gap.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.contacts.models import Contact
from tuttava.documents import booking, copying, parties
from tuttava.documents.archiving import store_versions, wanted_by_setup
from tuttava.documents.converting import blanket_moved
from tuttava.documents.errors import account_required, nothing_to_post
from tuttava.documents.lifecycle import changing_all, check_lines, store_all
from tuttava.documents.models import ORDERS, PROMISES, RETURNS, Area, Document, DocumentLine, DocumentStatus
from tuttava.documents.names import title_of
from tuttava.documents.posted_rows import INVOICED, MOVED, Step, insert_posted
from tuttava.documents.recording import service_order_posted
from tuttava.documents.rules.headers import drop_extras, move_files, remove_documents, with_files
from tuttava.documents.signals import document_posted
from tuttava.foundation.bulk import update_many
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import AttachmentParent
from tuttava.partners.models import Customer, CustomerBlocked, Vendor, VendorBlocked
from tuttava.relations.errors import privacy_blocked, refer_record
from tuttava.trade.models import LineType, PostedDocument

#: The units of work of postings, which are not taken back.
ACTION = "post document"
_NONE = Decimal(0)
_MOVES = ("qty_invoiced", "qty_shipped_or_received", "qty_to_ship_or_receive", "qty_to_invoice")


@dataclass
class _Job:
    """One document that is being posted."""

    document: Document
    lines: list[DocumentLine]
    steps: list[Step] = field(default_factory=list)

    @property
    def is_order(self) -> bool:
        return self.document.document_type in ORDERS

    @property
    def is_return(self) -> bool:
        return self.document.document_type in RETURNS

    @property
    def is_done(self) -> bool:
        """Whether nothing of the document is left to post, so that it goes."""
        counted = (line for line in self.lines if line.line_type != LineType.TEXT)
        return not self.is_order or all(line.qty_invoiced == line.quantity for line in counted)


def post(document: Document, *, ship: bool = True, invoice: bool = True) -> list[PostedDocument]:
    """Post a document; an open one is released first. Answers what was made of it (I-135).

    ``ship``: goods move (orders and return orders only); ``invoice``: what has moved is invoiced. Invoices and credit
    memos are posted wholly. Raises the refusals of :func:`release`, ``nothing_to_post``, ``contact.privacy_blocked``,
    ``customer.blocked``, ``vendor.blocked`` and ``currency.rate_missing``.
    """
    return post_many([document], ship=ship, invoice=invoice)[0]


def post_many(documents: Sequence[Document], *, ship: bool = True, invoice: bool = True) -> list[list[PostedDocument]]:
    """Post several documents, all or none; numbers follow their order. Answers what was made of each.

    Raises what :func:`post` does, for the first document that cannot be posted.
    """
    with changing_all(documents, _summary(documents), action=ACTION) as held:
        jobs = _jobs(held)
        for job in jobs:
            _release(job)
            job.steps = _steps(job, ship=ship, invoice=invoice)
            if not job.steps:
                raise nothing_to_post(job.document)
        _check_parties(jobs)
        rates = booking.rates_for(job.document for job in jobs)
        moved = [_move(job) for job in jobs]
        _leave(jobs)
        by_job = _dealt(jobs, insert_posted([(job.document, step) for job in jobs for step in job.steps], rates))
        _go_on(jobs, moved, by_job)
        _hand_on([(job, posted) for job, posted in zip(jobs, by_job, strict=True) if job.is_order])
        for job, posted in zip(jobs, by_job, strict=True):
            if job.document.area == Area.SERVICE and job.is_order:
                service_order_posted(job.document)
            document_posted.send(sender=Document, order=job.document, posted=posted)
        return by_job


def _summary(documents: Sequence[Document]) -> str:
    if len(documents) == 1:
        return _("post %(document)s") % {"document": title_of(documents[0])}
    return ngettext("post %(count)s document", "post %(count)s documents", len(documents)) % {"count": len(documents)}


def _jobs(documents: Sequence[Document]) -> list[_Job]:
    lines: dict[uuid.UUID, list[DocumentLine]] = defaultdict(list)
    for line in DocumentLine.objects.filter(document__in=[each.pk for each in documents]).order_by("line_no"):
        lines[line.document_id].append(line)
    return [_Job(document, lines[document.pk]) for document in documents]


def _release(job: _Job) -> None:
    """What :func:`tuttava.documents.lifecycle.release` asks for; the state is stored with what else changes."""
    document = job.document
    if document.document_type in PROMISES:
        raise nothing_to_post(document)
    if document.status == DocumentStatus.RELEASED:
        return
    if getattr(document, parties.columns(document.area)[0]) is None:
        raise account_required(document)
    check_lines(document, job.lines)


def _steps(job: _Job, *, ship: bool, invoice: bool) -> list[Step]:
    """What posting makes: a shipment, an invoice, or both; an invoice or credit memo one of the latter."""
    key = (Area(job.document.area), job.is_return)
    if not job.is_order:
        whole = {line.line_no: line.quantity for line in job.lines if line.line_type != LineType.TEXT and line.quantity}
        return [Step(INVOICED[key], job.lines, whole)] if whole else []
    moving = {line.line_no: line.qty_to_ship_or_receive for line in job.lines if line.qty_to_ship_or_receive}
    moving = moving if ship else {}
    billed = {}
    for line in job.lines:
        moved = line.qty_shipped_or_received + moving.get(line.line_no, _NONE) - line.qty_invoiced
        due = min(line.qty_to_invoice, moved, key=abs) if line.qty_to_invoice * moved > 0 else _NONE
        if invoice and due:
            billed[line.line_no] = due
    steps = [(MOVED, moving), (INVOICED, billed)]
    return [Step(kinds[key], job.lines, quantities) for kinds, quantities in steps if quantities]


def _check_parties(jobs: Sequence[_Job]) -> None:
    """Nobody who is blocked gets goods or bills."""
    people = {pk for job in jobs for pk in (job.document.account_contact_id, job.document.paying_contact_id) if pk}
    hidden = Contact.objects.filter(pk__in=people, privacy_blocked=True)
    for pk in hidden.order_by("no").values_list("pk", flat=True)[:1]:
        raise privacy_blocked(Contact.objects.get(pk=pk))
    blocked = {**_blocked(Customer, jobs), **_blocked(Vendor, jobs)}
    for job in jobs if blocked else ():
        for column in parties.columns(job.document.area):
            party = blocked.get(getattr(job.document, column))
            if party is not None and (party.privacy_blocked or party.blocked in _hard(job, party)):
                raise DomainError(
                    f"{party.table}.blocked",
                    _("%(record)s is blocked. Lift the block first, or choose another one.")
                    % {"record": refer_record(party)},
                    field=f"{party.table}_id",
                    rule="I-135",
                )


def _blocked(model: type[Customer] | type[Vendor], jobs: Sequence[_Job]) -> dict[uuid.UUID, Customer | Vendor]:
    """The parties of these documents that are blocked in any way."""
    buying = model is Vendor
    ids = {
        getattr(job.document, column)
        for job in jobs
        if (job.document.area == Area.PURCHASE) is buying
        for column in parties.columns(job.document.area)
    }
    none = VendorBlocked.NONE if buying else CustomerBlocked.NONE
    rows = model._default_manager.filter(~Q(blocked=none) | Q(privacy_blocked=True), pk__in=ids - {None})
    found = list(rows.values_list("pk", flat=True)) if ids - {None} else []
    return {party.pk: party for party in model._default_manager.filter(pk__in=found)} if found else {}


def _hard(job: _Job, party: Customer | Vendor) -> set[str]:
    """The blocks that stop this document."""
    if isinstance(party, Vendor):
        return {VendorBlocked.ALL}
    hard: set[str] = {CustomerBlocked.ALL}
    if any(step.is_booked for step in job.steps):
        hard.add(CustomerBlocked.INVOICE)
    if job.is_order and not job.is_return:
        hard.add(CustomerBlocked.SHIP)
    return hard


def _move(job: _Job) -> dict[int, Decimal]:
    """Count on the lines of an order what is posted now; answers what moves of each."""
    moved: dict[int, Decimal] = {}
    if not job.is_order:
        return moved
    for step in job.steps:
        for line in job.lines:
            quantity = step.quantities.get(line.line_no, _NONE)
            if step.is_booked:
                line.qty_invoiced += quantity
            else:
                line.qty_shipped_or_received += quantity
                moved[line.line_no] = quantity
    for line in job.lines:
        if line.line_type != LineType.TEXT:
            line.qty_to_ship_or_receive = line.quantity - line.qty_shipped_or_received
            line.qty_to_invoice = line.quantity - line.qty_invoiced
    return moved


def _leave(jobs: Sequence[_Job]) -> None:
    """Documents that are done go; orders among them leave a version, if the setup says so (I-138)."""
    done = [job for job in jobs if job.is_done]
    for job in done:
        job.document.status = DocumentStatus.RELEASED
    orders = [job for job in done if job.is_order]
    kept = [job for job in orders if wanted_by_setup(job.document)]
    store_versions([job.document for job in kept], {job.document.pk: job.lines for job in kept})
    remove_documents([job.document for job in done])


def _dealt(jobs: Sequence[_Job], made: Iterable[PostedDocument]) -> list[list[PostedDocument]]:
    """What was made, by the documents it was made of."""
    following = iter(made)
    return [[next(following) for _step in job.steps] for job in jobs]


def _go_on(jobs: Sequence[_Job], moved: Sequence[dict[int, Decimal]], made: Sequence[Sequence[PostedDocument]]) -> None:
    """An order that is not done remembers what moved and the last numbers; blanket orders count what was drawn."""
    going_on = [(job, posted) for job, posted in zip(jobs, made, strict=True) if not job.is_done]
    update_many([line for job, _posted in going_on for line in job.lines], _MOVES)
    store_all([(job.document, _last_numbers(job, posted)) for job, posted in going_on])
    for job, quantities in zip(jobs, moved, strict=True):
        blanket_moved(job.lines, quantities, job.document)


def _hand_on(orders: Sequence[tuple[_Job, Sequence[PostedDocument]]]) -> None:
    """What hangs on an order: all that is made of it has its dimensions, and the invoice or credit memo that was its
    last its files (A-86). Other documents are posted under their own id, so that nothing has to move."""
    pairs = [(job.document.pk, each.pk) for job, posted in orders for each in posted]
    has_dimensions = copying.copy_dimensions(pairs)
    done = [(job.document, posted[-1]) for job, posted in orders if job.is_done]
    filed = with_files(done)
    for document, last in filed:
        move_files(document, getattr(AttachmentParent, last.kind.upper(), None), last.pk)
    with_more = has_dimensions | {document.pk for document, _last in filed}
    drop_extras([document for document, _last in done if document.pk in with_more])


def _last_numbers(job: _Job, made: Sequence[PostedDocument]) -> dict[str, object]:
    found: dict[str, object] = {"status": DocumentStatus.RELEASED}
    for posted in made:
        if posted.kind in INVOICED.values():
            found["last_posting_no"] = posted.no
        elif job.is_return:
            found["last_return_receipt_no"] = posted.no
        else:
            found["last_shipment_no"] = posted.no
    return found
