"""What may still be done with interactions once they are logged (I-67 to I-78)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.dispatch import Signal
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import use_contact_for_new_work
from tuttava.foundation import records
from tuttava.foundation.context import ask, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Edit, rules_of
from tuttava.interactions import related
from tuttava.interactions.errors import not_deletable
from tuttava.interactions.models import Evaluation, InteractionComment, InteractionLogEntry
from tuttava.interactions.removing import delete_entries, own_files, remove_unused_files

WRITE, DELETE = "interaction_log.write", "interaction_log.delete"
SET = "interactionLogEntries"
#: Entries of one statement.
BATCH = 500

#: Entries are about to be canceled, or un-canceled. ``entries``; ``canceled``: what they become. Rooms above refuse
#: where a logged segment or a campaign entry is canceled itself (I-70).
canceling = Signal()

Ids = Sequence[uuid.UUID]


def toggle_canceled(ids: Ids, *, remove_attachments: bool | None = None) -> list[InteractionLogEntry]:
    """Cancel entries, or take that back: the opposite of the first one's state for all of them (I-69).

    Files that no other entry uses go too if ``remove_attachments`` says so; None asks.
    """
    require(WRITE, SET)
    with unit_of_work("cancel interactions"):
        entries = _locked(ids)
        if not entries:
            return []
        canceled = not entries[0].canceled
        changing = [entry for entry in entries if entry.canceled != canceled]
        canceling.send(sender=InteractionLogEntry, entries=changing, canceled=canceled)
        files = own_files(entries) if canceled else []
        gone = set(files) if files and _wants_removal(files, remove_attachments) else set()
        edits = [Edit(entry, rules_of(InteractionLogEntry)) for entry in entries]
        for edit in edits:
            edit.put("canceled", canceled)
            if edit.get("attachment_id") in gone:
                edit.put("attachment_id", None)
        records.save_many(edits)
        remove_unused_files(gone)
    return entries


def _wants_removal(files: Sequence[uuid.UUID], told: bool | None) -> bool:
    if told is not None:
        return told
    text = ngettext(
        "%(count)d attachment is used by these interactions only. Delete it too?",
        "%(count)d attachments are used by these interactions only. Delete them too?",
        len(files),
    )
    return ask("I-69", text % {"count": len(files)}, default=False)


def evaluate(ids: Ids, evaluation: str) -> list[InteractionLogEntry]:
    """Give entries one of the five evaluations (I-73)."""
    require(WRITE, SET)
    if evaluation not in Evaluation.values or evaluation == Evaluation.NONE:
        raise DomainError(
            "value_invalid",
            _("Choose one of the five evaluations, from very positive to very negative."),
            field="evaluation",
            rule="I-73",
        )
    with unit_of_work("evaluate interactions"):
        entries = _locked(ids)
        edits = [Edit(entry, rules_of(InteractionLogEntry)) for entry in entries]
        for edit in edits:
            edit.put("evaluation", evaluation)
        records.save_many(edits)
    return entries


def _locked(ids: Ids) -> list[InteractionLogEntry]:
    """The logged entries with these ids in the order given, locked in that of their numbers."""
    rows = InteractionLogEntry.objects.filter(pk__in=ids, postponed=False).order_by("entry_no")
    found = {entry.pk: entry for entry in rows.select_for_update(of=("self",))}
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]


# -- deleting --------------------------------------------------------------------------------------------------------


def delete_entry(entry: InteractionLogEntry, version: int | None = None) -> None:
    """Delete one canceled or postponed entry (I-72)."""
    records.delete(entry, version=version)


def delete_canceled(rows: QuerySet[InteractionLogEntry]) -> int:
    """Delete those of ``rows`` that are canceled; answers how many (I-159)."""
    require(DELETE, SET)
    deleted = 0
    with unit_of_work("delete canceled interactions"):
        for entries in _batches(canceled_only(rows)):
            delete_entries(entries)
            deleted += len(entries)
    return deleted


def canceled_only(rows: QuerySet[InteractionLogEntry]) -> QuerySet[InteractionLogEntry]:
    """Those of ``rows`` that were logged and canceled since."""
    return rows.filter(canceled=True, postponed=False)


def _batches(rows: QuerySet[InteractionLogEntry]) -> Iterator[list[InteractionLogEntry]]:
    last = 0
    while True:
        some = rows.filter(entry_no__gt=last).order_by("entry_no").select_for_update(of=("self",))[:BATCH]
        entries = list(some)
        if not entries:
            return
        last = entries[-1].entry_no
        yield entries


def delete_postponed(ids: Ids) -> int:
    """Delete unfinished interactions after asking once; answers how many (I-78)."""
    require(DELETE, SET)
    with unit_of_work("delete postponed interactions"):
        rows = InteractionLogEntry.objects.filter(pk__in=ids).order_by("entry_no")
        entries = list(rows.select_for_update(of=("self",)))
        for entry in entries:
            if not entry.postponed:
                raise not_deletable(entry.entry_no)
        text = ngettext(
            "Delete %(count)d postponed interaction?", "Delete %(count)d postponed interactions?", len(entries)
        )
        if not entries or not ask("I-78", text % {"count": len(entries)}, default=True):
            return 0
        delete_entries(entries)
    return len(entries)


# -- what follows from an interaction --------------------------------------------------------------------------------


def create_opportunity(entry: InteractionLogEntry) -> str:
    """Make an opportunity of an entry, with its comments; answers its number (I-74).

    Raises :class:`related.NotInstalled` without a room of opportunities, after what the entry itself refuses.
    """
    require(WRITE, SET)
    with unit_of_work("create opportunity", str(entry.entry_no)):
        fresh = records.lock(entry)
        refuse_opportunity(fresh)
        _unblocked(fresh)
        number = related.maker("opportunity").create({**_passed_on(fresh), "comments": _comments(fresh)})
        edit = Edit(fresh, rules_of(InteractionLogEntry))
        edit.put("opportunity_no", number)
        records.save(edit)
    tell("opportunity_created", _("Opportunity %(number)s was created.") % {"number": number}, target=number)
    return number


def refuse_opportunity(entry: InteractionLogEntry) -> None:
    """Only for an entry that is not canceled and has none yet (``entry_canceled``, ``opportunity_exists``)."""
    if entry.canceled:
        raise DomainError(
            "entry_canceled",
            _("Interaction %(entry)s is canceled. Create the opportunity from another one.") % {"entry": entry},
            rule="I-74",
        )
    if entry.opportunity_no:
        raise DomainError(
            "opportunity_exists",
            _("Interaction %(entry)s belongs to opportunity %(number)s already.")
            % {"entry": entry, "number": entry.opportunity_no},
            rule="I-74",
        )


def create_task(entry: InteractionLogEntry, values: Mapping[str, Any]) -> str:
    """Make a task of an entry: its contact, salesperson and campaign unless ``values`` say otherwise (I-75).

    Answers its number. Raises ``contact.privacy_blocked``, and :class:`related.NotInstalled` without a room of tasks.
    """
    require(WRITE, SET)
    _unblocked(entry)
    own = {name: value for name, value in _passed_on(entry).items() if name in _OF_TASK}
    return related.maker("task").create({**own, **values})


_OF_TASK = ("contact_id", "contact_company_id", "salesperson_code", "campaign_no")


def _passed_on(entry: InteractionLogEntry) -> dict[str, Any]:
    names = ("description", "segment_no", *_OF_TASK)
    return {name: getattr(entry, name) for name in names}


def _comments(entry: InteractionLogEntry) -> list[dict[str, Any]]:
    rows = InteractionComment.objects.filter(entry=entry).order_by("line_no")
    return [dict(row) for row in rows.values("line_no", "date", "code", "comment")]


def _unblocked(entry: InteractionLogEntry) -> None:
    """Neither contact nor company may be blocked (``contact.privacy_blocked``)."""
    ids = [pk for pk in (entry.contact_id, entry.contact_company_id) if pk is not None]
    for contact in Contact.objects.filter(pk__in=ids).order_by("pk"):
        use_contact_for_new_work(contact)
