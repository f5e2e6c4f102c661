"""The setup of documents: what is archived, and where numbers come from (one row)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.documents.models.vocabulary import ArchiveQuotes
from tuttava.foundation.errors import Text
from tuttava.foundation.fields import CodeRef
from tuttava.foundation.models import NumberSeries
from tuttava.partners.models.setups import OneRow


def _series(label: Text) -> CodeRef:
    return CodeRef(NumberSeries, verbose_name=label, on_delete=models.RESTRICT, db_index=False)


def _quotes(label: Text) -> models.CharField[str, str]:
    return models.CharField(label, max_length=10, choices=ArchiveQuotes.choices, default=ArchiveQuotes.NEVER)


def _flag(label: Text, *, default: bool = False) -> models.BooleanField[bool, bool]:
    return models.BooleanField(label, default=default)


class DocumentSetup(OneRow):
    sales_archive_quotes = _quotes(_("archive sales quotes"))
    sales_archive_orders = _flag(_("archive sales orders"))
    sales_archive_blanket_orders = _flag(_("archive sales blanket orders"))
    sales_archive_return_orders = _flag(_("archive sales return orders"))
    purchase_archive_quotes = _quotes(_("archive purchase quotes"))
    purchase_archive_orders = _flag(_("archive purchase orders"))
    purchase_archive_blanket_orders = _flag(_("archive purchase blanket orders"))
    purchase_archive_return_orders = _flag(_("archive purchase return orders"))
    service_archive_quotes = _quotes(_("archive service quotes"))
    service_archive_orders = _flag(_("archive service orders"))
    store_printed_documents = _flag(_("keep what was printed or sent"), default=True)
    sales_quote_nos = _series(_("sales quote numbers"))
    sales_blanket_order_nos = _series(_("sales blanket order numbers"))
    sales_order_nos = _series(_("sales order numbers"))
    sales_invoice_nos = _series(_("sales invoice numbers"))
    sales_credit_memo_nos = _series(_("sales credit memo numbers"))
    sales_return_order_nos = _series(_("sales return order numbers"))
    purchase_quote_nos = _series(_("purchase quote numbers"))
    purchase_blanket_order_nos = _series(_("purchase blanket order numbers"))
    purchase_order_nos = _series(_("purchase order numbers"))
    purchase_invoice_nos = _series(_("purchase invoice numbers"))
    purchase_credit_memo_nos = _series(_("purchase credit memo numbers"))
    purchase_return_order_nos = _series(_("purchase return order numbers"))
    service_quote_nos = _series(_("service quote numbers"))
    service_order_nos = _series(_("service order numbers"))
    service_invoice_nos = _series(_("service invoice numbers"))
    service_credit_memo_nos = _series(_("service credit memo numbers"))
    service_contract_nos = _series(_("service contract numbers"))
    reminder_nos = _series(_("reminder numbers"))
    finance_charge_memo_nos = _series(_("finance charge memo numbers"))
    posted_sales_shipment_nos = _series(_("posted sales shipment numbers"))
    posted_sales_invoice_nos = _series(_("posted sales invoice numbers"))
    posted_sales_credit_memo_nos = _series(_("posted sales credit memo numbers"))
    posted_sales_return_receipt_nos = _series(_("posted sales return receipt numbers"))
    posted_purchase_receipt_nos = _series(_("posted purchase receipt numbers"))
    posted_purchase_invoice_nos = _series(_("posted purchase invoice numbers"))
    posted_purchase_credit_memo_nos = _series(_("posted purchase credit memo numbers"))
    posted_purchase_return_shipment_nos = _series(_("posted purchase return shipment numbers"))
    posted_service_shipment_nos = _series(_("posted service shipment numbers"))
    posted_service_invoice_nos = _series(_("posted service invoice numbers"))
    posted_service_credit_memo_nos = _series(_("posted service credit memo numbers"))
    issued_reminder_nos = _series(_("issued reminder numbers"))
    issued_finance_charge_memo_nos = _series(_("issued finance charge memo numbers"))

    class Meta:
        verbose_name = _("document setup")
        verbose_name_plural = _("document setup")
        constraints = [models.CheckConstraint(condition=models.Q(only_row=True), name="one_document_setup")]
