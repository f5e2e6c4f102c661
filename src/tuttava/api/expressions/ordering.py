"""``$orderby`` (A-47): keys without NULL, blanks lowest, texts without regard to case and then by code point."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from tuttava.api.declare import EntitySet, Property, Service
from tuttava.api.edm import Kind, Type
from tuttava.api.expressions import comparing, nodes
from tuttava.api.expressions.binder import count
from tuttava.api.expressions.errors import ExpressionError
from tuttava.api.expressions.operands import Operand
from tuttava.api.expressions.parser import parse_order
from tuttava.api.expressions.scope import Frame, Scope, can_be_null, can_compare
from tuttava.api.expressions.sql import Column, Sql, stored_kind

MAX_KEYS = 20


@dataclass(frozen=True)
class SortKey:
    """One column to sort by, never NULL; ``kind`` is that of its values."""

    expression: Column
    descending: bool
    kind: Kind


def order_keys(service: Service, entity_set: EntitySet, text: str = "") -> list[SortKey]:
    """The sort keys of ``$orderby=text`` (blank: the natural key), ended by the id.

    Raises :class:`ExpressionError` for what cannot be sorted by.
    """
    scope = Scope(service, Frame(entity_set))
    keys: list[SortKey] = []
    if text.strip():
        items = parse_order(text)
        if len(items) > MAX_KEYS:
            message = _("More than %(count)d properties to sort by.")
            raise ExpressionError(message % {"count": MAX_KEYS}, items[MAX_KEYS][0].position)
        for node, descending in items:
            keys.extend(_keys(_operand(node, scope), descending))
    else:
        natural = (entity_set.by_name[name] for name in entity_set.order or entity_set.natural_key)
        keys = [key for prop in natural if can_compare(prop) for key in _keys(_column(entity_set, prop), False)]
    return [*keys, *_keys(_column(entity_set, entity_set.key_property), False)]


def _operand(node: nodes.Node, scope: Scope) -> Operand:
    if isinstance(node, nodes.Count):
        return count(scope, scope.route(node.path, to_collection=True))
    if not isinstance(node, nodes.Path):
        raise ExpressionError(_("A property is expected here."), node.position)
    return scope.value(scope.route(node, sorting=True))


def _column(entity_set: EntitySet, prop: Property) -> Operand:
    return Operand(prop.type, F(prop.source) if prop.source else prop.sql(), can_be_null(entity_set, prop))


def _keys(operand: Operand, descending: bool) -> list[SortKey]:
    kind_of: Type = operand.type
    if kind_of.enum is not None:
        return [SortKey(comparing.rank(operand), descending, Kind.INT32)]
    found = SortKey(operand.total, descending, stored_kind(kind_of))
    if not kind_of.is_text or kind_of.code:
        return [found]
    return [SortKey(Sql("LOWER({0})", operand.total, output=Kind.STRING), descending, Kind.STRING), found]
