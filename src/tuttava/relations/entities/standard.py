"""Customers, vendors, employees and bank accounts in the standard service (16.5, 16.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.declare import STANDARD, EntitySet, Navigation, Property
from tuttava.api.sets.attachments import attachments_navigation
from tuttava.api.sets.pictures import picture_navigation
from tuttava.contacts.entities.standard import CONTACT_TYPE
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import AttachmentParent, PictureParent
from tuttava.partners.entities.dimensions import dimensions_navigation
from tuttava.partners.models import (
    BankAccount,
    Customer,
    CustomerBlocked,
    DimensionParent,
    Employee,
    EmployeeStatus,
    PaymentMethod,
    PaymentTerms,
    ShipmentMethod,
    TaxArea,
    Vendor,
    VendorBlocked,
)
from tuttava.partners.names import joined
from tuttava.relations.entities.common import (
    CURRENCY_CODE,
    CURRENCY_ID,
    reference_id,
    text,
    to_code,
)
from tuttava.relations.entities.figures import customer_figures, vendor_figures

_ID = Property("id", edm.GUID, "id", immutable=True)
_NUMBER = Property("number", edm.code(20), "no")
_LAST_MODIFIED = Property("lastModifiedDateTime", edm.INSTANT, "last_modified_at", read_only=True)
_ADDRESS = (
    text("addressLine1", 100, "address"),
    text("addressLine2", 50, "address_2"),
    text("city", 30, "city"),
    text("state", 30, "county"),
    Property("country", edm.code(10), "country_code", nullable=True),
    Property("postalCode", edm.code(20), "post_code"),
)
_COMMUNICATION = (
    text("phoneNumber", 30, "phone_no"),
    text("email", 80, "email"),
    text("website", 255, "home_page"),
)
_TERMS = (
    text("taxRegistrationNumber", 50, "vat_registration_no"),
    Property("taxLiable", edm.BOOLEAN, "tax_liable"),
    CURRENCY_ID,
    CURRENCY_CODE,
    reference_id("paymentTermsId", "payment_terms", PaymentTerms),
    reference_id("paymentMethodId", "payment_method", PaymentMethod),
)
_TO_TERMS = (
    to_code("currency", "currencies", "currency"),
    to_code("paymentTerm", "paymentTerms", "payment_terms"),
    to_code("paymentMethod", "paymentMethods", "payment_method"),
)
_INFORMATION = Navigation("contactsInformation", "contactsInformation", theirs="linked_id")


def create_customer(values: Mapping[str, Any], given: Mapping[str, Any]) -> Customer:
    """Create by the rules of the register; the name must be there (16.5)."""
    if not (values.get("name") or "").strip():
        raise _nameless("api.display_name_missing")
    return records.create(Customer, values, given=given, in_order=True)


def change_customer(record: Customer, values: Mapping[str, Any], version: int | None) -> Customer:
    """Change by the rules of the register; the name cannot be taken away (16.5)."""
    if "name" in values and not (values["name"] or "").strip():
        raise _nameless("api.display_name_blank")
    return records.change(record, values, version=version, in_order=True)


def _nameless(code: str) -> DomainError:
    return DomainError(code, _("displayName must have a value."), field="name", rule="A-62")


CUSTOMERS = EntitySet(
    name="customers",
    entity="customer",
    model=Customer,
    properties=(
        _ID,
        _NUMBER,
        text("displayName", 100, "name"),
        *_ADDRESS,
        *_COMMUNICATION,
        *_TERMS,
        Property("type", CONTACT_TYPE, "contact_type"),
        Property("salespersonCode", edm.code(20), "salesperson_code", nullable=True),
        customer_figures.figure("balance_due", caption=gettext_lazy("balance due")),
        Property("creditLimit", edm.DECIMAL, "credit_limit_lcy"),
        reference_id("taxAreaId", "tax_area", TaxArea),
        text("taxAreaDisplayName", 100, "tax_area__description", read_only=True),
        reference_id("shipmentMethodId", "shipment_method", ShipmentMethod),
        Property("blocked", edm.standard_enum("customerBlocked", CustomerBlocked), "blocked"),
        _LAST_MODIFIED,
    ),
    navigations=(
        dimensions_navigation(DimensionParent.CUSTOMER, partner="customer"),
        _INFORMATION,
        attachments_navigation(AttachmentParent.CUSTOMER, partner="customer"),
        picture_navigation(PictureParent.CUSTOMER, partner="customer"),
        *_TO_TERMS,
        to_code("shipmentMethod", "shipmentMethods", "shipment_method"),
    ),
    natural_key=("number",),
    create=create_customer,
    change=change_customer,
    tracked=True,
    webhooks=True,
)

VENDORS = EntitySet(
    name="vendors",
    entity="vendor",
    model=Vendor,
    properties=(
        _ID,
        _NUMBER,
        text("displayName", 100, "name"),
        *_ADDRESS,
        *_COMMUNICATION,
        *_TERMS,
        text("irs1099Code", 10, "irs_1099_code"),
        Property("blocked", edm.standard_enum("vendorBlocked", VendorBlocked), "blocked"),
        vendor_figures.figure("balance", caption=gettext_lazy("balance")),
        _LAST_MODIFIED,
    ),
    navigations=(
        dimensions_navigation(DimensionParent.VENDOR, partner="vendor"),
        _INFORMATION,
        attachments_navigation(AttachmentParent.VENDOR, partner="vendor"),
        picture_navigation(PictureParent.VENDOR, partner="vendor"),
        *_TO_TERMS,
    ),
    natural_key=("number",),
    tracked=True,
    webhooks=True,
)

EMPLOYEES = EntitySet(
    name="employees",
    entity="employee",
    model=Employee,
    properties=(
        _ID,
        _NUMBER,
        Property(
            "displayName",
            edm.text(92),
            expression=lambda: joined("first_name", "last_name"),
            read_only=True,
            caption=gettext_lazy("name"),
        ),
        text("givenName", 30, "first_name"),
        text("middleName", 30, "middle_name"),
        text("surname", 30, "last_name"),
        text("jobTitle", 30, "job_title"),
        *_ADDRESS,
        text("phoneNumber", 30, "phone_no"),
        text("mobilePhone", 30, "mobile_phone_no"),
        text("email", 80, "company_email"),
        text("personalEmail", 80, "email"),
        Property("employmentDate", edm.DATE, "employment_date", nullable=True),
        Property("terminationDate", edm.DATE, "termination_date", nullable=True),
        Property("status", edm.standard_enum("employeeStatus", EmployeeStatus), "status"),
        Property("birthDate", edm.DATE, "birth_date", nullable=True),
        Property("statisticsGroupCode", edm.code(10), "statistics_group_code"),
        text("bankBranchNumber", 20, "bank_branch_no"),
        text("bankAccountNumber", 30, "bank_account_no"),
        Property("iban", edm.code(50), "iban"),
        _LAST_MODIFIED,
    ),
    navigations=(
        dimensions_navigation(DimensionParent.EMPLOYEE, partner="employee"),
        attachments_navigation(AttachmentParent.EMPLOYEE, partner="employee"),
        picture_navigation(PictureParent.EMPLOYEE, partner="employee"),
    ),
    natural_key=("number",),
    webhooks=True,
)

BANK_ACCOUNTS = EntitySet(
    name="bankAccounts",
    entity="bankAccount",
    model=BankAccount,
    properties=(
        _ID,
        _NUMBER,
        text("displayName", 100, "name"),
        text("bankAccountNumber", 30, "bank_account_no"),
        Property("blocked", edm.BOOLEAN, "blocked"),
        CURRENCY_CODE,
        CURRENCY_ID,
        Property("iban", edm.code(50), "iban"),
        Property("intercompanyEnabled", edm.BOOLEAN, "intercompany_enabled"),
        _LAST_MODIFIED,
    ),
    natural_key=("number",),
)

STANDARD.register(CUSTOMERS, VENDORS, EMPLOYEES, BANK_ACCOUNTS)
