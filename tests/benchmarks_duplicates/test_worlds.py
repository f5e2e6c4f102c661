"""The generated bases are what the comparison says they are."""

from __future__ import annotations

import random

import numpy as np
import pytest
from benchmarks.duplicates import damage, worlds

SIZE = 6000


@pytest.fixture(scope="module")
def base() -> worlds.World:
    return worlds.world(SIZE, 7)


def test_same_seed_gives_the_same_base_and_another_seed_another(base: worlds.World) -> None:
    again, other = worlds.world(SIZE, 7), worlds.world(SIZE, 8)
    assert again.records.equals(base.records)
    assert np.array_equal(again.entity, base.entity)
    assert not other.records.equals(base.records)


def test_a_tenth_of_the_entities_has_one_to_three_further_records(base: worlds.World) -> None:
    counts = np.unique(base.entity, return_counts=True)[1]
    assert abs(len(base.entity) - SIZE) < SIZE * 0.02
    assert abs((counts > 1).mean() - worlds.DUPLICATED) < 0.015
    assert counts.max() == 4


def test_only_further_records_are_damaged_and_nearly_all_of_them(base: worlds.World) -> None:
    damaged = sum(bool(done) for done in base.damage)
    further = len(base.entity) - len(np.unique(base.entity))
    assert damaged <= further
    assert damaged > 0.99 * further


def test_every_kind_of_damage_occurs() -> None:
    base = worlds.world(30_000, 9)
    done = {kind for note in base.damage for kind in note.split(", ") if kind}
    assert done == set(damage.KINDS)


def test_strangers_share_names_switchboards_and_mail_boxes(base: worlds.World) -> None:
    firsts = base.records.with_columns(entity=base.entity).unique("entity", keep="first", maintain_order=True)
    for field in ("name", "email", "phone", "address"):
        values = firsts[field].drop_nulls()
        assert values.is_duplicated().sum() > len(values) * 0.01, field


def test_common_values_are_much_more_common_than_others(base: worlds.World) -> None:
    counts = base.records["city"].drop_nulls().value_counts(sort=True)["count"]
    assert counts[0] > 20 * counts[len(counts) // 2]


def test_true_pairs_are_all_pairs_of_one_entity() -> None:
    left, right = worlds.true_pairs(np.array([5, 3, 5, 1, 3, 5]))
    assert set(zip(left.tolist(), right.tolist(), strict=True)) == {(0, 2), (0, 5), (2, 5), (1, 4)}


def test_a_slip_changes_at_most_two_letters() -> None:
    chance = random.Random(3)
    for _attempt in range(200):
        slipped = damage.typed("Kristiansen", chance)
        assert slipped
        assert abs(len(slipped) - len("Kristiansen")) <= 1
