"""The names of employees as SQL, for lists and services."""

from __future__ import annotations

from django.db.models import CharField, F, Value
from django.db.models.functions import ConcatPair, Trim


def full_name() -> Trim:
    """First, middle and last name with single blanks between (B.2)."""
    return joined("first_name", "middle_name", "last_name")


def joined(*columns: str) -> Trim:
    """The filled ones of some columns with single blanks between."""
    first, *others = columns
    found: Trim | F = F(first)
    for column in others:
        found = Trim(ConcatPair(found, ConcatPair(Value(" "), F(column))), output_field=CharField())
    assert isinstance(found, Trim)
    return found
