"""Business relations of contacts that exist."""

from __future__ import annotations

from tuttava.contacts.models import ContactBusinessRelation
from tuttava.foundation.fields import as_code
from tuttava.transfer.kinds.addresses import OWNER_KEYS
from tuttava.transfer.kinds.declare import Kind
from tuttava.transfer.models import ImportKind
from tuttava.transfer.options import Options
from tuttava.transfer.plans import Plan
from tuttava.transfer.relation_writer import RELATION_FIELDS, RelationWriter
from tuttava.transfer.targets import field_targets


def settle(plan: Plan, options: Options) -> None:
    plan.title = str(plan.values.get("name") or plan.values.get("external_id") or plan.values.get("no") or "")
    if "linked_no" in plan.values:
        plan.values["linked_no"] = as_code(plan.values["linked_no"])


RELATIONS = Kind(
    name=ImportKind.CONTACT_BUSINESS_RELATIONS,
    set_name="contactBusinessRelations",
    fields=[*OWNER_KEYS, *field_targets(ContactBusinessRelation, RELATION_FIELDS)],
    matchers=("no", "external_id", "name"),
    make=lambda options, dry: RelationWriter(options, dry=dry),
    settle=settle,
    sections=(ImportKind.CONTACT_BUSINESS_RELATIONS,),
)
