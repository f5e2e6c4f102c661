"""Invoices and credit memos, drafts and posted ones under one id (A-99): views of each company, read only."""

from __future__ import annotations

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

#: What a document that was posted elsewhere says; all other columns are blank.
_FED = {
    "area": "CASE WHEN p.kind LIKE 'sales%' THEN 'sales' ELSE 'purchase' END",
    "document_type": "CASE WHEN p.kind LIKE '%invoice' THEN 'invoice' ELSE 'credit_memo' END",
    "no": "p.no",
    "doc_no_occurrence": "1",
    "customer_id": "p.customer_id",
    "vendor_id": "p.vendor_id",
    "paying_customer_id": "p.customer_id",
    "paying_vendor_id": "p.vendor_id",
    "account_contact_id": "p.main_contact_id",
    "paying_contact_id": "p.billing_contact_id",
    "name": "coalesce(c.name, v.name, '')",
    "bill_to_name": "coalesce(c.name, v.name, '')",
    "salesperson_code": "p.salesperson_code",
    "document_date": "p.document_date",
    "order_date": "p.document_date",
    "posting_date": "p.posting_date",
    "due_date": "p.due_date",
    "posting_description": "p.description",
    "external_document_no": "p.external_document_no",
    "your_reference": "p.your_reference",
    "amount": "p.amount",
    "amount_including_vat": "p.amount_including_vat",
    "partial_shipping": "true",
    "service_status": "'pending'",
    "notify_customer": "'no'",
}
_KINDS = "('sales_invoice', 'sales_credit_memo', 'purchase_invoice', 'purchase_credit_memo')"
_LEFT = """
coalesce((SELECT sum(abs(e.remaining_amount_lcy)){share} FROM {{schema}}.trade_{ledger}ledgerentry e
   WHERE e.document_no = p.no AND e.document_type IN ('invoice', 'credit_memo')
     AND e.{ledger}_id = p.{ledger}_id), 0)
"""
#: Ledgers are in own currency: the same part of the document's amount is left in its own.
_SHARE = " * p.amount_including_vat / nullif(sum(abs(e.amount_lcy)), 0)"


def _remaining(share: str = "") -> str:
    """What is left to pay, read from the ledger of the document's area."""
    ours, theirs = (_LEFT.format(ledger=ledger, share=share) for ledger in ("customer", "vendor"))
    return f"CASE WHEN p.kind LIKE 'sales%' THEN {ours} ELSE {theirs} END"


_REMAINING = _remaining()
_REMAINING_HERE = f"CASE WHEN h.currency_code IS NULL THEN {_REMAINING} ELSE round({_remaining(_SHARE)}, 2) END"


def _blank(field: models.Field[object, object]) -> str:
    """What a column holds that a document from elsewhere does not have."""
    if field.null or field.is_relation:
        return "NULL"
    if isinstance(field, models.BooleanField):
        return "false"
    return "0" if isinstance(field, models.DecimalField | models.IntegerField) else "''"


def _columns(abstract: type[models.Model], concrete: type[models.Model]) -> list[models.Field[object, object]]:
    known = {field.name for field in abstract._meta.fields} - _NOT_SHOWN
    return [field for field in concrete._meta.concrete_fields if field.name in known]


def _header_query() -> str:
    fields = _columns(DocumentHeader, Document)
    live = ", ".join(f"d.{field.column}" for field in fields)
    ours = {name: _FED[name] for name in ("area", "document_type")}
    ours |= {"no": "p.no", "posting_description": "p.description", "doc_no_occurrence": "1"}
    posted = ", ".join(ours.get(field.attname, f"h.{field.column}") for field in fields)
    fed = ", ".join(_FED.get(field.attname, _blank(field)) for field in fields)
    return f"""
SELECT d.id, d.version, false AS is_posted, d.sent_at, NULL::uuid AS order_id, ''::text AS order_no, d.corrects_id,
       NULL::uuid AS canceled_by_id, 0::numeric AS remaining, {live}
  FROM {{schema}}.documents_document d
 WHERE d.area <> 'service' AND d.document_type IN ('invoice', 'credit_memo')
 UNION ALL
SELECT p.id, {_POSTED} + p.version + h.version, true, NULL, h.order_id, p.order_no, h.corrects_id,
       h.canceled_by_id, {_REMAINING_HERE}, {posted}
  FROM {{schema}}.trade_posteddocument p JOIN {{schema}}.documents_postedheader h ON h.posted_id = p.id
 WHERE p.kind IN {_KINDS}
 UNION ALL
SELECT p.id, {_POSTED} + p.version, true, NULL::timestamptz, NULL::uuid, p.order_no, NULL::uuid,
       NULL::uuid, {_REMAINING}, {fed}
  FROM {{schema}}.trade_posteddocument p
  LEFT JOIN {{schema}}.partners_customer c ON c.id = p.customer_id
  LEFT JOIN {{schema}}.partners_vendor v ON v.id = p.vendor_id
 WHERE p.kind IN {_KINDS}
   AND NOT EXISTS (SELECT 1 FROM {{schema}}.documents_postedheader h WHERE h.posted_id = p.id)
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
SELECT l.id, {_POSTED} + l.version, l.document_id, {_FED["area"]}, {_FED["document_type"]}, {posted}
  FROM {{schema}}.trade_posteddocumentline l JOIN {{schema}}.trade_posteddocument p ON p.id = l.document_id
 WHERE p.kind IN {_KINDS}
"""  # noqa: S608 - names of our own columns


company_view("documents_billline", _line_query())


class Bill(DocumentHeader):
    """An invoice or credit memo. ``remaining``: what is left to pay, in the currency of the document."""

    is_posted = models.BooleanField()
    sent_at = models.DateTimeField(null=True)
    order_id = models.UUIDField(null=True)
    order_no = models.TextField()
    corrects_id = models.UUIDField(null=True)
    canceled_by_id = models.UUIDField(null=True)
    remaining = models.DecimalField(max_digits=20, decimal_places=2)

    journaled_as = ("documents.document", "trade.posteddocument")
    lasting = frozenset({"area", "document_type"})

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
