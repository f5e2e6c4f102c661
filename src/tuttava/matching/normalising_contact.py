"""Addresses, telephone numbers, mail, identifiers and dates in one normal form each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.kernels import Int, Truth, kernel
from tuttava.matching.layout import MAIL_FREE, MAIL_GENERIC, N_HOUSE, N_LETTER, N_MAIL
from tuttava.matching.text import Bytes, fold, fold_code, hash_bytes, known
from tuttava.matching.vocabulary import FREE_MAIL, GENERIC_LOCAL, STREET_DROP, Vocabulary
from tuttava.matching.words import is_digit, join_initials, split_words, street_word

Numbers = NDArray[np.int32]
Edges = NDArray[np.int64]
AT_SIGN, DOT, PLUS = 64, 46, 43


@kernel
def ordinal(text: Bytes, start: Int, end: Int) -> Truth:
    """Say whether a word is a numbered street such as 5th or 42nd."""
    if end - start < 3 or is_digit(text[end - 3]) is False or is_digit(text[end - 1]):
        return False
    tail = text[end - 2] * 256 + text[end - 1]
    return tail in (29556, 28260, 29284, 29800)


@kernel
def note_house(text: Bytes, start: Int, end: Int, numbers: Numbers) -> None:
    """Note the number and the letter of a house such as 12b."""
    number = np.int64(0)
    place = start
    while place < end and is_digit(text[place]):
        if number < 10000000:
            number = number * 10 + np.int64(text[place]) - 48
        place += 1
    numbers[N_HOUSE] = number
    if place < end and text[place] >= 97:
        numbers[N_LETTER] = text[place]


@kernel
def street(
    words: Vocabulary, raw: Bytes, start: Int, end: Int, scratch: Bytes, edges: Edges, out: Bytes, at: Int, limit: Int,
    numbers: Numbers, numbered: bool,
) -> Int:  # fmt: skip
    """Write the canonical street without its house number, which is noted if `numbered`; return where it ends."""
    stop = fold(raw, start, end, words.letters, scratch, 0, len(scratch))
    stop = join_initials(scratch, 0, stop)
    count = split_words(scratch, 0, stop, edges)
    found = numbers[N_HOUSE] != 0
    after = 0
    for word in range(count):
        low, high = edges[word, 0], edges[word, 1]
        if is_digit(scratch[low]) and not ordinal(scratch, low, high):
            if numbered and not found and (word > 0 or count > 1):
                note_house(scratch, low, high, numbers)
                found = True
                after = word + 1
                continue
            if numbered and count > 1:
                continue
        if numbered and found and word == after and high - low == 1 and numbers[N_LETTER] == 0 and scratch[low] >= 97:
            numbers[N_LETTER] = scratch[low]
            continue
        if count > 1 and known(words.keys, words.values, hash_bytes(scratch, low, high), STREET_DROP):
            continue
        at = street_word(words, scratch, low, high, out, at, limit)
    return at


@kernel
def post_code(raw: Bytes, start: Int, end: Int, words: Vocabulary, out: Bytes, at: Int, limit: Int) -> Int:
    """Write a post code without blanks and without a country before its digits (NO-0150); return where it ends."""
    stop = fold_code(raw, start, end, words.letters, out, at, limit)
    head = at
    while head < stop and not is_digit(out[head]):
        head += 1
    digits = head
    while digits < stop and is_digit(out[digits]):
        digits += 1
    if 0 < head - at <= 3 and digits == stop and stop - head >= 4:
        for place in range(head, stop):
            out[at + place - head] = out[place]
        return at + stop - head
    return stop


@kernel
def without_spaces(
    raw: Bytes, start: Int, end: Int, words: Vocabulary, scratch: Bytes, out: Bytes, at: Int, limit: Int
) -> Int:
    """Write a folded value without its spaces; return where it ends."""
    stop = fold(raw, start, end, words.letters, scratch, 0, len(scratch))
    for place in range(stop):
        if scratch[place] != 32 and at < limit:
            out[at] = scratch[place]
            at += 1
    return at


@kernel
def calling_code_size(out: Bytes, at: Int) -> Int:
    """Return how many digits the calling code takes that an international number starts with."""
    first = out[at] - 48
    if first in (1, 7):
        return 1
    second = out[at + 1] - 48
    pair = first * 10 + second
    if pair in (21, 22, 23, 24, 25, 26, 29, 35, 37, 38, 42, 50, 59, 67, 68, 69, 80, 85, 87, 88, 96, 97, 99):
        return 3
    return 2


@kernel
def telephone(raw: Bytes, start: Int, end: Int, country: Int, out: Bytes, at: Int, limit: Int) -> Int:
    """Write the national significant digits of a telephone number; return where they end.

    The calling code is known by + or 00, or is the record's own `country` (calling code, 0 = unknown) before a number
    that is long enough. A second number and an extension are left out.
    """
    first = at
    plus = False
    for place in range(start, end):
        letter = raw[place]
        if is_digit(letter):
            if at < limit:
                out[at] = letter
                at += 1
        elif letter == PLUS and at == first:
            plus = True
        elif at - first >= 7 and (letter in (47, 59, 44) or letter >= 65):
            break
    head = first
    if not plus and at - head > 9 and out[head] == 48 and out[head + 1] == 48:
        head += 2
        plus = True
    if plus and at - head > 6:
        head += calling_code_size(out, head)
    elif country and at - head >= 10:
        size = 1 if country < 10 else 2 if country < 100 else 3
        value = 0
        for place in range(head, head + size):
            value = value * 10 + out[place] - 48
        if value == country:
            head += size
    while head < at and out[head] == 48:
        head += 1
    for place in range(head, at):
        out[first + place - head] = out[place]
    return first + at - head


@kernel
def lower_copy(raw: Bytes, start: Int, end: Int, out: Bytes, at: Int, limit: Int) -> Int:
    """Copy without blanks and in lower case (ASCII); return where it ends."""
    for place in range(start, end):
        letter = raw[place]
        if letter > 32 and at < limit:
            out[at] = letter + 32 if 65 <= letter <= 90 else letter
            at += 1
    return at


@kernel
def mail_edges(raw: Bytes, start: Int, end: Int) -> tuple[Int, Int, Int]:
    """Return start, place of the @ and end of the first mail address; the @ is -1 if there is none."""
    sign = -1
    low = start
    for place in range(start, end):
        letter = raw[place]
        if letter == AT_SIGN and sign < 0:
            sign = place
        elif letter in (32, 44, 59, 60, 62, 40):
            if sign >= 0:
                return low, sign, place
            low = place + 1
    return low, sign, end


@kernel
def mail_local(
    words: Vocabulary, raw: Bytes, start: Int, sign: Int, out: Bytes, at: Int, limit: Int, numbers: Numbers
) -> Int:
    """Write the part before the @ without dots and without what follows a +; note a mailbox such as info."""
    stop = start
    while stop < sign and (raw[stop] != PLUS or stop == start):
        stop += 1
    first = at
    for place in range(start, stop):
        if raw[place] != DOT:
            at = lower_copy(raw, place, place + 1, out, at, limit)
    if known(words.keys, words.values, hash_bytes(out, first, at), GENERIC_LOCAL):
        numbers[N_MAIL] |= MAIL_GENERIC
    return at


@kernel
def mail_domain(
    words: Vocabulary, raw: Bytes, start: Int, end: Int, out: Bytes, at: Int, limit: Int, numbers: Numbers
) -> Int:
    """Write the part after the @; note a public provider's domain."""
    stop = lower_copy(raw, start, end, out, at, limit)
    while stop > at and out[stop - 1] == DOT:
        stop -= 1
    if known(words.keys, words.values, hash_bytes(out, at, stop), FREE_MAIL):
        numbers[N_MAIL] |= MAIL_FREE
    return stop


@kernel
def host(raw: Bytes, start: Int, end: Int, out: Bytes, at: Int, limit: Int) -> Int:
    """Write the host of a home page without scheme, www, path and port; return where it ends."""
    low = start
    for place in range(start, end - 2):
        if raw[place] == 58 and raw[place + 1] == 47 and raw[place + 2] == 47:
            low = place + 3
            break
    stop = low
    while stop < end and raw[stop] not in (47, 63, 35, 58):
        stop += 1
    if (
        stop - low > 4
        and raw[low] | 32 == 119
        and raw[low + 1] | 32 == 119
        and raw[low + 2] | 32 == 119
        and raw[low + 3] == DOT
    ):
        low += 4
    return lower_copy(raw, low, stop, out, at, limit)


@kernel
def identifier(
    raw: Bytes, start: Int, end: Int, words: Vocabulary, out: Bytes, at: Int, limit: Int, country: bool
) -> Int:
    """Write letters and digits; with `country`, two letters before and MVA after the digits are left out."""
    stop = fold_code(raw, start, end, words.letters, out, at, limit)
    if not country or stop - at < 6:
        return stop
    if out[stop - 3] == 109 and out[stop - 2] == 118 and out[stop - 1] == 97:
        stop -= 3
    if out[at] >= 97 and out[at + 1] >= 97 and is_digit(out[at + 2]):
        for place in range(at + 2, stop):
            out[place - 2] = out[place]
        stop -= 2
    return stop


@kernel
def birth_date(raw: Bytes, start: Int, end: Int) -> Int:
    """Return year*10000 + month*100 + day; parts that are not known are 0. Day before month unless that cannot be."""
    groups = np.zeros(3, dtype=np.int64)
    sizes = np.zeros(3, dtype=np.int64)
    group = 0
    for place in range(start, end):
        if is_digit(raw[place]):
            if group < 3 and sizes[group] < 8:
                groups[group] = groups[group] * 10 + raw[place] - 48
                sizes[group] += 1
        elif sizes[min(group, 2)] and group < 3:
            if sizes[0] >= 1 and raw[place] == 84:
                break
            group += 1
    if sizes[0] == 8:
        value = groups[0]
        if value // 10000 < 1500 and value % 10000 >= 1500:
            value = value % 10000 * 10000 + value // 10000 % 100 * 100 + value // 1000000
        return value
    if sizes[0] == 4:
        return groups[0] * 10000 + groups[1] * 100 + groups[2]
    if sizes[2] in (2, 4):
        year = groups[2] if sizes[2] == 4 else groups[2] + (1900 if groups[2] > 30 else 2000)
        day, month = groups[0], groups[1]
        if month > 12 and day <= 12:
            day, month = month, day
        return year * 10000 + month * 100 + day
    return groups[0] if group == 0 else np.int64(0)
