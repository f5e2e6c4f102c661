"""Posted documents: what left the house or came in, as it was (interactions, 2.12)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.errors import Text
from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.records import Record
from tuttava.partners.models import Customer, Salesperson, Vendor
from tuttava.partners.models.heads import text
from tuttava.partners.models.shared import amount as money
from tuttava.trade.models.ledger import TradeFact, party


class PostedKind(models.TextChoices):
    SALES_SHIPMENT = "sales_shipment", _("Sales shipment")
    SALES_INVOICE = "sales_invoice", _("Sales invoice")
    SALES_CREDIT_MEMO = "sales_credit_memo", _("Sales credit memo")
    SALES_RETURN_RECEIPT = "sales_return_receipt", _("Sales return receipt")
    PURCHASE_RECEIPT = "purchase_receipt", _("Purchase receipt")
    PURCHASE_INVOICE = "purchase_invoice", _("Purchase invoice")
    PURCHASE_CREDIT_MEMO = "purchase_credit_memo", _("Purchase credit memo")
    PURCHASE_RETURN_SHIPMENT = "purchase_return_shipment", _("Purchase return shipment")
    SERVICE_SHIPMENT = "service_shipment", _("Service shipment")
    SERVICE_INVOICE = "service_invoice", _("Service invoice")
    SERVICE_CREDIT_MEMO = "service_credit_memo", _("Service credit memo")


#: Kinds whose account is a vendor; all others are about a customer.
PURCHASES = frozenset(
    {
        PostedKind.PURCHASE_RECEIPT,
        PostedKind.PURCHASE_INVOICE,
        PostedKind.PURCHASE_CREDIT_MEMO,
        PostedKind.PURCHASE_RETURN_SHIPMENT,
    }
)


class LineType(models.TextChoices):
    TEXT = "text", _("Text")
    ITEM = "item", _("Item")
    RESOURCE = "resource", _("Resource")
    ACCOUNT = "account", _("Account")
    CHARGE = "charge", _("Charge")


def _person(label: Text) -> Any:
    """A contact on a document. The document outlives it: a contact restored under its former id is on it again."""
    return models.ForeignKey(
        "contacts.Contact",
        verbose_name=label,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )


class PostedDocument(TradeFact):
    """One posted document. ``account``: the bill-to customer or pay-to vendor, by its kind."""

    kind = models.CharField(_("kind"), max_length=30, choices=PostedKind.choices)
    no = CodeField(_("number"), max_length=20)
    order_no = CodeField(_("order number"), max_length=20)
    pre_assigned_no = CodeField(_("number before posting"), max_length=20)
    customer = party(Customer, _("customer"), null=True, blank=True)
    vendor = party(Vendor, _("vendor"), null=True, blank=True)
    main_contact = _person(_("contact"))
    billing_contact = _person(_("billing contact"))
    posting_date = models.DateField(_("posting date"))
    document_date = models.DateField(_("document date"), null=True, blank=True)
    due_date = models.DateField(_("due date"), null=True, blank=True)
    salesperson = CodeRef(Salesperson, verbose_name=_("salesperson"), db_index=False)
    description = text(_("description"), 100)
    external_document_no = CodeField(_("external document number"), max_length=35)
    your_reference = text(_("your reference"), 35)
    amount = money(_("amount"))
    amount_including_vat = money(_("amount including VAT"))
    user_id = text(_("user"), 150)
    no_printed = models.PositiveIntegerField(_("times printed"), default=0)

    key_field = "no"

    class Meta:
        verbose_name = _("posted document")
        verbose_name_plural = _("posted documents")
        ordering = ["kind", "no"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "no"], name="posted_document_key"),
            models.CheckConstraint(
                name="posted_document_account",
                condition=Q(customer__isnull=True) | Q(vendor__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer", "posting_date"], name="posted_by_customer", condition=Q(customer__isnull=False)
            ),
            models.Index(fields=["vendor", "posting_date"], name="posted_by_vendor", condition=Q(vendor__isnull=False)),
            models.Index(fields=["main_contact"], name="posted_contact", condition=Q(main_contact__isnull=False)),
            models.Index(
                fields=["billing_contact"], name="posted_billing_contact", condition=Q(billing_contact__isnull=False)
            ),
            models.Index(fields=["posting_date", "id"], name="posted_by_day"),
            models.Index(fields=["no"], name="posted_by_no"),
            models.Index(fields=["order_no"], name="posted_by_order", condition=~Q(order_no="")),
            models.Index(fields=["salesperson"], name="posted_by_person", condition=Q(salesperson__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.no)


class PostedDocumentLine(Record):
    """One line of a posted document."""

    document = models.ForeignKey(
        PostedDocument, verbose_name=_("document"), on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    line_no = models.PositiveIntegerField(_("line number"))
    line_type = models.CharField(_("type"), max_length=10, choices=LineType.choices, default=LineType.TEXT)
    no = CodeField(_("number"), max_length=20)
    description = text(_("description"), 100)
    quantity = models.DecimalField(_("quantity"), max_digits=20, decimal_places=5, default=0)
    unit_of_measure_code = CodeField(_("unit of measure"), max_length=10)
    unit_price = models.DecimalField(_("unit price"), max_digits=20, decimal_places=5, default=0)
    line_discount_pct = models.DecimalField(_("discount %"), max_digits=8, decimal_places=5, default=0)
    vat_pct = models.DecimalField(_("VAT %"), max_digits=8, decimal_places=5, default=0)
    line_amount = money(_("amount"))
    location_code = CodeField(_("location"), max_length=10)
    item_id = models.UUIDField(null=True, blank=True, editable=False)
    description_2 = text(_("description 2"), 50)
    line_discount_amount = money(_("discount"))
    invoice_discount_amount = money(_("share of the invoice discount"))
    tax_group_code = CodeField(_("tax group"), max_length=20)
    #: Without VAT, after all discounts; with VAT.
    amount = money(_("amount without VAT"))
    amount_including_vat = money(_("amount including VAT"))

    journal_owner = "document_id"
    key_field = "line_no"
    bookkeeping = frozenset({"line_no"})

    class Meta:
        verbose_name = _("line of a posted document")
        verbose_name_plural = _("lines of posted documents")
        ordering = ["document", "line_no"]
        constraints = [models.UniqueConstraint(fields=["document", "line_no"], name="posted_document_line_key")]

    def __str__(self) -> str:
        return str(self.line_no)
