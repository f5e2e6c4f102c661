"""Two contacts side by side: every filled field in groups, and where both differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Field
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import MASK, masked
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.errors import Text
from tuttava.foundation.text import fold
from tuttava.ui.values import kind_of, show

LEFT, RIGHT = "left", "right"
#: What stands in the comparison, in groups. A name is kept with its parts, so those have no line of their own.
GROUPS: Sequence[tuple[Text, Sequence[str]]] = (
    (_("General"), ("name", "name_2", "job_title", "organizational_level_code", "company_name", "salutation_code")),
    (_("Address"), ("address", "address_2", "post_code", "city", "county", "country_code")),
    (
        _("Communication"),
        (
            *("phone_no", "mobile_phone_no", "email", "email_2", "home_page", "fax_no", "extension_no", "pager"),
            *("telex_no", "telex_answer_back", "language_code", "format_region"),
        ),
    ),
    (_("Numbers"), ("vat_registration_no", "registration_number", "external_id")),
    (_("Responsible"), ("salesperson_code", "territory_code", "currency_code")),
    (_("Privacy"), ("exclude_from_segment", "privacy_blocked", "minor", "parental_consent_received")),
)
#: Fields that go with another one.
WITH: dict[str, Sequence[str]] = {
    "name": ("first_name", "middle_name", "surname", "initials", "search_name"),
    "company_name": ("company_no",),
}
#: A normalised copy that tells whether two values mean the same.
_MEANT = {"phone_no": "phone_no_normalised", "mobile_phone_no": "mobile_phone_no_normalised"}
#: Values with less in common than this are different altogether: no letters of them are marked.
_ALIKE = 0.5
#: Codes up to this length are read at a glance.
_SHORTEST = 3
#: What settles itself when two are merged (M-43), whatever anybody chooses.
LOCKED = frozenset({"privacy_blocked", "minor", "parental_consent_received"})
_PIECES = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Line:
    """One field of both sides in words; ``left_html`` and ``right_html`` mark the letters in which they differ.

    ``state``: ``same``, ``alike`` (written differently, meant the same), ``left`` or ``right`` (filled on that side
    alone), ``differs``.
    """

    name: str
    label: str
    left: str
    right: str
    state: str
    left_html: str
    right_html: str
    #: The side whose value seems better, blank where neither does.
    better: str = ""

    @property
    def picks(self) -> bool:
        """Whether one chooses which side's value is kept; a value that only one side has is kept anyway."""
        return self.state in ("alike", "differs") and self.name not in LOCKED

    @property
    def values(self) -> Sequence[tuple[str, str, str]]:
        """Each side's name, its value and that as HTML."""
        return (LEFT, self.left, self.left_html), (RIGHT, self.right, self.right_html)


@dataclass(frozen=True)
class LineGroup:
    """Fields that belong together."""

    title: Text
    lines: Sequence[Line]


def groups_of(left: Contact, right: Contact) -> list[LineGroup]:
    """Everything that is filled in on either side; personal data masked where it must be."""
    left, right = masked(left), masked(right)
    found = []
    for title, names in GROUPS:
        lines = [line for name in names if (line := line_of(left, right, name)) is not None]
        if lines:
            found.append(LineGroup(title, lines))
    return found


def line_of(left: Contact, right: Contact, name: str) -> Line | None:
    """One field of both, None where neither has a value."""
    field = attribute(Contact, name)
    first, second = _words(left, field), _words(right, field)
    if not first and not second:
        return None
    if name == "company_name" and left.is_company and right.is_company:
        return None
    label = str(field.verbose_name)
    state = _state(left, right, name, first, second)
    told = state in ("alike", "differs") and max(len(first), len(second)) > _SHORTEST
    marked = difference(first, second) if told else (first, second)
    return Line(name, label[:1].upper() + label[1:], first, second, state, *marked)


def _words(contact: Contact, field: Field[Any, Any]) -> str:
    """A value to read; a switch that is off says nothing."""
    value = getattr(contact, field.attname)
    return "" if value is False else show(value, kind_of(field))


def _state(left: Contact, right: Contact, name: str, first: str, second: str) -> str:
    if not first or not second:
        return LEFT if first else RIGHT
    if first == second:
        return "same" if first != MASK else "differs"
    if name in _MEANT:
        meant = getattr(left, _MEANT[name]), getattr(right, _MEANT[name])
    else:
        meant = _plain(first), _plain(second)
    return "alike" if meant[0] and meant[0] == meant[1] else "differs"


def _plain(words: str) -> str:
    """Letters and digits alone, without case and accents."""
    return "".join(char for char in fold(words) if char.isalnum())


def difference(first: str, second: str) -> tuple[str, str]:
    """Both texts as HTML, what one has and the other has not marked; unmarked where they have little in common."""
    pieces, others = _PIECES.findall(first), _PIECES.findall(second)
    matcher = SequenceMatcher(
        None, [fold(piece) for piece in pieces], [fold(piece) for piece in others], autojunk=False
    )
    if len(pieces) < 2 or matcher.ratio() < _ALIKE:
        pieces, others = list(first), list(second)
        matcher = SequenceMatcher(None, fold_each(pieces), fold_each(others), autojunk=False)
        if matcher.ratio() < _ALIKE:
            return format_html("{}", first), format_html("{}", second)
    left: list[tuple[bool, str]] = []
    right: list[tuple[bool, str]] = []
    for what, start, end, other_start, other_end in matcher.get_opcodes():
        left.append((what != "equal", "".join(pieces[start:end])))
        right.append((what != "equal", "".join(others[other_start:other_end])))
    return _html(left), _html(right)


def fold_each(letters: Sequence[str]) -> list[str]:
    """Each letter without case and accent."""
    return [fold(letter) for letter in letters]


def _html(parts: Sequence[tuple[bool, str]]) -> str:
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", text) if marked and text.strip() else text,) for marked, text in parts),
    )
