"""Compiled loops of the classic comparison. A *token* is a string of one column; tokens are numbered by rarity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.kernels import kernel

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]


@kernel
def number_equal(values: Longs) -> Ints:
    """Numbers of values, equal ones with the same, in the order in which they occur first; -1 of 0, which is none."""
    size = 16
    while size < 2 * len(values):
        size *= 2
    places, firsts = np.zeros(size, np.int64), np.empty(size, np.int32)
    numbers = np.full(len(values), -1, np.int32)
    count = 0
    for row in range(len(values)):
        value = values[row]
        if value == 0:
            continue
        place = (value ^ (value >> 31)) & (size - 1)
        while places[place] != value:
            if places[place] == 0:
                places[place], firsts[place] = value, count
                count += 1
                break
            place = (place + 1) & (size - 1)
        numbers[row] = firsts[place]
    return numbers


@kernel
def _offsets(codes: Ints) -> Longs:
    """Where the strings of each column begin when those of all columns are counted on."""
    offsets = np.zeros(codes.shape[1] + 1, np.int64)
    for column in range(codes.shape[1]):
        highest = -1
        for row in range(len(codes)):
            highest = max(highest, codes[row, column])
        offsets[column + 1] = offsets[column] + highest + 1
    return offsets


@kernel
def _occurrences(codes: Ints, offsets: Longs) -> Ints:
    """How many rows have each string."""
    often = np.zeros(offsets[-1], np.int32)
    for row in range(len(codes)):
        for column in range(codes.shape[1]):
            if codes[row, column] >= 0:
                often[offsets[column] + codes[row, column]] += 1
    return often


@kernel
def _numbers(often: Ints, count: int) -> tuple[Ints, int]:
    """The token of each string, rarest first; -1 of one that a single row has. And how many tokens there are."""
    nexts = np.zeros(count + 2, np.int64)
    for each in often:
        if each > 1:
            nexts[each + 1] += 1
    for size in range(1, count + 2):
        nexts[size] += nexts[size - 1]
    kinds = nexts[count + 1]
    numbers = np.full(len(often), -1, np.int32)
    for string in range(len(often)):
        if often[string] > 1:
            numbers[string] = nexts[often[string]]
            nexts[often[string]] += 1
    return numbers, kinds


@kernel
def rank_by_rarity(codes: Ints) -> tuple[Ints, int]:
    """Tokens in place of dense codes, and how many there are; a string that no other row has becomes -1."""
    count, width = codes.shape
    offsets = _offsets(codes)
    numbers, kinds = _numbers(_occurrences(codes, offsets), count)
    tokens = np.full((count, width), -1, np.int32)
    for row in range(count):
        for column in range(width):
            if codes[row, column] >= 0:
                tokens[row, column] = numbers[offsets[column] + codes[row, column]]
    return tokens, kinds


@kernel
def _rarest(tokens: Ints, codes: Ints, needed: int, chosen: Ints) -> int:
    """Write the tokens of a row that lead to all that share ``needed`` strings with it; how many there are.

    Strings that nobody shares stand first and lead nowhere.
    """
    strings, count = 0, 0
    for column in range(len(tokens)):
        if codes[column] >= 0:
            strings += 1
        if tokens[column] >= 0:
            place = count
            while place and chosen[place - 1] > tokens[column]:
                chosen[place] = chosen[place - 1]
                place -= 1
            chosen[place] = tokens[column]
            count += 1
    return max(0, min(count, count - needed + 1)) if strings >= needed else 0


@kernel
def list_lengths(tokens: Ints, codes: Ints, needed: int, kinds: int) -> Ints:
    """How many rows have each token among their rarest."""
    lengths = np.zeros(kinds, np.int32)
    chosen = np.empty(tokens.shape[1], np.int32)
    for row in range(len(tokens)):
        for place in range(_rarest(tokens[row], codes[row], needed, chosen)):
            lengths[chosen[place]] += 1
    return lengths


@kernel
def fill_lists(tokens: Ints, codes: Ints, needed: int, starts: Longs) -> Ints:
    """The rows of each token's list, in ascending order, from ``starts`` on."""
    entries = np.empty(starts[len(starts) - 1], np.int32)
    ends = starts.copy()
    chosen = np.empty(tokens.shape[1], np.int32)
    for row in range(len(tokens)):
        for place in range(_rarest(tokens[row], codes[row], needed, chosen)):
            entries[ends[chosen[place]]] = row
            ends[chosen[place]] += 1
    return entries


@kernel
def compare_rows(
    span: tuple[int, int],
    base: tuple[Ints, Ints, Flags, Ints],
    lists: tuple[Longs, Longs, Ints, int],
    limits: tuple[int, int],
    out: tuple[Ints, Ints],
) -> int:
    """Compare the rows of ``span`` with those before them in their lists; how many pairs were written to ``out``.

    ``base``: tokens, codes, which rows are asked for, and with which row each was compared last. ``lists``: starts,
    ends so far, entries, and the greatest length that is gone through. ``limits``: strings that a pair must share, and
    pairs of a row at which its search stops.
    """
    tokens, codes, asked, marks = base
    needed, most = limits
    starts, ends, entries, longest = lists
    left, right = out
    width = tokens.shape[1]
    chosen = np.empty(width, np.int32)
    mine = np.empty(width, np.int32)
    written = 0
    for row in range(span[0], span[1]):
        count = _rarest(tokens[row], codes[row], needed, chosen)
        if not count:
            continue
        for column in range(width):
            mine[column] = tokens[row, column] if tokens[row, column] >= 0 else -2
        found = 0
        for place in range(count):
            token = chosen[place]
            if starts[token + 1] - starts[token] > longest:
                continue
            for entry in range(ends[token] - 1, starts[token] - 1, -1):
                other = entries[entry]
                if marks[other] == row or found >= most:
                    continue
                marks[other] = row
                if not asked[row] and not asked[other]:
                    continue
                shared = 0
                for column in range(width):
                    shared += mine[column] == tokens[other, column]
                if shared >= needed:
                    left[written], right[written] = row, other
                    written += 1
                    found += 1
            ends[token] += 1
    return written


@kernel
def compare_nearby(codes: Ints, needed: int, asked: Flags, nearest: int) -> tuple[Ints, Ints]:
    """Pairs of rows that share enough strings, each row with the ``nearest`` before it alone."""
    count, width = codes.shape
    left = np.empty(count * nearest, np.int32)
    right = np.empty(count * nearest, np.int32)
    written = 0
    for row in range(1, count):
        for other in range(row - 1, max(-1, row - 1 - nearest), -1):
            shared = 0
            for column in range(width):
                shared += codes[row, column] >= 0 and codes[row, column] == codes[other, column]
            if shared >= needed and (asked[row] or asked[other]):
                left[written], right[written] = row, other
                written += 1
    return left[:written], right[:written]


@kernel
def count_shared(codes: Ints, left: Ints, right: Ints) -> NDArray[np.uint8]:
    """How many strings the rows of each pair share."""
    shared = np.zeros(len(left), np.uint8)
    for pair in range(len(left)):
        one, other = codes[left[pair]], codes[right[pair]]
        for column in range(codes.shape[1]):
            shared[pair] += one[column] >= 0 and one[column] == other[column]
    return shared
