"""Column headings in many languages: which field a heading means."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "å": "a", "ä": "a", "ö": "o", "ü": "u", "ß": "ss", "đ": "d", "ð": "d"})
_QUALIFIERS = re.compile(r"\b(?:business|work|office|primary|main|contact|company|1|value)\b")


_SEPARATORS = re.compile(r"[^\w]+|_")


@lru_cache(maxsize=20_000)
def normalise(heading: str) -> str:
    """A heading without case, accents, blanks and signs: “E-post adresse” is ``epostadresse``."""
    if heading.isascii():
        return _SEPARATORS.sub("", heading.lower())
    folded = unicodedata.normalize("NFKC", heading).casefold().translate(_PLAIN)
    folded = "".join(char for char in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(char))
    return _SEPARATORS.sub("", folded)


#: Section of the table that every kind of import knows.
COMMON = "common"


@cache
def _tables() -> dict[str, dict[str, tuple[str, ...]]]:
    """By section: normalised heading to the fields it can mean, the likeliest first."""
    path = Path(__file__).parent / "data" / "headings.json"
    return {section: _table(words) for section, words in json.loads(path.read_text(encoding="utf-8")).items()}


def _table(words_of: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for target, words in words_of.items():
        for word in (target, *words):
            found = table.setdefault(normalise(word), [])
            if target not in found:
                found.append(target)
    return {word: tuple(targets) for word, targets in table.items()}


def meanings(heading: str, sections: Sequence[str] = (COMMON,)) -> tuple[str, ...]:
    """The fields a heading can mean in any of the languages, those of the first section first; empty: not known."""
    found = _found(normalise(heading), sections)
    if found:
        return found
    shorter = _QUALIFIERS.sub(" ", re.sub(r"[\W_]+", " ", heading.casefold()))
    return _found(normalise(shorter), sections) if shorter.strip() else ()


def _found(key: str, sections: Sequence[str]) -> tuple[str, ...]:
    tables = _tables()
    return tuple(dict.fromkeys(target for section in sections for target in tables[section].get(key, ())))


def known_heading(cell: str) -> bool:
    """Whether a cell reads like a column heading, whatever the file is about."""
    return len(cell) <= 40 and bool(meanings(cell, tuple(_tables())))
