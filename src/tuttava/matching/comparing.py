"""The comparison of one pair, field group by field group; each loop fills its figures and leaves the rest NaN."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.kernels import Float, Int, inlined, kernel
from tuttava.matching.layout import (
    H_ADDRESS,
    N_BIRTH,
    N_COUNTRY,
    N_GENERATION,
    N_HOUSE,
    N_KIND,
    N_LEGAL,
    N_LETTER,
    N_NICKNAME,
    T_CITY,
    T_COUNTY,
    T_EMPLOYER,
    T_EXTERNAL,
    T_GIVEN,
    T_LINE_2,
    T_MIDDLE,
    T_NAME,
    T_NATIONAL,
    T_POST,
    T_STREET,
    T_SURNAME,
    W_ADDRESS,
    W_BIRTH,
    W_CITY,
    W_GIVEN,
    W_NATIONAL,
    W_POST,
    W_STREET,
    W_SURNAME,
    WORDS,
)  # fmt: skip
from tuttava.matching.measures import (
    DIFFERENT,
    EQUAL,
    F_ADDRESS_WEIGHT,
    F_BIRTH,
    F_BIRTH_WEIGHT,
    F_CITY,
    F_CONTAINED,
    F_COUNTRY,
    F_COUNTY,
    F_EMPLOYER,
    F_EXTERNAL,
    F_GENERATION,
    F_GIVEN,
    F_GIVEN_WEIGHT,
    F_HOUSE,
    F_KIND,
    F_LEGAL,
    F_LINE,
    F_MIDDLE,
    F_MISSED,
    F_MISSED_ONE,
    F_NAME,
    F_NAME_WEIGHT,
    F_NATIONAL,
    F_NATIONAL_WEIGHT,
    F_NUMBERS,
    F_OVERLAP,
    F_PLACE_WEIGHT,
    F_POST,
    F_RELATION,
    F_STREET,
    F_STREET_WEIGHT,
    F_SURNAME,
    F_SURNAME_WEIGHT,
    F_SWAPPED,
    F_YEARS,
    INITIAL,
    NICKNAME,
)  # fmt: skip
from tuttava.matching.similarity import Masks, jaro_winkler, likeness, starts_with, word_likeness
from tuttava.matching.text import Bytes
from tuttava.matching.words import split_words

Figures = NDArray[np.float32]


class Side(NamedTuple):
    """Normalised records with the weights of their values: one side of the pairs."""

    text: Bytes
    base: NDArray[np.int64]
    edges: NDArray[np.uint16]
    numbers: NDArray[np.int32]
    hashes: NDArray[np.int64]
    words: NDArray[np.int64]
    weights: NDArray[np.float32]
    word_weights: NDArray[np.float32]


@inlined
def span(side: Side, row: Int, field: Int) -> tuple[Int, Int]:
    """Return where a text of a row begins and ends."""
    base = side.base[row]
    return base + side.edges[row, field], base + side.edges[row, field + 1]


@kernel
def inexact_likeness(text: Bytes, a: Int, b: Int, other: Bytes, c: Int, d: Int, masks: Masks) -> Float:
    """Return the likeness of two texts that are not equal; one that begins the other is like it."""
    result = likeness(text, a, b, other, c, d, masks)
    if min(b - a, d - c) >= 5 and starts_with(text, a, b, other, c, d):
        result = max(result, np.float32(0.85))
    return result


@inlined
def field_likeness(one: Side, i: Int, two: Side, j: Int, left: Int, right: Int, masks: Masks) -> Float:
    """Return the likeness of field `left` of one record and `right` of the other; NaN if either is missing."""
    if one.hashes[i, left] == 0 or two.hashes[j, right] == 0:
        return np.float32(np.nan)
    if one.hashes[i, left] == two.hashes[j, right]:
        return np.float32(1)
    a, b = span(one, i, left)
    c, d = span(two, j, right)
    return inexact_likeness(one.text, a, b, two.text, c, d, masks)


@inlined
def compare_words(one: Side, i: Int, two: Side, j: Int, out: Figures, masks: Masks, spots: NDArray[np.int64]) -> None:
    """Compare the names word by word, each word weighed by its rarity."""
    a, b = span(one, i, T_NAME)
    c, d = span(two, j, T_NAME)
    if b == a or d == c:
        return
    left, right = spots[:24], spots[24:]
    many, more = min(split_words(one.text, a, b, left), WORDS), min(split_words(two.text, c, d, right), WORDS)
    taken, matched = np.int64(0), np.int64(0)
    weight = np.float32(0)
    whole, other = np.float32(0), np.float32(0)
    for x in range(many):
        whole += one.word_weights[i, x] + np.float32(1)
        for y in range(more):
            if (taken >> y) & 1 == 0 and one.words[i, x] == two.words[j, y]:
                taken |= np.int64(1) << y
                matched |= np.int64(1) << x
                weight += one.word_weights[i, x] + np.float32(1)
                break
    for y in range(more):
        other += two.word_weights[j, y] + np.float32(1)
    exact = weight
    missed, missed_other = np.float32(0), np.float32(0)
    numbers = np.float32(np.nan)
    for x in range(many):
        low, high = left[x, 0], left[x, 1]
        if (matched >> x) & 1:
            if one.text[low] <= 57 and np.isnan(numbers):
                numbers = np.float32(1)
            continue
        best, place = np.float32(0), -1
        for y in range(more):
            if (taken >> y) & 1 == 0:
                value = word_likeness(one.text, low, high, two.text, right[y, 0], right[y, 1], masks)
                if value > best:
                    best, place = value, y
        mine = one.word_weights[i, x] + np.float32(1)
        if place >= 0:
            taken |= np.int64(1) << place
            weight += best * best * min(mine, two.word_weights[j, place] + np.float32(1))
            mine *= np.float32(1) - best
        elif one.text[low] <= 57:
            for y in range(more):
                if two.text[right[y, 0]] <= 57:
                    numbers = np.float32(0)
        missed += mine
    for y in range(more):
        if (taken >> y) & 1 == 0:
            missed_other += two.word_weights[j, y] + np.float32(1)
    out[F_OVERLAP] = np.float32(2) * weight / (whole + other)
    out[F_CONTAINED] = weight / min(whole, other)
    out[F_NAME_WEIGHT] = weight if weight > exact else exact
    out[F_MISSED] = min(missed, missed_other)
    out[F_MISSED_ONE] = max(missed, missed_other)
    out[F_NUMBERS] = numbers
    out[F_NAME] = field_likeness(one, i, two, j, T_NAME, T_NAME, masks)


@inlined
def relation(one: Side, i: Int, two: Side, j: Int) -> Float:
    """Return how two given names relate: EQUAL, NICKNAME, INITIAL or DIFFERENT."""
    if one.hashes[i, T_GIVEN] == two.hashes[j, T_GIVEN]:
        return EQUAL
    groups, others = np.int64(one.numbers[i, N_NICKNAME]), np.int64(two.numbers[j, N_NICKNAME])
    for mine in (groups & 0xFFFF, groups >> 16):
        for theirs in (others & 0xFFFF, others >> 16):
            if mine != 0 and mine == theirs:
                return NICKNAME
    a, b = span(one, i, T_GIVEN)
    c, d = span(two, j, T_GIVEN)
    if min(b - a, d - c) <= 2 and starts_with(one.text, a, b, two.text, c, d):
        return INITIAL
    return DIFFERENT


@inlined
def compare_person(one: Side, i: Int, two: Side, j: Int, out: Figures, masks: Masks) -> None:
    """Compare given names, surnames, both the other way round, middle names and generations."""
    a, b = span(one, i, T_GIVEN)
    c, d = span(two, j, T_GIVEN)
    e, f = span(one, i, T_SURNAME)
    g, h = span(two, j, T_SURNAME)
    if b > a and d > c:
        kin = relation(one, i, two, j)
        out[F_RELATION] = kin
        out[F_GIVEN] = 1 if kin == EQUAL else jaro_winkler(one.text, a, b, two.text, c, d, masks)
        weight = min(one.weights[i, W_GIVEN], two.weights[j, W_GIVEN])
        out[F_GIVEN_WEIGHT] = weight if kin >= NICKNAME or out[F_GIVEN] > 0.88 else np.float32(0)
    if f > e and h > g:
        same = one.hashes[i, T_SURNAME] == two.hashes[j, T_SURNAME]
        out[F_SURNAME] = 1 if same else jaro_winkler(one.text, e, f, two.text, g, h, masks)
        weight = min(one.weights[i, W_SURNAME], two.weights[j, W_SURNAME])
        out[F_SURNAME_WEIGHT] = weight if out[F_SURNAME] > 0.88 else np.float32(0)
    if b > a and d > c and f > e and h > g and (out[F_GIVEN] < 1 or out[F_SURNAME] < 1):
        crossed = jaro_winkler(one.text, a, b, two.text, g, h, masks)
        out[F_SWAPPED] = min(crossed, jaro_winkler(one.text, e, f, two.text, c, d, masks)) if crossed > 0 else crossed
    if one.hashes[i, T_MIDDLE] != 0 and two.hashes[j, T_MIDDLE] != 0:
        a, b = span(one, i, T_MIDDLE)
        c, d = span(two, j, T_MIDDLE)
        short = starts_with(one.text, a, b, two.text, c, d)
        out[F_MIDDLE] = (
            1
            if one.hashes[i, T_MIDDLE] == two.hashes[j, T_MIDDLE]
            else 0.8
            if short
            else (0.7 * likeness(one.text, a, b, two.text, c, d, masks))
        )
    if one.numbers[i, N_GENERATION] != 0 and two.numbers[j, N_GENERATION] != 0:
        out[F_GENERATION] = one.numbers[i, N_GENERATION] == two.numbers[j, N_GENERATION]
    elif one.numbers[i, N_GENERATION] != 0 or two.numbers[j, N_GENERATION] != 0:
        out[F_GENERATION] = 0.5


@inlined
def date_likeness(first: Int, second: Int) -> Float:
    """Return how alike two dates (yyyymmdd, 0 parts unknown) are: 1 equal, .9 day and month swapped, .8 a digit"""
    if first == second:
        return 1.0
    year, month, day = first // 10000, first // 100 % 100, first % 100
    year_2, month_2, day_2 = second // 10000, second // 100 % 100, second % 100
    if first % 10000 == 0 or second % 10000 == 0:
        return 0.95 if year == year_2 else 0.0
    if year == year_2 and month == day_2 and day == month_2:
        return 0.9
    wrong = 0
    scale = 1
    digits = 0
    for _ in range(8):
        if first // scale % 10 != second // scale % 10:
            wrong += 1
        digits += first // scale % 10 - second // scale % 10
        scale *= 10
    if wrong == 1:
        return 0.85
    if wrong == 2 and digits == 0:
        return 0.8
    if year == year_2:
        return 0.6 if month == month_2 or day == day_2 else 0.3
    if month == month_2 and day == day_2:
        return 0.7
    return 0.5 if wrong == 2 else 0.0


@inlined
def compare_birth(one: Side, i: Int, two: Side, j: Int, out: Figures) -> None:
    """Compare the dates of birth."""
    first, second = np.int64(one.numbers[i, N_BIRTH]), np.int64(two.numbers[j, N_BIRTH])
    if first == 0 or second == 0:
        return
    value = np.float32(date_likeness(first, second))
    out[F_BIRTH] = value
    out[F_YEARS] = min(float(abs(first // 10000 - second // 10000)), 99.0)
    out[F_BIRTH_WEIGHT] = (
        one.weights[i, W_BIRTH] if value == 1 else value * value * one.weights[i, W_BIRTH] * np.float32(0.7)
    )


@inlined
def compare_names(one: Side, i: Int, two: Side, j: Int, out: Figures, masks: Masks, spots: NDArray[np.int64]) -> None:
    """Compare everything that names the party."""
    kind, other = one.numbers[i, N_KIND], two.numbers[j, N_KIND]
    out[F_KIND] = kind if kind == other else 0
    compare_words(one, i, two, j, out, masks, spots)
    if (
        one.hashes[i, T_SURNAME] | one.hashes[i, T_GIVEN] != 0
        and two.hashes[j, T_SURNAME] | two.hashes[j, T_GIVEN] != 0
    ):
        compare_person(one, i, two, j, out, masks)
    if one.numbers[i, N_LEGAL] != 0 and two.numbers[j, N_LEGAL] != 0:
        out[F_LEGAL] = one.numbers[i, N_LEGAL] == two.numbers[j, N_LEGAL]
    compare_birth(one, i, two, j, out)
    out[F_NATIONAL] = field_likeness(one, i, two, j, T_NATIONAL, T_NATIONAL, masks)
    if not np.isnan(out[F_NATIONAL]):
        value = out[F_NATIONAL]
        out[F_NATIONAL_WEIGHT] = (
            one.weights[i, W_NATIONAL]
            if value == 1
            else (value * value * np.float32(0.7) * one.weights[i, W_NATIONAL] if value > 0.65 else np.float32(0))
        )
    out[F_EXTERNAL] = field_likeness(one, i, two, j, T_EXTERNAL, T_EXTERNAL, masks)
    if out[F_EXTERNAL] < 1:
        out[F_EXTERNAL] = 0
    out[F_EMPLOYER] = field_likeness(one, i, two, j, T_EMPLOYER, T_EMPLOYER, masks)


@inlined
def digits_likeness(first: Int, second: Int) -> Float:
    """Return how alike two house numbers are: .6 for one more or one wrong digit, else 0."""
    if first // 10 == second or second // 10 == first:
        return 0.6
    wrong = 0
    a, b = first, second
    while a > 0 or b > 0:
        wrong += a % 10 != b % 10
        a, b = a // 10, b // 10
    if wrong == 2 and first >= 10 and first % 10 == second // 10 % 10 and second % 10 == first // 10 % 10:
        return 0.7
    return 0.5 if wrong == 1 and max(first, second) >= 10 else 0.0


@inlined
def compare_places(one: Side, i: Int, two: Side, j: Int, out: Figures, masks: Masks) -> None:
    """Compare street, house, second line, post code, city, county and country."""
    value = field_likeness(one, i, two, j, T_STREET, T_STREET, masks)
    line = field_likeness(one, i, two, j, T_LINE_2, T_LINE_2, masks)
    if (np.isnan(value) or value < 0.7) and (one.hashes[i, T_LINE_2] != 0 or two.hashes[j, T_LINE_2] != 0):
        crossed = np.float32(0)
        for left, right in ((T_STREET, T_LINE_2), (T_LINE_2, T_STREET)):
            likely = field_likeness(one, i, two, j, left, right, masks)
            crossed = max(crossed, likely)
        if crossed > 0.8:
            value = crossed
            line = np.float32(np.nan)
    out[F_STREET], out[F_LINE] = value, line
    if not np.isnan(value):
        weight = min(one.weights[i, W_STREET], two.weights[j, W_STREET])
        out[F_STREET_WEIGHT] = weight if value > 0.8 else np.float32(0)
    house, other = np.int64(one.numbers[i, N_HOUSE]), np.int64(two.numbers[j, N_HOUSE])
    if house != 0 and other != 0:
        letter, letter_2 = one.numbers[i, N_LETTER], two.numbers[j, N_LETTER]
        if house == other:
            out[F_HOUSE] = 1 if letter == letter_2 else 0.9 if letter == 0 or letter_2 == 0 else 0.8
        else:
            out[F_HOUSE] = digits_likeness(house, other)
    if one.hashes[i, H_ADDRESS] != 0 and two.hashes[j, H_ADDRESS] != 0:
        same = one.hashes[i, H_ADDRESS] == two.hashes[j, H_ADDRESS]
        out[F_ADDRESS_WEIGHT] = one.weights[i, W_ADDRESS] if same else np.float32(0)
    post = field_likeness(one, i, two, j, T_POST, T_POST, masks)
    city = field_likeness(one, i, two, j, T_CITY, T_CITY, masks)
    out[F_POST], out[F_CITY] = post, city
    if not (np.isnan(post) and np.isnan(city)):
        weight = one.weights[i, W_POST] if post == 1 else np.float32(0)
        if city > 0.8:
            weight = max(weight, min(one.weights[i, W_CITY], two.weights[j, W_CITY]))
        out[F_PLACE_WEIGHT] = weight
    out[F_COUNTY] = field_likeness(one, i, two, j, T_COUNTY, T_COUNTY, masks)
    if one.numbers[i, N_COUNTRY] != 0 and two.numbers[j, N_COUNTRY] != 0:
        out[F_COUNTRY] = one.numbers[i, N_COUNTRY] == two.numbers[j, N_COUNTRY]
