"""From an entry of the log to the document it records, and back (I-129, I-130)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from tuttava.documents.models import (
    Area,
    ClaimKind,
    ContractType,
    Document,
    DocumentArchive,
    DocumentType,
    IssuedClaim,
    PostedHeader,
    ServiceContract,
)
from tuttava.interactions import showing
from tuttava.interactions.models import InteractionDocumentType as Event
from tuttava.interactions.models import InteractionLogEntry
from tuttava.interactions.showing import ShownRecord
from tuttava.trade.models import PostedDocument, PostedKind

Found = Sequence[ShownRecord]

#: Entries that open the version they name, else the live document.
_VERSIONED = {
    Event.SALES_QUOTE: (Area.SALES, DocumentType.QUOTE),
    Event.SALES_BLANKET_ORDER: (Area.SALES, DocumentType.BLANKET_ORDER),
    Event.SALES_ORDER_CONFIRMATION: (Area.SALES, DocumentType.ORDER),
    Event.PURCHASE_QUOTE: (Area.PURCHASE, DocumentType.QUOTE),
    Event.PURCHASE_BLANKET_ORDER: (Area.PURCHASE, DocumentType.BLANKET_ORDER),
    Event.PURCHASE_ORDER: (Area.PURCHASE, DocumentType.ORDER),
    Event.SERVICE_QUOTE: (Area.SERVICE, DocumentType.QUOTE),
}
_LIVE = {
    Event.SALES_DRAFT_INVOICE: (Area.SALES, DocumentType.INVOICE),
    Event.SERVICE_ORDER_CREATE: (Area.SERVICE, DocumentType.ORDER),
    Event.SERVICE_ORDER_POST: (Area.SERVICE, DocumentType.ORDER),
}
_POSTED = {
    Event.SALES_SHIPMENT: (PostedKind.SALES_SHIPMENT, PostedKind.SERVICE_SHIPMENT),
    Event.SALES_INVOICE: (PostedKind.SALES_INVOICE, PostedKind.SERVICE_INVOICE),
    Event.SALES_CREDIT_MEMO: (PostedKind.SALES_CREDIT_MEMO, PostedKind.SERVICE_CREDIT_MEMO),
    Event.SALES_RETURN_RECEIPT: (PostedKind.SALES_RETURN_RECEIPT,),
    Event.PURCHASE_RECEIPT: (PostedKind.PURCHASE_RECEIPT,),
    Event.PURCHASE_INVOICE: (PostedKind.PURCHASE_INVOICE,),
    Event.PURCHASE_CREDIT_MEMO: (PostedKind.PURCHASE_CREDIT_MEMO,),
    Event.PURCHASE_RETURN_SHIPMENT: (PostedKind.PURCHASE_RETURN_SHIPMENT,),
}
#: Return orders, and what they are posted as.
_RETURNS = {
    Event.SALES_RETURN_ORDER: (Area.SALES, PostedKind.SALES_RETURN_RECEIPT),
    Event.PURCHASE_RETURN_ORDER: (Area.PURCHASE, PostedKind.PURCHASE_RETURN_SHIPMENT),
}
_CONTRACTS = {
    Event.SERVICE_CONTRACT: ContractType.CONTRACT,
    Event.SERVICE_CONTRACT_QUOTE: ContractType.QUOTE,
}
_ISSUED = {
    Event.SALES_REMINDER: (ClaimKind.REMINDER, "issuedReminders"),
    Event.SALES_FINANCE_CHARGE_MEMO: (ClaimKind.FINANCE_CHARGE_MEMO, "issuedFinanceChargeMemos"),
}
#: What a document's own entries are called (I-130).
_OWN = {
    DocumentType.QUOTE: Event.SALES_QUOTE,
    DocumentType.ORDER: Event.SALES_ORDER_CONFIRMATION,
    DocumentType.INVOICE: Event.SALES_DRAFT_INVOICE,
}


def connect() -> None:
    """Let the log open documents."""
    finders: dict[str, Callable[[InteractionLogEntry], Found]] = {
        **{event: partial(_version_or_live, *key) for event, key in _VERSIONED.items()},
        **{event: partial(_live, *key) for event, key in _LIVE.items()},
        **{event: partial(_posted, kinds) for event, kinds in _POSTED.items()},
        **{event: partial(_return, *key) for event, key in _RETURNS.items()},
        **{event: partial(_contract, kind) for event, kind in _CONTRACTS.items()},
        **{event: partial(_issued, *key) for event, key in _ISSUED.items()},
    }
    showing.documents.update(finders)


def documents_of(entry: InteractionLogEntry) -> Found:
    """The documents that an entry names (I-129)."""
    find = showing.documents.get(entry.document_type)
    return find(entry) if find else []


def interactions_of(document: Document) -> QuerySet[InteractionLogEntry]:
    """The entries of a sales quote, order or invoice, of its bill-to contact if it has one (I-130), newest first."""
    event = _OWN.get(DocumentType(document.document_type)) if document.area == Area.SALES else None
    if event is None:
        return InteractionLogEntry.objects.none()
    entries = InteractionLogEntry.objects.filter(document_no=document.no, document_type=event, postponed=False)
    if document.paying_contact_id:
        entries = entries.filter(contact_id=document.paying_contact_id)
    return entries.order_by("-entry_no")


def _version_or_live(area: Area, kind: DocumentType, entry: InteractionLogEntry) -> Found:
    if entry.version_no:
        versions = DocumentArchive.objects.filter(
            area=area,
            document_type=kind,
            no=entry.document_no,
            doc_no_occurrence=entry.doc_no_occurrence,
            version_no=entry.version_no,
        )
        found = versions.first()
        if found is not None:
            return [_record("documentArchives", found, "document-version")]
    return _live(area, kind, entry)


def _live(area: Area, kind: DocumentType, entry: InteractionLogEntry) -> Found:
    """The live document; a quote that was converted leads to its order or invoice."""
    same = Document.objects.filter(area=area, document_type=kind, no=entry.document_no)
    if entry.doc_no_occurrence:
        same = same.filter(doc_no_occurrence=entry.doc_no_occurrence)
    found = list(same)
    if not found and kind == DocumentType.QUOTE:
        found = list(Document.objects.filter(area=area, quote_no=entry.document_no).order_by("no")[:1])
    if found:
        return [_record(f"{area}Documents", each, "document") for each in found]
    headers = PostedHeader.objects.filter(area=area, document_type=kind, no=entry.document_no, order_id__isnull=True)
    if kind == DocumentType.INVOICE:
        return [_shown(header.posted) for header in headers.select_related("posted")[:1]]
    return []


def _posted(kinds: Sequence[PostedKind], entry: InteractionLogEntry) -> Found:
    return [_shown(each) for each in PostedDocument.objects.filter(kind__in=kinds, no=entry.document_no)[:1]]


def _return(area: Area, kind: PostedKind, entry: InteractionLogEntry) -> Found:
    """The live return order, else what it was posted as: one, or the list of them."""
    found = _live(area, DocumentType.RETURN_ORDER, entry)
    if found:
        return found
    return [
        _shown(each) for each in PostedDocument.objects.filter(kind=kind, order_no=entry.document_no).order_by("no")
    ]


def _shown(posted: PostedDocument) -> ShownRecord:
    return _record("postedDocuments", posted, "posted-document")


def _contract(kind: ContractType, entry: InteractionLogEntry) -> Found:
    """The live contract; a quote that has become one is shown as what it is now."""
    same = ServiceContract.objects.filter(no=entry.document_no)
    found = same.filter(contract_type=kind).first() or same.first()
    return [_record("serviceContracts", found, "service-contract")] if found else []


def _issued(kind: ClaimKind, set_name: str, entry: InteractionLogEntry) -> Found:
    found = IssuedClaim.objects.filter(kind=kind, no=entry.document_no).first()
    return [_record(set_name, found, "issued-claim")] if found else []


def _record(set_name: str, record: Any, page: str) -> ShownRecord:
    """The reference to a record, with the address of its card."""
    try:
        url = reverse(page, kwargs={"pk": record.pk})
    except NoReverseMatch:
        url = ""
    return ShownRecord(set_name, str(record.pk), record.no, url)
