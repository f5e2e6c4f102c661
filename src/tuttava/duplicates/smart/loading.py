"""The whole base in memory: one pass of the server's fastest output, into columns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from django.db import connection
from django.utils import timezone

from tuttava.duplicates.smart import columns
from tuttava.duplicates.smart.many import Ids, Ints, Places
from tuttava.matching.records import Records

#: Bytes of output that become columns at a time: text and columns of a part are in memory together.
_PART = 32 << 20


@dataclass(frozen=True)
class Base:
    """All contacts as they were at ``read_at``: row ``n`` of ``records`` is the contact ``ids[n]`` (16 bytes)."""

    ids: Ids
    records: Records
    read_at: dt.datetime

    def __len__(self) -> int:
        return len(self.ids)

    def rows_of(self, ids: Ids) -> Ints:
        """The rows of these contacts, each at its place; -1 for one that is not here."""
        return self._places.of(ids)

    @cached_property
    def _places(self) -> Places:
        return Places(self.ids)


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
    ids = columns.ids_of(frame)
    records = Records.of({role: frame.get_column(role) for role in columns.ROLES})
    return Base(ids, records, read_at)
