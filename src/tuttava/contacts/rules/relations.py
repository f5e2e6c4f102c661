"""Business relations of contacts: labels, and links with records of the registers (B-1 to B-13)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from tuttava.contacts.errors import refer
from tuttava.contacts.models import Contact, ContactBusinessRelation, LinkToTable
from tuttava.contacts.rules.derived import refresh_status
from tuttava.contacts.rules.links import LinkRules, check_links
from tuttava.contacts.rules.required import require_field
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation.bulk import update_many
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.former import by_number
from tuttava.foundation.records import Edit, register
from tuttava.partners.rules.registers import REGISTERS
from tuttava.partners.signals import records_saved

RelationEdit = Edit[ContactBusinessRelation]

#: Key in ``Edit.memory``: the program inserts this row, nobody typed it (B-1, B-5).
PROGRAM = "relations.program"

#: The setup's field that holds the relation code of each register.
CODE_FIELDS: dict[str, str] = {
    LinkToTable.CUSTOMER: "bus_rel_for_customers_code",
    LinkToTable.VENDOR: "bus_rel_for_vendors_code",
    LinkToTable.BANK_ACCOUNT: "bus_rel_for_bank_accounts_code",
    LinkToTable.EMPLOYEE: "bus_rel_for_employees_code",
}


def _by_hand(edit: RelationEdit) -> bool:
    return not edit.memory.get(PROGRAM) and current().door != "import"


def table_name(table: str) -> str:
    """The register in words, as sentences name it."""
    return str(REGISTERS[table]._meta.verbose_name)


@register
class BusinessRelationLinkRules(LinkRules[ContactBusinessRelation]):
    """Relations of companies; a person gets one only by the actions that create or link a record (3.5, B-5)."""

    model = ContactBusinessRelation
    set_name = "contactBusinessRelations"

    def enter_link_to_table(self, edit: RelationEdit, value: str) -> None:
        """B-13."""
        _keep(edit, "link_to_table", value)

    def enter_linked_no(self, edit: RelationEdit, value: str) -> None:
        """B-13."""
        _keep(edit, "linked_no", value)

    def before_save(self, edit: RelationEdit) -> None:
        if edit.is_new and edit.get("linked_no"):
            _lock([edit.record.contact_id])
        self.before_save_many([edit])

    def before_save_many(self, edits: Sequence[RelationEdit]) -> None:
        check_links(edits, also=lambda edit: not _by_hand(edit))
        new = [edit for edit in edits if edit.is_new]
        for edit in new:
            _check_both_or_none(edit)
        _find_records([edit for edit in new if edit.get("linked_no") and not edit.get("linked_id")])
        for edit in edits:
            if _by_hand(edit):
                _check_reserved(edit)
        links = [edit for edit in edits if edit.get("linked_no") and (edit.is_new or edit.changed("linked_id"))]
        if links:
            _check_free(links)
            _replace_labels(links)

    def after_save(self, edits: Sequence[RelationEdit]) -> None:
        super().after_save(edits)
        owners = {edit.record.contact_id for edit in edits}
        refresh_status(owners | {edit.old("contact_id") for edit in edits if not edit.is_new})

    def after_delete(self, record: ContactBusinessRelation) -> None:
        super().after_delete(record)
        refresh_status([record.contact_id])
        if record.linked_id is not None:
            promote_second([record.linked_id])


def _keep(edit: RelationEdit, name: str, value: str) -> None:
    """What a stored row is linked to stays; the way is to delete the row and link anew (B-13)."""
    if not edit.is_new and value != edit.get(name):
        raise DomainError(
            "read_only",
            _("Relation %(code)s: what it is linked to cannot change. Remove the relation, then link anew.")
            % {"code": edit.get("business_relation_code")},
            field=name,
            rule="B-13",
        )
    edit.put(name, value)


def _lock(contact_ids: Iterable[uuid.UUID | None]) -> None:
    """Two who link the same contact at once take turns, so that the second is told what the first did."""
    rows = Contact.objects.select_for_update(of=("self",)).filter(pk__in=[pk for pk in contact_ids if pk])
    list(rows.order_by("pk").values_list("pk"))


def _check_both_or_none(edit: RelationEdit) -> None:
    """A link names a register and a record; a label neither (B-5, B-13)."""
    if edit.get("link_to_table") != LinkToTable.BLANK:
        require_field(edit, "linked_no")
    elif edit.get("linked_no"):
        raise DomainError(
            "field_required",
            _("To link number %(no)s, say which register it belongs to.") % {"no": edit.get("linked_no")},
            field="link_to_table",
            rule="B-13",
        )


def _find_records(edits: Iterable[RelationEdit]) -> None:
    """The records that typed numbers name, one query a register; ``not_found`` where there is none (B-13)."""
    wanted: dict[str, list[RelationEdit]] = {}
    for edit in edits:
        wanted.setdefault(edit.get("link_to_table"), []).append(edit)
    for table, group in wanted.items():
        found = by_number(REGISTERS[table], {edit.get("linked_no") for edit in group})
        for edit in group:
            record = found.get(edit.get("linked_no"))
            if record is None:
                raise DomainError(
                    "not_found",
                    _("There is no %(table)s “%(no)s”.") % {"table": table_name(table), "no": edit.get("linked_no")},
                    field="linked_no",
                    rule="B-13",
                )
            edit.copy("linked_id", record.id)
            edit.copy("linked_no", record.no)


def _check_reserved(edit: RelationEdit) -> None:
    """The codes of the registers come into being with a link only (B-1)."""
    code = edit.get("business_relation_code")
    if edit.get("linked_no") or not edit.changed("business_relation_code", "contact_id"):
        return
    setup = marketing_setup()
    for table, field in CODE_FIELDS.items():
        if code == getattr(setup, field):
            raise DomainError(
                "relation.code_reserved",
                _("Relation %(code)s is kept for contacts linked to a %(table)s. Create or link the %(table)s instead.")
                % {"code": code, "table": table_name(table)},
                field="business_relation_code",
                rule="B-1",
            )


def _check_free(edits: Sequence[RelationEdit]) -> None:
    """A contact has one record of a register, a record one contact (B-6, B-7)."""
    own = [edit.record.pk for edit in edits if not edit.is_new]
    rows = ContactBusinessRelation.objects.exclude(pk__in=own).select_related("contact")
    linked = rows.exclude(linked_no="").filter(contact_id__in={edit.record.contact_id for edit in edits})
    by_contact = {(row.contact_id, row.link_to_table): row for row in linked}
    by_record = {row.linked_id: row for row in rows.filter(linked_id__in={edit.get("linked_id") for edit in edits})}
    for edit in edits:
        of_contact = by_contact.get((edit.record.contact_id, edit.get("link_to_table")))
        if of_contact is not None:
            raise relation_exists(of_contact)
        of_record = by_record.get(edit.get("linked_id"))
        if of_record is not None:
            raise entity_taken(of_record)


def relation_exists(relation: ContactBusinessRelation) -> DomainError:
    """``relation.exists``: the contact of ``relation`` is linked to a record of that register already (B-6)."""
    return DomainError(
        "relation.exists",
        _("Contact %(contact)s is linked to %(table)s %(no)s already. Remove that relation first.")
        % {
            "contact": refer(relation.contact),
            "table": table_name(relation.link_to_table),
            "no": relation.linked_no,
        },
        field="contact_id",
        rule="B-6",
    )


def entity_taken(relation: ContactBusinessRelation) -> DomainError:
    """``relation.entity_taken``: the record of ``relation`` belongs to that contact already (B-7)."""
    return DomainError(
        "relation.entity_taken",
        _("%(table)s %(no)s is linked to contact %(contact)s already. Remove that relation first.")
        % {
            "table": table_name(relation.link_to_table).capitalize(),
            "no": relation.linked_no,
            "contact": refer(relation.contact),
        },
        field="linked_no",
        rule="B-7",
    )


def _replace_labels(edits: Sequence[RelationEdit]) -> None:
    """A link takes the place of a label with its code: the prospect has become a customer (B-8)."""
    codes = {edit.get("business_relation_code") for edit in edits}
    owners = {edit.record.contact_id for edit in edits}
    pairs = {(edit.record.contact_id, edit.get("business_relation_code")) for edit in edits}
    labels = ContactBusinessRelation.objects.filter(contact_id__in=owners, business_relation__in=codes, linked_no="")
    found = labels.values_list("pk", "contact_id", "business_relation_code")
    replaced = [pk for pk, contact_id, code in found if (contact_id, code) in pairs]
    if replaced:
        ContactBusinessRelation.objects.filter(pk__in=replaced).delete()


def promote_second(linked_ids: Collection[uuid.UUID]) -> None:
    """Where the first contact of a record is gone, its second one takes the place (M-35)."""
    first = ContactBusinessRelation.objects.filter(linked_id=OuterRef("linked_id"), secondary=False)
    left = ContactBusinessRelation.objects.filter(~Exists(first), linked_id__in=linked_ids, secondary=True)
    heirs = left.order_by("linked_id", "pk").distinct("linked_id").values_list("pk", flat=True)
    ContactBusinessRelation.objects.filter(pk__in=list(heirs)).update(secondary=False)


def connect() -> None:
    """Links show the number that their record has now."""
    records_saved.connect(_follow_number, dispatch_uid="contacts.relations")


def _follow_number(*, edits: Sequence[Edit[Any]], **_signal: Any) -> None:
    renumbered = {edit.record.pk: edit.record.no for edit in edits if not edit.is_new and edit.changed("no")}
    if not renumbered:
        return
    relations = list(ContactBusinessRelation.objects.filter(linked_id__in=renumbered).order_by("pk"))
    for relation in relations:
        relation.linked_no = renumbered[relation.linked_id]
    update_many(relations, ["linked_no"])
