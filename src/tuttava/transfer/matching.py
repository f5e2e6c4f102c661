"""Finding the records that rows of a file mean, a chunk at a time: one indexed query a key."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.db import connection

from tuttava.transfer.headings import normalise
from tuttava.transfer.plans import Plan

#: Records looked at for one key; more with the same e-mail or name are not told apart by a file.
_MOST = 20


class Found(NamedTuple):
    """A record that a key points at. ``own``: its values of the keys that belong to one record alone."""

    id: UUID
    name: str
    own: tuple[str, ...]
    more: tuple[Any, ...] = ()


#: A key as it is looked up: what is compared, and what is known beforehand of the record it may mean.
Wanted = tuple[Any, ...]


class Matching(ABC):
    """How rows of a kind find their records.

    ``table``: the records' table; ``conditions``: SQL that finds, for each matcher, candidates ``c`` of a key ``k``.
    ``name``: SQL of a candidate's name. ``strong`` keys belong to one record alone, those of ``certain`` decide by
    themselves; ``shared`` keys are addresses that several may have, so that the names must meet as well. ``inputs``:
    the columns of ``k`` with their types, ``outputs``: SQL of what else is wanted of a candidate, ``where`` a last
    condition.
    """

    table: ClassVar[str]
    conditions: Mapping[str, str]
    name: ClassVar[str] = "c.name"
    certain: ClassVar[tuple[str, ...]] = ("no",)
    strong: ClassVar[tuple[str, ...]] = ("no",)
    shared: ClassVar[tuple[str, ...]] = ("email",)
    inputs: ClassVar[tuple[tuple[str, str], ...]] = (("key", "text"),)
    outputs: ClassVar[tuple[str, ...]] = ()
    where: ClassVar[str] = ""

    @abstractmethod
    def read_key(self, plan: Plan, matcher: str) -> str:
        """What ``matcher`` compares of the row; blank when the row does not have it."""

    @abstractmethod
    def full_name(self, plan: Plan) -> str:
        """The name of the record that the row would make."""

    def key_of(self, plan: Plan, matcher: str) -> str:
        """The same as :meth:`read_key`, read once a row."""
        key = plan.keys.get(matcher)
        if key is None:
            key = plan.keys[matcher] = self.read_key(plan, matcher)
        return key

    def match(self, plans: Sequence[Plan], match_by: Sequence[str]) -> None:
        """Set ``match_id`` and ``matched_by`` of the rows whose record exists; the first key that finds one decides."""
        open_plans = [plan for plan in plans if not plan.errors]
        for matcher in match_by:
            keyed = [
                (plan, key) for plan in open_plans if plan.match_id is None and (key := self.wanted(plan, matcher))
            ]
            if not keyed:
                continue
            found = self.look_up(matcher, {key for _plan, key in keyed})
            for plan, key in keyed:
                candidates = found.get(key)
                chosen = self.choose(plan, matcher, candidates) if candidates else None
                if chosen is not None:
                    plan.match_id, plan.matched_by = chosen.id, matcher

    def wanted(self, plan: Plan, matcher: str) -> Wanted | None:
        """The key of a row as it is looked up, a value for each of ``inputs``; None when the row has none."""
        key = self.key_of(plan, matcher)
        return (key,) if key else None

    def identity_keys(self, plan: Plan, match_by: Iterable[str], *, exact: bool = False) -> list[tuple[str, ...]]:
        """What may make two rows of one file mean the same record; ``exact``: only what is sure to."""
        own = tuple(self.key_of(plan, name) for name in self.strong) if exact else ()
        keys: list[tuple[str, ...]] = []
        for matcher in match_by:
            if key := self.key_of(plan, matcher):
                beside = own if matcher not in self.strong else ()
                keys.append((matcher, key.casefold(), *self.sort_of(plan, matcher), *beside))
        return keys

    def sort_of(self, plan: Plan, matcher: str) -> tuple[str, ...]:
        """What must be equal beside the key when two rows mean the same record."""
        return ()

    def settled(self, plans: Sequence[Plan], keys: Mapping[int, list[tuple[str, ...]]]) -> dict[int, set[UUID]]:
        """Rows whose name several records bear already, so that no further one changes what is found by it.

        By ``id()`` of the plan, with those records. ``keys``: the identity keys of each row.
        """
        return {}

    def look_up(self, matcher: str, wanted: Iterable[Wanted]) -> dict[Wanted, list[Found]]:
        """The records that each key points at, in one statement."""
        ordered = sorted(wanted, key=lambda one: str(one[0]))
        own = ", ".join(f"c.{name}" for name in self.strong)
        more = "".join(f", {output}" for output in self.outputs)
        arrays = ", ".join(f"%s::{kind}[]" for _name, kind in self.inputs)
        names = ", ".join(name for name, _kind in self.inputs)
        statement = (
            f"SELECT k.place, c.id, {self.name}, {own}{more} FROM unnest({arrays})"  # noqa: S608
            f" WITH ORDINALITY AS k({names}, place) CROSS JOIN LATERAL"
            f" (SELECT * FROM {self.table} c WHERE {self.conditions[matcher]} LIMIT {_MOST}) c"
            + (f" WHERE {self.where}" if self.where else "")
        )
        size = 3 + len(self.strong)
        found: dict[Wanted, list[Found]] = {}
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(column) for column in zip(*ordered, strict=True)])
            for row in cursor.fetchall():
                found.setdefault(ordered[row[0] - 1], []).append(Found(row[1], row[2], row[3:size], row[size:]))
        return found

    def choose(self, plan: Plan, matcher: str, candidates: Sequence[Found]) -> Found | None:
        """The one of the candidates that the row means; None: none, or one cannot say which."""
        if matcher in self.certain:
            return candidates[0] if len(candidates) == 1 else None
        fitting = self.fitting(plan, candidates)
        name = self.full_name(plan)
        if matcher in self.shared:
            fitting = [found for found in fitting if names_meet(name, found.name)]
        exact = [found for found in fitting if found.name.casefold() == name.casefold()]
        fitting = exact or fitting
        return fitting[0] if len(fitting) == 1 else None

    def fitting(self, plan: Plan, candidates: Iterable[Found]) -> list[Found]:
        """Those that are not somebody else by a key of their own, so that equal names or addresses mean nothing."""
        ours = [(place, key) for place, name in enumerate(self.strong) if (key := self.key_of(plan, name))]
        return [
            found
            for found in candidates
            if not any((theirs := found.own[place]) and key != theirs for place, key in ours)
        ]


def names_meet(left: str, right: str) -> bool:
    """Whether two names have a word in common; a blank one meets every other."""
    ours, theirs = ({normalise(word) for word in name.split()} for name in (left, right))
    return not ours or not theirs or bool(ours & theirs)
