"""The search of a whole base: what it finds in made-up worlds, its bounds, clusters and what answers teach."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.matching_training.worlds import world

from tests.matching.cards import Card, crowd, records_of
from tuttava.matching.blocks import LEAST_PAIRS, candidate_pairs
from tuttava.matching.clusters import cluster_pairs
from tuttava.matching.explaining import explain, features_of
from tuttava.matching.finding import find_duplicates
from tuttava.matching.learning import Correction, most_informative
from tuttava.matching.records import Records
from tuttava.matching.statistics import Statistics


def test_made_up_worlds_are_searched_with_few_errors() -> None:  # D-26 D-27
    hits = found = true = 0
    for seed in range(7000, 7008):
        made = world(seed, 1500)
        truth = np.array(made.truth)
        result = find_duplicates(Records.of(made.columns))
        hits += int((truth[result.left] == truth[result.right]).sum())
        found += len(result.left)
        counts = np.bincount(truth)
        true += int((counts * (counts - 1) // 2).sum())
    assert hits / found > 0.86
    assert hits / true > 0.8


def test_linking_two_files_gives_only_pairs_across() -> None:
    base = crowd(300)
    found = find_duplicates(records_of(base), other=records_of(base[:50]))
    assert found.left.tolist() == found.right.tolist() == list(range(50))
    assert found.cluster[300] == found.cluster[0]


@pytest.mark.parametrize(
    "cards",
    [
        [{"kind": "person", "name": "Test"}] * 20000,
        [{**card, "email": "info@stor.no"} for card in crowd(20000)],
        [{"kind": "company", "name": f"Firma {number}", "phone": "22 33 44 55"} for number in range(20000)],
        [{"name": ""}] * 20000,
    ],
    ids=["one name", "one mail", "one phone", "empty"],
)
def test_candidates_stay_bounded_whatever_is_shared(cards: list[Card]) -> None:  # D-28
    left, _ = candidate_pairs(records_of(cards).normal)
    assert len(left) <= 1.3 * LEAST_PAIRS


@pytest.mark.parametrize("copies", [550, 700, 20_000])
def test_card_entered_over_and_over_is_one_party(copies: int) -> None:  # D-28
    """However many they are, none is passed over, and no more are compared than need be."""
    found = find_duplicates(records_of([*crowd(1) * copies, *crowd(300)[1:]]))
    assert set(found.cluster[:copies].tolist()) == {found.cluster[0]} and len(set(found.cluster.tolist())) == 300
    assert len(found.left) <= copies * 300


def test_card_entered_over_and_over_is_found_in_another_file() -> None:  # D-28
    many = records_of(crowd(1) * 700)
    found = find_duplicates(many, other=many)
    assert set(found.left.tolist()) == set(found.right.tolist()) == set(range(700))


def test_pairs_said_apart_are_neither_returned_nor_in_one_cluster() -> None:
    card = crowd(1)[0]
    records = records_of([card, card, card, *crowd(200)[1:]])
    assert len(set(find_duplicates(records).cluster[:3].tolist())) == 1
    found = find_duplicates(records, apart=[(0, 1)])
    assert (0, 1) not in set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert found.cluster[0] != found.cluster[1]


_LINKS = st.tuples(st.integers(0, 11), st.integers(0, 11))


@given(st.lists(_LINKS, max_size=30), st.lists(_LINKS, max_size=6))
@settings(max_examples=60, deadline=None)
def test_clusters_never_hold_a_pair_said_apart(pairs: list[tuple[int, int]], apart: list[tuple[int, int]]) -> None:
    told = [(a, b) for a, b in apart if a != b]
    linked = sorted({(min(a, b), max(a, b)) for a, b in pairs if a != b})
    left, right = np.array([a for a, _ in linked]), np.array([b for _, b in linked])
    cluster = cluster_pairs(12, left, right, np.linspace(0.6, 0.99, len(linked)).astype(np.float32), told)
    assert all(cluster[a] != cluster[b] for a, b in told)


def test_two_groups_held_by_one_weak_pair_are_two_clusters() -> None:
    inner = [(a, b) for group in (range(4), range(4, 8)) for a in group for b in group if a < b]
    left, right = np.array([*(a for a, _ in inner), 3]), np.array([*(b for _, b in inner), 4])
    cluster = cluster_pairs(8, left, right, np.array([0.99] * len(inner) + [0.55], dtype=np.float32))
    assert set(cluster[:4].tolist()) == {0}
    assert set(cluster[4:].tolist()) == {4}


@pytest.fixture(scope="module")
def searched() -> tuple[Records, np.ndarray, np.ndarray]:
    """Return a small world with its candidates."""
    made = world(7100, 1200)
    records = Records.of(made.columns)
    left, right = candidate_pairs(records.normal)
    return records, left, right


def test_points_of_every_pair_add_up_to_its_score(searched: tuple[Records, np.ndarray, np.ndarray]) -> None:  # D-26
    records, left, right = searched
    some = slice(0, 300)
    statistics = Statistics.of(records)
    one, two = records.take(left[some]), records.take(right[some])
    for told in explain(one, two, statistics):
        assert told.base + sum(part.points for part in told.parts) == told.score
        assert 0 <= told.score <= 100
        assert all(part.points == 0 for part in told.parts if part.verdict == "one_missing")


def test_answers_teach_visibly_and_can_be_taken_back(searched: tuple[Records, np.ndarray, np.ndarray]) -> None:
    records, left, right = searched
    statistics = Statistics.of(records)
    step = len(left) // 40
    some, others = records.take(left[::step][:40]), records.take(right[::step][:40])
    figures = features_of(some, others, statistics)
    taught = Correction.learn(figures, [True] * 40)
    assert taught.describe() or taught.shift > 0
    again = Correction.from_json(taught.to_json())
    assert again.describe() == taught.describe()
    plain = find_duplicates(records)
    assert len(find_duplicates(records, correction=taught).left) > len(plain.left)
    none = find_duplicates(records, correction=Correction.learn(figures[:0], []))
    assert none.score.tolist() == plain.score.tolist()


def test_most_doubtful_pairs_are_asked_first() -> None:
    scores = np.array([0.99, 0.5, 0.02, 0.6, 0.45], dtype=np.float32)
    assert most_informative(scores, 3).tolist() == [1, 4, 3]
