"""Ids of lines that are computed, never stored: a line's id begins with that of the record it belongs to."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Q

_SPACE = 1 << 16


def line_id(owner: uuid.UUID, line_no: int) -> uuid.UUID:
    """The id of line ``line_no``, below 65536. The owner's bits in front are unique by themselves."""
    return uuid.UUID(int=owner.int // _SPACE * _SPACE + line_no)


def is_owner(owner: uuid.UUID, line: uuid.UUID) -> bool:
    """Whether a line with this id belongs to the record."""
    return owner.int // _SPACE == line.int // _SPACE


def owned_by(ids: Iterable[uuid.UUID]) -> Q:
    """The records to which lines with these ids belong."""
    found = Q(pk__in=())
    for each in ids:
        first = each.int // _SPACE * _SPACE
        found |= Q(pk__range=(uuid.UUID(int=first), uuid.UUID(int=first + _SPACE - 1)))
    return found
