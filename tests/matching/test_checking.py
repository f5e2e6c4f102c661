"""One record against candidates, with the points for and against."""

from __future__ import annotations

import numpy as np
import pytest

from tests.matching.cards import records_of
from tuttava.matching.checking import score_candidates
from tuttava.matching.explaining import explain
from tuttava.matching.finding import find_duplicates
from tuttava.matching.keys import keys_of
from tuttava.matching.records import Records, UnknownRole
from tuttava.matching.statistics import Statistics

FISH = {
    "kind": "company", "name": "Ærlig Fisk A/S", "address": "Storgata 12 B", "post_code": "6002", "city": "Ålesund",
    "phone": "70 12 34 56", "email": "post@aerligfisk.no",
}  # fmt: skip
FISH_AGAIN = {
    "kind": "company", "name": "Aerlig fisk AS", "address": "Storgt. 12b", "post_code": "6002", "city": "Aalesund",
    "mobile_phone": "+47 70123456", "home_page": "https://www.aerligfisk.no/",
}  # fmt: skip
OTHER = {
    "kind": "company", "name": "Nordlys Elektro AS", "address": "Havnegata 3", "post_code": "9008", "city": "Tromsø",
    "phone": "77 65 43 21", "email": "post@nordlyselektro.no",
}  # fmt: skip


def test_same_company_written_otherwise_is_found_and_another_is_not() -> None:  # D-27
    records = records_of([FISH, FISH_AGAIN, OTHER])
    found = find_duplicates(records)
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == [(0, 1)]
    assert found.cluster.tolist() == [0, 0, 2]
    one, two = (set(keys_of(records.take([row]))[1].tolist()) for row in (0, 1))
    assert one & two


def test_single_check_gives_the_score_of_the_whole_search() -> None:  # D-26
    records = records_of([FISH, FISH_AGAIN, OTHER])
    statistics = Statistics.of(records)
    found = find_duplicates(records)
    scores = score_candidates(records.take([0]), records.take([1, 2]), statistics)
    assert scores[0] == found.score[0]
    assert scores[1] < 0.05


def test_points_add_up_and_a_missing_field_has_none() -> None:  # D-26
    records = records_of([FISH, FISH_AGAIN])
    told = explain(records.take([0]), records.take([1]), Statistics.of(records))[0]
    assert told.base + sum(part.points for part in told.parts) == told.score
    verdicts = {part.field: part for part in told.parts}
    assert verdicts["phone"].verdict.startswith("equal")
    assert verdicts["name"].left == "Ærlig Fisk A/S"
    assert verdicts["email"].verdict == "similar"  # an address here, a home page of the same name there


def test_statistics_survive_their_bytes() -> None:
    statistics = Statistics.of(records_of([FISH, FISH, OTHER]))
    again = Statistics.from_bytes(statistics.to_bytes())
    assert np.array_equal(again.keys, statistics.keys)
    assert again.records == 3
    assert again.updated(records_of([FISH])).records == 4


def test_column_that_is_no_role_is_refused() -> None:
    with pytest.raises(UnknownRole):
        Records.of({"colour": ["red"]})
