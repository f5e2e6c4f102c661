"""What a document is called by those who get it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.documents.models import Area, DocumentType
from tuttava.trade.models import PostedKind


def live_title(area: str, document_type: str) -> str:
    """“Order confirmation”, “Draft invoice” ..."""
    titles = {
        (Area.SALES, DocumentType.QUOTE): _("Quote"),
        (Area.SALES, DocumentType.BLANKET_ORDER): _("Blanket order"),
        (Area.SALES, DocumentType.ORDER): _("Order confirmation"),
        (Area.SALES, DocumentType.INVOICE): _("Draft invoice"),
        (Area.SALES, DocumentType.CREDIT_MEMO): _("Draft credit memo"),
        (Area.SALES, DocumentType.RETURN_ORDER): _("Return order"),
        (Area.PURCHASE, DocumentType.QUOTE): _("Request for quote"),
        (Area.PURCHASE, DocumentType.BLANKET_ORDER): _("Blanket purchase order"),
        (Area.PURCHASE, DocumentType.ORDER): _("Purchase order"),
        (Area.PURCHASE, DocumentType.INVOICE): _("Purchase invoice"),
        (Area.PURCHASE, DocumentType.CREDIT_MEMO): _("Purchase credit memo"),
        (Area.PURCHASE, DocumentType.RETURN_ORDER): _("Purchase return order"),
        (Area.SERVICE, DocumentType.QUOTE): _("Service quote"),
        (Area.SERVICE, DocumentType.ORDER): _("Service order"),
        (Area.SERVICE, DocumentType.INVOICE): _("Draft service invoice"),
        (Area.SERVICE, DocumentType.CREDIT_MEMO): _("Draft service credit memo"),
    }
    return str(titles[Area(area), DocumentType(document_type)])


def posted_title(kind: str) -> str:
    """“Invoice”, “Delivery note” ..."""
    titles = {
        PostedKind.SALES_SHIPMENT: _("Delivery note"),
        PostedKind.SALES_INVOICE: _("Invoice"),
        PostedKind.SALES_CREDIT_MEMO: _("Credit memo"),
        PostedKind.SALES_RETURN_RECEIPT: _("Return receipt"),
        PostedKind.PURCHASE_RECEIPT: _("Goods receipt"),
        PostedKind.PURCHASE_INVOICE: _("Purchase invoice"),
        PostedKind.PURCHASE_CREDIT_MEMO: _("Purchase credit memo"),
        PostedKind.PURCHASE_RETURN_SHIPMENT: _("Return shipment"),
        PostedKind.SERVICE_SHIPMENT: _("Service report"),
        PostedKind.SERVICE_INVOICE: _("Service invoice"),
        PostedKind.SERVICE_CREDIT_MEMO: _("Service credit memo"),
    }
    return str(titles[PostedKind(kind)])
