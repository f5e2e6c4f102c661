"""Rows become facts of trade, set-based through the trade feed (17.11): a key that is there already is replaced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError
from tuttava.trade import feed
from tuttava.trade.feed.kinds import cleaners_of
from tuttava.trade.models import Origin, TradeFact
from tuttava.trade.rules.facts import posted_here
from tuttava.transfer.decisions import decide
from tuttava.transfer.halving import save_by_halves
from tuttava.transfer.models import Outcome
from tuttava.transfer.options import Options
from tuttava.transfer.plans import Note, Plan
from tuttava.transfer.writing import unchanged

Key = tuple[Any, ...]


class FactWriter:
    """``key`` names the fields by which a fact is recognised, ``matcher`` what that is called."""

    companies_created = 0

    def __init__(
        self, options: Options, *, dry: bool, model: type[TradeFact], key: Sequence[str], matcher: str
    ) -> None:
        self.options = options
        self.dry = dry
        self.model = model
        self._key = tuple(key)
        self._matcher = matcher

    def write(self, plans: Sequence[Plan]) -> None:
        """Say which rows are refused, replace others or are new, and store them. A later row of a key wins."""
        due = [plan for plan in plans if not plan.errors]
        self._read(due)
        due = [plan for plan in due if not plan.errors]
        self._match(due)
        decide([plan for plan in due if not plan.errors], self.options, lambda _plan: None)
        for plan in due:
            if plan.outcome == Outcome.CREATE and plan.match_id:
                plan.refuse(DomainError("already_exists", _("This entry exists already. Update it or skip the row.")))
        if not self.dry:
            save_by_halves([plan for plan in due if plan.outcome in (Outcome.CREATE, Outcome.UPDATE)], self._store)

    def _read(self, plans: Sequence[Plan]) -> feed.Batch:
        """The rows as the feed reads them; those that it refuses are."""
        batch = feed.read(self.model, [plan.values for plan in plans])
        for refused in batch.refused:
            plans[refused.row].refuse(refused)
        return batch

    def _key_of(self, plan: Plan) -> Key:
        clean = cleaners_of(self.model)
        return tuple(clean[name](plan.values.get(name)) for name in self._key)

    def _match(self, plans: Sequence[Plan]) -> None:
        """Which rows are there already, in the table or, where this run would have stored them, in the file."""
        known = self._known(plans)
        first: dict[Key, int] = {}
        for plan in plans:
            key = self._key_of(plan)
            record = known.get(key)
            if record is not None and record.origin == Origin.POSTING:
                plan.refuse(posted_here(record))
            elif record is not None:
                plan.match_id, plan.matched_by, plan.entity_id = record.pk, self._matcher, record.pk
            if first.setdefault(key, plan.row.number) != plan.row.number:
                row = {"row": first[key]}
                plan.notes.append(Note("import.same_in_file", _("Means the same record as row %(row)d.") % row))

    def _known(self, plans: Sequence[Plan]) -> dict[Key, TradeFact]:
        wanted = {self._key_of(plan) for plan in plans}
        narrowed = {f"{name}__in": {key[place] for key in wanted} for place, name in enumerate(self._key)}
        rows = self.model._default_manager.filter(**narrowed).only("id", "version", "origin", *self._key)
        return {tuple(getattr(row, name) for name in self._key): row for row in rows} if wanted else {}

    def _store(self, plans: Sequence[Plan]) -> None:
        before = {key: row.version for key, row in self._known(plans).items()}
        feed.store(self._read(plans))
        after = self._known(plans)
        for plan in plans:
            key = self._key_of(plan)
            plan.entity_id = after[key].pk
            if before.get(key) == after[key].version:
                plan.outcome = Outcome.SKIP
                plan.notes.append(unchanged())
