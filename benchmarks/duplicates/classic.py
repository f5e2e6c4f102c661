"""The classic rule (D-1..D-10): equal search strings are counted, and a pair needs 60 % of the setup rows."""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.duplicates.contestants import Answer, Contestant
from benchmarks.duplicates.scores import Scored, components
from benchmarks.duplicates.sets import LabelledSet
from tuttava.duplicates.classic.composing import FIRST, LAST, needed_strings
from tuttava.duplicates.classic.core import codes_of, find_pairs

DEFAULT = ("name", "address", "city", "phone", "vat_number", "post_code", "email", "mobile_phone")
LENGTH, HIT_PERCENT = 5, 60
#: How many strings fewer are looked at for the best threshold, and in large bases.
LOWER, LOWER_IF_LARGE, LARGE = 4, 1, 20_000


def setup_of(frame: pl.DataFrame) -> list[tuple[str, str, int]]:
    """The default set; for a file without full names every column it has, as an administrator would set it up."""
    fields = DEFAULT if "name" in frame.columns else frame.columns
    return [(field, part, LENGTH) for field in fields for part in (FIRST, LAST)]


class Classic(Contestant):
    """The product's classic search over the whole base. Its score is the share of the setup rows that are equal."""

    title = "Classic search strings, 60 %"

    def prepare(self) -> None:
        codes_of(pl.DataFrame({"name": ["one", "other"]}), [("name", FIRST, LENGTH)])
        find_pairs(np.zeros((3, 2), np.int32), 2)
        find_pairs(np.array([[0, 1, 0, 1], [0, 1, 1, 0], [1, 1, 0, 1]] * 40, np.int32), 3)

    def find(self, data: LabelledSet) -> Answer:
        pairs, threshold = self._search(data, 0)
        return Answer(pairs, components(len(data), pairs), threshold)

    def all_scores(self, data: LabelledSet) -> Scored:
        return self._search(data, LOWER if len(data) <= LARGE else LOWER_IF_LARGE)[0]

    def _search(self, data: LabelledSet, lower: int) -> tuple[Scored, float]:
        """Pairs with so many strings fewer than needed, and the share that is needed."""
        frame = data.records()
        setup = setup_of(frame)
        needed = needed_strings(len(setup), HIT_PERCENT)
        found = find_pairs(codes_of(frame, setup), needed - lower)
        left, right = found.right.astype(np.int64), found.left.astype(np.int64)
        score = (found.shared / len(setup)).astype(np.float32)
        across = np.ones(len(left), np.bool_)
        if data.second_file is not None:
            across = (left < data.second_file) & (right >= data.second_file)
        return Scored(left[across], right[across], score[across]), needed / len(setup)
