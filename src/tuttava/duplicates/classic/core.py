"""The classic comparison of a whole base on arrays: all pairs that share enough strings, each once (D-9, D-28).

Knows neither tables nor Django. A record is a row of numbers, one for each row of the setup: equal strings of one
column have equal numbers, -1 is no string.

Two records that share at least *T* strings, of which one has *m*, share one of the *m - T + 1* rarest of it; so only
records that stand together in lists of such strings are compared, each with those before it. Lists that are too long
for that are split: of the records that have such a string, those are sought that share *T - 1* of their more frequent
ones, by the same means. Thus the work follows what is alike, not the square of the base.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tuttava.duplicates.classic.composing import DELETED, FIRST, LONGEST
from tuttava.duplicates.classic.loops import (
    compare_nearby,
    compare_rows,
    count_shared,
    fill_lists,
    list_lengths,
    number_equal,
    rank_by_rarity,
)
from tuttava.matching.kernels import processors

Codes: TypeAlias = NDArray[np.int32]
Rows: TypeAlias = NDArray[np.int32]
Lists: TypeAlias = NDArray[np.int64]

#: A record may be listed with so many before it; of one that is like more, so few pairs are listed.
MOST_PAIRS, PAIRS_OF_MANY = 100, 10
#: Comparisons that the lists of a part may cost before the longest of them are split.
MOST_COMPARED = 200_000_000
#: Comparisons in all, and rows that splitting may go through in all (a multiple of the base). Whoever is left then is
#: compared with those nearby alone.
MOST_IN_ALL = 500_000_000
MOST_SPLIT = 20
#: Parts of so few rows are gone through pair by pair.
SMALL = 64
#: Records that are compared between two looks at whether to go on.
STEP = 50_000

_IGNORED = "[" + "".join(f"\\{sign}" if sign in "\\]-^[" else sign for sign in DELETED) + "]"


@dataclass(frozen=True)
class Pairs:
    """Pairs of row numbers, ``left`` the later one, how many strings they share, and rows with more pairs than that."""

    left: Rows
    right: Rows
    shared: NDArray[np.uint8]
    cut_off: Rows


@dataclass
class _Found:
    """What was found so far, and how many rows may still be split, how many comparisons made."""

    progress: Callable[[int, int], None] | None
    split_rows: int
    compared: float = MOST_IN_ALL
    left: list[Rows] = field(default_factory=list)
    right: list[Rows] = field(default_factory=list)
    cut_off: list[Rows] = field(default_factory=list)


@dataclass(frozen=True)
class _Part:
    """Rows of the base, by their numbers there (ascending), that have something in common."""

    codes: Codes
    rows: Rows
    asked: NDArray[np.bool_]
    needed: int


def codes_of(columns: pl.DataFrame, rows: Sequence[tuple[str, str, int]]) -> Codes:
    """The strings of a base as numbers. ``rows`` of the setup: column, ``first`` or ``last``, length (D-1, D-2).

    Strings are told apart by 64 bits of each: that two of a million differ unseen happens once in ten million bases.
    """
    coded = np.empty((len(columns), len(rows)), np.int32)

    def code(name: str) -> None:
        kept = condensed_texts(columns[name])
        none = kept.is_null().to_numpy()
        for place, (column, part, length) in enumerate(rows):
            if column == name:
                hashed = cut_texts(kept, part, length).hash().to_numpy().view(np.int64) | 1
                hashed[none] = 0
                coded[:, place] = number_equal(hashed)

    with ThreadPoolExecutor(processors()) as pool:
        list(pool.map(code, dict.fromkeys(name for name, _part, _length in rows)))
    return coded


def condensed_texts(texts: pl.Series) -> pl.Series:
    """Texts without the characters that do not count; none where nothing remains."""
    kept = texts.cast(pl.String).str.replace_all(_IGNORED, "")
    return kept.set(kept == "", None)


def cut_texts(kept: pl.Series, part: str, length: int) -> pl.Series:
    """The search strings of condensed texts."""
    cut = kept.str.head(length) if part == FIRST else kept.str.tail(length)
    return cut.str.to_uppercase().str.head(LONGEST)


def find_pairs(
    codes: Codes,
    needed: int,
    *,
    asked: NDArray[np.bool_] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Pairs:
    """All pairs of rows that share at least ``needed`` strings; with ``asked`` only those with one of these rows.

    ``progress(done, total)`` is called now and then and may raise to stop.
    """
    codes = np.ascontiguousarray(codes, np.int32)
    found = _Found(progress, MOST_SPLIT * len(codes))
    asked = np.ones(len(codes), np.bool_) if asked is None else asked
    if needed > 0:
        _search(_Part(codes, np.arange(len(codes), dtype=np.int32), asked, needed), found)
    none = np.empty(0, np.int32)
    left, right = np.concatenate([none, *found.left]), np.concatenate([none, *found.right])
    return _limited(left, right, count_shared(codes, left, right), np.concatenate([none, *found.cut_off]))


def _limited(left: Rows, right: Rows, shared: NDArray[np.uint8], cut_off: Rows) -> Pairs:
    """Each pair once; of rows with too many pairs the best: those that share most, the nearest first."""
    order = np.lexsort((-right, -shared.astype(np.int16), left))
    left, right, shared = left[order], right[order], shared[order]
    once = np.ones(len(left), np.bool_)
    once[1:] = (left[1:] != left[:-1]) | (right[1:] != right[:-1])
    left, right, shared = left[once], right[once], shared[once]
    _rows, firsts, counts = np.unique(left, return_index=True, return_counts=True)
    place = np.arange(len(left)) - np.repeat(firsts, counts)
    many = np.repeat(counts > MOST_PAIRS, counts)
    kept = ~many | (place < PAIRS_OF_MANY)
    return Pairs(left[kept], right[kept], shared[kept], np.unique(np.concatenate([cut_off, left[many]])))


def _search(part: _Part, found: _Found) -> None:
    """Pairs of one part of the base."""
    part = _without_constants(part)
    if len(part.rows) < 2:
        return
    if part.needed <= 0 or len(part.rows) <= SMALL or found.split_rows < 0 or found.compared < 0:
        _list_nearby(part, found)
        return
    tokens, kinds = rank_by_rarity(part.codes)
    lengths = list_lengths(tokens, part.codes, part.needed, kinds)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
    entries = fill_lists(tokens, part.codes, part.needed, starts)
    longest, cost = _longest_list(lengths)
    found.compared -= cost
    _compare(part, tokens, (starts, starts[:-1].copy(), entries, longest), found)
    for token in np.flatnonzero(lengths > longest):
        rows = entries[starts[token] : starts[token + 1]]
        found.split_rows -= len(rows)
        _search(_split(part, tokens[rows], rows, int(token)), found)


def _without_constants(part: _Part) -> _Part:
    """Strings that all rows share are counted once and left out."""
    same = (part.codes[:1] >= 0) & (part.codes == part.codes[:1])
    constant = same.all(axis=0)
    if not constant.any():
        return part
    codes = np.ascontiguousarray(part.codes[:, ~constant])
    return _Part(codes, part.rows, part.asked, part.needed - int(constant.sum()))


def _longest_list(lengths: Rows) -> tuple[int, float]:
    """Up to which length lists are gone through row by row, and how many comparisons that are at most."""
    number = np.bincount(lengths, minlength=2).astype(np.float64)
    size = np.arange(len(number), dtype=np.float64)
    cost = np.cumsum(number * size * (size - 1) / 2)
    longest = int(np.flatnonzero(cost <= MOST_COMPARED)[-1])
    return longest, float(cost[longest])


def _compare(part: _Part, tokens: Rows, lists: tuple[Lists, Lists, Rows, int], found: _Found) -> None:
    """Compare every row with those before it in its lists, a step at a time."""
    count = len(part.rows)
    base = (tokens, part.codes, part.asked, np.full(count, -1, np.int32))
    most = MOST_PAIRS + 1
    size = min(STEP, count) * most
    room = (np.empty(size, np.int32), np.empty(size, np.int32))
    for first in range(0, count, STEP):
        span = (first, min(first + STEP, count))
        written = compare_rows(span, base, lists, (part.needed, most), room)
        found.left.append(part.rows[room[0][:written]])
        found.right.append(part.rows[room[1][:written]])
        if found.progress is not None and span[1] - span[0] == STEP:
            found.progress(span[1], count)


def _split(part: _Part, tokens: Rows, rows: Rows, token: int) -> _Part:
    """Those who have ``token`` among their rarest strings: they share it, so one less of the more frequent ones."""
    kept = np.where(tokens > token, tokens, -1)
    enough = (kept >= 0).sum(axis=1) >= part.needed - 1
    kept, rows = kept[enough], rows[enough]
    codes = np.empty(kept.shape, np.int32)
    for column in range(kept.shape[1]):
        values, codes[:, column] = np.unique(kept[:, column], return_inverse=True)
        codes[:, column] -= len(values) > 0 and values[0] == -1
    return _Part(codes, part.rows[rows], part.asked[rows], part.needed - 1)


def _list_nearby(part: _Part, found: _Found) -> None:
    """A multitude that is alike, or too long to go through: each row with the nearest before it."""
    count = len(part.rows)
    nearest = MOST_PAIRS if count <= MOST_PAIRS + 1 or part.needed > 0 else PAIRS_OF_MANY
    left, right = compare_nearby(part.codes, part.needed, part.asked, min(nearest, count - 1))
    found.left.append(part.rows[left])
    found.right.append(part.rows[right])
    if count > MOST_PAIRS + 1:
        found.cut_off.append(part.rows[nearest:])
