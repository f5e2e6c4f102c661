"""Rules of customers, vendors, bank accounts and employees as records of their own (B.2).

What ties them to contacts - synchronisation, primary contacts, the contact behind a new record - listens to the
signals sent here.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.foundation.communication import check_phone, checked_email, checked_emails
from tuttava.foundation.company import remember_countries
from tuttava.foundation.fields import as_code
from tuttava.foundation.locales import check_format_region
from tuttava.foundation.numbered import Numbered
from tuttava.foundation.places import PlaceRules, prepare_places
from tuttava.foundation.records import Edit, register
from tuttava.foundation.search import refresh_search
from tuttava.foundation.search_tokens import set_search
from tuttava.partners.dependents import remove_dependents
from tuttava.partners.models import (
    BankAccount,
    Customer,
    CustomerBlocked,
    Employee,
    FinanceSetup,
    HrSetup,
    PurchaseSetup,
    Register,
    RegisterEntry,
    SalesSetup,
    Vendor,
)
from tuttava.partners.own import own_salesperson
from tuttava.partners.setups import setup_of
from tuttava.partners.signals import (
    contact_name_entered,
    primary_contact_entered,
    record_deleting,
    records_holding,
    records_restored,
    records_saved,
)
from tuttava.partners.templating import add_dimensions_of, choose_templates, fill_blanks

E = TypeVar("E", bound=RegisterEntry)
R = TypeVar("R", bound=Register)

SEARCH_NAME_LENGTH = 100


class EntryRules(PlaceRules, Numbered[E]):
    """What all four registers have in common."""

    #: The field that the search name follows (C-17).
    named_by: ClassVar[str] = "name"
    number_rule = "B-25"

    def prepare(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Read for a batch, set-based, what entering its rows looks up one by one otherwise (import)."""
        prepare_places((str(row.get("post_code") or ""), str(row.get("city") or "")) for row in rows)

    def hold(self, ids: Sequence[uuid.UUID]) -> None:
        """A contact is locked before the records linked to it, whichever side is changed."""
        records_holding.send(sender=self.model, model=self.model, ids=ids)

    def enter_phone_no(self, edit: Edit[E], value: str) -> None:
        """C-41."""
        _enter_phone(edit, "phone_no", value)

    def enter_mobile_phone_no(self, edit: Edit[E], value: str) -> None:
        """C-41."""
        _enter_phone(edit, "mobile_phone_no", value)

    def enter_email(self, edit: Edit[E], value: str) -> None:
        """One address, or several with semicolons between, as on contacts (C-42)."""
        edit.put("email", checked_emails(value, field="email"))

    def name_of(self, edit: Edit[E]) -> str:
        """The name as it is being saved."""
        return str(edit.get(self.named_by))

    def before_save(self, edit: Edit[E]) -> None:
        self.before_save_many([edit])

    def before_save_many(self, edits: Sequence[Edit[E]]) -> None:
        """Number new records, derive what follows other fields, and stamp what changed."""
        due = [edit for edit in edits if edit.is_new or edit.changed_fields()]
        remember_countries()
        choose_templates(due)
        self.number_new(due)
        now = timezone.now()
        for edit in due:
            if edit.is_new:
                self.take_defaults(edit)
                fill_blanks(edit)
            self.follow(edit)
            edit.copy("last_modified_at", now)
            if not edit.is_new and edit.changed(*self.model.searched.fields):
                set_search(edit.record)

    def take_defaults(self, edit: Edit[E]) -> None:
        """What a new record gets when nothing was sent."""

    def follow(self, edit: Edit[E]) -> None:
        """What follows other fields on every save."""

    def complete(self, record: E) -> None:
        """What a new record is found by; nothing else reads it."""
        set_search(record)

    def after_save(self, edits: Sequence[Edit[E]]) -> None:
        add_dimensions_of(edits)
        records_saved.send(sender=self.model, edits=edits)

    def before_delete(self, record: E) -> None:
        """What hangs on the record goes with it; the rooms above let go of it (B-84, B-85)."""
        record_deleting.send(sender=self.model, record=record)
        remove_dependents(record)

    def after_restore(self, ids: Sequence[uuid.UUID]) -> None:
        refresh_search(self.model, ids)
        records_restored.send(sender=self.model, model=self.model, ids=ids)


def _enter_phone(edit: Edit[Any], name: str, value: str) -> None:
    check_phone(value, field=name, label=edit.record._meta.get_field(name).verbose_name)
    edit.copy(name, value)


class RegisterRules(EntryRules[R]):
    """Customers, vendors and bank accounts."""

    def enter_name(self, edit: Edit[R], value: str) -> None:
        """An untouched search name follows (C-17)."""
        old, search_name = edit.get("name"), edit.get("search_name")
        edit.copy("name", value.strip())
        if "search_name" not in edit.typed and (not search_name or search_name == as_search_name(old)):
            edit.copy("search_name", as_search_name(value))

    def enter_contact(self, edit: Edit[R], value: str) -> None:
        """The text as typed; a name on a record that had none may become a person (B-77)."""
        contact_name_entered.send(sender=self.model, edit=edit, name=value)
        edit.put("contact", value)

    def enter_vat_registration_no(self, edit: Edit[R], value: str) -> None:
        """Upper case (C-46)."""
        edit.put("vat_registration_no", value.strip().upper())

    def enter_format_region(self, edit: Edit[R], value: str) -> None:
        edit.put("format_region", check_format_region(value, field="format_region"))

    def enter_primary_contact_id(self, edit: Edit[R], value: uuid.UUID | None) -> None:
        """What must hold for it and what it brings along is decided where contacts are known (B-71 to B-76)."""
        edit.put("primary_contact_id", value)
        if edit.changed("primary_contact_id"):
            primary_contact_entered.send(sender=self.model, edit=edit, contact_id=value)


def as_search_name(name: str) -> str:
    """A name as search key; upper-casing may lengthen it (“ß”), so it is cut to what the field holds."""
    return as_code(name)[:SEARCH_NAME_LENGTH].rstrip()


@register
class CustomerRules(RegisterRules[Customer]):
    model = Customer
    set_name = "customers"
    series_field = "customer_nos"

    def series_code(self) -> str:
        return setup_of(SalesSetup).customer_nos_code or ""

    def series_hint(self) -> str:
        return _("Fill in “customer numbers” in the sales setup, or give the new customer a number by hand.")

    def enter_privacy_blocked(self, edit: Edit[Customer], value: bool) -> None:
        """Whose data is locked is not sold to (B.2)."""
        if value != edit.get("privacy_blocked"):
            edit.put("blocked", CustomerBlocked.ALL if value else CustomerBlocked.NONE)
        edit.put("privacy_blocked", value)

    def take_defaults(self, edit: Edit[Customer]) -> None:
        if not edit.get("salesperson_code") and "salesperson_code" not in edit.typed:
            edit.copy("salesperson_code", own_salesperson() or None)
        if not edit.get("invoice_disc_code"):
            edit.copy("invoice_disc_code", edit.get("no"))


@register
class VendorRules(RegisterRules[Vendor]):
    model = Vendor
    set_name = "vendors"
    series_field = "vendor_nos"

    def series_code(self) -> str:
        return setup_of(PurchaseSetup).vendor_nos_code or ""

    def series_hint(self) -> str:
        return _("Fill in “vendor numbers” in the purchase setup, or give the new vendor a number by hand.")

    def take_defaults(self, edit: Edit[Vendor]) -> None:
        if not edit.get("purchaser_code") and "purchaser_code" not in edit.typed:
            edit.copy("purchaser_code", own_salesperson() or None)
        if not edit.get("invoice_disc_code"):
            edit.copy("invoice_disc_code", edit.get("no"))


@register
class BankAccountRules(RegisterRules[BankAccount]):
    model = BankAccount
    set_name = "bankAccounts"
    series_field = "bank_account_nos"

    def series_code(self) -> str:
        return setup_of(FinanceSetup).bank_account_nos_code or ""

    def series_hint(self) -> str:
        return _("Fill in “bank account numbers” in the finance setup, or give the new account a number by hand.")


@register
class EmployeeRules(EntryRules[Employee]):
    """The search name follows the full name; the company e-mail address is one address."""

    model = Employee
    set_name = "employees"
    series_field = "employee_nos"

    def series_code(self) -> str:
        return setup_of(HrSetup).employee_nos_code or ""

    def series_hint(self) -> str:
        return _("Fill in “employee numbers” in the personnel setup, or give the new employee a number by hand.")

    def enter_company_email(self, edit: Edit[Employee], value: str) -> None:
        edit.put("company_email", checked_email(value, field="company_email"))

    def follow(self, edit: Edit[Employee]) -> None:
        names = ("first_name", "middle_name", "last_name")
        before = " ".join(part for part in (str(edit.old(name)) for name in names) if part)
        if "search_name" not in edit.typed and edit.get("search_name") in ("", as_search_name(before)):
            edit.copy("search_name", as_search_name(edit.record.full_name))


REGISTERS: dict[str, type[RegisterEntry]] = {model.table: model for model in (Customer, Vendor, BankAccount, Employee)}
