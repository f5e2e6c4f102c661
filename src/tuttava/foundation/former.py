"""Where records are found that were folded into others: by their old numbers and ids (M-41).

The room that folds registers what knows the survivors; whoever looks a record up by its number asks here once no
record has it. Tables go by the names of their models: ``contact``, ``customer``, ``vendor``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from django.db.models import Model, Q

from tuttava.foundation.fields import as_code

#: Takes a table and numbers; answers the ids of the survivors by number, those it knows.
Resolver = Callable[[str, Collection[str]], Mapping[str, uuid.UUID]]
#: The same by the ids of the records that are gone.
IdResolver = Callable[[str, Collection[uuid.UUID]], Mapping[uuid.UUID, uuid.UUID]]
#: Numbers of this many characters at most are looked up.
LONGEST_NUMBER = 20

_resolvers: list[Resolver] = []
_id_resolvers: list[IdResolver] = []


class Numbered(NamedTuple):
    """A record with the number it has now."""

    id: uuid.UUID
    no: str


def register_former(resolver: Resolver) -> None:
    """Let a room tell where old numbers lead; each is asked for the numbers that those before did not know."""
    _resolvers.append(resolver)


def register_former_ids(resolver: IdResolver) -> None:
    """Let a room tell where links to records lead that are gone."""
    _id_resolvers.append(resolver)


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


def survivors(model: type[Model], ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """The records that those with these ids were folded into, by the ids that are gone."""
    found: dict[uuid.UUID, uuid.UUID] = {}
    for resolver in _id_resolvers if ids else ():
        found.update(resolver(table_of(model), ids))
    return found


def by_number(model: type[Model], numbers: Iterable[str]) -> dict[str, Numbered]:
    """The records that these numbers mean, by number as a code: those that have them, else the survivors.

    One query, and two more for numbers that no record has.
    """
    wanted = {as_code(number) for number in numbers} - {""}
    rows = model._default_manager.order_by()
    found = {no: Numbered(pk, no) for pk, no in rows.filter(no__in=wanted).values_list("pk", "no")}
    former = former_ids(table_of(model), wanted - found.keys())
    if former:
        now = dict(rows.filter(pk__in=former.values()).values_list("pk", "no"))
        found |= {old: Numbered(pk, now[pk]) for old, pk in former.items() if pk in now}
    return found


def id_by_number(model: type[Model], number: str) -> uuid.UUID | None:
    """The record that this number means, as :func:`by_number`."""
    found = by_number(model, [number])
    return next(iter(found.values())).id if found else None


def named(model: type[Model], column: str, number: str, identity: uuid.UUID | None) -> uuid.UUID | None:
    """The record that a number (of ``column``) or an id means, or both together; None when they do not."""
    if number and column == "no":
        found = id_by_number(model, number)
        return found if identity in (None, found) else None
    wanted = ({column: number} if number else {}) | ({"pk": identity} if identity else {})
    return model._default_manager.filter(**wanted).values_list("pk", flat=True).first() if wanted else None


def numbers_now(model: type[Model], numbers: Iterable[str]) -> dict[str, str]:
    """The survivors' numbers of those that no record has any more, by old number. One query where there are none."""
    former = former_ids(table_of(model), numbers)
    if not former:
        return {}
    rows = model._default_manager.filter(Q(no__in=former) | Q(pk__in=former.values())).values_list("pk", "no")
    now = dict(rows)
    taken = set(now.values())
    return {old: now[pk] for old, pk in former.items() if pk in now and old not in taken}


def table_of(model: type[Model]) -> str:
    """How the table of ``model`` is called here."""
    return model._meta.model_name or ""
