"""The types of the service (A-33): what values look like in Python, in JSON and when they are blank (A-32)."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.utils import translation

from tuttava.foundation.errors import Text

EMPTY_GUID = uuid.UUID(int=0)
EMPTY_DATE = dt.date.min
EMPTY_INSTANT = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


class Kind(enum.Enum):
    """The primitive types; the value is the name in ``$metadata``."""

    STRING = "Edm.String"
    GUID = "Edm.Guid"
    BOOLEAN = "Edm.Boolean"
    INT32 = "Edm.Int32"
    INT64 = "Edm.Int64"
    DECIMAL = "Edm.Decimal"
    DATE = "Edm.Date"
    TIME = "Edm.TimeOfDay"
    INSTANT = "Edm.DateTimeOffset"
    DURATION = "Edm.Duration"
    STREAM = "Edm.Stream"
    ENUM = "enum"
    #: Nested data without a declared shape (results of actions, criteria objects): passed through as JSON.
    UNTYPED = "Edm.Untyped"


@dataclass(frozen=True)
class Member:
    """One member of an enum: its name on the wire, the value stored, its words, its number."""

    name: str
    stored: Any
    caption: Text
    value: int

    @property
    def english(self) -> str:
        with translation.override("en"):
            return str(self.caption)


@dataclass(frozen=True)
class EnumType:
    """An enum type of one service. The first member is its blank."""

    name: str
    members: tuple[Member, ...]

    @cached_property
    def by_stored(self) -> dict[Any, Member]:
        return {member.stored: member for member in self.members}

    @cached_property
    def _by_text(self) -> dict[str, Member]:
        found: dict[str, Member] = {}
        for member in reversed(self.members):
            found |= {str(member.stored).casefold(): member, str(member.value): member}
            found |= {member.english.casefold(): member, member.name.casefold(): member}
        return found

    def member_of(self, text: str) -> Member | None:
        """The member that ``text`` names: by member, English caption, stored name or number (A-22)."""
        return self._by_text.get(text.casefold()) or self._by_text.get(text.strip().casefold())

    @property
    def blank(self) -> Any:
        return self.members[0].stored


@dataclass(frozen=True)
class Type:
    """A property's type. ``length`` bounds text; ``code``: text that is upper-cased and trimmed (A-33)."""

    kind: Kind
    length: int = 0
    code: bool = False
    enum: EnumType | None = None
    many: bool = False

    @property
    def blank(self) -> Any:
        """The value that stands for "nothing" (A-32)."""
        if self.many:
            return []
        if self.enum:
            return self.enum.blank
        return _BLANKS[self.kind]

    @property
    def is_text(self) -> bool:
        return self.kind is Kind.STRING and not self.many

    @property
    def is_number(self) -> bool:
        return self.kind in (Kind.INT32, Kind.INT64, Kind.DECIMAL)


_BLANKS: dict[Kind, Any] = {
    Kind.STRING: "",
    Kind.GUID: EMPTY_GUID,
    Kind.BOOLEAN: False,
    Kind.INT32: 0,
    Kind.INT64: 0,
    Kind.DECIMAL: decimal.Decimal(0),
    Kind.DATE: EMPTY_DATE,
    Kind.TIME: dt.time(0),
    Kind.INSTANT: EMPTY_INSTANT,
    Kind.DURATION: dt.timedelta(0),
    Kind.STREAM: None,
    Kind.UNTYPED: None,
}


def text(length: int = 0) -> Type:
    return Type(Kind.STRING, length)


def code(length: int) -> Type:
    return Type(Kind.STRING, length, code=True)


GUID = Type(Kind.GUID)
BOOLEAN = Type(Kind.BOOLEAN)
INT = Type(Kind.INT32)
BIG = Type(Kind.INT64)
DECIMAL = Type(Kind.DECIMAL)
DATE = Type(Kind.DATE)
TIME = Type(Kind.TIME)
INSTANT = Type(Kind.INSTANT)
DURATION = Type(Kind.DURATION)
STREAM = Type(Kind.STREAM)
UNTYPED = Type(Kind.UNTYPED)
TEXTS = Type(Kind.STRING, many=True)


def standard_member(caption: str) -> str:
    """A caption as a member of the standard service (A-22)."""
    return re.sub(r"[^A-Za-z0-9_]", lambda found: f"_x{ord(found[0]):04X}_", caption) or "_x0020_"


def crm_member(stored: str) -> str:
    """A stored name as a member of the CRM service (A-22)."""
    words = re.split(r"[^A-Za-z0-9]+", stored)
    return "".join(word[:1].upper() + word[1:] for word in words) or "None"


def standard_enum(
    name: str, choices: Iterable[models.TextChoices], captions: dict[str, str] | None = None, values: Sequence[int] = ()
) -> Type:
    """An enum of the standard service; ``captions`` give the reference's English words where ours differ."""
    made = []
    for position, choice in enumerate(choices):
        caption: Text = (captions or {}).get(choice.value, choice.label)
        with translation.override("en"):
            member = standard_member(str(caption))
        made.append(Member(member, choice.value, caption, values[position] if values else position))
    return Type(Kind.ENUM, enum=EnumType(name, tuple(made)))


def crm_enum(name: str, choices: Sequence[tuple[str, Text]]) -> Type:
    """CRM enum from pairs of stored value and words; a blank is ``None``, or ``Unknown`` beside one."""
    has_none = any(stored == "none" for stored, _words in choices)
    members = []
    for position, (stored, words) in enumerate(choices):
        blank = stored in ("", "blank")
        member = ("Unknown" if has_none else "None") if blank else crm_member(str(stored))
        members.append(Member(member, stored, words, position))
    return Type(Kind.ENUM, enum=EnumType(name, tuple(members)))
