"""Documents over the CRM service (17.9)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.api.conftest import Service
from tests.documents import making
from tuttava.documents.models import Area, DocumentType

pytestmark = pytest.mark.usefixtures("company")


def lines(sold: str, quantity: int = 2) -> list[dict[str, object]]:
    return [{"lineType": "Item", "no": sold, "quantity": quantity}, {"description": "Free delivery"}]


def test_document_with_lines_is_made_in_one_request(crm: Service) -> None:  # A-63, I-131, I-132
    buyer, sold = making.customer(), making.item("100")
    made = crm.made(
        "salesDocuments?$expand=salesDocumentLines",
        {"documentType": "Order", "sellToCustomerNo": buyer.no, "salesDocumentLines": lines(sold.no)},
    )
    assert (made["documentType"], made["status"], made["no"]) == ("Order", "Open", made["no"])
    assert made["name"] == "Fjord AS" and made["billToCustomerNo"] == buyer.no
    assert made["sellToContactNo"] == made["billToContactNo"] != ""
    found = made["salesDocumentLines"]
    assert [each["lineNo"] for each in found] == [10000, 20000]
    assert [each["lineType"] for each in found] == ["Item", "Text"]
    assert (found[0]["lineAmount"], found[0]["amountIncludingVat"]) == (200, 250)
    again = crm.get(f"salesDocuments(documentType='Order',no='{made['no']}')").json
    assert (again["amount"], again["amountIncludingVat"], again["archivedVersionNo"]) == (200, 250, 0)


def test_quote_may_be_for_a_contact_alone(crm: Service) -> None:  # I-131, 17.9
    who = making.person()
    made = crm.made("salesDocuments", {"documentType": "Quote", "sellToContactNo": who.no})
    assert (made["sellToCustomerNo"], made["sellToContactNo"], made["billToContactNo"]) == ("", who.no, who.no)
    refused = crm.post(f"salesDocuments({made['id']})/Microsoft.NAV.release")
    assert (refused.status, refused.code, refused.domain_code) == (
        400,
        "Application_DialogException",
        "account_required",
    )


def test_release_locks_and_reopen_unlocks(crm: Service) -> None:  # I-133
    made = making.document(lines=1)
    path = f"salesDocuments({made.pk})"
    assert crm.post(f"{path}/Microsoft.NAV.release").json["status"] == "Released"
    assert crm.patch(path, {"yourReference": "Ola"}).domain_code == "document_released"
    line = crm.get(f"{path}/salesDocumentLines").value[0]
    assert crm.patch(f"salesDocumentLines({line['id']})", {"quantity": 3}).domain_code == "document_released"
    assert crm.post(f"{path}/Microsoft.NAV.reopen").json["status"] == "Open"
    assert crm.patch(f"salesDocumentLines({line['id']})", {"quantity": 3}).json["lineAmount"] == 300


def test_changing_a_line_changes_the_tag_of_its_document(crm: Service) -> None:
    made = making.document(lines=1)
    before = crm.get(f"salesDocuments({made.pk})").headers["ETag"]
    line = crm.get(f"salesDocuments({made.pk})/salesDocumentLines").value[0]
    assert crm.patch(f"salesDocumentLines({line['id']})", {"quantity": 5}).status == 200
    assert crm.get(f"salesDocuments({made.pk})").headers["ETag"] != before


def test_nothing_to_release_is_refused(crm: Service) -> None:  # I-133
    made = making.document()
    assert crm.post(f"salesDocuments({made.pk})/Microsoft.NAV.release").domain_code == "nothing_to_release"


def test_post_answers_what_was_made(crm: Service) -> None:  # I-135
    made = making.document(lines=1)
    answer = crm.post(f"salesDocuments({made.pk})/Microsoft.NAV.post", {"ship": True, "invoice": True})
    assert [each["kind"] for each in answer.value] == ["SalesShipment", "SalesInvoice"]
    assert answer.value[1]["orderNo"] == made.no
    assert crm.get(f"salesDocuments({made.pk})").status == 404
    lines = crm.get(f"postedDocuments({answer.value[1]['id']})/postedDocumentLines").value
    assert lines[0]["quantity"] == 2


def test_a_shipped_order_is_invoiced_later(crm: Service) -> None:  # I-135
    made = making.document(lines=1)
    path = f"salesDocuments({made.pk})/Microsoft.NAV.post"
    assert [each["kind"] for each in crm.post(path, {"invoice": False}).value] == ["SalesShipment"]
    assert [each["kind"] for each in crm.post(path, {"ship": False}).value] == ["SalesInvoice"]


def test_nothing_to_post_is_refused(crm: Service) -> None:  # I-135
    made = making.document(DocumentType.QUOTE, lines=1)
    assert crm.post(f"salesDocuments({made.pk})/Microsoft.NAV.post").domain_code == "nothing_to_post"


def test_quote_becomes_order(crm: Service) -> None:  # I-134
    made = making.document(DocumentType.QUOTE, lines=1)
    answer = crm.post(f"salesDocuments({made.pk})/Microsoft.NAV.makeOrder")
    assert (answer.json["documentType"], answer.json["quoteNo"]) == ("Order", made.no)
    assert answer.headers["Location"].endswith(f"salesDocuments({answer.json['id']})")
    assert crm.get(f"salesDocuments({made.pk})").status == 404


def test_archived_version_is_restored(crm: Service) -> None:  # I-138, I-140
    made = making.document(lines=1)
    path = f"salesDocuments({made.pk})"
    version = crm.post(f"{path}/Microsoft.NAV.archive").json
    assert (version["area"], version["no"], version["versionNo"]) == ("Sales", made.no, 1)
    line = crm.get(f"{path}/salesDocumentLines").value[0]
    crm.patch(f"salesDocumentLines({line['id']})", {"quantity": 9})
    back = crm.post(f"documentArchives({version['id']})/Microsoft.NAV.restore")
    assert (back.status, back.json["no"], back.json["amount"]) == (200, made.no, 200)
    assert back.json["@odata.context"].endswith("/salesDocuments/$entity")
    assert crm.get(f"{path}?$expand=documentArchives").json["documentArchives"][0]["versionNo"] == 1
    found = crm.get(f"documentArchives({version['id']})?$expand=documentArchiveLines").json
    assert found["documentArchiveLines"][0]["quantity"] == 2


def test_each_area_has_its_own_names(crm: Service) -> None:  # 17.9, A-110
    bought = making.document(area=Area.PURCHASE, lines=1)
    found = crm.get(f"purchaseDocuments({bought.pk})").json
    assert found["buyFromVendorNo"] == found["payToVendorNo"] == bought.vendor.no
    assert "serviceStatus" not in found and "sellToCustomerNo" not in found
    assert crm.get(f"salesDocuments({bought.pk})").status == 404
    buyer = making.customer()
    made = crm.made(
        "serviceDocuments?$expand=serviceItemLines",
        {
            "documentType": "Order",
            "customerNo": buyer.no,
            "description": "Pump leaks",
            "serviceItemLines": [{"serviceItemNo": "P-1", "description": "Pump"}],
        },
    )
    assert (made["serviceStatus"], made["notifyCustomer"], made["contactNo"]) == (
        "Pending",
        "No",
        made["billToContactNo"],
    )
    assert made["serviceItemLines"][0]["lineNo"] == 10000


def test_lines_and_comments_take_the_number_of_their_document(crm: Service) -> None:
    made, sold = making.document(), making.item()
    line = crm.made(
        "salesDocumentLines",
        {"documentType": "Order", "documentNo": made.no, "lineType": "Item", "no": sold.no, "quantity": 1},
    )
    assert (line["documentId"], line["itemId"], line["description"]) == (str(made.pk), str(sold.pk), "Chair")
    remark = crm.made(f"salesDocuments({made.pk})/salesDocumentComments", {"comment": "Call first"})
    assert (remark["documentNo"], remark["documentLineNo"], remark["lineNo"]) == (made.no, 0, 10000)
    other = making.document(area=Area.PURCHASE)
    refused = crm.post("salesDocumentLines", {"documentId": str(other.pk)})
    assert (refused.status, refused.code) == (400, "Internal_InvalidTableRelation")
    assert crm.post("salesDocumentLines", {"description": "x"}).domain_code == "field_required"


def test_setup_names_series_and_what_is_archived(crm: Service) -> None:  # I-138, 17.9
    setup = crm.get("documentSetup").value[0]
    assert (setup["salesOrderNos"], setup["postedSalesInvoiceNos"]) == ("S-ORD", "S-INV+")
    assert (setup["salesArchiveQuotes"], setup["storePrintedDocuments"]) == ("Always", True)
    changed = crm.patch(f"documentSetup({setup['id']})", {"salesArchiveQuotes": "Question"})
    assert changed.json["salesArchiveQuotes"] == "Question"


def test_contacts_to_choose_start_with_the_primary_one(crm: Service) -> None:  # C-68
    hub = making.company()
    who = making.person(hub)
    made = making.document(customer_id=making.customer(hub).pk)
    answer = crm.get(f"salesDocuments({made.pk})/Microsoft.NAV.contactChoices()")
    assert {each["no"] for each in answer.value} == {hub.no, who.no}


def test_total_follows_the_discount(crm: Service) -> None:
    made = making.document(lines=1)
    changed = crm.patch(f"salesDocuments({made.pk})", {"invoiceDiscountAmount": 20}).json
    assert Decimal(str(changed["amount"])) == Decimal(180)
