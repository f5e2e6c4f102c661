"""From a match to an outcome: create, update, skip or refuse, a row at a time."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tuttava.transfer.matching import full_name
from tuttava.transfer.models import OnMatch, Outcome
from tuttava.transfer.options import MATCHERS, Options
from tuttava.transfer.plans import Note, Plan


def decide(plans: Sequence[Plan], options: Options) -> None:
    """Set the outcome of every row that is not refused yet; the user's own decision comes first."""
    for plan in plans:
        if not plan.errors:
            plan.outcome = _outcome(plan, options)
            if plan.outcome == Outcome.FAIL:
                plan.errors.append(_undecided(plan))
            elif plan.outcome == Outcome.CREATE and not full_name(plan):
                plan.errors.append(Note("contact.required", _("The row has no name. Fill one in."), "name"))
                plan.outcome = Outcome.FAIL


def _outcome(plan: Plan, options: Options) -> str:
    if plan.decision == Outcome.UPDATE and plan.match_id is None:
        return Outcome.CREATE
    if plan.decision in (Outcome.CREATE, Outcome.UPDATE, Outcome.SKIP):
        return plan.decision
    if plan.match_id is None:
        return Outcome.CREATE
    return {OnMatch.UPDATE: Outcome.UPDATE, OnMatch.SKIP: Outcome.SKIP, OnMatch.CREATE: Outcome.CREATE}.get(
        OnMatch(options.on_match), Outcome.FAIL
    )


def _undecided(plan: Plan) -> Note:
    return Note(
        "import.decision_needed",
        _("A contact with the same %(key)s exists. Decide whether to update it, skip the row or create another one.")
        % {"key": str(MATCHERS.get(plan.matched_by, plan.matched_by)).lower()},
    )
