"""Rows become contacts, through all rules of the register; a row that fails does not spoil the others."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import DataError, transaction
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.foundation.cleaning import same
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, blank, rules_of, save_many
from tuttava.transfer import belongings
from tuttava.transfer.companies import attach
from tuttava.transfer.decisions import decide
from tuttava.transfer.matching import identity_keys, match
from tuttava.transfer.models import Outcome
from tuttava.transfer.options import Options
from tuttava.transfer.plans import Note, Plan
from tuttava.transfer.targets import CONTACT_FIELDS
from tuttava.transfer.waves import Waves

_ORDER = {name: place for place, name in enumerate(CONTACT_FIELDS)}


class ContactWriter:
    """Writes the contacts of one import chunk by chunk; ``companies_created`` counts those of company columns."""

    def __init__(self, options: Options, *, dry: bool) -> None:
        self.options = options
        self.dry = dry
        self.companies_created = 0
        self._seen: dict[int, int] = {}
        self._new_companies: set[int] = set()

    def write(self, plans: Sequence[Plan]) -> None:
        """Match, decide and save a chunk. Rows that mean the same contact follow each other: the later finds it."""
        if self.dry:
            match(plans, self.options.match_by)
            self._match_in_file(plans)
            self._write_wave(plans)
            return
        waves = Waves(plans, self.options.match_by)
        while wave := waves.next():
            match(wave, self.options.match_by)
            self._write_wave(waves.hold_back(wave))

    def _write_wave(self, wave: Sequence[Plan]) -> None:
        decide(wave, self.options)
        self._count(attach(wave, dry=self.dry))
        for people in (False, True):
            self._save([plan for plan in wave if plan.is_person is people])

    def _match_in_file(self, plans: Sequence[Plan]) -> None:
        """A dry run stores nothing, so it remembers which rows would have created a contact that later rows mean."""
        for plan in plans:
            if plan.errors:
                continue
            for key in identity_keys(plan, self.options.match_by, exact=True):
                first = self._seen.setdefault(hash(key), plan.row.number) if len(self._seen) < 2_000_000 else 0
                if plan.match_id is None and first not in (0, plan.row.number):
                    plan.match_id, plan.matched_by = uuid.UUID(int=0), key[0]
                    plan.notes.append(
                        Note("import.same_in_file", _("Means the same contact as row %(row)d.") % {"row": first})
                    )

    def _count(self, names: set[str]) -> None:
        if self.dry:
            names = {name for name in names if hash(name) not in self._new_companies}
            self._new_companies.update(hash(name) for name in names)
        self.companies_created += len(names)

    def _save(self, plans: Sequence[Plan]) -> None:
        due = [plan for plan in plans if not plan.errors and plan.outcome in (Outcome.CREATE, Outcome.UPDATE)]
        if due:
            rules_of(Contact).prepare([plan.values for plan in due])
            self._save_group(due)

    def _save_group(self, plans: Sequence[Plan]) -> None:
        """Save together; when a rule refuses, by halves, until the rows it refuses stand alone."""
        before = len(plans[0].notes) if len(plans) == 1 else 0
        try:
            with transaction.atomic():
                edits = self._edits(plans)
                if not self.dry:
                    _store(edits)
            return
        except DomainError as error:
            if len(plans) == 1:
                del plans[0].notes[before:]
                plans[0].refuse(error)
                return
        except DataError:
            if len(plans) == 1:
                plans[0].refuse(DomainError("value_invalid", _("The row cannot be stored.")))
                return
        current().cache.clear()
        middle = len(plans) // 2
        for half in (plans[:middle], plans[middle:]):
            due = [plan for plan in half if not plan.errors]
            if due:
                self._save_group(due)

    def _edits(self, plans: Sequence[Plan]) -> list[tuple[Plan, Edit[Contact]]]:
        """The rows entered field by field; a row with a refused field is out."""
        ids = [plan.match_id for plan in plans if plan.outcome == Outcome.UPDATE and plan.match_id]
        existing = Contact.objects.defer("search_tokens").filter(pk__in=ids)
        found = existing.in_bulk() if self.dry else existing.select_for_update(of=("self",)).order_by("pk").in_bulk()
        edits: list[tuple[Plan, Edit[Contact]]] = []
        for plan in plans:
            record = found.get(plan.match_id) if plan.outcome == Outcome.UPDATE and plan.match_id else None
            if plan.outcome == Outcome.UPDATE and record is None and not self.dry:
                plan.refuse(DomainError("record_gone", _("The contact was deleted meanwhile. Import the row again.")))
                continue
            edit = _enter(plan, record or blank(Contact))
            if not plan.errors:
                edits.append((plan, edit))
        return edits


def _enter(plan: Plan, record: Contact) -> Edit[Contact]:
    """The fields entered with their rules; refusals of all fields are collected."""
    values = dict(plan.values)
    if record._state.adding:
        values["type"] = "person" if plan.is_person else "company"
    edit = Edit(record, rules_of(Contact), typed=values)
    messages = current().messages
    said = len(messages)
    for name in sorted(values.keys() & _ORDER.keys(), key=_ORDER.__getitem__):
        if edit.is_new or not same(edit.get(name), values[name]):
            try:
                edit.enter(name, values[name])
            except DomainError as error:
                plan.refuse(error, name)
    plan.notes += [Note(message.code, str(message.text)) for message in messages[said:]]
    del messages[said:]
    return edit


def _store(entered: Sequence[tuple[Plan, Edit[Contact]]]) -> None:
    changed = {id(plan) for plan, edit in entered if edit.is_new or edit.changed_fields()}
    save_many([edit for plan, edit in entered if id(plan) in changed])
    more = belongings.save([(plan, edit.record) for plan, edit in entered])
    for plan, edit in entered:
        plan.entity_id = edit.record.pk
        if id(plan) not in changed and id(plan) not in more:
            plan.outcome = Outcome.SKIP
            plan.notes.append(Note("import.unchanged", _("Nothing to change.")))
