"""Keys two records must share at least one of to be compared: about a dozen rare ones a record."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.kernels import Int, in_chunks, kernel
from tuttava.matching.layout import (
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

SLOTS = 22
# Slots of one name space: their keys meet across fields (telephone and mobile, tax and registration number).
SAME_SPACE: tuple[tuple[int, ...], ...] = ((0,), (1, 2), (3, 4), *((slot,) for slot in range(5, SLOTS)))
LOOSE = 8  # further slots, too common for a large base
LOOSE_SPACE: tuple[tuple[int, ...], ...] = tuple((slot,) for slot in range(SLOTS, SLOTS + LOOSE))


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
        post, city, house, birth = hashes[T_POST], hashes[T_CITY], np.int64(numbers[N_HOUSE]), hashes[H_BIRTH]
        place = post if post != 0 else city
        open_domain = numbers[N_MAIL] & MAIL_FREE != 0
        domain = np.int64(0) if open_domain else hashes[T_DOMAIN]
        key[0] = joint(1, hashes[H_EMAIL], 1)
        key[1] = joint(2, hashes[T_PHONE], 1)
        key[2] = joint(2, hashes[T_MOBILE], 1)
        key[3] = joint(3, hashes[T_VAT], 1)
        key[4] = joint(3, hashes[T_REGISTRATION], 1)
        key[5] = joint(5, hashes[T_NATIONAL], 1)
        key[6] = joint(6, hashes[H_BAG], city if city != 0 else np.int64(1))
        key[7] = joint(7, head(text, name_low, name_high, 4), post)
        key[8] = joint(8, mixed(hashes[T_STREET], house) if hashes[T_STREET] != 0 else np.int64(0), initial)
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
        key[15] = joint(15, hashes[T_LOCAL] if numbers[N_MAIL] & MAIL_GENERIC == 0 else np.int64(0), initial)
        key[16] = joint(16, domain if domain != 0 else hashes[T_HOST], given_sound if person else found[0])
        if edges[T_NATIONAL + 1] - edges[T_NATIONAL] >= 6:
            middle = begin + (edges[T_NATIONAL] + edges[T_NATIONAL + 1]) // 2
            key[17] = joint(17, hash_bytes(text, begin + edges[T_NATIONAL], middle), initial)
            key[18] = joint(18, hash_bytes(text, middle, begin + edges[T_NATIONAL + 1]), initial)
        key[19] = joint(19, hashes[T_STREET], given_sound if person else found[2])
        key[20] = joint(20, birth, mixed(place, 4) if place != 0 else np.int64(0))
        key[21] = joint(21, post, mixed(given_sound, 6) if person else mixed(found[2], 6))


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
    keys = key_matrix(records.normal)
    rows, slots = np.nonzero(keys)
    found = np.unique(np.stack((rows.astype(np.int64), keys[rows, slots]), axis=1), axis=0)
    return found[:, 0], found[:, 1]
