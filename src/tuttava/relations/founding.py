"""Contacts founded from records of the registers, one or a hundred thousand (B-45 to B-53).

A record that has no contact gets one that holds what both share, with the relation that links them, in a handful of
statements for a thousand records. Every contact goes through the rules of the register of contacts.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeGuard

from django.db import connection
from django.db.models.base import ModelState
from django.utils import timezone

from tuttava.contacts.models import Contact, ContactBusinessRelation, ContactType
from tuttava.contacts.relations import known_relation_code, relation_code
from tuttava.contacts.rules.company import set_company
from tuttava.contacts.rules.defaults import NO_DEFAULTS
from tuttava.contacts.rules.derived import RELATIONS
from tuttava.contacts.rules.names import change_name
from tuttava.contacts.rules.tax_numbers import COPIED
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation.bulk import insert_many, update_many
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import PictureParent
from tuttava.foundation.pictures import copy_pictures
from tuttava.foundation.records import Edit, blank, rules_of, save_many
from tuttava.foundation.search_tokens import set_search
from tuttava.partners.models import Customer, Employee, RegisterEntry, Vendor
from tuttava.partners.rules.registers import REGISTERS
from tuttava.relations.errors import refer_record
from tuttava.relations.fields import EMPLOYEE, RESPONSIBLE, shared_with
from tuttava.relations.images import pictures_to_contacts
from tuttava.relations.queries import hub_of
from tuttava.relations.signals import contacts_founded

#: Fields of a contact that are entered with their rules when a record brings them; all others are copied (B-46).
_ENTERED = frozenset({"name", "email"})
_APPOINTED = ("primary_contact_id", "contact", "last_modified_at")


@dataclass
class Founded:
    """What came of it, by the id of the record: the contact behind it, and the person named as its contact.

    Records that were linked before are in neither. ``in_pairs`` counts the contacts that look like another (B-52).
    """

    contacts: dict[uuid.UUID, Contact] = field(default_factory=dict)
    people: dict[uuid.UUID, Contact] = field(default_factory=dict)
    in_pairs: int = 0


def found_contacts(records: Sequence[RegisterEntry], *, people: bool = False, automatic: bool = False) -> Founded:
    """Give every record of one register that is not linked a contact of its own (B-45, B-46).

    ``people``: the contact person whom a customer or vendor names becomes a person of the new company and its primary
    contact; where none is named, the company does (B-51). ``automatic``: the records were inserted in this
    transaction; nothing happens while the setup has no relation code. Otherwise they are read afresh and locked, and
    a blank code is refused (``setup.missing``). Employees get contacts where the setup says so.
    """
    if not records:
        return Founded()
    table = records[0].table
    code = known_relation_code(table)
    if automatic and not code:
        return Founded()
    due = records if automatic else locked(table, [record.pk for record in records])
    founded = found_for(due, people=people)
    if not automatic:
        _show(records, due)
    return founded


def found_for(records: Sequence[RegisterEntry], *, people: bool, refused: list[DomainError] | None = None) -> Founded:
    """The same for records that nobody else can change before this transaction ends.

    ``refused`` takes the refusals of single records, which are left out; without it the first one ends everything.
    """
    if not records or (records[0].table == EMPLOYEE and not marketing_setup().create_contacts_for_employees):
        return Founded()
    with unit_of_work("create contacts"):
        table = records[0].table
        founded = _Founding(table, relation_code(table), refused).found(_unlinked(records), people=people)
        pictures_to_contacts(table, [(contact.pk, record) for record, contact in founded.contacts.items()])
    return founded


def _show(records: Sequence[RegisterEntry], written: Sequence[RegisterEntry]) -> None:
    """Let the caller's records show what was written to the same rows."""
    now = {record.pk: record.__dict__ for record in written if _may_have_primary(record)}
    for record in records:
        if record.pk in now:
            record.__dict__ |= {name: now[record.pk][name] for name in (*_APPOINTED, "version")}


def locked(table: str, ids: Sequence[uuid.UUID]) -> list[RegisterEntry]:
    """Records as they are stored, kept from others until the transaction ends; what only searching needs is left out.

    Made past the model's constructor, which takes ten times as long.
    """
    model = REGISTERS[table]
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in ("search_tokens",)]
    rows = model._default_manager.filter(pk__in=ids).select_for_update(no_key=True).order_by("pk")
    found = []
    for values in rows.values_list(*names):
        record = model.__new__(model)
        record.__dict__.update(zip(names, values, strict=True), _state=_stored())
        found.append(record)
    return found


def _stored() -> ModelState:
    state = ModelState()
    state.adding, state.db = False, connection.alias
    return state


def _unlinked(records: Sequence[RegisterEntry]) -> list[RegisterEntry]:
    rows = ContactBusinessRelation.objects.filter(linked_id__in=[record.pk for record in records])
    linked = set(rows.values_list("linked_id", flat=True))
    return [record for record in records if record.pk not in linked]


@lru_cache(maxsize=8)
def _copied(table: str) -> tuple[tuple[str, str], ...]:
    """Fields of a contact and of a record whose values are copied, in pairs; the salesperson only now (B-46)."""
    pairs = {shared.contact: shared.name_in(table) for shared in shared_with(table) if shared.contact not in _ENTERED}
    if table in RESPONSIBLE:
        pairs["salesperson_code"] = RESPONSIBLE[table]
    return tuple(pairs.items())


class _Founding:
    """The founding of contacts for records of one register."""

    def __init__(self, table: str, code: str, refused: list[DomainError] | None) -> None:
        self.table = table
        self.code = code
        self.rules = rules_of(Contact)
        self.refused = refused

    def found(self, records: Sequence[RegisterEntry], *, people: bool) -> Founded:
        edits = [(record, edit) for record in records if (edit := self._accepted(record))]
        records = [record for record, _edit in edits]
        save_many([edit for _record, edit in edits])
        founded = Founded({record.pk: edit.record for record, edit in edits})
        self._link(records, founded)
        self._copy_pictures(founded)
        primary = {}
        if people:
            founded.people = self._people(records, founded)
            primary = self._primary(records, founded)
        primary |= {
            record.pk: founded.contacts[record.pk]
            for record in records
            if isinstance(record, Customer) and founded.contacts[record.pk].is_person and record.pk not in primary
        }
        appoint([record for record in records if record.pk in primary], primary)
        made = [*founded.contacts.values(), *founded.people.values()]
        if made:
            answers = contacts_founded.send(sender=Contact, contacts=made)
            founded.in_pairs = len({pk for _listener, found in answers for pk in found or ()})
        return founded

    def _accepted(self, record: RegisterEntry) -> Edit[Contact] | None:
        try:
            return self._edit(record)
        except DomainError as error:
            if self.refused is None:
                raise
            self.refused.append(error)
            return None

    def _edit(self, record: RegisterEntry) -> Edit[Contact]:
        """The new contact of a record: name and e-mail by their rules, everything else as it is (B-46)."""
        contact, values = blank(Contact), record.__dict__
        contact.type = ContactType.PERSON if isinstance(record, Employee) else ContactType.COMPANY
        for name, theirs in _copied(self.table):
            contact.__dict__[name] = values[theirs]
        edit = Edit(contact, self.rules)
        edit.memory = {NO_DEFAULTS: True, COPIED: True, RELATIONS: self._relations(record)}
        try:
            if isinstance(record, Employee):
                change_name(edit, record.full_name)
            else:
                edit.enter("name", values["name"])
            edit.enter("email", values["email"])
        except DomainError as error:
            error.message = f"{refer_record(record)}: {error.message}"
            raise
        return edit

    def _relations(self, record: RegisterEntry) -> list[tuple[str, str, str]]:
        return [(self.code, self.table, record.no)]

    def _link(self, records: Sequence[RegisterEntry], founded: Founded) -> None:
        """The relation rows. Nothing else follows: the contacts know their status already (B-17)."""
        rows = []
        for record in records:
            row = blank(ContactBusinessRelation)
            row.__dict__ |= {
                "contact_id": founded.contacts[record.pk].pk,
                "business_relation_code": self.code,
                "link_to_table": self.table,
                "linked_no": record.no,
                "linked_id": record.pk,
            }
            rows.append(row)
        insert_many(rows)

    def _copy_pictures(self, founded: Founded) -> None:
        """The picture is one of the shared fields."""
        if self.table in PictureParent.values and founded.contacts:
            pairs = [(record, contact.pk) for record, contact in founded.contacts.items()]
            copy_pictures(self.table, PictureParent.CONTACT, pairs)

    def _people(self, records: Sequence[RegisterEntry], founded: Founded) -> dict[uuid.UUID, Contact]:
        """The contact persons whom records name and nobody stands for yet (B-51, B-77)."""
        named = [
            (record, founded.contacts[record.pk], str(record.contact))
            for record in records
            if _may_have_primary(record) and record.contact.strip() and not record.primary_contact_id
        ]
        return add_people([each for each in named if not _is_same(each[1], each[2])], new=True)

    def _primary(self, records: Sequence[RegisterEntry], founded: Founded) -> dict[uuid.UUID, Contact]:
        """Who becomes primary contact: the person named, else the new contact; one chosen before stays (B-51)."""
        return {
            record.pk: founded.people.get(record.pk, founded.contacts[record.pk])
            for record in records
            if _may_have_primary(record) and not record.primary_contact_id
        }


def _may_have_primary(record: RegisterEntry) -> TypeGuard[Customer | Vendor]:
    return isinstance(record, Customer | Vendor)


def _is_same(hub: Contact, name: str) -> bool:
    """Whether a person customer names itself."""
    return hub.is_person and hub.name.casefold() == name.strip().casefold()


def add_people(named: Sequence[tuple[RegisterEntry, Contact, str]], *, new: bool = False) -> dict[uuid.UUID, Contact]:
    """Create the person named as contact of each record, under the contact behind it; by the record's id (B-77).

    A person takes over what its company passes on, and its relation status; under a person it stands alone. ``new``:
    the contacts behind the records were inserted in this transaction.
    """
    edits = []
    for record, hub, name in named:
        edit = Edit(blank(Contact), rules_of(Contact), typed=["name"])
        edit.copy("type", ContactType.PERSON)
        edit.memory[NO_DEFAULTS] = True
        if hub.is_company:
            set_company(edit, hub, "company_id")
        if new:  # nobody else sees the company yet, and what it is to us is known
            edit.memory.pop("company", None)
            code = relation_code(record.table)
            edit.memory[RELATIONS] = [(code, record.table, record.no)] if hub.is_company else []
        edit.enter("name", name)
        edits.append(edit)
    save_many(edits)
    return {record.pk: edit.record for (record, _hub, _name), edit in zip(named, edits, strict=True)}


def add_person(record: RegisterEntry, name: str) -> Contact:
    """Create the person typed as contact of a linked customer or vendor, and make it the primary contact (B-77)."""
    with unit_of_work("create contact person"):
        hub = hub_of(record)
        assert hub is not None, "a record without contact cannot have people"
        person = add_people([(record, hub, name)])[record.pk]
        appoint([record], {record.pk: person})
    return person


def appoint(records: Sequence[RegisterEntry], primary: Mapping[uuid.UUID, Contact]) -> None:
    """Make contacts the primary contacts of stored records of one register; a person's name goes along (B-74)."""
    now = timezone.now()
    renamed, others = [], []
    for record in records:
        contact, values = primary[record.pk], record.__dict__
        values["primary_contact_id"] = contact.pk
        values["last_modified_at"] = now
        if contact.is_person and values["contact"] != contact.name:
            values["contact"] = contact.name
            set_search(record)
            renamed.append(record)
        else:
            others.append(record)
    update_many(others, ["primary_contact_id", "last_modified_at"])
    update_many(renamed, [*_APPOINTED, "search_tokens", "search_text"])
    for record in records:
        record.version += 1
