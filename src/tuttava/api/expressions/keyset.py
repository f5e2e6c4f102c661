"""Paging by key (A-52): the rows after a given one, in the order of sort keys; their values in page tokens."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Any, cast

from django.db.models import OrderBy

from tuttava.api.edm import Kind
from tuttava.api.expressions import values as texts
from tuttava.api.expressions.comparing import infix
from tuttava.api.expressions.ordering import SortKey
from tuttava.api.expressions.sql import Condition, both, either, literal


def order_by(keys: Sequence[SortKey]) -> list[OrderBy]:
    """The keys for ``order_by()``."""
    return [OrderBy(cast(Any, key.expression), descending=key.descending) for key in keys]


def after(keys: Sequence[SortKey], values: Sequence[Any]) -> Condition:
    """The rows that come after the one whose keys have ``values``.

    ``k1 >= v1 and (k1 > v1 or (k2 >= v2 and …))``: the first key bounds the range, so an index on it serves the page.
    """
    found: Condition | None = None
    for key, value in zip(reversed(keys), reversed(values), strict=True):
        beyond = _compare(key, "lt" if key.descending else "gt", value)
        if found is None:
            found = beyond
        else:
            found = both([_compare(key, "le" if key.descending else "ge", value), either([beyond, found])])
    if found is None:
        raise ValueError("no sort keys")
    return found


def _compare(key: SortKey, operator: str, value: Any) -> Condition:
    return infix(operator, key.expression, literal(value, key.kind))


def to_json(values: Sequence[Any]) -> list[Any]:
    """The values of a row's keys as JSON."""
    return [_to_json(each) for each in values]


def from_json(keys: Sequence[SortKey], data: Any) -> list[Any]:
    """The values that :func:`to_json` wrote. ValueError: they are not values of these keys."""
    if not isinstance(data, list) or len(data) != len(keys):
        raise ValueError("not the values of these keys")
    return [_from_json(key.kind, each) for key, each in zip(keys, data, strict=True)]


def _to_json(value: Any) -> Any:
    match value:
        case bool() | int() | str():
            return value
        case dt.timedelta():
            return value // dt.timedelta(microseconds=1)
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
    return str(value)


_READ: dict[Kind, Callable[[str], Any]] = {
    Kind.GUID: uuid.UUID,
    Kind.DECIMAL: texts.number,
    Kind.DATE: dt.date.fromisoformat,
    Kind.TIME: dt.time.fromisoformat,
    Kind.INSTANT: dt.datetime.fromisoformat,
}


def _from_json(kind: Kind, value: Any) -> Any:
    match kind, value:
        case Kind.BOOLEAN, bool():
            return value
        case ((Kind.INT32 | Kind.INT64), int()) if not isinstance(value, bool) and abs(value) < 2**63:
            return value
        case Kind.DURATION, int() if not isinstance(value, bool) and abs(value) < 2**62:
            return dt.timedelta(microseconds=value)
        case Kind.STRING, str() if "\0" not in value:
            return value
        case _, str() if kind in _READ:
            return _READ[kind](value)
    raise ValueError("not a value of this key")
