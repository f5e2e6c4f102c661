"""Rows become business relations of contacts that exist: labels, or links with records of the registers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from tuttava.contacts.models import ContactBusinessRelation
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, blank, rules_of, save_many
from tuttava.partners.rules.registers import REGISTERS
from tuttava.transfer.halving import save_by_halves
from tuttava.transfer.models import Outcome
from tuttava.transfer.old_numbers import follow_merges
from tuttava.transfer.options import Options
from tuttava.transfer.owned import find_owners, owner_gone, owners_of
from tuttava.transfer.plans import Plan
from tuttava.transfer.writing import unchanged

#: Fields of a relation, in the order in which they are entered.
RELATION_FIELDS = ("business_relation_code", "link_to_table", "linked_no")

Keys = tuple[uuid.UUID, str, str, str]


class RelationWriter:
    """Writes business relations chunk by chunk. Codes that are reserved by hand may come from a file (B-1)."""

    companies_created = 0

    def __init__(self, options: Options, *, dry: bool) -> None:
        self.options = options
        self.dry = dry

    def write(self, plans: Sequence[Plan]) -> None:
        """Find the contacts, pass over what is there, save the rest."""
        find_owners([plan for plan in plans if not plan.errors], self.options.match_by)
        due = [plan for plan in plans if not plan.errors]
        for table, model in REGISTERS.items():
            follow_merges([plan for plan in due if plan.values.get("link_to_table") == table], model, "linked_no")
        seen = self._stored(due)
        for plan in due:
            plan.outcome = Outcome.SKIP if plan.decision == Outcome.SKIP or _keys(plan) in seen else Outcome.CREATE
            if plan.outcome == Outcome.SKIP and not plan.decision:
                plan.notes.append(unchanged())
            seen.add(_keys(plan))
        save_by_halves([plan for plan in due if plan.outcome == Outcome.CREATE], self._save)

    def _stored(self, plans: Sequence[Plan]) -> set[Keys]:
        """The relations that the contacts have already."""
        rows = ContactBusinessRelation.objects.filter(contact_id__in={plan.match_id for plan in plans})
        return set(rows.values_list("contact_id", *RELATION_FIELDS))

    def _save(self, plans: Sequence[Plan]) -> None:
        contacts = owners_of(plans)
        edits: list[Edit[ContactBusinessRelation]] = []
        for plan in plans:
            if plan.match_id not in contacts:
                plan.refuse(owner_gone())
                continue
            edit = Edit(blank(ContactBusinessRelation), rules_of(ContactBusinessRelation), typed=RELATION_FIELDS)
            edit.copy("contact_id", plan.match_id)
            for name in RELATION_FIELDS:
                try:
                    edit.enter(name, plan.values.get(name, edit.get(name)))
                except DomainError as error:
                    plan.refuse(error, name)
            plan.entity_id = edit.record.pk
            if not plan.errors:
                edits.append(edit)
        if not self.dry:
            save_many(edits)


def _keys(plan: Plan) -> Keys:
    code, table, number = (str(plan.values.get(name, "")) for name in RELATION_FIELDS)
    if plan.match_id is None:
        raise TypeError("a row without contact")
    return (plan.match_id, code, table or "blank", number.strip().upper())
