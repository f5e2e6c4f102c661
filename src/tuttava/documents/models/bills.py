"""Invoices and credit memos, drafts and posted ones under one id (A-99): views of each company, read only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tuttava.documents.models.headers import DocumentHeader
from tuttava.documents.models.lines import LineFields
from tuttava.documents.models.live import Document, DocumentLine
from tuttava.documents.models.vocabulary import Area, DocumentType
from tuttava.foundation.views import company_view
from tuttava.trade.models import PostedDocumentLine

#: A posted one's version is above any that its draft can have had, so that the tag of a draft never fits it.
_POSTED = 1_000_000_000
_NOT_SHOWN = frozenset({"id", "version"})

#: What a posted document says by itself, and under which of its columns.
_SAID = {
    "no": "no",
    "paying_customer_id": "customer_id",
    "paying_vendor_id": "vendor_id",
    "account_contact_id": "main_contact_id",
    "paying_contact_id": "billing_contact_id",
    "salesperson_code": "salesperson_code",
    "document_date": "document_date",
    "posting_date": "posting_date",
    "due_date": "due_date",
    "posting_description": "description",
    "external_document_no": "external_document_no",
    "your_reference": "your_reference",
    "amount": "amount",
    "amount_including_vat": "amount_including_vat",
}
_AREA = "(CASE WHEN p.kind LIKE 'sales%' THEN 'sales' ELSE 'purchase' END)::varchar"
_TYPE = "(CASE WHEN p.kind LIKE '%invoice' THEN 'invoice' ELSE 'credit_memo' END)::varchar"
#: What follows from its kind, or holds for every one that was posted elsewhere; all other columns are blank there.
_FED = {
    "area": _AREA,
    "document_type": _TYPE,
    "doc_no_occurrence": "'1'",
    "customer_id": "p.customer_id",
    "vendor_id": "p.vendor_id",
    "order_date": "p.document_date",
    "partial_shipping": "'true'",
    "service_status": "'pending'",
    "notify_customer": "'no'",
    **{name: f"p.{column}" for name, column in _SAID.items()},
}
#: Columns whose value the header of a posted document does not know better.
_KNOWN = frozenset({"area", "document_type", "doc_no_occurrence", *_SAID})
_NAMES = frozenset({"name", "bill_to_name"})
_KINDS = "('sales_invoice', 'sales_credit_memo', 'purchase_invoice', 'purchase_credit_memo')"
_LEFT = """
coalesce((SELECT sum(abs(e.remaining_amount_lcy)){share} FROM {{schema}}.trade_{ledger}ledgerentry e
   WHERE e.document_no = k.no AND e.document_type IN ('invoice', 'credit_memo')
     AND e.{ledger}_id = k.paying_{ledger}_id), 0)
"""
#: Ledgers are in own currency: the same part of the document's amount is left in its own.
_SHARE = " * k.amount_including_vat / nullif(sum(abs(e.amount_lcy)), 0)"


def _remaining(share: str = "") -> str:
    """What is left to pay, read from the ledger of the document's area."""
    ours, theirs = (_LEFT.format(ledger=ledger, share=share) for ledger in ("customer", "vendor"))
    return f"CASE WHEN k.bill_kind LIKE 'sales%' THEN {ours} ELSE {theirs} END"


_REMAINING = (
    f"CASE WHEN NOT k.is_posted THEN 0 WHEN h.currency_code IS NULL THEN {_remaining()}"
    f" ELSE round({_remaining(_SHARE)}, 2) END"
)


def _blank(field: models.Field[object, object]) -> str:
    """What a column holds that a document from elsewhere does not have; a literal takes the type of the column."""
    if field.null or field.is_relation:
        return "NULL"
    if isinstance(field, models.BooleanField):
        return "'false'"
    return "'0'" if isinstance(field, models.DecimalField | models.IntegerField) else "''"


def _columns(abstract: type[models.Model], concrete: type[models.Model]) -> list[models.Field[object, object]]:
    known = {field.name for field in abstract._meta.fields} - _NOT_SHOWN
    return [field for field in concrete._meta.concrete_fields if field.name in known]


def _shown(field: models.Field[object, object]) -> str:
    """A column of a bill: of the draft, of the header of what was posted here, or of what was posted elsewhere."""
    if field.attname in _KNOWN:
        return f"k.{field.column}"
    if field.name in _NAMES:
        return (
            f"CASE WHEN k.is_posted THEN coalesce(h.{field.column}, c.name, v.name, '') ELSE k.{field.column} END"
            f" AS {field.column}"
        )
    return f"CASE WHEN h.id IS NULL THEN k.{field.column} ELSE h.{field.column} END AS {field.column}"


def _header_query() -> str:
    """Drafts and posted ones as two tables without joins or conditions of their own.

    So PostgreSQL reads them by their indexes, and in the order of their numbers as far as a page goes. Conditions name
    ``is_posted`` first: of each table only its own half of them is left.
    """
    fields = _columns(DocumentHeader, Document)
    live = ", ".join(f"d.{field.column}" for field in fields)
    posted = ", ".join(f"{_FED.get(field.attname, _blank(field))} AS {field.column}" for field in fields)
    shown = ", ".join(_shown(field) for field in fields)
    return f"""
SELECT k.id, CASE WHEN k.is_posted THEN {_POSTED} + k.version + coalesce(h.version, 0) ELSE k.version END AS version,
       k.is_posted, k.bill_kind, k.sent_at, h.order_id, k.order_no,
       CASE WHEN h.id IS NULL THEN k.corrects_id ELSE h.corrects_id END AS corrects_id, h.canceled_by_id,
       {_REMAINING} AS remaining, {shown}
  FROM (SELECT d.id, d.version, false AS is_posted, (d.area || '_' || d.document_type)::varchar AS bill_kind,
               d.sent_at, ''::varchar AS order_no, d.corrects_id, {live}
          FROM {{schema}}.documents_document d
         UNION ALL
        SELECT p.id, p.version, true, p.kind, NULL, p.order_no, NULL, {posted}
          FROM {{schema}}.trade_posteddocument p) k
  LEFT JOIN {{schema}}.documents_postedheader h ON h.posted_id = k.id
  LEFT JOIN {{schema}}.partners_customer c ON c.id = k.paying_customer_id
  LEFT JOIN {{schema}}.partners_vendor v ON v.id = k.paying_vendor_id
 WHERE (NOT k.is_posted OR k.bill_kind IN {_KINDS})
   AND (k.is_posted OR (k.area <> 'service' AND k.document_type IN ('invoice', 'credit_memo')))
"""  # noqa: S608 - names of our own columns


company_view("documents_bill", _header_query())


def _line_query() -> str:
    fields = [field for field in _columns(LineFields, DocumentLine) if field.name != "document"]
    known = {field.name for field in PostedDocumentLine._meta.concrete_fields}
    live = ", ".join(f"l.{field.column}" for field in fields)
    posted = ", ".join(f"l.{field.column}" if field.name in known else _blank(field) for field in fields)
    return f"""
SELECT l.id, l.version, l.document_id, d.area, d.document_type, {live}
  FROM {{schema}}.documents_documentline l JOIN {{schema}}.documents_document d ON d.id = l.document_id
 WHERE d.area <> 'service' AND d.document_type IN ('invoice', 'credit_memo')
 UNION ALL
SELECT l.id, {_POSTED} + l.version, l.document_id, {_AREA}, {_TYPE}, {posted}
  FROM {{schema}}.trade_posteddocumentline l JOIN {{schema}}.trade_posteddocument p ON p.id = l.document_id
 WHERE p.kind IN {_KINDS}
"""  # noqa: S608 - names of our own columns


company_view("documents_billline", _line_query())


class Bill(DocumentHeader):
    """An invoice or credit memo. ``remaining``: what is left to pay, in the currency of the document."""

    is_posted = models.BooleanField()
    #: The kind of the posted document, also of a draft: by it posted ones have their index.
    bill_kind = models.CharField(max_length=30)
    sent_at = models.DateTimeField(null=True)
    order_id = models.UUIDField(null=True)
    order_no = models.TextField()
    corrects_id = models.UUIDField(null=True)
    canceled_by_id = models.UUIDField(null=True)
    remaining = models.DecimalField(max_digits=20, decimal_places=2)

    journaled_as = ("documents.document", "trade.posteddocument")
    journaled_more: ClassVar = {
        "bill_kind": "(j.old->>'area') || '_' || (j.old->>'document_type')",
        "is_posted": "false",
    }
    lasting = frozenset({"area", "document_type", "bill_kind"})

    class Meta:
        managed = False
        db_table = "documents_bill"


class BillLine(LineFields):
    """A line of an invoice or credit memo."""

    document = models.ForeignKey(
        Bill, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    area = models.CharField(max_length=10, choices=Area.choices)
    document_type = models.CharField(max_length=20, choices=DocumentType.choices)

    journaled_as = ("documents.documentline", "trade.posteddocumentline")
    lasting = frozenset({"area", "document_type"})

    class Meta:
        managed = False
        db_table = "documents_billline"
