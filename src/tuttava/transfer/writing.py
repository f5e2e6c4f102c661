"""Rows become records, through all rules of their register; a row that fails does not spoil the others."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from django.utils.translation import gettext as _

from tuttava.foundation.cleaning import same
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, Record, blank, rules_of, save_many
from tuttava.transfer.decisions import decide
from tuttava.transfer.halving import save_by_halves
from tuttava.transfer.matching import Matching
from tuttava.transfer.models import Outcome
from tuttava.transfer.old_numbers import follow_merges
from tuttava.transfer.options import Options
from tuttava.transfer.plans import Note, Plan
from tuttava.transfer.waves import Waves

M = TypeVar("M", bound=Record)
Pairs = Sequence[tuple[Plan, M]]
#: Keys of a file that a dry run remembers.
_REMEMBERED = 2_000_000


class RecordWriter(Generic[M]):
    """Writes the records of one import chunk by chunk.

    ``order`` holds the fields in the order in which they are entered, ``required`` the code of the refusal of a new
    record without a name.
    """

    required: ClassVar[str] = "field_required"

    def __init__(
        self, options: Options, *, dry: bool, model: type[M], matching: Matching, order: Iterable[str]
    ) -> None:
        self.options = options
        self.dry = dry
        self.model = model
        self.matching = matching
        self.companies_created = 0
        self._order = {name: place for place, name in enumerate(order)}
        self._seen: dict[int, int] = {}

    def write(self, plans: Sequence[Plan]) -> None:
        """Match, decide and save a chunk. Rows that mean the same record follow each other: the later finds it."""
        if "no" in self.options.match_by:
            follow_merges(plans, self.model)
        if self.dry:
            self.matching.match(plans, self.options.match_by)
            self._match_in_file(plans)
            self._write_wave(plans)
            return
        waves = Waves(plans, self.matching, self.options.match_by)
        while wave := waves.next():
            self.matching.match(wave, self.options.match_by)
            self._write_wave(waves.hold_back(wave))

    def _write_wave(self, wave: Sequence[Plan]) -> None:
        decide(wave, self.options, self._nameless)
        self.look_up([plan for plan in wave if not plan.errors and plan.outcome in (Outcome.CREATE, Outcome.UPDATE)])
        for part in self.parts(wave):
            self._save(part)

    def _nameless(self, plan: Plan) -> Note | None:
        """Why a row without a name makes no new record."""
        if self.matching.full_name(plan):
            return None
        return Note(self.required, _("The row has no name. Fill one in."), "name")

    def look_up(self, plans: Sequence[Plan]) -> None:
        """Find, set-based, the records that these rows name; rows that name unknown ones are refused."""

    def parts(self, wave: Sequence[Plan]) -> Sequence[Sequence[Plan]]:
        """The rows in the order in which they must be saved."""
        return (wave,)

    def initial(self, plan: Plan) -> dict[str, Any]:
        """What a new record gets beside the row's values."""
        return {}

    def save_more(self, pairs: Pairs[M]) -> set[int]:
        """Save what the rows add beside their records; returns the ``id()`` of the plans that added something."""
        return set()

    def _match_in_file(self, plans: Sequence[Plan]) -> None:
        """A dry run stores nothing, so it remembers which rows would have created a record that later rows mean."""
        for plan in plans:
            if plan.errors:
                continue
            for key in self.matching.identity_keys(plan, self.options.match_by, exact=True):
                first = self._seen.setdefault(hash(key), plan.row.number) if len(self._seen) < _REMEMBERED else 0
                if plan.match_id is None and first not in (0, plan.row.number):
                    plan.match_id, plan.matched_by = uuid.UUID(int=0), key[0]
                    plan.notes.append(
                        Note("import.same_in_file", _("Means the same record as row %(row)d.") % {"row": first})
                    )

    def _save(self, plans: Sequence[Plan]) -> None:
        due = [plan for plan in plans if not plan.errors and plan.outcome in (Outcome.CREATE, Outcome.UPDATE)]
        if due:
            rules_of(self.model).prepare([plan.values for plan in due])
            save_by_halves(due, self._save_together)

    def _save_together(self, plans: Sequence[Plan]) -> None:
        entered = self._enter_all(plans)
        if not self.dry:
            self._store(entered)

    def _enter_all(self, plans: Sequence[Plan]) -> list[tuple[Plan, Edit[M]]]:
        """The rows entered field by field; a row with a refused field is out."""
        found = self._existing([plan.match_id for plan in plans if plan.outcome == Outcome.UPDATE and plan.match_id])
        edits: list[tuple[Plan, Edit[M]]] = []
        for plan in plans:
            record = found.get(plan.match_id) if plan.outcome == Outcome.UPDATE and plan.match_id else None
            if plan.outcome == Outcome.UPDATE and record is None and not self.dry:
                plan.refuse(DomainError("record_gone", _("The record was deleted meanwhile. Import the row again.")))
                continue
            edit = self._enter(plan, record or blank(self.model))
            if not plan.errors:
                edits.append((plan, edit))
        return edits

    def _existing(self, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, M]:
        """The stored records, locked for the run."""
        if not ids:
            return {}
        rows = self.model._default_manager.defer("search_tokens").filter(pk__in=ids)
        if self.dry:
            return rows.in_bulk()
        rules_of(self.model).hold(ids)
        return rows.select_for_update(of=("self",)).order_by("pk").in_bulk()

    def _enter(self, plan: Plan, record: M) -> Edit[M]:
        """The fields entered with their rules; refusals of all fields are collected."""
        values = {**self.initial(plan), **plan.values} if record._state.adding else dict(plan.values)
        edit = Edit(record, rules_of(self.model), typed=values)
        messages = current().messages
        said = len(messages)
        for name in sorted(values.keys() & self._order.keys(), key=self._order.__getitem__):
            if edit.is_new or not same(edit.get(name), values[name]):
                try:
                    edit.enter(name, values[name])
                except DomainError as error:
                    plan.refuse(error, name)
        plan.notes += [Note(message.code, str(message.text)) for message in messages[said:]]
        del messages[said:]
        return edit

    def _store(self, entered: Sequence[tuple[Plan, Edit[M]]]) -> None:
        changed = {id(plan) for plan, edit in entered if edit.is_new or edit.changed_fields()}
        save_many([edit for plan, edit in entered if id(plan) in changed])
        more = self.save_more([(plan, edit.record) for plan, edit in entered])
        for plan, edit in entered:
            plan.entity_id = edit.record.pk
            if id(plan) not in changed and id(plan) not in more:
                plan.outcome = Outcome.SKIP
                plan.notes.append(unchanged())


def unchanged() -> Note:
    """What is said of a row that says nothing new."""
    return Note("import.unchanged", _("Nothing to change."))
