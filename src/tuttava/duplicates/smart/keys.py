"""The keys by which contacts find each other: stored in bulk, looked up a bounded number at a time (D-28)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import cache
from typing import LiteralString, NamedTuple

import numpy as np
from django.db import connection
from psycopg import sql

from tuttava.duplicates.smart import columns
from tuttava.duplicates.smart.many import Ids, Ints, as_bytes
from tuttava.matching.keys import keys_of
from tuttava.matching.records import Records

#: A key that more contacts share says too little to look at all of them.
COMMON = 50
#: Of a common key the first of those who have it are named, for a contact with no better ones.
NAMED = 4

_TABLE = "duplicates_contactmatchkey"
#: A row of PostgreSQL's binary copy format: number of values, then each with its length before it.
_ROW = np.dtype([("values", ">i2"), ("size_1", ">i4"), ("key", ">i8"), ("size_2", ">i4"), ("contact", "V16")])
_HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END = b"\xff\xff"
#: Bytes handed over at a time.
_BLOCK = 4 << 20

# All of it as three values: a row for each of ten thousand keys takes longer to fetch than to find.
_HOLDERS: LiteralString = """
SELECT string_agg(int8send(w.key), ''), string_agg(int4send(m.n::int), ''),
       string_agg(CASE WHEN m.n <= %(common)s THEN m.ids ELSE substr(m.ids, 1, %(some)s) END, '')
  FROM unnest(%(keys)s::bigint[]) AS w(key) CROSS JOIN LATERAL (
    SELECT string_agg(uuid_send(contact_id), ''::bytea) AS ids, count(*) AS n FROM (
      SELECT contact_id FROM duplicates_contactmatchkey WHERE key = w.key LIMIT %(common)s + 1) holder) m
 WHERE m.n >= %(least)s
"""


@cache
def version() -> int:
    """A number that stands for the way in which this version of the product makes keys."""
    samples = [["company", "Åse & Sønner AS", "Storgata 5", "5003", "NO", "post@aase.no", "+4755102030"]]
    samples.append(["person", "Per Ole Li", "High Street 7B", "N1 2AB", "GB", "per.li@li.example", "+442079460018"])
    roles = ("kind", "name", "address", "post_code", "country", "email", "phone")
    columns = dict(zip(roles, zip(*samples, strict=True), strict=True))
    return int(np.bitwise_xor.reduce(keys_of(Records.of(columns))[1])) & 0x7FFF


def of_contacts(records: Records) -> tuple[Ints, Ints]:
    """The keys of contacts as pairs of row and key; each of several e-mail addresses makes its own (C-42)."""
    rows, found = keys_of(records)
    owners, more = columns.further_mails(records)
    if not owners:
        return rows, found
    further_rows, further = keys_of(more)
    return np.concatenate((rows, np.array(owners, dtype=np.int64)[further_rows])), np.concatenate((found, further))


def store(contacts: Ids, rows: Ints, keys: Ints, *, perhaps_there: bool = False) -> None:
    """Add keys: ``keys[n]`` is one of the contact ``contacts[rows[n]]``, which has none of them yet.

    ``perhaps_there``: somebody may be adding the same ones at this moment.
    """
    if not len(keys):
        return
    if not perhaps_there:
        _copy(_TABLE, contacts, rows, keys)
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE new_match_keys (key bigint, contact_id uuid) ON COMMIT DROP")
        _copy("new_match_keys", contacts, rows, keys)
        cursor.execute(
            "INSERT INTO duplicates_contactmatchkey (key, contact_id) SELECT key, contact_id FROM new_match_keys"
            " ON CONFLICT DO NOTHING; DROP TABLE new_match_keys"
        )


def replace(ids: Sequence[uuid.UUID], rows: Ints, keys: Ints) -> None:
    """Have contacts that were there before have these keys and no others; somebody may be adding the same ones."""
    forget(ids)
    contacts = [ids[row] for row in rows.tolist()]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO duplicates_contactmatchkey (key, contact_id)"
            " SELECT * FROM unnest(%s::bigint[], %s::uuid[]) ORDER BY 1 ON CONFLICT DO NOTHING",
            [keys.tolist(), contacts],
        )


def _copy(name: str, contacts: Ids, rows: Ints, keys: Ints) -> None:
    """Send rows in the order of their keys: so the index is filled from left to right."""
    pairs = np.unique(np.stack([keys, rows]), axis=1)
    table = np.empty(pairs.shape[1], dtype=_ROW)
    table["values"], table["size_1"], table["size_2"] = 2, 8, 16
    table["key"], table["contact"] = pairs[0], contacts[pairs[1]]
    data = memoryview(table.tobytes())
    statement = sql.SQL("COPY {} (key, contact_id) FROM STDIN (FORMAT binary)").format(sql.Identifier(name))
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.cursor.copy(statement) as copy:
        copy.write(_HEAD)
        for start in range(0, len(data), _BLOCK):
            copy.write(data[start : start + _BLOCK])
        copy.write(_END)


def missing() -> Ids:
    """The contacts that have no keys."""
    statement = (
        "COPY (SELECT id FROM contacts_contact c WHERE NOT EXISTS ("
        "SELECT 1 FROM duplicates_contactmatchkey k WHERE k.contact_id = c.id)) TO STDOUT (FORMAT binary)"
    )
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        data = b"".join(copy)
    found = np.frombuffer(data[len(_HEAD) : -len(_END)], dtype=[("values", ">i2"), ("size", ">i4"), ("id", "V16")])
    return np.ascontiguousarray(found["id"])


class Holders(NamedTuple):
    """``keys[n]`` is one that the contact ``ids[n]`` has; ``often[n]`` have it, counted to :data:`COMMON` + 1."""

    keys: Ints
    often: Ints
    ids: Ids


def holders(keys: Ints, *, at_least: int) -> Holders:
    """Who has these keys, if so many have: of a common one only :data:`NAMED`.

    One statement, an index probe of at most :data:`COMMON` rows for each key.
    """
    if not len(keys):
        return Holders(np.zeros(0, np.int64), np.zeros(0, np.int64), as_bytes([]))
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, {"keys": _literal(keys), "common": COMMON, "some": 16 * NAMED, "least": at_least})
        own, often, ids = (value or b"" for value in cursor.fetchone())
    count = np.frombuffer(often, dtype=">i4").astype(np.int64)
    listed = np.where(count > COMMON, NAMED, count)
    each = np.frombuffer(own, dtype=">i8").astype(np.int64)
    return Holders(np.repeat(each, listed), np.repeat(count, listed), np.frombuffer(ids, dtype="V16"))


def _literal(keys: Ints) -> str:
    """Distinct keys as the server reads an array, which is quicker than a list of numbers."""
    return "{" + ",".join(map(str, np.unique(keys).tolist())) + "}"


def forget(ids: Sequence[uuid.UUID]) -> None:
    """Drop the keys of these contacts."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM duplicates_contactmatchkey WHERE contact_id = ANY (%s)", [list(ids)])
