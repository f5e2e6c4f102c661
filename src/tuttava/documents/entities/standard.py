"""Quotes and orders in the standard service, with their lines (16.8, section 14)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import BooleanField, Case, Exists, F, OuterRef, TextField, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.declare import STANDARD, Action, EntitySet, Navigation, Property
from tuttava.api.sets.attachments import OF_DOCUMENTS, attachments_navigation, owns_attachments
from tuttava.documents import converting
from tuttava.documents.entities import blocks
from tuttava.documents.entities.blocks import CUSTOMER, VENDOR, Party
from tuttava.documents.entities.common import discount_again, of_type
from tuttava.documents.entities.masks import OF_DOCUMENT, mask_parties
from tuttava.documents.entities.pdf import Paper, live, pdf_navigation
from tuttava.documents.entities.standard_lines import register_lines
from tuttava.documents.models import Area, Document, DocumentLine, DocumentStatus, DocumentType
from tuttava.foundation import attachments, records
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import AttachmentParent
from tuttava.partners.entities.dimensions import set_lines_navigation
from tuttava.relations.entities.common import to_code
from tuttava.trade.models import LineType


def create_document(
    party: Party, area: Area, kind: DocumentType
) -> Callable[[Mapping[str, Any], Mapping[str, Any]], Document]:
    """Create by the rules of documents; who buys or sells must be told (A-99)."""

    def create(values: Mapping[str, Any], given: Mapping[str, Any]) -> Document:
        if values.get(f"{party.column}_id") is None:
            raise DomainError(
                f"api.{party.word}_missing",
                _("%(document)s needs a party: send %(id)s or %(number)s.")
                % {"document": kind.label, "id": f"{party.word}Id", "number": f"{party.word}Number"},
                field=f"{party.column}_id",
                rule="A-99",
            )
        return records.create(Document, values, given={**given, "area": area, "document_type": kind}, in_order=True)

    return create


def status(name: str, members: Sequence[tuple[str, str]], expression: Callable[[], Combinable]) -> Property:
    """The state in the contract's words: (stored, caption) of each member."""
    return Property("status", blocks.enum(name, members), expression=expression, read_only=True)


def _quote_status() -> Combinable:
    return Case(
        When(accepted_date__isnull=False, then=Value("accepted")),
        When(valid_until_date__lt=current().date, then=Value("expired")),
        When(sent_at__isnull=False, then=Value("sent")),
        default=Value("draft"),
        output_field=TextField(),
    )


def _order_status() -> Combinable:
    return Case(
        When(status=DocumentStatus.RELEASED, then=Value("open")), default=Value("draft"), output_field=TextField()
    )


_ORDER_STATES = (("draft", "Draft"), ("in_review", "In Review"), ("open", "Open"))


def _moved() -> Combinable:
    """Whether everything was shipped or received; nothing ordered is not moved either."""
    lines = DocumentLine.objects.filter(document=OuterRef("pk")).exclude(line_type=LineType.TEXT)
    waiting = lines.exclude(qty_shipped_or_received=F("quantity"))
    return Case(
        When(Exists(lines) & ~Exists(waiting), then=Value(True)), default=Value(False), output_field=BooleanField()
    )


def navigations(entity: str, party: Party, kind: AttachmentParent, paper: Paper) -> tuple[Navigation, ...]:
    """Where a document leads: lines, files, paper, dimensions, party, terms."""
    return (
        Navigation(
            f"{entity}Lines",
            f"{entity}Lines",
            theirs="document_id",
            contained=True,
            partner=entity,
            fills=(("document_id", "id"),),
        ),
        *files(entity, kind, paper),
        Navigation(party.word, f"{party.word}s", many=False, ours=f"{party.column}_id"),
        to_code("currency", "currencies", "currency"),
        to_code("paymentTerm", "paymentTerms", "payment_terms"),
        to_code("shipmentMethod", "shipmentMethods", "shipment_method"),
    )


def files(entity: str, kind: AttachmentParent, paper: Paper) -> tuple[Navigation, ...]:
    """What hangs on every document: its dimensions, its files, its paper."""
    return (
        set_lines_navigation(),
        attachments_navigation(kind, partner=entity, name=OF_DOCUMENTS),
        attachments_navigation(kind, partner=entity),
        pdf_navigation(paper, kind, partner=entity),
    )


def _register(area: Area, kind: DocumentType, properties: Sequence[Property]) -> None:
    entity, party = f"{area.value}{kind.value.capitalize()}", VENDOR if area == Area.PURCHASE else CUSTOMER
    parent = AttachmentParent(f"{area.value}_{kind.value}")
    STANDARD.register(
        EntitySet(
            name=f"{entity}s",
            entity=entity,
            model=Document,
            properties=(blocks.ID, blocks.NUMBER, *properties, blocks.MODIFIED),
            navigations=navigations(entity, party, parent, live(Document)),
            natural_key=("number",),
            rows=of_type(area, kind),
            create=create_document(party, area, kind),
            completed=discount_again,
            finish=mask_parties(properties),
            always=OF_DOCUMENT,
            tracked=True,
            webhooks=True,
        )
    )
    register_lines(entity, DocumentLine, area, kind)
    owns_attachments(parent, attachments.Parent(Document), entity, f"{entity}s")


def sales_party(*, bill_to_read_only: bool) -> tuple[Property, ...]:
    return (
        *blocks.account(CUSTOMER),
        *blocks.payer(CUSTOMER),
        *blocks.ship_to(),
        *blocks.address("sellTo"),
        *blocks.address("billTo", read_only=bill_to_read_only),
        *blocks.address("shipTo"),
    )


_EXTERNAL = Property("externalDocumentNumber", edm.code(35), "external_document_no")


_register(
    Area.SALES,
    DocumentType.QUOTE,
    (
        _EXTERNAL,
        blocks.date("documentDate", "document_date"),
        blocks.date("postingDate", "posting_date"),
        blocks.date("dueDate", "due_date"),
        *sales_party(bill_to_read_only=False),
        *blocks.currency(),
        *blocks.terms(),
        blocks.person(CUSTOMER),
        *blocks.money(),
        status(
            "salesQuoteEntityBufferStatus",
            (("draft", "Draft"), ("sent", "Sent"), ("accepted", "Accepted"), ("expired", "Expired ")),
            _quote_status,
        ),
        Property("sentDate", edm.INSTANT, "sent_at", nullable=True),
        blocks.date("validUntilDate", "valid_until_date"),
        blocks.date("acceptedDate", "accepted_date"),
        *blocks.communication(),
    ),
)
_register(
    Area.SALES,
    DocumentType.ORDER,
    (
        _EXTERNAL,
        blocks.date("orderDate", "order_date"),
        blocks.date("postingDate", "posting_date"),
        *sales_party(bill_to_read_only=True),
        *blocks.currency(),
        blocks.prices_include_tax(),
        *blocks.terms(),
        blocks.person(CUSTOMER),
        Property("partialShipping", edm.BOOLEAN, "partial_shipping"),
        blocks.date("requestedDeliveryDate", "requested_date"),
        *blocks.money(),
        Property("fullyShipped", edm.BOOLEAN, expression=_moved, read_only=True),
        status("salesOrderEntityBufferStatus", _ORDER_STATES, _order_status),
        *blocks.communication(),
    ),
)
_register(
    Area.PURCHASE,
    DocumentType.ORDER,
    (
        blocks.date("orderDate", "order_date"),
        blocks.date("postingDate", "posting_date"),
        *blocks.account(VENDOR),
        *blocks.payer(VENDOR),
        *blocks.ship_to(),
        *blocks.address("buyFrom"),
        *blocks.address("payTo", read_only=True),
        *blocks.address("shipTo"),
        *blocks.currency(),
        blocks.prices_include_tax(),
        *blocks.terms(),
        blocks.person(VENDOR),
        blocks.date("requestedReceiptDate", "requested_date"),
        *blocks.money(),
        Property("fullyReceived", edm.BOOLEAN, expression=_moved, read_only=True),
        status("purchaseOrderEntityBufferStatus", _ORDER_STATES, _order_status),
    ),
)


STANDARD.extend(
    "salesQuotes", actions=[Action("makeOrder", converting.make_order, returns="salesOrders", created=True)]
)
