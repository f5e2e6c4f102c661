"""The classic rule (D-1..D-10): equal search strings are counted, and a pair needs 60 % of the setup rows."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.duplicates.contestants import Answer, Contestant
from benchmarks.duplicates.scores import Scored, components
from benchmarks.duplicates.sets import LabelledSet

DEFAULT = ("name", "address", "city", "phone", "vat_number", "post_code", "email", "mobile_phone")
LENGTH, HIT_PERCENT = 5, 60
IGNORED = r'[ +"&/,.;:\-_(){}#!£$\\]'
CHUNK = 20_000_000


def fields_of(frame: pl.DataFrame) -> tuple[str, ...]:
    """The default set; for a file without full names every column it has, as an administrator would set it up."""
    return DEFAULT if "name" in frame.columns else tuple(frame.columns)


def needed(rows: int) -> int:
    """Strings that must be equal (D-10): rounded up to a whole number."""
    return -(-rows * HIT_PERCENT // 100)


def strings(frame: pl.DataFrame) -> NDArray[np.int32]:
    """A number for each search string, one column for each setup row; -1 where there is none (D-1, D-2)."""
    columns = []
    for field in fields_of(frame):
        text = pl.col(field).str.replace_all(IGNORED, "").str.to_uppercase()
        text = pl.when(text != "").then(text)
        columns += [text.str.head(LENGTH).alias(f"{field}-first"), text.str.tail(LENGTH).alias(f"{field}-last")]
    coded = frame.select(columns).select(pl.all().cast(pl.Categorical).to_physical().cast(pl.Int32).fill_null(-1))
    return np.ascontiguousarray(coded.to_numpy(), np.int32)


def candidates(coded: NDArray[np.int32], least: int) -> pl.DataFrame:
    """Pairs that can share ``least`` strings: they share one of the rarest ``n - least + 1`` of each side."""
    rarity = np.full(coded.shape, np.iinfo(np.int32).max, np.int32)
    for row in range(coded.shape[1]):
        there = coded[:, row] >= 0
        rarity[there, row] = np.bincount(coded[there, row])[coded[there, row]]
    have = (coded >= 0).sum(axis=1)
    rank = np.argsort(np.argsort(rarity, axis=1, kind="stable"), axis=1, kind="stable")
    taken = (rank < (have - least + 1)[:, None]) & (coded >= 0)
    record, row = np.nonzero(taken)
    index = pl.DataFrame({"record": record.astype(np.int32), "row": row.astype(np.int8), "text": coded[taken]})
    index = index.filter(pl.len().over("row", "text") > 1)
    found: list[pl.DataFrame] = []
    for part in index.partition_by("row", include_key=False):
        joined = part.lazy().join(part.lazy(), on="text").filter(pl.col("record") < pl.col("record_right"))
        found.append(joined.select("record", "record_right").collect())
    return pl.concat(found).unique() if found else index.select("record", record_right="record")


class Classic(Contestant):
    """Search strings over the whole base. Its score is the part of the needed strings that are equal."""

    title = "Classic search strings, 60 %"

    def prepare(self) -> None:
        """Polars and NumPy are imported by now."""

    def find(self, data: LabelledSet) -> Answer:
        frame = data.records()
        coded = strings(frame)
        least = needed(coded.shape[1])
        pairs = counted(coded, least, data.second_file)
        return Answer(pairs, components(len(data), pairs), least / coded.shape[1])

    def all_scores(self, data: LabelledSet) -> Scored:
        coded = strings(data.records())
        fewest = max(2, needed(coded.shape[1]) - (4 if len(data) <= 20_000 else 1))
        return counted(coded, fewest, data.second_file)


def counted(coded: NDArray[np.int32], least: int, second_file: int | None) -> Scored:
    """All pairs with at least ``least`` equal strings, scored by their share."""
    found = candidates(coded, least)
    left, right = found["record"].to_numpy().astype(np.int64), found["record_right"].to_numpy().astype(np.int64)
    if second_file is not None:
        across = (left < second_file) & (right >= second_file)
        left, right = left[across], right[across]
    equal = np.zeros(len(left), np.int16)
    for start in range(0, len(left), CHUNK):
        part = slice(start, start + CHUNK)
        for row in range(coded.shape[1]):
            mine = coded[left[part], row]
            equal[part] += (mine >= 0) & (mine == coded[right[part], row])
    kept = equal >= least
    return Scored(left[kept], right[kept], (equal[kept] / coded.shape[1]).astype(np.float32))
