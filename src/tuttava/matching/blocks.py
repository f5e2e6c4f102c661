"""Candidate pairs: records that share a key, rarest keys first, bounded however often a key occurs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.kernels import Int, Truth, kernel, processors
from tuttava.matching.keys import LOOSE_SPACE, REACH, SAME_SPACE, key_matrix
from tuttava.matching.layout import H_ADDRESS, H_BAG, N_EXPLICIT, T_CITY, T_POST
from tuttava.matching.normalising import Normal
from tuttava.matching.text import mixed

Rows = NDArray[np.int64]
PAIRS_A_RECORD = 10  # candidate pairs allowed a record, on average
SMALL_BASE = 50_000  # records up to which looser keys are tried as well
LEAST_PAIRS = 1_500_000  # candidate pairs always allowed
LARGEST_BLOCK = 600  # records with one key that are still compared each with each
_REFINED_SHARE = 0.25  # of the allowed pairs go to frequent keys made rarer


class _Runs(NamedTuple):
    """Rows in the order of their keys; run number r is rows[starts[r]:starts[r + 1]]."""

    rows: NDArray[np.int32]
    starts: Rows
    sizes: Rows
    keys: Rows


def candidate_pairs(normal: Normal, split: int | None = None) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return (left, right), left < right, each pair once, of the records worth comparing.

    With `split` only pairs across: left before that row, right from it on.
    """
    loose = len(normal.base) <= SMALL_BASE
    keys = key_matrix(normal, loose)
    spaces = (*SAME_SPACE, *LOOSE_SPACE) if loose else SAME_SPACE
    allowed = max(LEAST_PAIRS, PAIRS_A_RECORD * len(keys))
    border = -1 if split is None else split
    with ThreadPoolExecutor(processors()) as pool:
        runs = list(pool.map(partial(_runs_of, keys, border), spaces))
    reach = REACH[: len(spaces)]
    cap = _largest(
        [run.sizes / far for run, far in zip(runs, reach, strict=True)], [run.sizes for run in runs], allowed
    )
    caps = [int(min(max(cap * far, 2), LARGEST_BLOCK)) for far in reach]
    frequent = [run.rows[_members(run, run.sizes > cap)] for run, cap in zip(runs, caps, strict=True)]
    compared = np.zeros_like(keys)
    for slots, run, cap in zip(spaces, runs, caps, strict=True):
        keep(keys, compared, slots[0], slots[-1], run, cap)
    same = _runs_of_equals(keys, border)
    del keys
    explicit = np.ascontiguousarray(normal.numbers[:, N_EXPLICIT])

    def pairs_of(number: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        run, slots = runs[number], spaces[number]
        chosen = run.sizes <= caps[number]
        room = int(_pair_counts(run.sizes[chosen]).sum())
        left, right = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
        count = pair_rows(compared, slots[0], slots[-1], _chosen(run, chosen), border, explicit, left, right)
        return left[:count].copy(), right[:count].copy()

    with ThreadPoolExecutor(processors()) as pool:
        parts = list(pool.map(pairs_of, range(len(runs))))
    parts.append(_refined(normal, compared, frequent, same, int(allowed * _REFINED_SHARE), border, explicit))
    return np.concatenate([left for left, _ in parts]), np.concatenate([right for _, right in parts])


def _pair_counts(sizes: Rows) -> Rows:
    return sizes * (sizes - 1) // 2


def _members(run: _Runs, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.repeat(chosen, run.sizes)


def _runs_of(keys: Rows, border: int, slots: tuple[int, ...]) -> _Runs:
    """Return the rows that share a key of one name space, with at least one other row."""
    if len(slots) == 2:
        same = keys[:, slots[0]] == keys[:, slots[1]]
        keys[same, slots[1]] = 0
    column = np.concatenate([keys[:, slot] for slot in slots])
    return _sorted_runs(column, np.tile(np.arange(len(keys), dtype=np.int32), len(slots)), border)


def _sorted_runs(column: Rows, rows: NDArray[np.int32], border: int) -> _Runs:
    maybe = repeated(column)
    column, rows = column[maybe], rows[maybe]
    order = np.argsort(column, kind="stable")
    column, rows = column[order], rows[order]
    edges = (
        np.flatnonzero(np.concatenate(([True], column[1:] != column[:-1]))) if len(column) else np.zeros(0, np.int64)
    )
    sizes = np.diff(edges, append=len(column))
    several = sizes > 1
    if border >= 0:
        before = np.concatenate(([0], np.cumsum(rows < border)))
        firsts = before[edges + sizes] - before[edges]
        several &= (firsts > 0) & (firsts < sizes)
    rows = rows[np.repeat(several, sizes)]
    sizes = sizes[several]
    return _Runs(rows, np.concatenate(([0], np.cumsum(sizes))), sizes, column[edges[several]])


def _chosen(run: _Runs, chosen: NDArray[np.bool_]) -> _Runs:
    """Return only these runs; `starts` no longer ends with the end."""
    return _Runs(run.rows, run.starts[:-1][chosen], run.sizes[chosen], run.keys[chosen])


def _largest(ranks: list[NDArray[np.float64]], sizes: list[Rows], allowed: int) -> float:
    """Return the rank of the last runs that are compared: the rarest keys first, as many pairs as allowed."""
    rank = np.concatenate(ranks)
    order = np.argsort(rank)
    total = np.cumsum(_pair_counts(np.concatenate(sizes)[order]))
    place = int(np.searchsorted(total, allowed, side="right"))
    return float(LARGEST_BLOCK if place >= len(order) else max(rank[order[place]] - 1e-6, 2.0))


def _runs_of_equals(keys: Rows, border: int) -> _Runs:
    """Return the rows that have all keys in common with at least one other row."""
    return _sorted_runs(whole_keys(keys), np.arange(len(keys), dtype=np.int32), border)


def _refined(
    normal: Normal,
    keys: Rows,
    frequent: list[NDArray[np.int32]],
    same: _Runs,
    allowed: int,
    border: int,
    explicit: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return pairs of rows whose frequent key meets together with the name, the place or the address.

    Of rows that are the same in all their keys each is compared with the next: however many, none is passed over.
    """
    places = np.where(normal.hashes[:, T_POST] != 0, normal.hashes[:, T_POST], normal.hashes[:, T_CITY])
    seconds = (normal.hashes[:, H_BAG], places, normal.hashes[:, H_ADDRESS])
    values = [np.ascontiguousarray(each) for each in seconds]

    def runs_of(number: int, second: int) -> _Runs:
        column = combined(frequent[number], values[second], number * 8 + second)
        return _sorted_runs(column, frequent[number], border)

    with ThreadPoolExecutor(processors()) as pool:
        both = [(number, second) for number in range(len(frequent)) for second in range(len(values))]
        runs = [run for run in pool.map(lambda one: runs_of(*one), both) if len(run.sizes)]
    sizes = [run.sizes for run in runs]
    cap = min(_largest([size.astype(np.float64) for size in sizes], sizes, allowed), LARGEST_BLOCK) if runs else 0
    left, right = neighbours(keys, same, border, explicit)
    codes = [left.astype(np.int64) * len(keys) + right]
    for run in runs:
        chosen = run.sizes <= cap
        room = int(_pair_counts(run.sizes[chosen]).sum())
        left, right = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
        count = pair_rows(
            keys, keys.shape[1], keys.shape[1], _chosen(run, chosen), border, explicit, left, right
        )  # fmt: skip
        codes.append(left[:count].astype(np.int64) * len(keys) + right[:count])
    code = np.unique(np.concatenate(codes))
    return (code // len(keys)).astype(np.int32), (code % len(keys)).astype(np.int32)


@kernel
def repeated(column: Rows) -> NDArray[np.bool_]:
    """Say for each key whether it may occur more than once (a sieve: never wrong for those that do); 0 never does."""
    size = 1 << 16
    while size < 4 * len(column):
        size *= 2
    seen = np.zeros(size, dtype=np.uint8)
    for row in range(len(column)):
        place = (column[row] >> 7) & (size - 1)
        if column[row] != 0 and seen[place] < 2:
            seen[place] += 1
    result = np.zeros(len(column), dtype=np.bool_)
    for row in range(len(column)):
        result[row] = column[row] != 0 and seen[(column[row] >> 7) & (size - 1)] > 1
    return result


@kernel
def whole_keys(keys: Rows) -> Rows:
    """Return one key of all keys of each row; 0 where it has none."""
    result = np.zeros(len(keys), dtype=np.int64)
    for row in range(len(keys)):
        for slot in range(keys.shape[1]):
            if keys[row, slot] != 0:
                result[row] = mixed(result[row], mixed(keys[row, slot], slot))
    return result


@kernel
def neighbours(
    keys: Rows, run: _Runs, border: Int, explicit: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the pairs of each row of a run and the one before it that meet by no key that is compared.

    With a border those of each row and the first or last of the run, whichever is across.
    """
    left, right = np.empty(len(run.rows), dtype=np.int32), np.empty(len(run.rows), dtype=np.int32)
    count = 0
    for number in range(len(run.sizes)):
        first, last = run.starts[number], run.starts[number] + run.sizes[number] - 1
        for place in range(first + (border < 0), last + 1):
            row = run.rows[place]
            partner = run.rows[place - 1] if border < 0 else run.rows[first] if row >= border else run.rows[last]
            one, two = min(row, partner), max(row, partner)
            if explicit[one] == explicit[two] and not met_before(keys, one, two, keys.shape[1]):
                left[count], right[count] = one, two
                count += 1
    return left[:count], right[:count]


@kernel
def combined(rows: NDArray[np.int32], values: Rows, salt: Int) -> Rows:
    """Return a key of each row's value; 0 where it is missing."""
    keys = np.zeros(len(rows), dtype=np.int64)
    for place in range(len(rows)):
        if values[rows[place]] != 0:
            keys[place] = mixed(values[rows[place]], salt)
    return keys


@kernel
def keep(keys: Rows, compared: Rows, slot: Int, last: Int, run: _Runs, cap: Int) -> None:
    """Copy to `compared` the keys of the runs that are compared: no other key may hide a pair of a later slot."""
    for number in range(len(run.sizes)):
        if run.sizes[number] <= cap:
            for place in range(run.starts[number], run.starts[number] + run.sizes[number]):
                row = run.rows[place]
                for one in range(slot, last + 1):
                    if keys[row, one] == run.keys[number]:
                        compared[row, one] = keys[row, one]


@kernel
def met_before(keys: Rows, one: Int, two: Int, slot: Int) -> Truth:
    """Say whether two rows share a key of a slot before `slot`."""
    for earlier in range(slot):
        if keys[one, earlier] != 0 and keys[one, earlier] == keys[two, earlier]:
            return True
    for earlier in range(1, min(slot, 5), 2):
        if keys[one, earlier] != 0 and keys[one, earlier] == keys[two, earlier + 1]:
            return True
        if keys[two, earlier] != 0 and keys[two, earlier] == keys[one, earlier + 1]:
            return True
    return False


@kernel
def met_in_space(keys: Rows, one: Int, two: Int, slot: Int, key: Int) -> Truth:
    """Say whether two rows that have two fields each of one name space share a smaller key than `key` as well."""
    for a in range(slot, slot + 2):
        for b in range(slot, slot + 2):
            if keys[one, a] != 0 and keys[one, a] == keys[two, b] and keys[one, a] < key:
                return True
    return False


@kernel
def pair_rows(
    keys: Rows, slot: Int, last: Int, run: _Runs, border: Int, explicit: NDArray[np.int32],
    left: NDArray[np.int32], right: NDArray[np.int32],
) -> Int:  # fmt: skip
    """Write the pairs of each run that have not met by another key before; return how many.

    A company and a person, said to be such, are never a pair.
    """
    count = 0
    for number in range(len(run.sizes)):
        start, stop = run.starts[number], run.starts[number] + run.sizes[number]
        for i in range(start, stop):
            for j in range(i + 1, stop):
                one, two = min(run.rows[i], run.rows[j]), max(run.rows[i], run.rows[j])
                if one == two or (border >= 0 and (one >= border or two < border)):
                    continue
                if explicit[one] + explicit[two] == 3 and explicit[one] != 0 and explicit[two] != 0:
                    continue
                if met_before(keys, one, two, slot):
                    continue
                if last != slot and met_in_space(keys, one, two, slot, run.keys[number]):
                    continue
                left[count], right[count] = one, two
                count += 1
    return count
