"""Names: legal forms and titles off, a person's name taken apart, employers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.kernels import Int, kernel
from tuttava.matching.layout import COMPANY, N_GENERATION, N_LEGAL, N_NICKNAME, PERSON
from tuttava.matching.text import SPACE, Bytes, fold, hash_bytes, known
from tuttava.matching.vocabulary import BUSINESS, GENERATION, LEGAL, NICKNAME, PARTICLE, STOP, TITLE, Vocabulary
from tuttava.matching.words import copy, join_initials, spell, split_words

Numbers = NDArray[np.int32]
Edges = NDArray[np.int64]


@kernel
def company_name(
    words: Vocabulary, scratch: Bytes, end: Int, edges: Edges, out: Bytes, at: Int, limit: Int, numbers: Numbers
) -> Int:
    """Write the telling words of a company's folded name (in scratch[:end]); note its legal form."""
    end = join_initials(scratch, 0, end)
    count = split_words(scratch, 0, end, edges)
    first = at
    for word in range(count):
        start, stop = edges[word, 0], edges[word, 1]
        hashed = hash_bytes(scratch, start, stop)
        legal = known(words.keys, words.values, hashed, LEGAL)
        if legal:
            if numbers[N_LEGAL] == 0:
                numbers[N_LEGAL] = legal
            continue
        if known(words.keys, words.values, hashed, STOP):
            continue
        if at > first and at < limit:
            out[at] = SPACE
            at += 1
        spelling = known(words.keys, words.values, hashed, BUSINESS)
        if spelling:
            at = spell(words, spelling, out, at, limit)
        else:
            at = copy(scratch, start, stop, out, at, limit)
    if at == first:
        at = copy(scratch, 0, end, out, at, limit)
    return at


@kernel
def plain_words(
    words: Vocabulary, scratch: Bytes, start: Int, end: Int, edges: Edges, numbers: Numbers, particles: bool
) -> Int:
    """Keep in `edges` the words that name a person: no titles, no generation (noted), particles if asked for."""
    count = split_words(scratch, start, end, edges)
    kept = 0
    for word in range(count):
        hashed = hash_bytes(scratch, edges[word, 0], edges[word, 1])
        if count > 1:
            if known(words.keys, words.values, hashed, TITLE):
                continue
            generation = known(words.keys, words.values, hashed, GENERATION)
            if generation and word > 0:
                numbers[N_GENERATION] = generation
                continue
            if not particles and known(words.keys, words.values, hashed, PARTICLE) and kept + count - word > 1:
                continue
        edges[kept, 0], edges[kept, 1] = edges[word, 0], edges[word, 1]
        kept += 1
    return kept


@kernel
def glued(scratch: Bytes, edges: Edges, low: Int, high: Int, out: Bytes, at: Int, limit: Int, parted: bool) -> Int:
    """Write the words low..high, with a space between if `parted`; return where they end."""
    first = at
    for word in range(low, high):
        if parted and at > first and at < limit:
            out[at] = SPACE
            at += 1
        at = copy(scratch, edges[word, 0], edges[word, 1], out, at, limit)
    return at


@kernel
def nickname_group(words: Vocabulary, text: Bytes, start: Int, end: Int) -> Int:
    """Return the groups of interchangeable names the given name belongs to, two of 16 bits."""
    return known(words.keys, words.values, hash_bytes(text, start, end), NICKNAME)


@kernel
def surname_first(raw: Bytes, start: Int, end: Int) -> Int:
    """Return the place of the comma in "Hansen, Ola"; -1 if there is none."""
    for place in range(start + 1, end - 1):
        if raw[place] == 44:
            return place
    return -1


@kernel
def legal_form(words: Vocabulary, scratch: Bytes, end: Int, edges: Edges) -> Int:
    """Return the legal form that ends the folded name, 0 if none."""
    count = split_words(scratch, 0, end, edges)
    if count < 2:
        return 0
    return known(words.keys, words.values, hash_bytes(scratch, edges[count - 1, 0], edges[count - 1, 1]), LEGAL)


@kernel
def parse_person(
    words: Vocabulary, raw: Bytes, start: Int, end: Int, scratch: Bytes, edges: Edges, numbers: Numbers
) -> tuple[Int, Int, Int]:
    """Take a whole name apart: words (edges) of given and middle names, then of the surname.

    Return (words, first word of the surname, end in scratch).
    """
    limit = len(scratch)
    comma = surname_first(raw, start, end)
    if comma > 0:
        at = fold(raw, comma + 1, end, words.letters, scratch, 0, limit)
        scratch[at] = SPACE
        stop = fold(raw, start, comma, words.letters, scratch, at + 1, limit)
        given = plain_words(words, scratch, 0, at, edges, numbers, True)
        total = plain_words(words, scratch, at + 1, stop, edges[given:], numbers, False)
        return given + total, given, stop
    stop = fold(raw, start, end, words.letters, scratch, 0, limit)
    total = plain_words(words, scratch, 0, stop, edges, numbers, False)
    return total, max(total - 1, 0), stop


@kernel
def guess_kind(explicit: Int, person_parts: bool, legal: Int, company_parts: bool) -> Int:
    """Return COMPANY, PERSON or 0: what a record without a stated kind seems to be."""
    if explicit:
        return explicit
    if person_parts:
        return PERSON
    return COMPANY if legal or company_parts else 0


@kernel
def note_nickname(words: Vocabulary, text: Bytes, start: Int, end: Int, numbers: Numbers) -> None:
    """Note the groups of the given name in text[start:end]."""
    numbers[N_NICKNAME] = nickname_group(words, text, start, end)
