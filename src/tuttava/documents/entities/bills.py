"""Invoices and credit memos in the standard service: drafts and posted ones under one id (16.8, section 14)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Case, OuterRef, Subquery, TextField, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.build import code_behind
from tuttava.api.declare import STANDARD, Action, EntitySet, Property, Row, Wanted
from tuttava.api.sets.attachments import owns_attachments
from tuttava.api.stamps import fill_stamps, last_modified
from tuttava.documents import converting, correcting, posting
from tuttava.documents.entities import blocks
from tuttava.documents.entities.blocks import CUSTOMER, VENDOR
from tuttava.documents.entities.common import create_line, discount_again, of_bills, of_type, without_account
from tuttava.documents.entities.masks import OF_DOCUMENT, mask_parties
from tuttava.documents.entities.pdf import BILL
from tuttava.documents.entities.standard import create_document, navigations, sales_party, status
from tuttava.documents.entities.standard_lines import line_navigations, line_number, owner_id, properties
from tuttava.documents.models import Area, Document, DocumentLine, DocumentType
from tuttava.documents.models.bills import Bill, BillLine
from tuttava.foundation import attachments, records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import AttachmentParent
from tuttava.relations.entities.common import text
from tuttava.trade.models import CustomerReturnReason, PostedDocument, PostedKind

_INVOICES = frozenset({PostedKind.SALES_INVOICE, PostedKind.PURCHASE_INVOICE})


def draft_of(bill: Bill) -> Document:
    """The draft behind a bill; a posted one is refused."""
    found = Document.objects.filter(pk=bill.pk).first()
    if found is None:
        raise DomainError(
            "document_posted", _("%(no)s is posted and cannot be changed.") % {"no": bill.no}, rule="A-99"
        )
    return found


def posted_of(bill: Bill) -> PostedDocument:
    """The posted document behind a bill; a draft is refused."""
    found = PostedDocument.objects.filter(pk=bill.pk).first()
    if found is None:
        raise DomainError(
            "document_not_posted", _("%(no)s is not posted yet. Post it first.") % {"no": bill.no}, rule="A-99"
        )
    return found


def _change(bill: Bill, values: Mapping[str, Any], version: int | None) -> Document:
    return records.change(draft_of(bill), values, version=version, in_order=True)


def _delete(bill: Bill, version: int | None) -> None:
    records.delete(draft_of(bill), version=version)


def _post(bill: Bill) -> PostedDocument:
    """Post a draft; the posted document is the same entity (A-99)."""
    return posting.post(draft_of(bill))[-1]


def _cancel(bill: Bill) -> Bill:
    """Section 14."""
    correcting.cancel(posted_of(bill))
    return bill


def _corrective(bill: Bill) -> Document:
    """Section 14."""
    return correcting.corrective(posted_of(bill))


def _bill_status() -> Combinable:
    return Case(
        When(is_posted=False, then=Value("draft")),
        When(canceled_by_id__isnull=False, then=Value("canceled")),
        When(corrects_id__isnull=False, then=Value("corrective")),
        When(remaining=0, then=Value("paid")),
        default=Value("open"),
        output_field=TextField(),
    )


_STATES = (
    ("", " "),
    ("draft", "Draft"),
    ("in_review", "In Review"),
    ("open", "Open"),
    ("paid", "Paid"),
    ("canceled", "Canceled"),
    ("corrective", "Corrective"),
)


def _corrected_no() -> Combinable:
    return Subquery(PostedDocument.objects.filter(pk=OuterRef("corrects_id")).values("no")[:1])


def _invoice_id(area: Area) -> Callable[[Any], Any]:
    kind = PostedKind.SALES_INVOICE if area == Area.SALES else PostedKind.PURCHASE_INVOICE

    def check(value: Any) -> Any:
        if value is not None and not PostedDocument.objects.filter(pk=value, kind=kind).exists():
            raise DomainError("not_found", _("There is no posted invoice “%(value)s”.") % {"value": value})
        return value

    return check


def _invoice_no(area: Area) -> Callable[[Any], Any]:
    kind = PostedKind.SALES_INVOICE if area == Area.SALES else PostedKind.PURCHASE_INVOICE

    def find(value: str | None) -> Any:
        if not value:
            return None
        found = PostedDocument.objects.filter(no=value.strip().upper(), kind=kind).values_list("pk", flat=True).first()
        if found is None:
            raise DomainError("not_found", _("There is no posted invoice “%(value)s”.") % {"value": value})
        return found

    return find


def _corrects(area: Area) -> tuple[Property, ...]:
    return (
        Property("invoiceId", edm.GUID, "corrects_id", convert=_invoice_id(area), nullable=True),
        Property(
            "invoiceNumber",
            edm.code(20),
            expression=_corrected_no,
            write="corrects_id",
            convert=_invoice_no(area),
            nullable=True,
        ),
    )


def _reason(name: str) -> Property:
    return Property(
        name,
        edm.GUID,
        expression=lambda: Subquery(
            CustomerReturnReason.objects.filter(code=OuterRef("return_reason_code")).values("id")[:1]
        ),
        write="return_reason_code",
        convert=code_behind(CustomerReturnReason),
        nullable=True,
    )


def _order() -> tuple[Property, ...]:
    return (
        Property("orderId", edm.GUID, "order_id", read_only=True, nullable=True),
        Property("orderNumber", edm.code(20), "order_no", read_only=True),
    )


_EXTERNAL = Property("externalDocumentNumber", edm.code(35), "external_document_no")


def _purchase_party() -> tuple[Property, ...]:
    return (
        *blocks.account(VENDOR),
        *blocks.payer(VENDOR),
    )


def _register(
    area: Area, kind: DocumentType, states: str, listed: Sequence[Property], actions: Sequence[Action]
) -> None:
    stem = {DocumentType.INVOICE: "Invoice", DocumentType.CREDIT_MEMO: "CreditMemo"}[kind]
    entity, party = f"{area.value}{stem}", VENDOR if area == Area.PURCHASE else CUSTOMER
    parent = AttachmentParent(f"{area.value}_{kind.value}")
    mask = mask_parties(listed)

    def finish(rows: Sequence[Row], wanted: Wanted) -> None:
        fill_stamps(rows, wanted)
        mask(rows, wanted)

    STANDARD.register(
        EntitySet(
            name=f"{entity}s",
            entity=entity,
            model=Bill,
            properties=(blocks.ID, blocks.NUMBER, *listed, status(states, _STATES, _bill_status), last_modified()),
            navigations=navigations(entity, party, parent, BILL),
            actions=tuple(actions),
            natural_key=("number",),
            rows=of_bills(area, kind),
            create=create_document(party, area, kind),
            completed=discount_again,
            change=_change,
            delete=_delete,
            finish=finish,
            always=OF_DOCUMENT,
            tracked=True,
            webhooks=True,
            touched_by=(("documents.postedheader", "posted_id"),),
        )
    )
    _register_lines(entity, area, kind)
    owns_attachments(parent, attachments.Parent(Bill), entity, f"{entity}s")


def _writable(line: BillLine) -> DocumentLine:
    found = DocumentLine.objects.filter(pk=line.pk).first()
    if found is None:
        raise _fixed_lines()
    return found


def _fixed_lines() -> DomainError:
    return DomainError("document_posted", _("The lines of a posted document cannot be changed."), rule="A-99")


def _create_line(values: Mapping[str, Any], given: Mapping[str, Any]) -> DocumentLine:
    owner = given.get("document_id") or values.get("document_id")
    if owner is not None and PostedDocument.objects.filter(pk=owner).exists():
        raise _fixed_lines()
    made: DocumentLine = create_line(DocumentLine, values, given)
    return made


def _change_line(line: BillLine, values: Mapping[str, Any], version: int | None) -> DocumentLine:
    return records.change(_writable(line), without_account(values), version=version, in_order=True)


def _delete_line(line: BillLine, version: int | None) -> None:
    records.delete(_writable(line), version=version)


def _register_lines(entity: str, area: Area, kind: DocumentType) -> None:
    STANDARD.register(
        EntitySet(
            name=f"{entity}Lines",
            entity=f"{entity}Line",
            model=BillLine,
            properties=(*properties(area, kind, number=line_number(), owner=owner_id(area, kind)), last_modified()),
            navigations=line_navigations(entity),
            order=("sequence",),
            rows=of_type(area, kind),
            create=_create_line,
            change=_change_line,
            delete=_delete_line,
            finish=fill_stamps,
            tracked=True,
            needs_filter=(("documentId", "api.document_required"),),
        )
    )


_register(
    Area.SALES,
    DocumentType.INVOICE,
    "invoiceEntityAggregateStatus",
    (
        _EXTERNAL,
        blocks.date("invoiceDate", "document_date"),
        blocks.date("postingDate", "posting_date"),
        blocks.date("dueDate", "due_date"),
        blocks.date("promisedPayDate", "promised_pay_date"),
        Property("customerPurchaseOrderReference", edm.text(35), "your_reference"),
        *sales_party(bill_to_read_only=True),
        *blocks.currency(),
        *_order(),
        *blocks.terms(),
        blocks.person(CUSTOMER),
        blocks.no_id("disputeStatusId"),
        Property("disputeStatus", edm.code(10), "dispute_status_code"),
        blocks.prices_include_tax(read_only=True),
        Property("remainingAmount", edm.DECIMAL, "remaining", read_only=True),
        *blocks.money(),
        *blocks.communication(),
    ),
    (
        Action("post", _post, returns="salesInvoices"),
        Action("cancel", _cancel, returns="salesInvoices"),
        Action("makeCorrectiveCreditMemo", _corrective, returns="salesCreditMemos", created=True),
    ),
)
_register(
    Area.SALES,
    DocumentType.CREDIT_MEMO,
    "salesCrMemoEntityBufferStatus",
    (
        _EXTERNAL,
        blocks.date("creditMemoDate", "document_date"),
        blocks.date("postingDate", "posting_date"),
        blocks.date("dueDate", "due_date"),
        *blocks.account(CUSTOMER),
        *blocks.payer(CUSTOMER),
        *blocks.address("sellTo"),
        *blocks.address("billTo", read_only=True),
        *blocks.currency(),
        *blocks.terms(),
        blocks.person(CUSTOMER),
        blocks.prices_include_tax(read_only=True),
        *blocks.money(),
        *_corrects(Area.SALES),
        *blocks.communication(),
        _reason("customerReturnReasonId"),
    ),
    (Action("post", _post, returns="salesCreditMemos"), Action("cancel", _cancel, returns="salesCreditMemos")),
)
_register(
    Area.PURCHASE,
    DocumentType.INVOICE,
    "purchaseInvoiceEntityAggregateStatus",
    (
        blocks.date("invoiceDate", "document_date"),
        blocks.date("postingDate", "posting_date"),
        blocks.date("dueDate", "due_date"),
        Property("vendorInvoiceNumber", edm.code(35), "external_document_no"),
        *_purchase_party(),
        text("payToContact", 100, "bill_to_contact_name"),
        *blocks.ship_to(),
        *blocks.address("buyFrom"),
        *blocks.address("payTo", read_only=True),
        *blocks.address("shipTo"),
        *blocks.currency(),
        *_order(),
        *blocks.terms(),
        blocks.person(VENDOR),
        blocks.prices_include_tax(),
        *blocks.money(),
    ),
    (Action("post", _post, returns="purchaseInvoices"),),
)
_register(
    Area.PURCHASE,
    DocumentType.CREDIT_MEMO,
    "purchaseCreditMemoEntityAggregateStatus",
    (
        blocks.date("creditMemoDate", "document_date"),
        blocks.date("postingDate", "posting_date"),
        blocks.date("dueDate", "due_date"),
        Property("vendorCreditMemoNumber", edm.code(35), "external_document_no"),
        *_purchase_party(),
        *blocks.address("buyFrom"),
        *blocks.address("payTo", read_only=True),
        *blocks.currency(),
        *blocks.terms(),
        blocks.person(VENDOR),
        *blocks.money(),
        *_corrects(Area.PURCHASE),
        _reason("vendorReturnReasonId"),
    ),
    (Action("post", _post, returns="purchaseCreditMemos"), Action("cancel", _cancel, returns="purchaseCreditMemos")),
)


def _invoice_of(document: Document) -> PostedDocument | None:
    """Post everything open; the invoice that came of it."""
    return next((each for each in posting.post(document) if each.kind in _INVOICES), None)


STANDARD.extend(
    "salesQuotes", actions=[Action("makeInvoice", converting.make_invoice, returns="salesInvoices", created=True)]
)
STANDARD.extend("salesOrders", actions=[Action("shipAndInvoice", _invoice_of, returns="salesInvoices")])
STANDARD.extend("purchaseOrders", actions=[Action("receiveAndInvoice", _invoice_of, returns="purchaseInvoices")])
