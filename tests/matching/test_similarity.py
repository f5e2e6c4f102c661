"""Likeness of two texts: what the loops that work on bits say is what the definitions say."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tuttava.matching.similarity import distance, jaro_winkler, word_likeness
from tuttava.matching.text import Bytes

WORDS = st.text("abcdeé0", max_size=12) | st.text("abxy", max_size=40)


def packed(text: str) -> Bytes:
    """With something on either side that is not part of it."""
    return np.frombuffer(f"q{text}q".encode(), dtype=np.uint8)


def jaro_winkler_by_definition(left: bytes, right: bytes) -> float:
    """Winkler 1990, of the first 32 bytes."""
    left, right = left[:32], right[:32]
    window = max(max(len(left), len(right)) // 2 - 1, 0)
    partner: dict[int, int] = {}
    for i, letter in enumerate(left):
        free = (j for j in range(max(0, i - window), min(len(right), i + window + 1)) if j not in partner.values())
        match = next((j for j in free if right[j] == letter), None)
        if match is not None:
            partner[i] = match
    if not partner:
        return 0.0
    common = len(partner)
    swaps = sum(left[i] != right[j] for i, j in zip(sorted(partner), sorted(partner.values()), strict=True))
    jaro = (common / len(left) + common / len(right) + (common - swaps / 2) / common) / 3
    prefix = next((n for n in range(4) if left[n : n + 1] != right[n : n + 1] or n >= len(left)), 4)
    return jaro + prefix * 0.1 * (1 - jaro)


@settings(max_examples=400, deadline=None)
@given(WORDS, WORDS)
def test_jaro_winkler_is_that_of_its_definition(one: str, other: str) -> None:  # D-27
    masks = np.zeros(256, dtype=np.uint64)
    left, right = packed(one), packed(other)
    found = jaro_winkler(left, 1, len(left) - 1, right, 1, len(right) - 1, masks)
    assert abs(found - jaro_winkler_by_definition(one.encode(), other.encode())) < 1e-6
    assert not masks.any()


@settings(max_examples=400, deadline=None)
@given(WORDS.filter(bool), WORDS.filter(bool))
def test_words_with_too_many_slips_are_told_without_counting_them(one: str, other: str) -> None:  # D-27
    masks = np.zeros(256, dtype=np.uint64)
    left, right = packed(one), packed(other)
    places = (left, 1, len(left) - 1, right, 1, len(right) - 1)
    longer = max(places[2] - 1, places[5] - 1)
    begun = one.encode().startswith(other.encode()) or other.encode().startswith(one.encode())
    compared = min(places[2], places[5]) - 1 >= 3 and not (one[0] <= "9" or other[0] <= "9") and not begun
    edits = distance(*places, masks)
    if compared:
        assert word_likeness(*places, masks) == np.float32(1 - edits / longer if edits * 3 <= longer else 0)
