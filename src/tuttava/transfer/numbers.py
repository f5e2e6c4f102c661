"""Amounts and whole numbers as people and programs write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

SIGNS = (".", ",")
#: Blanks and apostrophes that only group digits.
_GROUPING = re.compile(r"[\s'’_]")
_UNIT = re.compile(r"^(?:[^\W\d_]{1,3}\.?|[€$£¥])|(?:[^\W\d_]{1,3}\.?|[€$£¥]|,-|%)$")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)


def as_decimal(text: str, sign: str) -> Decimal | None:
    """An amount with or without unit, sign before or behind, or in brackets; ``sign`` stands before the decimals.

    Where a number holds both signs the last one is that of the decimals, whatever ``sign`` says; one that stands
    several times groups thousands. None: it is no number.
    """
    bare = text.strip().replace("−", "-")
    negative = bare.startswith("(") and bare.endswith(")")
    bare = _GROUPING.sub("", bare.strip("()"))
    bare = _UNIT.sub("", _UNIT.sub("", bare))
    if bare.endswith("-"):
        bare, negative = bare[:-1], True
    plain = _with_point(bare, sign)
    if not _NUMBER.fullmatch(plain):
        return None
    value = Decimal(plain)
    return -value if negative else value


def _with_point(text: str, sign: str) -> str:
    """The number with a point before its decimals and nothing between its thousands."""
    other = "," if sign == "." else "."
    if "." in text and "," in text:
        sign = max(SIGNS, key=text.rfind)
        other = "," if sign == "." else "."
    elif text.count(sign) > 1:
        return text.replace(sign, "")
    elif other in text and not _groups(text, other):
        sign, other = other, sign
    return text.replace(other, "").replace(sign, ".")


def _groups(text: str, sign: str) -> bool:
    """Whether ``sign`` can only, or may, stand between thousands in ``text``."""
    return bool(re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(sign)}\d{{3}})+", text))


def as_integer(text: str, sign: str) -> int | None:
    """A whole number; None for anything else."""
    value = as_decimal(text, sign)
    return int(value) if value is not None and value == value.to_integral_value() else None


def guess_decimal_sign(values: Iterable[str], default: str) -> str:
    """The sign before the decimals in most of the values that leave no doubt."""
    votes = dict.fromkeys(SIGNS, 0)
    for value in values:
        bare = _GROUPING.sub("", value)
        found = [sign for sign in SIGNS if sign in bare]
        if len(found) == 2:
            votes[max(SIGNS, key=bare.rfind)] += 1
        elif found and bare.count(found[0]) == 1 and not _groups(bare, found[0]):
            votes[found[0]] += 1
    return default if votes["."] == votes[","] else max(SIGNS, key=lambda sign: votes[sign])
