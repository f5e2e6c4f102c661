"""The comparison of one pair, continued: mail, telephones, registered numbers, and all of it together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.comparing import Figures, Side, field_likeness, span
from tuttava.matching.kernels import Float, Int, Truth, inlined, kernel
from tuttava.matching.layout import (
    H_EMAIL,
    MAIL_FREE,
    MAIL_GENERIC,
    N_KIND,
    N_MAIL,
    PERSON,
    T_DOMAIN,
    T_GIVEN,
    T_HOST,
    T_LOCAL,
    T_MOBILE,
    T_NAME,
    T_PHONE,
    T_REGISTRATION,
    T_SURNAME,
    T_VAT,
    W_DOMAIN,
    W_EMAIL,
    W_HOST,
    W_LOCAL,
    W_MOBILE,
    W_PHONE,
    W_REGISTRATION,
    W_VAT,
)  # fmt: skip
from tuttava.matching.measures import (
    F_ADAPTED,
    F_ADDRESS_WEIGHT,
    F_AGAINST,
    F_BIRTH,
    F_BIRTH_WEIGHT,
    F_CITY,
    F_COMPARED,
    F_DOMAIN,
    F_DOMAIN_LIKENESS,
    F_EMPLOYER,
    F_GENERIC,
    F_GIVEN,
    F_GIVEN_WEIGHT,
    F_HOUSE,
    F_LIKENESS,
    F_LOCAL_WEIGHT,
    F_MAIL,
    F_MAIL_NAME,
    F_MAIL_TELLS,
    F_MAIL_WEIGHT,
    F_MOBILE,
    F_NAME_SURPRISE,
    F_NAME_WEIGHT,
    F_NATIONAL,
    F_NATIONAL_WEIGHT,
    F_NUMBER,
    F_NUMBER_WEIGHT,
    F_NUMBERS_EQUAL,
    F_OVERLAP,
    F_PERSON,
    F_PHONE,
    F_PHONE_WEIGHT,
    F_PLACE_WEIGHT,
    F_POST,
    F_STREET,
    F_STREET_WEIGHT,
    F_SURNAME,
    F_SURNAME_WEIGHT,
    F_SURPRISE,
    F_SWAPPED,
    LEVELLED,
)  # fmt: skip
from tuttava.matching.similarity import Masks, likeness, starts_with
from tuttava.matching.text import SPACE, Bytes

DOT = 46


@inlined
def best_of_two(
    one: Side, i: Int, two: Side, j: Int, first: Int, second: Int, first_weight: Int, second_weight: Int, masks: Masks
) -> tuple[Float, Float]:
    """Compare two fields of one name space crosswise; return the best likeness (NaN: nothing to compare) and weight."""
    best, weight = np.float32(np.nan), np.float32(0)
    for left, left_weight in ((first, first_weight), (second, second_weight)):
        for right in (first, second):
            hashed = one.hashes[i, left]
            if hashed != 0 and hashed == two.hashes[j, right]:
                best = np.float32(1)
                weight = np.float32(max(weight, np.float32(one.weights[i, left_weight])))
    if best == 1:
        return best, weight
    for left in (first, second):
        for right in (first, second):
            value = field_likeness(one, i, two, j, left, right, masks)
            if not np.isnan(value) and (np.isnan(best) or value > best):
                best = value
    return best, weight


@kernel
def holds(text: Bytes, a: Int, b: Int, part: Bytes, c: Int, d: Int) -> Truth:
    """Say whether text[a:b] has part[c:d] (at least 3 bytes) in it."""
    size = d - c
    if size < 3:
        return False
    for start in range(a, b - size + 1):
        same = True
        for step in range(size):
            if text[start + step] != part[c + step]:
                same = False
                break
        if same:
            return True
    return False


@inlined
def told_by_mail(one: Side, i: Int, two: Side, j: Int) -> Float:
    """Return how far the mail address of one record tells the name of the other, 0..1; NaN if it cannot be said.

    Of a person surname and given name (or its initial) count in the mailbox, of a company the first word of its name
    in the domain.
    """
    mail = one.numbers[i, N_MAIL]
    if two.numbers[j, N_KIND] != PERSON:
        c, d = span(two, j, T_NAME)
        stop = c
        while stop < d and two.text[stop] != SPACE:
            stop += 1
        if one.hashes[i, T_DOMAIN] == 0 or mail & MAIL_FREE != 0 or stop - c < 3:
            return np.float32(np.nan)
        a, b = span(one, i, T_DOMAIN)
        return np.float32(holds(one.text, a, b, two.text, c, stop))
    if one.hashes[i, T_LOCAL] == 0 or mail & MAIL_GENERIC != 0:
        return np.float32(np.nan)
    a, b = span(one, i, T_LOCAL)
    c, d = span(two, j, T_GIVEN)
    e, f = span(two, j, T_SURNAME)
    value = np.float32(0.5) if f - e > 1 and holds(one.text, a, b, two.text, e, f) else np.float32(0)
    if d - c > 2 and holds(one.text, a, b, two.text, c, d):
        value += np.float32(0.5)
    elif d > c and one.text[a] == two.text[c]:
        value += np.float32(0.25)
    return value


@inlined
def without_digits(text: Bytes, start: Int, end: Int) -> Int:
    """Return where the name of a domain ends: before the digits that stand before its first dot."""
    stop = start
    while stop < end and text[stop] != DOT:
        stop += 1
    while stop > start + 1 and 48 <= text[stop - 1] <= 57:
        stop -= 1
    return stop


@inlined
def compare_domains(one: Side, i: Int, two: Side, j: Int, out: Figures, masks: Masks) -> None:
    """Compare the companies' domains and home pages; a domain that only differs in a number is another one."""
    left = np.int64(0) if one.numbers[i, N_MAIL] & MAIL_FREE else one.hashes[i, T_DOMAIN]
    right = np.int64(0) if two.numbers[j, N_MAIL] & MAIL_FREE else two.hashes[j, T_DOMAIN]
    host, host_2 = one.hashes[i, T_HOST], two.hashes[j, T_HOST]
    if (left == 0 and host == 0) or (right == 0 and host_2 == 0):
        return
    weight = np.float32(-1)
    if left != 0 and left in (right, host_2):
        weight = one.weights[i, W_DOMAIN]
    if host != 0 and host in (right, host_2):
        weight = max(weight, one.weights[i, W_HOST])
    out[F_DOMAIN] = weight
    if weight >= 0:
        out[F_DOMAIN_LIKENESS] = 1
        return
    a, b = span(one, i, T_DOMAIN if left != 0 else T_HOST)
    c, d = span(two, j, T_DOMAIN if right != 0 else T_HOST)
    value = likeness(one.text, a, b, two.text, c, d, masks)
    stop, stop_2 = without_digits(one.text, a, b), without_digits(two.text, c, d)
    if stop - a == stop_2 - c and starts_with(one.text, a, stop, two.text, c, stop_2):
        value = np.float32(0.4)
    out[F_DOMAIN_LIKENESS] = value


@inlined
def compare_mail(one: Side, i: Int, two: Side, j: Int, out: Figures, masks: Masks) -> None:
    """Compare mail addresses, and the companies' domains with each other and with home pages."""
    mail, other = one.numbers[i, N_MAIL], two.numbers[j, N_MAIL]
    out[F_MAIL] = field_likeness(one, i, two, j, T_LOCAL, T_LOCAL, masks)
    if one.hashes[i, H_EMAIL] != 0 and two.hashes[j, H_EMAIL] != 0:
        same = one.hashes[i, H_EMAIL] == two.hashes[j, H_EMAIL]
        out[F_MAIL_WEIGHT] = one.weights[i, W_EMAIL] if same else np.float32(0)
        if not same and out[F_MAIL] == 1:
            out[F_MAIL] = 0.95
        out[F_GENERIC] = ((mail & MAIL_GENERIC) + (other & MAIL_GENERIC)) // 2
    if one.hashes[i, T_LOCAL] != 0 and one.hashes[i, T_LOCAL] == two.hashes[j, T_LOCAL]:
        out[F_LOCAL_WEIGHT] = one.weights[i, W_LOCAL]
    compare_domains(one, i, two, j, out, masks)
    tells, told = told_by_mail(one, i, two, j), told_by_mail(two, j, one, i)
    out[F_MAIL_TELLS] = told if np.isnan(tells) else tells if np.isnan(told) else min(tells, told)
    if out[F_MAIL_WEIGHT] > 0:
        return
    found = np.float32(np.nan)
    if one.hashes[i, T_LOCAL] != 0 and mail & MAIL_GENERIC == 0:
        a, b = span(one, i, T_LOCAL)
        c, d = span(two, j, T_SURNAME)
        if d > c:
            found = np.float32(holds(one.text, a, b, two.text, c, d))
    if two.hashes[j, T_LOCAL] != 0 and other & MAIL_GENERIC == 0:
        a, b = span(two, j, T_LOCAL)
        c, d = span(one, i, T_SURNAME)
        if d > c:
            also = np.float32(holds(two.text, a, b, one.text, c, d))
            found = also if np.isnan(found) else found + also
    out[F_MAIL_NAME] = found


@inlined
def compare_contacts(one: Side, i: Int, two: Side, j: Int, out: Figures, masks: Masks) -> None:
    """Compare mail, telephones and registered numbers."""
    compare_mail(one, i, two, j, out, masks)
    value, weight = best_of_two(one, i, two, j, T_PHONE, T_MOBILE, W_PHONE, W_MOBILE, masks)
    out[F_PHONE] = value
    if not np.isnan(value):
        out[F_PHONE_WEIGHT] = weight
        phone, mobile = one.hashes[i, T_PHONE], one.hashes[i, T_MOBILE]
        count = np.float32(phone != 0 and phone in (two.hashes[j, T_PHONE], two.hashes[j, T_MOBILE]))
        if mobile != 0 and mobile != phone and mobile in (two.hashes[j, T_PHONE], two.hashes[j, T_MOBILE]):
            count += np.float32(1)
        out[F_NUMBERS_EQUAL] = count
    out[F_MOBILE] = field_likeness(one, i, two, j, T_MOBILE, T_MOBILE, masks)
    value, weight = best_of_two(one, i, two, j, T_VAT, T_REGISTRATION, W_VAT, W_REGISTRATION, masks)
    out[F_NUMBER] = value
    if not np.isnan(value):
        out[F_NUMBER_WEIGHT] = weight


@inlined
def known_or(value: Float, otherwise: Float) -> Float:
    """Return the figure, or `otherwise` if it is missing."""
    return np.float32(otherwise) if np.isnan(value) else value


class Knowledge(NamedTuple):
    """What is known of a base as a whole."""

    size: Float  # log2 of its records
    filled: NDArray[np.float32]  # log2 of the values of each family
    bits: NDArray[np.float32]  # what it teaches of the levels of agreement, see `adapting`


# Weights of values that one party alone should have, and their family: what counts is how many records share the
# value, however large the base; 12 = nobody else.
_RARE = (
    (F_NATIONAL_WEIGHT, 4), (F_NUMBER_WEIGHT, 5), (F_MAIL_WEIGHT, 6), (F_DOMAIN, 7), (F_PHONE_WEIGHT, 8),
    (F_ADDRESS_WEIGHT, 10), (F_LOCAL_WEIGHT, 15),
)  # fmt: skip
_FIGURE = np.array([figure for figure, _, _ in LEVELLED], dtype=np.int64)
_LOW = np.array([low for _, low, _ in LEVELLED], dtype=np.float32)
_HIGH = np.array([high for _, _, high in LEVELLED], dtype=np.float32)


@inlined
def level_of(figures: Figures, place: Int) -> Int:
    """Return the level 0..3 of a levelled figure, -1 if it is missing; names as a whole count where no surname does."""
    value = figures[_FIGURE[place]]
    if np.isnan(value) or (_FIGURE[place] == F_OVERLAP and not np.isnan(figures[F_SURNAME])):
        return -1
    if value >= np.float32(0.999):
        return 3
    return 2 if value >= _HIGH[place] else 1 if value >= _LOW[place] else 0


@kernel
def level_rows(figures: NDArray[np.float32], out: NDArray[np.int8]) -> None:
    """Write the levels of each row of figures."""
    for row in range(len(figures)):
        for place in range(out.shape[1]):
            out[row, place] = level_of(figures[row], place)


@inlined
def compare_whole(out: Figures, knowledge: Knowledge) -> None:
    """Put the evidence together: bits of surprise beyond the size of the base, how much disagrees."""
    person = known_or(out[F_GIVEN_WEIGHT], 0) + known_or(out[F_SURNAME_WEIGHT], 0)
    bits = max(known_or(out[F_NAME_WEIGHT], 0) * known_or(out[F_OVERLAP], 0), person)
    if not np.isnan(out[F_OVERLAP]):
        out[F_NAME_SURPRISE] = bits - knowledge.size
    bits += known_or(out[F_BIRTH_WEIGHT], 0) + known_or(out[F_NATIONAL_WEIGHT], 0) + known_or(out[F_NUMBER_WEIGHT], 0)
    bits += max(known_or(out[F_MAIL_WEIGHT], 0), known_or(out[F_DOMAIN], 0)) + known_or(out[F_PHONE_WEIGHT], 0)
    place = max(known_or(out[F_STREET_WEIGHT], 0), known_or(out[F_PLACE_WEIGHT], 0))
    bits += max(known_or(out[F_ADDRESS_WEIGHT], 0), place)
    out[F_SURPRISE] = bits - knowledge.size
    for measure, family in _RARE:
        if out[measure] > 0:
            rarity = np.float32(12) + out[measure] - knowledge.filled[family]
            out[measure] = min(max(rarity, np.float32(0.5)), np.float32(12.5))
    compared, against, total = np.float32(0), np.float32(0), np.float32(0)
    for measure, low in (
        (F_BIRTH, 0.65), (F_NATIONAL, 0.65), (F_NUMBER, 0.7), (F_MAIL, 0.6), (F_PHONE, 0.75), (F_STREET, 0.6),
        (F_HOUSE, 0.4), (F_POST, 0.5), (F_CITY, 0.6), (F_GIVEN, 0.75), (F_SURNAME, 0.75), (F_EMPLOYER, 0.5),
    ):  # fmt: skip
        value = out[measure]
        if not np.isnan(value):
            compared += np.float32(1)
            total += value
            against += np.float32(value < low)
    if not np.isnan(out[F_OVERLAP]) and np.isnan(out[F_SURNAME]):
        compared += np.float32(2)
        total += np.float32(2) * out[F_OVERLAP]
        against += np.float32(2) * np.float32(out[F_OVERLAP] < 0.5)
    out[F_COMPARED] = compared
    out[F_AGAINST] = against
    out[F_LIKENESS] = total / compared if compared > 0 else np.float32(np.nan)
    for measure in (F_GIVEN, F_SURNAME, F_SWAPPED):
        if not np.isnan(out[measure]) and (np.isnan(out[F_PERSON]) or out[measure] > out[F_PERSON]):
            out[F_PERSON] = out[measure]
    if knowledge.bits[len(LEVELLED), 1] > 0:
        total = knowledge.bits[len(LEVELLED), 0]
        for place in range(len(LEVELLED)):
            level = level_of(out, place)
            if level >= 0:
                total += knowledge.bits[place, level]
        out[F_ADAPTED] = total
