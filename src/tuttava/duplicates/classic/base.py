"""The strings of a whole base as arrays, and its pairs (D-28)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeAlias

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from tuttava.duplicates.classic.core import find_pairs
from tuttava.duplicates.classic.loops import number_equal
from tuttava.duplicates.classic.pairs import Finding
from tuttava.duplicates.classic.setup import SearchRow
from tuttava.foundation.ids import new_id

#: Contacts that are fetched from the database at once.
FETCHED = 20_000
_STRING = np.dtype([("place", ">i2"), ("hash", ">i8")])
#: Each contact's strings in one value: the place of the setup row, and a number that equal strings share.
_READ = """
SELECT s.contact_id,
       string_agg(int2send(r.place::smallint) || int8send(hashtextextended(s.search_string, 0)), ''::bytea)
  FROM duplicates_contactsearchstring s
  JOIN unnest(%s::text[], %s::text[]) WITH ORDINALITY AS r(field, part, place)
    ON r.field = s.field_name AND r.part = s.part_of_field
 GROUP BY s.contact_id ORDER BY s.contact_id
"""

Progress: TypeAlias = Callable[[int, int], None]


def compare_base(
    rows: Sequence[SearchRow],
    needed: int,
    *,
    asked: Collection[uuid.UUID] | None,
    progress: Progress,
) -> tuple[list[Finding], int]:
    """All pairs among stored strings, and how many contacts are like more others than are listed.

    ``asked``: the contacts that are searched for; None: all.
    """
    contacts, codes = read_codes(rows)
    found = find_pairs(codes, needed, asked=None if asked is None else _which(contacts, asked), progress=progress)
    columns = (found.left.tolist(), found.right.tolist(), found.shared.tolist())
    pairs = [Finding(contacts[one], contacts[other], shared) for one, other, shared in zip(*columns, strict=True)]
    return pairs, len(found.cut_off)


def _which(contacts: Sequence[uuid.UUID], asked: Collection[uuid.UUID]) -> NDArray[np.bool_]:
    wanted = frozenset(asked)
    return np.array([contact in wanted for contact in contacts], np.bool_)


def read_codes(rows: Sequence[SearchRow]) -> tuple[list[uuid.UUID], NDArray[np.int32]]:
    """All contacts with strings in the order of their ids, and their strings as numbers of each column."""
    contacts: list[uuid.UUID] = []
    hashes: list[NDArray[np.int64]] = []
    for ids, values in _read(rows):
        contacts += ids
        hashes.append(_matrix(values, len(rows)))
    if not contacts:
        return [], np.empty((0, len(rows)), np.int32)
    return contacts, _dense(np.concatenate(hashes))


def _read(rows: Sequence[SearchRow]) -> Iterator[tuple[list[uuid.UUID], list[bytes]]]:
    values = [[row.field for row in rows], [row.part for row in rows]]
    with connection.connection.cursor(f"strings_{new_id().hex}", binary=True) as cursor:
        cursor.execute(_READ, values)
        while found := cursor.fetchmany(FETCHED):
            ids, strings = zip(*found, strict=True)
            yield list(ids), list(strings)


def _matrix(values: Sequence[bytes], width: int) -> NDArray[np.int64]:
    """One row for each contact, 0 where it has no string."""
    strings = np.frombuffer(b"".join(values), _STRING)
    row = np.repeat(np.arange(len(values)), [len(value) // _STRING.itemsize for value in values])
    matrix = np.zeros((len(values), width), np.int64)
    matrix[row, strings["place"].astype(np.int64) - 1] = strings["hash"] | 1
    return matrix


def _dense(hashes: NDArray[np.int64]) -> NDArray[np.int32]:
    codes = np.empty(hashes.shape, np.int32)
    for column in range(hashes.shape[1]):
        codes[:, column] = number_equal(np.ascontiguousarray(hashes[:, column]))
    return codes
