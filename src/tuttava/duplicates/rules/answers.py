"""The rules of answers: they are given with pairs, so whoever may change pairs may answer."""

from __future__ import annotations

from tuttava.duplicates.models import DuplicateAnswer
from tuttava.foundation.records import Rules, register


@register
class AnswerRules(Rules[DuplicateAnswer]):
    model = DuplicateAnswer
    set_name = "contactDuplicates"
