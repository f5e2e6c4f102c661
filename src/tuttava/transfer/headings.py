"""Column headings in many languages: which field a heading means."""

from __future__ import annotations

import json
import re
import unicodedata
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


@cache
def _known() -> dict[str, tuple[str, ...]]:
    """Normalised heading to the fields it can mean, the likeliest first."""
    path = Path(__file__).parent / "data" / "headings.json"
    table: dict[str, list[str]] = {}
    for target, words in json.loads(path.read_text(encoding="utf-8")).items():
        for word in (target, *words):
            meanings = table.setdefault(normalise(word), [])
            if target not in meanings:
                meanings.append(target)
    return {word: tuple(targets) for word, targets in table.items()}


def meanings(heading: str) -> tuple[str, ...]:
    """The fields a heading can mean in any of the languages; empty when it is not known."""
    found = _known().get(normalise(heading), ())
    if found:
        return found
    shorter = _QUALIFIERS.sub(" ", re.sub(r"[\W_]+", " ", heading.casefold()))
    return _known().get(normalise(shorter), ()) if shorter.strip() else ()


def known_heading(cell: str) -> bool:
    """Whether a cell reads like a column heading."""
    return len(cell) <= 40 and bool(meanings(cell))
