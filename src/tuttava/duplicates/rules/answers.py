"""The rules of answers: they are given with pairs, so whoever may change pairs may answer."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from tuttava.duplicates import smart
from tuttava.duplicates.models import DuplicateAnswer
from tuttava.foundation.records import Rules, register


@register
class AnswerRules(Rules[DuplicateAnswer]):
    model = DuplicateAnswer
    set_name = "contactDuplicates"

    def after_take_back(self, ids: Sequence[uuid.UUID]) -> None:
        """A verdict was undone, and the answer with it: what it taught goes as well."""
        smart.learn()

    def after_restore(self, ids: Sequence[uuid.UUID]) -> None:
        smart.learn()
