"""Clusters of records that are one party: joined from the strongest pairs, cut where only a weak bridge holds."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.kernels import Int, Truth, kernel

Rows = NDArray[np.int64]


@kernel
def root(parents: Rows, row: Int) -> Int:
    """Return the representative of a row's cluster."""
    while parents[row] != row:
        parents[row] = parents[parents[row]]
        row = parents[row]
    return row


@kernel
def merge_pairs(
    left: Rows, right: Rows, support: Rows, parents: Rows, sizes: Rows, apart_at: Rows, apart: Rows, nexts: Rows,
) -> None:  # fmt: skip
    """Join the pairs in the order given, unless the groups were said apart or only a weak bridge links them.

    `nexts` rings the members of a group. `support` counts for each pair how many pairs link the neighbourhoods.
    """
    for pair in range(len(left)):
        one, two = root(parents, left[pair]), root(parents, right[pair])
        if one == two:
            continue
        if sizes[one] < sizes[two]:
            one, two = two, one
        weak = sizes[one] > 2 and sizes[two] > 2 and support[pair] == 0
        if weak:
            continue
        if len(apart) and said_apart(parents, two, one, nexts, apart_at, apart):
            continue
        parents[two] = one
        sizes[one] += sizes[two]
        nexts[one], nexts[two] = nexts[two], nexts[one]


@kernel
def said_apart(parents: Rows, member: Int, other: Int, nexts: Rows, apart_at: Rows, apart: Rows) -> Truth:
    """Say whether a member of one group was said not to be the same as a member of the other."""
    row = member
    while True:
        for place in range(apart_at[row], apart_at[row + 1]):
            if root(parents, apart[place]) == other:
                return True
        row = nexts[row]
        if row == member:
            return False


@kernel
def shared_partners(left: Rows, right: Rows, at: Rows, partners: Rows) -> Rows:
    """Return for each pair how many records are partners of both."""
    support = np.zeros(len(left), dtype=np.int64)
    for pair in range(len(left)):
        a, a_end = at[left[pair]], at[left[pair] + 1]
        b, b_end = at[right[pair]], at[right[pair] + 1]
        while a < a_end and b < b_end:
            if partners[a] == partners[b]:
                support[pair] += 1
                a += 1
                b += 1
            elif partners[a] < partners[b]:
                a += 1
            else:
                b += 1
    return support


def cluster_pairs(
    n: int, left: Rows, right: Rows, score: NDArray[np.float32], apart: Collection[tuple[int, int]] | Rows = ()
) -> Rows:
    """Return the cluster of each of `n` records, numbered by its first record.

    The strongest pairs join first. Two groups of three and more stay apart if the one pair that links them has no
    record in common as partner (a weak bridge), and two groups with a pair that was said to be apart always do.
    """
    left, right = np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)
    order = np.argsort(-np.asarray(score, dtype=np.float32), kind="stable")
    at, partners = neighbours(n, left, right)
    support = shared_partners(left[order], right[order], at, partners)
    told = np.array(list(apart), dtype=np.int64).reshape(-1, 2)
    apart_at, told_partners = neighbours(n, told[:, 0], told[:, 1])
    parents = np.arange(n, dtype=np.int64)
    merge_pairs(
        left[order], right[order], support, parents, np.ones(n, dtype=np.int64), apart_at, told_partners,
        np.arange(n, dtype=np.int64),
    )  # fmt: skip
    return named(parents)


@kernel
def named(parents: Rows) -> Rows:
    """Return for each row the first row of its cluster."""
    first = np.full(len(parents), -1, dtype=np.int64)
    result = np.empty(len(parents), dtype=np.int64)
    for row in range(len(parents)):
        top = root(parents, row)
        if first[top] < 0:
            first[top] = row
        result[row] = first[top]
    return result


def neighbours(n: int, left: Rows, right: Rows) -> tuple[Rows, Rows]:
    """Return (at, partners): the partners of row r are partners[at[r]:at[r + 1]], in ascending order."""
    source = np.concatenate((left, right))
    target = np.concatenate((right, left))
    order = np.lexsort((target, source))
    counts = np.bincount(source, minlength=n) if len(source) else np.zeros(n, dtype=np.int64)
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64), target[order].astype(np.int64)
