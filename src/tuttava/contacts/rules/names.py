"""Names: splitting, composing, and what follows a change (C-15 to C-18)."""

from __future__ import annotations

from typing import NamedTuple

from tuttava.contacts.errors import wrong_type
from tuttava.contacts.models import Contact
from tuttava.foundation.context import current
from tuttava.foundation.fields import as_code
from tuttava.foundation.models import UserPreference
from tuttava.foundation.records import Edit, Rules

PART_LENGTH = 30
SEARCH_NAME_LENGTH = 100

_PARTICLES = """
    af al av bin d' da dal das de degli dei del dela della den der des di do dos du el la las le les lo los op
    's 't te ten ter tot und van vande vander vom von y zu zum zur
"""
_SUFFIXES = "jr sr ii iii iv v phd md esq cpa mba"
#: Words that belong to the surname behind them when the user prefers so.
PARTICLES = frozenset(_PARTICLES.split())
#: What may follow a comma without being a first name: “Beyer, Jr.” is not a person called Jr.
SUFFIXES = frozenset(_SUFFIXES.split())


class NameParts(NamedTuple):
    first_name: str
    middle_name: str
    surname: str


def split_name(name: str, *, keep_particles: bool = False) -> NameParts:
    """The parts of a person's full name (C-15), each cut at 30 characters.

    >>> split_name("Anna Maria von Berg")
    NameParts(first_name='Anna Maria', middle_name='von', surname='Berg')
    """
    name, suffix = _without_suffix(name)
    before, comma, after = name.partition(",")
    if comma and "," not in after and before.strip() and after.strip():
        given, surname = after.split(), " ".join(before.split())
    else:
        given, surname = _split_off_surname(name.split(), keep_particles)
    middle = given.pop() if len(given) > 1 else ""
    surname = f"{surname}, {suffix}" if suffix and surname else surname
    return NameParts(*(part[:PART_LENGTH].rstrip() for part in (" ".join(given), middle, surname)))


def _without_suffix(name: str) -> tuple[str, str]:
    """The name without a suffix such as “Jr.” behind its only comma, and that suffix."""
    before, comma, after = name.partition(",")
    is_suffix = comma and after.strip().replace(".", "").lower() in SUFFIXES and len(before.split()) > 1
    return (before, after.strip()) if is_suffix else (name, "")


def _split_off_surname(words: list[str], keep_particles: bool) -> tuple[list[str], str]:
    if len(words) < 2:
        return words, ""
    start = len(words) - 1
    while keep_particles and start > 1 and words[start - 1].lower() in PARTICLES:
        start -= 1
    return words[:start], " ".join(words[start:])


def full_name(name: str) -> str:
    """A person's name as it is stored: trimmed, and “Berg, Anna” turned into “Anna Berg” (C-15)."""
    name = name.strip()
    before, comma, after = name.partition(",")
    if comma and "," not in after and before.strip() and after.strip() and not _without_suffix(name)[1]:
        return f"{' '.join(after.split())} {' '.join(before.split())}"
    return name


def compose_name(parts: NameParts) -> str:
    """The full name of the non-blank parts (C-16)."""
    return " ".join(part for part in (part.strip() for part in parts) if part)


def as_search_name(name: str) -> str:
    """A name as search key; upper-casing may lengthen it (“ß”), so it is cut to what the field holds."""
    return as_code(name)[:SEARCH_NAME_LENGTH].rstrip()


def keeps_particles() -> bool:
    """Whether the user prefers “von” and the like with the surname; read once a context."""
    context = current()
    key = ("contacts.keep_surname_particles", context.user_name)
    if key not in context.cache:
        wanted = UserPreference.objects.filter(user_name=context.user_name, keep_surname_particles=True)
        context.cache[key] = bool(context.user_name) and wanted.exists()
    return bool(context.cache[key])


class NameRules(Rules[Contact]):
    """What follows when a name or a part of it is entered."""

    def enter_name(self, edit: Edit[Contact], value: str) -> None:
        """C-15, C-17, C-18."""
        if edit.record.is_company:
            change_name(edit, value.strip())
            return
        parts = split_name(value, keep_particles=keeps_particles())
        for name, part in zip(NameParts._fields, parts, strict=True):
            edit.copy(name, part)
        change_name(edit, full_name(value))

    def enter_first_name(self, edit: Edit[Contact], value: str) -> None:
        """C-16."""
        enter_part(edit, "first_name", value)

    def enter_middle_name(self, edit: Edit[Contact], value: str) -> None:
        """C-16."""
        enter_part(edit, "middle_name", value)

    def enter_surname(self, edit: Edit[Contact], value: str) -> None:
        """C-16."""
        enter_part(edit, "surname", value)

    def enter_initials(self, edit: Edit[Contact], value: str) -> None:
        """C-14."""
        enter_personal(edit, "initials", value)

    def enter_job_title(self, edit: Edit[Contact], value: str) -> None:
        """C-14."""
        enter_personal(edit, "job_title", value)

    def enter_organizational_level_code(self, edit: Edit[Contact], value: str | None) -> None:
        """C-14."""
        enter_personal(edit, "organizational_level_code", value)


def enter_part(edit: Edit[Contact], name: str, value: str) -> None:
    """Set one part of a person's name and compose the full name anew; refused on a company (C-16)."""
    value = " ".join(value.split())
    if edit.record.is_company:
        if value:
            raise wrong_type(edit.record, name, rule="C-16")
        return
    edit.put(name, value)
    change_name(edit, compose_name(NameParts(*(edit.get(part) for part in NameParts._fields))))


def enter_personal(edit: Edit[Contact], name: str, value: str | None) -> None:
    """Set what only persons have. A new company loses it on saving (C-8); a saved one refuses it (C-14)."""
    if value and edit.record.is_company and not edit.is_new:
        raise wrong_type(edit.record, name, rule="C-14")
    edit.put(name, value)


def change_name(edit: Edit[Contact], name: str) -> None:
    """Set the name; an untouched search name follows (C-17), and so does a company's own company name (C-18)."""
    old, search_name = edit.get("name"), edit.get("search_name")
    edit.copy("name", name)
    if "search_name" not in edit.typed and (not search_name or search_name == as_search_name(old)):
        edit.copy("search_name", as_search_name(name))
    if edit.record.is_company:
        edit.copy("company_name", name)
