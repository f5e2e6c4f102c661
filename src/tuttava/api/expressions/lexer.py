"""A condition as tokens (A-44). Words get their meaning from the parser: a property may be called ``date``."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tuttava.api.edm import Kind
from tuttava.api.expressions import values
from tuttava.api.expressions.errors import ExpressionError

#: The longest condition, in characters: 5,000 GUIDs in a list and room to spare.
MAX_LENGTH = 1_000_000


class Token(enum.Enum):
    """What a token is."""

    WORD = "word"
    LITERAL = "literal"
    PREFIXED = "prefixed"
    ALIAS = "alias"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One token: its text; a literal's value and kind; of a prefixed literal the value is the text in quotes."""

    token: Token
    position: int
    text: str
    value: Any = None
    kind: Kind | None = None
    #: Whether a blank stands before it.
    spaced: bool = False


_QUOTED = r"'[^']*+(?:''[^']*+)*+'"
_WORD = r"[^\W\d]\w*"
_EDGE = r"(?![\w.:-])"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,12})?)?"
_BAD = re.compile("[\0\ud800-\udfff]")
_PATTERN = re.compile(
    "|".join(
        (
            r"(?P<blank>\s+)",
            rf"(?P<guid>[0-9A-Fa-f]{{8}}(?:-[0-9A-Fa-f]{{4}}){{3}}-[0-9A-Fa-f]{{12}}{_EDGE})",
            rf"(?P<instant>{_DAY}[Tt]{_CLOCK}(?:[Zz]|[+-][0-9]{{2}}:[0-9]{{2}}){_EDGE})",
            rf"(?P<date>{_DAY}{_EDGE})",
            rf"(?P<time>{_CLOCK}{_EDGE})",
            rf"(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?{_EDGE})",
            rf"(?P<string>{_QUOTED})",
            rf"(?P<prefixed>{_WORD}(?:\.{_WORD})*{_QUOTED})",
            rf"(?P<word>\$?{_WORD})",
            rf"(?P<alias>@{_WORD})",
            r"(?P<sign>[(),/:+-])",
        )
    )
)
_READ: dict[str, tuple[Kind, Callable[[str], Any]]] = {
    "guid": (Kind.GUID, values.guid),
    "instant": (Kind.INSTANT, values.instant),
    "date": (Kind.DATE, values.date),
    "time": (Kind.TIME, values.time),
}


def tokens(text: str) -> Iterator[Lexeme]:
    """The tokens of ``text``, the last one being the end."""
    _check(text)
    position, spaced = 0, False
    while position < len(text):
        found = _PATTERN.match(text, position)
        if found is None or found.lastgroup is None:
            raise _unreadable(text, position)
        if found.lastgroup != "blank":
            yield _lexeme(found.lastgroup, found[0], position + 1, spaced)
        spaced = found.lastgroup == "blank"
        position = found.end()
    yield Lexeme(Token.END, len(text) + 1, "")


def _check(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise ExpressionError(_("The expression is too long."), MAX_LENGTH + 1)
    if found := _BAD.search(text):
        raise ExpressionError(_("This character cannot be used."), found.start() + 1)


def _unreadable(text: str, position: int) -> ExpressionError:
    if "'" in text[position:] and re.match(rf"(?:{_WORD}(?:\.{_WORD})*)?'", text[position:]):
        return ExpressionError(_("A quoted text has no end."), position + 1)
    return ExpressionError(
        _("“%(text)s” is not understood here.") % {"text": text[position : position + 20]}, position + 1
    )


def _lexeme(group: str, text: str, position: int, spaced: bool) -> Lexeme:
    match group:
        case "string":
            return Lexeme(Token.LITERAL, position, text, _unquote(text), Kind.STRING, spaced)
        case "number":
            return _number(text, position, spaced)
        case "prefixed":
            return _prefixed(text, position, spaced)
        case "word" | "alias" | "sign":
            return Lexeme(Token(group), position, text, spaced=spaced)
    kind, read = _READ[group]
    return Lexeme(Token.LITERAL, position, text, _read(read, text, position), kind, spaced)


def _number(text: str, position: int, spaced: bool) -> Lexeme:
    value = _read(values.number, text, position)
    if text.isdecimal():
        return Lexeme(Token.LITERAL, position, text, int(text), Kind.INT64, spaced)
    return Lexeme(Token.LITERAL, position, text, value, Kind.DECIMAL, spaced)


def _prefixed(text: str, position: int, spaced: bool) -> Lexeme:
    name, quote, rest = text.partition("'")
    inner = _unquote(quote + rest)
    if name == "duration":
        return Lexeme(Token.LITERAL, position, text, _read(values.duration, inner, position), Kind.DURATION, spaced)
    return Lexeme(Token.PREFIXED, position, name, inner, spaced=spaced)


def _read(read: Callable[[str], Any], text: str, position: int) -> Any:
    try:
        return read(text)
    except ValueError:
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        raise ExpressionError(_("“%(text)s” is not a value that exists.") % {"text": shown}, position) from None


def _unquote(text: str) -> str:
    return text[1:-1].replace("''", "'")
