"""Pairs that the smart search found or lost, written set-based.

They are derived of the contacts, so they belong to no unit of work: taking back a change of a contact has them found
anew instead.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from psycopg import sql

from tuttava.foundation.ids import new_id

Pair = tuple[uuid.UUID, uuid.UUID]


@dataclass(frozen=True)
class Scored:
    """Two contacts, ``contact`` the one that was searched for, and how alike they are, 0 to 100."""

    contact: uuid.UUID
    duplicate: uuid.UUID
    score: int
    alike: bool

    @property
    def key(self) -> Pair:
        return ordered(self.contact, self.duplicate)


def ordered(one: uuid.UUID, other: uuid.UUID) -> Pair:
    """A pair whichever way round."""
    return (one, other) if one < other else (other, one)


def known_partners(ids: Sequence[uuid.UUID]) -> set[Pair]:
    """The stored pairs of these contacts, whoever found them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contact_id, duplicate_id FROM duplicates_contactduplicate WHERE contact_id = ANY (%s)"
            " UNION ALL SELECT contact_id, duplicate_id FROM duplicates_contactduplicate WHERE duplicate_id = ANY (%s)",
            [list(ids), list(ids)],
        )
        return {ordered(one, other) for one, other in cursor.fetchall()}


#: Pairs looked at, as a table. The one order in which rows are written keeps two writers from waiting for each other.
_PARTS: dict[str, sql.Composable] = {
    "scored": sql.SQL(
        "WITH scored AS (SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::smallint[], %s::boolean[])"
        " AS v(id, contact, duplicate, score, alike) ORDER BY least(contact, duplicate), greatest(contact, duplicate))"
    ),
    "same": sql.SQL(
        "least(p.contact_id, p.duplicate_id) = least(s.contact, s.duplicate)"
        " AND greatest(p.contact_id, p.duplicate_id) = greatest(s.contact, s.duplicate)"
    ),
}
_WRITE = sql.SQL("""
SELECT set_config('tuttava.unit_before', coalesce(current_setting('tuttava.unit', true), ''), true),
       set_config('tuttava.unit', '', true);
{scored} DELETE FROM duplicates_contactduplicate p USING scored s
 WHERE {same} AND NOT s.alike AND NOT p.classic AND NOT p.separate_contacts;
{scored} UPDATE duplicates_contactduplicate p SET smart = false, score = s.score FROM scored s
 WHERE {same} AND NOT s.alike AND (p.smart OR p.score IS DISTINCT FROM s.score);
{scored} INSERT INTO duplicates_contactduplicate AS p (id, version, contact_id, duplicate_id, separate_contacts,
  no_of_matching_strings, score, classic, smart, evidence)
 SELECT id, 1, contact, duplicate, false, 0, score, false, true, '' FROM scored WHERE alike
 ON CONFLICT (least(contact_id, duplicate_id), greatest(contact_id, duplicate_id))
 DO UPDATE SET smart = true, score = excluded.score WHERE NOT p.smart OR p.score IS DISTINCT FROM excluded.score;
SELECT set_config('tuttava.unit', current_setting('tuttava.unit_before', true), true)
""").format(**_PARTS)


def write(pairs: Sequence[Scored]) -> None:
    """Store what was found: pairs that are alike are there afterwards, others only if somebody else vouches for them.

    Every stored pair of the list gets its score.
    """
    if not pairs:
        return
    columns: list[list[object]] = [
        [new_id() for _pair in pairs],
        [pair.contact for pair in pairs],
        [pair.duplicate for pair in pairs],
        [pair.score for pair in pairs],
        [pair.alike for pair in pairs],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, columns * 3)
