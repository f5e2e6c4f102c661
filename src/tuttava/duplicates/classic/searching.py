"""Which stored contacts share enough strings with some others (D-9), in one statement.

Of two contacts that share at least *T* of one's *m* strings, every choice of *m - T + 1* strings has one that they
share; of *k* more, *k* more. So the rarest strings are read first, and only contacts that stand there often enough are
compared in full. How rare a string is, a bounded look into the index tells. Strings that very many contacts share are
read only for a contact that has *T* of them, and then in part.
"""

from __future__ import annotations

import uuid
from typing import NamedTuple

from django.db import connection

from tuttava.duplicates.classic.strings import Strings

#: A string of fewer contacts is read without need: it narrows down whom the others lead to. A thousand contacts of one
#: string stand side by side in the index and are read in the time that comparing fifty of them in full takes.
FEW = 1000
#: No more strings than these are read without need: each leaves a fraction of the contacts to be compared in full, so
#: that a third one would cost more than it saves.
NARROWING = 2
#: A string of as many contacts is a frequent one.
MANY = 1000
#: Of a frequent string as many contacts are read before the one searched for, and as many after it.
MOST_READ = 1000
#: A contact may be listed with as many others.
MOST_PAIRS = 100
#: Of a contact that is like more, so many pairs are listed: those that share most, the nearest before it first. So a
#: multitude of like contacts hangs together, pair by pair, and costs no more than its number.
PAIRS_OF_MANY = 10


class Alike(NamedTuple):
    """A contact searched for, one that shares strings with it, and how many."""

    contact_id: uuid.UUID
    other_id: uuid.UUID
    shared: int


class Search(NamedTuple):
    """What a search found; ``cut_off``: contacts that are like more others than are listed."""

    alike: list[Alike]
    cut_off: list[uuid.UUID]


_STATEMENT = """
WITH mine AS MATERIALIZED (
  SELECT * FROM unnest(%(contacts)s::uuid[], %(fields)s::text[], %(parts)s::text[], %(texts)s::text[])
    AS m(contact_id, field, part, string)
), counted AS MATERIALIZED (
  SELECT d.field, d.part, d.string, (
    SELECT count(*) FROM (
      SELECT 1 FROM duplicates_contactsearchstring s
       WHERE s.field_name = d.field AND s.part_of_field = d.part AND s.search_string = d.string
       LIMIT %(many)s) looked) AS often
    FROM (SELECT DISTINCT field, part, string FROM mine) d
), ranked AS MATERIALIZED (
  SELECT m.*, c.often,
         row_number() OVER (PARTITION BY m.contact_id ORDER BY c.often, m.field, m.part) AS place,
         count(*) OVER (PARTITION BY m.contact_id) - %(needed)s AS spare,
         count(*) FILTER (WHERE c.often < %(few)s) OVER (PARTITION BY m.contact_id) AS rare,
         count(*) FILTER (WHERE c.often >= %(many)s) OVER (PARTITION BY m.contact_id) AS frequent
    FROM mine m JOIN counted c USING (field, part, string)
), read AS MATERIALIZED (
  SELECT r.*, count(*) OVER (PARTITION BY r.contact_id) - r.spare AS due
    FROM ranked r
   WHERE r.often < %(many)s AND r.place <= greatest(r.spare + 1, least(r.rare, r.spare + 1 + %(narrowing)s))
), candidates AS MATERIALIZED (
  SELECT r.contact_id, s.contact_id AS other_id
    FROM read r CROSS JOIN LATERAL (
      SELECT s.contact_id FROM duplicates_contactsearchstring s
       WHERE s.field_name = r.field AND s.part_of_field = r.part AND s.search_string = r.string OFFSET 0) s
   WHERE s.contact_id <> r.contact_id
   GROUP BY r.contact_id, s.contact_id HAVING count(*) >= max(r.due)
   UNION
  SELECT r.contact_id, s.contact_id
    FROM ranked r CROSS JOIN LATERAL (
      (SELECT s.contact_id FROM duplicates_contactsearchstring s
        WHERE s.field_name = r.field AND s.part_of_field = r.part AND s.search_string = r.string
          AND s.contact_id < r.contact_id ORDER BY s.contact_id DESC LIMIT %(most_read)s)
      UNION ALL
      (SELECT s.contact_id FROM duplicates_contactsearchstring s
        WHERE s.field_name = r.field AND s.part_of_field = r.part AND s.search_string = r.string
          AND s.contact_id > r.contact_id ORDER BY s.contact_id LIMIT %(most_read)s)) s
   WHERE r.frequent >= %(needed)s AND r.often >= %(many)s AND r.place <= r.spare + 1
), shared AS (
  SELECT c.contact_id, c.other_id, count(*) AS shared
    FROM candidates c CROSS JOIN LATERAL (
      SELECT s.field_name, s.part_of_field, s.search_string FROM duplicates_contactsearchstring s
       WHERE s.contact_id = c.other_id OFFSET 0) s
    JOIN mine m ON m.contact_id = c.contact_id
     AND m.field = s.field_name AND m.part = s.part_of_field AND m.string = s.search_string
   GROUP BY c.contact_id, c.other_id HAVING count(*) >= %(needed)s
)
SELECT f.contact_id, f.other_id, f.shared, f.found FROM (
  SELECT s.*, row_number() OVER w AS place, count(*) OVER (PARTITION BY s.contact_id) AS found
    FROM shared s WINDOW w AS (
      PARTITION BY s.contact_id ORDER BY s.shared DESC, s.other_id > s.contact_id,
      CASE WHEN s.other_id < s.contact_id THEN s.other_id END DESC, s.other_id)) f
 WHERE f.place <= CASE WHEN f.found > %(most_pairs)s THEN %(pairs_of_many)s ELSE %(most_pairs)s END
 ORDER BY f.contact_id, f.place
"""


def find_alike(strings: Strings, needed: int) -> Search:
    """Everybody who shares at least ``needed`` strings with one of the contacts that ``strings`` are of."""
    enough = _with_enough(strings, needed)
    if not enough.contacts:
        return Search([], [])
    limits = {"needed": needed, "few": FEW, "narrowing": NARROWING, "many": MANY, "most_read": MOST_READ}
    limits |= {"most_pairs": MOST_PAIRS, "pairs_of_many": PAIRS_OF_MANY}
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, enough._asdict() | limits)
        rows = cursor.fetchall()
    alike = [Alike(contact, other, shared) for contact, other, shared, _found in rows]
    cut_off = sorted({contact for contact, _other, _shared, found in rows if found > MOST_PAIRS})
    return Search(alike, cut_off)


def _with_enough(strings: Strings, needed: int) -> Strings:
    """The strings of contacts that have as many as a pair must share; others cannot be in one."""
    if needed < 1:
        return Strings([], [], [], [])
    count: dict[uuid.UUID, int] = {}
    for contact in strings.contacts:
        count[contact] = count.get(contact, 0) + 1
    kept = [row for row in zip(*strings, strict=True) if count[row[0]] >= needed]
    return Strings(*map(list, zip(*kept, strict=True))) if kept else Strings([], [], [], [])
