"""Invoices and credit memos over the standard service: drafts and posted ones under one id (16.8, section 14)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.api.conftest import Json, Service
from tests.documents import making
from tuttava.documents.models import Area, DocumentType
from tuttava.foundation.models import Currency
from tuttava.trade.models import CustomerLedgerEntry, ExchangeRate

pytestmark = pytest.mark.usefixtures("company")


def invoice(api: Service, **more: object) -> Json:
    buyer, sold = making.customer(), making.item("100")
    return api.made(
        "salesInvoices?$expand=salesInvoiceLines",
        {"customerNumber": buyer.no, "salesInvoiceLines": [{"itemId": str(sold.pk), "quantity": 2}], **more},
    )


def do(api: Service, path: str, action: str) -> str:
    answer = api.post(f"{path}/Microsoft.NAV.{action}")
    assert (answer.status, answer.content) == (204, b""), answer.content
    return str(answer.headers["Location"])


def test_posting_keeps_the_entity(api: Service) -> None:
    made = invoice(api, customerPurchaseOrderReference="PO 7", disputeStatus="LATE")
    assert (made["status"], made["totalAmountIncludingTax"], made["remainingAmount"]) == ("Draft", 250, 0)
    path = f"salesInvoices({made['id']})"
    assert do(api, path, "post").endswith(path)
    posted = api.get(f"{path}?$expand=salesInvoiceLines").json
    assert posted["id"] == made["id"] and posted["number"] != made["number"]
    assert (posted["status"], posted["remainingAmount"]) == ("Open", 250)
    assert (posted["customerPurchaseOrderReference"], posted["disputeStatus"]) == ("PO 7", "LATE")
    assert posted["salesInvoiceLines"][0]["netAmount"] == 200
    assert posted["@odata.etag"] != made["@odata.etag"]


def test_lines_of_a_posted_invoice_are_read_only(api: Service) -> None:
    made = invoice(api)
    path = f"salesInvoices({made['id']})"
    line = made["salesInvoiceLines"][0]["id"]
    assert api.patch(f"salesInvoiceLines({line})", {"quantity": 3}).json["quantity"] == 3
    do(api, path, "post")
    line = api.get(f"{path}/salesInvoiceLines").value[0]["id"]
    for refused in (
        api.patch(f"salesInvoiceLines({line})", {"quantity": 4}),
        api.delete(f"salesInvoiceLines({line})"),
        api.post(f"{path}/salesInvoiceLines", {"description": "More"}),
        api.delete(path),
        api.post(f"{path}/Microsoft.NAV.post"),
    ):
        assert (refused.status, refused.code) == (400, "Application_DialogException")


def test_canceling_posts_a_credit_memo(api: Service) -> None:  # section 14
    path = f"salesInvoices({invoice(api)['id']})"
    assert api.post(f"{path}/Microsoft.NAV.cancel").domain_code == "document_not_posted"
    do(api, path, "post")
    do(api, path, "cancel")
    posted = api.get(path).json
    assert (posted["status"], posted["remainingAmount"]) == ("Canceled", 0)
    memo = api.get("salesCreditMemos?$orderby=number desc&$top=1").value[0]
    assert (memo["invoiceNumber"], memo["status"]) == (posted["number"], "Corrective")
    assert not CustomerLedgerEntry.objects.filter(open=True).exists()
    assert api.post(f"{path}/Microsoft.NAV.cancel").domain_code == "document_canceled"


def test_corrective_credit_memo_is_a_draft(api: Service) -> None:  # section 14
    path = f"salesInvoices({invoice(api)['id']})"
    do(api, path, "post")
    address = do(api, path, "makeCorrectiveCreditMemo")
    memo = api.get(address).json
    assert "/salesCreditMemos(" in address
    assert (memo["status"], memo["totalAmountIncludingTax"]) == ("Draft", 250)
    assert memo["invoiceNumber"] == api.get(path).json["number"]


def test_only_corrective_credit_memos_can_be_canceled(api: Service) -> None:  # section 14
    made = making.document(DocumentType.CREDIT_MEMO, lines=1)
    path = f"salesCreditMemos({made.pk})"
    do(api, path, "post")
    assert api.post(f"{path}/Microsoft.NAV.cancel").domain_code == "document_not_corrective"


def test_order_is_shipped_and_invoiced(api: Service) -> None:  # section 14
    made = making.document(lines=1)
    posted = api.get(do(api, f"salesOrders({made.pk})", "shipAndInvoice")).json
    assert (posted["orderNumber"], posted["orderId"], posted["status"]) == (made.no, str(made.pk), "Open")
    bought = making.document(area=Area.PURCHASE, lines=1)
    posted = api.get(do(api, f"purchaseOrders({bought.pk})", "receiveAndInvoice")).json
    assert posted["orderNumber"] == bought.no


def test_quote_becomes_an_invoice(api: Service) -> None:  # section 14
    made = making.document(DocumentType.QUOTE, lines=1)
    address = do(api, f"salesQuotes({made.pk})", "makeInvoice")
    assert api.get(address).json["status"] == "Draft"


def test_attachments_move_to_the_posted_document(api: Service) -> None:
    path = f"salesInvoices({invoice(api)['id']})"
    api.made(f"{path}/documentAttachments", {"fileName": "plan.pdf"})
    do(api, path, "post")
    assert [each["fileName"] for each in api.get(f"{path}/documentAttachments").value] == ["plan.pdf"]


def test_purchase_invoice_and_credit_memo(api: Service) -> None:  # 16.8
    seller, sold = making.vendor(), making.item()
    made = api.made(
        "purchaseInvoices?$expand=purchaseInvoiceLines",
        {
            "vendorNumber": seller.no,
            "vendorInvoiceNumber": "V-17",
            "purchaseInvoiceLines": [{"itemId": str(sold.pk), "quantity": 1, "unitCost": 40}],
        },
    )
    assert made["purchaseInvoiceLines"][0]["unitCost"] == 40 and made["totalAmountExcludingTax"] == 40
    do(api, f"purchaseInvoices({made['id']})", "post")
    posted = api.get(f"purchaseInvoices({made['id']})").json
    assert (posted["vendorInvoiceNumber"], posted["status"]) == ("V-17", "Open")
    memo = api.made("purchaseCreditMemos", {"vendorNumber": seller.no, "invoiceNumber": posted["number"]})
    assert (memo["invoiceId"], memo["status"]) == (made["id"], "Draft")


def test_remaining_amount_is_in_the_currency_of_the_invoice(api: Service) -> None:  # 16.8
    Currency.objects.get_or_create(code="USD")
    ExchangeRate.objects.create(currency_code="USD", starting_date="2020-01-01", rate=Decimal("12.5"))
    path = f"salesInvoices({invoice(api, currencyCode='USD')['id']})"
    do(api, path, "post")
    assert api.get(path).json["remainingAmount"] == 20
    entry = CustomerLedgerEntry.objects.get()
    assert entry.amount_lcy == 250
    CustomerLedgerEntry.objects.update(remaining_amount_lcy=entry.amount_lcy / 2)
    assert api.get(path).json["remainingAmount"] == 10
