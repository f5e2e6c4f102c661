"""Two at once: nothing is posted twice, and numbers have no gap."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from tests.documents import making
from tuttava.documents.models import DocumentType
from tuttava.documents.posting import post
from tuttava.foundation.errors import DomainError
from tuttava.foundation.schemas import in_schema
from tuttava.trade.models import PostedDocument, PostedKind

pytestmark = pytest.mark.usefixtures("live_company")


def posted_beside(schema: str, document: Any) -> str:
    """The number, or the code of the refusal, of posting in another connection."""
    try:
        with in_schema(schema):
            return post(document)[0].no
    except DomainError as error:
        return error.code
    finally:
        connection.close()


def test_document_is_posted_once_however_many_try(live_company: Any) -> None:  # I-135
    invoice = making.document(DocumentType.INVOICE, lines=1)
    with ThreadPoolExecutor(4) as pool:
        results = sorted(pool.map(posted_beside, [live_company.schema] * 4, [invoice] * 4))
    assert PostedDocument.objects.filter(pre_assigned_no=invoice.no).count() == 1
    assert results.count("record_gone") == 3


def test_numbers_of_posted_invoices_have_no_gap(live_company: Any) -> None:  # I-135
    invoices = [making.document(DocumentType.INVOICE, lines=1) for _ in range(8)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(posted_beside, [live_company.schema] * 8, invoices))
    numbers = PostedDocument.objects.filter(kind=PostedKind.SALES_INVOICE).order_by("no").values_list("no", flat=True)
    counted = [int(no[2:]) for no in numbers]
    assert counted == list(range(counted[0], counted[0] + len(counted))) and len(counted) >= 8


def test_failed_posting_uses_up_no_number(live_company: Any) -> None:  # I-135
    def last() -> int:
        found = PostedDocument.objects.filter(kind=PostedKind.SALES_INVOICE).order_by("-no").first()
        return int(found.no[2:]) if found else 0

    post(making.document(DocumentType.INVOICE, lines=1))
    before = last()
    with pytest.raises(DomainError):
        post(making.document(DocumentType.INVOICE, lines=1, currency_code="USD"))
    post(making.document(DocumentType.INVOICE, lines=1))
    assert last() == before + 1
