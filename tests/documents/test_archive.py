"""Versions: stored by setup or by hand, restored, kept."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.documents import making
from tuttava.documents.archiving import archive, purge, restore
from tuttava.documents.converting import make_order
from tuttava.documents.lifecycle import release
from tuttava.documents.models import Document, DocumentArchive, DocumentComment, DocumentType
from tuttava.documents.posting import post
from tuttava.documents.setups import document_setup
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError, QuestionsPending

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture(autouse=True)
def never_archived(company: object) -> None:
    """What a test archives, it switches on itself."""
    off = {"sales_archive_quotes": "never", "sales_archive_orders": False}
    records.change(document_setup(), off)


def versions(no: str) -> list[tuple[int, int]]:
    found = DocumentArchive.objects.filter(no=no).order_by("doc_no_occurrence", "version_no")
    return list(found.values_list("doc_no_occurrence", "version_no"))


def test_versions_count_up_and_hold_what_was_there() -> None:  # I-138
    order = making.document(lines=1)
    records.create(DocumentComment, {"comment": "Ring first"}, given={"document_id": order.pk})
    first = archive(order)
    records.change(order.lines.get(), {"quantity": Decimal(7)})
    assert archive(order).version_no == 2
    assert first.lines.get().quantity == 2 and first.comments.get().comment == "Ring first"
    assert first.amount == Decimal(200)


def test_nothing_is_archived_with_the_setting_off() -> None:  # I-138
    quote = making.document(DocumentType.QUOTE, lines=1)
    make_order(quote)
    post(making.document(lines=1))
    records.delete(making.document(lines=1))
    assert not DocumentArchive.objects.exists()


def test_setting_archives_on_conversion_posting_and_deletion() -> None:  # I-138
    records.change(document_setup(), {"sales_archive_quotes": "always", "sales_archive_orders": True})
    quote = making.document(DocumentType.QUOTE, lines=1)
    order = make_order(quote)
    assert versions(quote.no) == [(1, 1)]
    post(order)
    assert versions(order.no) == [(1, 1)]
    gone = making.document(lines=1)
    records.delete(gone)
    assert versions(gone.no) == [(1, 1)]


def test_quote_is_archived_when_the_question_says_yes() -> None:  # I-138
    records.change(document_setup(), {"sales_archive_quotes": "question"})
    quote = making.document(DocumentType.QUOTE, lines=1)
    with pytest.raises(QuestionsPending), acting(interactive=True):
        make_order(quote)
    with acting(interactive=True, answers={"q_archive": "yes"}):
        make_order(quote)
    assert versions(quote.no) == [(1, 1)]
    other = making.document(DocumentType.QUOTE, lines=1)
    make_order(other)  # nobody to ask
    assert versions(other.no) == []


def test_number_that_is_used_again_gets_the_next_occurrence() -> None:  # I-139
    order = making.document(no="MY-1", lines=1)
    archive(order)
    records.delete(order)
    again = making.document(no="MY-1", lines=1)
    assert again.doc_no_occurrence == 2
    archive(again)
    assert versions("MY-1") == [(1, 1), (2, 1)]


def test_restored_document_is_what_it_was() -> None:  # I-140
    order = making.document(lines=2, your_reference="first")
    version = archive(order)
    records.change(order, {"your_reference": "second"})
    for line in order.lines.all():
        records.delete(line)
    back = restore(version)
    assert back.your_reference == "first" and back.lines.count() == 2
    assert back.amount == Decimal(400) and back.no == order.no
    assert back.comments.get().comment == "Restored from version 1"


def test_only_open_documents_of_the_same_occurrence_are_restored() -> None:  # I-140
    order = making.document(no="MY-2", lines=1)
    version = archive(order)
    release(order)
    with pytest.raises(DomainError) as error:
        restore(version)
    assert error.value.code == "document_not_open"
    moved = making.document(lines=1)
    before = archive(moved)
    post(moved, invoice=False)
    moved.refresh_from_db()
    Document.objects.filter(pk=moved.pk).update(status="open")
    with pytest.raises(DomainError) as error:
        restore(before)
    assert error.value.code == "partly_posted"
    gone = making.document(lines=1)
    last = archive(gone)
    records.delete(gone)
    with pytest.raises(DomainError) as error:
        restore(last)
    assert error.value.code == "document_not_found"


def test_archived_quote_is_still_released() -> None:  # I-140
    quote = making.document(DocumentType.QUOTE, lines=1)
    archive(quote)
    assert release(quote).status == "released"


def test_versions_that_an_interaction_names_stay() -> None:  # I-141
    order = making.document(lines=1)
    kept, gone = archive(order), archive(order)
    DocumentArchive.objects.filter(pk=kept.pk).update(interaction_exists=True)
    kept.refresh_from_db()
    purge([kept, gone])
    assert versions(order.no) == [(1, 1)]
