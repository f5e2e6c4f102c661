"""Reminders and finance charge memos: suggested, issued, sent, and done so by themselves (I-127, I-128)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.contacts.models import CorrespondenceType
from tuttava.documents.errors import email_address_missing
from tuttava.documents.models import (
    STEP,
    Claim,
    ClaimKind,
    ClaimLine,
    IssuedClaim,
    IssuedClaimLine,
    ReminderAutomation,
)
from tuttava.documents.printing.actions import Printed, departure_of, zipped
from tuttava.documents.printing.dues import claim_paper, claim_title, region_of
from tuttava.documents.printing.mails import About, Letter, require_addresses, send_paper
from tuttava.documents.printing.typesetting import pdf
from tuttava.documents.recording import is_logged
from tuttava.documents.rules.claims import first_description, set_of
from tuttava.documents.setups import series_for
from tuttava.foundation import jobs, mail, records, series
from tuttava.foundation.bulk import insert_many, update_many
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Job
from tuttava.interactions.models import InteractionDocumentType as Event
from tuttava.interactions.recording import Account, record_document
from tuttava.partners.models import Customer
from tuttava.partners.setups import setup_of
from tuttava.trade.models import CustomerLedgerEntry, EntryType

_EVENTS = {
    ClaimKind.REMINDER: Event.SALES_REMINDER,
    ClaimKind.FINANCE_CHARGE_MEMO: Event.SALES_FINANCE_CHARGE_MEMO,
}
_LINE = ("line_no", "ledger_entry_no", "document_type", "document_no", "description", "amount_lcy",
         "remaining_amount_lcy")  # fmt: skip
KIND = "documents.run_reminders"
_OWN_WORDS = Letter()
#: Customers that the automation looks up at a time.
AT_ONCE = 500


def suggest_lines(claim: Claim) -> Claim:
    """One line for each open, overdue invoice of the customer, in place of those there are (2.12)."""
    require("api.write", _set(claim))
    with unit_of_work("suggest lines", _("suggest lines of %(document)s") % {"document": claim_title(claim)}):
        held = records.lock(claim)
        ClaimLine.objects.filter(claim=held).delete()
        day = held.posting_date or current().date
        entries = _overdue(day).filter(customer=held.customer_id).order_by("due_date", "entry_no")
        insert_many([_line(held, entry, place) for place, entry in enumerate(entries, start=1)])
    return held


def issue(claim: Claim, *, send_by_email: bool = False, log_interaction: bool | None = None) -> IssuedClaim:
    """Issue under a number of its own; the unissued one is gone. Raises ``nothing_to_issue``.

    With ``send_by_email`` it is sent as well, in the same transaction.
    """
    require("api.write", _set(claim))
    with unit_of_work("issue", _("issue %(document)s") % {"document": claim_title(claim)}):
        held = records.lock(claim)
        lines = list(ClaimLine.objects.filter(claim=held).order_by("line_no"))
        if not lines:
            raise DomainError(
                "nothing_to_issue",
                _("%(claim)s has no lines. Let lines be suggested, or add one.")
                % {"claim": held.posting_description or held.no},
                rule="I-127",
            )
        issued = _issued(held)
        insert_many([issued])
        insert_many([IssuedClaimLine(claim=issued, **{name: getattr(line, name) for name in _LINE}) for line in lines])
        ClaimLine.objects.filter(claim=held).delete()
        Claim.objects.filter(pk=held.pk).delete()
        if send_by_email:
            mail_claim(issued, log_interaction=log_interaction)
    return issued


def preview_claims(issued: Sequence[IssuedClaim]) -> Printed:
    """What printing them would hand out; records and counts nothing (I-120)."""
    for claim in issued:
        require("api.read", issued_set(claim))
    files = [_file(claim) for claim in issued]
    return files[0] if len(files) == 1 else zipped(files, _("Reminders"))


def _file(claim: IssuedClaim) -> Printed:
    with region_of(claim.customer).speaking():
        return Printed(f"{claim_title(claim)}.pdf", pdf([claim_paper(claim)]))


def print_claims(issued: Sequence[IssuedClaim], *, log_interaction: bool | None = None) -> Printed:
    """Print issued ones: one PDF, a zip for several; an entry each."""
    with unit_of_work("print reminders"):
        files = [_leave(claim, log_interaction, CorrespondenceType.HARD_COPY) for claim in issued]
    return files[0] if len(files) == 1 else zipped(files, _("Reminders"))


def mail_claim(issued: IssuedClaim, letter: Letter = _OWN_WORDS, *, log_interaction: bool | None = None) -> None:
    """Send an issued one; the mail leaves once that is stored.

    Raises ``email_address_missing``, ``mail_account_missing``, ``mail.address_invalid``, where the mail is handed over
    at once ``mail.not_sent``.
    """
    mail.require_account()
    customer = issued.customer
    letter = replace(letter, to=letter.to.strip() or customer.email)
    if not letter.to:
        raise email_address_missing(claim_title(issued), customer.no)
    require_addresses(letter)
    with unit_of_work("send reminder", issued.no):
        file = _leave(issued, log_interaction, CorrespondenceType.EMAIL)
        region = region_of(customer)
        with region.speaking():
            about = About(issued_set(issued), issued.pk, claim_title(issued), file.entry_no)
        send_paper(file.attachment, letter, about, region)


def automation() -> ReminderAutomation:
    """The one row of settings."""
    return setup_of(ReminderAutomation)


def run_automation(
    day: dt.date | None = None, *, progress: Callable[[int], None] = lambda _done: None
) -> dict[str, int]:
    """Remind all customers with overdue invoices that no running reminder names (I-128).

    Answers ``created``, ``issued`` and ``sent``; what cannot be sent is told and stays issued. Each customer is a
    transaction of its own.
    """
    require("api.write", "reminders")
    settings = automation()
    counts = {"created": 0, "issued": 0, "sent": 0}
    day = day or current().date
    before = -1
    while settings.enabled and counts["created"] > before:
        before = counts["created"]
        for customer in _to_remind(day):
            progress(counts["created"])
            with unit_of_work("run reminders", customer.no):
                for name in _reminded(customer, day, settings):
                    counts[name] += 1
    return counts


def _reminded(customer: Customer, day: dt.date, settings: ReminderAutomation) -> list[str]:
    """Which steps were done for a customer; none when another run has reminded him meanwhile."""
    Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    if not _unreminded(day).filter(customer=customer).exists():
        return []
    claim = suggest_lines(records.create(Claim, {"customer_id": customer.pk, "posting_date": day}))
    if not settings.issue:
        return ["created"]
    issued = issue(claim)
    if not settings.send_by_email:
        return ["created", "issued"]
    sent = _sent(issued, log_interaction=None if settings.log_interaction else False)
    return ["created", "issued", "sent"] if sent else ["created", "issued"]


def run_automation_later(day: dt.date | None = None) -> Job:
    """The same as a job."""
    require("api.write", "reminders")
    return jobs.enqueue(KIND, _("Run reminders"), {"day": day.isoformat() if day else ""})


@jobs.job(KIND)
def _run_job(run: jobs.JobRun) -> dict[str, int]:
    day = run.arguments["day"]
    return run_automation(dt.date.fromisoformat(day) if day else None, progress=run.progress)


def _sent(issued: IssuedClaim, *, log_interaction: bool | None) -> bool:
    try:
        mail_claim(issued, log_interaction=log_interaction)
    except DomainError as error:
        tell(error.code, error.message, severity="warning")
        return False
    return True


def _to_remind(day: dt.date) -> list[Customer]:
    """The next customers with something to be reminded of."""
    ids = _unreminded(day).order_by("customer_id").values_list("customer_id", flat=True).distinct()[:AT_ONCE]
    return list(Customer.objects.filter(pk__in=list(ids)).order_by("no"))


def _unreminded(day: dt.date) -> QuerySet[CustomerLedgerEntry]:
    """Overdue invoices that are on no open reminder, nor on one whose time to pay still runs."""
    on_open = ClaimLine.objects.values("ledger_entry_no")
    running = IssuedClaimLine.objects.filter(claim__kind=ClaimKind.REMINDER, claim__due_date__gte=day)
    found = _overdue(day).exclude(entry_no__in=on_open)
    return found.exclude(entry_no__in=running.values("ledger_entry_no"))


def _overdue(day: dt.date) -> QuerySet[CustomerLedgerEntry]:
    return CustomerLedgerEntry.objects.filter(
        open=True, document_type=EntryType.INVOICE, due_date__lt=day, remaining_amount_lcy__gt=0
    )


def _line(claim: Claim, entry: CustomerLedgerEntry, place: int) -> ClaimLine:
    return ClaimLine(
        claim=claim,
        line_no=place * STEP,
        ledger_entry_no=entry.entry_no,
        document_type=entry.document_type,
        document_no=entry.document_no,
        description=entry.description,
        amount_lcy=entry.amount_lcy,
        remaining_amount_lcy=entry.remaining_amount_lcy,
    )


def _issued(claim: Claim) -> IssuedClaim:
    """The issued one; a description that still is the first one names the new number (I-127)."""
    number = series.draw(series_for(f"issued_{claim.kind}"))
    description = claim.posting_description
    if description == first_description(claim.kind, claim.no):
        description = first_description(claim.kind, number)
    return IssuedClaim(
        kind=claim.kind,
        no=number,
        pre_assigned_no=claim.no,
        customer=claim.customer,
        posting_date=claim.posting_date,
        due_date=claim.due_date,
        posting_description=description,
        currency_code=claim.currency_code,
    )


def _leave(claim: IssuedClaim, log_interaction: bool | None, left_by: str) -> Printed:
    """An issued one leaves the house: counted, kept, logged on its customer."""
    require("api.read", issued_set(claim))
    held = IssuedClaim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
    file = _file(held)
    event = _EVENTS[ClaimKind(held.kind)]
    if log_interaction is not False and is_logged(event):
        departure = departure_of(file, left_by)
        entry_no = record_document(
            event, held.no, Account.CUSTOMER, held.customer.no,
            description=held.posting_description, left_by=departure.left_by, content=departure.content,
        )  # fmt: skip
        file = replace(file, entry_no=entry_no)
    held.no_printed += 1
    update_many([held], ("no_printed",))
    return file


def _set(claim: Claim | IssuedClaim) -> str:
    return set_of(claim.kind)


def issued_set(claim: IssuedClaim) -> str:
    """The set of an issued one: ``issuedReminders``, ``issuedFinanceChargeMemos``."""
    name = set_of(claim.kind)
    return f"issued{name[0].upper()}{name[1:]}"
