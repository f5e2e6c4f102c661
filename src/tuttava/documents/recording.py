"""Which event a document is, whom it is about, and what the log says of it (I-114 to I-125)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuttava.contacts.models import Contact
from tuttava.documents.models import Area, Document, DocumentHeader, DocumentType, PostedHeader, ServiceItemLine
from tuttava.interactions import related
from tuttava.interactions.models import InteractionDocumentType as Event
from tuttava.interactions.recording import Account, record_document, template_of
from tuttava.interactions.storing import NewContent
from tuttava.partners.models import Customer, Vendor
from tuttava.relations.queries import contacts_of
from tuttava.trade.models import PURCHASES, PostedDocument, PostedKind

#: What printing or mailing a document that is not posted is called in the log.
LIVE = {
    (Area.SALES, DocumentType.QUOTE): Event.SALES_QUOTE,
    (Area.SALES, DocumentType.BLANKET_ORDER): Event.SALES_BLANKET_ORDER,
    (Area.SALES, DocumentType.ORDER): Event.SALES_ORDER_CONFIRMATION,
    (Area.SALES, DocumentType.INVOICE): Event.SALES_DRAFT_INVOICE,
    (Area.SALES, DocumentType.RETURN_ORDER): Event.SALES_RETURN_ORDER,
    (Area.PURCHASE, DocumentType.QUOTE): Event.PURCHASE_QUOTE,
    (Area.PURCHASE, DocumentType.BLANKET_ORDER): Event.PURCHASE_BLANKET_ORDER,
    (Area.PURCHASE, DocumentType.ORDER): Event.PURCHASE_ORDER,
    (Area.PURCHASE, DocumentType.RETURN_ORDER): Event.PURCHASE_RETURN_ORDER,
    (Area.SERVICE, DocumentType.QUOTE): Event.SERVICE_QUOTE,
}
#: Posted service documents are logged like their sales counterparts.
_POSTED = {
    PostedKind.SERVICE_SHIPMENT: Event.SALES_SHIPMENT,
    PostedKind.SERVICE_INVOICE: Event.SALES_INVOICE,
    PostedKind.SERVICE_CREDIT_MEMO: Event.SALES_CREDIT_MEMO,
}
#: Events about the sell-to or buy-from side; all others are about who pays.
_ABOUT_ACCOUNT = frozenset(
    {
        Event.SALES_SHIPMENT,
        Event.PURCHASE_ORDER,
        Event.PURCHASE_RETURN_ORDER,
        Event.PURCHASE_RECEIPT,
        Event.PURCHASE_INVOICE,
        Event.PURCHASE_CREDIT_MEMO,
        Event.PURCHASE_RETURN_SHIPMENT,
        Event.SERVICE_QUOTE,
    }
)
#: Events whose entry is described by the template rather than by the document.
_TEMPLATES_WORDS = frozenset({Event.SERVICE_QUOTE})


def event_of(document: Document) -> Event | None:
    """What printing a document is logged as; None: nothing is (unposted credit memos, purchase invoices ...)."""
    return LIVE.get((Area(document.area), DocumentType(document.document_type)))


def posted_event(posted: PostedDocument) -> Event:
    """What printing a posted document is logged as."""
    kind = PostedKind(posted.kind)
    return _POSTED.get(kind) or Event(kind.value)


def is_logged(event: Event | None) -> bool:
    """Whether log_interaction is on by default, exactly when the event's template is set (I-119)."""
    return event is not None and template_of(event) is not None


@dataclass(frozen=True)
class Departure:
    """How a document left the house, and the file that did, if its entry is to keep it (I-121)."""

    left_by: str = ""
    content: NewContent | None = None


_UNKNOWN = Departure()


def record_live(document: Document, *, version: int, departure: Departure = _UNKNOWN) -> int:
    """Log that a document was printed or mailed; the entry's number, 0: nothing was logged (I-122).

    ``version``: the archived version that equals what left the house, 0: none (I-125).
    """
    event = event_of(document)
    if event is None:
        return 0
    has_versions = event is not Event.SALES_DRAFT_INVOICE
    return _record(
        event,
        document.no,
        document,
        occurrence=document.doc_no_occurrence if has_versions else 0,
        version=version if has_versions else 0,
        description=document.posting_description,
        departure=departure,
    )


def record_posted(posted: PostedDocument, departure: Departure = _UNKNOWN) -> int:
    """Log that a posted document was printed or mailed (I-122); it carries campaign and opportunity of its source."""
    event = posted_event(posted)
    header = PostedHeader.objects.filter(posted=posted).first()
    if header is not None:
        return _record(event, posted.no, header, description=posted.description, departure=departure)
    account, number = (Account.CUSTOMER, posted.customer) if posted.customer else (Account.VENDOR, posted.vendor)
    contact = posted.main_contact if event in _ABOUT_ACCOUNT else posted.billing_contact
    if contact is not None and posted.kind not in PURCHASES:
        return record_document(
            event, posted.no, Account.CONTACT, contact.no,
            salesperson_code=posted.salesperson_code or "", description=posted.description,
            left_by=departure.left_by, content=departure.content,
        )  # fmt: skip
    return record_document(
        event, posted.no, account, number.no if number else "",
        salesperson_code=posted.salesperson_code or "", description=posted.description,
            left_by=departure.left_by, content=departure.content,
    )  # fmt: skip


def service_order_created(lines: Sequence[ServiceItemLine]) -> None:
    """Log the first service item of each service order; later lines record nothing (I-123)."""
    fresh = {line.document_id for line in lines}
    others = ServiceItemLine.objects.filter(document__in=fresh).exclude(pk__in=[line.pk for line in lines])
    started = fresh - set(others.values_list("document_id", flat=True))
    orders = Document.objects.filter(pk__in=started, area=Area.SERVICE, document_type=DocumentType.ORDER)
    for order in orders.order_by("no"):
        _record(Event.SERVICE_ORDER_CREATE, order.no, order, description=order.description)


def service_order_posted(order: Document) -> None:
    """Log the posting of a service order (I-124)."""
    _record(Event.SERVICE_ORDER_POST, order.no, order, description=order.description)


def _record(
    event: Event,
    number: str,
    header: DocumentHeader,
    *,
    occurrence: int = 0,
    version: int = 0,
    description: str = "",
    departure: Departure = _UNKNOWN,
) -> int:
    account, account_no = _account(event, header)
    if not account_no:
        return 0
    return record_document(
        event,
        number,
        account,
        account_no,
        occurrence=occurrence,
        version=version,
        salesperson_code=header.salesperson_code or "",
        campaign_no=related.known("campaign", header.campaign_no),
        opportunity_no=related.known("opportunity", header.opportunity_no),
        description="" if event in _TEMPLATES_WORDS else description,
        left_by=departure.left_by,
        content=departure.content,
    )


def _account(event: Event, header: DocumentHeader) -> tuple[Account, str]:
    """The contact on the document, else its customer or vendor (I-121); a vendor's contact must belong to it."""
    about_account = event in _ABOUT_ACCOUNT
    contact = header.account_contact if about_account else header.paying_contact
    party = header.account if about_account else header.payer
    if contact is not None and _speaks_for(contact, party, header):
        return Account.CONTACT, contact.no
    if party is None:
        return Account.CONTACT, ""
    return (Account.VENDOR if isinstance(party, Vendor) else Account.CUSTOMER), party.no


def _speaks_for(contact: Contact, party: Customer | Vendor | None, header: DocumentHeader) -> bool:
    if header.area != Area.PURCHASE:
        return True
    return party is not None and contacts_of(party).filter(pk=contact.pk).exists()
