"""Two at once: nothing is posted twice, and numbers have no gap."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connection

from tests.documents import making
from tuttava.documents.models import Document, DocumentType
from tuttava.documents.posting import post, post_many
from tuttava.documents.signals import document_posted
from tuttava.foundation import records
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


def test_posting_that_is_killed_leaves_neither_document_nor_gap(live_company: Any) -> None:  # I-135
    invoice, order = making.document(DocumentType.INVOICE, lines=1), making.document(lines=1)

    def kill(order: Any, **_signal: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    def killed(document: Any) -> str:
        document_posted.connect(kill)
        try:
            return posted_beside(live_company.schema, document)
        except DatabaseError as error:
            return type(error).__name__
        finally:
            document_posted.disconnect(kill)

    before = post(making.document(DocumentType.INVOICE, lines=1))[0].no
    with ThreadPoolExecutor(1) as pool:
        assert [pool.submit(killed, each).result() for each in (invoice, order)] == ["OperationalError"] * 2
    assert not PostedDocument.objects.filter(pre_assigned_no=invoice.no).exists()
    assert Document.objects.filter(pk__in=[invoice.pk, order.pk], status="open").count() == 2
    assert int(post(invoice)[0].no[2:]) == int(before[2:]) + 1 and len(post(order)) == 2


def test_parallel_postings_of_many_wait_for_each_other_and_lose_nothing(live_company: Any) -> None:  # I-135
    def posted(documents: list[Any]) -> int:
        try:
            with in_schema(live_company.schema):
                return len(post_many(documents))
        finally:
            connection.close()

    kinds = (DocumentType.INVOICE, DocumentType.ORDER, DocumentType.RETURN_ORDER)
    shares = [[making.document(kind, lines=1) for kind in kinds] for _client in range(3)]
    shares[1].reverse()
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(posted, shares)) == [3, 3, 3]
    numbers = [document.no for share in shares for document in share]
    assert not Document.objects.filter(no__in=numbers).exists()


def test_failed_posting_uses_up_no_number(live_company: Any) -> None:  # I-135
    def last() -> int:
        found = PostedDocument.objects.filter(kind=PostedKind.SALES_INVOICE).order_by("-no").first()
        return int(found.no[2:]) if found else 0

    post(making.document(DocumentType.INVOICE, lines=1))
    before = last()
    wrong = making.document(DocumentType.INVOICE, lines=1)
    wrong = records.change(wrong, {"currency_code": "USD"})
    with pytest.raises(DomainError):
        post(wrong)
    post(making.document(DocumentType.INVOICE, lines=1))
    assert last() == before + 1
