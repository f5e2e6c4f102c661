"""Papers about what a customer owes: statements, reminders, finance charge memos."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tuttava.documents.models import Claim, ClaimKind, IssuedClaim
from tuttava.documents.printing.papers import words
from tuttava.documents.printing.region import Region, region_for
from tuttava.documents.printing.sender import block_of, sender
from tuttava.documents.printing.typesetting import Box, Column, Paper, Row, Summary, Total
from tuttava.foundation.company import company_information
from tuttava.partners.models import Customer
from tuttava.trade.models import CustomerLedgerEntry

_NONE = Decimal(0)
#: Days overdue that the ages of what is open are told apart by.
_AGES = (0, 30, 60, 90)


def region_of(customer: Customer) -> Region:
    """How to write to a customer; what it owes is in own currency."""
    return region_for(customer.language_code, customer.format_region)


@dataclass(frozen=True)
class Account:
    """What a statement is made of: the balance before a period, what happened in it, and what is open."""

    period: tuple[dt.date, dt.date]
    opening: Decimal
    entries: Sequence[CustomerLedgerEntry]
    unpaid: Sequence[CustomerLedgerEntry]


def statement_paper(customer: Customer, number: int, account: Account) -> Paper:
    """What happened in a period, with the balance before and after it, and how old what is open is."""
    region = region_of(customer)
    balance = account.opening + sum((entry.amount_lcy for entry in account.entries), _NONE)
    with region.speaking():
        first, last = (region.date(day) for day in account.period)
        return Paper(
            sender=sender(),
            locale=region.locale,
            heading=f"{_('Statement')} {number}",
            address=block_of(customer),
            facts=[(_("Customer number"), customer.no), (_("From"), first), (_("To"), last)],
            columns=[
                Column(_("Date")),
                Column(_("Document")),
                Column(_("Description"), width="1fr"),
                Column(_("Due date")),
                Column(_("Amount"), align="end"),
                Column(_("Balance"), align="end"),
            ],
            rows=_movements(account, region),
            words=words(),
            totals=[_balance(balance, region)],
            summaries=_ages(account.unpaid, account.period[1], region),
            boxes=[_where_to_pay(balance, customer.no, region)] if balance > 0 else (),
        )


def _movements(account: Account, region: Region) -> list[Row]:
    """The rows of a statement, each with the balance after it."""
    balance = account.opening
    first = region.date(account.period[0])
    rows = [Row([first, "", _("Opening balance"), "", "", region.money(balance)], strong=True)]
    for entry in account.entries:
        balance += entry.amount_lcy
        cells = [
            region.date(entry.posting_date),
            entry.document_no,
            _said_of(entry),
            region.date(entry.due_date),
            region.money(entry.amount_lcy),
            region.money(balance),
        ]
        rows.append(Row(cells))
    return rows


def _said_of(entry: CustomerLedgerEntry) -> str:
    """“Payment”, “Invoice 1001”: a description that begins with the type says it already."""
    kind, description = str(entry.get_document_type_display()), entry.description
    return description if description.startswith(kind) else f"{kind} {description}".strip()


def claim_paper(claim: Claim | IssuedClaim) -> Paper:
    """A reminder or finance charge memo."""
    customer = claim.customer
    region = region_of(customer)
    lines = list(claim.lines.order_by("line_no"))
    due = sum((line.remaining_amount_lcy for line in lines), _NONE)
    with region.speaking():
        rows = [
            Row([line.document_no, line.description, region.money(line.amount_lcy),
                 region.money(line.remaining_amount_lcy)])
            for line in lines
        ]  # fmt: skip
        return Paper(
            sender=sender(),
            locale=region.locale,
            heading=claim_title(claim),
            address=block_of(customer),
            facts=[
                (_("Date"), region.date(claim.posting_date)), (_("Customer number"), customer.no),
                (_("Due date"), region.date(claim.due_date)),
            ],
            columns=[
                Column(_("Document")), Column(_("Description"), width="1fr"), Column(_("Amount"), align="end"),
                Column(pgettext("state", "Open"), align="end"),
            ],
            rows=rows,
            words=words(),
            intro=_("According to our books the following is overdue. Please pay it by the due date.")
            if claim.kind == ClaimKind.REMINDER else "",
            totals=[Total(_owed(region), region.money(due), True)],
            boxes=[_where_to_pay(due, claim.no, region)],
        )  # fmt: skip


def claim_title(claim: Claim | IssuedClaim) -> str:
    """“Reminder 2001”, in the language in force."""
    return f"{ClaimKind(claim.kind).label} {claim.no}"


def _owed(region: Region) -> str:
    return str(_("To be paid in %(currency)s") % {"currency": region.currency_code})


def _balance(value: Decimal, region: Region) -> Total:
    return Total(_("Balance in %(currency)s") % {"currency": region.currency_code}, region.money(value), True)


def _ages(unpaid: Sequence[CustomerLedgerEntry], day: dt.date, region: Region) -> list[Summary]:
    """What is open, by how long it is overdue."""
    if not unpaid:
        return []
    sums = [_NONE] * (len(_AGES) + 1)
    for entry in unpaid:
        late = (day - (entry.due_date or entry.posting_date)).days
        sums[sum(late > limit for limit in _AGES)] += entry.remaining_amount_lcy
    columns = [_("Not due"), _("1 to 30 days"), _("31 to 60 days"), _("61 to 90 days"), _("Over 90 days")]
    return [Summary(_("Open now"), columns, [[region.money(value) for value in sums]])]


def _where_to_pay(due: Decimal, reference: str, region: Region) -> Box:
    own = company_information()
    facts = [
        (_("To be paid"), f"{region.money(due)} {region.currency_code}"), (_("Reference"), reference),
        (own.bank_name or _("Account"), own.bank_account_no), ("IBAN", own.iban), ("BIC", own.swift_code),
    ]  # fmt: skip
    return Box(_("Payment"), [(label, value) for label, value in facts if value.strip()])
