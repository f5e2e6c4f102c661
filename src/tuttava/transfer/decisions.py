"""From a match to an outcome: create, update, skip or refuse, a row at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from tuttava.transfer.models import OnMatch, Outcome
from tuttava.transfer.options import MATCHERS, Options
from tuttava.transfer.plans import Note, Plan


def decide(plans: Sequence[Plan], options: Options, lacking: Callable[[Plan], Note | None]) -> None:
    """Set the outcome of every row that is not refused yet; the user's own decision comes first.

    ``lacking`` says why a row makes no new record.
    """
    for plan in plans:
        if not plan.errors:
            plan.outcome = outcome_of(plan, options)
            if plan.outcome == Outcome.FAIL:
                plan.errors.append(_undecided(plan))
            elif plan.outcome == Outcome.CREATE and (note := lacking(plan)):
                plan.errors.append(note)
                plan.outcome = Outcome.FAIL


def outcome_of(plan: Plan, options: Options) -> str:
    """What a row will do, by its decision, its match and the options; ``fail``: somebody has to decide."""
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
        _("A record with the same %(key)s exists. Decide whether to update it, skip the row or create another one.")
        % {"key": str(MATCHERS.get(plan.matched_by, plan.matched_by)).lower()},
    )
