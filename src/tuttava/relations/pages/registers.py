"""The four registers as the pages show them: names, addresses, drawings, and what of them is personal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.privacy import HIDDEN, MASK, RIGHT
from tuttava.foundation.context import current
from tuttava.foundation.errors import Text
from tuttava.foundation.records import rules_of
from tuttava.partners.models import BankAccount, Customer, Employee, RegisterEntry, Vendor


@dataclass(frozen=True)
class RegisterPages:
    """How a register is shown. ``list_name`` names its list; its card is called as its ``table``."""

    model: type[RegisterEntry]
    list_name: str
    title: Text
    new_label: Text
    icon: str
    order: int

    @property
    def table(self) -> str:
        return self.model.table

    @property
    def set_name(self) -> str:
        return rules_of(self.model).set_name

    @property
    def caption(self) -> Text:
        return capfirst(self.model._meta.verbose_name) or ""


SHOWN: dict[str, RegisterPages] = {
    pages.table: pages
    for pages in (
        RegisterPages(Customer, "customers", _("Customers"), _("New customer"), "shopping-cart", 12),
        RegisterPages(Vendor, "vendors", _("Vendors"), _("New vendor"), "truck", 14),
        RegisterPages(BankAccount, "bank-accounts", _("Bank accounts"), _("New bank account"), "building-library", 16),
        RegisterPages(Employee, "employees", _("Employees"), _("New employee"), "identification", 18),
    )
}

#: Fields of records whose personal data is locked that are not shown to everybody (C-72, C-74).
PERSONAL = frozenset(
    {
        *HIDDEN,
        *("contact", "last_name", "company_email", "birth_date", "gender"),
        *("iban", "bank_account_no", "bank_branch_no"),
    }
)


def record_url(record: RegisterEntry) -> str:
    """The card of a record."""
    return reverse(record.table, kwargs={"pk": record.pk})


def list_url(table: str) -> str:
    """The list of a register."""
    return reverse(SHOWN[table].list_name)


def name_of(record: Any) -> str:
    """What a record is called, its number when it has no name."""
    return str(getattr(record, record.searched.name) or record.no)


def is_hidden(record: Any) -> bool:
    """Whether the record's personal data is hidden from the current user."""
    return getattr(record, "privacy_blocked", False) and not current().may(RIGHT)


def masked(record: Any) -> frozenset[str]:
    """The fields that this user may not see."""
    return PERSONAL if is_hidden(record) else frozenset()


def personal(name: str) -> Callable[[Any], Any]:
    """The value of a field, masked where it must be."""
    return lambda record: MASK if is_hidden(record) and getattr(record, name) else getattr(record, name)


def shown_name(record: Any) -> str:
    """The name, or the number where the name is not to be seen."""
    return str(record.no) if is_hidden(record) else name_of(record)
