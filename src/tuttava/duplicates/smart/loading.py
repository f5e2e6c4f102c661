"""The whole base in memory: one pass of the server's fastest output, into columns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

from tuttava.duplicates.smart import columns
from tuttava.matching.records import Records

#: Bytes of output that become columns at a time: text and columns of a part are in memory together.
_PART = 32 << 20


@dataclass(frozen=True)
class Base:
    """All contacts as they were at ``read_at``: row ``n`` of ``records`` is the contact ``ids[n]`` (16 bytes)."""

    ids: NDArray[np.void]
    records: Records
    read_at: dt.datetime

    def __len__(self) -> int:
        return len(self.ids)

    def rows_of(self, ids: NDArray[np.void]) -> NDArray[np.int64]:
        """The rows of these contacts, each at its place; -1 for one that is not here."""
        if not len(self) or not len(ids):
            return np.full(len(ids), -1, dtype=np.int64)
        mine, order = self._sorted
        wanted = _hashed(ids)
        place = np.minimum(np.searchsorted(mine, wanted), len(mine) - 1)
        return np.where(mine[place] == wanted, order[place], -1)

    @cached_property
    def _sorted(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        hashed = _hashed(self.ids)
        order = np.argsort(hashed)
        return hashed[order], order


def _hashed(ids: NDArray[np.void]) -> NDArray[np.uint64]:
    """Sixteen bytes in eight: time and chance mixed."""
    halves = np.ascontiguousarray(ids).view(np.uint64).reshape(-1, 2)
    return halves[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ halves[:, 1]


def load_base() -> Base:
    """Read every contact of the company."""
    read_at = timezone.now()
    parts: list[pl.DataFrame] = []
    held = bytearray()
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.cursor.copy(columns.whole_base()) as copy,
    ):
        for block in copy:
            held += block
            if len(held) > _PART:
                parts.append(columns.frame_of(bytes(held)))
                held = bytearray()
    if held:
        parts.append(columns.frame_of(bytes(held)))
    if not parts:
        return Base(np.empty(0, dtype="V16"), Records.of(columns.columns_of([])), read_at)
    frame = pl.concat(parts, rechunk=True)
    ids = bytes.fromhex(str(frame.get_column("id").str.replace_all("-", "", literal=True).str.join("").item()))
    records = Records.of({role: frame.get_column(role) for role in columns.ROLES})
    return Base(np.frombuffer(ids, dtype="V16"), records, read_at)
