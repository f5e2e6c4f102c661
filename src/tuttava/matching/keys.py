"""Keys two records must share at least one of to be compared: about a dozen rare ones a record."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.kernels import Int, Truth, in_chunks, kernel
from tuttava.matching.layout import (
    H_ADDRESS,
    H_BAG,
    H_BIRTH,
    H_EMAIL,
    MAIL_FREE,
    MAIL_GENERIC,
    N_HOUSE,
    N_KIND,
    N_MAIL,
    PERSON,
    T_CITY,
    T_DOMAIN,
    T_EMPLOYER,
    T_GIVEN,
    T_HOST,
    T_LOCAL,
    T_MOBILE,
    T_NAME,
    T_NATIONAL,
    T_PHONE,
    T_POST,
    T_REGISTRATION,
    T_STREET,
    T_SURNAME,
    T_VAT,
)  # fmt: skip
from tuttava.matching.normalising import Normal
from tuttava.matching.records import Records
from tuttava.matching.text import SPACE, Bytes, hash_bytes, mixed

SLOTS = 32
STORED = 25  # the first of them are kept of each contact: enough for one that is compared with a base
# Slots of one name space: their keys meet across fields (telephone and mobile, tax and registration number).
SAME_SPACE: tuple[tuple[int, ...], ...] = ((0,), (1, 2), (3, 4), *((slot,) for slot in range(5, SLOTS)))
LOOSE = 8  # further slots, too common for a large base
LOOSE_SPACE: tuple[tuple[int, ...], ...] = tuple((slot,) for slot in range(SLOTS, SLOTS + LOOSE))
# How much larger than usual the runs of a slot may be that are compared: by how many of its pairs are the same.
_REACH = {
    0: 3.0, 1: 3.0, 3: 4.0, 5: 3.0, 6: 2.0, 7: 2.0, 8: 0.5, 9: 3.0, 12: 1.0, 13: 1.0, 14: 0.5, 15: 3.0, 16: 1.0,
    19: 0.5, 21: 0.5, 22: 2.0, 23: 1.5, 24: 1.5, 25: 0.7, 26: 1.0, 27: 1.0, 28: 1.0, 29: 1.0, 30: 1.5, 31: 1.5,
}  # fmt: skip
REACH: tuple[float, ...] = tuple(_REACH.get(space[0], 0.7) for space in (*SAME_SPACE, *LOOSE_SPACE))


@kernel
def skeleton(text: Bytes, start: Int, end: Int) -> Int:
    """Return a hash of how a word sounds: first letter, then consonants in classes, no repeats."""
    if end <= start:
        return np.int64(0)
    value = np.int64(1)
    last = np.int64(0)
    taken = 0
    for place in range(start, end):
        letter = np.int64(text[place])
        sound = letter
        if letter in (97, 101, 105, 111, 117, 121, 104, 119, 106):
            sound = np.int64(1)
        elif letter in (99, 107, 113, 103, 120):
            sound = np.int64(107)
        elif letter in (115, 122):
            sound = np.int64(115)
        elif letter in (100, 116):
            sound = np.int64(116)
        elif letter in (98, 112, 102, 118):
            sound = np.int64(112)
        elif letter in (109, 110):
            sound = np.int64(110)
        if place == start and sound == 1 and letter != 104:
            value = np.int64(2)
        elif sound != 1 and sound != last and letter != SPACE and taken < 6:
            value = value * 257 + sound
            taken += 1
        if letter != 104:
            last = sound
    return mixed(value, 9)


@kernel
def head(text: Bytes, start: Int, end: Int, size: Int) -> Int:
    """Return a hash of the first `size` bytes, 0 if empty."""
    return hash_bytes(text, start, min(end, start + size))


@kernel
def joint(slot: Int, first: Int, second: Int) -> Int:
    """Return a key of two values, 0 if one is missing."""
    if first == 0 or second == 0:
        return np.int64(0)
    return mixed(mixed(first, second), slot)


@kernel
def name_words(text: Bytes, low: Int, high: Int, found: NDArray[np.int64]) -> None:
    """Write to `found`: sound of the first, second and longest word, and the sum of the sounds of all."""
    found[:] = 0
    place = low
    count = 0
    longest = 0
    while place < high and count < 8:
        stop = place
        while stop < high and text[stop] != SPACE:
            stop += 1
        if stop - place > 1:
            sound = skeleton(text, place, stop)
            if count < 2:
                found[count] = sound
            if stop - place > longest:
                longest = stop - place
                found[2] = sound
            found[3] += mixed(sound, 3)
            count += 1
        place = stop + 1


@kernel
def initials(text: Bytes, low: Int, high: Int, given: Int, last: Int, person: Truth) -> Int:
    """Return a hash of a person's two initials in either order, of a company's first two in theirs; 0 if one lacks."""
    if person:
        return mixed(given, 1) + mixed(last, 1) if given != 0 and last != 0 else np.int64(0)
    place = low
    while place < high and text[place] != SPACE:
        place += 1
    first, second = head(text, low, high, 1), head(text, place + 1, high, 1)
    return mixed(first, mixed(second, 2)) if first != 0 else np.int64(0)


@kernel
def without_number(text: Bytes, low: Int, high: Int) -> Int:
    """Return a hash of a mailbox without the digits it ends with."""
    stop = high
    while stop > low + 2 and 48 <= text[stop - 1] <= 57:
        stop -= 1
    return hash_bytes(text, low, stop)


@kernel
def number_keys(text: Bytes, low: Int, high: Int, pair: Int, key: NDArray[np.int64], first: Int, second: Int) -> None:
    """Write the keys of one half of a telephone number with the initials: one slip leaves one of them."""
    if high - low >= 7:
        key[first] = joint(28, hash_bytes(text, low, low + (high - low) // 2 + 1), pair)
        key[second] = joint(29, hash_bytes(text, high - 4, high), pair)


@kernel
def company_keys(
    text: Bytes, low: Int, high: Int, found: NDArray[np.int64], post: Int, city: Int, key: NDArray[np.int64]
) -> None:
    """Write the keys that only companies have."""
    key[22] = joint(32, head(text, low, high, 9), 1)
    key[23] = joint(33, found[0], post)
    key[24] = joint(34, hash_bytes(text, max(low, high - 6), high), city)
    key[25] = joint(35, head(text, low, high, 6), city)


@kernel
def key_rows(normal: Normal, low: Int, high: Int, keys: NDArray[np.int64]) -> None:
    """Write the keys of the rows low..high, one a slot, 0 = none."""
    found = np.zeros(4, dtype=np.int64)
    text = normal.text
    for row in range(low, high):
        begin, edges, hashes, numbers = normal.base[row], normal.edges[row], normal.hashes[row], normal.numbers[row]
        key = keys[row - low]
        name_low, name_high = begin + edges[T_NAME], begin + edges[T_NAME + 1]
        given_low, given_high = begin + edges[T_GIVEN], begin + edges[T_GIVEN + 1]
        last_low, last_high = begin + edges[T_SURNAME], begin + edges[T_SURNAME + 1]
        name_words(text, name_low, name_high, found)
        person = numbers[N_KIND] == PERSON
        initial = head(text, name_low, name_high, 1)
        given_sound, last_sound = skeleton(text, given_low, given_high), skeleton(text, last_low, last_high)
        given_initial = head(text, given_low, given_high, 1)
        pair = initials(text, name_low, name_high, given_initial, head(text, last_low, last_high, 1), person)
        post, city, house, birth = hashes[T_POST], hashes[T_CITY], np.int64(numbers[N_HOUSE]), hashes[H_BIRTH]
        place = post if post != 0 else city
        street, employer = hashes[T_STREET], hashes[T_EMPLOYER]
        door = mixed(street, house) if street != 0 and house != 0 else np.int64(0)
        domain = np.int64(0) if numbers[N_MAIL] & MAIL_FREE != 0 else hashes[T_DOMAIN]
        domain = domain if domain != 0 else hashes[T_HOST]
        box = without_number(text, begin + edges[T_LOCAL], begin + edges[T_LOCAL + 1])
        both = mixed(given_sound, 1) + mixed(last_sound, 1) if given_sound != 0 and last_sound != 0 else np.int64(0)
        key[0] = joint(1, hashes[H_EMAIL], 1)
        key[1] = joint(2, hashes[T_PHONE], 1)
        key[2] = joint(2, hashes[T_MOBILE], 1)
        key[3] = joint(3, hashes[T_VAT], 1)
        key[4] = joint(3, hashes[T_REGISTRATION], 1)
        key[5] = joint(5, hashes[T_NATIONAL], 1)
        key[6] = joint(6, both if both != 0 else hashes[H_BAG], city if city != 0 else np.int64(1))
        key[7] = joint(7, pair if pair != 0 else head(text, name_low, name_high, 4), post)
        key[8] = joint(8, door if door != 0 else street, initial)
        key[9] = joint(9, found[3], 1)
        key[10] = joint(10, birth, given_sound if given_sound != 0 else found[0])
        key[11] = joint(11, birth, last_sound if last_sound != 0 else found[2])
        key[12] = joint(
            12, last_sound if person else found[2], mixed(place, house) if place != 0 and house != 0 else np.int64(0)
        )
        key[13] = joint(
            13,
            last_sound if person else found[0],
            mixed(city, initial if person else found[1]) if city != 0 else np.int64(0),
        )
        key[14] = joint(14, found[0], found[1])
        key[15] = joint(15, box if numbers[N_MAIL] & MAIL_GENERIC == 0 else np.int64(0), 1)
        key[16] = joint(16, domain, pair)
        if edges[T_NATIONAL + 1] - edges[T_NATIONAL] >= 6:
            middle = begin + (edges[T_NATIONAL] + edges[T_NATIONAL + 1]) // 2
            key[17] = joint(17, hash_bytes(text, begin + edges[T_NATIONAL], middle), initial)
            key[18] = joint(18, hash_bytes(text, middle, begin + edges[T_NATIONAL + 1]), initial)
        key[19] = joint(19, street, given_sound if person else found[2])
        key[20] = joint(20, birth, mixed(place, 4) if place != 0 else np.int64(0))
        key[21] = joint(21, post, mixed(given_sound, 6) if person else mixed(found[2], 6))
        if person:
            key[22] = joint(22, pair, employer)
            key[23] = joint(23, given_sound, employer)
            key[24] = joint(24, last_sound, employer)
            key[25] = joint(25, hashes[T_SURNAME], given_initial)
        else:
            company_keys(text, name_low, name_high, found, post, city, key)
        key[26] = joint(26, domain, 1)
        key[27] = joint(27, hashes[H_ADDRESS], 1)
        number_keys(text, begin + edges[T_PHONE], begin + edges[T_PHONE + 1], pair, key, 28, 29)
        number_keys(text, begin + edges[T_MOBILE], begin + edges[T_MOBILE + 1], pair, key, 30, 31)
        key[7] = joint(37, pair, door) if post == 0 else key[7]


@kernel
def loose_rows(normal: Normal, low: Int, high: Int, keys: NDArray[np.int64]) -> None:
    """Write the loose keys of the rows low..high behind the others."""
    found = np.zeros(4, dtype=np.int64)
    text = normal.text
    for row in range(low, high):
        begin, edges, hashes, numbers = normal.base[row], normal.edges[row], normal.hashes[row], normal.numbers[row]
        key = keys[row - low, SLOTS:]
        name_words(text, begin + edges[T_NAME], begin + edges[T_NAME + 1], found)
        key[0] = joint(30, found[0], 1)
        key[1] = joint(30, found[1], 1) if found[1] != found[0] else np.int64(0)
        key[2] = joint(32, found[2], 1)
        key[3] = joint(33, hashes[T_POST], 1)
        key[4] = joint(34, hashes[T_STREET], 1)
        key[5] = joint(35, hashes[H_BIRTH], 1)
        key[6] = joint(36, hashes[T_CITY], np.int64(numbers[N_HOUSE]))
        national = begin + edges[T_NATIONAL]
        key[7] = joint(37, head(text, national, begin + edges[T_NATIONAL + 1], 4), 1)


def key_matrix(normal: Normal, loose: bool = False) -> NDArray[np.int64]:
    """Return the keys (rows, SLOTS), 0 = none; with `loose` those that serve a small base follow."""
    keys = np.zeros((len(normal.base), SLOTS + (LOOSE if loose else 0)), dtype=np.int64)

    def work(low: int, high: int) -> None:
        key_rows(normal, low, high, keys[low:high])
        if loose:
            loose_rows(normal, low, high, keys[low:high])

    in_chunks(len(keys), 1 << 15, work)
    return keys


def keys_of(records: Records) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (row, key): each record's distinct keys; two records that may be the same share one that is rare."""
    keys = key_matrix(records.normal)[:, :STORED]
    rows, slots = np.nonzero(keys)
    found = np.unique(np.stack((rows.astype(np.int64), keys[rows, slots]), axis=1), axis=0)
    return found[:, 0], found[:, 1]
