"""How common each value is in a base: agreement on a rare value weighs more than on a common one."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.kernels import Int, in_chunks, kernel, processors
from tuttava.matching.layout import WEIGHED, WEIGHTS, WORD_FAMILY, WORDS
from tuttava.matching.measures import LEVELLED, LEVELS
from tuttava.matching.normalising import Normal, chosen_rows
from tuttava.matching.records import Records
from tuttava.matching.text import mixed

MOST_VALUES = 1_200_000  # values whose counts are kept; the rarest count as single beyond it
Rows = NDArray[np.int32]
FAMILIES = max(WORD_FAMILY, *(family for _, family in WEIGHED)) + 1
LEAST_BASE = 1000  # a smaller base is taken for a part of one of this size: in ten records everything looks common


class Statistics:
    """Counts of the values that more than one record of a base has; any other value counts as single.

    `records` is the number of records, `filled[family]` how many values of that family there are, `bits` what
    the base teaches of the levels of agreement, `border` the log-odds at which its duplicates begin (see `adapting`).
    """

    def __init__(
        self,
        records: int,
        filled: NDArray[np.int64],
        keys: NDArray[np.int64],
        counts: NDArray[np.int32],
        bits: NDArray[np.float32] | None = None,
        border: float = 0.0,
        apart: NDArray[np.float32] | None = None,
    ) -> None:
        self.records = records
        self.filled = filled
        self.keys = keys
        self.counts = counts
        self.bits = np.zeros((len(LEVELLED) + 1, LEVELS), dtype=np.float32) if bits is None else bits
        self.border = border
        self.apart = np.zeros_like(self.bits) if apart is None else apart

    @property
    def size(self) -> int:
        """Of how many records the base is taken to be."""
        return max(self.records, LEAST_BASE)

    @classmethod
    def of(cls, records: Records, pairs: tuple[Rows, Rows] | None = None) -> Statistics:
        """Count the values of a base and see how far its fields agree; `pairs`: its candidates, if known already."""
        from tuttava.matching.adapting import SAMPLE, adapted_to, border_of, standing_apart
        from tuttava.matching.blocks import candidate_pairs
        from tuttava.matching.features import figures_of, side_of
        from tuttava.matching.scoring import log_odds_of

        if records.counted is not None:
            return records.counted
        counted = cls._counted(records.normal)
        left, right = candidate_pairs(records.normal) if pairs is None else pairs
        if len(left):
            step = max(len(left) // SAMPLE, 1)
            one = np.ascontiguousarray(left[::step])
            two = np.ascontiguousarray(right[::step])
            rows, place = np.unique(np.concatenate((one, two)), return_inverse=True)
            side = side_of(chosen_rows(records.normal, rows), counted)
            places: Rows = place.astype(np.int32)
            some, others = places[: len(one)], places[len(one) :]
            figures = figures_of(side, some, side, others, counted)
            counted.bits = adapted_to(figures)
            log_odds = log_odds_of(side, some, side, others, counted)
            counted.apart = standing_apart(figures, log_odds)
            counted.border = 0.0 if counted.apart.any() else border_of(log_odds)
        records.counted = counted
        return counted

    @classmethod
    def _counted(cls, normal: Normal) -> Statistics:
        """Count the values of a base."""
        families = sorted({family for _, family in WEIGHED} | {WORD_FAMILY})
        with ThreadPoolExecutor(processors()) as pool:
            counted = list(pool.map(lambda family: _counted(normal, family), families))
        filled = np.zeros(FAMILIES, dtype=np.int64)
        for family, (total, _, _) in zip(families, counted, strict=True):
            filled[family] = total
        keys = np.concatenate([part for _, part, _ in counted])
        counts = np.concatenate([part for _, _, part in counted])
        return cls(len(normal.base), filled, *_bounded(keys, counts))

    def updated(self, added: Records) -> Statistics:
        """Return the counts with further records; a value that was single before counts as new (an approximation)."""
        more = Statistics._counted(added.normal)
        keys, place = np.unique(np.concatenate((self.keys, more.keys)), return_inverse=True)
        counts = np.bincount(place, weights=np.concatenate((self.counts, more.counts))).astype(np.int32)
        return Statistics(
            self.records + more.records,
            self.filled + more.filled,
            *_bounded(keys, counts),
            self.bits,
            self.border,
            self.apart,
        )

    def to_bytes(self) -> bytes:
        """Return the counts as compressed bytes."""
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            records=np.int64(self.records),
            filled=self.filled,
            keys=self.keys,
            counts=self.counts,
            bits=self.bits,
            border=np.float64(self.border),
            apart=self.apart,
        )
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Statistics:
        """Return what `to_bytes` wrote. Raises ValueError if it is something else."""
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            if stored["filled"].shape != (FAMILIES,) or stored["bits"].shape != (len(LEVELLED) + 1, LEVELS):
                raise ValueError("The counts are those of another version.")
            known = float(stored["border"]) if "border" in stored else 0.0
            apart = stored["apart"] if "apart" in stored.files else None
            return cls(
                int(stored["records"]), stored["filled"], stored["keys"], stored["counts"], stored["bits"], known, apart
            )

    @cached_property
    def logs(self) -> NDArray[np.float32]:
        """log2 of the number of values of each family."""
        larger = self.size / max(self.records, 1)
        return np.log2(np.maximum(self.filled, 1) * larger + 1.0).astype(np.float32)

    @cached_property
    def table(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Open addressing over `keys` for compiled loops."""
        size = 1 << max(4, int(len(self.keys) * 1.6).bit_length())
        keys, counts = np.zeros(size, dtype=np.int64), np.ones(size, dtype=np.int32)
        fill_table(self.keys, self.counts, keys, counts)
        return keys, counts


def _bounded(keys: NDArray[np.int64], counts: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Keep the most frequent values where there are too many."""
    least = 2
    while np.count_nonzero(counts >= least) > MOST_VALUES:
        least += 1
    kept = counts >= least
    return keys[kept], counts[kept]


def _counted(normal: Normal, family: int) -> tuple[int, NDArray[np.int64], NDArray[np.int32]]:
    """Return how many values a family has, and those that occur more than once with their counts."""
    if family == WORD_FAMILY:
        columns = [normal.words.ravel()]
    else:
        columns = [normal.hashes[:, place] for place, wanted in WEIGHED if wanted == family]
    keys = family_keys(np.ascontiguousarray(np.concatenate(columns)), family)
    keys = keys[keys != 0]
    keys.sort()
    edges = np.flatnonzero(np.diff(keys, prepend=keys[0] - 1 if len(keys) else 0))
    counts = np.diff(edges, append=len(keys)).astype(np.int32)
    return len(keys), keys[edges][counts > 1], counts[counts > 1]


@kernel
def family_keys(hashes: NDArray[np.int64], family: Int) -> NDArray[np.int64]:
    """Return the keys under which hashes are counted in a family; 0 stays 0."""
    keys = np.zeros(len(hashes), dtype=np.int64)
    for row in range(len(hashes)):
        if hashes[row] != 0:
            keys[row] = mixed(hashes[row], family)
    return keys


@kernel
def fill_table(
    keys: NDArray[np.int64], counts: NDArray[np.int32], table: NDArray[np.int64], found: NDArray[np.int32]
) -> None:
    """Put keys and counts into an empty table whose size is a power of two."""
    mask = len(table) - 1
    for row in range(len(keys)):
        place = keys[row] & mask
        while table[place] != 0:
            place = (place + 1) & mask
        table[place] = keys[row]
        found[place] = counts[row]


@kernel
def count_of(table: NDArray[np.int64], counts: NDArray[np.int32], key: Int) -> Int:
    """Return how many records have the value, 1 if it is not counted."""
    mask = len(table) - 1
    place = key & mask
    while table[place] != 0:
        if table[place] == key:
            return counts[place]
        place = (place + 1) & mask
    return np.int32(1)


@kernel
def weigh_rows(
    hashes: NDArray[np.int64], words: NDArray[np.int64], weighed: NDArray[np.int64], logs: NDArray[np.float32],
    table: NDArray[np.int64], counts: NDArray[np.int32], weights: NDArray[np.float32],
    word_weights: NDArray[np.float32],
) -> None:  # fmt: skip
    """Write log2(values of the family / records with this value) for each weighed value and word."""
    for row in range(len(hashes)):
        for place in range(len(weighed)):
            hashed = hashes[row, weighed[place, 0]]
            if hashed != 0:
                family = weighed[place, 1]
                count = count_of(table, counts, mixed(hashed, family))
                weights[row, place] = max(logs[family] - np.log2(np.float32(count)), np.float32(0))
        for place in range(words.shape[1]):
            hashed = words[row, place]
            if hashed != 0:
                count = count_of(table, counts, mixed(hashed, WORD_FAMILY))
                word_weights[row, place] = max(logs[WORD_FAMILY] - np.log2(np.float32(count)), np.float32(0))


def weights_of(normal: Normal, statistics: Statistics) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the weights (rows, WEIGHTS) and those of the words of the name (rows, WORDS), in bits."""
    count = len(normal.base)
    weights = np.zeros((count, WEIGHTS), dtype=np.float32)
    word_weights = np.zeros((count, WORDS), dtype=np.float32)
    weighed = np.array(WEIGHED, dtype=np.int64)
    logs = statistics.logs
    table, counts = statistics.table

    def work(low: int, high: int) -> None:
        weigh_rows(
            normal.hashes[low:high], normal.words[low:high], weighed, logs, table, counts,
            weights[low:high], word_weights[low:high],
        )  # fmt: skip

    in_chunks(count, 1 << 16, work)
    return weights, word_weights
