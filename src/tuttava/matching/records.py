"""Records to compare: columns with the canonical role names, and their normal form made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tuttava.matching.kernels import kernel
from tuttava.matching.layout import ROLES
from tuttava.matching.normalising import Normal, normalise
from tuttava.matching.text import Bytes

if TYPE_CHECKING:
    from tuttava.matching.statistics import Statistics

_MANY = 5000  # values from which Polars packs a column faster than Python


class UnknownRole(ValueError):
    """A column has a name that is no role."""


class Records:
    """Rows of raw values in columns; immutable. Every role (`layout.ROLES`) may be absent, every value missing.

    kind is "company" or "person" (the first letter tells); without it the filled columns tell.
    """

    def __init__(self, raw: Bytes, raw_at: NDArray[np.int64]) -> None:
        self.raw = raw
        self.raw_at = raw_at  # (roles, rows + 1)
        self.counted: Statistics | None = None  # kept by `Statistics.of`: a search and its check share the work

    @classmethod
    def of(cls, columns: Mapping[str, Sequence[str | None] | pl.Series]) -> Records:
        """Return the records of columns of equal length, named by role. Raises UnknownRole for any other name."""
        unknown = sorted(set(columns) - set(ROLES))
        if unknown:
            raise UnknownRole(f"No role has the name {', '.join(unknown)}; the roles are {', '.join(ROLES)}.")
        lengths = {len(values) for values in columns.values()}
        if len(lengths) > 1:
            raise ValueError("The columns have different lengths.")
        count = lengths.pop() if lengths else 0
        raw_at = np.zeros((len(ROLES), count + 1), dtype=np.int64)
        parts: list[bytes] = []
        shift = 0
        for name, values in columns.items():
            packed, ends = _packed(values)
            raw_at[ROLES.index(name), 0] = shift
            raw_at[ROLES.index(name), 1:] = ends
            raw_at[ROLES.index(name), 1:] += shift
            shift += len(packed)
            parts.append(packed)
        return cls(np.frombuffer(bytearray(b"".join(parts)), dtype=np.uint8), raw_at)

    def __len__(self) -> int:
        return int(self.raw_at.shape[1]) - 1

    def take(self, rows: Sequence[int] | NDArray[np.int64]) -> Records:
        """Return the records of these rows, in this order."""
        chosen = np.asarray(rows, dtype=np.int64)
        raw_at = np.zeros((len(ROLES), len(chosen) + 1), dtype=np.int64)
        starts, ends = self.raw_at[:, chosen], self.raw_at[:, chosen + 1]
        lengths = ends - starts
        total = 0
        for role in range(len(ROLES)):
            raw_at[role, 0] = total
            np.cumsum(lengths[role], out=raw_at[role, 1:])
            raw_at[role, 1:] += total
            total = int(raw_at[role, -1])
        raw = np.empty(total, dtype=np.uint8)
        gather(self.raw, starts, raw_at, raw)
        return Records(raw, raw_at)

    def joined(self, other: Records) -> Records:
        """Return these records followed by the other's."""
        ends = self.raw_at[:, :-1], other.raw_at[:, :-1] + len(self.raw)
        lengths = np.concatenate((np.diff(self.raw_at, axis=1), np.diff(other.raw_at, axis=1)), axis=1)
        raw_at = np.zeros((len(ROLES), lengths.shape[1] + 1), dtype=np.int64)
        total = 0
        for role in range(len(ROLES)):
            raw_at[role, 0] = total
            raw_at[role, 1:] = np.cumsum(lengths[role]) + total
            total = int(raw_at[role, -1])
        raw = np.empty(total, dtype=np.uint8)
        gather(np.concatenate((self.raw, other.raw)), np.concatenate(ends, axis=1), raw_at, raw)
        return Records(raw, raw_at)

    def value(self, row: int, role: str) -> str:
        """Return the raw value, empty if missing."""
        place = ROLES.index(role)
        return bytes(self.raw[self.raw_at[place, row] : self.raw_at[place, row + 1]]).decode("utf-8", "replace")

    @cached_property
    def normal(self) -> Normal:
        """The records in normal form, made at the first use."""
        return normalise(self.raw, self.raw_at)


def _packed(values: Sequence[str | None] | pl.Series) -> tuple[bytes, NDArray[np.int64]]:
    """Return the values' bytes one after the other and where each ends."""
    if isinstance(values, pl.Series) or len(values) > _MANY:
        series = values if isinstance(values, pl.Series) else pl.Series(values, dtype=pl.String, strict=False)
        series = series.cast(pl.String).fill_null("")
        ends = series.str.len_bytes().cast(pl.Int64).cum_sum().to_numpy()
        return str(series.str.join("").item() or "").encode(), ends
    encoded = [b"" if value is None else str(value).encode("utf-8", "replace") for value in values]
    return b"".join(encoded), np.fromiter(accumulate(map(len, encoded)), dtype=np.int64, count=len(encoded))


@kernel
def gather(raw: Bytes, starts: NDArray[np.int64], out_at: NDArray[np.int64], out: Bytes) -> None:
    """Copy each value raw[starts[role, row]:] to its new place."""
    for role in range(out_at.shape[0]):
        for row in range(out_at.shape[1] - 1):
            low = out_at[role, row]
            for step in range(out_at[role, row + 1] - low):
                out[low + step] = raw[starts[role, row] + step]
