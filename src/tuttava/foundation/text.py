"""Folding text for search: accents and case away, both spellings of Nordic and German letters kept apart.

Nothing here needs a database extension: what is folded is stored, what is searched is folded the same way.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not take apart into a base letter and a mark.
_BASE = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n", "ŧ": "t"}
    | {"ĸ": "k", "ə": "e", "ß": "ss"}
)
# How the same letters are written where the keyboard lacks them: Bjørn, Bjoern; Åse, Aase; Müller, Mueller.
_DIGRAPH = str.maketrans({"å": "aa", "ä": "ae", "ö": "oe", "ø": "oe", "ü": "ue", "æ": "ae"})
# Invisible characters inside words: tatweel, zero-width joiners, soft hyphen, direction marks, variation selectors.
_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x0640, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFE0E, 0xFE0F]
)
_WORD = re.compile("[^\\W_]+|[\u2600-\u27bf\U0001f000-\U0001faff]")


def plain(text: str) -> str:
    """``text`` in lower case, letters composed, without invisible characters and loose marks."""
    if text.isascii():
        return text.lower()
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold().translate(_INVISIBLE))
    return "".join(char for char in composed if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """The words of ``text`` in their order, in lower case; an emoji is a word, punctuation is none."""
    return _WORD.findall(plain(text))


def fold(text: str) -> str:
    """``text`` without case and accents: “Åderøy” is ``aderoy``, “Straße” ``strasse``."""
    return text.lower() if text.isascii() else _without_marks(plain(text).translate(_BASE))


def _without_marks(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)).casefold()


@lru_cache(maxsize=65536)
def spellings(word: str) -> tuple[str, ...]:
    """The folded word first, then its spelling with digraphs where that differs: ``bjorn``, ``bjoern``."""
    if word.isascii():
        return (word.lower(),)
    letters = plain(word)
    folded = (fold(word), _without_marks(letters.translate(_DIGRAPH).translate(_BASE)))
    return tuple(dict.fromkeys(spelling for spelling in folded if spelling))


def folded_words(text: str) -> list[str]:
    """The words of ``text``, each folded."""
    return [folded for word in words(text) for folded in spellings(word)[:1]]


def digits(text: str) -> str:
    """Only the digits of ``text``, in ASCII."""
    return "".join(str(unicodedata.decimal(char)) for char in text if char.isdecimal())
