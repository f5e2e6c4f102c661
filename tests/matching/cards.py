"""Cards of the tests, turned into records."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuttava.matching.checking import score_candidates
from tuttava.matching.records import Records
from tuttava.matching.statistics import Statistics

Card = dict[str, str]


def records_of(cards: list[Card]) -> Records:
    """Return records of cards given by role."""
    names = sorted({name for card in cards for name in card})
    return Records.of({name: [card.get(name) for card in cards] for name in names})


def crowd(count: int) -> list[Card]:
    """Return cards that have nothing to do with each other: the base a test's cards live in."""
    given = [
        "Anna",
        "Berit",
        "Carl",
        "Dag",
        "Eva",
        "Frank",
        "Gerd",
        "Hans",
        "Ida",
        "Jon",
        "Kari",
        "Lars",
        "Mona",
        "Nils",
        "Odd",
        "Per",
        "Rita",
        "Siri",
        "Tom",
        "Unni",
    ]
    family = [
        "Aune",
        "Berg",
        "Dahl",
        "Eide",
        "Foss",
        "Grande",
        "Hauge",
        "Iversen",
        "Juul",
        "Krogh",
        "Lie",
        "Moe",
        "Nes",
        "Olsen",
        "Prytz",
        "Ruud",
        "Sande",
        "Tveit",
    ]
    towns = ["Oslo", "Bergen", "Bodø", "Moss", "Hamar", "Molde", "Skien", "Arendal", "Narvik", "Halden", "Larvik"]
    streets = ["Kirkegata", "Storgata", "Skoleveien", "Parkveien", "Strandgata", "Elveveien", "Fjellveien"]
    return [
        {
            "kind": "person", "first_name": given[n * 7 % 20], "surname": family[n * 5 % 18], "city": towns[n % 11],
            "address": f"{streets[n % 7]} {n % 90 + 1}", "post_code": f"{1000 + n * 37 % 9000}",
            "phone": f"{20000000 + n * 7919}", "email": f"a{n}@firma{n}.no",
            "birth_date": f"{1930 + n % 70}-{n % 12 + 1:02}-{n % 28 + 1:02}",
        }
        for n in range(count)
    ]  # fmt: skip


def scores_within(cards: list[Card], base: list[Card]) -> NDArray[np.float32]:
    """Return the scores of the first card with each of the others, in the base they all live in."""
    records = records_of([*cards, *base])
    rows = list(range(1, len(cards)))
    return score_candidates(records.take([0]), records.take(rows), Statistics.of(records))
