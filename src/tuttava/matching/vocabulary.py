"""The words the normaliser knows, put into tables that compiled loops read."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.text import fold, hash_bytes, mixed

# What a word may mean; each sense is looked up apart.
(LEGAL, STOP, TITLE, PARTICLE, GENERATION, BUSINESS, STREET, STREET_DROP, SUFFIX, FREE_MAIL, GENERIC_LOCAL, COUNTRY,
 NICKNAME) = range(1, 14)  # fmt: skip
FOLDED = 0x600  # code points below it are folded by table, then the block of Latin letters with two accents
TABLE = 1 << 13
_LETTERS = {
    "ø": "o", "æ": "a", "ä": "a", "ö": "o", "ü": "u", "å": "a", "ß": "ss", "đ": "d", "ð": "d", "þ": "th", "ł": "l",
    "œ": "o", "ı": "i", "ŋ": "n", "ħ": "h", "ŧ": "t",
}  # fmt: skip
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώ",
        [
            "a",
            "v",
            "g",
            "d",
            "e",
            "z",
            "i",
            "t",
            "i",
            "k",
            "l",
            "m",
            "n",
            "x",
            "o",
            "p",
            "r",
            "s",
            "t",
            "y",
            "f",
            "c",
            "p",
            "o",
            "s",
            "a",
            "e",
            "i",
            "i",
            "o",
            "y",
            "o",
        ],
        strict=True,
    )
)
_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґђјљњћџў",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "i",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "h",
            "c",
            "ch",
            "sh",
            "sch",
            "_",
            "y",
            "_",
            "e",
            "u",
            "a",
            "i",
            "i",
            "e",
            "g",
            "d",
            "j",
            "l",
            "n",
            "c",
            "d",
            "u",
        ],
        strict=True,
    )
)


class Vocabulary(NamedTuple):
    """Tables for compiled loops: folding of letters, and what each known word means."""

    letters: NDArray[
        np.uint8
    ]  # (code points, 3): what a letter becomes; 0 = nothing, space = parts words, 255 = itself
    keys: NDArray[np.int64]  # open addressing; 0 = free
    values: NDArray[np.int64]
    spelled: NDArray[np.uint8]  # the canonical spellings, one after the other
    spelled_at: NDArray[np.int64]


def _letter(code: int) -> bytes:
    character = chr(code).lower()[0]
    if character in "'’`´":
        return b""
    for table in (_LETTERS, _GREEK, _CYRILLIC):
        if character in table:
            return table[character].replace("_", "").encode()
    plain = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    plain = "".join(_LETTERS.get(part, part) for part in plain.lower())
    ascii_only = "".join(part for part in plain if part.isascii() and part.isalnum())
    if ascii_only:
        return ascii_only[:3].encode()
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit).encode()
    if unicodedata.combining(chr(code)) or unicodedata.category(chr(code)) in ("Cf", "Lm", "Mn"):
        return b""
    return b"\xff" if unicodedata.category(chr(code)).startswith("L") else b" "


@cache
def letters() -> NDArray[np.uint8]:
    """Return the folding table of letters."""
    table = np.zeros((FOLDED + 0x100, 3), dtype=np.uint8)
    for place, code in enumerate([*range(FOLDED), *range(0x1E00, 0x1F00)]):
        folded = _letter(code)
        table[place, : len(folded)] = np.frombuffer(folded, dtype=np.uint8)
    return table


def folded(word: str) -> bytes:
    """Return `word` as the normaliser writes it."""
    raw = np.frombuffer(word.encode(), dtype=np.uint8)
    out = np.zeros(3 * len(raw) + 8, dtype=np.uint8)
    end = fold(raw, 0, len(raw), letters(), out, 0, len(out))
    return out[:end].tobytes().replace(b" ", b"")


class _Builder:
    """Collects words and their meanings."""

    def __init__(self) -> None:
        self.keys = np.zeros(TABLE, dtype=np.int64)
        self.values = np.zeros(TABLE, dtype=np.int64)
        self.spellings: list[bytes] = [b""]

    def put(self, sense: int, word: bytes, value: int) -> None:
        raw = np.frombuffer(word, dtype=np.uint8)
        key = mixed(hash_bytes(raw, 0, len(raw)), sense)
        place = key & (TABLE - 1)
        while self.keys[place] not in (0, key):
            place = (place + 1) & (TABLE - 1)
        if sense == NICKNAME and self.keys[place] == key:
            value = self.values[place] | (value << 16) if self.values[place] < 1 << 16 else self.values[place]
        elif self.keys[place] == key:
            return
        self.keys[place], self.values[place] = key, value

    def spelling(self, word: bytes) -> int:
        self.spellings.append(word)
        return len(self.spellings) - 1


def _groups(text: str) -> list[list[bytes]]:
    return [[folded(word) for word in group.split()] for group in text.split(";")]


@cache
def vocabulary() -> Vocabulary:
    """Return the tables, built once a process."""
    words: dict[str, str] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    build = _Builder()
    for sense, name in ((STOP, "stop"), (TITLE, "titles"), (PARTICLE, "particles"), (STREET_DROP, "street_drop")):
        for word in words[name].split():
            build.put(sense, folded(word), 1)
    for sense, name in ((FREE_MAIL, "free_mail"), (GENERIC_LOCAL, "generic_local")):
        for word in words[name].split():
            build.put(sense, word.replace(".", "").encode() if sense == GENERIC_LOCAL else word.encode(), 1)
    for sense, name in ((LEGAL, "legal"), (GENERATION, "generations"), (NICKNAME, "nicknames")):
        for number, group in enumerate(_groups(words[name]), 1):
            for folded_word in group:
                build.put(sense, folded_word, number)
    for sense, name in ((BUSINESS, "business"), (STREET, "street"), (SUFFIX, "suffixes")):
        for group in _groups(words[name]):
            number = build.spelling(group[-1] if sense != BUSINESS else group[0])
            for folded_word in group:
                build.put(sense, folded_word, number)
    for entry in words["countries"].split(";"):
        iso, calling, *names = entry.split()
        value = ((ord(iso[0]) - 96) * 27 + ord(iso[1]) - 96) * 1000 + int(calling)
        for word in (iso, *names):
            build.put(COUNTRY, folded(word), value)
    ends = np.cumsum([len(spelling) for spelling in build.spellings])
    return Vocabulary(
        letters=letters(),
        keys=build.keys,
        values=build.values,
        spelled=np.frombuffer(b"".join(build.spellings), dtype=np.uint8).copy(),
        spelled_at=np.concatenate(([0], ends)).astype(np.int64),
    )
