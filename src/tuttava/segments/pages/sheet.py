"""Entering many cells of a segment's lines at once: each row by its rules and as a step, all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts.models import CorrespondenceType
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.errors import DomainError, QuestionsPending
from tuttava.interactions.models import Evaluation
from tuttava.interactions.pages.people import contact_from
from tuttava.segments import by_hand
from tuttava.segments.models import Segment, SegmentLine
from tuttava.ui import values
from tuttava.ui.cards.saving import as_seen
from tuttava.ui.sheets import Change, Result, SheetColumn, choice_of, line_gone, seen_by_somebody_else

#: What can be typed into a line, in the order in which it is entered: the contact resets the line, the template most.
ENTERED = (
    *("contact_no", "interaction_template_code", "interaction_language_code", "correspondence_type", "subject"),
    *("description", "salesperson_code", "date", "evaluation", "cost_lcy", "duration_min", "campaign_no"),
)
CHOICES = {
    "correspondence_type": SheetColumn(
        "correspondence_type", gettext_lazy("Sent by"), "choice", choices=CorrespondenceType.choices, default="none"
    ),
    "evaluation": SheetColumn(
        "evaluation", gettext_lazy("Evaluation"), "choice", choices=Evaluation.choices, default="none"
    ),
}


def enter(segment: Segment, changes: Sequence[Change]) -> list[Result]:
    """Enter and store; a row that a rule refuses is left out and says why. ``segment`` is locked."""
    rows = SegmentLine.objects.filter(segment=segment, pk__in=[change.line for change in changes if change.line])
    known = {line.pk: line for line in rows.select_related("contact")}
    results = []
    for change in changes:
        result = Result(change.key)
        results.append(result)
        try:
            line = known.get(change.line) if change.line else None
            result.id = str(_entered(segment, change, line, result).pk)
        except QuestionsPending:
            raise
        except DomainError as error:
            error.field = {"contact_id": "contact_no"}.get(error.field, error.field)
            result.refused(change, error)
    return results


def _entered(segment: Segment, change: Change, line: SegmentLine | None, result: Result) -> SegmentLine:
    if change.line is None:
        return by_hand.add_line(segment, _typed(change, blank=False))
    if line is None:
        raise line_gone()
    if change.version is not None and as_seen(line, change.version) is not line:
        result.conflict = True
        raise seen_by_somebody_else()
    return by_hand.change_line(line, _typed(change, blank=True))


def _typed(change: Change, *, blank: bool) -> dict[str, Any]:
    """What was typed, as values; blanks are left out of a new line, whose contact fills them."""
    found: dict[str, Any] = {}
    for name in ENTERED:
        text = change.values.get(name)
        if text is None or not (blank or text.strip()):
            continue
        if name == "contact_no":
            found["contact_id"] = _contact(text)
        elif name in CHOICES:
            found[name] = choice_of(CHOICES[name], text) or "none"
        else:
            stored = attribute(SegmentLine, name)
            value = values.parse(text, stored)
            found[name] = 0 if value is None and values.kind_of(stored) == "decimal" else value
    return found


def _contact(text: str) -> Any:
    if not text.strip():
        return None
    contact = contact_from(text)
    if contact is None:
        raise DomainError(
            "contact_not_found",
            _("There is no contact “%(text)s”, or several fit. Choose one from the list.") % {"text": text.strip()},
            field="contact_no",
        )
    return contact.pk
