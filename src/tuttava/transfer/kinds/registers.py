"""Customers, vendors, bank accounts and employees: every field of the register, contacts made by its rules (B-45)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import Contact
from tuttava.contacts.rules.names import split_name
from tuttava.foundation.errors import Text
from tuttava.foundation.fields import CodeRef, as_code
from tuttava.foundation.records import rules_of
from tuttava.partners.models import BankAccount, Customer, Employee, RegisterEntry, Vendor
from tuttava.transfer.kinds.declare import Kind
from tuttava.transfer.matching import Matching
from tuttava.transfer.models import ImportKind
from tuttava.transfer.options import Options
from tuttava.transfer.plans import Late, Plan
from tuttava.transfer.register_matching import BankMatching, CustomerMatching, EmployeeMatching, VendorMatching
from tuttava.transfer.register_writer import Reference, RegisterWriter
from tuttava.transfer.targets import Target, field_target

#: Columns that name another record by its number, by register: the target and what it stands for.
_REFERENCES: dict[type[RegisterEntry], dict[str, Reference]] = {
    Customer: {
        "bill_to_customer_no": Reference("bill_to_customer_id", Customer, _("bill-to customer")),
        "primary_contact_no": Reference("primary_contact_id", Contact, _("primary contact")),
    },
    Vendor: {
        "pay_to_vendor_no": Reference("pay_to_vendor_id", Vendor, _("pay-to vendor")),
        "primary_contact_no": Reference("primary_contact_id", Contact, _("primary contact")),
    },
}
_SPELLED = {"country_code": "countryRegionCode"}
#: Where the register calls a field otherwise than contacts do.
_EMPLOYEE_NAMES = {"surname": "last_name", "starting_date": "employment_date", "ending_date": "termination_date"}


def _plain_fields(model: type[RegisterEntry]) -> list[str]:
    """Every field that people fill in, in the order in which the model has them: numbers and names come first."""
    return [
        field.attname
        for field in model._meta.concrete_fields
        if field.editable and not _is_reference(field) and field.attname not in model.derived
    ]


def _is_reference(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.ForeignKey) and not isinstance(field, CodeRef)


def _names_one(target: Target, text: str, converter: object) -> bool:
    return bool(text)


def _settled_by(same_register: str, naming: Callable[[Plan], str]) -> Callable[[Plan, Options], None]:
    """How a plan is finished. A record of the same register that a row names must be stored before it.

    A record that names itself is as good as one that names nobody.
    """

    def settle(plan: Plan, options: Options) -> None:
        values = plan.values
        plan.title = naming(plan)
        plan.late = bool(values.get(same_register))
        if plan.late and as_code(values[same_register]) == as_code(values.get("no", "")):
            del values[same_register]

    return settle


def _party_name(plan: Plan) -> str:
    return str(plan.values.get("name") or plan.values.get("no") or "")


def _employee_name(plan: Plan) -> str:
    """The name; one in a single column is taken apart as names of contacts are (C-15)."""
    values = plan.values
    whole = str(values.pop("name", ""))
    if whole and not (values.get("first_name") or values.get("last_name")):
        parts = split_name(whole)
        taken = {"first_name": parts.first_name, "middle_name": parts.middle_name, "last_name": parts.surname}
        values.update({name: part for name, part in taken.items() if part})
    parts_given = (str(values.get(name, "")) for name in ("first_name", "middle_name", "last_name"))
    return " ".join(" ".join(parts_given).split()) or str(values.get("no") or "")


def _register(
    kind: ImportKind,
    model: type[RegisterEntry],
    matching: type[Matching],
    matchers: tuple[str, ...],
    *,
    more: Iterable[Target] = (),
    aliases: Mapping[str, str] | None = None,
    naming: Callable[[Plan], str] = _party_name,
) -> Kind:
    """The kind of a register: all its fields, and the columns that name other records."""
    plain = _plain_fields(model)
    references = _REFERENCES.get(model, {})
    same = next((target for target, each in references.items() if each.model is model), "")
    return Kind(
        name=kind,
        set_name=rules_of(model).set_name,
        fields=[
            *more,
            *(field_target(model, name) for name in plain),
            *(Target(target, each.label) for target, each in references.items()),
        ],
        matchers=matchers,
        make=lambda options, dry: RegisterWriter(
            options,
            dry=dry,
            model=model,
            matching=matching(),
            order=[*plain, *(each.attribute for each in references.values())],
            references=references,
        ),
        settle=_settled_by(same, naming),
        late=Late(same, _names_one) if same else None,
        sections=(str(kind), "registers"),
        aliases=aliases or {},
        spelled=_SPELLED,
        types=model is Customer,
    )


_PARTY_KEYS = ("no", "vat_registration_no", "registration_number", "email", "name_post_code")
_NAME: Text = _("name")

REGISTERS = (
    _register(ImportKind.CUSTOMERS, Customer, CustomerMatching, _PARTY_KEYS, aliases={"type": "contact_type"}),
    _register(ImportKind.VENDORS, Vendor, VendorMatching, _PARTY_KEYS, aliases={"salesperson_code": "purchaser_code"}),
    _register(
        ImportKind.BANK_ACCOUNTS,
        BankAccount,
        BankMatching,
        ("no", "iban", "bank_account_no", "name_post_code"),
        aliases={"salesperson_code": "our_contact_code"},
    ),
    _register(
        ImportKind.EMPLOYEES,
        Employee,
        EmployeeMatching,
        ("no", "company_email", "email", "full_name"),
        more=[Target("name", _NAME)],
        aliases=_EMPLOYEE_NAMES,
        naming=_employee_name,
    ),
)
