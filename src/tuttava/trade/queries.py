"""What was sold to customers, and what they might buy next: figures, months, items, suggestions.

Each question is one query that reads a bounded part of an index, whatever the size of the tables. ``customers`` are
ids: of one customer, or of all customers a contact stands for.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from tuttava.contacts.models import Contact
from tuttava.relations.queries import considered_relations

Ids = Sequence[uuid.UUID]

#: Years that the statistics look back on, the current one among them.
YEARS = 5
#: Suggestions start from so many of the items bought most, ask so many customers of each, and look at so many of those
#: who bought most of them.
BASKET, ASKED, PEERS = 12, 400, 200


@dataclass(frozen=True)
class Figures:
    """How trade with somebody stands; amounts in own currency, without tax where it says sales."""

    balance: Decimal = Decimal(0)
    overdue: Decimal = Decimal(0)
    sales_this_year: Decimal = Decimal(0)
    sales_last_year: Decimal = Decimal(0)
    #: The part of last year up to this day.
    sales_last_year_so_far: Decimal = Decimal(0)
    last_invoice_on: dt.date | None = None
    #: Days by which invoices of this year and the last were paid late, on the average (P-44); None: none was paid.
    average_delay: Decimal | None = None


@dataclass(frozen=True)
class MonthOfSales:
    year: int
    month: int
    sales: Decimal
    profit: Decimal


@dataclass(frozen=True)
class Bought:
    """An item somebody bought: how much, for how much, on how many days, and when last."""

    item_no: str
    description: str
    quantity: Decimal
    amount: Decimal
    times: int
    last_on: dt.date
    item_id: uuid.UUID | None


@dataclass(frozen=True)
class Suggestion:
    """An item that others bought who bought the same items: how many of those asked did."""

    item_no: str
    description: str
    customers: int
    asked: int
    item_id: uuid.UUID | None

    @property
    def percent(self) -> int:
        return round(100 * self.customers / self.asked) if self.asked else 0


def customers_of(contact: Contact) -> list[uuid.UUID]:
    """The customers that a contact stands for: its own and its company's (B-14)."""
    return _linked(contact, "customer")


def vendors_of(contact: Contact) -> list[uuid.UUID]:
    """The vendors that a contact stands for."""
    return _linked(contact, "vendor")


def _linked(contact: Contact, table: str) -> list[uuid.UUID]:
    rows = considered_relations(contact).filter(link_to_table=table, linked_id__isnull=False).order_by()
    return [linked for linked in dict.fromkeys(rows.values_list("linked_id", flat=True)) if linked is not None]


def _rows(sql: str, names: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, names)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


_FIGURES = """
WITH opened AS (
  SELECT coalesce(sum(remaining_amount_lcy), 0) AS balance,
         coalesce(sum(remaining_amount_lcy) FILTER (WHERE due_date < %(on)s), 0) AS overdue
    FROM trade_customerledgerentry WHERE customer_id = ANY(%(ids)s) AND open
), sold AS (
  SELECT coalesce(sum(sales_lcy) FILTER (WHERE posting_date >= %(year)s), 0) AS this_year,
         coalesce(sum(sales_lcy) FILTER (WHERE posting_date < %(year)s), 0) AS last_year,
         coalesce(sum(sales_lcy) FILTER (WHERE posting_date <= %(then)s), 0) AS so_far,
         avg(greatest(0, late)) FILTER (WHERE late IS NOT NULL) AS delay
    FROM (
      SELECT sales_lcy, posting_date, CASE WHEN NOT e.open AND e.document_type = 'invoice' THEN
             coalesce(e.closed_at_date, (
               SELECT coalesce(p.closed_at_date, p.posting_date) FROM trade_customerledgerentry p
                WHERE p.entry_no = e.closed_by_entry_no)) - e.due_date END AS late
        FROM trade_customerledgerentry e
       WHERE e.customer_id = ANY(%(ids)s) AND e.posting_date >= %(before)s AND e.posting_date < %(next)s
    ) posted
)
SELECT opened.*, sold.this_year, sold.last_year, sold.so_far, (
  SELECT max(newest.posting_date) FROM unnest(%(ids)s::uuid[]) AS c(id) CROSS JOIN LATERAL (
    SELECT posting_date FROM trade_customerledgerentry i
     WHERE i.customer_id = c.id AND i.document_type = 'invoice' ORDER BY posting_date DESC LIMIT 1) newest
), sold.delay FROM opened, sold
"""


def figures(customers: Ids, on: dt.date) -> Figures:
    """How trade with these customers stands on a date."""
    if not customers:
        return Figures()
    names = {
        "ids": list(customers),
        "on": on,
        "year": dt.date(on.year, 1, 1),
        "before": dt.date(on.year - 1, 1, 1),
        "next": dt.date(on.year + 1, 1, 1),
        "then": _year_before(on),
    }
    return Figures(*_rows(_FIGURES, names)[0])


@dataclass(frozen=True)
class VendorFigures:
    """How trade with a vendor stands: what we owe is positive, and so is what we bought."""

    balance: Decimal = Decimal(0)
    overdue: Decimal = Decimal(0)
    purchases_this_year: Decimal = Decimal(0)
    purchases_last_year: Decimal = Decimal(0)


_VENDOR_FIGURES = """
WITH opened AS (
  SELECT coalesce(-sum(remaining_amount_lcy), 0) AS balance,
         coalesce(-sum(remaining_amount_lcy) FILTER (WHERE due_date < %(on)s), 0) AS overdue
    FROM trade_vendorledgerentry WHERE vendor_id = ANY(%(ids)s) AND open
), bought AS (
  SELECT coalesce(-sum(purchase_lcy) FILTER (WHERE posting_date >= %(year)s), 0) AS this_year,
         coalesce(-sum(purchase_lcy) FILTER (WHERE posting_date < %(year)s), 0) AS last_year
    FROM trade_vendorledgerentry
   WHERE vendor_id = ANY(%(ids)s) AND posting_date >= %(before)s AND posting_date < %(next)s
)
SELECT * FROM opened, bought
"""


def vendor_figures(vendors: Ids, on: dt.date) -> VendorFigures:
    """How trade with these vendors stands on a date."""
    names = {
        "ids": list(vendors),
        "on": on,
        "year": dt.date(on.year, 1, 1),
        "before": dt.date(on.year - 1, 1, 1),
        "next": dt.date(on.year + 1, 1, 1),
    }
    return VendorFigures(*_rows(_VENDOR_FIGURES, names)[0]) if vendors else VendorFigures()


def _year_before(on: dt.date) -> dt.date:
    leap_day = (on.month, on.day) == (2, 29)
    return on.replace(year=on.year - 1, day=28 if leap_day else on.day)


def sales_by_month(customers: Ids, year: int, *, years: int = YEARS) -> list[MonthOfSales]:
    """Sales and profit of each month in which something was sold, of ``year`` and the years before it."""
    if not customers:
        return []
    rows = _rows(
        "SELECT extract(year FROM posting_date)::int AS y, extract(month FROM posting_date)::int AS m,"
        " sum(sales_lcy), sum(profit_lcy) FROM trade_customerledgerentry"
        " WHERE customer_id = ANY(%(ids)s) AND posting_date >= %(first)s AND posting_date < %(next)s"
        " GROUP BY y, m HAVING sum(sales_lcy) <> 0 OR sum(profit_lcy) <> 0 ORDER BY y, m",
        {"ids": list(customers), "first": dt.date(year - years + 1, 1, 1), "next": dt.date(year + 1, 1, 1)},
    )
    return [MonthOfSales(*row) for row in rows]


_BOUGHT = """
WITH b AS (
  SELECT item_no, -sum(quantity) AS quantity, sum(sales_amount) AS amount, count(DISTINCT posting_date) AS times,
         max(posting_date) AS last_on
    FROM trade_valueentry
   WHERE customer_id = ANY(%(ids)s) AND item_no <> ''
     AND (%(since)s::date IS NULL OR posting_date >= %(since)s)
     AND (%(person)s::uuid IS NULL OR document_no IN (
       SELECT no FROM trade_posteddocument WHERE main_contact_id = %(person)s
       UNION ALL SELECT no FROM trade_posteddocument WHERE billing_contact_id = %(person)s))
   GROUP BY item_no HAVING sum(sales_amount) <> 0 OR sum(quantity) <> 0
   ORDER BY amount DESC, item_no LIMIT %(limit)s
)
SELECT b.item_no,
       coalesce(nullif(i.description, ''), (
         SELECT d.description FROM (
           SELECT description FROM trade_valueentry WHERE item_no = b.item_no LIMIT 50) d
          WHERE d.description <> '' LIMIT 1), ''),
       b.quantity, b.amount, b.times, b.last_on, i.id
  FROM b LEFT JOIN trade_item i ON i.no = b.item_no ORDER BY b.amount DESC, b.item_no
"""


def items_bought(
    customers: Ids, *, limit: int = 20, since: dt.date | None = None, person: uuid.UUID | None = None
) -> list[Bought]:
    """The items that these customers bought, most money first.

    ``since`` leaves out what was bought before a date, ``person`` what stands on documents that do not name this
    contact (S-42).
    """
    if not customers:
        return []
    names = {"ids": list(customers), "limit": limit, "since": since, "person": person}
    return [Bought(*row) for row in _rows(_BOUGHT, names)]


_TOGETHER = """
WITH own AS (
  SELECT item_no, sum(sales_amount) AS amount FROM trade_valueentry
   WHERE customer_id = ANY(%(ids)s) AND item_no <> '' GROUP BY item_no
), basket AS (
  SELECT item_no FROM unnest(%(items)s::text[]) AS given(item_no)
  UNION (SELECT item_no FROM own WHERE cardinality(%(items)s::text[]) = 0
          ORDER BY amount DESC, item_no LIMIT %(basket)s)
), peers AS (
  SELECT buyer.customer_id, count(*) AS alike FROM basket CROSS JOIN LATERAL (
    SELECT DISTINCT v.customer_id FROM trade_valueentry v
     WHERE v.item_no = basket.item_no AND v.customer_id IS NOT NULL AND v.customer_id <> ALL(%(ids)s)
     LIMIT %(asked)s) buyer
   GROUP BY buyer.customer_id ORDER BY alike DESC, buyer.customer_id LIMIT %(peers)s
), b AS (
  SELECT v.item_no, count(DISTINCT v.customer_id) AS customers FROM peers
    JOIN trade_valueentry v ON v.customer_id = peers.customer_id
   WHERE v.item_no <> '' AND v.sales_amount > 0 AND v.item_no NOT IN (SELECT item_no FROM own)
     AND v.item_no NOT IN (SELECT item_no FROM basket)
   GROUP BY v.item_no ORDER BY customers DESC, v.item_no LIMIT %(limit)s
)
SELECT b.item_no,
       coalesce(nullif(i.description, ''), (
         SELECT d.description FROM (
           SELECT description FROM trade_valueentry WHERE item_no = b.item_no LIMIT 50) d
          WHERE d.description <> '' LIMIT 1), ''),
       b.customers, (SELECT count(*) FROM peers), i.id
  FROM b LEFT JOIN trade_item i ON i.no = b.item_no ORDER BY b.customers DESC, b.item_no
"""


def bought_together(customers: Ids, *, items: Sequence[str] = (), limit: int = 10) -> list[Suggestion]:
    """What others who bought the same items also bought, and these customers have not.

    The same items are ``items``, or those that these customers bought for most money. Without customers: what buyers of
    ``items`` also bought.
    """
    if not customers and not items:
        return []
    names = {
        "ids": list(customers),
        "items": list(items),
        "basket": BASKET,
        "asked": ASKED,
        "peers": PEERS,
        "limit": limit,
    }
    return [Suggestion(*row) for row in _rows(_TOGETHER, names)]


@dataclass(frozen=True)
class Buyer:
    """A customer who bought an item: how much, for how much, and when last."""

    customer_id: uuid.UUID
    no: str
    name: str
    privacy_blocked: bool
    quantity: Decimal
    amount: Decimal
    last_on: dt.date


_BUYERS = """
WITH found AS (
  SELECT customer_id, quantity, sales_amount, posting_date FROM trade_valueentry
   WHERE item_no = %(no)s AND customer_id IS NOT NULL ORDER BY item_no, customer_id LIMIT %(most)s
), b AS (
  SELECT customer_id, -sum(quantity) AS quantity, sum(sales_amount) AS amount, max(posting_date) AS last_on
    FROM found GROUP BY customer_id ORDER BY amount DESC, customer_id LIMIT %(limit)s
)
SELECT c.id, c.no, c.name, c.privacy_blocked, b.quantity, b.amount, b.last_on
  FROM b JOIN partners_customer c ON c.id = b.customer_id ORDER BY b.amount DESC, c.no
"""


def buyers_of(item_no: str, *, limit: int = 20) -> list[Buyer]:
    """Who bought an item, most money first; of an item sold tens of thousands of times, from a part of its entries."""
    return [Buyer(*row) for row in _rows(_BUYERS, {"no": item_no, "most": 20_000, "limit": limit})]
