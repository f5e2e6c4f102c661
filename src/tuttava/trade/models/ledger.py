"""What customers and vendors owe, and what was sold and bought: the facts of trade (segments, section 0).

Rows are written by a feed from the program that posts, or by posting here; both kinds are read alike. Whom a row is
about is stored by the record's id, so a new number of a customer loses nothing. Tables hold millions of rows: every
question that a page or a rule asks has its index.
"""

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
from tuttava.partners.models.shared import amount


class Origin(models.TextChoices):
    """Where a row comes from: what was posted here the feed cannot touch."""

    FEED = "feed", _("Feed")
    POSTING = "posting", _("Posting")


class EntryType(models.TextChoices):
    NONE = "none", " "
    INVOICE = "invoice", _("Invoice")
    CREDIT_MEMO = "credit_memo", _("Credit memo")
    PAYMENT = "payment", _("Payment")
    REMINDER = "reminder", _("Reminder")
    FINANCE_CHARGE_MEMO = "finance_charge_memo", _("Finance charge memo")


class SourceType(models.TextChoices):
    NONE = "none", " "
    CUSTOMER = "customer", _("Customer")
    VENDOR = "vendor", _("Vendor")
    ITEM = "item", _("Item")


def _quantity(label: Text, **options: Any) -> Any:
    return models.DecimalField(label, max_digits=20, decimal_places=5, default=0, **options)


def party(model: type[models.Model], label: Text, **options: Any) -> Any:
    """The customer or vendor that a row is about; a record with rows cannot be deleted."""
    return models.ForeignKey(
        model, verbose_name=label, on_delete=models.RESTRICT, related_name="+", db_index=False, **options
    )


class TradeFact(Record):
    """A fact of trade with where it comes from."""

    origin = models.CharField(_("origin"), max_length=10, choices=Origin.choices, default=Origin.FEED, editable=False)

    class Meta:
        abstract = True


class _Entry(TradeFact):
    entry_no = models.BigIntegerField(_("entry number"), unique=True)

    key_field = "entry_no"

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.entry_no)


class _LedgerEntry(models.Model):
    """What both ledgers have in common; amounts are in own currency."""

    document_type = models.CharField(
        _("document type"), max_length=20, choices=EntryType.choices, default=EntryType.NONE
    )
    document_no = CodeField(_("document number"), max_length=20)
    description = text(_("description"), 100)
    posting_date = models.DateField(_("posting date"))
    due_date = models.DateField(_("due date"), null=True, blank=True)
    open = models.BooleanField(_("open"), default=True)
    amount_lcy = amount(_("amount"))
    remaining_amount_lcy = amount(_("remaining amount"))
    closed_at_date = models.DateField(_("closed on"), null=True, blank=True)
    closed_by_entry_no = models.BigIntegerField(_("closed by entry"), default=0, blank=True)

    class Meta:
        abstract = True


def _ledger_indexes(prefix: str, owner: str, person: str) -> list[models.Index]:
    return [
        models.Index(fields=[owner, "posting_date", "id"], name=f"{prefix}_by_date"),
        models.Index(fields=["posting_date", "id"], name=f"{prefix}_by_day"),
        models.Index(
            fields=[owner, "due_date"], include=["remaining_amount_lcy"], name=f"{prefix}_open", condition=Q(open=True)
        ),
        models.Index(fields=["closed_by_entry_no"], name=f"{prefix}_closing", condition=~Q(closed_by_entry_no=0)),
        models.Index(fields=["document_no"], name=f"{prefix}_by_document"),
        models.Index(fields=[person], name=f"{prefix}_by_person", condition=Q(**{f"{person}__isnull": False})),
    ]


class CustomerLedgerEntry(_Entry, _LedgerEntry):
    """What a customer owes or has paid: invoices count up, credit memos and payments down."""

    customer = party(Customer, _("customer"))
    sales_lcy = amount(_("sales"))
    profit_lcy = amount(_("profit"))
    salesperson = CodeRef(Salesperson, verbose_name=_("salesperson"), db_index=False)

    class Meta:
        verbose_name = _("customer ledger entry")
        verbose_name_plural = _("customer ledger entries")
        ordering = ["entry_no"]
        indexes = _ledger_indexes("cust_entry", "customer", "salesperson")


class VendorLedgerEntry(_Entry, _LedgerEntry):
    """What we owe a vendor or have paid: invoices count down, credit memos and payments up."""

    vendor = party(Vendor, _("vendor"))
    purchase_lcy = amount(_("purchases"))
    purchaser = CodeRef(Salesperson, verbose_name=_("purchaser"), db_index=False)

    class Meta:
        verbose_name = _("vendor ledger entry")
        verbose_name_plural = _("vendor ledger entries")
        ordering = ["entry_no"]
        indexes = _ledger_indexes("vend_entry", "vendor", "purchaser")


class ValueEntry(_Entry):
    """What was sold, bought or moved of one item.

    ``quantity`` is what the stock changed by: negative on sales. ``discount_amount`` is negative on sales, positive on
    purchases; ``sales_amount`` and ``purchase_amount`` are positive when something was sold or bought. The item is
    named by its number, because a feed may name items that are kept elsewhere only.
    """

    source_type = models.CharField(_("source type"), max_length=10, choices=SourceType.choices, default=SourceType.NONE)
    customer = party(Customer, _("customer"), null=True, blank=True)
    vendor = party(Vendor, _("vendor"), null=True, blank=True)
    #: The number of an item as source; a customer or vendor stands in its own column.
    source_item_no = CodeField(_("source item"), max_length=20)
    item_no = CodeField(_("item"), max_length=20)
    variant_code = CodeField(_("variant"), max_length=10)
    inventory_posting_group = CodeField(_("inventory posting group"), max_length=20)
    posting_date = models.DateField(_("posting date"))
    document_no = CodeField(_("document number"), max_length=20)
    description = text(_("description"), 100)
    quantity = _quantity(_("quantity"))
    sales_amount = amount(_("sales amount"))
    purchase_amount = amount(_("purchase amount"))
    discount_amount = amount(_("discount amount"))

    class Meta:
        verbose_name = _("value entry")
        verbose_name_plural = _("value entries")
        ordering = ["entry_no"]
        constraints = [
            models.CheckConstraint(
                name="value_entry_source",
                condition=Q(source_type=SourceType.CUSTOMER, customer__isnull=False, vendor__isnull=True)
                | Q(source_type=SourceType.VENDOR, customer__isnull=True, vendor__isnull=False)
                | Q(source_type__in=[SourceType.ITEM, SourceType.NONE], customer__isnull=True, vendor__isnull=True),
            )
        ]
        indexes = [
            models.Index(
                fields=["customer", "item_no", "posting_date"],
                include=["quantity", "sales_amount"],
                name="value_by_customer",
                condition=Q(customer__isnull=False),
            ),
            models.Index(
                fields=["vendor", "item_no", "posting_date"], name="value_by_vendor", condition=Q(vendor__isnull=False)
            ),
            models.Index(
                fields=["customer", "posting_date"], name="value_customer_date", condition=Q(customer__isnull=False)
            ),
            models.Index(fields=["item_no", "customer"], name="value_by_item"),
            models.Index(fields=["document_no"], name="value_by_document"),
        ]
