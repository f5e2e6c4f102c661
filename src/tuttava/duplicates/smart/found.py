"""What a search of the whole base found, stored in one go: new pairs in, those that are no more out."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import LiteralString

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import sql

from tuttava.duplicates.smart.loading import Base
from tuttava.duplicates.smart.pairs import ordered
from tuttava.duplicates.smart.scoring import judge
from tuttava.matching.finding import Found

#: A row of the binary copy format: id, contact, duplicate, score.
_ROW = np.dtype(
    [("values", ">i2"), ("s1", ">i4"), ("id", "V16"), ("s2", ">i4"), ("contact", "V16"), ("s3", ">i4")]
    + [("duplicate", "V16"), ("s4", ">i4"), ("score", ">i2")]
)
_HEAD, _END = b"PGCOPY\n\xff\r\n\x00" + bytes(8), b"\xff\xff"
_SAME: LiteralString = (
    "least(f.contact_id, f.duplicate_id) = least(p.contact_id, p.duplicate_id)"
    " AND greatest(f.contact_id, f.duplicate_id) = greatest(p.contact_id, p.duplicate_id)"
)
_PARTS = {"same": sql.SQL(_SAME)}
#: Pairs that are judged again together.
BATCH = 2000

_BEGIN = """
SELECT set_config('tuttava.unit', '', true);
CREATE TEMPORARY TABLE found_pairs (id uuid, contact_id uuid, duplicate_id uuid, score smallint) ON COMMIT DROP
"""
#: Contacts that went or changed while the base was compared are left to those who changed them.
_SETTLE = """
DELETE FROM found_pairs f USING (
  SELECT f.id FROM found_pairs f LEFT JOIN contacts_contact a ON a.id = f.contact_id
    LEFT JOIN contacts_contact b ON b.id = f.duplicate_id
   WHERE a.id IS NULL OR b.id IS NULL OR a.type <> b.type
      OR greatest(a.last_modified_at, b.last_modified_at) >= %(read_at)s) gone
 WHERE gone.id = f.id;
CREATE INDEX ON found_pairs (least(contact_id, duplicate_id), greatest(contact_id, duplicate_id));
ANALYZE found_pairs
"""
_DROP_LOST = """
DELETE FROM duplicates_contactduplicate p
 WHERE NOT EXISTS (SELECT 1 FROM contacts_contact c WHERE c.id = p.contact_id)
    OR NOT EXISTS (SELECT 1 FROM contacts_contact c WHERE c.id = p.duplicate_id)
"""
_LOST = sql.SQL("""
SELECT p.id, p.contact_id, p.duplicate_id, p.separate_contacts FROM duplicates_contactduplicate p
 WHERE p.smart AND p.id > %s AND NOT EXISTS (SELECT 1 FROM found_pairs f WHERE {same}) ORDER BY p.id LIMIT %s
""").format(**_PARTS)
_MARK = sql.SQL("""
UPDATE duplicates_contactduplicate p SET smart = true, score = f.score FROM found_pairs f
 WHERE {same} AND (NOT p.smart OR p.score IS DISTINCT FROM f.score)
""").format(**_PARTS)
_ADD = sql.SQL("""
INSERT INTO duplicates_contactduplicate (id, version, contact_id, duplicate_id, separate_contacts,
  no_of_matching_strings, score, classic, smart, evidence)
SELECT id, 1, contact_id, duplicate_id, false, 0, score, false, true, '' FROM found_pairs f
 WHERE NOT EXISTS (SELECT 1 FROM duplicates_contactduplicate p WHERE {same})
 ORDER BY id ON CONFLICT DO NOTHING
""").format(**_PARTS)


@dataclass(frozen=True)
class Counts:
    """Open pairs that the smart search vouches for now; how many came and went."""

    open: int
    new: int
    gone: int


def store(base: Base, found: Found) -> Counts:
    """Have the stored pairs be those found; separate ones stay, and those that search strings found."""
    arguments = {"read_at": base.read_at}
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN)
        _copy(base, found)
        cursor.execute(_SETTLE, arguments)
        cursor.execute(_DROP_LOST)
        cursor.execute(_MARK)
        cursor.execute(_ADD)
        new = cursor.rowcount
        gone = _judge_lost()
        cursor.execute("DROP TABLE found_pairs")
        cursor.execute("SELECT count(*) FROM duplicates_contactduplicate WHERE smart AND NOT separate_contacts")
        return Counts(int(cursor.fetchone()[0]), new, gone)


def _judge_lost() -> int:
    """Look again at each pair that was not found: another one's address, say, is seen by the closer look alone.

    Returns how many open pairs went.
    """
    gone, last = 0, uuid.UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_LOST, [last, BATCH])
            rows = cursor.fetchall()
        if not rows:
            return gone
        last = rows[-1][0]
        still = {pair.key for pair in judge({ordered(one, other) for _pk, one, other, _said in rows}) if pair.alike}
        gone += sum(not said and ordered(one, other) not in still for _pk, one, other, said in rows)


def _copy(base: Base, found: Found) -> None:
    """The newer contact of a pair is the one whose search would have found the other."""
    table = np.empty(len(found.left), dtype=_ROW)
    table["values"] = 4
    table["s1"] = table["s2"] = table["s3"] = 16
    table["s4"], table["score"] = 2, np.rint(found.score * 100).astype(np.int16)
    left, right = base.ids[found.left], base.ids[found.right]
    newer = left.view(">u8").reshape(-1, 2)[:, 0] > right.view(">u8").reshape(-1, 2)[:, 0]
    table["id"] = _new_ids(len(table))
    table["contact"], table["duplicate"] = np.where(newer, left, right), np.where(newer, right, left)
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.cursor.copy("COPY found_pairs FROM STDIN (FORMAT binary)") as copy,
    ):
        copy.write(_HEAD + table.tobytes() + _END)


def _new_ids(count: int) -> NDArray[np.void]:
    """Fresh version 7 UUIDs as sixteen bytes each, see :func:`tuttava.foundation.ids.new_id`."""
    halves = np.random.default_rng().integers(0, 1 << 64, size=(count, 2), dtype=np.uint64)
    halves[:, 0] = np.uint64((time.time_ns() // 1_000_000) << 16 | 0x7000) | (halves[:, 0] & np.uint64(0x0FFF))
    halves[:, 1] = (halves[:, 1] & np.uint64((1 << 62) - 1)) | np.uint64(1 << 63)
    return halves.astype(">u8").view("V16").reshape(-1)
