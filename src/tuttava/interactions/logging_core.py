"""How interactions come into the log, whatever they come from: one way, set-based (I-59 to I-65)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.dispatch import Signal
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, ContactAltAddress, CorrespondenceType
from tuttava.foundation import records
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.lines import LINE_STEP
from tuttava.foundation.records import Edit
from tuttava.interactions import related
from tuttava.interactions.errors import require_filled
from tuttava.interactions.models import (
    InteractionComment,
    InteractionDocumentType,
    InteractionDraft,
    InteractionFields,
    InteractionLogEntry,
    InteractionTemplate,
)
from tuttava.interactions.numbering import draw_entry_numbers
from tuttava.interactions.storing import NewContent, store_attachments
from tuttava.partners.models import Salesperson

#: Entries were stored, in the same transaction. ``entries``; ``postponed``: all of them are unfinished wizards.
interactions_logged = Signal()

_SHARED = {column.name for column in InteractionFields._meta.get_fields()} - {"id", "version"}
#: The fields that drafts and entries have in common, by attribute name.
FIELDS = tuple(str(column.attname) for column in InteractionDraft._meta.concrete_fields if column.name in _SHARED)


@dataclass(frozen=True)
class NewComment:
    """A comment that goes with an interaction."""

    comment: str
    date: dt.date | None = None
    code: str = ""


@dataclass(frozen=True)
class NewInteraction:
    """One interaction to be stored: values of :class:`InteractionFields` by attribute name.

    ``resumed``: the postponed entry that it continues under the same number (I-77). ``more``: fields that only log
    entries have. ``deliver``: an address is demanded where it goes by e-mail (I-60). ``salesperson_needed``: what has
    left the house is logged without one, too (I-105). ``entry_no``: the number that was drawn for it beforehand.
    """

    values: Mapping[str, Any]
    comments: Sequence[NewComment] = ()
    content: NewContent | None = None
    resumed: InteractionLogEntry | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    deliver: bool = False
    salesperson_needed: bool = True
    entry_no: int = 0


def log_interactions(items: Sequence[NewInteraction], *, postponed: bool = False) -> list[InteractionLogEntry]:
    """Store interactions in the log, all or none, in order; answers their entries.

    Raises the refusals of I-59 and I-60 (``email_address_missing``); ``postponed`` entries are not checked (I-50).
    Rights are the caller's to demand: recording by documents needs none (I-66).
    """
    if not items:
        return []
    if not postponed:
        _refuse_incomplete(items)
    reach = _reach(items)
    with unit_of_work("log interaction"):
        edits = [_edit(item) for item in items]
        for edit, item in zip(edits, items, strict=True):
            edit.put("postponed", postponed)
            if edit.get("date") is None:
                edit.put("date", current().date)
            if edit.get("correspondence_type") == CorrespondenceType.EMAIL and not postponed:
                _check_address(edit, item, reach)
        _number([(edit, item.entry_no) for edit, item in zip(edits, items, strict=True) if edit.is_new])
        _attach(edits, items)
        if not postponed:
            _tell_related([edit.record for edit in edits])
        for group in ([e for e in edits if e.is_new], [e for e in edits if not e.is_new]):
            records.save_many(group)
        _comment(edits, items)
        entries = [edit.record for edit in edits]
        interactions_logged.send(sender=InteractionLogEntry, entries=entries, postponed=postponed)
    return entries


def _refuse_incomplete(items: Sequence[NewInteraction]) -> None:
    """I-59, with one query for each kind of record that is named."""
    for item in items:
        documented = item.values.get("document_type") or InteractionDocumentType.NONE
        needed = documented == InteractionDocumentType.NONE and item.salesperson_needed
        require_filled(item.values, salesperson=needed)
    _require_codes(items, "interaction_template_code", InteractionTemplate)
    _require_codes(items, "salesperson_code", Salesperson)
    for name in ("campaign", "opportunity", "task"):
        related.require_existing(name, {str(item.values.get(f"{name}_no") or "") for item in items})


def _require_codes(items: Sequence[NewInteraction], name: str, model: type[Any]) -> None:
    wanted = {item.values[name] for item in items if item.values.get(name)}
    missing = wanted - set(model.objects.filter(code__in=wanted).values_list("code", flat=True))
    if missing:
        raise DomainError(
            "not_found",
            _("There is no %(kind)s “%(code)s”. Choose one that exists.")
            % {"kind": model._meta.verbose_name, "code": min(missing)},
            field=name,
            rule="I-59",
        )


@dataclass(frozen=True)
class _Reach:
    """E-mail addresses and names of the contacts of a batch, and addresses of their chosen alternative addresses."""

    contacts: Mapping[uuid.UUID, tuple[str, str]]
    alternatives: Mapping[uuid.UUID, str]


def _reach(items: Sequence[NewInteraction]) -> _Reach:
    wanted = {item.values["contact_id"] for item in items if item.values.get("contact_id")}
    contacts = Contact.objects.filter(pk__in=wanted).values_list("pk", "email", "name")
    found = {pk: (email, name) for pk, email, name in contacts}
    if wanted - found.keys():
        raise DomainError("contact_not_found", _("The contact does not exist any more."), field="contact_id")
    chosen = {item.values["contact_alt_address_id"] for item in items if item.values.get("contact_alt_address_id")}
    others = ContactAltAddress.objects.filter(pk__in=chosen).values_list("pk", "email") if chosen else ()
    return _Reach(found, dict(others))


def _check_address(edit: Edit[InteractionLogEntry], item: NewInteraction, reach: _Reach) -> None:
    """Without any address e-mail becomes no correspondence, or a refusal when it is to be delivered (I-60).

    Mail that was sent and is logged now has had one, wherever it stands (I-154).
    """
    if edit.get("email_logged"):
        return
    chosen = edit.get("contact_alt_address_id")
    email, name = reach.contacts[edit.get("contact_id")]
    address = reach.alternatives.get(chosen, "") if chosen else ""
    if address or (email and not (item.deliver and chosen)):
        return
    if item.deliver:
        raise DomainError(
            "email_address_missing",
            _("%(contact)s has no e-mail address. Enter one, or choose another correspondence type.")
            % {"contact": name},
            field="correspondence_type",
            rule="I-60",
        )
    edit.put("correspondence_type", CorrespondenceType.NONE)


def _edit(item: NewInteraction) -> Edit[InteractionLogEntry]:
    rules = records.rules_of(InteractionLogEntry)
    edit = Edit(records.lock(item.resumed) if item.resumed else records.blank(InteractionLogEntry), rules)
    for name in FIELDS:
        if name in item.values:
            edit.put(name, item.values[name])
    for name, value in item.more.items():
        edit.put(name, value)
    edit.put("user_name", current().user_name)
    return edit


def _number(numbered: Sequence[tuple[Edit[InteractionLogEntry], int]]) -> None:
    """Each gets the number drawn for it beforehand, else a new one, also when data from outside took it (I-65)."""
    drawn = [number for _edit, number in numbered if number]
    known = InteractionLogEntry.objects.filter(entry_no__in=drawn) if drawn else InteractionLogEntry.objects.none()
    taken = set(known.values_list("entry_no", flat=True))
    rest = []
    for edit, number in numbered:
        if number and number not in taken:
            edit.put("entry_no", number)
        else:
            rest.append(edit)
    for edit, number in zip(rest, draw_entry_numbers(len(rest)), strict=True):
        edit.put("entry_no", number)


def _attach(edits: Sequence[Edit[InteractionLogEntry]], items: Sequence[NewInteraction]) -> None:
    """What the draft holds becomes the entry's own file (I-62)."""
    holders = [(edit, item.content) for edit, item in zip(edits, items, strict=True) if item.content is not None]
    made = store_attachments([content for _edit, content in holders])
    for (edit, _content), attachment in zip(holders, made, strict=True):
        edit.put("attachment_id", attachment.pk)


def _tell_related(entries: Sequence[InteractionLogEntry]) -> None:
    """Rooms above write what follows for their records: a campaign gets its entry (I-61)."""
    for name in related.KINDS:
        provider = related.kind(name)
        named = [entry for entry in entries if getattr(entry, f"{name}_no")] if provider else []
        if provider and named:
            provider.logged(named)


def _comment(edits: Sequence[Edit[InteractionLogEntry]], items: Sequence[NewInteraction]) -> None:
    """All comments, in order; those of a continued entry are replaced (I-45, I-77)."""
    resumed = [edit.record.pk for edit in edits if not edit.is_new]
    if resumed:
        InteractionComment.objects.filter(entry_id__in=resumed).delete()
    rules = records.rules_of(InteractionComment)
    records.save_many(
        [
            _comment_edit(rules, edit.record, place, comment)
            for edit, item in zip(edits, items, strict=True)
            for place, comment in enumerate(item.comments, 1)
        ]
    )


def _comment_edit(
    rules: records.Rules[InteractionComment], entry: InteractionLogEntry, place: int, comment: NewComment
) -> Edit[InteractionComment]:
    edit = Edit(InteractionComment(entry=entry, line_no=place * LINE_STEP), rules)
    edit.put("comment", comment.comment)
    edit.put("code", comment.code)
    edit.put("date", comment.date)
    return edit
