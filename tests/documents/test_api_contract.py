"""Documents of the standard service have what the contract lists, and take what it says (16.8, A-99)."""

from __future__ import annotations

import pytest

from tests.api.conftest import Service
from tests.documents import making
from tuttava.api.declare import STANDARD
from tuttava.documents.models import Area, DocumentType
from tuttava.partners.models import PaymentTerms, Salesperson

pytestmark = pytest.mark.usefixtures("company")


PARTS = "AddressLine1 AddressLine2 City Country State PostCode"


def block(word: str) -> str:
    return " ".join(f"{word}{part}" for part in PARTS.split())


COMMON = (
    "id number postingDate currencyId currencyCode shortcutDimension1Code shortcutDimension2Code paymentTermsId "
    "shipmentMethodId status discountAmount discountAppliedBeforeTax totalAmountExcludingTax totalTaxAmount "
    "totalAmountIncludingTax lastModifiedDateTime "
)
SELLING = (
    "externalDocumentNumber customerId customerNumber customerName billToName billToCustomerId billToCustomerNumber "
    f"salesperson phoneNumber email {block('sellTo')} {block('billTo')} "
)
GOODS = f"shipToName shipToContact {block('shipTo')} "
BUYING = (
    "vendorId vendorNumber vendorName payToName payToVendorId payToVendorNumber purchaser "
    f"{block('buyFrom')} {block('payTo')} "
)
HEADERS = {
    "salesQuotes": SELLING + GOODS + "documentDate dueDate validUntilDate sentDate acceptedDate",
    "salesOrders": SELLING + GOODS + "orderDate requestedDeliveryDate pricesIncludeTax partialShipping fullyShipped",
    "salesInvoices": SELLING + GOODS + "invoiceDate dueDate promisedPayDate customerPurchaseOrderReference orderId "
    "orderNumber disputeStatusId disputeStatus pricesIncludeTax remainingAmount",
    "salesCreditMemos": SELLING + "creditMemoDate dueDate invoiceId invoiceNumber customerReturnReasonId "
    "pricesIncludeTax",
    "purchaseOrders": BUYING + GOODS + "orderDate requestedReceiptDate pricesIncludeTax fullyReceived",
    "purchaseInvoices": BUYING + GOODS + "invoiceDate dueDate vendorInvoiceNumber payToContact orderId orderNumber "
    "pricesIncludeTax",
    "purchaseCreditMemos": BUYING + "creditMemoDate dueDate vendorCreditMemoNumber invoiceId invoiceNumber "
    "vendorReturnReasonId",
}
LINE = (
    "id documentId sequence itemId accountId lineType lineObjectNumber description description2 unitOfMeasureId "
    "unitOfMeasureCode quantity discountAmount discountPercent discountAppliedBeforeTax amountExcludingTax taxCode "
    "taxPercent totalTaxAmount amountIncludingTax invoiceDiscountAllocation netAmount netTaxAmount "
    "netAmountIncludingTax itemVariantId locationId lastModifiedDateTime "
)
LINES = {
    "salesQuotes": "unitPrice",
    "salesOrders": "unitPrice shipmentDate shippedQuantity invoicedQuantity invoiceQuantity shipQuantity",
    "salesInvoices": "unitPrice shipmentDate",
    "salesCreditMemos": "unitPrice",
    "purchaseOrders": "directUnitCost expectedReceiptDate receivedQuantity invoicedQuantity invoiceQuantity "
    "receiveQuantity",
    "purchaseInvoices": "unitCost expectedReceiptDate",
    "purchaseCreditMemos": "unitCost",
}
ACTIONS = {
    "salesQuotes": "makeOrder makeInvoice send",
    "salesOrders": "shipAndInvoice",
    "salesInvoices": "post postAndSend send cancel cancelAndSend makeCorrectiveCreditMemo",
    "salesCreditMemos": "post postAndSend send cancel cancelAndSend",
    "purchaseOrders": "receiveAndInvoice",
    "purchaseInvoices": "post",
    "purchaseCreditMemos": "post cancel",
}
#: What the contract marks as read-only.
CLOSED = (
    "number customerName billToName vendorName payToName status discountAppliedBeforeTax totalAmountExcludingTax "
    "totalTaxAmount totalAmountIncludingTax lastModifiedDateTime orderId orderNumber remainingAmount fullyShipped "
    "fullyReceived payToCity"
)


@pytest.mark.parametrize("name", HEADERS)
def test_headers_have_exactly_what_is_listed(name: str) -> None:  # 16.8
    found = STANDARD.sets[name]
    assert set(found.by_name) == set((COMMON + HEADERS[name]).split())
    for each in CLOSED.split():
        assert each not in found.by_name or not found.by_name[each].attribute, each
    assert bool(found.by_name["billToCity"].attribute if "billToCity" in found.by_name else 0) == (
        name == "salesQuotes"
    )
    assert {action.name for action in found.actions} == set(ACTIONS[name].split())
    party = "vendor" if name.startswith("purchase") else "customer"
    for each in (f"{found.entity}Lines", "pdfDocument", "attachments", "documentAttachments", "dimensionSetLines"):
        assert found.navigation_by_name[each].contained, each
    assert {party, "currency", "paymentTerm"} <= set(found.navigation_by_name)
    assert found.tracked and found.webhooks


@pytest.mark.parametrize("name", LINES)
def test_lines_have_exactly_what_is_listed(name: str) -> None:  # 16.8
    found = STANDARD.sets[f"{name[:-1]}Lines"]
    assert set(found.by_name) == set((LINE + LINES[name]).split())
    assert {"dimensionSetLines", "location", "item", name[:-1]} <= set(found.navigation_by_name)
    assert found.tracked


def test_choosing_the_party_fills_what_belongs_to_it(api: Service) -> None:
    hub = making.company("Fjord AS", city="Bergen", address="Kai 1", phone_no="55 12 34 56", email="post@fjord.example")
    buyer = making.customer(hub)
    Salesperson.objects.get_or_create(code="AB", defaults={"name": "Anna"})
    terms = PaymentTerms.objects.order_by("code").first()
    assert terms is not None
    buyer.salesperson_code, buyer.payment_terms_code, buyer.currency_code = "AB", terms.code, "EUR"
    buyer.save()
    made = api.made("salesOrders", {"customerNumber": buyer.no, "sellToCity": "Oslo"})
    assert (made["sellToCity"], made["sellToAddressLine1"], made["shipToCity"]) == ("Oslo", "Kai 1", "Bergen")
    assert (made["salesperson"], made["paymentTermsId"], made["currencyCode"]) == ("AB", str(terms.pk), "EUR")
    assert (made["phoneNumber"], made["email"]) == ("55 12 34 56", "post@fjord.example")


def test_changed_line_changes_the_tag_of_its_document(api: Service) -> None:
    made = making.document(DocumentType.QUOTE, lines=1)
    path = f"salesQuotes({made.pk})"
    for change in ({"description": "Other words"}, {"quantity": 3}):
        before = api.get(path).json["@odata.etag"]
        line = api.get(f"{path}/salesQuoteLines").value[0]["id"]
        api.patch(f"salesQuoteLines({line})", change)
        assert api.get(path).json["@odata.etag"] != before
        assert api.patch(path, {"phoneNumber": "1"}, if_match=before).code == "Request_EntityChanged"


@pytest.mark.parametrize("area", [Area.SALES, Area.PURCHASE])
def test_lines_come_in_their_sequence_and_take_free_text(api: Service, area: Area) -> None:
    made = making.document(DocumentType.INVOICE, area, lines=1)
    name = f"{area.value}Invoice"
    path = f"{name}s({made.pk})/{name}Lines"
    assert api.made(path, {"description": "Thank you"})["sequence"] == 20000
    assert api.made(path, {"description": "Before", "sequence": 5000})["lineType"] == "Comment"
    assert [line["sequence"] for line in api.get(path).value] == [5000, 10000, 20000]
    assert api.made(f"{name}Lines", {"documentId": str(made.pk), "description": "Last"})["sequence"] == 30000
