"""Customers, vendors, items and documents for tests."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from tuttava.contacts.models import Contact
from tuttava.documents.models import Area, Document, DocumentLine, DocumentType
from tuttava.foundation import records
from tuttava.partners.models import Customer, Vendor
from tuttava.relations.creating import create_as
from tuttava.trade.models import ExchangeRate, Item, LineType, TaxGroup


def company(name: str = "Fjord AS", **values: Any) -> Contact:
    return records.create(Contact, {"type": "company", "name": name, **values})


def person(hub: Contact | None = None, name: str = "Kari Nordmann", **values: Any) -> Contact:
    given = {"company_id": hub.pk} if hub else {}
    return records.create(Contact, {"type": "person", "name": name, **given, **values})


def customer(hub: Contact | None = None) -> Customer:
    made = create_as(hub or company(), "customer", use_template=False)
    assert isinstance(made, Customer)
    return made


def vendor(hub: Contact | None = None) -> Vendor:
    made = create_as(hub or company("Skog AS"), "vendor", use_template=False)
    assert isinstance(made, Vendor)
    return made


def item(price: str = "100", *, vat: str = "25", **values: Any) -> Item:
    group, _ = TaxGroup.objects.get_or_create(code=f"VAT{vat}", defaults={"vat_pct": Decimal(vat)})
    return records.create(
        Item, {"description": "Chair", "unit_price": Decimal(price), "tax_group_code": group.code, **values}
    )


def document(
    kind: DocumentType = DocumentType.ORDER, area: Area = Area.SALES, *, lines: int = 0, **values: Any
) -> Document:
    """A document for a customer or vendor (a new one unless given), with ``lines`` lines of one item."""
    party = "vendor_id" if area == Area.PURCHASE else "customer_id"
    if party not in values and "account_contact_id" not in values:
        values[party] = (vendor() if area == Area.PURCHASE else customer()).pk
    made = records.create(Document, values, given={"area": area, "document_type": kind})
    if lines:
        sold = item(unit_cost=Decimal(60))
        for _ in range(lines):
            line(made, sold)
        made.refresh_from_db()
    return made


def line(owner: Document, sold: Item | None = None, quantity: str = "2", **values: Any) -> DocumentLine:
    sold = sold or item()
    return records.create(
        DocumentLine,
        {"line_type": LineType.ITEM, "no": sold.no, "quantity": Decimal(quantity), **values},
        given={"document_id": owner.pk},
    )


def rate(currency: str, day: dt.date, value: str) -> ExchangeRate:
    """What one unit of a currency is worth from a day on."""
    return records.create(ExchangeRate, {"currency_code": currency, "starting_date": day, "rate": Decimal(value)})
