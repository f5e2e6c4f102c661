"""Everybody on the other side of our ledgers, and our own people who deal with them."""

from tuttava.partners.models.banks import CustomerBankAccount, VendorBankAccount
from tuttava.partners.models.dimensions import (
    DefaultDimension,
    Dimension,
    DimensionParent,
    DimensionSetLine,
    DimensionValue,
    ValuedDimension,
    ValuePosting,
)
from tuttava.partners.models.heads import ContactType, Register, RegisterEntry, RegisterTemplate
from tuttava.partners.models.people import Salesperson, Team, TeamMember, TeamRole
from tuttava.partners.models.places import OrderAddress, ShipToAddress
from tuttava.partners.models.registers import (
    BankAccount,
    Customer,
    CustomerBlocked,
    Employee,
    EmployeeStatus,
    Gender,
    Vendor,
    VendorBlocked,
)
from tuttava.partners.models.setups import FinanceSetup, HrSetup, PurchaseSetup, SalesSetup
from tuttava.partners.models.shared import CopyAddressFrom, Reserve
from tuttava.partners.models.templates import (
    CustomerTemplate,
    EmployeeTemplate,
    TemplateRule,
    VendorTemplate,
)
from tuttava.partners.models.terms import PaymentMethod, PaymentTerms, ShipmentMethod, TaxArea, TaxType

__all__ = [
    "BankAccount",
    "ContactType",
    "CopyAddressFrom",
    "Customer",
    "CustomerBankAccount",
    "CustomerBlocked",
    "CustomerTemplate",
    "DefaultDimension",
    "Dimension",
    "DimensionParent",
    "DimensionSetLine",
    "DimensionValue",
    "Employee",
    "EmployeeStatus",
    "EmployeeTemplate",
    "FinanceSetup",
    "Gender",
    "HrSetup",
    "OrderAddress",
    "PaymentMethod",
    "PaymentTerms",
    "PurchaseSetup",
    "Register",
    "RegisterEntry",
    "RegisterTemplate",
    "Reserve",
    "SalesSetup",
    "Salesperson",
    "ShipToAddress",
    "ShipmentMethod",
    "TaxArea",
    "TaxType",
    "Team",
    "TeamMember",
    "TeamRole",
    "TemplateRule",
    "ValuePosting",
    "ValuedDimension",
    "Vendor",
    "VendorBankAccount",
    "VendorBlocked",
    "VendorTemplate",
]
