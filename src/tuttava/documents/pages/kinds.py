"""The kinds of documents as the pages know them: their lists, addresses and words."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuttava.documents.models import TYPES, Area, Document, DocumentType
from tuttava.foundation.context import current
from tuttava.foundation.errors import Text

_Key = tuple[Area, DocumentType]

#: Title of the list, words of *New*.
_WORDS: dict[_Key, tuple[Text, Text]] = {
    (Area.SALES, DocumentType.QUOTE): (_("Sales quotes"), _("New sales quote")),
    (Area.SALES, DocumentType.BLANKET_ORDER): (_("Blanket sales orders"), _("New blanket sales order")),
    (Area.SALES, DocumentType.ORDER): (_("Sales orders"), _("New sales order")),
    (Area.SALES, DocumentType.INVOICE): (_("Sales invoices"), _("New sales invoice")),
    (Area.SALES, DocumentType.CREDIT_MEMO): (_("Sales credit memos"), _("New sales credit memo")),
    (Area.SALES, DocumentType.RETURN_ORDER): (_("Sales return orders"), _("New sales return order")),
    (Area.PURCHASE, DocumentType.QUOTE): (_("Purchase quotes"), _("New purchase quote")),
    (Area.PURCHASE, DocumentType.BLANKET_ORDER): (_("Blanket purchase orders"), _("New blanket purchase order")),
    (Area.PURCHASE, DocumentType.ORDER): (_("Purchase orders"), _("New purchase order")),
    (Area.PURCHASE, DocumentType.INVOICE): (_("Purchase invoices"), _("New purchase invoice")),
    (Area.PURCHASE, DocumentType.CREDIT_MEMO): (_("Purchase credit memos"), _("New purchase credit memo")),
    (Area.PURCHASE, DocumentType.RETURN_ORDER): (_("Purchase return orders"), _("New purchase return order")),
    (Area.SERVICE, DocumentType.QUOTE): (_("Service quotes"), _("New service quote")),
    (Area.SERVICE, DocumentType.ORDER): (_("Service orders"), _("New service order")),
    (Area.SERVICE, DocumentType.INVOICE): (_("Service invoices"), _("New service invoice")),
    (Area.SERVICE, DocumentType.CREDIT_MEMO): (_("Service credit memos"), _("New service credit memo")),
}

ICONS = {
    DocumentType.QUOTE: "document-text",
    DocumentType.BLANKET_ORDER: "document-check",
    DocumentType.ORDER: "clipboard-document-list",
    DocumentType.INVOICE: "banknotes",
    DocumentType.CREDIT_MEMO: "receipt-refund",
    DocumentType.RETURN_ORDER: "arrow-uturn-left",
}


@dataclass(frozen=True)
class Kind:
    """One type of documents of one area."""

    area: Area
    document_type: DocumentType

    @property
    def name(self) -> str:
        """The name of its list: ``sales-quotes``."""
        return f"{self.area}-{self.document_type}s".replace("_", "-")

    @property
    def start(self) -> str:
        """The name of the address that begins a new one."""
        return f"{self.name}-start"

    @property
    def title(self) -> Text:
        return _WORDS[self.area, self.document_type][0]

    @property
    def new_label(self) -> Text:
        return _WORDS[self.area, self.document_type][1]

    @property
    def icon(self) -> str:
        return ICONS[self.document_type]

    @property
    def set_name(self) -> str:
        """As rights name it."""
        return f"{self.area}Documents"

    @property
    def purchases(self) -> bool:
        return self.area == Area.PURCHASE

    @property
    def may_write(self) -> bool:
        return current().may("api.write", self.set_name)

    @property
    def may_read(self) -> bool:
        return current().may("api.read", self.set_name)


KINDS = [Kind(area, document_type) for area in Area for document_type in TYPES[area]]


def kind_of(document: Document) -> Kind:
    """The kind of a document."""
    return Kind(Area(document.area), DocumentType(document.document_type))


def document_url(document: Document) -> str:
    """The card of a document."""
    return reverse("document", kwargs={"pk": document.pk})


def may_write(document: Document) -> bool:
    """Whether the user may change documents of this area."""
    return kind_of(document).may_write
