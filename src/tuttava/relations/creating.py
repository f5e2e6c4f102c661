"""Creating a customer, vendor, bank account or employee from a contact (B-20 to B-37)."""

from __future__ import annotations

from typing import Any, cast

from django.utils.translation import gettext as _

from tuttava.contacts.errors import refer
from tuttava.contacts.models import Contact
from tuttava.contacts.relations import insert_relation
from tuttava.foundation import records
from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.numbered import SERIES
from tuttava.foundation.records import Edit, blank, rules_of
from tuttava.partners.models import (
    ContactType,
    Customer,
    Employee,
    RegisterEntry,
    RegisterTemplate,
    Vendor,
)
from tuttava.partners.rules.registers import REGISTERS
from tuttava.partners.templating import TEMPLATE, TEMPLATES, add_dimensions, fill_from_template
from tuttava.relations.carrying import carry_up, payload
from tuttava.relations.checking import check_linkable, hub_for
from tuttava.relations.errors import caption, creation_aborted
from tuttava.relations.fields import upward_fields
from tuttava.relations.images import pictures_to_records
from tuttava.relations.marks import FROM_CONTACT
from tuttava.relations.signals import account_linked


def create_as(contact: Contact, table: str, *, template_code: str = "", use_template: bool = True) -> RegisterEntry:
    """Make ``contact`` a customer, vendor, bank account or employee, and keep both in step from now on (B-26).

    For a person of a company the record is made for the company (B-23, B-34), an employee for the person (B-35).
    ``template_code``: the template to fill blanks from; left out, the only fitting one is taken. ``use_template=False``
    goes on without. Raises ``relation.exists``, ``contact.privacy_blocked``, ``contact.company_required``,
    ``contact.type_must_be``, ``setup.missing``, ``setup.<field>.missing``, ``vendor.no_template`` and
    ``<table>.creation_aborted``.
    """
    model = REGISTERS[table]
    rules = rules_of(model)
    require(rules.write_right, rules.set_name)
    with unit_of_work(f"create {table} from contact", refer(contact)):
        hub = records.lock(hub_for(contact, table))
        check_linkable(contact, hub, table)
        template = _template(hub, table, template_code) if use_template and table in TEMPLATES else None
        record = _created(hub, table, template)
        account_linked.send(
            sender=Contact, contact=contact, record=record, template_code=template.code if template else ""
        )
    tell("record.created", _("%(table)s %(no)s was created.") % {"table": caption(table), "no": record.no})
    return record


def fitting_templates(contact: Contact, table: str) -> list[RegisterTemplate]:
    """The templates to choose from: those of the type of the contact that will be linked (B-20, B-32, B-35)."""
    model = TEMPLATES.get(table)
    if model is None:
        return []
    found = model._default_manager.order_by("code")
    kind = {} if table == Employee.table else {"contact_type": hub_for(contact, table).type}
    return list(found.filter(**kind))


def _template(hub: Contact, table: str, code: str) -> RegisterTemplate | None:
    if code:
        return _named_template(table, code)
    fitting = fitting_templates(hub, table)
    if len(fitting) == 1:
        return fitting[0]
    if len(fitting) > 1:
        raise creation_aborted(table, _("Several templates fit %(contact)s. Choose one.") % {"contact": refer(hub)})
    if table == Employee.table:
        return None
    text = _("There is no template for contacts of the type “%(type)s”. Create one, or go on without.") % {
        "type": hub.get_type_display()
    }
    if table == Vendor.table:
        raise DomainError("vendor.no_template", text, field="template_code", rule="B-32")
    raise creation_aborted(table, text)


def _named_template(table: str, code: str) -> RegisterTemplate:
    found = TEMPLATES[table]._default_manager.filter(code=as_code(code)).first()
    if found is None:
        raise DomainError(
            "not_found", _("There is no template “%(code)s”.") % {"code": code}, field="template_code", rule="B-20"
        )
    return found


def _created(hub: Contact, table: str, template: RegisterTemplate | None) -> RegisterEntry:
    """The record with the contact's values first and the template's where those are blank (B-26, B-27)."""
    model = REGISTERS[table]
    values = _values(hub, table)
    edit = Edit(blank(model), rules_of(model), typed=values)
    edit.memory.update({FROM_CONTACT: True, TEMPLATE: None})
    if template is not None and template.no_series_code:
        edit.memory[SERIES] = template.no_series_code
    cast("Any", edit.rules).take_defaults(edit)
    for name, value in values.items():
        edit.copy(name, value)
    filled = fill_from_template(edit, template) if template is not None else []
    record = records.save(edit)
    insert_relation(hub, record)
    pictures_to_records(table, [(hub.pk, record.pk)])
    if template is not None:
        add_dimensions(record, template)
        _write_back(hub, record, filled)
    return record


def _values(hub: Contact, table: str) -> dict[str, Any]:
    values = payload(hub, table)
    if table == Customer.table and hub.type == ContactType.PERSON:
        values.update(primary_contact_id=hub.pk, contact=hub.name)
    return values


def _write_back(hub: Contact, record: RegisterEntry, filled: list[str]) -> None:
    """Shared fields that the template filled reach the contact too, or its next change would wipe them (B-29)."""
    known = upward_fields(record.table)
    values = {known[name].contact: getattr(record, name) for name in filled if name in known}
    if values and record.table != Employee.table:
        carry_up([(records.lock(hub), values)])
