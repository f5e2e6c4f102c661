"""Linking a contact with a record that exists, field by field where they differ (B-38 to B-43)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tuttava.contacts.errors import label, refer
from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.contacts.relations import insert_relation
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import records
from tuttava.foundation.cleaning import same
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.former import id_by_number
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import rules_of
from tuttava.partners.models import Employee, RegisterEntry
from tuttava.partners.rules.registers import REGISTERS
from tuttava.relations.carrying import carry_down, carry_up, locked
from tuttava.relations.checking import check_linkable
from tuttava.relations.errors import caption
from tuttava.relations.fields import Shared, shared_with
from tuttava.relations.images import picture_difference, share_picture
from tuttava.relations.signals import account_linked

CONTACT, RECORD = "contact", "record"
#: The name by which the picture is chosen among the fields.
PICTURE = "picture"


@dataclass(frozen=True)
class Difference:
    """A shared field in which the two sides differ; ``name`` is the contact's field."""

    name: str
    label: str
    contact_value: Any
    record_value: Any


def differences(contact: Contact, record: RegisterEntry) -> list[Difference]:
    """Every shared field in which ``contact`` and ``record`` differ, as the comparison shows them (B-43).

    Of pictures the sizes are shown.
    """
    found = [
        Difference(shared.contact, label(shared.contact), ours, theirs)
        for shared in shared_with(record.table)
        if shared.upward and not shared.latch
        for ours, theirs in [_both(contact, record, shared)]
        if not same(ours, theirs)
    ]
    pictures = picture_difference(contact.pk, record.table, record.pk)
    return [*found, Difference(PICTURE, _("Picture"), *pictures)] if pictures else found


def _both(contact: Contact, record: RegisterEntry, shared: Shared) -> tuple[Any, Any]:
    return getattr(contact, shared.contact), getattr(record, shared.name_in(record.table))


def link(
    contact: Contact, table: str, no: str, *, master: str = CONTACT, fields: Mapping[str, str] | None = None
) -> ContactBusinessRelation:
    """Link ``contact`` with the record ``no`` of a register and make both sides equal (B-39, B-41, B-43).

    ``master``: whose values count, ``contact`` or ``record``; ``fields`` says otherwise for single fields of the
    contact. A blank value of the master leaves the other side's filled one, unless the field was chosen. An employee
    always takes the contact's values. Raises the refusals of B-38, ``relation.entity_taken``, ``not_found``.
    """
    rules = rules_of(ContactBusinessRelation)
    require(rules.write_right, rules.set_name)
    chosen = _checked_choice(table, master, fields or {})
    with unit_of_work(f"link contact with {table}", refer(contact)):
        contact = records.lock(contact)
        check_linkable(contact, contact, table)
        record = _record(table, no)
        relation = insert_relation(contact, record)
        _equalise(contact, record, master, chosen)
        share_picture(contact.pk, table, record.pk, contact_first=chosen.get(PICTURE, master) == CONTACT)
        account_linked.send(sender=Contact, contact=contact, record=record, template_code="")
    return relation


def move_link(
    relation: ContactBusinessRelation, no: str, *, master: str = CONTACT, fields: Mapping[str, str] | None = None
) -> ContactBusinessRelation:
    """Link the contact with another record of the same register instead: unlink, then link anew (B-13).

    Refused as :func:`link`; then the old link stays.
    """
    with unit_of_work(f"move link to {relation.link_to_table}", refer(relation.contact)):
        records.delete(relation)
        return link(relation.contact, relation.link_to_table, no, master=master, fields=fields)


def _checked_choice(table: str, master: str, fields: Mapping[str, str]) -> Mapping[str, str]:
    known = {PICTURE, *(shared.contact for shared in shared_with(table))}
    for name, side in {"master": master, **fields}.items():
        if side not in (CONTACT, RECORD) or (name != "master" and name not in known):
            raise DomainError(
                "value_invalid",
                _("“%(field)s” cannot be taken from “%(side)s”.") % {"field": name, "side": side},
                field=name,
                rule="B-43",
            )
    return fields


def _record(table: str, no: str) -> RegisterEntry:
    found = id_by_number(REGISTERS[table], no)
    if found is None:
        raise DomainError(
            "not_found",
            _("There is no %(table)s “%(no)s”.") % {"table": caption(table).lower(), "no": no},
            field="no",
            rule="B-40",
        )
    return locked(table, [found])[0]


def _equalise(contact: Contact, record: RegisterEntry, master: str, chosen: Mapping[str, str]) -> None:
    """Give both sides the same values (B-43)."""
    one_way = record.table == Employee.table and not marketing_setup().two_way_employees
    first = CONTACT if one_way else master
    up: dict[str, Any] = {}
    down: dict[str, Any] = {}
    for shared in shared_with(record.table):
        value = _agreed(contact, record, shared, first, chosen)
        down[shared.name_in(record.table)] = value
        if shared.upward and not one_way and not same(value, getattr(contact, shared.contact)):
            up[shared.contact] = value
    carry_down([(record, down)])
    if up:
        carry_up([(contact, up)])


def _agreed(contact: Contact, record: RegisterEntry, shared: Shared, master: str, chosen: Mapping[str, str]) -> Any:
    ours, theirs = _both(contact, record, shared)
    if shared.latch:
        return ours or theirs
    if not shared.upward:
        return ours
    if shared.contact in chosen:
        return ours if chosen[shared.contact] == CONTACT else theirs
    first, second = (ours, theirs) if master == CONTACT else (theirs, ours)
    return first or second
