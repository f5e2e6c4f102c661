"""Linking contacts with records of the registers (B-6 to B-10)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, ContactBusinessRelation, MarketingSetup
from tuttava.contacts.rules.relations import CODE_FIELDS, PROGRAM
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import records
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Edit, blank, rules_of
from tuttava.partners.models import RegisterEntry


def relation_code(table: str) -> str:
    """The setup's relation code of a register; ``setup.missing`` names the field where it is blank (B-10)."""
    code = known_relation_code(table)
    if code:
        return code
    name = CODE_FIELDS[table]
    raise DomainError(
        "setup.missing",
        _("“%(field)s” in the marketing setup must have a value. Choose a business relation there first.")
        % {"field": attribute(MarketingSetup, name).verbose_name},
        field=name.replace("bus_rel_for_", "bus_rel_code_for_").removesuffix("_code"),
        rule="B-10",
    )


def known_relation_code(table: str) -> str:
    """The same, blank where the setup has none."""
    return getattr(marketing_setup(), CODE_FIELDS[table]) or ""


def new_relation(contact: Contact, record: RegisterEntry) -> Edit[ContactBusinessRelation]:
    """The link between both as a row to be saved, alone or in a batch; raises ``setup.missing`` (B-10)."""
    edit = Edit(blank(ContactBusinessRelation), rules_of(ContactBusinessRelation))
    edit.memory[PROGRAM] = True
    edit.copy("contact_id", contact.pk)
    edit.copy("business_relation_code", relation_code(record.table))
    edit.copy("link_to_table", record.table)
    edit.copy("linked_no", record.no)
    edit.copy("linked_id", record.pk)
    return edit


def insert_relation(contact: Contact, record: RegisterEntry) -> ContactBusinessRelation:
    """Link a stored contact with a stored record of a register; nothing is synchronised.

    Raises ``setup.missing`` (B-10), ``relation.exists`` (B-6), ``relation.entity_taken`` (B-7). A label with the same
    code gives way (B-8).
    """
    with unit_of_work("link contact"):
        return records.save(new_relation(contact, record))


def move_relation(relation: ContactBusinessRelation, record: RegisterEntry) -> ContactBusinessRelation:
    """Link the contact of ``relation`` with another record of the same register instead; nothing is synchronised.

    Raises ``relation.entity_taken`` (B-7).
    """
    with unit_of_work("move link of contact"):
        edit = Edit(records.lock(relation), rules_of(ContactBusinessRelation))
        edit.memory[PROGRAM] = True
        edit.copy("linked_no", record.no)
        edit.copy("linked_id", record.pk)
        return records.save(edit)
