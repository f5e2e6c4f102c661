"""How alike two texts are: edit distance with transpositions, Jaro-Winkler, words weighed by their rarity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.kernels import Float, Int, Truth, inlined, kernel
from tuttava.matching.text import Bytes

Masks = NDArray[np.uint64]
ONE = np.uint64(1)


@kernel
def distance(left: Bytes, a: Int, b: Int, right: Bytes, c: Int, d: Int, masks: Masks) -> Int:
    """Return insertions, deletions, substitutions and swaps of neighbours between left[a:b] and right[c:d].

    Bit-parallel (Hyyro 2003) over the first 64 bytes; `masks` are 256 zeros, and zeros again afterwards.
    """
    size, other = min(b - a, 64), min(d - c, 64)
    if size == 0 or other == 0:
        return max(size, other)
    bit = ONE
    for place in range(a, a + size):
        masks[left[place]] |= bit
        bit = bit << ONE
    last = ONE << np.uint64(size - 1)
    up, down, diagonal, before = ~np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
    result = size
    for place in range(c, c + other):
        match = masks[right[place]]
        swapped = ((~diagonal & match) << ONE) & before
        diagonal = (((match & up) + up) ^ up) | match | down | swapped
        plus = down | ~(diagonal | up)
        minus = diagonal & up
        if plus & last:
            result += 1
        if minus & last:
            result -= 1
        plus = (plus << ONE) | ONE
        minus = minus << ONE
        up = minus | ~(diagonal | plus)
        down = plus & diagonal
        before = match
    for place in range(a, a + size):
        masks[left[place]] = np.uint64(0)
    return result


@inlined
def likeness(left: Bytes, a: Int, b: Int, right: Bytes, c: Int, d: Int, masks: Masks) -> Float:
    """Return 1 - distance / longer length, 0..1."""
    longer = min(max(b - a, d - c), 64)
    if longer == 0:
        return np.float32(0)
    return np.float32(1 - distance(left, a, b, right, c, d, masks) / longer)


@kernel
def jaro_winkler(left: Bytes, a: Int, b: Int, right: Bytes, c: Int, d: Int, masks: Masks) -> Float:
    """Return the Jaro-Winkler similarity of the first 32 bytes, 0..1; `masks` as for `distance`."""
    size, other = min(b - a, 32), min(d - c, 32)
    if size == 0 or other == 0:
        return np.float32(0)
    window = max(max(size, other) // 2 - 1, 0)
    bit = ONE
    for j in range(other):
        masks[right[c + j]] |= bit
        bit = bit << ONE
    near = (ONE << np.uint64(window + 1)) - ONE  # the places of the right text that a byte may be matched with
    taken_left, taken_right, bit = np.uint64(0), np.uint64(0), ONE
    common = 0
    for i in range(size):
        match = masks[left[a + i]] & near & ~taken_right
        if match:
            taken_right |= match & (~match + ONE)
            taken_left |= bit
            common += 1
        near = (near << ONE) | np.uint64(i < window)
        bit = bit << ONE
    for j in range(other):
        masks[right[c + j]] = np.uint64(0)
    if common == 0:
        return np.float32(0)
    swaps, j = 0, 0
    for i in range(size):
        if (taken_left >> np.uint64(i)) & ONE:
            while (taken_right >> np.uint64(j)) & ONE == 0:
                j += 1
            if left[a + i] != right[c + j]:
                swaps += 1
            j += 1
    jaro = (common / size + common / other + (common - swaps / 2) / common) / 3
    prefix = 0
    while prefix < min(4, size, other) and left[a + prefix] == right[c + prefix]:
        prefix += 1
    return np.float32(jaro + prefix * 0.1 * (1 - jaro))


@kernel
def letters_apart(left: Bytes, a: Int, b: Int, right: Bytes, c: Int, d: Int) -> Int:
    """Return how many letters the one or the other word has alone: so many edits are needed at least."""
    mine, others = np.uint64(0), np.uint64(0)
    for place in range(a, b):
        mine |= ONE << np.uint64(left[place] & 63)
    for place in range(c, d):
        others |= ONE << np.uint64(right[place] & 63)
    most = 0
    for rest in (mine & ~others, others & ~mine):
        letters, count = rest, 0
        while letters:
            letters &= letters - ONE
            count += 1
        most = max(most, count)
    return most


@inlined
def starts_with(left: Bytes, a: Int, b: Int, right: Bytes, c: Int, d: Int) -> Truth:
    """Say whether the shorter text begins the longer one."""
    for step in range(min(b - a, d - c)):
        if left[a + step] != right[c + step]:
            return False
    return True


@kernel
def word_likeness(left: Bytes, a: Int, b: Int, right: Bytes, c: Int, d: Int, masks: Masks) -> Float:
    """Return how alike two words are: misspelt, cut off, or one only the initial of the other; 0 if hardly."""
    shorter = min(b - a, d - c)
    if starts_with(left, a, b, right, c, d):
        return np.float32(0.5) if shorter == 1 else np.float32(0.75) if shorter == 2 else np.float32(0.88)
    longer = max(b - a, d - c)
    if shorter < 3 or left[a] <= 57 or right[c] <= 57:
        return np.float32(0)
    if longer <= 64 and max(longer - shorter, letters_apart(left, a, b, right, c, d)) * 3 > longer:
        return np.float32(0)
    edits = distance(left, a, b, right, c, d, masks)
    return np.float32(1 - edits / longer) if edits * 3 <= longer else np.float32(0)
