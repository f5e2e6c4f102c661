"""The long layout, versions, shipments and receipts over the standard service; exchange rates (16.8)."""

from __future__ import annotations

import pytest

from tests.api.conftest import Json, Service
from tests.documents import making
from tuttava.api.declare import STANDARD
from tuttava.documents.archiving import archive
from tuttava.documents.models import Area, Document, DocumentType
from tuttava.documents.posting import post
from tuttava.foundation import records
from tuttava.trade.models import PostedDocument, PostedKind

pytestmark = pytest.mark.usefixtures("company")

Q, B, O, _I, _C, R = DocumentType  # noqa: E741
LONG = [
    ("salesReturnOrder", R, Area.SALES),
    ("blanketSalesOrder", B, Area.SALES),
    ("purchaseQuote", Q, Area.PURCHASE),
    ("purchaseReturnOrder", R, Area.PURCHASE),
    ("blanketPurchaseOrder", B, Area.PURCHASE),
]
ARCHIVES = [
    ("salesQuoteArchive", Q, Area.SALES),
    ("salesOrderArchive", O, Area.SALES),
    ("salesReturnOrderArchive", R, Area.SALES),
    ("purchaseQuoteArchive", Q, Area.PURCHASE),
    ("purchaseOrderArchive", O, Area.PURCHASE),
    ("purchaseReturnOrderArchive", R, Area.PURCHASE),
]
BOTH = (
    "id number documentDate postingDate dueDate orderDate shipToName shipToContact shipToAddress shipToAddress2 "
    "shipToCity shipToCountryRegionCode shipToCounty shipToPostCode currencyCode pricesIncludingVAT paymentTermsCode "
    "shipmentMethodCode locationCode shortcutDimension1Code shortcutDimension2Code responsibilityCenter status "
    "lastModifiedDateTime"
)
SALES = (
    "externalDocumentNumber sellToCustomerNumber sellToCustomerName billToCustomerNumber billToName salespersonCode "
    "requestedDeliveryDate yourReference sellToAddress sellToContact billToCounty billToContact"
)
PURCHASE = (
    "buyFromVendorNumber buyFromVendorName payToVendorNumber payToName purchaserCode requestedReceiptDate "
    "expectedReceiptDate vendorOrderNumber vendorShipmentNumber buyFromPostCode buyFromContact payToAddress2"
)
GROUPS = {"customerPostingGroup", "vendorPostingGroup", "genBusPostingGroup", "vatBusPostingGroup"}
LINE = (
    "documentType documentNumber sequence lineType lineObjectNumber description description2 unitOfMeasureCode "
    "quantity lineDiscountPercent lineDiscountAmount lineAmount taxPercent outstandingQuantity "
    "shortcutDimension1Code shortcutDimension2Code"
)


def names(set_name: str) -> set[str]:
    return {prop.name for prop in STANDARD.sets[set_name].properties}


@pytest.mark.parametrize(("entity", "kind", "area"), LONG + ARCHIVES)
def test_long_layout_has_the_properties_of_the_contract(entity: str, kind: DocumentType, area: Area) -> None:  # 16.8
    archived = entity.endswith("Archive")
    found = names(f"{entity}s")
    assert found >= {*BOTH.split(), *(SALES if area == Area.SALES else PURCHASE).split()}
    assert ("quoteNumber" in found) == (kind == B)
    assert ("vendorCrMemoNumber" in found) == (kind == R and area == Area.PURCHASE)
    assert bool(found & GROUPS) != archived
    contact = "sellToContactNumber" if area == Area.SALES else "buyFromContactNumber"
    version = {"docNoOccurrence", "versionNumber", contact, "dateArchived", "archivedBy", "yourReference"}
    assert (found >= version) == archived
    assert ("quoteValidUntilDate" in found) == (entity == "salesQuoteArchive")
    line = names(f"{entity}Lines")
    assert line >= {*LINE.split(), "unitPrice" if area == Area.SALES else "directUnitCost"}
    assert line >= ({"amount", "amountIncludingVAT"} if archived else {"amountIncludingTax"})
    for each in (f"{entity}s", f"{entity}Lines"):
        assert STANDARD.sets[each].tracked and STANDARD.sets[each].methods == {"GET"}
    navigations = STANDARD.sets[f"{entity}s"].navigation_by_name
    for name in (f"{entity}Lines", "dimensionSetLines", "attachments", "documentAttachments", "pdfDocument"):
        assert name in navigations


def read(api: Service, entity: str, key: object) -> Json:
    found: Json = api.get(f"{entity}s({key})?$expand=*").json
    return found


@pytest.mark.parametrize(("entity", "kind", "area"), LONG)
def test_documents_in_the_long_layout(api: Service, entity: str, kind: DocumentType, area: Area) -> None:  # 16.8
    made = making.document(kind, area, lines=2, your_reference="PO 7")
    making.document(Q if kind != Q else O, area, lines=1)
    (told,) = api.get(f"{entity}s?$expand={entity}Lines").value
    party = made.customer if area == Area.SALES else made.vendor
    who = "sellToCustomer" if area == Area.SALES else "buyFromVendor"
    assert (told["id"], told["number"], told["status"]) == (str(made.pk), made.no, "Open")
    assert party is not None and (told[f"{who}Number"], told[f"{who}Name"]) == (party.no, party.name)
    assert told["currencyCode"] and told["shortcutDimension1Code"] == ""
    first, second = told[f"{entity}Lines"]
    assert (first["sequence"], second["sequence"], first["lineType"]) == (10000, 20000, "Item")
    assert (first["documentNumber"], first["quantity"], first["outstandingQuantity"]) == (made.no, 2, 2)
    assert first["documentType"] == {B: "Blanket_x0020_Order", Q: "Quote", R: "Return_x0020_Order"}[kind]
    whole = read(api, entity, made.pk)
    assert (whole["attachments"], whole["dimensionSetLines"]) == ([], [])
    assert api.get(f"{entity}s(number='{made.no}')").status == 200
    assert api.post(f"{entity}s", {}).status == api.delete(f"{entity}s({made.pk})").status == 405
    line = api.get(f"{entity}Lines({first['id']})/{entity}").json
    assert line["number"] == made.no


@pytest.mark.parametrize(("entity", "kind", "area"), ARCHIVES)
def test_versions_in_the_long_layout(api: Service, entity: str, kind: DocumentType, area: Area) -> None:  # 16.8
    made = making.document(kind, area, lines=1)
    archive(made)
    making.line(Document.objects.get(pk=made.pk))
    archive(made)
    old, new = api.get(f"{entity}s?$expand={entity}Lines&$orderby=versionNumber").value
    assert [(each["number"], each["docNoOccurrence"], each["versionNumber"]) for each in (old, new)] == [
        (made.no, 1, 1),
        (made.no, 1, 2),
    ]
    assert old["dateArchived"] > "2026" and old["status"] == "Open"
    assert (len(old[f"{entity}Lines"]), len(new[f"{entity}Lines"])) == (1, 2)
    line = old[f"{entity}Lines"][0]
    assert line["amountIncludingVAT"] == line["amount"] * 1.25 and line["versionNumber"] == 1
    key = f"number='{made.no}',docNoOccurrence=1,versionNumber=2"
    assert api.get(f"{entity}s({key})").json["id"] == new["id"]


def test_quantities_are_called_as_they_move(api: Service) -> None:  # 16.8
    order = making.document(R, lines=1)
    records.change(order.lines.get(), {"qty_to_ship_or_receive": 1, "qty_to_invoice": 0})
    post(order, invoice=False)
    line = api.get(f"salesReturnOrders({order.pk})/salesReturnOrderLines").value[0]
    assert (line["returnQtyReceived"], line["returnQtyToReceive"], line["outstandingQuantity"]) == (1, 1, 1)


def test_shipments_and_receipts_with_their_lines(api: Service) -> None:  # 16.8
    order = making.document(lines=1, your_reference="PO 7", ship_to_city="Oslo", external_document_no="E1")
    shipment = post(order)[0]
    (told,) = api.get("salesShipments?$expand=salesShipmentLines,customer").value
    assert (told["id"], told["number"], told["orderNumber"]) == (str(shipment.pk), shipment.no, order.no)
    assert order.customer is not None
    assert (told["customerNumber"], told["customerName"]) == (order.customer.no, order.customer.name)
    assert (told["customerPurchaseOrderReference"], told["shipToCity"]) == ("PO 7", "Oslo")
    assert told["externalDocumentNumber"] == "E1" and told["customer"]["number"] == order.customer.no
    (line,) = told["salesShipmentLines"]
    assert (line["documentId"], line["sequence"], line["quantity"]) == (told["id"], 10000, 2)
    bought = making.document(area=Area.PURCHASE, lines=1)
    post(bought)
    (told,) = api.get("purchaseReceipts?$expand=purchaseReceiptLines").value
    assert bought.vendor is not None
    assert (told["vendorNumber"], told["payToVendorNumber"]) == (bought.vendor.no, bought.vendor.no)
    assert told["orderNumber"] == bought.no and "vendorId" not in told
    assert told["purchaseReceiptLines"][0]["unitCost"] == 60
    assert api.get("salesShipmentLines").status == 400
    assert api.post("salesShipments", {}).status == 405


def test_shipment_posted_elsewhere_tells_whose_it_is(api: Service) -> None:  # 16.8, 17.11
    buyer = making.customer()
    PostedDocument.objects.create(
        kind=PostedKind.SALES_SHIPMENT, no="X1", customer=buyer, posting_date="2026-03-01", order_no="SO9"
    )
    (told,) = api.get("salesShipments").value
    assert (told["customerNumber"], told["billToCustomerNumber"]) == (buyer.no, buyer.no)
    assert (told["customerName"], told["orderNumber"], told["sellToCity"]) == (buyer.name, "SO9", "")


def test_exchange_rates(crm: Service) -> None:  # I-135
    made = crm.made("exchangeRates", {"currencyCode": "USD", "startingDate": "2026-01-01", "rate": 10.5})
    assert (made["currencyCode"], made["rate"]) == ("USD", 10.5)
    below = crm.made("currencies(code='USD')/exchangeRates", {"startingDate": "2026-02-01", "rate": 11})
    assert [each["id"] for each in crm.get("exchangeRates").value] == [made["id"], below["id"]]
    assert crm.get("exchangeRates(currencyCode='USD',startingDate=2026-02-01)").json["rate"] == 11
    for body, field in (
        ({"currencyCode": "USD", "startingDate": "2026-03-01", "rate": 0}, "rate"),
        ({"startingDate": "2026-03-01", "rate": 1}, "currencyCode"),
        ({"currencyCode": "USD", "startingDate": "2026-02-01", "rate": 1}, ""),
    ):
        refused = crm.post("exchangeRates", body)
        assert refused.status == 400 and (not field or refused.target == field), refused.content
