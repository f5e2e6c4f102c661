"""What documents say about a person: handed out, or erased for good (C-74).

Posted documents are books that must be kept: they keep who bought and paid, and lose whom one talked to.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection
from django.db.models import Model, Q, QuerySet

from tuttava.contacts.models import Contact
from tuttava.contacts.personal_data import names_in_journal
from tuttava.contacts.signals import personal_data_erased, personal_data_exported
from tuttava.documents.models import (
    Document,
    DocumentArchive,
    DocumentHeader,
    DocumentMail,
    PostedHeader,
    ServiceContract,
)
from tuttava.foundation.attachments import release_contents
from tuttava.foundation.cleaning import blank_of
from tuttava.foundation.journal import JournalChange, UnitOfWork
from tuttava.foundation.models import AttachmentBlock, OutboxMail

_PERSON = ("contact_name", "e_mail", "phone_no", "ship_to_contact")
_PAYING = ("bill_to_contact_name",)
_PLACE = ("name", "name_2", "address", "address_2", "post_code", "city", "county", "country_code")
#: Everything that is erased of some documents.
PERSONAL = (*_PERSON, *_PAYING, *(f"{prefix}{name}" for prefix in ("", "bill_to_", "ship_to_") for name in _PLACE))
_HEADERS: tuple[type[DocumentHeader], ...] = (Document, DocumentArchive, PostedHeader)


def connect() -> None:
    """Listen to contacts whose data are handed out or erased."""
    personal_data_exported.connect(_exported, dispatch_uid="documents.personal_data.exported")
    personal_data_erased.connect(_erased, dispatch_uid="documents.personal_data.erased")


def _of(model: type[DocumentHeader], contact: Contact) -> QuerySet[Any]:
    named = Q(account_contact_id=contact.pk) | Q(paying_contact_id=contact.pk)
    return model._default_manager.filter(named).order_by("no")


def _exported(*, contact: Contact, **_signal: Any) -> dict[str, list[dict[str, Any]]]:
    """Documents, versions, posted documents and contracts that name the contact."""
    return {
        "documents": _values(_of(Document, contact)),
        "document_archives": _values(_of(DocumentArchive, contact)),
        "posted_documents": _values(_of(PostedHeader, contact)),
        "service_contracts": _values(ServiceContract.objects.filter(contact=contact).order_by("no")),
    }


def _values(rows: Iterable[Model]) -> list[dict[str, Any]]:
    return [{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields} for row in rows]


def _erased(*, contact: Contact, **_signal: Any) -> None:
    """Names, addresses and mails go; what was quoted, ordered and sold stays."""
    names = names_in_journal(contact)
    for model in _HEADERS:
        ids = list(_of(model, contact).values_list("pk", flat=True))
        rows = model._default_manager.all()
        _blank(rows.filter(account_contact_id=contact.pk), _PERSON)
        _blank(rows.filter(paying_contact_id=contact.pk), _PAYING)
        if model is not PostedHeader:
            alone = rows.filter(account_contact_id=contact.pk, customer=None, vendor=None)
            _blank(alone, (*_PLACE, *(f"ship_to_{name}" for name in _PLACE)))
            payers = rows.filter(paying_contact_id=contact.pk, paying_customer=None, paying_vendor=None)
            _blank(payers, tuple(f"bill_to_{name}" for name in _PLACE))
        _erase_mails(ids)
        _scrub(model, [*ids, *_gone(model, contact)], names)


def _blank(rows: QuerySet[Any], names: tuple[str, ...]) -> None:
    rows.update(**{name: blank_of(Document, name) for name in names})


def _erase_mails(ids: Collection[uuid.UUID]) -> None:
    """Mails about the documents, sent or not: with their addresses, words and files."""
    OutboxMail.objects.filter(related_id__in=ids).delete()
    mails = DocumentMail.objects.filter(related_id__in=ids)
    files = list(mails.exclude(content_id=None).values_list("content_id", flat=True))
    AttachmentBlock.objects.filter(content_id__in=files).delete()
    release_contents(files)
    mails.update(message={}, content_id=None)


def _gone(model: type[DocumentHeader], contact: Contact) -> list[uuid.UUID]:
    """Documents that named the contact when they were deleted or posted: the history has them whole."""
    deleted = JournalChange.objects.filter(
        operation=JournalChange.Operation.DELETE, record_type=model._meta.label_lower
    )
    key = str(contact.pk)
    named = Q(old__account_contact_id=key) | Q(old__paying_contact_id=key)
    return list(deleted.filter(named).values_list("record_id", flat=True))


def _scrub(model: type[DocumentHeader], ids: Collection[uuid.UUID], names: Collection[str]) -> None:
    """Take the same out of the history, so that no undo puts it back; ``names``: those that summaries may tell."""
    units = JournalChange.objects.filter(record_id__in=ids).values("unit_id")
    UnitOfWork.objects.filter(pk__in=units, summary__in=names).update(summary="")
    columns = [*_PERSON, *_PAYING] if model is PostedHeader else [*PERSONAL]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE foundation_journalchange SET old = old - %s::text[], new = new - %s::text[]"
            " WHERE record_type = %s AND record_id = ANY (%s)",
            [columns, columns, model._meta.label_lower, list(ids)],
        )
