"""Scores and origins of pairs in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tuttava.duplicates.models import ContactDuplicate
from tuttava.foundation.errors import Text

#: From which score on a pair is called what, with the tone of its badge.
BANDS: tuple[tuple[int, Text, str], ...] = (
    (95, gettext_lazy("Almost certainly the same"), "success"),
    (80, gettext_lazy("Very likely the same"), "success"),
    (60, gettext_lazy("Probably the same"), "accent"),
    (40, gettext_lazy("Perhaps the same"), "warning"),
    (0, gettext_lazy("Rather different"), ""),
)


@dataclass(frozen=True)
class Likelihood:
    """A score as it is shown; ``score`` None where nothing was scored."""

    score: int | None
    words: Text
    tone: str


def likelihood(score: int | None) -> Likelihood:
    """What a score means."""
    if score is None:
        return Likelihood(None, _("Not scored"), "")
    words, tone = next((words, tone) for least, words, tone in BANDS if score >= least)
    return Likelihood(score, words, tone)


def found_by(pair: ContactDuplicate) -> str:
    """Which search found a pair."""
    number = pair.no_of_matching_strings
    strings = ngettext("%(count)d equal search string", "%(count)d equal search strings", number) % {"count": number}
    found = [_("likeness") if pair.smart else "", strings if pair.classic else ""]
    return ", ".join(words for words in found if words)
