"""Changes of documents since they were read: drafts, posted ones, and what was deleted (A-80 to A-83, 16.8)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.conftest import Json, Service
from tests.api.live import live_crm, live_services, live_standard, live_user
from tests.documents import making
from tuttava.api.declare import STANDARD
from tuttava.documents.archiving import archive
from tuttava.documents.models import Area, DocumentType
from tuttava.foundation import records

__all__ = ["live_crm", "live_services", "live_standard", "live_user"]
pytestmark = pytest.mark.usefixtures("live_company")


@pytest.fixture
def api(live_standard: Service) -> Iterator[Service]:
    return live_standard


def start(api: Service, path: str) -> str:
    return str(api.get(path, prefer="odata.track-changes").json["@odata.deltaLink"])


def changed(api: Service, link: str) -> dict[str, str]:
    """What a delta tells: ids with their status, or the reason why they are gone."""
    found: list[Json] = api.get(link).value
    return {each["id"]: each.get("reason") or each.get("status", "here") for each in found}


def test_drafts_are_told_until_they_are_posted_or_gone(api: Service) -> None:
    kept = making.document(DocumentType.INVOICE, lines=1)
    gone = making.document(DocumentType.INVOICE, lines=1)
    link, drafts = start(api, "salesInvoices"), start(api, "salesInvoices?$filter=status eq 'Draft'")
    bought = start(api, "purchaseInvoices")
    fresh = making.document(DocumentType.INVOICE)
    records.delete(gone)
    assert api.post(f"salesInvoices({kept.pk})/Microsoft.NAV.post").status == 204
    told = changed(api, link)
    assert told == {str(kept.pk): "Open", str(gone.pk): "deleted", str(fresh.pk): "Draft"}
    assert changed(api, drafts) == {str(kept.pk): "changed", str(gone.pk): "deleted", str(fresh.pk): "Draft"}
    assert changed(api, bought) == {}


def test_canceled_invoice_is_told_with_its_credit_memo(api: Service) -> None:
    made = making.document(DocumentType.INVOICE, lines=1)
    path = f"salesInvoices({made.pk})"
    api.post(f"{path}/Microsoft.NAV.post")
    link, memos = start(api, "salesInvoices"), start(api, "salesCreditMemos")
    assert api.post(f"{path}/Microsoft.NAV.cancel").status == 204
    assert changed(api, link) == {str(made.pk): "Canceled"}
    assert list(changed(api, memos).values()) == ["Corrective"]


def test_lines_and_quotes_are_told(api: Service) -> None:  # A-81, 16.8
    quote = making.document(DocumentType.QUOTE, lines=1)
    invoice = making.document(DocumentType.INVOICE, lines=2)
    quotes = start(api, "salesQuotes")
    lines = start(api, f"salesInvoiceLines?$filter=documentId eq {invoice.pk}")
    first, second = invoice.lines.order_by("line_no")
    records.change(quote.lines.get(), {"quantity": 5})
    records.change(first, {"quantity": 5})
    records.delete(second)
    assert changed(api, quotes) == {str(quote.pk): "Draft"}
    assert changed(api, lines) == {str(first.pk): "here", str(second.pk): "deleted"}
    assert api.post(f"salesQuotes({quote.pk})/Microsoft.NAV.makeOrder").status == 204
    assert changed(api, quotes)[str(quote.pk)] == "deleted"


def test_versions_and_receipts_are_told(api: Service) -> None:  # 16.8
    order = making.document(area=Area.PURCHASE, lines=1)
    versions, receipts = start(api, "purchaseOrderArchives"), start(api, "purchaseReceipts")
    archive(order)
    assert list(changed(api, versions).values()) == ["Open"]
    assert api.post(f"purchaseOrders({order.pk})/Microsoft.NAV.receiveAndInvoice").status == 204
    assert list(changed(api, receipts).values()) == ["here"]


def test_all_sets_of_documents_are_tracked() -> None:  # 16.8
    named = [each for name, each in STANDARD.sets.items() if name.startswith(("sales", "purchase", "blanket"))]
    assert [each.name for each in named if not each.tracked] == ["salespeoplePurchasers"]
