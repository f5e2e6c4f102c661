"""Printing, mailing and posting documents over the CRM service, and what contacts lead to (17.1, 17.9)."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.api.conftest import Service
from tests.documents.making import company, customer, document, person
from tuttava.documents.models import Area, Document, DocumentArchive, DocumentType
from tuttava.documents.posting import post
from tuttava.documents.printing import actions
from tuttava.foundation.attachments import attachments_of
from tuttava.foundation.models import AttachmentParent, DocumentAttachment, OutboxMail
from tuttava.interactions.models import InteractionLogEntry

pytestmark = pytest.mark.usefixtures("company")
PAPER = b"%PDF-1.7 a document"


@pytest.fixture(autouse=True)
def quick_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting a page has its own tests."""
    monkeypatch.setattr(actions, "pdf", lambda _papers: PAPER)


def order() -> Document:
    return document(customer_id=customer(company("Fjord AS", email="post@fjord.example")).pk, lines=1)


def printed(made: Document) -> int:
    made.refresh_from_db()
    return made.no_printed


def test_print_is_a_file_and_is_logged(crm: Service) -> None:  # I-118, I-119, I-137
    made = order()
    path = f"salesDocuments({made.pk})/Microsoft.NAV.print"
    previewed = crm.post(path, {"preview": True})
    assert (previewed.content, printed(made), InteractionLogEntry.objects.count()) == (PAPER, 0, 0)
    answer = crm.post(path, {"archive": False, "copies": 1, "internalInformation": True})
    assert (answer.status, answer.content, answer.headers["content-type"]) == (200, PAPER, "application/pdf")
    assert f"{made.no}.pdf" in answer.headers["content-disposition"]
    assert (printed(made), InteractionLogEntry.objects.count(), DocumentArchive.objects.count()) == (1, 1, 0)
    assert crm.post(path, {"logInteraction": False}).status == 200
    assert (printed(made), InteractionLogEntry.objects.count(), DocumentArchive.objects.count()) == (2, 1, 1)


def test_several_documents_are_printed_as_one_file(crm: Service) -> None:  # I-120, A-115
    ids = [str(order().pk) for _each in range(2)]
    answer = crm.post("salesDocuments/Microsoft.NAV.print", {"ids": ids})
    assert len(zipfile.ZipFile(io.BytesIO(answer.content)).namelist()) == 2
    assert InteractionLogEntry.objects.count() == 2
    bought = document(area=Area.PURCHASE, lines=1)
    assert crm.post("salesDocuments/Microsoft.NAV.print", {"ids": [str(bought.pk)]}).status == 400


def test_version_is_printed_without_a_trace(crm: Service) -> None:  # I-139
    made = order()
    crm.post(f"salesDocuments({made.pk})/Microsoft.NAV.archive")
    version = DocumentArchive.objects.get()
    assert crm.post(f"documentArchives({version.pk})/Microsoft.NAV.print").content == PAPER
    assert not InteractionLogEntry.objects.exists()


def test_mail_says_what_the_caller_wants(crm: Service) -> None:  # I-136
    made = order()
    path = f"salesDocuments({made.pk})/Microsoft.NAV.sendByEmail"
    assert crm.post(path, {"to": "kari@fjord.example", "subject": "Yours", "body": "Hello"}).status == 204
    sent = OutboxMail.objects.get()
    assert (sent.to, sent.subject, sent.body_text) == (["kari@fjord.example"], "Yours", "Hello")
    assert (sent.related_set, sent.related_id) == ("salesDocuments", made.pk)
    assert InteractionLogEntry.objects.get().correspondence_type == "email"
    assert crm.post(path, {"logInteraction": False}).status == 204
    assert InteractionLogEntry.objects.count() == 1
    nobody = document(lines=1)
    refused = crm.post(f"salesDocuments({nobody.pk})/Microsoft.NAV.sendByEmail")
    assert (refused.status, refused.domain_code) == (400, "email_address_missing")


def test_posting_prints_and_sends_what_was_posted(crm: Service) -> None:  # I-120, I-135
    made = crm.post(f"salesDocuments({order().pk})/Microsoft.NAV.post", {"print": True, "send": True})
    assert [each["kind"] for each in made.value] == ["SalesShipment", "SalesInvoice"]
    assert [each["noPrinted"] for each in made.value] == [2, 2]
    assert (OutboxMail.objects.count(), InteractionLogEntry.objects.count()) == (2, 4)


def test_posted_document_tells_its_header_and_is_tracked(crm: Service) -> None:  # 17.9
    assert "@odata.deltaLink" in crm.get("postedDocuments", prefer="odata.track-changes").json
    sold = order()
    post(sold)
    invoice = crm.get("postedDocuments?$filter=kind eq 'SalesInvoice'").value[0]
    assert (invoice["name"], invoice["billToName"]) == ("Fjord AS", "Fjord AS")
    assert invoice["accountNo"] == invoice["sellToCustomerNo"] == sold.customer.no
    path = f"postedDocuments({invoice['id']})/Microsoft.NAV.print"
    assert crm.post(path).content == PAPER
    assert crm.get(f"postedDocuments({invoice['id']})").json["noPrinted"] == 1


def test_posted_document_of_the_feed_has_a_blank_header(crm: Service, sign_in: object) -> None:  # 17.9, 17.11
    from tuttava.trade.models import PostedDocument

    PostedDocument.objects.create(kind="sales_invoice", no="F1", customer=customer(), posting_date="2026-01-01")
    found = crm.get("postedDocuments(kind='SalesInvoice',no='F1')").json
    assert (found["sellToCustomerNo"], found["billToName"]) == ("", "")


def test_contact_leads_to_its_documents_and_begins_quotes(crm: Service) -> None:  # B-91, 17.1
    hub = company()
    who = person(hub)
    made = crm.post(f"contacts({who.pk})/Microsoft.NAV.createSalesQuote")
    assert (made.status, made.json["documentType"], made.json["sellToContactNo"]) == (200, "Quote", who.no)
    assert made.headers["location"].endswith(f"salesDocuments({made.json['id']})")
    bought = crm.post(f"contacts({who.pk})/Microsoft.NAV.createPurchaseQuote").json
    assert bought["buyFromContactNo"] == who.no
    for contact in (who, hub):
        found = crm.get(f"contacts({contact.pk})/documents").value
        assert {(each["area"], each["no"]) for each in found} == {
            ("Sales", made.json["no"]),
            ("Purchase", bought["no"]),
        }
    expanded = crm.get(f"contacts({hub.pk})?$expand=documents").json
    assert len(expanded["documents"]) == 2


def test_interaction_and_opportunity_of_a_document(crm: Service) -> None:  # 17.9, O-64
    made = order()
    draft = crm.post(f"salesDocuments({made.pk})/Microsoft.NAV.createInteraction").json
    assert made.account_contact is not None and draft["contactNo"] == made.account_contact.no
    assert crm.post(f"salesDocuments({made.pk})/Microsoft.NAV.createTask", {"subject": "Call"}).status == 501
    refused = crm.post(f"salesDocuments({made.pk})/Microsoft.NAV.assignOpportunity", {"opportunityNo": "OP9"})
    assert refused.code == "Internal_InvalidTableRelation"


def test_files_follow_from_quote_to_invoice() -> None:  # I-134, A-86
    from tuttava.documents.converting import make_order

    quote = document(DocumentType.QUOTE, customer_id=customer().pk, lines=1)
    DocumentAttachment.objects.create(parent_kind="sales_quote", parent_id=quote.pk, file_name="plan.pdf")
    made = make_order(quote)
    assert attachments_of(AttachmentParent.SALES_ORDER, [made.pk]).get().file_name == "plan.pdf"
    posted = post(made)
    assert attachments_of(AttachmentParent.SALES_INVOICE, [posted[-1].pk]).get().file_name == "plan.pdf"
