"""Whole records in normal form: one compiled loop writes texts, numbers and hashes of each row."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.kernels import Int, in_chunks, kernel
from tuttava.matching.layout import (
    COMPANY,
    H_ADDRESS,
    H_BAG,
    H_BIRTH,
    H_EMAIL,
    HASHES,
    LONGEST,
    LONGEST_NAME,
    N_BIRTH,
    N_COUNTRY,
    N_EXPLICIT,
    N_HOUSE,
    N_KIND,
    N_LEGAL,
    N_LETTER,
    NUMBERS,
    PERSON,
    R_ADDRESS,
    R_ADDRESS_2,
    R_BIRTH,
    R_CITY,
    R_COMPANY,
    R_COUNTRY,
    R_COUNTY,
    R_EMAIL,
    R_EXTERNAL,
    R_FIRST,
    R_HOME,
    R_HOUSE,
    R_KIND,
    R_MIDDLE,
    R_MOBILE,
    R_NAME,
    R_NAME_2,
    R_NATIONAL,
    R_PHONE,
    R_POST,
    R_REGISTRATION,
    R_SURNAME,
    R_VAT,
    T_CITY,
    T_COUNTY,
    T_DOMAIN,
    T_EMPLOYER,
    T_EXTERNAL,
    T_GIVEN,
    T_HOST,
    T_LINE_2,
    T_LOCAL,
    T_MIDDLE,
    T_MOBILE,
    T_NAME,
    T_NATIONAL,
    T_PHONE,
    T_POST,
    T_REGISTRATION,
    T_STREET,
    T_SURNAME,
    T_VAT,
    TEXTS,
    WORDS,
)  # fmt: skip
from tuttava.matching.normalising_contact import (
    birth_date,
    host,
    identifier,
    mail_domain,
    mail_edges,
    mail_local,
    post_code,
    street,
    telephone,
    without_spaces,
)  # fmt: skip
from tuttava.matching.normalising_names import (
    company_name,
    glued,
    guess_kind,
    legal_form,
    note_nickname,
    parse_person,
    plain_words,
)  # fmt: skip
from tuttava.matching.text import SPACE, Bytes, fold, fold_code, hash_bytes, known, mixed
from tuttava.matching.vocabulary import COUNTRY, Vocabulary, vocabulary
from tuttava.matching.words import split_words

CHUNK = 8192  # rows that one processor normalises at a time
LONGEST_RAW = 240  # bytes of a raw value that are read
_ROOM = 1280  # bytes of normalised text a record can need at most


class Normal(NamedTuple):
    """Normalised records, row by row beside each other in memory."""

    text: Bytes
    base: NDArray[np.int64]  # (n,): where the texts of a row begin
    edges: NDArray[np.uint16]  # (n, TEXTS + 1): where each text begins, counted from `base`
    numbers: NDArray[np.int32]  # (n, NUMBERS)
    hashes: NDArray[np.int64]  # (n, HASHES)
    words: NDArray[np.int64]  # (n, WORDS): hashes of the words of the name


@kernel
def edge(raw_at: NDArray[np.int64], role: Int, row: Int) -> tuple[Int, Int]:
    """Return where the raw value of a role begins and ends."""
    start = raw_at[role, row]
    return start, min(raw_at[role, row + 1], start + LONGEST_RAW)


@kernel
def names_of(
    words: Vocabulary, raw: Bytes, raw_at: NDArray[np.int64], row: Int, scratch: Bytes, spots: NDArray[np.int64],
    out: Bytes, at: Int, edges: NDArray[np.uint16], numbers: NDArray[np.int32],
) -> Int:  # fmt: skip
    """Write name, given name, middle names and surname of a row; return where they end."""
    begin = at
    name_at, name_end = edge(raw_at, R_NAME, row)
    first_at, first_end = edge(raw_at, R_FIRST, row)
    last_at, last_end = edge(raw_at, R_SURNAME, row)
    kind_at, kind_end = edge(raw_at, R_KIND, row)
    explicit = 0
    if kind_end > kind_at:
        letter = raw[kind_at] | 32
        explicit = COMPANY if letter in (99, 111, 98, 49) else PERSON if letter in (112, 105, 48) else 0
    stop = fold(raw, name_at, name_end, words.letters, scratch, 0, len(scratch))
    person_parts = first_end > first_at or last_end > last_at
    company_at, company_end = edge(raw_at, R_COMPANY, row)
    registered = (
        raw_at[R_VAT, row + 1] > raw_at[R_VAT, row] or raw_at[R_REGISTRATION, row + 1] > raw_at[R_REGISTRATION, row]
    )
    legal = legal_form(words, scratch, stop, spots)
    kind = guess_kind(explicit, person_parts, legal, registered or (company_end > company_at and stop == 0))
    if explicit == 0 and kind == 0 and raw_at[R_BIRTH, row + 1] > raw_at[R_BIRTH, row]:
        kind = PERSON
    numbers[N_KIND], numbers[N_EXPLICIT] = kind, explicit
    if kind != PERSON:
        if stop == 0:
            stop = fold(raw, company_at, company_end, words.letters, scratch, 0, len(scratch))
        more_at, more_end = edge(raw_at, R_NAME_2, row)
        if more_end > more_at and stop < len(scratch) - 8:
            scratch[stop] = SPACE
            stop = fold(raw, more_at, more_end, words.letters, scratch, stop + 1, len(scratch))
        edges[T_NAME] = 0
        at = company_name(words, scratch, stop, spots, out, at, begin + LONGEST_NAME, numbers)
        for text in range(T_GIVEN, T_SURNAME + 2):
            edges[text] = at - begin
        return at
    if person_parts:
        stop = fold(raw, first_at, first_end, words.letters, scratch, 0, len(scratch))
        given = plain_words(words, scratch, 0, stop, spots, numbers, True)
        middle_at, middle_end = edge(raw_at, R_MIDDLE, row)
        scratch[stop] = SPACE
        middle_stop = fold(raw, middle_at, middle_end, words.letters, scratch, stop + 1, len(scratch) - 8)
        given += plain_words(words, scratch, stop + 1, middle_stop, spots[given:], numbers, True)
        scratch[middle_stop] = SPACE
        stop = fold(raw, last_at, last_end, words.letters, scratch, middle_stop + 1, len(scratch))
        total = given + plain_words(words, scratch, middle_stop + 1, stop, spots[given:], numbers, False)
    else:
        total, given, stop = parse_person(words, raw, name_at, name_end, scratch, spots, numbers)
    edges[T_NAME] = 0
    at = glued(scratch, spots, 0, total, out, at, begin + LONGEST_NAME, True)
    edges[T_GIVEN] = at - begin
    at = glued(scratch, spots, 0, min(given, 1), out, at, at + LONGEST, False)
    note_nickname(words, out, begin + edges[T_GIVEN], at, numbers)
    edges[T_MIDDLE] = at - begin
    at = glued(scratch, spots, min(given, 1), given, out, at, at + LONGEST, True)
    edges[T_SURNAME] = at - begin
    at = glued(scratch, spots, given, total, out, at, at + LONGEST, False)
    edges[T_SURNAME + 1] = at - begin
    return at


@kernel
def places_of(
    words: Vocabulary, raw: Bytes, raw_at: NDArray[np.int64], row: Int, scratch: Bytes, spots: NDArray[np.int64],
    out: Bytes, begin: Int, at: Int, edges: NDArray[np.uint16], numbers: NDArray[np.int32],
) -> Int:  # fmt: skip
    """Write street, second line, post code, city and county of a row; return where they end."""
    low, high = edge(raw_at, R_HOUSE, row)
    if high > low:
        stop = fold_code(raw, low, high, words.letters, scratch, 0, len(scratch))
        head = 0
        while head < stop and scratch[head] >= 97:
            head += 1
        value = np.int64(0)
        while head < stop and 48 <= scratch[head] <= 57:
            value = min(value * 10 + scratch[head] - 48, np.int64(99999999))
            head += 1
        numbers[N_HOUSE] = value
        if value and head < stop and scratch[head] >= 97:
            numbers[N_LETTER] = scratch[head]
    edges[T_STREET] = at - begin
    low, high = edge(raw_at, R_ADDRESS, row)
    at = street(words, raw, low, high, scratch, spots, out, at, at + LONGEST, numbers, True)
    edges[T_LINE_2] = at - begin
    low, high = edge(raw_at, R_ADDRESS_2, row)
    at = street(words, raw, low, high, scratch, spots, out, at, at + LONGEST, numbers, False)
    edges[T_POST] = at - begin
    low, high = edge(raw_at, R_POST, row)
    at = post_code(raw, low, high, words, out, at, at + 16)
    edges[T_CITY] = at - begin
    low, high = edge(raw_at, R_CITY, row)
    at = without_spaces(raw, low, high, words, scratch, out, at, at + LONGEST)
    edges[T_COUNTY] = at - begin
    low, high = edge(raw_at, R_COUNTY, row)
    at = without_spaces(raw, low, high, words, scratch, out, at, at + LONGEST)
    low, high = edge(raw_at, R_COUNTRY, row)
    if high > low:
        stop = without_spaces(raw, low, high, words, scratch[128:], scratch, 0, 64)
        hashed = hash_bytes(scratch, 0, stop)
        country = known(words.keys, words.values, hashed, COUNTRY)
        numbers[N_COUNTRY] = country if country else -1 - (hashed & 0xFFFFFF)
    return at


@kernel
def contacts_of(
    words: Vocabulary, raw: Bytes, raw_at: NDArray[np.int64], row: Int, scratch: Bytes, spots: NDArray[np.int64],
    out: Bytes, begin: Int, at: Int, edges: NDArray[np.uint16], numbers: NDArray[np.int32],
) -> Int:  # fmt: skip
    """Write telephones, mail, home page and identifiers of a row; return where they end."""
    calling = numbers[N_COUNTRY] % 1000 if numbers[N_COUNTRY] > 0 else 0
    edges[T_PHONE] = at - begin
    low, high = edge(raw_at, R_PHONE, row)
    at = telephone(raw, low, high, calling, out, at, at + 20)
    edges[T_MOBILE] = at - begin
    low, high = edge(raw_at, R_MOBILE, row)
    at = telephone(raw, low, high, calling, out, at, at + 20)
    edges[T_LOCAL] = at - begin
    low, high = edge(raw_at, R_EMAIL, row)
    low, sign, high = mail_edges(raw, low, high)
    if sign >= 0:
        at = mail_local(words, raw, low, sign, out, at, at + LONGEST, numbers)
    edges[T_DOMAIN] = at - begin
    if sign >= 0:
        at = mail_domain(words, raw, sign + 1, high, out, at, at + LONGEST, numbers)
    edges[T_HOST] = at - begin
    low, high = edge(raw_at, R_HOME, row)
    at = host(raw, low, high, out, at, at + LONGEST)
    edges[T_VAT] = at - begin
    low, high = edge(raw_at, R_VAT, row)
    at = identifier(raw, low, high, words, out, at, at + 24, True)
    edges[T_REGISTRATION] = at - begin
    low, high = edge(raw_at, R_REGISTRATION, row)
    at = identifier(raw, low, high, words, out, at, at + 24, True)
    edges[T_NATIONAL] = at - begin
    low, high = edge(raw_at, R_NATIONAL, row)
    at = identifier(raw, low, high, words, out, at, at + 24, False)
    edges[T_EMPLOYER] = at - begin
    low, high = edge(raw_at, R_COMPANY, row)
    if numbers[N_KIND] == PERSON and high > low:
        stop = fold(raw, low, high, words.letters, scratch, 0, len(scratch))
        legal = numbers[N_LEGAL]
        at = company_name(words, scratch, stop, spots, out, at, at + LONGEST, numbers)
        numbers[N_LEGAL] = legal
    edges[T_EXTERNAL] = at - begin
    low, high = edge(raw_at, R_EXTERNAL, row)
    at = fold_code(raw, low, high, words.letters, out, at, at + LONGEST)
    edges[TEXTS] = at - begin
    low, high = edge(raw_at, R_BIRTH, row)
    numbers[N_BIRTH] = birth_date(raw, low, high)
    return at


@kernel
def hashes_of(
    text: Bytes, begin: Int, edges: NDArray[np.uint16], numbers: NDArray[np.int32], spots: NDArray[np.int64],
    hashes: NDArray[np.int64], word_hashes: NDArray[np.int64],
) -> None:  # fmt: skip
    """Hash each text of a row, what belongs together, and the words of its name."""
    for field in range(TEXTS):
        hashes[field] = hash_bytes(text, begin + edges[field], begin + edges[field + 1])
    if hashes[T_LOCAL] != 0 and hashes[T_DOMAIN] != 0:
        hashes[H_EMAIL] = mixed(hashes[T_LOCAL], hashes[T_DOMAIN])
    if hashes[T_STREET] != 0 and numbers[N_HOUSE] != 0:
        place = hashes[T_POST] if hashes[T_POST] != 0 else hashes[T_CITY]
        hashes[H_ADDRESS] = mixed(mixed(hashes[T_STREET], numbers[N_HOUSE]), place)
    if numbers[N_BIRTH] != 0:
        hashes[H_BIRTH] = mixed(numbers[N_BIRTH], 77)
    count = split_words(text, begin, begin + edges[1], spots)
    bag = np.int64(0)
    for word in range(min(count, WORDS)):
        word_hashes[word] = hash_bytes(text, spots[word, 0], spots[word, 1])
        bag += mixed(word_hashes[word], 5)
    hashes[H_BAG] = bag


@kernel
def normalise_rows(
    words: Vocabulary, raw: Bytes, raw_at: NDArray[np.int64], low: Int, high: Int, text: Bytes,
    base: NDArray[np.int64], edges: NDArray[np.uint16], numbers: NDArray[np.int32], hashes: NDArray[np.int64],
    word_hashes: NDArray[np.int64],
) -> Int:  # fmt: skip
    """Normalise the rows low..high; `text` and `base` begin with row `low`. Return the bytes written."""
    scratch = np.zeros(512, dtype=np.uint8)
    spots = np.zeros((64, 2), dtype=np.int64)
    at = np.int64(0)
    for row in range(low, high):
        begin = at
        base[row] = begin
        at = names_of(words, raw, raw_at, row, scratch, spots, text, at, edges[row], numbers[row])
        at = places_of(words, raw, raw_at, row, scratch, spots, text, begin, at, edges[row], numbers[row])
        at = contacts_of(words, raw, raw_at, row, scratch, spots, text, begin, at, edges[row], numbers[row])
        hashes_of(text, begin, edges[row], numbers[row], spots, hashes[row], word_hashes[row])
    return at


def normalise(raw: Bytes, raw_at: NDArray[np.int64]) -> Normal:
    """Normalise records whose raw values stand in raw[raw_at[role, row]:raw_at[role, row + 1]]."""
    count = raw_at.shape[1] - 1
    words = vocabulary()
    base = np.zeros(count, dtype=np.int64)
    edges = np.zeros((count, TEXTS + 1), dtype=np.uint16)
    numbers = np.zeros((count, NUMBERS), dtype=np.int32)
    hashes = np.zeros((count, HASHES), dtype=np.int64)
    word_hashes = np.zeros((count, WORDS), dtype=np.int64)
    texts: dict[int, Bytes] = {}

    def work(low: int, high: int) -> None:
        text = np.empty((high - low) * _ROOM + 64, dtype=np.uint8)
        end = normalise_rows(words, raw, raw_at, low, high, text, base, edges, numbers, hashes, word_hashes)
        texts[low] = text[:end].copy()

    in_chunks(count, CHUNK, work)
    shift = 0
    for low in sorted(texts):
        base[low : low + CHUNK] += shift
        shift += len(texts[low])
    whole = np.concatenate([texts[low] for low in sorted(texts)] or [np.zeros(0, dtype=np.uint8)])
    return Normal(whole, base, edges, numbers, hashes, word_hashes)


def chosen_rows(normal: Normal, rows: NDArray[np.int32]) -> Normal:
    """Return these rows; the texts stay where they are."""
    return Normal(
        normal.text,
        normal.base[rows],
        normal.edges[rows],
        normal.numbers[rows],
        normal.hashes[rows],
        normal.words[rows],
    )
