"""Documents that cannot be posted, printed or mailed: the refusal says why, and nothing of it stays."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.documents import making
from tuttava.documents.lifecycle import release
from tuttava.documents.models import (
    Area,
    Document,
    DocumentArchive,
    DocumentLine,
    DocumentStatus,
    DocumentType,
    PostedHeader,
)
from tuttava.documents.posting import post, post_many
from tuttava.documents.setups import series_for
from tuttava.foundation import records, series
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Currency, NumberSeriesLine
from tuttava.trade import feed
from tuttava.trade.models import (
    CustomerLedgerEntry,
    Item,
    LineType,
    PostedDocument,
    PostedDocumentLine,
    PostedKind,
    ValueEntry,
)

pytestmark = pytest.mark.usefixtures("company")

_TRACES = (PostedDocument, PostedDocumentLine, PostedHeader, CustomerLedgerEntry, ValueEntry, DocumentArchive)


def refused(work: Any, *arguments: Any, **options: Any) -> DomainError:
    with pytest.raises(DomainError) as error:
        work(*arguments, **options)
    return error.value


def next_invoice() -> str:
    return series.peek(series_for(f"posted_{PostedKind.SALES_INVOICE}"))


def no_trace_of(document: Document) -> bool:
    """The document is as open as it was, and nothing was made of it."""
    document.refresh_from_db()
    return document.status == DocumentStatus.OPEN and not any(model._default_manager.exists() for model in _TRACES)


def test_document_that_was_posted_is_not_posted_again() -> None:  # I-135
    invoice = making.document(DocumentType.INVOICE, lines=1)
    post(invoice)
    assert refused(post, invoice).code == "record_gone"
    order = making.document(lines=1)
    post(order, invoice=False)
    assert refused(post, order, invoice=False).code == "nothing_to_post"


def test_number_that_a_feed_brought_is_skipped() -> None:  # C-1, I-135
    taken = next_invoice()
    feed.load(
        PostedDocument,
        [
            {
                "kind": "sales_invoice",
                "no": taken,
                "customer_id": making.customer().pk,
                "posting_date": dt.date(2026, 1, 1),
            }
        ],
    )
    (posted,) = post(making.document(DocumentType.INVOICE, lines=1))
    assert posted.no != taken and int(posted.no[-6:]) == int(taken[-6:]) + 1


def test_typed_number_that_is_taken_is_refused() -> None:  # I-132
    making.document(no="MINE-1")
    assert refused(making.document, no="MINE-1").code == "already_exists"


def test_series_without_a_line_for_the_day_stops_the_posting() -> None:  # I-135, C-104
    invoice = making.document(DocumentType.INVOICE, lines=1)
    lines = NumberSeriesLine.objects.filter(series_code=series_for(f"posted_{PostedKind.SALES_INVOICE}"))
    lines.update(starting_date=dt.date(2999, 1, 1))
    assert refused(post, invoice).code.startswith("number_series.")
    assert no_trace_of(invoice)


@pytest.mark.parametrize(
    ("blocked", "posts_invoice"),
    [({"blocked": "all"}, False), ({"blocked": "invoice"}, False), ({"blocked": "ship"}, True)],
)
def test_block_of_the_customer_counts_for_what_it_says(blocked: dict[str, Any], posts_invoice: bool) -> None:  # I-135
    buyer = making.customer()
    invoice = making.document(DocumentType.INVOICE, customer_id=buyer.pk, lines=1)
    order = making.document(customer_id=buyer.pk, lines=1)
    records.change(buyer, blocked)
    if posts_invoice:
        assert post(invoice)
    else:
        assert refused(post, invoice).code == "customer.blocked" and no_trace_of(invoice)
    assert refused(post, order).code == "customer.blocked"


def test_shipping_to_a_customer_blocked_for_bills_alone_goes_on() -> None:  # I-135
    buyer = making.customer()
    order = making.document(customer_id=buyer.pk, lines=1)
    records.change(buyer, {"blocked": "invoice"})
    assert [each.kind for each in post(order, invoice=False)] == [PostedKind.SALES_SHIPMENT]


def test_blocked_vendor_is_refused() -> None:  # I-135
    seller = making.vendor()
    order = making.document(area=Area.PURCHASE, vendor_id=seller.pk, lines=1)
    records.change(seller, {"blocked": "all"})
    assert refused(post, order).code == "vendor.blocked" and no_trace_of(order)


def test_privacy_blocked_contact_is_refused() -> None:  # I-135
    hub = making.company()
    order = making.document(customer_id=making.customer(hub).pk, lines=1)
    hub.refresh_from_db()
    records.change(hub, {"privacy_blocked": True})
    assert refused(post, order).code == "contact.privacy_blocked" and no_trace_of(order)


def test_document_without_party_is_not_posted() -> None:  # I-133, I-135
    invoice = records.create(Document, {}, given={"area": Area.SALES, "document_type": DocumentType.INVOICE})
    making.line(invoice)
    assert refused(post, invoice).code == "account_required" and no_trace_of(invoice)


def test_item_line_without_item_is_not_released() -> None:  # I-133
    order = making.document()
    values = {"line_type": LineType.ITEM, "description": "Something", "quantity": Decimal(1), "unit_price": Decimal(9)}
    records.create(DocumentLine, values, given={"document_id": order.pk})
    for work in (release, post):
        error = refused(work, order)
        assert (error.code, error.field) == ("field_required", "no")
    assert no_trace_of(order)


def test_item_that_is_not_there_or_is_blocked_is_refused() -> None:
    order = making.document()
    assert refused(making.line, order, Item(no="NOWHERE")).code == "not_found"
    sold = making.item()
    records.change(sold, {"blocked": True})
    assert refused(making.line, order, sold).code == "item.blocked"


def test_one_that_is_refused_stops_all_that_are_posted_with_it() -> None:  # I-135
    good, bad = (making.document(DocumentType.INVOICE, lines=1) for _place in range(2))
    bad = records.change(bad, {"currency_code": "USD"})
    number = next_invoice()
    assert refused(post_many, [good, bad]).code == "currency.rate_missing"
    assert no_trace_of(good) and no_trace_of(bad) and next_invoice() == number


def test_several_are_posted_in_their_order_each_once() -> None:  # I-135
    orders = [making.document(lines=2) for _place in range(3)]
    made = post_many([orders[2], orders[0], orders[1], orders[0]])
    assert [posted[1].order_no for posted in made] == [orders[2].no, orders[0].no, orders[1].no]
    numbers = [posted[1].no for posted in made]
    assert numbers == sorted(numbers) and CustomerLedgerEntry.objects.count() == 3
    assert ValueEntry.objects.count() == 6 and not Document.objects.exists()


@pytest.mark.parametrize("count", [1, 8])
def test_statements_do_not_grow_with_what_is_posted(count: int, django_assert_max_num_queries: Any) -> None:  # I-135
    buyer, sold = making.customer(), making.item()
    orders = [making.document(customer_id=buyer.pk) for _place in range(count)]
    for order in orders:
        making.line(order, sold)
    with acting(cache={}), django_assert_max_num_queries(45):
        post_many(orders)


def test_rate_of_the_posting_date_counts() -> None:  # I-135
    invoice = making.document(DocumentType.INVOICE, lines=1)
    invoice = records.change(invoice, {"currency_code": "USD", "posting_date": dt.date(2026, 3, 2)})
    for day, rate in ((dt.date(2026, 1, 1), "10"), (dt.date(2026, 3, 3), "20")):
        making.rate("USD", day, rate)
    post(invoice)
    assert CustomerLedgerEntry.objects.get().amount_lcy == Decimal(2500)


@pytest.mark.parametrize(
    ("currency", "price", "quantity", "amount", "gross"),
    [
        (None, "0.005", "1", "0.01", "0.01"),
        (None, "0.004", "1", "0.00", "0.00"),
        (None, "33.335", "3", "100.01", "125.01"),
        ("JPY", "6.965", "1", "100", "125"),
    ],
)
def test_totals_at_the_edge_of_rounding(
    currency: str | None, price: str, quantity: str, amount: str, gross: str
) -> None:  # I-135
    Currency.objects.filter(code="JPY").update(amount_rounding_precision=1)
    invoice = making.document(DocumentType.INVOICE, currency_code=currency)
    making.rate("JPY", dt.date(2020, 1, 1), "0.07")
    making.line(invoice, making.item(price), quantity)
    (posted,) = post(invoice)
    assert (posted.amount, posted.amount_including_vat) == (Decimal(amount), Decimal(gross))
