"""The registers: customers, vendors, bank accounts and employees (B.2).

A record here is one side of a business relation; its other side is a contact, and both are kept in step by the room
``relations``. The one arrow that points upwards in the house is ``primary_contact``: only the name of the model is
known here, what it must be is decided above.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Func
from django.db.models.functions import Lower, Replace, Upper
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.models import Country
from tuttava.foundation.search_tokens import Searched
from tuttava.partners.models.heads import ContactType, Register, RegisterEntry, text
from tuttava.partners.models.people import Salesperson
from tuttava.partners.models.shared import (
    Communication,
    CustomerTerms,
    EmployeeTerms,
    Place,
    VendorTerms,
)


class CustomerBlocked(models.TextChoices):
    NONE = "none", " "
    SHIP = "ship", _("Ship")
    INVOICE = "invoice", _("Invoice")
    ALL = "all", _("All")


class VendorBlocked(models.TextChoices):
    NONE = "none", " "
    PAYMENT = "payment", _("Payment")
    ALL = "all", _("All")


class EmployeeStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Inactive")
    TERMINATED = "terminated", _("Terminated")


class Gender(models.TextChoices):
    NONE = "none", " "
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")


class _Linkable(models.Model):
    """A register with a primary contact."""

    primary_contact = models.ForeignKey(
        "contacts.Contact",
        verbose_name=_("primary contact"),
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,
    )
    registration_number = text(_("registration number"), 20)
    vat_registration_no = text(_("tax number"), 20)
    privacy_blocked = models.BooleanField(_("privacy blocked"), default=False)

    class Meta:
        abstract = True


def _indexes(prefix: str, *, primary: bool = False, name: str = "name") -> list[models.Index]:
    found: list[models.Index] = [
        models.Index(Lower(name), "id", name=f"{prefix}_by_name"),
        models.Index(fields=["last_modified_at", "id"], name=f"{prefix}_by_change"),
        models.Index(fields=["search_text", "id"], name=f"{prefix}_search_text"),
        GinIndex(fields=["search_tokens"], name=f"{prefix}_search", gin_pending_list_limit=256),
    ]
    if primary:
        filled = models.Q(primary_contact__isnull=False)
        found.append(models.Index(fields=["primary_contact"], name=f"{prefix}_primary", condition=filled))
    return found


def _keys(prefix: str, **keys: models.F | Func) -> list[models.Index]:
    """Indexes of keys by which records that arrive in files are recognised, of filled ones alone."""
    return [models.Index(key, name=f"{prefix}_{name}", condition=~models.Q(**{name: ""})) for name, key in keys.items()]


def _bare(name: str) -> Replace:
    """A number without the blanks that people write in it."""
    return Replace(name, models.Value(" "), models.Value(""))


_PLACE = ("city", "county", "post_code", "address", "address_2")


def _found_by(*, keys: tuple[str, ...] = (), linked: bool = True) -> Searched:
    """What a customer, vendor or bank account is found by; ``linked`` ones have tax numbers and a privacy block."""
    return Searched(
        name="name",
        names=("name", "name_2"),
        words=("contact", *_PLACE, "telex_no", "telex_answer_back"),
        keys=("no", *keys),
        tax_numbers=("vat_registration_no", "registration_number") if linked else (),
        phones=(("phone_no", ""), ("mobile_phone_no", ""), ("fax_no", "")),
        home_page="home_page",
        dialled_from="country_code",
        locked_by="privacy_blocked" if linked else "",
    )


class Customer(Register, Place, Communication, _Linkable, CustomerTerms):
    """Who buys from us."""

    contact_type = models.CharField(
        _("contact type"),
        max_length=10,
        choices=ContactType.choices,
        default=ContactType.COMPANY,
        help_text=_("Whether a company or a person stands behind this customer."),
    )
    salesperson = CodeRef(Salesperson, verbose_name=_("salesperson"), db_index=False)
    blocked = models.CharField(
        _("blocked"), max_length=10, choices=CustomerBlocked.choices, default=CustomerBlocked.NONE
    )
    bill_to_customer = models.ForeignKey(
        "self",
        verbose_name=_("bill-to customer"),
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,
    )
    last_statement_no = models.PositiveIntegerField(_("last statement number"), default=0, editable=False)

    table = "customer"
    searched = _found_by()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["no"]
        indexes = [
            *_indexes("customer", primary=True),
            *_keys(
                "customer",
                vat_registration_no=models.F("vat_registration_no"),
                registration_number=models.F("registration_number"),
                email=Upper("email"),
            ),
            models.Index(fields=["salesperson", "id"], name="customer_by_salesperson"),
            models.Index(
                fields=["bill_to_customer"],
                name="customer_bill_to",
                condition=models.Q(bill_to_customer__isnull=False),
            ),
        ]


class Vendor(Register, Place, Communication, _Linkable, VendorTerms):
    """Whom we buy from."""

    purchaser = CodeRef(Salesperson, verbose_name=_("purchaser"), db_index=False)
    blocked = models.CharField(_("blocked"), max_length=10, choices=VendorBlocked.choices, default=VendorBlocked.NONE)
    pay_to_vendor = models.ForeignKey(
        "self",
        verbose_name=_("pay-to vendor"),
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,
    )

    table = "vendor"
    searched = _found_by()

    class Meta:
        verbose_name = _("vendor")
        verbose_name_plural = _("vendors")
        ordering = ["no"]
        indexes = [
            *_indexes("vendor", primary=True),
            *_keys(
                "vendor",
                vat_registration_no=models.F("vat_registration_no"),
                registration_number=models.F("registration_number"),
                email=Upper("email"),
            ),
            models.Index(fields=["purchaser", "id"], name="vendor_by_purchaser"),
            models.Index(
                fields=["pay_to_vendor"], name="vendor_pay_to", condition=models.Q(pay_to_vendor__isnull=False)
            ),
        ]


class BankAccount(Register, Place, Communication):
    """One of our own accounts, with the bank that keeps it."""

    our_contact = CodeRef(
        Salesperson,
        verbose_name=_("our contact"),
        help_text=_("Our own person responsible for the bank."),
        db_index=False,
    )
    blocked = models.BooleanField(_("blocked"), default=False)
    bank_account_posting_group = CodeField(_("bank account posting group"), max_length=20)
    bank_branch_no = text(_("bank branch number"), 20)
    bank_account_no = text(_("bank account number"), 30)
    iban = CodeField("IBAN", max_length=50)
    swift_code = CodeField("BIC", max_length=20)
    intercompany_enabled = models.BooleanField(_("used between companies"), default=False)

    table = "bank_account"
    searched = _found_by(keys=("iban", "swift_code", "bank_account_no"), linked=False)

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        ordering = ["no"]
        indexes = [
            *_indexes("bank_account"),
            *_keys("bank_account", iban=_bare("iban"), bank_account_no=_bare("bank_account_no")),
        ]


class Employee(RegisterEntry, EmployeeTerms):
    """Somebody who works for us."""

    first_name = text(_("first name"), 30)
    middle_name = text(_("middle name"), 30)
    last_name = text(_("last name"), 30)
    initials = text(_("initials"), 30)
    job_title = text(_("job title"), 30)
    search_name = CodeField(_("search name"), max_length=100)
    country = CodeRef(Country, verbose_name=_("country"), db_index=False)
    post_code = CodeField(_("post code"), max_length=20)
    city = text(_("city"), 30)
    county = text(_("county"), 30)
    address = text(_("address"), 100)
    address_2 = text(_("address 2"), 50)
    phone_no = text(_("phone"), 30)
    mobile_phone_no = text(_("mobile phone"), 30)
    fax_no = text(_("fax"), 30)
    pager = text(_("pager"), 30)
    email = text(_("private e-mail"), 80)
    company_email = text(_("company e-mail"), 80)
    gender = models.CharField(_("gender"), max_length=10, choices=Gender.choices, default=Gender.NONE)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    employment_date = models.DateField(_("employment date"), null=True, blank=True)
    termination_date = models.DateField(_("termination date"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=EmployeeStatus.choices, default=EmployeeStatus.ACTIVE)
    salesperson = CodeRef(Salesperson, verbose_name=_("salesperson"), db_index=False)
    privacy_blocked = models.BooleanField(_("privacy blocked"), default=False)
    bank_branch_no = text(_("bank branch number"), 20)
    bank_account_no = text(_("bank account number"), 30)
    iban = CodeField("IBAN", max_length=50)

    table = "employee"
    searched = Searched(
        name="full_name",
        names=("first_name", "middle_name", "last_name"),
        words=("initials", "job_title", *_PLACE),
        phones=(("phone_no", ""), ("mobile_phone_no", ""), ("fax_no", ""), ("pager", "")),
        emails=("email", "company_email"),
        dialled_from="country_code",
        locked_by="privacy_blocked",
    )

    class Meta:
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        ordering = ["no"]
        indexes = [
            *_indexes("employee", name="search_name"),
            *_keys(
                "employee", last_name=Lower("last_name"), email=Upper("email"), company_email=Upper("company_email")
            ),
        ]

    @property
    def full_name(self) -> str:
        """First, middle and last name, as far as they are filled in."""
        return " ".join(part for part in (self.first_name, self.middle_name, self.last_name) if part)
