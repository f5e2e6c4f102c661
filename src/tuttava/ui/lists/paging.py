"""Keyset paging: a page begins behind a row, never at a count, so page 10,000 costs what page 1 costs.

The place is a token holding the sort keys of a row. Rows that come or go between two pages move nothing.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import BooleanField, F, Func, OrderBy, QuerySet, Value
from django.db.models.expressions import Expression

from tuttava.ui.lists.declare import Rows, Sort

PAGE_SIZE = 50
COUNT_LIMIT = 10_000
COUNT_MILLISECONDS = 300
Keys = list[F | Expression]


class _Row(Func):
    """``(a, b, c)``."""

    function = ""
    template = "(%(expressions)s)"
    arg_joiner = ", "
    output_field = BooleanField()


class _Beyond(Func):
    """``(a, b) > (x, y)``: one comparison of whole rows, which an index answers."""

    template = "%(expressions)s"
    output_field = BooleanField()

    def __init__(self, row: _Row, place: _Row, sign: str) -> None:
        super().__init__(row, place)
        self.extra["arg_joiner"] = f" {sign} "


@dataclass
class Page:
    """One page of rows, and the tokens of its neighbours (blank: there is none)."""

    rows: list[Any] = field(default_factory=list)
    after: str = ""
    before: str = ""


def token(values: Sequence[Any]) -> str:
    """The place of a row as text for an address."""
    return base64.urlsafe_b64encode(json.dumps([_plain(value) for value in values]).encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return {"d": value.isoformat()}
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    return value


def read_token(text: str, size: int) -> list[Any] | None:
    """The sort keys in a token; None when it is not one of this order."""
    try:
        padded = text + "=" * (-len(text) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode()))
        if not isinstance(values, list) or len(values) != size:
            return None
        return [_value(value) for value in values]
    except (ValueError, TypeError):
        return None


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        text = str(value["d"])
        return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)
    if isinstance(value, str | int | float | None):
        return value
    raise ValueError(value)


def take(rows: Rows, sort: Sort, *, descending: bool, after: str = "", before: str = "", size: int = PAGE_SIZE) -> Page:
    """The page of ``rows`` in the order of ``sort`` behind the token ``after``, or the one that ends at ``before``."""
    keys: Keys = [F(key) if isinstance(key, str) else key for key in sort.keys]
    back = bool(before)
    place = read_token(before or after, len(keys)) if before or after else None
    backwards = descending != back
    if sort.covered:
        found = _fetch_covered(rows, keys, place, size + 1, backwards=backwards)
    else:
        found = _fetch(rows, keys, place, size + 1, nullable=sort.nullable, backwards=backwards)
    if back and len(found) <= size and place is not None:
        return take(rows, sort, descending=descending, size=size)
    more = len(found) > size
    found = found[:size]
    if back:
        found.reverse()
    page = Page(found)
    if found:
        page.after = token(_keys_of(found[-1], len(keys))) if more or (back and place) else ""
        page.before = token(_keys_of(found[0], len(keys))) if (place and not back) or (back and more) else ""
    return page


def _keys_of(row: Any, size: int) -> list[Any]:
    return [getattr(row, f"sort_key_{number}") for number in range(size)]


def _fetch_covered(rows: Rows, keys: Keys, place: list[Any] | None, count: int, *, backwards: bool) -> list[Any]:
    """The same in two statements: the last keys in their order, which an index answers alone; then their rows."""
    last = f"sort_key_{len(keys) - 1}"
    rows = _with_keys(rows, keys)
    wanted = list(_stretch(rows, keys, place, backwards).values_list(last, flat=True)[:count])
    by_key = {getattr(row, last): row for row in rows.filter(**{f"{last}__in": wanted})} if wanted else {}
    return [by_key[key] for key in wanted if key in by_key]


def _with_keys(rows: Rows, keys: Keys) -> Rows:
    found: Rows = rows.annotate(**{f"sort_key_{number}": key for number, key in enumerate(keys)})
    return found


def _fetch(
    rows: Rows, keys: Keys, place: list[Any] | None, count: int, *, nullable: bool, backwards: bool
) -> list[Any]:
    """``count`` rows beyond ``place``. Rows without a first key are a second stretch behind the others."""
    rows = _with_keys(rows, keys)
    if not nullable:
        return list(_stretch(rows, keys, place, backwards)[:count])
    filled = rows.filter(sort_key_0__isnull=False)
    blank = rows.filter(sort_key_0__isnull=True)
    in_blank = place is not None and place[0] is None
    stretches = [(blank, keys[1:], 1), (filled, keys, 0)] if backwards else [(filled, keys, 0), (blank, keys[1:], 1)]
    if place is not None:
        started = 1 if in_blank else 0
        while stretches[0][2] != started:
            stretches.pop(0)
    found: list[Any] = []
    for position, (stretch, stretch_keys, skipped) in enumerate(stretches):
        start = place[skipped:] if place is not None and position == 0 else None
        found += _stretch(stretch, stretch_keys, start, backwards)[: count - len(found)]
        if len(found) >= count:
            break
    return found


def _stretch(rows: Rows, keys: Keys, place: list[Any] | None, backwards: bool) -> QuerySet[Any]:
    if place is not None:
        rows = rows.filter(_Beyond(_Row(*keys), _Row(*(Value(value) for value in place)), "<" if backwards else ">"))
    return rows.order_by(*(OrderBy(key, descending=backwards) for key in keys))


def bounded_count(rows: Rows, limit: int = COUNT_LIMIT) -> tuple[int, bool]:
    """How many rows there are, and whether that is exact; counting stops at ``limit`` rows or 0.3 seconds."""
    # No column is read, so that an index which holds what filters compare answers alone.
    bounded = rows.order_by().annotate(counted=Value(1)).values("counted")[: limit + 1]
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(COUNT_MILLISECONDS)])
            counted = bounded.count()
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError:
        return 0, False
    return min(counted, limit), counted <= limit
