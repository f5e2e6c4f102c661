"""The words of documents: their areas, types and states (interactions, 2.12)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Area(models.TextChoices):
    SALES = "sales", _("Sales")
    PURCHASE = "purchase", _("Purchase")
    SERVICE = "service", pgettext_lazy("area of documents", "Service")


class DocumentType(models.TextChoices):
    QUOTE = "quote", _("Quote")
    BLANKET_ORDER = "blanket_order", _("Blanket order")
    ORDER = "order", pgettext_lazy("document", "Order")
    INVOICE = "invoice", _("Invoice")
    CREDIT_MEMO = "credit_memo", _("Credit memo")
    RETURN_ORDER = "return_order", _("Return order")


#: The types that each area has.
TYPES: dict[Area, tuple[DocumentType, ...]] = {
    Area.SALES: tuple(DocumentType),
    Area.PURCHASE: tuple(DocumentType),
    Area.SERVICE: (DocumentType.QUOTE, DocumentType.ORDER, DocumentType.INVOICE, DocumentType.CREDIT_MEMO),
}

#: Types that only promise: they are never posted and have no posting date.
PROMISES = frozenset({DocumentType.QUOTE, DocumentType.BLANKET_ORDER})
#: Types by which goods move before they are invoiced.
ORDERS = frozenset({DocumentType.ORDER, DocumentType.RETURN_ORDER})
#: Types by which something is given back.
RETURNS = frozenset({DocumentType.CREDIT_MEMO, DocumentType.RETURN_ORDER})


class DocumentStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("state", "Open")
    RELEASED = "released", _("Released")


class ServiceStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    IN_PROCESS = "in_process", _("In process")
    FINISHED = "finished", _("Finished")
    ON_HOLD = "on_hold", _("On hold")


class NotifyCustomer(models.TextChoices):
    NO = "no", _("No")
    BY_EMAIL = "by_email", _("By e-mail")


class ArchiveQuotes(models.TextChoices):
    NEVER = "never", _("Never")
    QUESTION = "question", _("Question")
    ALWAYS = "always", _("Always")
