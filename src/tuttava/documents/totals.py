"""What the lines of a document add up to.

Each line is rounded by itself; the invoice discount is spread over the lines in proportion to their amounts; VAT is
worked out once for all lines with the same percentage and shared out among them, so lines, VAT summary and total agree
to the cent.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from tuttava.documents.models import Document, DocumentHeader, DocumentLine, LineFields
from tuttava.documents.money import precision_of, rounded, spread
from tuttava.foundation.bulk import update_many
from tuttava.trade.models import LineType

_HUNDRED = Decimal(100)
_NONE = Decimal(0)
_LINE_TOTALS = ("invoice_discount_amount", "amount", "amount_including_vat")
_TOTALS = ("amount", "amount_including_vat", "invoice_discount_amount", "last_modified_at")


@dataclass(frozen=True)
class VatLine:
    """One percentage of the VAT summary."""

    vat_pct: Decimal
    base: Decimal
    vat: Decimal


def discounted(line: LineFields, currency_code: str | None) -> Decimal:
    """Quantity times price less the line's discount, rounded."""
    gross: Decimal = rounded(line.quantity * line.unit_price, precision_of(currency_code))
    return gross - Decimal(line.line_discount_amount)


def calculate(header: DocumentHeader, lines: Sequence[LineFields]) -> None:
    """Set the amounts of all lines and of the header; the invoice discount never exceeds what there is."""
    precision = precision_of(header.currency_code)
    counted = [line for line in lines if line.line_type != LineType.TEXT]
    whole = sum((line.line_amount for line in counted), _NONE)
    header.invoice_discount_amount = min(header.invoice_discount_amount, max(whole, _NONE))
    shares = spread(header.invoice_discount_amount, [line.line_amount for line in counted], precision)
    for line in lines:
        line.invoice_discount_amount = line.amount = line.amount_including_vat = _NONE
    groups: dict[Decimal, list[LineFields]] = defaultdict(list)
    for line, share in zip(counted, shares, strict=True):
        line.invoice_discount_amount = share
        groups[line.vat_pct].append(line)
    for vat_pct, group in groups.items():
        _share_vat(header, vat_pct, group, precision)
    header.amount = sum((line.amount for line in counted), _NONE)
    header.amount_including_vat = sum((line.amount_including_vat for line in counted), _NONE)


def _share_vat(header: DocumentHeader, vat_pct: Decimal, group: Sequence[LineFields], precision: Decimal) -> None:
    nets = [line.line_amount - line.invoice_discount_amount for line in group]
    total = sum(nets, _NONE)
    if header.prices_including_vat:
        base = rounded(total * _HUNDRED / (_HUNDRED + vat_pct), precision)
        for line, gross, part in zip(group, nets, spread(base, nets, precision), strict=True):
            line.amount, line.amount_including_vat = part, gross
        if not total:
            _by_line(group, nets, vat_pct, precision, including=True)
        return
    vat = rounded(total * vat_pct / _HUNDRED, precision)
    for line, net, part in zip(group, nets, spread(vat, nets, precision), strict=True):
        line.amount, line.amount_including_vat = net, net + part
    if not total:
        _by_line(group, nets, vat_pct, precision, including=False)


def _by_line(
    group: Sequence[LineFields], nets: Sequence[Decimal], vat_pct: Decimal, precision: Decimal, *, including: bool
) -> None:
    """Lines that cancel each other out: each has its own VAT, nothing is left to share out."""
    for line, net in zip(group, nets, strict=True):
        if including:
            line.amount = rounded(net * _HUNDRED / (_HUNDRED + vat_pct), precision)
            line.amount_including_vat = net
        else:
            line.amount = net
            line.amount_including_vat = net + rounded(net * vat_pct / _HUNDRED, precision)


def vat_summary(lines: Sequence[LineFields]) -> list[VatLine]:
    """Base and VAT of each percentage, in the order of the percentages."""
    groups: dict[Decimal, list[LineFields]] = defaultdict(list)
    for line in lines:
        if line.line_type != LineType.TEXT and (line.amount or line.amount_including_vat):
            groups[line.vat_pct].append(line)
    return [
        VatLine(
            vat_pct,
            sum((line.amount for line in group), _NONE),
            sum((line.amount_including_vat - line.amount for line in group), _NONE),
        )
        for vat_pct, group in sorted(groups.items())
    ]


def refresh(documents: Collection[Document]) -> None:
    """Bring the amounts of locked documents and of their lines up to date, set-based; their version goes up."""
    lines: dict[uuid.UUID, list[DocumentLine]] = defaultdict(list)
    for line in DocumentLine.objects.filter(document__in=[each.pk for each in documents]).order_by("line_no"):
        lines[line.document_id].append(line)
    before = {line.pk: _state(line) for group in lines.values() for line in group}
    now = timezone.now()
    for document in documents:
        calculate(document, lines[document.pk])
        document.last_modified_at = now
    update_many([line for group in lines.values() for line in group if _state(line) != before[line.pk]], _LINE_TOTALS)
    update_many(list(documents), _TOTALS)


def _state(line: DocumentLine) -> tuple[Decimal, ...]:
    return tuple(getattr(line, name) for name in _LINE_TOTALS)
