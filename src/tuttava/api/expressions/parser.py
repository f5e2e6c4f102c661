"""A Pratt parser for conditions and values (A-44). Chains of ``and`` and ``or`` become one node each.

Nesting, chains and the whole size are bounded, so no text can exhaust the stack or the time of a request (A-46).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from tuttava.api.edm import Kind
from tuttava.api.expressions import nodes
from tuttava.api.expressions.errors import ExpressionError
from tuttava.api.expressions.lexer import Lexeme, Token, tokens
from tuttava.api.expressions.nodes import Node

MAX_TERMS = 2_000
MAX_MEMBERS = 5_000
MAX_NESTING = 100
MAX_ARITHMETIC = 100
MAX_NODES = 50_000

_OR, _AND, _NOT, _EQUALITY, _RELATION, _SUM, _PRODUCT, _UNARY = range(1, 9)
_BINDING = (
    {"or": _OR, "and": _AND, "eq": _EQUALITY, "ne": _EQUALITY, "add": _SUM, "sub": _SUM}
    | dict.fromkeys(("gt", "ge", "lt", "le", "in", "has"), _RELATION)
    | dict.fromkeys(("mul", "div", "divby", "mod"), _PRODUCT)
)
_CONSTANTS = {"true": (True, Kind.BOOLEAN), "false": (False, Kind.BOOLEAN), "null": (None, None)}


@dataclass
class _Budget:
    """What a text has used up, its aliases included."""

    nodes: int = 0
    arithmetic: int = 0
    nesting: int = 0


def parse(text: str, aliases: Mapping[str, str] | None = None) -> Node:
    """The tree of a condition or value. ``aliases``: texts by parameter name (``@p``); one not given is ``null``.

    Raises :class:`ExpressionError` for anything that does not follow the grammar or is too large.
    """
    return _Parser(list(tokens(text)), aliases or {}, _Budget()).whole()


def parse_order(text: str) -> list[tuple[Node, bool]]:
    """What ``$orderby`` names, each with whether it is descending."""
    return _Parser(list(tokens(text)), {}, _Budget()).order()


class _Parser:
    def __init__(self, lexemes: Sequence[Lexeme], aliases: Mapping[str, str], budget: _Budget) -> None:
        self.lexemes = lexemes
        self.aliases = aliases
        self.budget = budget
        self.index = 0

    @property
    def next(self) -> Lexeme:
        return self.lexemes[self.index]

    def whole(self) -> Node:
        found = self.expression(0)
        if self.next.token is not Token.END:
            raise self.unexpected()
        return found

    def order(self) -> list[tuple[Node, bool]]:
        found: list[tuple[Node, bool]] = []
        while True:
            node, descending = self.expression(0), False
            if self.at_word("asc") or self.at_word("desc"):
                descending = self.take().text == "desc"
            found.append((node, descending))
            if self.next.token is Token.END:
                return found
            if not self.at_sign(","):
                raise self.unexpected()
            self.take()

    def expression(self, level: int) -> Node:
        """What stands here, up to an operator that binds no tighter than ``level``."""
        left = self.prefix()
        chain = 0
        while (binding := self.infix()) > level:
            operator = self.take()
            self.spend(operator.position)
            chain += binding in (_EQUALITY, _RELATION)
            if chain > MAX_NESTING:
                raise self.too_deep(operator.position)
            if operator.text == "in":
                left = nodes.Membership(operator.position, left, self.members())
            else:
                left = self.operation(operator, left, self.expression(binding))
        return left

    def infix(self) -> int:
        lexeme = self.next
        return _BINDING.get(lexeme.text, 0) if lexeme.token is Token.WORD else 0

    def operation(self, operator: Lexeme, left: Node, right: Node) -> Node:
        """The node of an operator. (Called with both sides, so that nesting costs few frames.)"""
        binding = _BINDING[operator.text]
        if binding in (_OR, _AND):
            return self.logical(operator, left, right)
        if binding in (_SUM, _PRODUCT):
            self.budget.arithmetic += 1
            if self.budget.arithmetic > MAX_ARITHMETIC:
                raise ExpressionError(_("There are too many calculations."), operator.position)
            return nodes.Arithmetic(operator.position, operator.text, left, right)
        name = "eq" if operator.text == "has" else operator.text
        return nodes.Comparison(operator.position, name, left, right)

    def logical(self, operator: Lexeme, left: Node, right: Node) -> Node:
        """Both sides as one chain with what they are chains of themselves."""
        every = operator.text == "and"
        terms = (*_terms(left, every), *_terms(right, every))
        if len(terms) > MAX_TERMS:
            raise ExpressionError(_("More than %(count)d conditions.") % {"count": MAX_TERMS}, operator.position)
        return nodes.Logical(operator.position, every, terms)

    def members(self) -> tuple[Node, ...]:
        self.sign("(")
        with_comma = [self.expression(0)]
        while self.at_sign(","):
            comma = self.take()
            if len(with_comma) == MAX_MEMBERS:
                raise ExpressionError(_("More than %(count)d values.") % {"count": MAX_MEMBERS}, comma.position)
            with_comma.append(self.expression(0))
        self.sign(")")
        return tuple(with_comma)

    def prefix(self) -> Node:
        lexeme = self.take()
        self.spend(lexeme.position)
        match lexeme.token:
            case Token.LITERAL:
                return nodes.Literal(lexeme.position, lexeme.value, lexeme.kind)
            case Token.PREFIXED:
                return nodes.EnumLiteral(lexeme.position, lexeme.text.rpartition(".")[2], lexeme.value)
            case Token.ALIAS:
                return self.alias(lexeme)
            case Token.WORD if lexeme.text == "not" and not self.ends_operand():
                negative = self.negative()
                return _negated(lexeme, self.expression(_NOT), negative)
            case Token.WORD:
                return self.word(lexeme)
        if lexeme.text == "(":
            self.enter(lexeme.position)
            found = self.expression(0)
            self.sign(")")
            self.leave()
            return found
        if lexeme.text in ("-", "+"):
            return self.signed(lexeme)
        self.index -= 1
        raise self.unexpected()

    def signed(self, lexeme: Lexeme) -> Node:
        negative = lexeme.text == "-"
        while self.at_sign("-") or self.at_sign("+"):
            negative ^= self.take().text == "-"
        operand = self.expression(_UNARY)
        if isinstance(operand, nodes.Literal) and operand.kind in (Kind.INT64, Kind.DECIMAL):
            return replace(operand, position=lexeme.position, value=-operand.value if negative else operand.value)
        return nodes.Minus(lexeme.position, operand) if negative else operand

    def word(self, lexeme: Lexeme) -> Node:
        if self.at_sign("("):
            return self.call(lexeme)
        if lexeme.text in _CONSTANTS and not self.at_sign("/"):
            value, kind = _CONSTANTS[lexeme.text]
            return nodes.Literal(lexeme.position, value, kind)
        return self.path(lexeme)

    def ends_operand(self) -> bool:
        return self.infix() > 0 or self.next.token is Token.END or self.next.text in (")", ",", "/")

    def negative(self) -> bool:
        """Whether the ``not`` just read still negates after all that follow it at once."""
        found = True
        while self.at_word("not"):
            self.take()
            found = not found
        return found

    def call(self, name: Lexeme) -> Node:
        self.enter(name.position)
        self.sign("(")
        arguments: list[Node] = []
        if not self.at_sign(")"):
            arguments.append(self.expression(0))
            while self.at_sign(","):
                self.take()
                arguments.append(self.expression(0))
        self.sign(")")
        self.leave()
        return nodes.Call(name.position, name.text, tuple(arguments))

    def path(self, first: Lexeme) -> Node:
        parts = [first]
        while self.at_sign("/"):
            self.take()
            part = self.take()
            if part.token is not Token.WORD:
                self.index -= 1
                raise self.unexpected()
            if part.text in ("any", "all") and self.at_sign("("):
                return self.quantified(_path(parts), part)
            if part.text == "$count":
                return nodes.Count(part.position, _path(parts))
            parts.append(part)
        return _path(parts)

    def quantified(self, path: nodes.Path, word: Lexeme) -> Node:
        self.enter(word.position)
        self.sign("(")
        variable, body = "", None
        if word.text == "all" or not self.at_sign(")"):
            name = self.take()
            if name.token is not Token.WORD or name.text.startswith("$"):
                self.index -= 1
                raise self.unexpected()
            variable = name.text
            self.sign(":")
            body = self.expression(0)
        self.sign(")")
        self.leave()
        return nodes.Quantified(word.position, path, word.text == "all", variable, body)

    def alias(self, lexeme: Lexeme) -> Node:
        """What the alias stands for; errors in it are reported where it is used."""
        text = self.aliases.get(lexeme.text, self.aliases.get(lexeme.text[1:], "null"))
        self.enter(lexeme.position)
        try:
            inner = [replace(each, position=lexeme.position) for each in tokens(text)]
            found = _Parser(inner, self.aliases, self.budget).whole()
        except ExpressionError as error:
            raise ExpressionError(error.message, lexeme.position, error.target) from error
        self.leave()
        return found

    def take(self) -> Lexeme:
        found = self.next
        if found.token is Token.END:
            raise self.unexpected()
        self.index += 1
        return found

    def sign(self, text: str) -> None:
        if not self.at_sign(text):
            shown = _("“%(sign)s” is missing here.") % {"sign": text}
            raise ExpressionError(shown, self.next.position)
        self.index += 1

    def at_sign(self, text: str) -> bool:
        return self.next.token is Token.SIGN and self.next.text == text

    def at_word(self, text: str) -> bool:
        return self.next.token is Token.WORD and self.next.text == text

    def enter(self, position: int) -> None:
        self.budget.nesting += 1
        if self.budget.nesting > MAX_NESTING:
            raise self.too_deep(position)

    def leave(self) -> None:
        self.budget.nesting -= 1

    def spend(self, position: int) -> None:
        self.budget.nodes += 1
        if self.budget.nodes > MAX_NODES:
            raise ExpressionError(_("The expression is too long."), position)

    def too_deep(self, position: int) -> ExpressionError:
        return ExpressionError(_("Nested more than %(count)d levels deep.") % {"count": MAX_NESTING}, position)

    def unexpected(self) -> ExpressionError:
        lexeme = self.next
        if lexeme.token is Token.END:
            return ExpressionError(_("The expression ends too early."), lexeme.position)
        return ExpressionError(_("“%(text)s” is not expected here.") % {"text": lexeme.text[:40]}, lexeme.position)


def _terms(node: Node, every: bool) -> Sequence[Node]:
    return node.terms if isinstance(node, nodes.Logical) and node.every is every else (node,)


def _negated(lexeme: Lexeme, operand: Node, negative: bool) -> Node:
    if not negative:
        return operand
    return operand.operand if isinstance(operand, nodes.Negation) else nodes.Negation(lexeme.position, operand)


def _path(parts: Sequence[Lexeme]) -> nodes.Path:
    names = tuple(part.text for part in parts)
    return nodes.Path(parts[0].position, names, tuple(part.position for part in parts))
