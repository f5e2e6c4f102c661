"""Statements of what customers owe (I-126, I-142)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import Min, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.contacts.models import Contact, ContactBusinessRelation, CorrespondenceType
from tuttava.documents import outgoing
from tuttava.documents.errors import email_address_missing
from tuttava.documents.models import CustomerStatement, DocumentMail
from tuttava.documents.printing.actions import MOST, Printed, departure_of, zipped
from tuttava.documents.printing.dues import Account as Ledger
from tuttava.documents.printing.dues import region_of, statement_paper
from tuttava.documents.printing.mails import About, Letter, require_addresses, send_paper
from tuttava.documents.printing.typesetting import Paper, pdf
from tuttava.documents.recording import is_logged
from tuttava.foundation import jobs, mail
from tuttava.foundation.bulk import insert_many, update_many
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Job
from tuttava.interactions.models import InteractionDocumentType as Event
from tuttava.interactions.recording import Account, Recorded, record_documents
from tuttava.partners.models import Customer
from tuttava.trade.models import CustomerLedgerEntry

Period = tuple[dt.date, dt.date]
KIND, MAIL_KIND = "documents.print_statements", "documents.mail_statements"
#: Customers of one transaction of the job.
_CHUNK = 25
_OWN_WORDS = Letter()


def preview_statements(customers: Sequence[Customer], period: Period) -> Printed:
    """What statements would say, under the numbers they would get; raises and records nothing."""
    require("api.read", "customerStatements")
    papers = papers_of(_checked(customers), period, next_numbers=True)
    return Printed(f"{_('Statement')}.pdf", pdf(papers))


def statement_of_person(person: Contact) -> Printed:
    """What a person's customer owes: from the oldest unpaid entry, else the month's first day, to the work date."""
    owner = Q(contact=person.company_id) | Q(contact=person.pk)
    links = ContactBusinessRelation.objects.filter(owner, link_to_table=Customer.table).order_by("linked_id")
    customer = Customer.objects.filter(pk__in=links.values("linked_id")[:1]).first()
    if customer is None:
        raise DomainError("not_found", _("%(name)s belongs to no customer.") % {"name": person.no}, rule="A-87")
    today = current().date
    unpaid = CustomerLedgerEntry.objects.filter(customer=customer, open=True, posting_date__lte=today)
    oldest = unpaid.aggregate(oldest=Min("posting_date"))["oldest"]
    return preview_statements([customer], (oldest or today.replace(day=1), today))


def print_statements(customers: Sequence[Customer], period: Period, *, log_interaction: bool | None = None) -> Printed:
    """Print statements: one PDF, a zip for several. Each customer's number goes up by one, logged or not (I-126)."""
    with unit_of_work("print statements"):
        files = _leave(_checked(customers), period, log_interaction, CorrespondenceType.HARD_COPY)
        return files[0] if len(files) == 1 else zipped(files, _("Statements"))


def mail_statement(
    customer: Customer, period: Period, letter: Letter = _OWN_WORDS, *, log_interaction: bool | None = None
) -> None:
    """Send a statement; its number goes up once, however the body is made (I-126). The mail leaves once that is stored.

    Raises ``email_address_missing``, ``mail_account_missing``, ``mail.address_invalid``, where the mail is handed over
    at once ``mail.not_sent``.
    """
    mail.require_account()
    letter = replace(letter, to=letter.to.strip() or customer.email)
    if not letter.to:
        raise email_address_missing(_("Statement"), customer.no)
    require_addresses(letter)
    with unit_of_work("send statement"):
        (file,) = _leave([customer], period, log_interaction, CorrespondenceType.EMAIL)
        region = region_of(customer)
        with region.speaking():
            about = About("customers", customer.pk, _("Statement"), file.entry_no)
        send_paper(file.attachment, letter, about, region)


def print_statements_later(ids: Sequence[uuid.UUID], period: Period, *, log_interaction: bool | None = None) -> Job:
    """The same for any number of customers, as a job; what was printed is found under ``customerStatements``."""
    require("api.write", "customerStatements")
    title = ngettext("Print %(count)s statement", "Print %(count)s statements", len(ids)) % {"count": len(ids)}
    return jobs.enqueue(KIND, title, _arguments(ids, period, log_interaction))


def _arguments(ids: Sequence[uuid.UUID], period: Period, log_interaction: bool | None) -> dict[str, Any]:
    return {
        "ids": [str(each) for each in ids],
        "from": period[0].isoformat(),
        "to": period[1].isoformat(),
        "log_interaction": log_interaction,
    }


def _period(run: jobs.JobRun) -> Period:
    return dt.date.fromisoformat(run.arguments["from"]), dt.date.fromisoformat(run.arguments["to"])


@jobs.job(KIND)
def _print_job(run: jobs.JobRun) -> dict[str, Any]:
    ids, period = run.arguments["ids"], _period(run)
    while (done := run.state.get("done", 0)) < len(ids):
        part = ids[done : done + _CHUNK]
        with run.chunk(done=done + len(part), total=len(ids)), unit_of_work("print statements"):
            customers = list(Customer.objects.filter(pk__in=part).order_by("no"))
            _leave(customers, period, run.arguments["log_interaction"], CorrespondenceType.HARD_COPY)
            run.state = {"done": done + len(part), "printed": run.state.get("printed", 0) + len(customers)}
    return {"printed": run.state.get("printed", 0)}


def mail_statements_later(ids: Sequence[uuid.UUID], period: Period, *, log_interaction: bool | None = None) -> Job:
    """Send the statements of any number of customers, as a job; those without an address are skipped and counted."""
    require("api.write", "customerStatements")
    mail.require_account()
    title = ngettext("Send %(count)s statement", "Send %(count)s statements", len(ids)) % {"count": len(ids)}
    return jobs.enqueue(MAIL_KIND, title, _arguments(ids, period, log_interaction))


@jobs.job(MAIL_KIND, back_out=lambda run: outgoing.call_off(outgoing.unsent(run)))
def _mail_job(run: jobs.JobRun) -> dict[str, Any]:
    """Each chunk stores statements and their mails; these are handed over before the next one, and wait for a server
    that is away."""
    ids, period = run.arguments["ids"], _period(run)
    with mail.opened() as post:
        _hand_over(run, post)
        while (done := run.state.get("done", 0)) < len(ids):
            part = ids[done : done + _CHUNK]
            with run.chunk(done=done + len(part), total=len(ids)):
                customers = Customer.objects.filter(pk__in=part).order_by("no")
                made = [_mailed(customer, period, run.arguments["log_interaction"]) for customer in customers]
                waiting = [str(row.pk) for rows in made for row in rows or ()]
                counts = {
                    "sent": run.state.get("sent", 0) + made.count([]),
                    "skipped": run.state.get("skipped", 0) + made.count(None),
                }
                run.state = {**run.state, "done": done + len(part), "mails": waiting, **counts}
            _hand_over(run, post)
        outgoing.hand_over_put_off(run, post)
    return {name: run.state.get(name, 0) for name in ("sent", "skipped", "failed")}


def _mailed(customer: Customer, period: Period, log_interaction: bool | None) -> list[DocumentMail] | None:
    """The mails that wait for the transaction to end, none: it has left; None: there is no address that works."""
    try:
        with outgoing.together() as waiting:
            mail_statement(customer, period, log_interaction=log_interaction)
    except DomainError:
        return None
    return waiting


def _hand_over(run: jobs.JobRun, post: mail.Post) -> None:
    """The mails of the last chunk, each once: what a killed worker had begun is not sent again."""
    for row in DocumentMail.objects.filter(pk__in=run.state.get("mails", [])):
        outgoing.hand_over_patiently(run, row, post)
        run.state["mails"] = [key for key in run.state["mails"] if key != str(row.pk)]


def pdf_of_statement(statement: CustomerStatement) -> bytes:
    """A statement that was printed before, set anew from the ledger."""
    return pdf([paper_of_statement(statement)])


def paper_of_statement(statement: CustomerStatement) -> Paper:
    """The paper of one that was printed before, under its own number."""
    paper = papers_of([statement.customer], (statement.from_date, statement.to_date))[0]
    heading = paper.heading.rpartition(" ")[0]
    return replace(paper, heading=f"{heading} {statement.statement_no}")


def papers_of(customers: Sequence[Customer], period: Period, *, next_numbers: bool = False) -> list[Paper]:
    """The papers of several customers, with three queries."""
    ids = [customer.pk for customer in customers]
    ledger = CustomerLedgerEntry.objects.filter(customer__in=ids)
    before = ledger.filter(posting_date__lt=period[0]).order_by().values("customer_id")
    opening = dict(before.annotate(sum=Sum("amount_lcy")).values_list("customer_id", "sum"))
    entries, unpaid = _grouped(ledger.filter(posting_date__range=period)), _grouped(ledger.filter(open=True))
    return [
        statement_paper(
            customer,
            customer.last_statement_no + (1 if next_numbers else 0),
            Ledger(
                period,
                opening.get(customer.pk, Decimal(0)),
                entries[customer.pk],
                [entry for entry in unpaid[customer.pk] if entry.posting_date <= period[1]],
            ),
        )
        for customer in customers
    ]


def _grouped(rows: Any) -> dict[uuid.UUID, list[CustomerLedgerEntry]]:
    found: dict[uuid.UUID, list[CustomerLedgerEntry]] = defaultdict(list)
    for entry in rows.order_by("posting_date", "entry_no"):
        found[entry.customer_id].append(entry)
    return found


def _checked(customers: Sequence[Customer]) -> Sequence[Customer]:
    if not 0 < len(customers) <= MOST:
        raise DomainError("too_many_rows", _("Choose between 1 and %(most)s customers.") % {"most": MOST}, field="ids")
    return customers


def _leave(customers: Sequence[Customer], period: Period, log_interaction: bool | None, left_by: str) -> list[Printed]:
    """Statements leave the house: numbered, kept as rows, logged."""
    require("api.write", "customerStatements")
    rows = Customer.objects.select_for_update(of=("self",)).filter(pk__in=[each.pk for each in customers])
    held = list(rows.order_by("no"))
    for customer in held:
        customer.last_statement_no += 1
    update_many(held, ("last_statement_no",))
    insert_many(
        [
            CustomerStatement(
                customer=customer, statement_no=customer.last_statement_no, date=current().date,
                from_date=period[0], to_date=period[1],
            )
            for customer in held
        ]
    )  # fmt: skip
    papers = papers_of(held, period)
    files = [
        Printed(f"{paper.heading} {customer.no}.pdf", pdf([paper]))
        for customer, paper in zip(held, papers, strict=True)
    ]
    if log_interaction is False or not is_logged(Event.SALES_STATEMENT):
        return files
    told = [_told(customer, file, left_by) for customer, file in zip(held, files, strict=True)]
    entries = record_documents(told)
    return [replace(file, entry_no=entry_no) for file, entry_no in zip(files, entries, strict=True)]


def _told(customer: Customer, file: Printed, left_by: str) -> Recorded:
    """What the log is to say of a statement."""
    departure = departure_of(file, left_by)
    number = customer.last_statement_no
    return Recorded(
        Event.SALES_STATEMENT,
        str(number),
        Account.CUSTOMER,
        customer.no,
        salesperson_code=customer.salesperson_code or "",
        description=_("Statement %(number)s") % {"number": number},
        left_by=departure.left_by,
        content=departure.content,
    )
