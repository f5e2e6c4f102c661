"""Where the numbers of records lead that were folded into others (M-41).

The room that folds registers what knows the survivors; whoever looks a record up by its number asks here once no
record has it. Tables go by the names of their models: ``contact``, ``customer``, ``vendor``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping

from django.db.models import Model

from tuttava.foundation.fields import as_code

#: Takes a table and numbers; answers the ids of the survivors by number, those it knows.
Resolver = Callable[[str, Collection[str]], Mapping[str, uuid.UUID]]
#: Numbers of this many characters at most are looked up.
LONGEST_NUMBER = 20

_resolvers: list[Resolver] = []


def register_former(resolver: Resolver) -> None:
    """Let a room tell where old numbers lead; each is asked for the numbers that those before did not know."""
    _resolvers.append(resolver)


def former_ids(table: str, numbers: Iterable[str]) -> dict[str, uuid.UUID]:
    """The survivors of the records that once had these numbers, by number as a code. Unknown ones are left out."""
    wanted = {code for number in numbers if 0 < len(code := as_code(number)) <= LONGEST_NUMBER}
    found: dict[str, uuid.UUID] = {}
    for resolver in _resolvers:
        if wanted:
            found.update(resolver(table, wanted))
            wanted -= found.keys()
    return found


def former_id(table: str, number: str) -> uuid.UUID | None:
    """The survivor of the record that once had this number; None when there was none."""
    return next(iter(former_ids(table, [number]).values()), None)


def ids_by_number(model: type[Model], numbers: Iterable[str], column: str = "no") -> dict[str, uuid.UUID]:
    """The records that these numbers mean, by number as a code: those that have them, else the survivors.

    One query, and one more for numbers that no record has.
    """
    wanted = {as_code(number) for number in numbers} - {""}
    rows = model._default_manager.filter(**{f"{column}__in": wanted})
    found: dict[str, uuid.UUID] = dict(rows.values_list(column, "pk"))
    if wanted - found.keys():
        found |= former_ids(model._meta.model_name or "", wanted - found.keys())
    return found


def id_by_number(model: type[Model], number: str, column: str = "no") -> uuid.UUID | None:
    """The record that this number means, as :func:`ids_by_number`."""
    return next(iter(ids_by_number(model, [number], column).values()), None)
