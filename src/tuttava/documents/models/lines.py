"""The line that live and archived documents have in common (interactions, 2.12)."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.errors import Text
from tuttava.foundation.fields import CodeField
from tuttava.foundation.records import Record
from tuttava.partners.models.heads import text
from tuttava.partners.models.shared import amount as money
from tuttava.trade.models import LineType

#: Line numbers go up in such steps.
STEP = 10000


def number(label: Text, **options: Any) -> Any:
    return models.DecimalField(label, max_digits=20, decimal_places=5, default=0, **options)


def percent(label: Text) -> Any:
    return models.DecimalField(
        label,
        max_digits=8,
        decimal_places=5,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )


class LineFields(Record):
    """One line. ``line_amount`` is quantity times price less the line's discount, with VAT where prices include it;
    ``amount`` is without VAT and after the invoice discount."""

    line_no = models.PositiveIntegerField(_("line number"))
    line_type = models.CharField(_("type"), max_length=10, choices=LineType.choices, default=LineType.TEXT)
    no = CodeField(_("number"), max_length=20)
    item_id = models.UUIDField(null=True, blank=True, editable=False)
    variant_code = CodeField(_("variant"), max_length=10)
    description = text(_("description"), 100)
    description_2 = text(_("description 2"), 50)
    quantity = number(_("quantity"))
    unit_of_measure_code = CodeField(_("unit of measure"), max_length=10)
    unit_price = number(_("unit price"))
    unit_cost = number(_("unit cost"), editable=False)
    line_discount_pct = percent(_("discount %"))
    line_discount_amount = money(_("discount"))
    tax_group_code = CodeField(_("tax group"), max_length=20)
    vat_pct = percent(_("VAT %"))
    line_amount = money(_("line amount"))
    invoice_discount_amount = money(_("share of the invoice discount"), editable=False)
    amount = money(_("amount"), editable=False)
    amount_including_vat = money(_("amount including VAT"), editable=False)
    location_code = CodeField(_("location"), max_length=10)
    shipment_date = models.DateField(_("shipment date"), null=True, blank=True)
    qty_to_ship_or_receive = number(_("quantity to ship"))
    qty_shipped_or_received = number(_("quantity shipped"), editable=False)
    qty_to_invoice = number(_("quantity to invoice"))
    qty_invoiced = number(_("quantity invoiced"), editable=False)
    #: The line of the blanket order that this line of an order draws on.
    blanket_line_no = models.PositiveIntegerField(default=0, editable=False)

    key_field = "line_no"
    bookkeeping = frozenset({"line_no"})
    derived = frozenset({"invoice_discount_amount", "amount", "amount_including_vat"})

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.line_no)


class CommentFields(Record):
    """A remark on a document or one of its lines (``document_line_no`` 0: the header)."""

    document_line_no = models.PositiveIntegerField(_("document line"), default=0)
    line_no = models.PositiveIntegerField(_("line number"))
    date = models.DateField(_("date"), null=True, blank=True)
    code = CodeField(_("code"), max_length=10)
    comment = text(_("comment"), 80)

    key_field = "line_no"
    bookkeeping = frozenset({"line_no"})

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.comment)
