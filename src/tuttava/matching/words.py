"""Words inside folded text: their edges, joined initials, canonical spellings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.kernels import Int, Truth, kernel
from tuttava.matching.text import SPACE, Bytes, hash_bytes, known
from tuttava.matching.vocabulary import STREET, SUFFIX, Vocabulary

MANY = 24  # words of one value that are looked at


@kernel
def split_words(text: Bytes, start: Int, end: Int, edges: NDArray[np.int64]) -> Int:
    """Write the start and end of each word to `edges` and return how many there are (at most MANY)."""
    count = 0
    place = start
    while place < end and count < MANY:
        while place < end and text[place] == SPACE:
            place += 1
        if place >= end:
            break
        edges[count, 0] = place
        while place < end and text[place] != SPACE:
            place += 1
        edges[count, 1] = place
        count += 1
    return count


@kernel
def join_initials(text: Bytes, start: Int, end: Int) -> Int:
    """Join runs of single letters in place ("a s" becomes "as"); return the new end."""
    write = start
    place = start
    single_before = False
    while place < end:
        stop = place
        while stop < end and text[stop] != SPACE:
            stop += 1
        single = stop - place == 1 and bool(text[place] >= 97)
        if write > start and not (single and single_before):
            text[write] = SPACE
            write += 1
        for source in range(place, stop):
            text[write] = text[source]
            write += 1
        single_before = single
        place = stop + 1
    return write


@kernel
def is_digit(letter: Int) -> Truth:
    """Say whether a byte is one of 0..9."""
    return 48 <= letter <= 57


@kernel
def spell(words: Vocabulary, number: Int, out: Bytes, at: Int, limit: Int) -> Int:
    """Write a canonical spelling and return where it ends."""
    for place in range(words.spelled_at[number], words.spelled_at[number + 1]):
        if at >= limit:
            break
        out[at] = words.spelled[place]
        at += 1
    return at


@kernel
def copy(text: Bytes, start: Int, end: Int, out: Bytes, at: Int, limit: Int) -> Int:
    """Copy text[start:end] as far as there is room and return where it ends."""
    for place in range(start, end):
        if at >= limit:
            break
        out[at] = text[place]
        at += 1
    return at


@kernel
def street_word(words: Vocabulary, text: Bytes, start: Int, end: Int, out: Bytes, at: Int, limit: Int) -> Int:
    """Write one word of a street, its kind of street in the one canonical spelling; return where it ends."""
    number = known(words.keys, words.values, hash_bytes(text, start, end), STREET)
    if number:
        return spell(words, number, out, at, limit)
    for size in range(min(8, end - start - 3), 1, -1):
        number = known(words.keys, words.values, hash_bytes(text, end - size, end), SUFFIX)
        if number:
            at = copy(text, start, end - size, out, at, limit)
            return spell(words, number, out, at, limit)
    return copy(text, start, end, out, at, limit)
