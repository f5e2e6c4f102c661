"""A third record that both of a pair in doubt are surely the same as speaks for it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.matching.cards import Card, crowd, records_of, scores_within
from tuttava.matching.explaining import SHARED, explain
from tuttava.matching.finding import Found, find_duplicates
from tuttava.matching.statistics import Statistics
from tuttava.matching.thirds import ADDED, LEAST, MOST, SURE, implied_pairs, in_doubt, with_third

PERSON = {"kind": "person", "first_name": "Torunn", "surname": "Skrede"}
HOME = {"mobile_phone": "91234567", "address": "Elvebakken 4", "post_code": "6800", "city": "Førde"}
MAIL = {"email": "torunn.skrede@vann.no"}
#: By mail alone, by home alone, and the card that has both.
BY_MAIL, BY_HOME, WHOLE = {**PERSON, **MAIL}, {**PERSON, **HOME, "first_name": "T."}, {**PERSON, **HOME, **MAIL}
#: Another one of the same household.
HUSBAND = {**HOME, "kind": "person", "first_name": "Ole", "surname": "Skrede"}


def found_among(cards: list[Card], **options: object) -> dict[tuple[int, int], float]:
    found: Found = find_duplicates(records_of(cards), **options)  # type: ignore[arg-type]
    return dict(zip(zip(found.left.tolist(), found.right.tolist(), strict=True), found.score.tolist(), strict=True))


@pytest.mark.parametrize("size", [0, 40])
def test_pair_in_doubt_is_found_by_the_third_that_both_are(size: int) -> None:  # D-26
    cards, strangers = [BY_MAIL, BY_HOME, WHOLE], crowd(size)
    own = float(scores_within(cards[:2], [WHOLE, *strangers])[0])
    assert LEAST < own < 0.5
    assert (0, 1) not in found_among([*cards[:2], *strangers])
    found = found_among([*cards, *strangers])
    assert found[0, 2] >= SURE and found[1, 2] >= SURE
    assert 0.5 <= found[0, 1] < SURE
    assert np.log(found[0, 1] / (1 - found[0, 1])) == pytest.approx(np.log(own / (1 - own)) + ADDED, abs=0.01)


def test_household_of_a_sure_pair_stays_apart() -> None:  # D-26
    found = found_among([BY_MAIL, HUSBAND, WHOLE, *crowd(40)])
    assert {pair for pair in found if max(pair) < 3} == {(0, 2)}


def test_what_was_said_to_be_apart_is_no_third_and_is_never_found() -> None:  # D-22
    cards = [BY_MAIL, BY_HOME, WHOLE, *crowd(40)]
    assert {(0, 1), (0, 2), (1, 2)} <= set(found_among(cards))
    assert (0, 1) not in found_among(cards, apart=[(1, 2)])
    assert (0, 1) not in found_among(cards, apart=[(1, 0)])


def test_points_with_a_third_add_up_to_the_score_of_the_search() -> None:  # D-26
    cards = [BY_MAIL, BY_HOME, WHOLE, *crowd(40)]
    records = records_of(cards)
    one, two, statistics = records.take([0]), records.take([1]), Statistics.of(records)
    plain = explain(one, two, statistics)[0]
    told = explain(one, two, statistics, thirds=["CT000003"])[0]
    assert told.base + sum(part.points for part in told.parts) == told.score > plain.score
    assert told.score == pytest.approx(100 * found_among(cards)[0, 1], abs=1)
    third = next(part for part in told.parts if part.verdict == SHARED)
    assert (third.field, third.left) == ("third", "CT000003") and third.points > 0
    assert [part for part in told.parts if part.field != "third"] != []
    sure = explain(one, records.take([2]), statistics, thirds=["CT000003"])[0]
    assert all(part.verdict != SHARED for part in sure.parts)


def test_third_lifts_only_what_is_in_doubt_and_makes_nothing_sure() -> None:
    scores = np.array([0.0, 0.04, LEAST + 1e-4, 0.3, 0.6, 0.89, 0.9, 1.0], dtype=np.float32)
    lifted = with_third(scores)
    assert in_doubt(scores).tolist() == [False, False, True, True, True, True, False, False]
    assert lifted[[0, 1, 6, 7]].tolist() == scores[[0, 1, 6, 7]].tolist()
    assert (lifted[2:6] >= 0.5).all() and (lifted[2:6] < SURE).all()
    assert (lifted[2:6] > scores[2:6]).all()


def test_one_card_that_is_the_same_as_thousands_implies_a_bounded_number_of_pairs() -> None:
    many = np.arange(1, 5001)
    left, right = implied_pairs(5001, np.zeros(5000, dtype=np.int64), many)
    assert len(left) == MOST * (MOST - 1) // 2 and (left < right).all()
    assert [len(rows) for rows in implied_pairs(0, many[:0], many[:0])] == [0, 0]
