"""What sixty answers teach: the product's own learning, and a forest taught with as many as the ceiling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.duplicates.contestants import Answer, Tuttava, records_of
from benchmarks.duplicates.scores import Scored, keys
from benchmarks.duplicates.sets import LabelledSet

if TYPE_CHECKING:
    from tuttava.matching.learning import Correction

ANSWERS, ROUND = 60, 10


class Quiz:
    """All pairs worth looking at with their features, and somebody who knows the truth about each."""

    def __init__(self, contestant: Tuttava, data: LabelledSet) -> None:
        from tuttava.matching.features import features_of
        from tuttava.matching.statistics import Statistics

        self.pairs = contestant.all_scores(data)
        first, second = records_of(data)
        whole = first if second is None else first.joined(second)
        statistics = Statistics.of(whole)
        self.statistics = statistics
        self.features = features_of(whole.take(self.pairs.left), whole.take(self.pairs.right), statistics)
        wanted = keys(data.pairs(), len(data))
        self.truth = np.isin(keys((self.pairs.left, self.pairs.right), len(data)), wanted)
        self.asked: list[int] = []

    def ask(self, score: NDArray[np.float32], count: int = ROUND) -> None:
        """Have the pairs answered that ``score`` is least sure of and nobody has answered yet."""
        from tuttava.matching.learning import most_informative

        open_pairs = np.setdiff1d(np.arange(len(score)), self.asked)
        chosen = most_informative(score[open_pairs], count)
        self.asked += open_pairs[chosen].tolist()

    @property
    def answered(self) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        return self.features[self.asked], self.truth[self.asked]


class Taught(Tuttava):
    """The product after sixty answers in its queue, ten at a time; the shipped model is corrected, not replaced."""

    title = "Tuttava, 60 answers"
    _correction: Correction | None = None

    def find(self, data: LabelledSet) -> Answer:
        from tuttava.matching.learning import Correction

        self._correction = None
        quiz = Quiz(self, data)
        score = quiz.pairs.score
        for _round in range(ANSWERS // ROUND):
            quiz.ask(score)
            self._correction = Correction.learn(*quiz.answered, quiz.statistics)
            score = self._scored(quiz, data)
        return super().find(data)

    def _scored(self, quiz: Quiz, data: LabelledSet) -> NDArray[np.float32]:
        """The corrected score of every pair of the quiz; pairs that are no longer scored have none."""
        now = self.all_scores(data)
        names, wanted = keys((now.left, now.right), len(data)), keys((quiz.pairs.left, quiz.pairs.right), len(data))
        order = np.argsort(names)
        at = np.minimum(np.searchsorted(names[order], wanted), max(0, len(names) - 1))
        found = names[order][at] == wanted
        return np.where(found, now.score[order][at], 0).astype(np.float32)

    def _search(self, data: LabelledSet, **options: Any) -> Any:
        return super()._search(data, correction=self._correction, **options)


class Forest(Tuttava):
    """A random forest on the product's features, taught by sixty answers, asked where it is least sure."""

    title = "Forest, 60 answers"
    threshold = 0.5
    _scores: Scored | None = None

    def prepare(self) -> None:
        import sklearn.ensemble  # noqa: F401

        super().prepare()

    def find(self, data: LabelledSet) -> Answer:
        from sklearn.ensemble import RandomForestClassifier

        quiz = Quiz(self, data)
        score = quiz.pairs.score
        for _round in range(ANSWERS // ROUND):
            quiz.ask(score)
            features, answers = quiz.answered
            if answers.all() or not answers.any():
                continue
            forest = RandomForestClassifier(300, min_samples_leaf=1, random_state=1, n_jobs=2)
            forest.fit(np.nan_to_num(features, nan=-1), answers)
            score = forest.predict_proba(np.nan_to_num(quiz.features, nan=-1))[:, 1].astype(np.float32)
        self._scores = Scored(quiz.pairs.left, quiz.pairs.right, score)
        own = self._scores.above(self.threshold)
        return Answer(own, self.clusters(data, own, self.threshold), self.threshold)

    def all_scores(self, data: LabelledSet) -> Scored:
        return self._scores or super().all_scores(data)
