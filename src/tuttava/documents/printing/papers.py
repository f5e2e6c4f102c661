"""The paper of a document: address, facts, lines, totals, VAT summary, where to pay."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tuttava.documents.models import Area, DocumentType
from tuttava.documents.money import in_own_currency, rate_of, rounded
from tuttava.documents.printing.region import Region
from tuttava.documents.printing.sender import block_of, sender
from tuttava.documents.printing.sources import Source
from tuttava.documents.printing.typesetting import Box, Column, Internal, Paper, Row, Summary, Total
from tuttava.documents.totals import vat_summary
from tuttava.foundation.company import company_information
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.trade.models import LineType

_NONE = Decimal(0)


def words() -> dict[str, str]:
    """What the layout itself says."""
    return {"page": _("Page {n} of {m}")}


def paper_of(source: Source, *, internal: bool = False, mark: str = "") -> Paper:
    """The paper, in the language and format of whom it is for; ``internal`` adds a page that stays in the house."""
    region = source.region
    with region.speaking():
        return Paper(
            sender=sender(),
            locale=region.locale,
            heading=f"{source.title} {source.no}".strip(),
            address=_address(source),
            facts=_facts(source, region),
            columns=_columns(source),
            rows=_rows(source, region),
            words=words(),
            totals=_totals(source, region) if source.tells_prices else (),
            summaries=_vat(source, region) if source.tells_prices else (),
            boxes=_boxes(source, region),
            notes=_notes(source),
            mark=mark,
            internal=_internal(source, region) if internal else None,
        )


def _address(source: Source) -> str:
    header = source.header
    if source.is_bill:
        return block_of(header, "bill_to_", header.bill_to_contact_name)
    if not source.tells_prices and header.area != Area.PURCHASE and header.ship_to_name:
        return block_of(header, "ship_to_", header.ship_to_contact)
    return block_of(header, "", header.contact_name)


def _facts(source: Source, region: Region) -> list[tuple[str, str]]:
    """The block beside the address."""
    header = source.header
    account = header.account
    quote = header.document_type == DocumentType.QUOTE
    person = header.salesperson
    party = _("Vendor number") if header.area == Area.PURCHASE else _("Customer number")
    us = _("Our contact") if person else ""
    order = header.no if source.kind and header.document_type in (DocumentType.ORDER, DocumentType.RETURN_ORDER) else ""
    facts = [
        (_("Date"), region.date(header.document_date or header.posting_date)),
        (_("Valid until"), region.date(header.valid_until_date) if quote else ""),
        (_("Due date"), region.date(header.due_date) if source.asks_payment else ""),
        (party, account.no if account else ""),
        (pgettext("document", "Order"), order),
        (_("Your reference"), header.your_reference),
        (_("Your document"), header.external_document_no or ""),
        (us, person.name if person else ""),
        (_("E-mail") if person else "", person.email if person else ""),
        (_("Delivery date"), region.date(header.requested_date)),
        (_("Shipment method"), _described(header.shipment_method)),
    ]
    return [(label, value) for label, value in facts if value]


def _described(code: Any) -> str:
    return str(code.description or code.code) if code else ""


def _columns(source: Source) -> list[Column]:
    columns = [
        Column(_("No.")),
        Column(_("Description"), width="1fr", note=True),
        Column(_("Quantity"), align="end"),
    ]
    if _has_units(source):
        columns.append(Column(_("Unit")))
    if not source.tells_prices:
        return columns
    columns.append(Column(_("Unit price"), align="end"))
    if _has_discounts(source):
        columns.append(Column(_("Discount"), align="end"))
    return [*columns, Column(_("VAT"), align="end"), Column(_("Amount"), align="end")]


def _has_units(source: Source) -> bool:
    return any(line.unit_of_measure_code for line in source.lines)


def _has_discounts(source: Source) -> bool:
    return any(line.line_discount_amount for line in source.lines)


def _rows(source: Source, region: Region) -> list[Row]:
    rows = []
    for item in source.service_items:
        text = " · ".join(part for part in (item.service_item_no, item.description) if part)
        rows.append(Row([text], kind="text", strong=True))
    for line in source.lines:
        if line.line_type == LineType.TEXT:
            rows.append(Row([line.description], kind="text"))
        elif source.tells_prices or line.quantity:
            rows.append(Row(_cells(source, line, region), note=line.description_2))
    return rows


def _cells(source: Source, line: Any, region: Region) -> list[str]:
    cells = [line.no, line.description, region.number(line.quantity)]
    if _has_units(source):
        cells.append(line.unit_of_measure_code)
    if not source.tells_prices:
        return cells
    cells.append(region.price(line.unit_price))
    if _has_discounts(source):
        cells.append(region.percent(line.line_discount_pct) or _amount(line.line_discount_amount, region))
    return [*cells, region.percent(line.vat_pct) or "0 %", region.money(line.line_amount)]


def _amount(value: Decimal, region: Region) -> str:
    return region.money(value) if value else ""


def _totals(source: Source, region: Region) -> list[Total]:
    """Down to what is to be paid; the currency stands in the last line."""
    header = source.header
    vat = header.amount_including_vat - header.amount
    counted = [line for line in source.lines if line.line_type != LineType.TEXT]
    discount = sum((line.invoice_discount_amount for line in counted), _NONE)
    before = sum((line.line_amount for line in counted), _NONE)
    totals = []
    if discount:
        totals.append(Total(_("Sum of the lines"), region.money(before)))
        totals.append(Total(_("Invoice discount"), region.money(-discount)))
    totals.append(Total(_("Total without VAT"), region.money(header.amount)))
    totals.append(Total(_("VAT"), region.money(vat)))
    last = _("Total %(currency)s including VAT") if vat else _("Total %(currency)s")
    totals.append(Total(last % {"currency": region.currency_code}, region.money(header.amount_including_vat), True))
    return totals


def _vat(source: Source, region: Region) -> list[Summary]:
    """The VAT summary, where there is VAT (I-141)."""
    if source.header.amount == source.header.amount_including_vat:
        return []
    rows = [
        (region.percent(part.vat_pct) or "0 %", region.money(part.base), region.money(part.vat),
         region.money(part.base + part.vat))
        for part in vat_summary(source.lines)
    ]  # fmt: skip
    return [Summary(_("VAT summary"), [_("Rate"), _("Base"), _("VAT"), _("Including VAT")], rows)]


def _boxes(source: Source, region: Region) -> list[Box]:
    header, boxes = source.header, []
    goods = block_of(header, "ship_to_", header.ship_to_contact) if header.ship_to_name else ""
    if source.tells_prices and goods and goods.splitlines() != block_of(header, "", header.contact_name).splitlines():
        boxes.append(Box(_("Deliver to"), text=", ".join(line for line in goods.splitlines() if line)))
    if source.asks_payment:
        own = company_information()
        facts = [
            (_("To be paid"), f"{region.money(header.amount_including_vat)} {region.currency_code}"),
            (_("Due date"), region.date(header.due_date)),
            (own.bank_name or _("Bank account"), own.bank_account_no),
            ("IBAN", own.iban),
            ("BIC", own.swift_code),
            (_("Reference"), source.no),
        ]
        boxes.append(Box(_("Payment"), [(label, value) for label, value in facts if value.strip()]))
    return boxes


def _notes(source: Source) -> list[str]:
    header = source.header
    notes = []
    if source.tells_prices and header.payment_terms is not None and header.area != Area.PURCHASE:
        notes.append(f"{_('Payment terms')}: {_described(header.payment_terms)}")
    if header.prices_including_vat and source.tells_prices:
        notes.append(_("Unit prices and line amounts include VAT."))
    return notes


def _internal(source: Source, region: Region) -> Internal:
    """What we want to see on our own copy: what it belongs to, what it costs us, remarks."""
    header = source.header
    facts = [
        (_("Salesperson"), header.salesperson_code or ""),
        (_("Campaign"), header.campaign_no),
        (_("Opportunity"), header.opportunity_no),
        (_("Quote"), header.quote_no),
        (_("Blanket order"), header.blanket_order_no),
        (_("Location"), header.location_code),
        (_("Posting description"), header.posting_description),
    ]
    rows = [
        (line.no, line.description, region.number(line.quantity), region.money(cost), region.money(earned - cost))
        for line, earned in _earned(source)
        for cost in [rounded(line.quantity * line.unit_cost)]
    ]
    return Internal(
        title=_("Internal information"),
        facts=[(label, value) for label, value in facts if value],
        columns=[_("No."), _("Description"), _("Quantity"), _("Cost"), _("Profit")],
        rows=rows,
        notes=[comment.comment for comment in source.comments if comment.comment],
    )


def _earned(source: Source) -> list[tuple[Any, Decimal]]:
    """The lines with a cost, and what each brings in own currency; none while the currency has no rate."""
    header = source.header
    lines = [line for line in source.lines if line.line_type != LineType.TEXT and hasattr(line, "unit_cost")]
    try:
        rate = rate_of(header.currency_code, header.posting_date or header.document_date or current().date)
    except DomainError:
        return []
    return [(line, in_own_currency(line.amount, header.currency_code, rate)) for line in lines]
