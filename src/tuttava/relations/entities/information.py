"""Which contacts belong to a record of the registers, in the standard service (16.2)."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm, expressions, values
from tuttava.api.declare import STANDARD, EntitySet, Navigation, Property
from tuttava.api.errors import ApiError, no_record
from tuttava.api.expressions import nodes
from tuttava.api.options import Options
from tuttava.contacts.entities.masks import NEEDED_OF_CHILD, mask_child
from tuttava.contacts.entities.standard import CONTACT_TYPE
from tuttava.contacts.models import LinkedContact, LinkToTable
from tuttava.partners.rules.registers import REGISTERS

_REFUSAL = "api.related_record_required"
LINK_TO_TABLE = edm.standard_enum("contactBusinessRelationLinkToTable", LinkToTable, {"bank_account": "Bank Account"})


def _check_record(options: Options) -> None:
    """The filter names one record that exists: by its id and its register."""
    wanted = dict(_equalities(expressions.parse(options.filter, options.aliases)))
    related_id, table = _id(wanted.get("relatedId")), _table(wanted.get("relatedType"))
    if related_id is None or table is None:
        raise ApiError(
            400,
            "Application_DialogException",
            _("Give relatedId and relatedType, such as: relatedId eq {id} and relatedType eq 'Bank Account'."),
            "contactsInformation",
            domain_code=_REFUSAL,
        )
    model = REGISTERS.get(table)
    if model is None or not model._default_manager.filter(pk=related_id).exists():
        raise no_record(INFORMATION)


def _equalities(node: expressions.Node) -> list[tuple[str, nodes.Literal | nodes.EnumLiteral]]:
    """What every row of the result equals, by property."""
    if isinstance(node, nodes.Logical) and node.every:
        return [pair for term in node.terms for pair in _equalities(term)]
    if not isinstance(node, nodes.Comparison) or node.operator != "eq":
        return []
    left, right = node.left, node.right
    if isinstance(right, nodes.Path):
        left, right = right, left
    if isinstance(left, nodes.Path) and isinstance(right, nodes.Literal | nodes.EnumLiteral):
        return [("/".join(left.names), right)]
    return []


def _id(literal: nodes.Literal | nodes.EnumLiteral | None) -> uuid.UUID | None:
    if not isinstance(literal, nodes.Literal):
        return None
    try:
        return values.parse_guid(str(literal.value))
    except ApiError:
        return None


def _table(literal: nodes.Literal | nodes.EnumLiteral | None) -> str | None:
    text = literal.text if isinstance(literal, nodes.EnumLiteral) else literal.value if literal else None
    member = LINK_TO_TABLE.enum.member_of(str(text)) if text is not None and LINK_TO_TABLE.enum else None
    return str(member.stored) if member else None


INFORMATION = EntitySet(
    name="contactsInformation",
    entity="contactInformation",
    model=LinkedContact,
    properties=(
        Property("contactId", edm.GUID, "contact_id", read_only=True),
        Property("contactNumber", edm.code(20), "contact__no", read_only=True),
        Property("contactName", edm.text(100), "contact__name", read_only=True),
        Property("contactType", CONTACT_TYPE, "contact__type", read_only=True),
        Property("relatedId", edm.GUID, "linked_id", read_only=True),
        Property("relatedType", LINK_TO_TABLE, "link_to_table", read_only=True),
    ),
    navigations=(Navigation("contact", "contacts", many=False, ours="contact_id"),),
    key="contactId",
    natural_key=("contactType", "contactNumber"),
    methods=frozenset({"GET"}),
    needs_filter=(("relatedId", _REFUSAL), ("relatedType", _REFUSAL)),
    guard=_check_record,
    finish=mask_child(),
    always=NEEDED_OF_CHILD,
    version="",
    caption=gettext_lazy("contact of a record"),
    caption_plural=gettext_lazy("contacts of a record"),
)

STANDARD.register(INFORMATION)
