"""Folding and hashing of bytes: the smallest compiled pieces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.kernels import Int, kernel

Bytes = NDArray[np.uint8]
SPACE = 32


@kernel
def mixed(first: Int, second: Int) -> Int:
    """Return a 64-bit hash of two, order mattering, never 0."""
    value = np.int64(first) * np.int64(-7046029254386353131) + np.int64(second) * np.int64(-4417276706812531889)
    value ^= (value >> np.int64(29)) & np.int64(0x7FFFFFFFF)
    value *= np.int64(-4658895280553007687)
    value ^= (value >> np.int64(32)) & np.int64(0xFFFFFFFF)
    return value if value != 0 else np.int64(1)


@kernel
def hash_bytes(text: Bytes, start: Int, end: Int) -> Int:
    """Return a 64-bit hash of text[start:end]; 0 if it is empty."""
    if end <= start:
        return np.int64(0)
    value = np.int64(-3750763034362895579)
    for place in range(start, end):
        value = (value ^ np.int64(text[place])) * np.int64(1099511628211)
    return mixed(value, end - start)


@kernel
def known(keys: NDArray[np.int64], values: NDArray[np.int64], hashed: Int, sense: Int) -> Int:
    """Return what a word means in the given sense, 0 if it is not known."""
    key = mixed(hashed, sense)
    size = len(keys) - 1
    place = key & size
    while keys[place] != 0:
        if keys[place] == key:
            return values[place]
        place = (place + 1) & size
    return np.int64(0)


@kernel
def decode(raw: Bytes, place: Int, end: Int) -> tuple[Int, Int]:
    """Return the code point at `place` and the number of bytes it takes; broken bytes count as a space."""
    first = np.int64(raw[place])
    if first < 0x80:
        return first, 1
    if first >= 0xF0:
        size, code = 4, first & 7
    elif first >= 0xE0:
        size, code = 3, first & 15
    elif first >= 0xC0:
        size, code = 2, first & 31
    else:
        return np.int64(SPACE), 1
    if place + size > end:
        return np.int64(SPACE), end - place
    for step in range(1, size):
        code = (code << 6) | (np.int64(raw[place + step]) & 63)
    return code, size


@kernel
def letter_row(code: Int) -> Int:
    """Return the row of the folding table for a code point; -1 = keep it as it is, -2 = it parts words."""
    if code < 0x600:
        return code
    if 0x1E00 <= code < 0x1F00:
        return 0x600 + code - 0x1E00
    if 0xFF01 <= code < 0xFF5F:
        return code - 0xFF01 + 0x21
    if code in (0x2018, 0x2019):
        return 39
    if (
        0x2000 <= code < 0x2C00
        or 0x3000 <= code < 0x3005
        or 0xFE00 <= code < 0xFE70
        or code >= 0x1F000
        or code == 0xFFFD
    ):
        return -2
    return -1


@kernel
def fold(raw: Bytes, start: Int, end: Int, letters: Bytes, out: Bytes, at: Int, limit: Int) -> Int:
    """Write raw[start:end] folded from out[at] on (not beyond `limit`) and return where it ends.

    Lower case, accents off, other punctuation than apostrophes parts words by one space, two spellings of a vowel
    become one (aa, ae: a; oe: o; ue: u; ij: y).
    """
    first = at
    place = start
    while place < end and at < limit - 4:
        code, size = decode(raw, place, end)
        row = letter_row(code)
        if row == -1 or (row >= 0 and letters[row, 0] == 255):
            for step in range(size):
                out[at] = raw[place + step]
                at += 1
        elif row == -2 or letters[row, 0] == SPACE:
            if at > first and out[at - 1] != SPACE:
                out[at] = SPACE
                at += 1
        else:
            for step in range(3):
                letter = letters[row, step]
                if letter == 0:
                    break
                before = out[at - 1] if at > first else np.uint8(0)
                if (letter == 97 and before == 97) or (letter == 101 and before in (97, 111, 117)):
                    continue
                if letter == 106 and before == 105:
                    out[at - 1] = 121
                    continue
                out[at] = letter
                at += 1
        place += size
    if at > first and out[at - 1] == SPACE:
        at -= 1
    return at


@kernel
def fold_code(raw: Bytes, start: Int, end: Int, letters: Bytes, out: Bytes, at: Int, limit: Int) -> Int:
    """Write the letters and digits of raw[start:end] alone, in lower case; return where they end."""
    place = start
    while place < end and at < limit - 4:
        code, size = decode(raw, place, end)
        row = letter_row(code)
        if row == -1 or (row >= 0 and letters[row, 0] == 255):
            for step in range(size):
                out[at] = raw[place + step]
                at += 1
        elif row >= 0 and letters[row, 0] != SPACE:
            for step in range(3):
                if letters[row, step] == 0:
                    break
                out[at] = letters[row, step]
                at += 1
        place += size
    return at
