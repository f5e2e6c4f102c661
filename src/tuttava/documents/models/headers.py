"""The header that live, archived and posted documents have in common (interactions, 2.12).

``customer`` or ``vendor`` is the account (sell-to, buy-from), ``paying_customer`` or ``paying_vendor`` who pays; the
contacts likewise. Which of them is filled depends on the area.
"""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.documents.models.vocabulary import Area, DocumentType, NotifyCustomer, ServiceStatus
from tuttava.foundation.errors import Text
from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.models import Country, Currency, Language
from tuttava.foundation.records import Record
from tuttava.partners.models import Customer, PaymentTerms, Salesperson, ShipmentMethod, Vendor
from tuttava.partners.models.heads import text
from tuttava.partners.models.shared import amount as money
from tuttava.partners.models.templates import CustomerTemplate, VendorTemplate


def party(model: type[models.Model], label: Text) -> Any:
    """The customer or vendor of a document; a record with documents cannot be deleted."""
    return models.ForeignKey(
        model,
        verbose_name=label,
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,
    )


def person(label: Text) -> Any:
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


class _Key(Record):
    area = models.CharField(_("area"), max_length=10, choices=Area.choices)
    document_type = models.CharField(_("document type"), max_length=20, choices=DocumentType.choices)
    no = CodeField(_("number"), max_length=20, help_text=_("Drawn from the series when left blank."))
    doc_no_occurrence = models.PositiveIntegerField(_("occurrence"), default=1, editable=False)

    class Meta:
        abstract = True


class _Parties(models.Model):
    """Who buys or sells, who pays, and where each of them is."""

    customer = party(Customer, _("customer"))
    vendor = party(Vendor, _("vendor"))
    account_contact = person(_("contact"))
    paying_customer = party(Customer, _("bill-to customer"))
    paying_vendor = party(Vendor, _("pay-to vendor"))
    paying_contact = person(_("bill-to contact"))
    customer_template = CodeRef(CustomerTemplate, verbose_name=_("customer template"), db_index=False)
    vendor_template = CodeRef(VendorTemplate, verbose_name=_("vendor template"), db_index=False)
    name = text(_("name"), 100)
    name_2 = text(_("name 2"), 50)
    address = text(_("address"), 100)
    address_2 = text(_("address 2"), 50)
    post_code = CodeField(_("post code"), max_length=20)
    city = text(_("city"), 30)
    county = text(_("county"), 30)
    country = CodeRef(Country, verbose_name=_("country"), db_index=False)
    contact_name = text(_("contact name"), 100)
    phone_no = text(_("phone"), 30)
    e_mail = text(_("e-mail"), 80)
    bill_to_name = text(_("bill-to name"), 100)
    bill_to_name_2 = text(_("bill-to name 2"), 50)
    bill_to_address = text(_("bill-to address"), 100)
    bill_to_address_2 = text(_("bill-to address 2"), 50)
    bill_to_post_code = CodeField(_("bill-to post code"), max_length=20)
    bill_to_city = text(_("bill-to city"), 30)
    bill_to_county = text(_("bill-to county"), 30)
    bill_to_country = CodeRef(Country, verbose_name=_("bill-to country"), db_index=False)
    bill_to_contact_name = text(_("bill-to contact name"), 100)
    ship_to_name = text(_("ship-to name"), 100)
    ship_to_name_2 = text(_("ship-to name 2"), 50)
    ship_to_address = text(_("ship-to address"), 100)
    ship_to_address_2 = text(_("ship-to address 2"), 50)
    ship_to_post_code = CodeField(_("ship-to post code"), max_length=20)
    ship_to_city = text(_("ship-to city"), 30)
    ship_to_county = text(_("ship-to county"), 30)
    ship_to_country = CodeRef(Country, verbose_name=_("ship-to country"), db_index=False)
    ship_to_contact = text(_("ship-to contact"), 100)

    class Meta:
        abstract = True


class _Terms(models.Model):
    """What was agreed, and what the document belongs to."""

    language = CodeRef(Language, verbose_name=_("language"), db_index=False)
    currency = CodeRef(
        Currency, verbose_name=_("currency"), help_text=_("Blank means your own currency."), db_index=False
    )
    prices_including_vat = models.BooleanField(_("prices including VAT"), default=False)
    payment_terms = CodeRef(PaymentTerms, verbose_name=_("payment terms"), db_index=False)
    shipment_method = CodeRef(ShipmentMethod, verbose_name=_("shipment method"), db_index=False)
    location_code = CodeField(_("location"), max_length=10)
    salesperson = CodeRef(Salesperson, verbose_name=_("salesperson"), db_index=False)
    campaign_no = CodeField(_("campaign"), max_length=20)
    opportunity_no = CodeField(_("opportunity"), max_length=20)
    document_date = models.DateField(_("document date"), null=True, blank=True)
    order_date = models.DateField(_("order date"), null=True, blank=True)
    posting_date = models.DateField(_("posting date"), null=True, blank=True)
    due_date = models.DateField(_("due date"), null=True, blank=True)
    partial_shipping = models.BooleanField(_("shipped in parts"), default=True)
    requested_date = models.DateField(_("requested date"), null=True, blank=True)
    promised_pay_date = models.DateField(_("promised pay date"), null=True, blank=True)
    valid_until_date = models.DateField(_("valid until"), null=True, blank=True)
    accepted_date = models.DateField(_("accepted on"), null=True, blank=True)
    posting_description = text(_("posting description"), 100)
    description = text(_("description"), 100)
    external_document_no = CodeField(_("external document number"), max_length=35)
    vendor_order_no = CodeField(_("vendor's order number"), max_length=35)
    vendor_shipment_no = CodeField(_("vendor's shipment number"), max_length=35)
    your_reference = text(_("your reference"), 35)
    quote_no = CodeField(_("quote"), max_length=20)
    blanket_order_no = CodeField(_("blanket order"), max_length=20)
    return_reason_code = CodeField(_("return reason"), max_length=10)
    dispute_status_code = CodeField(_("dispute status"), max_length=10)
    service_status = models.CharField(
        _("service status"), max_length=12, choices=ServiceStatus.choices, default=ServiceStatus.PENDING
    )
    notify_customer = models.CharField(
        _("notify customer"), max_length=10, choices=NotifyCustomer.choices, default=NotifyCustomer.NO
    )

    class Meta:
        abstract = True


class _Amounts(models.Model):
    """Totals in the document's currency; the rules keep them in step with the lines."""

    invoice_discount_amount = money(_("invoice discount"), validators=[MinValueValidator(0)])
    amount = money(_("amount"), editable=False)
    amount_including_vat = money(_("amount including VAT"), editable=False)

    class Meta:
        abstract = True


class DocumentHeader(_Key, _Parties, _Terms, _Amounts):
    """All that a document says above its lines."""

    key_field = "no"

    class Meta:
        abstract = True

    @property
    def account(self) -> Customer | Vendor | None:
        """The customer that buys, or the vendor that sells."""
        found: Customer | Vendor | None = self.vendor if self.area == Area.PURCHASE else self.customer
        return found

    @property
    def payer(self) -> Customer | Vendor | None:
        """The bill-to customer or the pay-to vendor."""
        found: Customer | Vendor | None = self.paying_vendor if self.area == Area.PURCHASE else self.paying_customer
        return found
