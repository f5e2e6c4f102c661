"""The enumerations of interactions, stored names in the order of the specification (2.1)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class InformationFlow(models.TextChoices):
    NONE = "none", _("None")
    OUTBOUND = "outbound", _("Outbound")
    INBOUND = "inbound", _("Inbound")


class InitiatedBy(models.TextChoices):
    NONE = "none", _("None")
    US = "us", _("Us")
    THEM = "them", _("Them")


class Evaluation(models.TextChoices):
    NONE = "none", _("None")
    VERY_POSITIVE = "very_positive", _("Very positive")
    POSITIVE = "positive", _("Positive")
    NEUTRAL = "neutral", _("Neutral")
    NEGATIVE = "negative", _("Negative")
    VERY_NEGATIVE = "very_negative", _("Very negative")


class DeliveryStatus(models.TextChoices):
    NONE = "none", _("None")
    IN_PROGRESS = "in_progress", _("In progress")
    ERROR = "error", _("Error")


class WizardAction(models.TextChoices):
    """What the wizard does with the template's content."""

    NONE = "none", _("None")
    OPEN = "open", pgettext_lazy("what to do with a file", "Open")
    IMPORT = "import", pgettext_lazy("what to do with a file", "Import")
    MERGE = "merge", pgettext_lazy("fill in the fields of a letter", "Merge")


class StorageType(models.TextChoices):
    EMBEDDED = "embedded", _("Embedded")
    DISK_FILE = "disk_file", _("Disk file")
    MAIL_MESSAGE = "mail_message", _("Mail message")


class InteractionDocumentType(models.TextChoices):
    NONE = "none", " "
    SALES_QUOTE = "sales_quote", _("Sales quote")
    SALES_BLANKET_ORDER = "sales_blanket_order", _("Sales blanket order")
    SALES_ORDER_CONFIRMATION = "sales_order_confirmation", _("Sales order confirmation")
    SALES_INVOICE = "sales_invoice", _("Sales invoice")
    SALES_SHIPMENT = "sales_shipment", _("Sales shipment")
    SALES_CREDIT_MEMO = "sales_credit_memo", _("Sales credit memo")
    SALES_STATEMENT = "sales_statement", _("Sales statement")
    SALES_REMINDER = "sales_reminder", _("Sales reminder")
    SERVICE_ORDER_CREATE = "service_order_create", _("Service order created")
    SERVICE_ORDER_POST = "service_order_post", _("Service order posted")
    PURCHASE_QUOTE = "purchase_quote", _("Purchase quote")
    PURCHASE_BLANKET_ORDER = "purchase_blanket_order", _("Purchase blanket order")
    PURCHASE_ORDER = "purchase_order", _("Purchase order")
    PURCHASE_INVOICE = "purchase_invoice", _("Purchase invoice")
    PURCHASE_RECEIPT = "purchase_receipt", _("Purchase receipt")
    PURCHASE_CREDIT_MEMO = "purchase_credit_memo", _("Purchase credit memo")
    COVER_SHEET = "cover_sheet", _("Cover sheet")
    SALES_RETURN_ORDER = "sales_return_order", _("Sales return order")
    SALES_FINANCE_CHARGE_MEMO = "sales_finance_charge_memo", _("Sales finance charge memo")
    SALES_RETURN_RECEIPT = "sales_return_receipt", _("Sales return receipt")
    PURCHASE_RETURN_SHIPMENT = "purchase_return_shipment", _("Purchase return shipment")
    PURCHASE_RETURN_ORDER = "purchase_return_order", _("Purchase return order")
    SERVICE_CONTRACT = "service_contract", _("Service contract")
    SERVICE_CONTRACT_QUOTE = "service_contract_quote", _("Service contract quote")
    SERVICE_QUOTE = "service_quote", _("Service quote")
    SALES_DRAFT_INVOICE = "sales_draft_invoice", _("Sales draft invoice")
    SERVICE_SHIPMENT = "service_shipment", _("Service shipment")
    SERVICE_INVOICE = "service_invoice", _("Service invoice")
    SERVICE_CREDIT_MEMO = "service_credit_memo", _("Service credit memo")


class DraftKind(models.TextChoices):
    INTERACTION = "interaction", _("Interaction")
    PHONE_CALL = "phone_call", _("Phone call")
