"""Releasing and reopening (I-133)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _

from tuttava.contacts.models import LinkToTable
from tuttava.documents.errors import account_required, nothing_to_release
from tuttava.documents.marks import BY_LIFECYCLE
from tuttava.documents.models import Area, Document, DocumentLine, DocumentStatus, DocumentType
from tuttava.documents.names import title_of
from tuttava.foundation import records
from tuttava.foundation.context import ask, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Edit, rules_of
from tuttava.relations.creating import create_as
from tuttava.trade.models import LineType


def release(document: Document, *, create_customer: bool | None = None) -> Document:
    """Lock a document for printing and posting; nothing happens when it is released already (I-133).

    A quote for a contact without customer asks whether to create the customer (B-93); ``create_customer`` answers.
    Raises ``account_required`` and ``nothing_to_release``.
    """
    with changing(document, _("release %(document)s") % {"document": title_of(document)}) as fresh:
        return release_locked(fresh, create_customer=create_customer)


def release_locked(fresh: Document, *, create_customer: bool | None = None) -> Document:
    """:func:`release` inside an action that holds the document."""
    if fresh.status == DocumentStatus.RELEASED:
        return fresh
    fresh = with_account(fresh, create_customer=create_customer)
    check_lines(fresh, list(DocumentLine.objects.filter(document=fresh).order_by("line_no")))
    return store(fresh, {"status": DocumentStatus.RELEASED})


def check_lines(document: Document, lines: Sequence[DocumentLine]) -> None:
    """Refuse (``nothing_to_release``) a document without quantities, and (``field_required``) items nobody named."""
    counted = [line for line in lines if line.line_type != LineType.TEXT and line.quantity]
    if not counted:
        raise nothing_to_release(document)
    unnamed = next((line for line in counted if line.line_type == LineType.ITEM and not line.no), None)
    if unnamed is not None:
        raise DomainError(
            "field_required",
            _("Line %(line)s of %(document)s names no item. Choose one, or make it a line of text.")
            % {"line": unnamed.line_no, "document": title_of(document)},
            field="no",
            rule="I-133",
        )


def reopen(document: Document) -> Document:
    """Unlock a released document (I-133)."""
    with changing(document, _("reopen %(document)s") % {"document": title_of(document)}) as fresh:
        return fresh if fresh.status == DocumentStatus.OPEN else store(fresh, {"status": DocumentStatus.OPEN})


@contextmanager
def changing(document: Document, summary: str) -> Iterator[Document]:
    """One action on a document: right, unit of work, lock. The body gets the fresh, locked document."""
    with changing_all([document], summary) as held:
        yield held[0]


@contextmanager
def changing_all(
    documents: Sequence[Document], summary: str, *, action: str = "change document"
) -> Iterator[list[Document]]:
    """One action on several documents, each of them once; the body gets them fresh and locked, in their order."""
    for area in sorted({document.area for document in documents}):
        require("api.write", f"{area}Documents")
    with unit_of_work(action, summary):
        wanted = {document.pk: document for document in documents}
        locked = Document.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
        held = {document.pk: document for document in locked}
        for pk in wanted.keys() - held.keys():
            raise records.gone(wanted[pk])
        yield [held[pk] for pk in wanted]


def store(document: Document, values: Mapping[str, Any]) -> Document:
    """Write what the lifecycle decides on a locked document, released or not."""
    store_all([(document, values)])
    return document


def store_all(found: Iterable[tuple[Document, Mapping[str, Any]]]) -> None:
    """:func:`store` for several."""
    edits = []
    for document, values in found:
        edit = Edit(document, rules_of(Document))
        edit.memory[BY_LIFECYCLE] = True
        for name, value in values.items():
            edit.put(name, value)
        edits.append(edit)
    records.save_many(edits)


def with_account(document: Document, *, create_customer: bool | None = None) -> Document:
    """The document with its customer or vendor, made from the contact of a quote if that is wanted (B-93).

    Raises ``account_required``.
    """
    if document.account is not None:
        return document
    contact = document.account_contact
    wanted = document.area == Area.SALES and document.document_type == DocumentType.QUOTE and contact is not None
    if not wanted or contact is None:
        raise account_required(document)
    if create_customer is None:
        create_customer = ask(
            "q_create_customer",
            _("%(contact)s is no customer yet. Create the customer now?") % {"contact": contact.name},
            default=True,
            unattended=False,
        )
    if not create_customer:
        raise account_required(document)
    if not document.customer_template_code:
        raise DomainError(
            "field_required",
            _("%(document)s has no customer template to create the customer from. Choose one.")
            % {"document": title_of(document)},
            field="customer_template_code",
            rule="B-93",
        )
    create_as(contact, LinkToTable.CUSTOMER, template_code=document.customer_template_code)
    fresh = records.lock(document)  # handed over to the customer (B-89)
    if fresh.account is None:
        raise account_required(fresh)
    return fresh
