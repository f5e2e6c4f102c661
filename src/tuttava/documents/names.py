"""What a document is called: in messages, on paper, in its posting description."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.documents.models import Area, ContractType, DocumentHeader, DocumentType, ServiceContract
from tuttava.foundation.errors import Text


def kind_of(area: str, document_type: str) -> Text:
    """“Sales order”, “Service quote” ..."""
    return {
        (Area.SALES, DocumentType.QUOTE): _("Sales quote"),
        (Area.SALES, DocumentType.BLANKET_ORDER): _("Blanket sales order"),
        (Area.SALES, DocumentType.ORDER): _("Sales order"),
        (Area.SALES, DocumentType.INVOICE): _("Sales invoice"),
        (Area.SALES, DocumentType.CREDIT_MEMO): _("Sales credit memo"),
        (Area.SALES, DocumentType.RETURN_ORDER): _("Sales return order"),
        (Area.PURCHASE, DocumentType.QUOTE): _("Purchase quote"),
        (Area.PURCHASE, DocumentType.BLANKET_ORDER): _("Blanket purchase order"),
        (Area.PURCHASE, DocumentType.ORDER): _("Purchase order"),
        (Area.PURCHASE, DocumentType.INVOICE): _("Purchase invoice"),
        (Area.PURCHASE, DocumentType.CREDIT_MEMO): _("Purchase credit memo"),
        (Area.PURCHASE, DocumentType.RETURN_ORDER): _("Purchase return order"),
        (Area.SERVICE, DocumentType.QUOTE): _("Service quote"),
        (Area.SERVICE, DocumentType.ORDER): _("Service order"),
        (Area.SERVICE, DocumentType.INVOICE): _("Service invoice"),
        (Area.SERVICE, DocumentType.CREDIT_MEMO): _("Service credit memo"),
    }[Area(area), DocumentType(document_type)]


def title_of(document: DocumentHeader) -> str:
    """“Sales order SO00012”."""
    return f"{kind_of(document.area, document.document_type)} {document.no}".strip()


def first_description(document: DocumentHeader) -> str:
    """The posting description a document starts with, e.g. “Order 1001” (2.12)."""
    return f"{DocumentType(document.document_type).label} {document.no}"[:100]


def contract_title(contract: ServiceContract) -> str:
    """“Service contract SC00012”."""
    kind = _("Service contract quote") if contract.contract_type == ContractType.QUOTE else _("Service contract")
    return f"{kind} {contract.no}".strip()
