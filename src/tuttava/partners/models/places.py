"""Further addresses of customers and vendors (17.1)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.partners.models.heads import FurtherAddress
from tuttava.partners.models.registers import Customer, Vendor
from tuttava.partners.models.shared import Place


class ShipToAddress(FurtherAddress, Place):
    """Where a customer wants goods."""

    customer = models.ForeignKey(Customer, on_delete=models.RESTRICT, related_name="ship_to_addresses")

    journal_owner = "customer_id"

    class Meta:
        verbose_name = _("shipping address")
        verbose_name_plural = _("shipping addresses")
        ordering = ["customer", "code"]
        constraints = [models.UniqueConstraint(fields=["customer", "code"], name="ship_to_address_key")]


class OrderAddress(FurtherAddress, Place):
    """Where a vendor wants orders."""

    vendor = models.ForeignKey(Vendor, on_delete=models.RESTRICT, related_name="order_addresses")

    journal_owner = "vendor_id"

    class Meta:
        verbose_name = _("order address")
        verbose_name_plural = _("order addresses")
        ordering = ["vendor", "code"]
        constraints = [models.UniqueConstraint(fields=["vendor", "code"], name="order_address_key")]
