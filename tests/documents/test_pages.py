"""Documents in the browser: lists, the card with its sheet of lines, what the buttons do."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests.documents import making
from tests.relations.pages import JSON, administrator, visitor
from tuttava.documents.archiving import archive
from tuttava.documents.lifecycle import release
from tuttava.documents.models import (
    Area,
    Document,
    DocumentArchive,
    DocumentLine,
    DocumentSetup,
    DocumentStatus,
    DocumentType,
)
from tuttava.documents.posting import post
from tuttava.documents.printing.actions import Options, print_documents
from tuttava.documents.setups import document_setup
from tuttava.foundation import records
from tuttava.foundation.directory.models import Company
from tuttava.interactions.models import InteractionLogEntry
from tuttava.trade.models import PostedDocument

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}/documents"


def page(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def enter(client: Client, base: str, document: Document, *changes: dict[str, Any]) -> dict[str, Any]:
    """Type into the sheet as the page does; what it answers."""
    answer = client.post(f"{base}/{document.pk}/lines", {"changes": json.dumps(changes)}, headers=JSON)
    body: dict[str, Any] = answer.json()
    return body


def test_list_shows_documents_of_its_kind_alone(client: Client, base: str) -> None:
    order, quote = making.document(), making.document(DocumentType.QUOTE)
    shown = page(client, f"{base}/sales-orders/")
    assert order.no in shown and quote.no not in shown
    assert f"/documents/{order.pk}" in shown


def test_list_is_searched_by_number_and_by_customer(client: Client, base: str) -> None:
    order = making.document()
    other = making.document(customer_id=making.customer(making.company("Berg AS")).pk)
    assert other.no not in page(client, f"{base}/sales-orders/", q=order.no)
    found = page(client, f"{base}/sales-orders/", q="berg")
    assert other.no in found and order.no not in found


def test_card_shows_lines_and_totals(client: Client, base: str) -> None:
    order = making.document(lines=1)
    shown = page(client, f"{base}/{order.pk}")
    assert "line-grid" in shown and "Chair" in shown and "250.00" in shown


def test_typing_an_item_makes_a_line_with_its_price(client: Client, base: str) -> None:
    order, sold = making.document(), making.item()
    body = enter(client, base, order, {"key": "a", "id": "", "values": {"no": sold.no, "quantity": "3"}})
    line = DocumentLine.objects.get(document=order)
    assert (line.quantity, line.line_amount) == (Decimal(3), Decimal(300))
    assert body["results"][0]["id"] == str(line.pk) and "375.00" in body["parts"]["line-totals"]


def test_words_alone_make_a_line_of_text(client: Client, base: str) -> None:
    order = making.document()
    enter(client, base, order, {"key": "a", "values": {"description": "Delivered on Friday"}})
    assert DocumentLine.objects.get(document=order).line_type == "text"


def test_refusal_stands_at_its_cell_and_other_rows_are_stored(client: Client, base: str) -> None:
    order, sold = making.document(), making.item()
    body = enter(
        client,
        base,
        order,
        {"key": "a", "values": {"no": "NOTHING", "quantity": "1"}},
        {"key": "b", "values": {"no": sold.no, "quantity": "1"}},
    )
    first, second = body["results"]
    assert first["field"] == "no" and "NOTHING" in first["error"] and not second["error"]
    assert DocumentLine.objects.filter(document=order).count() == 1


def test_pasted_rows_come_in_order_between_the_lines_where_they_were_pasted(client: Client, base: str) -> None:
    order = making.document(lines=2)
    first, last = DocumentLine.objects.filter(document=order).order_by("line_no")
    rows = [{"key": f"k{at}", "after": str(first.pk), "values": {"description": f"Row {at}"}} for at in range(3)]
    enter(client, base, order, *rows)
    words = list(DocumentLine.objects.filter(document=order).order_by("line_no").values_list("description", flat=True))
    assert words == ["Chair", "Row 0", "Row 1", "Row 2", "Chair"]
    last.refresh_from_db()
    assert last.line_no == 20000


def test_cell_that_somebody_else_changed_is_refused_until_it_is_seen(client: Client, base: str) -> None:
    order = making.document(lines=1)
    line = DocumentLine.objects.get(document=order)
    records.change(line, {"quantity": Decimal(5)})
    change = {"key": "a", "id": str(line.pk), "version": line.version, "values": {"quantity": "7"}}
    body = enter(client, base, order, change)
    assert body["results"][0]["conflict"] and DocumentLine.objects.get(pk=line.pk).quantity == 5
    fresh = DocumentLine.objects.get(pk=line.pk)
    enter(client, base, order, {**change, "version": fresh.version})
    assert DocumentLine.objects.get(pk=line.pk).quantity == 7


def test_shared_vat_of_another_line_is_no_conflict(client: Client, base: str) -> None:
    order = making.document(lines=2)
    first, second = DocumentLine.objects.filter(document=order).order_by("line_no")
    records.change(Document.objects.get(pk=order.pk), {"invoice_discount_amount": Decimal(10)})
    body = enter(
        client, base, order, {"key": "a", "id": str(second.pk), "version": second.version, "values": {"quantity": "4"}}
    )
    assert not body["results"][0]["error"]
    assert str(first.pk) in {row["id"] for row in body["changed"]}


def test_lines_are_deleted_with_undo(client: Client, base: str) -> None:
    order = making.document(lines=2)
    line = DocumentLine.objects.filter(document=order).first()
    assert line is not None
    answer = client.post(f"{base}/{order.pk}/lines/delete", {"lines": json.dumps([str(line.pk)])}, headers=JSON)
    assert answer.json()["removed"] == [str(line.pk)] and answer.json()["undo"]
    assert DocumentLine.objects.filter(document=order).count() == 1


def test_released_document_is_read_only_until_reopened(client: Client, base: str) -> None:  # I-133
    order = making.document(lines=1)
    client.post(f"{base}/{order.pk}/release", headers=JSON)
    order.refresh_from_db()
    assert order.status == DocumentStatus.RELEASED
    assert "<line-grid" not in page(client, f"{base}/{order.pk}")
    answer = client.post(f"{base}/{order.pk}/lines", {"changes": "[]"}, headers=JSON)
    assert answer.json()["error"]["code"] == "document_released"
    client.post(f"{base}/{order.pk}/reopen", headers=JSON)
    assert "<line-grid" in page(client, f"{base}/{order.pk}")


def test_posting_an_order_asks_what_and_leads_to_the_invoice(client: Client, base: str) -> None:  # I-135
    order = making.document(lines=1)
    asked = client.post(f"{base}/{order.pk}/post", headers=JSON)
    assert asked.status_code == 409 and "Ship" in asked.json()["ask"]
    done = client.post(f"{base}/{order.pk}/post", {"answer:posting": "both"}, headers=JSON)
    posted = PostedDocument.objects.get(kind="sales_invoice")
    assert done.json()["redirect"].endswith(f"/posted/{posted.pk}")
    shown = page(client, done.json()["redirect"])
    assert posted.no in shown and "Chair" in shown and "250.00" in shown


def test_shipping_alone_leaves_the_order_with_what_is_to_invoice(client: Client, base: str) -> None:  # I-135
    order = making.document(lines=1)
    client.post(f"{base}/{order.pk}/post", {"answer:posting": "ship"}, headers=JSON)
    assert PostedDocument.objects.get().kind == "sales_shipment"
    assert "Partly posted" in page(client, f"{base}/{order.pk}")


def test_quote_becomes_an_order_whose_card_opens(client: Client, base: str) -> None:  # I-134
    quote = making.document(DocumentType.QUOTE, lines=1)
    done = client.post(f"{base}/{quote.pk}/make-order", headers=JSON).json()
    order = Document.objects.get(document_type="order")
    assert done["redirect"].endswith(str(order.pk)) and order.quote_no == quote.no


def test_version_is_kept_shown_and_restored_after_a_question(client: Client, base: str) -> None:  # I-138, I-140
    quote = making.document(DocumentType.QUOTE, lines=1)
    client.post(f"{base}/{quote.pk}/archive", headers=JSON)
    version = DocumentArchive.objects.get()
    assert "Chair" in page(client, f"{base}/versions/{version.pk}")
    DocumentLine.objects.filter(document=quote).update(description="Table")
    asked = client.post(f"{base}/versions/{version.pk}/restore", headers=JSON)
    assert asked.status_code == 409
    client.post(f"{base}/versions/{version.pk}/restore", {"answer:q_restore": "yes"}, headers=JSON)
    assert DocumentLine.objects.get(document=quote).description == "Chair"


def test_new_order_needs_somebody(client: Client, base: str) -> None:  # I-131
    answer = client.post(f"{base}/sales-orders/new", {}, headers=JSON)
    assert answer.json()["error"]["field"] == "customer_id"
    buyer = making.customer()
    done = client.post(f"{base}/sales-orders/new", {"customer_id": buyer.no}, headers=JSON).json()
    assert Document.objects.get().customer_id == buyer.pk and done["redirect"].endswith(str(Document.objects.get().pk))


def test_overview_leads_to_every_list(client: Client, base: str) -> None:
    making.document(DocumentType.QUOTE, Area.PURCHASE)
    shown = page(client, f"{base}/")
    assert "/documents/purchase-quotes/" in shown and "/documents/service-orders/" in shown


def test_reader_sees_documents_and_changes_nothing(company: Company, base: str) -> None:
    order = making.document(lines=1)
    reader = visitor(company, sets="CRM-READ")
    assert "<line-grid" not in page(reader, f"{base}/{order.pk}")
    assert reader.post(f"{base}/{order.pk}/release", headers=JSON).status_code == 403


def test_archived_list_shows_versions(client: Client, base: str) -> None:
    quote = making.document(DocumentType.QUOTE, lines=1)
    archive(release(quote))
    assert quote.no in page(client, f"{base}/versions/")


def test_log_opens_the_document_or_a_list_of_several(client: Client, company: Company) -> None:  # I-129
    document_setup()
    DocumentSetup.objects.update(store_printed_documents=False, sales_archive_return_orders=False)
    order = making.document(lines=1)
    back = making.document(DocumentType.RETURN_ORDER, lines=1)
    print_documents([order, back], Options(archive=False))
    one, several = InteractionLogEntry.objects.order_by("entry_no")
    path = f"/c/{company.slug}/interactions"
    assert client.get(f"{path}/{one.pk}/file").headers["Location"] == f"/c/{company.slug}/documents/{order.pk}"
    records.change(back.lines.get(), {"qty_to_ship_or_receive": 1})
    post(back, invoice=False)
    post(back)
    shown = page(client, f"{path}/{several.pk}/file")
    receipts = PostedDocument.objects.filter(kind="sales_return_receipt")
    assert len(receipts) == 2 and all(f"/documents/posted/{each.pk}" in shown for each in receipts)
