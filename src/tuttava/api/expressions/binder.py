"""Binds a tree to an entity set: names to columns, types checked, ``not`` pushed down to the comparisons.

Nothing is read here except by ``matchespattern``, which asks the server whether it can read the pattern.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from django.db.models import BigIntegerField, Exists, F, Func, Subquery
from django.utils.translation import gettext as _

from tuttava.api.declare import EntitySet, Navigation, Service
from tuttava.api.edm import BIG, BOOLEAN, Kind, Type
from tuttava.api.expressions import arithmetic, comparing, functions, nodes, patterns, predicates
from tuttava.api.expressions.errors import ExpressionError
from tuttava.api.expressions.nodes import Node
from tuttava.api.expressions.operands import (
    Constant,
    Operand,
    coerce,
    family,
    is_constant,
    mismatch,
    own_type,
    standalone,
)
from tuttava.api.expressions.scope import Check, Frame, Route, Rows, Scope
from tuttava.api.expressions.sql import Condition, both, constant, either, truth

#: Comparisons of ``$count`` that only ask whether there is a row: (operator, number) to "there is one".
_EXISTENCE = {
    ("gt", 0): True,
    ("ge", 1): True,
    ("ne", 0): True,
    ("eq", 0): False,
    ("lt", 1): False,
    ("le", 0): False,
}


def condition(service: Service, entity_set: EntitySet, node: Node) -> Condition:
    """The rows of ``entity_set`` for which ``node`` is true, for ``filter()`` of a query on its model.

    Raises :class:`ExpressionError` for unknown names, wrong types and values that no condition may use (A-46).
    """
    return _condition(node, Scope(service, Frame(entity_set)), False)


def _condition(node: Node, scope: Scope, negate: bool) -> Condition:
    """``node`` (or its opposite) as a condition."""
    match node:
        case nodes.Logical():
            join = both if node.every is not negate else either
            terms = node.terms if node.every else _gathered(node.terms)
            return join([_condition(each, scope, negate) for each in terms])
        case nodes.Negation():
            return _condition(node.operand, scope, not negate)
        case nodes.Comparison():
            return _comparison(node, scope, negate)
        case nodes.Membership():
            return _membership(node, scope, negate)
        case nodes.Quantified():
            return _quantified(node, scope, negate)
        case nodes.Call() if node.name in functions.PREDICATES:
            return _predicate(node, scope, negate)
        case nodes.Call():
            functions.known(node)
        case nodes.Literal() | nodes.EnumLiteral():
            return constant(bool(coerce(node, BOOLEAN)) is not negate)
        case nodes.Path():
            route = scope.route(node)
            if _type(route).kind is Kind.BOOLEAN:
                return scope.where(route, comparing.against("eq", not negate, BOOLEAN))
    raise ExpressionError(_("A condition is expected here."), node.position)


def _gathered(terms: Sequence[Node]) -> list[Node]:
    """The terms of an ``or`` with those that ask one property for several values made one ``in``."""
    asked: dict[tuple[str, ...], list[nodes.Comparison]] = {}
    others: list[Node] = []
    for each in terms:
        match each:
            case nodes.Comparison(operator="eq", left=nodes.Path() as path, right=value) if is_constant(value):
                asked.setdefault(path.names, []).append(each)
            case _:
                others.append(each)
    for same in asked.values():
        values = tuple(each.right for each in same)
        others.append(nodes.Membership(same[0].position, same[0].left, values) if values[1:] else same[0])
    return others


def _comparison(node: nodes.Comparison, scope: Scope, negate: bool) -> Condition:
    operator = comparing.INVERSE[node.operator] if negate else node.operator
    left, right = _folded(node.left), _folded(node.right)
    if is_constant(left) and (not is_constant(right) or _is_null(left)):
        left, right, operator = right, left, comparing.MIRROR[operator]
    if _constant(right):
        return _against(operator, left, right, scope)
    first, second = _value(left, scope), _value(right, scope)
    if family(first.type) != family(second.type):
        raise mismatch(node.position)
    return comparing.compare(operator, first, second)


def _against(operator: str, left: Node, right: Constant, scope: Scope) -> Condition:
    """``left`` compared with a constant."""
    if _is_condition(left) and operator in ("eq", "ne"):
        return _condition(left, scope, coerce(right, BOOLEAN) is not (operator == "eq"))
    if isinstance(left, nodes.Path):
        route = scope.route(left)
        value = coerce(right, _type(route), left.names[-1])
        return scope.where(route, comparing.against(operator, value, _type(route)))
    if isinstance(left, nodes.Count) and isinstance(right, nodes.Literal):
        exists = _EXISTENCE.get((operator, right.value)) if right.kind is Kind.INT64 else None
        if exists is not None:
            return _some(scope.route(left.path, to_collection=True), scope, None, not exists)
    found = _value(left, scope)
    return comparing.against(operator, coerce(right, found.type), found.type).on(found)


def _membership(node: nodes.Membership, scope: Scope, negate: bool) -> Condition:
    operand, members = _folded(node.operand), [_folded(each) for each in node.members]
    if is_constant(operand) or not all(is_constant(each) for each in members):
        return _among_values(node, [operand, *members], scope, negate)
    constants = [each for each in members if _constant(each)]
    if isinstance(operand, nodes.Path):
        route = scope.route(operand)
        return scope.where(route, _among(constants, _type(route), negate, operand.names[-1]))
    found = _value(operand, scope)
    return _among(constants, found.type, negate).on(found)


def _among_values(node: nodes.Membership, parts: Sequence[Node], scope: Scope, negate: bool) -> Condition:
    """``in`` over values of the row; constants take the type of the first that has one."""
    bound = {at: _value(each, scope) for at, each in enumerate(parts) if not _constant(each)}
    typed = next(iter(bound.values()), None)
    kind_of = typed.type if typed else next((own_type(each) for each in parts if _has_type(each)), Type(Kind.STRING))
    operands = [standalone(each, kind_of) if _constant(each) else bound[at] for at, each in enumerate(parts)]
    if len({family(each.type) for each in operands}) > 1:
        raise mismatch(node.position)
    return comparing.among_values(operands[0], operands[1:], negated=negate)


def _has_type(node: Node) -> TypeGuard[Constant]:
    return is_constant(node) and not _is_null(node)


def _among(constants: list[Constant], kind_of: Type, negate: bool, target: str = "") -> Check:
    values = dict.fromkeys(coerce(each, kind_of, target) for each in constants)
    return comparing.Among(tuple(values), kind_of, negate)


def _predicate(node: nodes.Call, scope: Scope, negate: bool) -> Condition:
    functions.known(node)
    text, needle = (_folded(each) for each in node.arguments)
    if node.name == "matchespattern":
        pattern = _text_constant(needle)
        found = functions.argument(text, (Kind.STRING,), lambda each: _value(each, scope))
        return predicates.matches(found, patterns.checked(pattern, needle.position), negated=negate)
    if _constant(needle):
        return _holding(node.name, text, _text_constant(needle), scope, negate)
    operands = [functions.argument(each, (Kind.STRING,), lambda one: _value(one, scope)) for each in (text, needle)]
    return predicates.of_two(node.name, operands[0], operands[1], negated=negate)


def _holding(name: str, text: Node, needle: str, scope: Scope, negate: bool) -> Condition:
    """A predicate with a constant needle; codes hold capitals, so the needle gets them too."""
    if not isinstance(text, nodes.Path):
        found = functions.argument(text, (Kind.STRING,), lambda each: _value(each, scope))
        return predicates.Found(name, needle, negate).on(found)
    route = scope.route(text)
    if not _type(route).is_text:
        raise mismatch(text.position, text.names[-1])
    return scope.where(route, predicates.Found(name, needle.upper() if _type(route).code else needle, negate))


def _text_constant(node: Node) -> str:
    if not _constant(node):
        raise ExpressionError(_("A quoted text is expected here."), node.position)
    found: str = coerce(node, Type(Kind.STRING))
    return found


def _quantified(node: nodes.Quantified, scope: Scope, negate: bool) -> Condition:
    """``any``: a row exists; ``all``: none exists that fails."""
    route = scope.route(node.path, to_collection=True)
    return _some(route, scope, node, negate is not node.every)


def _some(route: Route, scope: Scope, node: nodes.Quantified | None, negate: bool) -> Condition:
    """That rows exist at the end of ``route`` which satisfy the body of an ``any`` or fail that of an ``all``."""

    def within(frame: Frame, navigations: tuple[Navigation, ...], level: int) -> Exists:
        rows, inner = scope.step(frame, navigations[0], level)
        if navigations[1:]:
            return Exists(rows.filter(within(inner, navigations[1:], level + 1)))
        if node is None:
            return Exists(rows)
        inside = scope.with_variable(node.variable, inner, node.position)
        return Exists(rows if node.body is None else rows.filter(_condition(node.body, inside, node.every)))

    found = within(route.start, route.navigations, scope.level)
    return ~found if negate else found


def _value(node: Node, scope: Scope) -> Operand:
    """``node`` as a value of the row."""
    node = _folded(node)
    if _constant(node):
        return standalone(node)
    if _is_condition(node):
        return Operand(BOOLEAN, truth(_condition(node, scope, False)))
    match node:
        case nodes.Path():
            return scope.value(scope.route(node))
        case nodes.Call():
            return functions.apply(node, lambda each: _value(each, scope))
        case nodes.Arithmetic():
            return arithmetic.calculate(node, _value(node.left, scope), _value(node.right, scope))
        case nodes.Minus():
            return arithmetic.negated(node, _value(node.operand, scope))
        case nodes.Count():
            return count(scope, scope.route(node.path, to_collection=True))
    raise ExpressionError(_("A value is expected here."), node.position)


def count(scope: Scope, route: Route) -> Operand:
    """How many rows are at the end of ``route``; NULL over an absent entity."""

    def within(frame: Frame, navigations: tuple[Navigation, ...], level: int) -> Subquery:
        rows, inner = scope.step(frame, navigations[0], level)
        if navigations[1:]:
            reached: Rows = rows.annotate(_value=within(inner, navigations[1:], level + 1))
            return Subquery(reached.values("_value")[:1], output_field=BigIntegerField())
        counted = Func(F("pk"), function="COUNT", output_field=BigIntegerField())
        return Subquery(rows.annotate(_value=counted).values("_value"), output_field=BigIntegerField())

    return Operand(BIG, within(route.start, route.navigations, scope.level), nullable=len(route.navigations) > 1)


def _folded(node: Node) -> Node:
    """``now()`` and its like as the constants they are."""
    if isinstance(node, nodes.Call):
        return functions.moment(node) or node
    return node


def _constant(node: Node) -> TypeGuard[Constant]:
    return is_constant(node)


def _is_null(node: Node) -> bool:
    return isinstance(node, nodes.Literal) and node.kind is None


def _is_condition(node: Node) -> bool:
    """Whether ``node`` is a condition by its form."""
    if isinstance(node, nodes.Call):
        return node.name in functions.PREDICATES
    return isinstance(node, nodes.Logical | nodes.Negation | nodes.Comparison | nodes.Membership | nodes.Quantified)


def _type(route: Route) -> Type:
    assert route.property is not None
    return route.property.type
