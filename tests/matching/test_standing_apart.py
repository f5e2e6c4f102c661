"""A file whose duplicates stand apart teaches the search; one of families and colleagues does not."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.matching.cards import Card, crowd, records_of
from tuttava.matching.adapting import standing_apart
from tuttava.matching.checking import score_candidates
from tuttava.matching.explaining import explain, starting_log_odds
from tuttava.matching.features import features_of
from tuttava.matching.finding import find_duplicates
from tuttava.matching.measures import FEATURES, LEVELLED
from tuttava.matching.records import Records
from tuttava.matching.statistics import Statistics

CROWD = crowd(400)
ROLES = ("first_name", "surname", "birth_date", "national_id", "address", "house_no", "post_code", "city")


def person(luck: random.Random) -> Card:
    """Somebody in a file of persons, with whom nobody shares an address."""
    known = luck.choice(CROWD)
    return {
        "kind": "person",
        "first_name": known["first_name"],
        "surname": known["surname"] + luck.choice(("", "sen", "stad", "vik", "rud", "by")),
        "birth_date": f"19{luck.randrange(30, 99)}{luck.randrange(1, 13):02}{luck.randrange(1, 28):02}",
        "national_id": str(luck.randrange(10**6, 10**7)),
        "address": f"{luck.choice(('Elm', 'Oak', 'Hill', 'Lake', 'Mill'))}{luck.randrange(300)} street",
        "house_no": str(luck.randrange(1, 200)),
        "post_code": str(luck.randrange(2000, 3000)),
        "city": f"{luck.choice(('North', 'South', 'East', 'West'))}{luck.choice(('field', 'ham', 'wick', 'ton'))}",
    }


def damaged(card: Card, luck: random.Random, fields: int) -> Card:
    """The same with a letter or digit off, or nothing, in some of the fields."""
    again = dict(card)
    for role in luck.sample(ROLES, fields):
        text = again[role]
        place = luck.randrange(len(text))
        again[role] = "" if luck.random() < 0.3 else text[:place] + luck.choice("abx17") + text[place + 1 :]
    return again


@pytest.fixture(scope="module")
def file() -> tuple[Records, int]:
    """Persons, and then 400 of them again with five of eight fields damaged."""
    luck = random.Random(20)
    people = [person(luck) for _ in range(2000)]
    return records_of([*people, *(damaged(card, luck, 5) for card in people[:400])]), 2000


def test_badly_damaged_duplicates_of_a_file_of_persons_are_found(file: tuple[Records, int]) -> None:  # D-27
    records, originals = file
    found = find_duplicates(records)
    pairs = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    true = {(row, originals + row) for row in range(400)}
    assert Statistics.of(records).apart.any()
    assert len(pairs & true) >= 394 and len(pairs - true) <= 2


def test_points_add_up_and_one_check_agrees_where_duplicates_stand_apart(file: tuple[Records, int]) -> None:  # D-26
    records, _originals = file
    statistics = Statistics.of(records)
    found = find_duplicates(records)
    for one, two, score in zip(found.left[:40].tolist(), found.right[:40].tolist(), found.score[:40], strict=True):
        assert score_candidates(records.take([one]), records.take([two]), statistics)[0] == pytest.approx(score)
        told = explain(records.take([one]), records.take([two]), statistics)[0]
        assert told.base + sum(part.points for part in told.parts) == told.score
        assert abs(told.score - 100 * score) < 0.6


def test_what_the_base_says_is_kept_with_its_counts_and_where_answers_begin(file: tuple[Records, int]) -> None:  # D-28
    records, originals = file
    statistics = Statistics.of(records)
    kept = Statistics.from_bytes(statistics.to_bytes())
    assert np.array_equal(kept.apart, statistics.apart)
    assert np.array_equal(statistics.updated(records.take([0])).apart, statistics.apart)
    one, two = records.take([3]), records.take([originals + 3])
    score = score_candidates(one, two, statistics)[0]
    start = starting_log_odds(features_of(one, two, statistics), statistics)[0]
    assert 1 / (1 + np.exp(-start)) == pytest.approx(score, abs=1e-3)


def figures(count: int, agree: float, seed: int) -> np.ndarray:
    """Figures of pairs of which each levelled one agrees with this chance."""
    luck = np.random.default_rng(seed)
    found = np.full((count, len(FEATURES)), np.nan, dtype=np.float32)
    for figure, _low, _high in LEVELLED:
        found[:, figure] = np.where(luck.random(count) < agree, 1.0, 0.1)
    return found


def log_odds(*parts: tuple[int, float]) -> np.ndarray:
    return np.concatenate([np.full(count, value) for count, value in parts])


def test_bits_rise_with_agreement_where_the_trees_are_confirmed() -> None:  # D-27
    bits = standing_apart(
        np.concatenate((figures(500, 0.85, 1), figures(9000, 0.1, 2))), log_odds((500, 6), (9000, -8))
    )
    assert bits[-1, 1] > 0 and (np.diff(bits[:-1], axis=1) >= 0).all()
    assert sum(bits[:-1, 3] > 1) == len(LEVELLED) - 1  # a whole name says nothing beside a surname


@pytest.mark.parametrize("between", [figures(3000, 0.5, 3), figures(3000, 0.7, 4)], ids=["families", "branches"])
def test_those_who_share_much_keep_the_trees_alone(between: np.ndarray) -> None:  # D-27
    pairs = np.concatenate((figures(500, 0.85, 1), between, figures(9000, 0.1, 2)))
    assert not standing_apart(pairs, log_odds((500, 6), (len(between), -3), (9000, -8))).any()


def test_few_duplicates_and_none_confirm_nothing() -> None:  # D-27
    pairs = np.concatenate((figures(40, 0.85, 1), figures(9000, 0.1, 2)))
    assert not standing_apart(pairs, log_odds((40, 6), (9000, -8))).any()
    assert not standing_apart(pairs, log_odds((9040, -8))).any()
