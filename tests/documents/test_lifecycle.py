"""Documents from entry to posting: numbers, release, conversion, quantities, what is booked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.documents import making
from tuttava.documents.converting import make_invoice, make_order
from tuttava.documents.lifecycle import release, reopen
from tuttava.documents.models import Area, Document, DocumentLine, DocumentStatus, DocumentType
from tuttava.documents.posting import post
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import UnitOfWork
from tuttava.foundation.undo import undo_unit
from tuttava.partners.models import Dimension, DimensionSetLine, DimensionValue
from tuttava.trade.models import CustomerLedgerEntry, PostedDocument, PostedKind, ValueEntry, VendorLedgerEntry

pytestmark = pytest.mark.usefixtures("company")


def refusal(error: pytest.ExceptionInfo[DomainError]) -> str:
    return error.value.code


def test_number_dates_and_description_come_with_creation() -> None:  # I-132
    with acting(work_date=dt.date(2026, 3, 2)):
        made = making.document()
    assert made.no == "SO00001" and made.doc_no_occurrence == 1
    assert made.posting_description == "Order SO00001"
    assert made.document_date == made.order_date == made.posting_date == dt.date(2026, 3, 2)


def test_quote_has_no_posting_date() -> None:  # I-132
    assert making.document(DocumentType.QUOTE).posting_date is None


def test_customer_brings_address_and_its_primary_contact() -> None:  # I-131
    hub = making.company("Fjord AS", city="Bergen", email="post@fjord.example")
    who = making.person(hub)
    buyer = making.customer(hub)
    buyer = records.change(buyer, {"primary_contact_id": who.pk})
    made = making.document(customer_id=buyer.pk)
    assert (made.name, made.city, made.bill_to_city, made.ship_to_city) == ("Fjord AS", "Bergen", "Bergen", "Bergen")
    assert made.account_contact_id == made.paying_contact_id == who.pk
    assert made.contact_name == "Kari Nordmann" and made.paying_customer_id == buyer.pk


def test_customer_without_primary_contact_brings_that_of_its_relation() -> None:  # I-131
    buyer = making.customer()
    assert making.document(customer_id=buyer.pk).account_contact.name == "Fjord AS"


def test_contact_brings_the_customer_of_its_company() -> None:  # I-131
    hub = making.company()
    who, buyer = making.person(hub), making.customer(hub)
    made = making.document(DocumentType.QUOTE, account_contact_id=who.pk)
    assert made.customer_id == buyer.pk and made.account_contact_id == who.pk


def test_quote_may_stay_without_customer() -> None:  # I-131
    who = making.person(making.company(salesperson_code=None))
    made = making.document(DocumentType.QUOTE, account_contact_id=who.pk)
    assert made.customer_id is None and made.paying_contact_id == made.account_contact_id == who.pk
    assert made.name == "Fjord AS"


def test_contact_of_another_customer_is_refused() -> None:  # B-94
    buyer, other = making.customer(), making.person(making.company("Other AS"))
    making.customer(other.company)
    with pytest.raises(DomainError) as error:
        making.document(customer_id=buyer.pk, account_contact_id=other.pk)
    assert refusal(error) == "contact.not_related"


def test_release_needs_an_account_and_a_line_with_a_quantity() -> None:  # I-133
    quote = making.document(DocumentType.QUOTE, account_contact_id=making.person(making.company()).pk)
    with pytest.raises(DomainError) as error:
        release(quote)
    assert refusal(error) == "account_required"
    order = making.document()
    records.create(DocumentLine, {"description": "Only words"}, given={"document_id": order.pk})
    with pytest.raises(DomainError) as error:
        release(order)
    assert refusal(error) == "nothing_to_release"


def test_released_document_is_locked_until_it_is_reopened() -> None:  # I-133
    order = making.document(lines=1)
    released = release(order)
    assert released.status == DocumentStatus.RELEASED
    with pytest.raises(DomainError) as error:
        records.change(released, {"your_reference": "late"})
    assert refusal(error) == "document_released"
    with pytest.raises(DomainError) as error:
        records.change(order.lines.get(), {"quantity": Decimal(5)})
    assert refusal(error) == "document_released"
    again = reopen(released)
    assert records.change(again, {"your_reference": "late"}).your_reference == "late"


def test_order_ships_first_and_is_invoiced_later() -> None:  # I-135
    order = making.document(lines=1)
    line = order.lines.get()
    records.change(line, {"qty_to_ship_or_receive": Decimal(1)})
    (shipment,) = post(order, invoice=False)
    assert (shipment.kind, shipment.order_no) == (PostedKind.SALES_SHIPMENT, order.no)
    assert not CustomerLedgerEntry.objects.exists()
    order.refresh_from_db()
    assert order.last_shipment_no == shipment.no and order.status == DocumentStatus.RELEASED
    made = post(order)
    assert [each.kind for each in made] == [PostedKind.SALES_SHIPMENT, PostedKind.SALES_INVOICE]
    assert not Document.objects.filter(pk=order.pk).exists()
    entry = CustomerLedgerEntry.objects.get()
    assert (entry.amount_lcy, entry.remaining_amount_lcy, entry.open) == (Decimal(250), Decimal(250), True)
    assert (entry.sales_lcy, entry.profit_lcy, entry.document_no) == (Decimal(200), Decimal(80), made[1].no)


def test_part_of_an_order_is_invoiced() -> None:  # I-135
    order = making.document(lines=1)
    records.change(order.lines.get(), {"qty_to_ship_or_receive": Decimal(1), "qty_to_invoice": Decimal(1)})
    made = post(order)
    assert made[1].amount == Decimal(100) and made[1].amount_including_vat == Decimal(125)
    line = order.lines.get()
    assert (line.qty_shipped_or_received, line.qty_invoiced, line.qty_to_invoice) == (1, 1, 1)


def test_invoice_is_posted_wholly_and_keeps_its_id() -> None:  # I-135, A-99
    invoice = making.document(DocumentType.INVOICE, lines=2)
    (posted,) = post(invoice)
    assert posted.pk == invoice.pk and posted.kind == PostedKind.SALES_INVOICE
    assert posted.pre_assigned_no == invoice.no and posted.description == f"Invoice {posted.no}"
    assert not Document.objects.filter(pk=invoice.pk).exists()
    assert ValueEntry.objects.filter(document_no=posted.no).count() == 2


def test_return_order_is_received_and_credited() -> None:  # I-135
    made = post(making.document(DocumentType.RETURN_ORDER, lines=1))
    assert [each.kind for each in made] == [PostedKind.SALES_RETURN_RECEIPT, PostedKind.SALES_CREDIT_MEMO]
    assert CustomerLedgerEntry.objects.get().amount_lcy == Decimal(-250)


def test_purchase_order_is_received_and_invoiced() -> None:  # I-135
    made = post(making.document(area=Area.PURCHASE, lines=1))
    assert [each.kind for each in made] == [PostedKind.PURCHASE_RECEIPT, PostedKind.PURCHASE_INVOICE]
    entry = VendorLedgerEntry.objects.get()
    assert (entry.amount_lcy, entry.purchase_lcy) == (Decimal(-150), Decimal(-120))


def test_nothing_to_post_is_said() -> None:  # I-135
    order = making.document(lines=1)
    records.change(order.lines.get(), {"qty_to_ship_or_receive": Decimal(0), "qty_to_invoice": Decimal(0)})
    with pytest.raises(DomainError) as error:
        post(order)
    assert refusal(error) == "nothing_to_post"
    with pytest.raises(DomainError) as error:
        post(making.document(DocumentType.QUOTE, lines=1))
    assert refusal(error) == "nothing_to_post"


def test_posting_is_not_taken_back() -> None:  # I-135
    (posted,) = post(making.document(DocumentType.INVOICE, lines=1))
    unit = UnitOfWork.objects.get(action="post document")
    with pytest.raises(DomainError) as error:
        undo_unit(unit.pk)
    assert refusal(error) == "posted_stays" and PostedDocument.objects.filter(pk=posted.pk).exists()


def test_blocked_customer_gets_nothing() -> None:  # I-135
    buyer = making.customer()
    order = making.document(customer_id=buyer.pk, lines=1)
    records.change(buyer, {"blocked": "all"})
    with pytest.raises(DomainError) as error:
        post(order)
    assert refusal(error) == "customer.blocked"
    assert not PostedDocument.objects.exists() and Document.objects.get(pk=order.pk).status == DocumentStatus.OPEN


def test_currency_without_rate_rolls_all_back() -> None:  # I-135
    order = making.document(DocumentType.INVOICE, lines=1)
    order = records.change(order, {"currency_code": "USD"})
    with pytest.raises(DomainError) as error:
        post(order)
    assert refusal(error) == "currency.rate_missing"
    assert not PostedDocument.objects.exists()


def test_price_of_an_item_is_converted_into_the_currency_of_the_document() -> None:
    order = making.document(currency_code="USD")
    with pytest.raises(DomainError) as error:
        making.line(order)
    assert refusal(error) == "currency.rate_missing"
    assert making.line(order, unit_price=Decimal(3)).unit_price == 3
    making.rate("USD", dt.date(2020, 1, 1), "8")
    assert making.line(order, making.item("100.10")).unit_price == Decimal("12.51")
    assert making.line(order, making.item("0.004")).unit_price == Decimal("0.001")


def test_quote_becomes_an_order_and_goes() -> None:  # I-134
    quote = making.document(DocumentType.QUOTE, lines=2, invoice_discount_amount=Decimal(0))
    order = make_order(quote)
    assert order.document_type == DocumentType.ORDER and order.quote_no == quote.no
    assert order.status == DocumentStatus.OPEN and order.posting_description == f"Order {order.no}"
    assert order.lines.count() == 2 and order.amount_including_vat == quote.amount_including_vat
    assert not Document.objects.filter(pk=quote.pk).exists()


def test_quote_becomes_an_invoice() -> None:  # I-134
    quote = making.document(DocumentType.QUOTE, lines=1)
    assert make_invoice(quote).quote_no == quote.no


def test_blanket_order_stays_and_counts_what_was_shipped() -> None:  # I-134
    blanket = making.document(DocumentType.BLANKET_ORDER)
    line = making.line(blanket, quantity="10")
    records.change(line, {"qty_to_ship_or_receive": Decimal(4)})
    order = make_order(blanket)
    assert order.blanket_order_no == blanket.no and order.lines.get().quantity == 4
    post(order)
    line.refresh_from_db()
    assert (line.qty_shipped_or_received, line.qty_to_ship_or_receive) == (4, 4)


def test_dimensions_follow_from_the_quote_to_what_was_posted() -> None:  # I-134, I-135
    dimension = records.create(Dimension, {"code": "AREA", "name": "Area"})
    records.create(DimensionValue, {"dimension_code": dimension.code, "code": "NORTH", "name": "North"})
    quote = making.document(DocumentType.QUOTE, lines=1)
    values = {"dimension_code": "AREA", "dimension_value_code": "NORTH"}
    records.create(DimensionSetLine, values, given={"parent_id": quote.pk})
    made = post(make_order(quote))
    found = DimensionSetLine.objects.values_list("parent_id", "dimension_value_code")
    assert sorted(found) == sorted((each.pk, "NORTH") for each in made)
