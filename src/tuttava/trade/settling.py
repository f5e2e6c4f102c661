"""Payments that arrive settle the invoices they name, or that name them (I-142).

An entry keeps what is left of it; what the feed brought can be had again from the settlements, so a batch that is
repeated finds its rows unchanged, and one that differs is settled anew.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q

from tuttava.foundation.bulk import insert_many, update_many
from tuttava.trade.models import CustomerLedgerEntry, EntryType, Origin, Settlement, TradeFact, VendorLedgerEntry

#: The ledgers, and the column that names whose entries settle each other.
LEDGERS: dict[type[TradeFact], str] = {CustomerLedgerEntry: "customer_id", VendorLedgerEntry: "vendor_id"}
#: What a settlement writes in an entry.
WRITTEN = ("open", "remaining_amount_lcy", "closed_at_date", "closed_by_entry_no")

Entry = Any
_NONE = Decimal(0)


def settlements_of(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Settlement]]:
    """The settlements of entries, by entry; one query."""
    wanted = set(ids)
    found: dict[uuid.UUID, list[Settlement]] = defaultdict(list)
    for row in Settlement.objects.filter(Q(payment_id__in=wanted) | Q(invoice_id__in=wanted)).order_by("pk"):
        for entry in {row.payment_id, row.invoice_id} & wanted:
            found[entry].append(row)
    return found


def as_fed(entry: uuid.UUID, values: dict[str, Any], settled: Sequence[Settlement]) -> None:
    """Put back into ``values`` what the feed brought of an entry."""
    sign = 1 if values["amount_lcy"] >= 0 else -1
    for row in settled:
        if entry == row.payment_id and not row.payment_lowered:
            continue
        values["open"] = True
        values["remaining_amount_lcy"] += sign * row.amount_lcy
        if row.payment_dated if entry == row.payment_id else row.invoice_dated:
            values["closed_at_date"] = None
        if entry == row.invoice_id and row.invoice_named:
            values["closed_by_entry_no"] = 0


def settle(changed: Sequence[TradeFact]) -> None:
    """Settle entries of one ledger that were just written as the feed brought them, with those that belong to them."""
    if not changed or type(changed[0]) not in LEDGERS:
        return
    model = type(changed[0])
    entries: dict[uuid.UUID, Entry] = {each.pk: each for each in changed}
    before = {pk: _state(each) for pk, each in entries.items()}
    for pk, partner in _released(model, entries).items():
        before[pk] = partner.before
        entries[pk] = partner.entry
    fresh = set(entries)
    for other in _named(model, entries):
        before[other.pk] = _state(other)
        entries[other.pk] = other
    made = _matched(model, entries, fresh)
    insert_many(made)
    update_many([each for pk, each in entries.items() if before[pk] != _state(each)], WRITTEN)


def release(entry: TradeFact) -> None:
    """An entry is being deleted: what it settled is open again."""
    if type(entry) not in LEDGERS:
        return
    partners = _released(type(entry), {entry.pk: entry})
    update_many([each.entry for each in partners.values()], WRITTEN)


def _state(entry: Entry) -> tuple[Any, ...]:
    return tuple(getattr(entry, name) for name in WRITTEN)


class _Partner:
    """An entry that was settled with another one, as fed again; ``before``: as it is stored."""

    def __init__(self, entry: Entry, settled: Sequence[Settlement]) -> None:
        self.entry = entry
        self.before = _state(entry)
        values = {name: getattr(entry, name) for name in ("amount_lcy", *WRITTEN)}
        as_fed(entry.pk, values, settled)
        for name in WRITTEN:
            setattr(entry, name, values[name])


def _released(model: type[TradeFact], entries: dict[uuid.UUID, Entry]) -> dict[uuid.UUID, _Partner]:
    """Take back all settlements of ``entries``, and those of the entries they were settled with, to the last one."""
    found: dict[uuid.UUID, list[Settlement]] = {}
    asked: set[uuid.UUID] = set()
    wanted = set(entries)
    while wanted:
        asked |= wanted
        for entry, rows in settlements_of(wanted).items():
            found[entry] = rows
        wanted = {pk for rows in found.values() for row in rows for pk in (row.payment_id, row.invoice_id)} - asked
    if not found:
        return {}
    Settlement.objects.filter(pk__in={row.pk for rows in found.values() for row in rows}).delete()
    others = model._default_manager.filter(pk__in=set(found) - set(entries)).order_by("pk").select_for_update()
    return {other.pk: _Partner(other, found[other.pk]) for other in others}


def _named(model: type[TradeFact], entries: dict[uuid.UUID, Entry]) -> list[Entry]:
    """Entries that these name as closing them, or that name these; only such as could still be settled."""
    numbers = [each.entry_no for each in entries.values()]
    naming = [each.closed_by_entry_no for each in entries.values() if each.closed_by_entry_no]
    rows = model._default_manager.filter(Q(entry_no__in=naming) | Q(closed_by_entry_no__in=numbers))
    rows = rows.filter(Q(open=True) | Q(document_type=EntryType.PAYMENT)).exclude(pk__in=list(entries))
    return list(rows.order_by("pk").select_for_update())


def _matched(model: type[TradeFact], entries: dict[uuid.UUID, Entry], fresh: set[uuid.UUID]) -> list[Settlement]:
    """Settle each payment with each invoice that belongs to it, in the order of their numbers.

    At least one of the two is ``fresh``, without any settlement; two others were settled before, if they could be.
    """
    owner = LEDGERS[model]
    by_number = {each.entry_no: each for each in entries.values()}
    pairs: set[tuple[int, int]] = set()
    for each in entries.values():
        other = by_number.get(each.closed_by_entry_no)
        if other is None or getattr(other, owner) != getattr(each, owner) or not {each.pk, other.pk} & fresh:
            continue
        payment, invoice = (each, other) if each.document_type == EntryType.PAYMENT else (other, each)
        if (payment.document_type, invoice.document_type) == (EntryType.PAYMENT, EntryType.INVOICE):
            pairs.add((payment.entry_no, invoice.entry_no))
    found = [(by_number[payment], by_number[invoice]) for payment, invoice in sorted(pairs)]
    return _settled(found)


def _settled(pairs: Sequence[tuple[Entry, Entry]]) -> list[Settlement]:
    """Both lose the smaller of what remains of them; nothing remaining means closed."""
    used = _used([payment for payment, invoice in pairs if _pays_ours(payment, invoice)])
    made = []
    for payment, invoice in pairs:
        sign = 1 if payment.amount_lcy > 0 else -1
        left = payment.remaining_amount_lcy if payment.open else _NONE
        if _pays_ours(payment, invoice):
            left = payment.amount_lcy - sign * used[payment.pk]
        if not invoice.open or left * invoice.remaining_amount_lcy >= 0:
            continue
        row = _settle_pair(payment, invoice, min(abs(left), abs(invoice.remaining_amount_lcy)))
        used[payment.pk] += row.amount_lcy
        made.append(row)
    return made


def _pays_ours(payment: Entry, invoice: Entry) -> bool:
    """A payment fed as used up still pays what was posted here: its own program cannot have closed that."""
    return not payment.open and payment.origin == Origin.FEED and invoice.origin == Origin.POSTING


def _used(payments: Sequence[Entry]) -> dict[uuid.UUID, Decimal]:
    """What such payments have paid so far."""
    used: dict[uuid.UUID, Decimal] = defaultdict(Decimal)
    for payment, rows in (settlements_of(each.pk for each in payments) if payments else {}).items():
        used[payment] = sum((row.amount_lcy for row in rows), _NONE)
    return used


def _settle_pair(payment: Entry, invoice: Entry, amount: Decimal) -> Settlement:
    made = Settlement(
        payment_id=payment.pk, invoice_id=invoice.pk, amount_lcy=amount, payment_lowered=bool(payment.open)
    )
    on = max(payment.posting_date, invoice.posting_date)
    if made.payment_lowered:
        made.payment_dated = _lower(payment, amount, on)
    made.invoice_dated = _lower(invoice, amount, on)
    if not invoice.open and not invoice.closed_by_entry_no:
        invoice.closed_by_entry_no, made.invoice_named = payment.entry_no, True
    return made


def _lower(entry: Entry, amount: Decimal, on: Any) -> bool:
    """Take an amount off an entry; answers whether that dated its closing."""
    sign = 1 if entry.remaining_amount_lcy > 0 else -1
    entry.remaining_amount_lcy -= sign * amount
    if entry.remaining_amount_lcy:
        return False
    entry.open = False
    dated = entry.closed_at_date is None
    entry.closed_at_date = entry.closed_at_date or on
    return dated
