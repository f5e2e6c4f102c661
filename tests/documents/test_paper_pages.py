"""Documents on paper from the browser: looked at, printed, mailed, from a card and from a list."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.documents import making
from tests.relations.pages import JSON, administrator, visitor
from tuttava.documents.archiving import archive
from tuttava.documents.converting import make_order
from tuttava.documents.models import (
    Area,
    Document,
    DocumentArchive,
    DocumentComment,
    DocumentStatus,
    DocumentType,
    ServiceItemLine,
)
from tuttava.documents.posting import post
from tuttava.foundation import jobs, records
from tuttava.foundation.directory.models import Company
from tuttava.foundation.models import DocumentAttachment
from tuttava.interactions.models import InteractionLogEntry, PrintFile
from tuttava.trade.models import PostedDocument
from tuttava.ui.lists import bulk_job

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}/documents"


def fetched(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_preview_shows_the_pages_and_records_nothing(client: Client, base: str) -> None:  # I-120
    quote = making.document(DocumentType.QUOTE, lines=1)
    shown = client.get(f"{base}/{quote.pk}/preview").content.decode()
    assert "data:image/png;base64," in shown
    assert fetched(client, f"{base}/{quote.pk}/pdf").startswith(b"%PDF")
    quote.refresh_from_db()
    assert quote.no_printed == 0
    assert not DocumentArchive.objects.exists() and not InteractionLogEntry.objects.exists()


def test_print_hands_out_the_file_and_counts_logs_and_archives_as_ticked(client: Client, base: str) -> None:  # I-137
    quote = making.document(DocumentType.QUOTE, lines=1)
    form = client.get(f"{base}/{quote.pk}/print").content.decode()
    assert 'name="log"' in form and 'name="archive"' in form
    options = {"asks_log": "1", "log": "1", "asks_archive": "1", "copies": "1"}
    done = client.post(f"{base}/{quote.pk}/print", options, headers=JSON).json()
    assert fetched(client, done["file"]).startswith(b"%PDF") and done["close"]
    assert "Printed or sent: 1" in done["parts"]["card-header"]
    assert InteractionLogEntry.objects.get().document_no == quote.no
    assert not DocumentArchive.objects.exists()
    client.post(f"{base}/{quote.pk}/print", {"asks_log": "1", "asks_archive": "1", "archive": "1"}, headers=JSON)
    assert InteractionLogEntry.objects.count() == 1 and DocumentArchive.objects.count() == 1


def test_several_ticked_documents_come_as_one_pdf_or_as_a_zip(client: Client, base: str) -> None:  # I-120
    orders = [making.document(lines=1) for _ in range(2)]
    ids = ",".join(str(order.pk) for order in orders)
    chosen = client.post(f"{base}/sales-orders/print-chosen", {"id": [order.pk for order in orders]})
    assert chosen.status_code == 302
    form = client.get(chosen.headers["Location"]).content.decode()
    assert all(order.no in form for order in orders)
    for shape, start in (("pdf", b"%PDF"), ("zip", b"PK")):
        done = client.post(f"{base}/sales-orders/print", {"ids": ids, "shape": shape}, headers=JSON).json()
        assert fetched(client, done["file"]).startswith(start)
    assert PrintFile.objects.count() == 2
    assert set(Document.objects.values_list("no_printed", flat=True)) == {2}


def test_mail_is_proposed_with_address_and_words_and_sent_once(client: Client, base: str) -> None:  # I-136
    order = making.document(lines=1, e_mail="kari@fjord.example")
    form = client.get(f"{base}/{order.pk}/send").content.decode()
    assert "kari@fjord.example" in form and order.no in form
    letter = {"to": "ola@fjord.example", "subject": "Your order", "body": "As agreed.", "asks_log": "1"}
    done = client.post(f"{base}/{order.pk}/send", letter, headers=JSON)
    assert done.status_code == 200, done.json()
    order.refresh_from_db()
    assert order.no_printed == 1


def test_mail_without_address_is_refused_at_its_field(client: Client, base: str) -> None:  # I-136
    order = making.document(lines=1)
    answer = client.post(f"{base}/{order.pk}/send", {"to": "", "subject": ""}, headers=JSON)
    assert answer.status_code == 422 and answer.json()["error"]["code"] == "email_address_missing"


def test_posting_and_printing_hands_out_what_was_posted(client: Client, base: str) -> None:  # I-120
    invoice = making.document(DocumentType.INVOICE, lines=1)
    assert client.post(f"{base}/{invoice.pk}/post-print", headers=JSON).status_code == 409
    done = client.post(f"{base}/{invoice.pk}/post-print", {"answer:q_post": "yes"}, headers=JSON).json()
    posted = PostedDocument.objects.get()
    assert done["redirect"].endswith(f"/posted/{posted.pk}") and fetched(client, done["file"]).startswith(b"%PDF")
    assert InteractionLogEntry.objects.get().document_no == posted.no


def test_version_prints_again_without_a_trace(client: Client, base: str) -> None:  # I-141
    version = archive(making.document(DocumentType.QUOTE, lines=1))
    done = client.post(f"{base}/versions/{version.pk}/print", headers=JSON).json()
    assert fetched(client, done["file"]).startswith(b"%PDF") and not InteractionLogEntry.objects.exists()


def test_reader_looks_at_a_document_and_lets_nothing_leave(company: Company, base: str) -> None:
    order = making.document(lines=1)
    reader = visitor(company, sets="CRM-READ")
    assert reader.get(f"{base}/{order.pk}/preview").status_code == 200
    assert reader.post(f"{base}/{order.pk}/print", headers=JSON).status_code == 404


def test_ticked_orders_are_released_and_posted_and_who_is_refused_stops_no_other(
    client: Client, base: str
) -> None:  # I-133, I-135
    full, empty = making.document(lines=1), making.document()
    ids = {"id": [full.pk, empty.pk], "step": "do"}
    client.post(f"{base}/sales-orders/bulk/release", ids)
    assert set(Document.objects.values_list("no", "status")) == {
        (full.no, DocumentStatus.RELEASED),
        (empty.no, DocumentStatus.OPEN),
    }
    asked = client.post(f"{base}/sales-orders/bulk/post", {"id": [full.pk]}).content.decode()
    assert "This cannot be undone." in asked
    answer = client.post(f"{base}/sales-orders/bulk/post", {**ids, "value:what": "both"}, follow=True)
    shown = answer.content.decode()
    assert PostedDocument.objects.filter(kind="sales_invoice").count() == 1 and Document.objects.get() == empty
    assert "Posted: 1." in shown and empty.no in shown and "/undo/" not in shown


def test_posted_invoice_is_corrected_and_canceled_from_its_card(client: Client, base: str) -> None:
    (posted,) = post(making.document(DocumentType.INVOICE, lines=1))
    client.post(f"{base}/posted/{posted.pk}/correct", headers=JSON)
    assert Document.objects.get().document_type == DocumentType.CREDIT_MEMO
    Document.objects.all().delete()
    assert client.post(f"{base}/posted/{posted.pk}/cancel", headers=JSON).status_code == 409
    client.post(f"{base}/posted/{posted.pk}/cancel", {"answer:q_cancel_posted": "yes"}, headers=JSON)
    assert PostedDocument.objects.filter(kind="sales_credit_memo").count() == 1
    assert "Canceled" in client.get(f"{base}/posted/{posted.pk}").content.decode()


def test_timelines_of_contact_and_document_tell_of_them(client: Client, base: str, company: Company) -> None:
    hub = making.company()
    who = making.person(hub)
    quote = making.document(DocumentType.QUOTE, customer_id=making.customer(hub).pk, account_contact_id=who.pk, lines=1)
    (posted,) = post(making.document(DocumentType.INVOICE, account_contact_id=who.pk, lines=1))
    for contact in (hub, who):
        shown = client.get(f"/c/{company.slug}/contacts/{contact.pk}/timeline?kind=document").content.decode()
        assert quote.no in shown and posted.no in shown
    client.post(f"{base}/{quote.pk}/print", {"log": "1", "asks_log": "1"}, headers=JSON)
    shown = client.get(f"{base}/{quote.pk}/timeline?kind=interaction").content.decode()
    assert quote.posting_description in shown  # I-130


def test_comments_and_items_to_service_stand_on_the_card(client: Client, base: str) -> None:
    order = making.document(area=Area.SERVICE, lines=1)
    client.post(f"{base}/{order.pk}/lists/service-items/new", {"description": "Boat engine"}, headers=JSON)
    client.post(f"{base}/{order.pk}/lists/comments/new", {"comment": "Ring before you come"}, headers=JSON)
    assert ServiceItemLine.objects.get().line_no == DocumentComment.objects.get().line_no == 10000
    shown = client.get(f"{base}/{order.pk}").content.decode()
    assert "Boat engine" in shown and "Ring before you come" in shown


def test_comment_of_another_document_is_not_shown(client: Client, base: str) -> None:
    order, other = making.document(), making.document()
    records.create(DocumentComment, {"comment": "Elsewhere"}, given={"document_id": other.pk})
    assert "Elsewhere" not in client.get(f"{base}/{order.pk}").content.decode()


def test_ticked_documents_are_mailed_each_to_its_own_address(client: Client, base: str) -> None:  # I-136
    reached, nowhere = making.document(lines=1, e_mail="kari@fjord.example"), making.document(lines=1)
    ids = {"id": [reached.pk, nowhere.pk], "step": "do"}
    shown = client.post(f"{base}/sales-orders/bulk/send", ids, follow=True).content.decode()
    assert "On their way: 1." in shown and nowhere.no in shown
    assert dict(Document.objects.values_list("no", "no_printed")) == {reached.no: 1, nowhere.no: 0}


def test_palette_finds_posted_documents(client: Client, company: Company) -> None:
    (posted,) = post(making.document(DocumentType.INVOICE, lines=1))
    shown = client.get(f"/c/{company.slug}/find/", {"q": posted.no}).content.decode()
    assert f"/documents/posted/{posted.pk}" in shown


def test_files_are_attached_fetched_taken_off_and_follow_to_the_order(client: Client, base: str) -> None:
    quote = making.document(DocumentType.QUOTE, lines=1)
    file = SimpleUploadedFile("drawing.txt", b"a lift, two floors", "text/plain")
    done = client.post(f"{base}/{quote.pk}/files", {"files": [file]}, headers=JSON).json()
    assert "drawing.txt" in done["parts"]["box-files"] and done["undo"]
    made = DocumentAttachment.objects.get()
    assert fetched(client, f"{base}/{quote.pk}/files/{made.pk}") == b"a lift, two floors"
    assert client.get(f"{base}/{making.document().pk}/files/{made.pk}").status_code == 404
    order = make_order(quote)
    assert "drawing.txt" in client.get(f"{base}/{order.pk}").content.decode()
    client.post(f"{base}/{order.pk}/files/{made.pk}/delete", headers=JSON)
    assert not DocumentAttachment.objects.exists()
    assert client.post(f"{base}/{order.pk}/files", headers=JSON).status_code == 422


def test_posting_very_many_is_a_job_that_says_who_was_refused_and_offers_no_undo(
    client: Client, base: str, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:  # I-135
    monkeypatch.setattr(bulk_job, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(bulk_job, "enqueue", jobs.run_now)
    full, empty = making.document(lines=1), making.document()
    client.post(f"{base}/sales-orders/bulk/post", {"everything": "1", "step": "do", "value:what": "both"})
    assert PostedDocument.objects.filter(kind="sales_invoice").get().order_no == full.no
    shown = client.get(f"/c/{company.slug}/jobs/").content.decode()
    assert empty.no in shown and "/undo/" not in shown
