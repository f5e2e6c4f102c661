"""Quotes and orders over the standard service (16.8, section 14)."""

from __future__ import annotations

import pytest

from tests.api.conftest import Json, Service
from tests.documents import making
from tuttava.documents.models import Area, DocumentType

pytestmark = pytest.mark.usefixtures("company")
NONE = "00000000-0000-0000-0000-000000000000"


def quote(api: Service, **more: object) -> Json:
    buyer, sold = making.customer(), making.item("100")
    return api.made(
        "salesQuotes?$expand=salesQuoteLines",
        {
            "customerNumber": buyer.no,
            "documentDate": "2026-03-02",
            "salesQuoteLines": [
                {"itemId": str(sold.pk), "quantity": 10},
                {"lineType": "Comment", "description": "Free delivery"},
            ],
            **more,
        },
    )


def test_quote_with_lines_in_one_request(api: Service) -> None:  # E-4, A-99
    made = quote(api)
    assert (made["customerName"], made["billToName"], made["status"]) == ("Fjord AS", "Fjord AS", "Draft")
    assert made["documentDate"] == "2026-03-02" and made["postingDate"] == "0001-01-01"
    totals = [made[f"total{name}"] for name in ("AmountExcludingTax", "TaxAmount", "AmountIncludingTax")]
    # The answer to a POST shows the totals of all its lines.
    assert totals == [1000, 250, 1250]
    one, two = made["salesQuoteLines"]
    assert (one["lineType"], one["sequence"], two["lineType"], two["sequence"]) == ("Item", 10000, "Comment", 20000)
    assert (one["amountExcludingTax"], one["totalTaxAmount"], one["amountIncludingTax"]) == (1000, 250, 1250)
    assert (one["netAmount"], one["netTaxAmount"], one["netAmountIncludingTax"]) == (1000, 250, 1250)
    assert (one["taxCode"], one["taxPercent"], one["accountId"]) == ("VAT25", 25, NONE)


def test_quote_becomes_an_order_and_is_gone(api: Service) -> None:  # E-4
    made = quote(api)
    answer = api.post(f"salesQuotes({made['id']})/Microsoft.NAV.makeOrder")
    assert (answer.status, answer.content) == (204, b"")
    order = api.get(answer.headers["Location"])
    assert (order.status, order.json["status"], order.json["fullyShipped"]) == (200, "Draft", False)
    assert "/salesOrders(" in answer.headers["Location"]
    assert api.get(f"salesQuotes({made['id']})").status == 404


def test_party_is_needed(api: Service) -> None:
    refused = api.post("salesOrders", {"orderDate": "2026-03-02"})
    message = refused.json["error"]["message"]
    assert (refused.status, refused.code) == (400, "Application_DialogException")
    assert "customerId" in message and "customerNumber" in message
    refused = api.post("purchaseOrders", {})
    assert "vendorId" in refused.json["error"]["message"]


def test_address_sent_wins(api: Service) -> None:
    buyer = making.customer(making.company("Fjord AS", city="Bergen"))
    made = api.made("salesOrders", {"customerId": str(buyer.pk), "shipToCity": "Oslo"})
    assert (made["sellToCity"], made["shipToCity"], made["billToCity"]) == ("Bergen", "Oslo", "Bergen")


def test_document_discount_is_spread_and_removed(api: Service) -> None:
    made = quote(api)
    path = f"salesQuotes({made['id']})"
    changed = api.patch(path, {"discountAmount": 100}).json
    assert (changed["totalAmountExcludingTax"], changed["totalAmountIncludingTax"]) == (900, 1125)
    line = api.get(f"{path}/salesQuoteLines").value[0]
    assert (line["amountExcludingTax"], line["invoiceDiscountAllocation"], line["netAmount"]) == (1000, 100, 900)
    assert api.patch(path, {"discountAmount": 0}).json["totalAmountExcludingTax"] == 1000


def test_discount_of_a_new_document_counts_all_its_lines(api: Service) -> None:
    buyer, sold = making.customer(), making.item("60")
    line = {"itemId": str(sold.pk), "quantity": 1}
    made = api.made("salesQuotes", {"customerNumber": buyer.no, "discountAmount": 100, "salesQuoteLines": [line, line]})
    assert (made["discountAmount"], made["totalAmountExcludingTax"]) == (100, 20)


def test_sequence_and_document_of_a_line_stay(api: Service) -> None:  # 16.8
    made = quote(api)
    line = made["salesQuoteLines"][0]
    for name, value in (("sequence", 5), ("lineObjectNumber", "OTHER"), ("documentId", NONE)):
        refused = api.patch(f"salesQuoteLines({line['id']})", {name: value})
        assert (refused.status, refused.code, refused.target) == (400, "Application_DialogException", name)
    same = {name: line[name] for name in ("sequence", "lineObjectNumber", "documentId", "quantity")}
    assert api.patch(f"salesQuoteLines({line['id']})", same).status == 200


def test_item_and_account_exclude_each_other(api: Service) -> None:
    made, sold = quote(api), making.item()
    path = f"salesQuotes({made['id']})/salesQuoteLines"
    refused = api.post(path, {"itemId": str(sold.pk), "accountId": str(sold.pk)})
    assert (refused.status, refused.code) == (400, "Application_DialogException")
    assert api.post(path, {"itemId": str(sold.pk), "lineType": "Account"}).status == 400


def test_lines_are_reached_through_their_document_only(api: Service) -> None:  # 16.8
    made = quote(api)
    refused = api.get("salesQuoteLines")
    assert (refused.status, refused.code) == (400, "Application_DialogException")
    assert len(api.get(f"salesQuoteLines?$filter=documentId eq {made['id']}").value) == 2
    line = made["salesQuoteLines"][1]["id"]
    assert api.get(f"salesQuoteLines({line})").json["description"] == "Free delivery"
    assert api.delete(f"salesQuoteLines({line})").status == 204
    assert api.get(f"salesQuotes({made['id']})/salesQuoteLines/$count").content == b"1"


def test_order_tells_what_was_shipped(api: Service) -> None:  # 16.8, I-135
    made = making.document(lines=1)
    line = api.get(f"salesOrders({made.pk})/salesOrderLines").value[0]
    assert (line["shipQuantity"], line["invoiceQuantity"], line["shippedQuantity"]) == (2, 2, 0)
    changed = api.patch(f"salesOrderLines({line['id']})", {"shipQuantity": 1}).json
    assert (changed["shipQuantity"], changed["invoiceQuantity"]) == (1, 1)


def test_only_documents_of_the_type_are_there(api: Service) -> None:
    made = making.document(DocumentType.QUOTE)
    bought = making.document(area=Area.PURCHASE, lines=1)
    assert api.get(f"salesOrders({made.pk})").status == 404
    found = api.get(f"purchaseOrders({bought.pk})?$expand=purchaseOrderLines,vendor").json
    assert found["vendorNumber"] == found["payToVendorNumber"] == found["vendor"]["number"]
    assert found["purchaseOrderLines"][0]["directUnitCost"] == 60
    assert found["fullyReceived"] is False


def test_attachments_hang_on_documents(api: Service) -> None:
    made = making.document(lines=1)
    file = api.made(
        "documentAttachments", {"parentId": str(made.pk), "parentType": "Sales Order", "fileName": "plan.pdf"}
    )
    assert api.get(f"salesOrders({made.pk})/documentAttachments").value[0]["id"] == file["id"]
