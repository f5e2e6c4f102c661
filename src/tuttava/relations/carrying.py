"""Carrying values from one side of a relation to the other: what is written, and how (B-56 to B-58, B-63, B-67)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from tuttava.contacts.models import Contact
from tuttava.contacts.rules.tax_numbers import COPIED
from tuttava.foundation.bulk import update_many
from tuttava.foundation.cleaning import same
from tuttava.foundation.records import Edit, rules_of, save_many
from tuttava.partners.models import Customer, CustomerBlocked, Employee, RegisterEntry
from tuttava.partners.rules.registers import REGISTERS
from tuttava.relations.fields import SHARED, shared_with

#: Key in ``Edit.memory``: this change of an employee came from its contact and is not answered.
CARRIED = "relations.carried"

#: Fields of a contact that are entered with their rules when they come from a record (B-63); others are copied.
_ENTERED = frozenset({"name", "first_name", "middle_name", "surname", "email", "privacy_blocked"})
_STAMPED = ("last_modified_at", "search_tokens", "search_text")

Values = Mapping[str, Any]


def payload(contact: Contact, table: str) -> dict[str, Any]:
    """All shared values of a contact, by the register's names for them."""
    return {shared.name_in(table): getattr(contact, shared.contact) for shared in shared_with(table)}


def upward(record: RegisterEntry) -> dict[str, Any]:
    """All shared values of a record that a contact takes, by the contact's names for them."""
    return {
        shared.contact: getattr(record, shared.name_in(record.table))
        for shared in shared_with(record.table)
        if shared.upward
    }


def locked(table: str, ids: Iterable[uuid.UUID]) -> list[RegisterEntry]:
    """These records of a register, locked in the order of their ids."""
    found = REGISTERS[table]._default_manager.filter(pk__in=list(ids)).select_for_update(of=("self",))
    return list(found.order_by("pk"))


def carry_down(changes: Iterable[tuple[RegisterEntry, Values]]) -> None:
    """Write values (by the records' own names) to locked records of any registers; nothing where nothing differs.

    Customers, vendors and bank accounts are written past their rules (B-56, B-57), employees by them (B-58).
    """
    parties: dict[type[RegisterEntry], dict[uuid.UUID, RegisterEntry]] = defaultdict(dict)
    names: dict[type[RegisterEntry], set[str]] = defaultdict(set)
    employees: list[Edit[Employee]] = []
    for record, values in changes:
        if isinstance(record, Employee):
            employees.append(_employee_edit(record, values))
            continue
        written = {name for name, value in values.items() if _put(record, name, value)}
        if written:
            parties[type(record)][record.pk] = record
            names[type(record)] |= written
    save_many(employees)
    for model, found in parties.items():
        _store(list(found.values()), names[model])


def _store(records: Sequence[RegisterEntry], names: set[str]) -> None:
    rules, now = rules_of(type(records[0])), timezone.now()
    for record in records:
        record.last_modified_at = now
        rules.complete(record)
    blocked = {"blocked"} if "privacy_blocked" in names and isinstance(records[0], Customer) else set()
    update_many(records, sorted({*names, *_STAMPED, *blocked}))
    for record in records:
        record.version += 1


def _put(record: RegisterEntry, name: str, value: Any) -> bool:
    """Set a field; whether that changed anything. A customer whose data is locked is blocked (B-67)."""
    if same(getattr(record, name), value):
        return False
    setattr(record, name, value)
    if name == "privacy_blocked" and isinstance(record, Customer):
        record.blocked = CustomerBlocked.ALL
    return True


def _employee_edit(record: Employee, values: Values) -> Edit[Employee]:
    edit = Edit(record, rules_of(Employee))
    edit.memory[CARRIED] = True
    for name, value in values.items():
        edit.copy(name, value)
    return edit


def carry_up(changes: Sequence[tuple[Contact, Values]]) -> None:
    """Write values (by the contacts' own names) to locked contacts by their rules; what follows, follows (B-63)."""
    edits = [contact_edit(contact, values) for contact, values in changes]
    save_many([edit for edit in edits if edit.changed_fields()])


def contact_edit(contact: Contact, values: Values) -> Edit[Contact]:
    """The change of a contact that brings it ``values``: names, e-mail and privacy by their rules, others copied."""
    edit = Edit(contact, rules_of(Contact), typed=values)
    edit.memory[COPIED] = True
    for shared in SHARED:
        name = shared.contact
        if name not in values or same(edit.get(name), values[name]):
            continue
        if name in _ENTERED:
            edit.enter(name, values[name])
        else:
            edit.copy(name, values[name])
    return edit
