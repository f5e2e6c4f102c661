"""Decisions of the queue, and taking them back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.contacts.privacy import masked
from tuttava.duplicates.actions import set_separate
from tuttava.duplicates.models import ContactDuplicate
from tuttava.foundation import records
from tuttava.foundation.context import tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.undo import undo_unit
from tuttava.merging.pages.queue_state import QueueState, following
from tuttava.ui.answers import Answer

UNDO = "duplicates-undo"
Sent = Mapping[str, str]


def find(text: str) -> ContactDuplicate | None:
    """The open pair that a form is about; None once somebody else decided it."""
    try:
        pk = uuid.UUID(text)
    except ValueError:
        return None
    rows = ContactDuplicate.objects.select_related("contact", "duplicate")
    return rows.filter(pk=pk, separate_contacts=False).first()


def words_of(pair: ContactDuplicate) -> dict[str, str]:
    """Both names, for sentences about them."""
    left, right = masked(pair.contact), masked(pair.duplicate)
    return {"left": left.name or left.no, "right": right.name or right.no}


def undo_url(unit: uuid.UUID, pair: ContactDuplicate) -> str:
    """Where a click on Undo takes a decision back, and shows the pair again."""
    return reverse(UNDO, kwargs={"unit": unit, "pair": pair.pk})


def separate(pair: ContactDuplicate) -> str:
    """They are not the same (D-22); answers where that is taken back."""
    words = _("“%(left)s” and “%(right)s” are not the same.") % words_of(pair)
    with unit_of_work("separate contacts", words) as unit:
        set_separate(pair, True)
    tell("duplicates.separate", words)
    return undo_url(unit, pair)


def put_off(pair: ContactDuplicate) -> str:
    """Ask again after all others."""
    with unit_of_work("put off duplicates", _("Duplicates put off")) as unit:
        records.change(pair, {"put_off_at": timezone.now()})
    tell("duplicates.put_off", _("“%(left)s” and “%(right)s” come again at the end.") % words_of(pair))
    return undo_url(unit, pair)


VERDICTS = {"separate": separate, "later": put_off}


def decide(sent: Sent) -> tuple[QueueState, Answer]:
    """Carry out what a form says; the state shows the next pair, the answer how to take it back."""
    state = QueueState.read(sent)
    pair = find(sent.get("decided", ""))
    if pair is None:
        tell("duplicates.decided", _("Somebody decided this pair meanwhile."), severity="warning")
        return state, Answer()
    verdict = VERDICTS.get(sent.get("verdict", ""))
    if verdict is None:
        raise DomainError("duplicates.verdict", _("Say what to do with the two."), field="verdict")
    after = QueueState.read({**sent, "pair": following(state, pair)})
    return after, Answer(undo=verdict(pair))


def take_back(unit: uuid.UUID) -> None:
    """Undo one decision."""
    undo_unit(unit)
    tell("undone", _("Undone."))
