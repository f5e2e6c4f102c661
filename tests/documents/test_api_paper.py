"""Paper, mail and files of documents over the standard service (A-86, A-87, section 14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from tests.api.conftest import Json, Service
from tests.documents import making
from tuttava.documents import statements
from tuttava.documents.archiving import archive
from tuttava.documents.models import Area, Document, DocumentType
from tuttava.documents.posting import post
from tuttava.documents.printing import actions
from tuttava.documents.printing.typesetting import Paper
from tuttava.foundation import records
from tuttava.foundation.models import DocumentAttachment, OutboxMail
from tuttava.interactions.models import InteractionLogEntry
from tuttava.trade.models import PostedDocument

pytestmark = pytest.mark.usefixtures("company")

PAPER = b"%PDF-1.7 a document"
CONTENT = "pdfDocument/pdfDocumentContent"


@pytest.fixture
def quick_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting a page has its own tests."""
    for module in (actions, statements):
        monkeypatch.setattr(module, "pdf", lambda _papers: PAPER)


def draft(kind: DocumentType = DocumentType.INVOICE, area: Area = Area.SALES, **values: object) -> Document:
    return making.document(kind, area, lines=1, e_mail="kari@fjord.example", **values)


def do(api: Service, path: str, action: str) -> str:
    answer = api.post(f"{path}/Microsoft.NAV.{action}")
    assert (answer.status, answer.content) == (204, b""), answer.content
    return str(answer.headers["Location"])


def mails() -> list[OutboxMail]:
    return list(OutboxMail.objects.order_by("pk"))


def printed(no: str) -> int:
    return PostedDocument.objects.get(no=no).no_printed


def test_quote_is_read_as_pdf(api: Service) -> None:
    made = draft(DocumentType.QUOTE)
    path = f"salesQuotes({made.pk})/pdfDocument"
    told = api.get(path).json
    assert (told["id"], told["parentId"], told["parentType"]) == (str(made.pk), str(made.pk), "Sales_x0020_Quote")
    assert told["pdfDocumentContent@odata.mediaReadLink"].endswith(f"{path}/pdfDocumentContent")
    first = api.get(f"{path}/pdfDocumentContent")
    assert (first.status, first.headers["Content-Type"]) == (200, "application/pdf")
    assert first.content.startswith(b"%PDF") and made.no in first.headers["Content-Disposition"]
    for other in (f"{path}({made.pk})/pdfDocumentContent", f"{path}/content", f"{path}/$value"):
        assert api.get(other).content == first.content
    again = api.get(f"{path}/content", if_none_match=first.headers["ETag"])
    assert again.status == 304
    expanded = api.get(f"salesQuotes({made.pk})?$expand=pdfDocument").json
    assert expanded["pdfDocument"]["parentId"] == str(made.pk)
    assert api.get(f"{path}/salesQuote").json["number"] == made.no


@pytest.mark.usefixtures("quick_paper")
def test_paper_has_no_life_without_its_document(api: Service) -> None:
    made = draft(DocumentType.QUOTE)
    for path in ("pdfDocument", f"pdfDocument({made.pk})", f"pdfDocument({made.pk})/pdfDocumentContent"):
        assert (api.get(path).status, api.get(path).code) == (400, "Application_DialogException")
    assert api.patch(f"salesQuotes({made.pk})/{CONTENT}", b"x").status == 400


@pytest.mark.usefixtures("quick_paper")
def test_reading_a_posted_invoice_is_a_print(api: Service) -> None:  # A-87, I-118
    made = draft()
    path = f"salesInvoices({made.pk})"
    assert api.get(f"{path}/{CONTENT}").content == PAPER
    assert not InteractionLogEntry.objects.exists()
    do(api, path, "post")
    no = api.get(path).json["number"]
    assert api.get(f"{path}/{CONTENT}").content == PAPER
    entry = InteractionLogEntry.objects.get()
    assert (entry.document_type, entry.document_no, printed(no)) == ("sales_invoice", no, 1)


@pytest.mark.usefixtures("quick_paper")
def test_who_does_not_take_the_paper_away_prints_nothing(api: Service) -> None:
    (posted,) = post(draft())
    path = f"salesInvoices({posted.pk})/{CONTENT}"
    tag = api.call("HEAD", path).headers["ETag"]
    assert api.get(path, if_none_match=tag).status == 304
    assert api.get(path, range="bytes=4-").status == 206
    assert api.get(f"salesInvoices({posted.pk})?$expand=pdfDocument").status == 200
    assert printed(posted.no) == 0
    assert api.get(path, range="bytes=0-3").content == PAPER[:4]
    assert printed(posted.no) == 1


@pytest.mark.usefixtures("quick_paper")
@pytest.mark.parametrize(
    ("name", "kind", "area"),
    [
        ("salesCreditMemos", DocumentType.CREDIT_MEMO, Area.SALES),
        ("purchaseInvoices", DocumentType.INVOICE, Area.PURCHASE),
        ("purchaseCreditMemos", DocumentType.CREDIT_MEMO, Area.PURCHASE),
    ],
)
def test_some_have_a_paper_only_once_they_are_posted(
    api: Service, name: str, kind: DocumentType, area: Area
) -> None:
    path = f"{name}({draft(kind, area).pk})"
    refused = api.get(f"{path}/{CONTENT}")
    assert (refused.status, refused.domain_code) == (400, "document_not_posted")
    do(api, path, "post")
    assert api.get(f"{path}/{CONTENT}").content == PAPER


def test_paper_is_in_the_documents_language_else_in_that_asked_for(
    api: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken: list[str] = []

    def listen(papers: Sequence[Paper]) -> bytes:
        spoken.append(papers[0].locale.language)
        return PAPER

    monkeypatch.setattr(actions, "pdf", listen)
    path = f"salesQuotes({draft(DocumentType.QUOTE).pk})"
    Document.objects.update(language_code=None)
    for asked in ("nb", "fi", "xx"):
        api.get(f"{path}/{CONTENT}", accept_language=asked)
    Document.objects.update(language_code="nl")
    api.get(f"{path}/{CONTENT}", accept_language="fi")
    assert spoken == ["nb", "fi", "en", "nl"]


@pytest.mark.usefixtures("quick_paper")
def test_statement_of_a_customers_person(api: Service) -> None:  # 16.3
    hub = making.company()
    buyer, kari = making.customer(hub), making.person(hub)
    path = f"customerContacts({kari.pk})/pdfDocument"
    assert api.get(path).json["parentType"] == "Customer_x0020_Statement"
    assert api.get(f"{path}/content").content == PAPER
    buyer.refresh_from_db()
    assert buyer.last_statement_no == 0


@pytest.mark.usefixtures("quick_paper")
def test_versions_orders_and_returns_have_paper(api: Service) -> None:  # 16.8
    order = draft(DocumentType.ORDER)
    version = archive(order)
    back = draft(DocumentType.RETURN_ORDER)
    bought = draft(DocumentType.ORDER, Area.PURCHASE)
    shipment = post(order)[0]
    for path in (
        f"salesOrderArchives({version.pk})",
        f"salesReturnOrders({back.pk})",
        f"purchaseOrders({bought.pk})",
        f"salesShipments({shipment.pk})",
    ):
        assert api.get(f"{path}/{CONTENT}").content == PAPER, path
        assert api.get(f"{path}?$expand=pdfDocument").json["pdfDocument"]["parentId"] in path


@pytest.mark.usefixtures("quick_paper")
def test_paper_of_posted_documents_in_the_crm_service(crm: Service) -> None:  # 17.9
    (posted,) = post(draft())
    assert crm.get(f"postedDocuments({posted.pk})/{CONTENT}").content == PAPER
    assert printed(posted.no) == 1
    statements.print_statements([making.customer()], (dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
    (told,) = crm.get("customerStatements?$expand=pdfDocument").value
    assert told["pdfDocument"]["parentType"] == "CustomerStatement"
    assert crm.get(f"customerStatements({told['id']})/{CONTENT}").content == PAPER


# -- mail ------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick_paper")
def test_quote_is_sent(api: Service) -> None:  # section 14, I-136
    made = draft(DocumentType.QUOTE)
    path = f"salesQuotes({made.pk})"
    assert do(api, path, "send").endswith(path)
    told = api.get(path).json
    assert told["status"] == "Sent" and told["sentDate"] > "2026"
    (mail,) = mails()
    assert mail.to == ["kari@fjord.example"] and made.no in mail.subject
    assert InteractionLogEntry.objects.get().document_type == "sales_quote"


@pytest.mark.usefixtures("quick_paper")
def test_nothing_is_sent_without_an_address(api: Service) -> None:  # section 14
    quote, invoice = making.document(DocumentType.QUOTE, lines=1), making.document(DocumentType.INVOICE, lines=1)
    (posted,) = post(making.document(DocumentType.INVOICE, lines=1))
    for path, action in (
        (f"salesQuotes({quote.pk})", "send"),
        (f"salesInvoices({invoice.pk})", "send"),
        (f"salesInvoices({invoice.pk})", "postAndSend"),
        (f"salesInvoices({posted.pk})", "cancelAndSend"),
    ):
        refused = api.post(f"{path}/Microsoft.NAV.{action}")
        assert (refused.status, refused.domain_code) == (400, "email_address_missing"), action
    assert api.get(f"salesInvoices({invoice.pk})").json["status"] == "Draft"
    assert api.get(f"salesInvoices({posted.pk})").json["status"] == "Open"
    assert mails() == []


@pytest.mark.usefixtures("quick_paper")
def test_invoice_is_sent_as_draft_posted_and_canceled(api: Service) -> None:  # section 14
    path = f"salesInvoices({draft().pk})"
    do(api, path, "send")
    assert InteractionLogEntry.objects.get().document_type == "sales_draft_invoice"
    assert do(api, path, "postAndSend").endswith(path)
    do(api, path, "send")
    assert do(api, path, "cancelAndSend").endswith(path)
    posted = api.get(path).json
    assert posted["status"] == "Canceled"
    do(api, path, "send")
    assert len(mails()) == 5 and printed(posted["number"]) == 4
    assert "cancel" in mails()[3].subject.lower() and posted["number"] in mails()[3].subject
    for action, code in (("postAndSend", "document_posted"), ("cancelAndSend", "document_canceled")):
        refused = api.post(f"{path}/Microsoft.NAV.{action}")
        assert (refused.status, refused.domain_code) == (400, code)
    assert len(mails()) == 5


@pytest.mark.usefixtures("quick_paper")
def test_credit_memo_is_sent_once_it_is_posted(api: Service) -> None:  # section 14
    path = f"salesCreditMemos({draft(DocumentType.CREDIT_MEMO).pk})"
    for action in ("send", "cancelAndSend"):
        assert api.post(f"{path}/Microsoft.NAV.{action}").domain_code == "document_not_posted"
    do(api, path, "postAndSend")
    do(api, path, "send")
    assert len(mails()) == 2
    assert api.post(f"{path}/Microsoft.NAV.cancelAndSend").domain_code == "document_not_corrective"


@pytest.mark.usefixtures("quick_paper")
def test_corrective_credit_memo_is_canceled_and_sent(api: Service) -> None:  # section 14
    invoice = f"salesInvoices({draft().pk})"
    do(api, invoice, "post")
    memo = do(api, invoice, "makeCorrectiveCreditMemo")
    do(api, memo, "post")
    do(api, memo, "cancelAndSend")
    assert api.get(memo).json["status"] == "Canceled"
    assert api.get(invoice).json["status"] == "Open"
    assert len(mails()) == 1


# -- files -----------------------------------------------------------------------------------------------------------


def file(api: Service, parent: object, kind: str, name: str = "plan.pdf") -> Json:
    return api.made("attachments", {"parentId": str(parent), "parentType": kind, "fileName": name})


KINDS = [
    ("salesOrder", DocumentType.ORDER, Area.SALES),
    ("salesQuote", DocumentType.QUOTE, Area.SALES),
    ("salesCreditMemo", DocumentType.CREDIT_MEMO, Area.SALES),
    ("salesInvoice", DocumentType.INVOICE, Area.SALES),
    ("purchaseInvoice", DocumentType.INVOICE, Area.PURCHASE),
    ("purchaseOrder", DocumentType.ORDER, Area.PURCHASE),
    ("purchaseCreditMemo", DocumentType.CREDIT_MEMO, Area.PURCHASE),
]


@pytest.mark.parametrize(("entity", "kind", "area"), KINDS)
def test_files_of_every_document(api: Service, entity: str, kind: DocumentType, area: Area) -> None:
    made = making.document(kind, area)
    words = f"{area.value} {kind.value.replace('_', ' ')}".title()
    given = file(api, made.pk, words)
    assert set(given) >= {"id", "parentId", "parentType", "fileName", "byteSize", "lastModifiedDateTime"}
    assert "lineNumber" not in given
    assert api.patch(f"attachments({given['id']})/attachmentContent", b"%PDF-1.7").status == 204
    posted = api.made(f"{entity}s({made.pk})/attachments", {"fileName": "more.txt"})
    assert posted["parentType"] == words.replace(" ", "_x0020_")
    for path in (
        f"attachments?$filter=parentId eq {made.pk}",
        f"attachments?$filter=parentId eq {made.pk} and parentType eq '{words}'",
        f"{entity}s({made.pk})/attachments",
        f"{entity}s({made.pk})/documentAttachments",
    ):
        assert [each["fileName"] for each in api.get(path).value] == ["plan.pdf", "more.txt"], path
    owner = api.get(f"attachments({given['id']})/{entity}")
    assert (owner.status, owner.json["number"]) == (200, made.no)
    both = api.get(f"{entity}s({made.pk})?$expand=attachments,documentAttachments").json
    assert len(both["attachments"]) == len(both["documentAttachments"]) == 2


def test_files_of_others_are_not_among_those_of_documents(api: Service) -> None:
    buyer = making.customer()
    body = {"parentId": str(buyer.pk), "parentType": "Customer", "fileName": "a.txt"}
    for refused in (
        api.post("attachments", body),
        api.get(f"attachments?$filter=parentId eq {buyer.pk} and parentType eq 'Customer'"),
    ):
        assert (refused.status, refused.domain_code) == (400, "attachment_parent_unsupported")
        assert "documentAttachments" in refused.json["error"]["message"]
    api.made("documentAttachments", body)
    assert api.get(f"attachments?$filter=parentId eq {buyer.pk}").value == []


def test_parent_of_a_file_stays_and_its_name_and_content_change_alone(api: Service) -> None:
    made = making.document()
    given = file(api, made.pk, "Sales Order", "a/b:c")
    assert given["fileName"] == "filename.txt"
    path = f"attachments({given['id']})"
    api.patch(f"{path}/attachmentContent", b"Hei")
    assert api.patch(path, {"fileName": "new.txt"}).json["byteSize"] == 3
    for name, value in (("parentId", str(made.customer_id)), ("parentType", "Sales Quote"), ("id", str(made.pk))):
        refused = api.patch(path, {name: value})
        assert (refused.status, refused.code) == (400, "Application_DialogException")
    assert api.get(f"{path}/attachmentContent").content == b"Hei"


def test_files_of_a_draft_are_those_of_the_posted_document(api: Service) -> None:
    made = making.document(DocumentType.INVOICE, lines=1)
    given = file(api, made.pk, "Sales Invoice")
    do(api, f"salesInvoices({made.pk})", "post")
    assert api.get(f"salesInvoices({made.pk})/attachments").value[0]["id"] == given["id"]
    records.delete(making.document(DocumentType.INVOICE))
    assert DocumentAttachment.objects.filter(parent_id=made.pk).count() == 1
