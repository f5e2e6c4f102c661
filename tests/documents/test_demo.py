"""The documents of a demo company."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from tests.demo_company import demo_company  # noqa: F401
from tuttava.documents.defaults import fill_new_company
from tuttava.documents.demo import create_demo_documents
from tuttava.documents.models import (
    Area,
    Claim,
    Document,
    DocumentArchive,
    DocumentStatus,
    DocumentType,
    IssuedClaim,
    PostedHeader,
    ServiceContract,
    ServiceEmail,
)
from tuttava.foundation.context import current
from tuttava.interactions.models import InteractionLogEntry
from tuttava.trade.models import CustomerLedgerEntry, Origin, PostedDocument, PostedKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_company")]


def test_a_demo_company_has_documents_of_every_kind() -> None:
    fill_new_company(setup_data="demo")
    create_demo_documents("en")
    kinds = set(Document.objects.values_list("area", "document_type"))
    sales = {(Area.SALES, kind) for kind in DocumentType}
    others = {(Area.PURCHASE, "quote"), (Area.PURCHASE, "order"), (Area.SERVICE, "quote"), (Area.SERVICE, "order")}
    assert sales | others <= kinds
    assert set(PostedDocument.objects.filter(origin=Origin.POSTING).values_list("kind", flat=True)) >= {
        PostedKind.SALES_SHIPMENT, PostedKind.SALES_INVOICE, PostedKind.SALES_CREDIT_MEMO, PostedKind.PURCHASE_INVOICE,
        PostedKind.SALES_RETURN_RECEIPT, PostedKind.PURCHASE_RECEIPT, PostedKind.SERVICE_INVOICE,
    }  # fmt: skip
    assert not PostedHeader.objects.filter(document_date__gt=current().today).exists()
    assert Document.objects.filter(status=DocumentStatus.RELEASED).exists()
    assert Document.objects.filter(customer=None, vendor=None, document_type=DocumentType.QUOTE).exists()
    assert DocumentArchive.objects.filter(version_no=2).exists()
    assert ServiceContract.objects.filter(status="signed").exists() and ServiceEmail.objects.exists()
    assert IssuedClaim.objects.exists() and Claim.objects.exists()
    logged = InteractionLogEntry.objects.exclude(document_no="").exclude(attachment=None)
    assert (
        logged.filter(document_type="sales_quote").exists() and logged.filter(document_type="sales_reminder").exists()
    )
    before = Document.objects.count()
    create_demo_documents("en")
    assert Document.objects.count() == before
    for posted in PostedDocument.objects.filter(origin=Origin.POSTING, kind=PostedKind.SALES_INVOICE):
        assert CustomerLedgerEntry.objects.get(document_no=posted.no).due_date == posted.due_date


def test_what_was_written_by_hand_is_there_in_every_language() -> None:
    with (files("tuttava.documents") / "data" / "demo_texts.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert all(row.keys() == {"code", "en", "nb", "nl", "fi"} and all(row.values()) for row in rows)
    assert max(len(text) for row in rows for text in row.values()) <= 80
