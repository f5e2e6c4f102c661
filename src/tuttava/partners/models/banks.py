"""Bank accounts of customers and vendors (17.1). Our own are a register."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.partners.models.heads import PartyBankAccount
from tuttava.partners.models.registers import Customer, Vendor
from tuttava.partners.models.shared import Place


class CustomerBankAccount(PartyBankAccount, Place):
    customer = models.ForeignKey(Customer, on_delete=models.RESTRICT, related_name="bank_accounts")

    journal_owner = "customer_id"

    class Meta:
        verbose_name = _("customer's bank account")
        verbose_name_plural = _("customers' bank accounts")
        ordering = ["customer", "code"]
        constraints = [models.UniqueConstraint(fields=["customer", "code"], name="customer_bank_account_key")]


class VendorBankAccount(PartyBankAccount, Place):
    vendor = models.ForeignKey(Vendor, on_delete=models.RESTRICT, related_name="bank_accounts")

    journal_owner = "vendor_id"

    class Meta:
        verbose_name = _("vendor's bank account")
        verbose_name_plural = _("vendors' bank accounts")
        ordering = ["vendor", "code"]
        constraints = [models.UniqueConstraint(fields=["vendor", "code"], name="vendor_bank_account_key")]
