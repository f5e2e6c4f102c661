"""Sending again what was sent: the same once more, or anew with live values as a new entry (I-103, I-104)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.contacts.models import CorrespondenceType
from tuttava.foundation import records
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Job
from tuttava.foundation.records import Edit
from tuttava.interactions.attachments import copy_of
from tuttava.interactions.delivery import Outcome, deliver_and_tell, deliver_later
from tuttava.interactions.logging_core import FIELDS, NewComment, NewInteraction, log_interactions
from tuttava.interactions.models import (
    InteractionComment,
    InteractionLogEntry,
    InteractionTemplateLanguage,
    StorageType,
)
from tuttava.interactions.storing import NewContent


def resend(
    entries: Sequence[InteractionLogEntry], correspondence_type: str = "", *, update_merge_fields: bool = False
) -> Outcome:
    """Deliver entries again; ``correspondence_type`` blank: the same as each has. Outside any transaction.

    Raises ``one_logged_segment_required``, ``nothing_to_send``, ``correspondence_type_required``,
    ``email_address_missing`` and ``mail_account_missing``; each entry's own failure is counted.
    """
    return deliver_and_tell(prepare(entries, correspondence_type, update_merge_fields=update_merge_fields))


def resend_later(
    entries: Sequence[InteractionLogEntry], correspondence_type: str = "", *, update_merge_fields: bool = False
) -> Job | None:
    """The same as a job."""
    return deliver_later(prepare(entries, correspondence_type, update_merge_fields=update_merge_fields))


def prepare(
    entries: Sequence[InteractionLogEntry], correspondence_type: str = "", *, update_merge_fields: bool = False
) -> list[InteractionLogEntry]:
    """The entries to be delivered: the same ones, or new ones in their place; refused as :func:`resend` says."""
    require("interaction_log.write")
    if len({entry.logged_segment_entry_no for entry in entries}) > 1:
        raise DomainError(
            "one_logged_segment_required",
            _("The interactions belong to several logged segments. Choose those of one, or of none."),
            rule="I-103",
        )
    wanted = resendable(entries)
    if not wanted:
        raise nothing_to_send()
    for entry in wanted:
        refuse_untyped(entry, correspondence_type)
    with unit_of_work("resend interactions"):
        if update_merge_fields:
            return _anew(wanted, correspondence_type)
        return _again(wanted, correspondence_type)


def resendable(entries: Sequence[InteractionLogEntry]) -> list[InteractionLogEntry]:
    """Those that can be sent again: not postponed, with a file of their own, and no logged mail (I-103)."""
    return [entry for entry in entries if not entry.postponed and _has_file(entry)]


def resendable_rows(rows: QuerySet[InteractionLogEntry]) -> QuerySet[InteractionLogEntry]:
    """The same among many."""
    return rows.filter(postponed=False, email_logged=False, attachment__isnull=False).exclude(
        attachment__storage_type=StorageType.MAIL_MESSAGE
    )


def nothing_to_send() -> DomainError:
    return DomainError(
        "nothing_to_send", _("None of these interactions holds anything that could be sent again."), rule="I-103"
    )


def _has_file(entry: InteractionLogEntry) -> bool:
    kept = entry.attachment
    return kept is not None and not entry.email_logged and kept.storage_type != StorageType.MAIL_MESSAGE


def refuse_untyped(entry: InteractionLogEntry, correspondence_type: str) -> None:
    """``correspondence_type_required``: neither chosen for all nor its own."""
    if (correspondence_type or entry.correspondence_type) == CorrespondenceType.NONE:
        raise DomainError(
            "correspondence_type_required",
            _("Interaction %(entry)s has no correspondence type. Choose hard copy or e-mail for all.")
            % {"entry": entry.entry_no},
            field="correspondence_type",
            rule="I-103",
        )


def _again(entries: Sequence[InteractionLogEntry], correspondence_type: str) -> list[InteractionLogEntry]:
    edits = [Edit(entry, records.rules_of(InteractionLogEntry)) for entry in entries]
    for edit in edits:
        edit.put("email_logged", False)
        if correspondence_type:
            edit.put("correspondence_type", correspondence_type)
    records.save_many(edits)
    return [edit.record for edit in edits]


def _anew(entries: Sequence[InteractionLogEntry], correspondence_type: str) -> list[InteractionLogEntry]:
    """Copies of today with live values, comments included; the old entries stay."""
    layouts, comments = _layouts(entries), _comments(entries)
    return log_interactions(
        [
            NewInteraction(
                _values(entry, correspondence_type),
                comments=comments.get(entry.pk, ()),
                content=_content(entry, layouts),
                more={name: getattr(entry, name) for name in ("logged_segment_entry_no", "modified_word_template")},
                deliver=True,
                salesperson_needed=bool(entry.salesperson_code),
            )
            for entry in entries
        ]
    )


def _values(entry: InteractionLogEntry, correspondence_type: str) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in FIELDS if name != "attachment_id"}
    prefix = _("Resend:")
    told = entry.description if entry.description.startswith(prefix) else f"{prefix} {entry.description}"
    return values | {
        "description": told.strip()[:100],
        "date": current().date,
        "time_of_interaction": timezone.localtime().time().replace(microsecond=0),
        "correspondence_type": correspondence_type or entry.correspondence_type,
    }


def _content(entry: InteractionLogEntry, layouts: Mapping[tuple[str, str | None], str]) -> NewContent | None:
    """What is filled in anew: the Word template itself, or the layout with what was typed into it."""
    kept = entry.attachment
    if kept is None or (entry.word_template_code and not entry.merged):
        return None
    layout = layouts.get((entry.interaction_template_code, entry.interaction_language_code))
    if kept.content_body and layout and not kept.email_layout_code:
        return NewContent(extension="html", email_layout_code=layout, content_body=kept.content_body)
    return copy_of(kept)


def _layouts(entries: Sequence[InteractionLogEntry]) -> dict[tuple[str, str | None], str]:
    codes = {entry.interaction_template_code for entry in entries}
    rows = InteractionTemplateLanguage.objects.filter(
        interaction_template_code__in=codes, email_layout_code__isnull=False
    )
    return {(row.interaction_template_code, row.language_code): str(row.email_layout_code) for row in rows}


def _comments(entries: Sequence[InteractionLogEntry]) -> dict[Any, list[NewComment]]:
    found: dict[Any, list[NewComment]] = {}
    rows = InteractionComment.objects.filter(entry_id__in=[entry.pk for entry in entries]).order_by("line_no")
    for row in rows:
        found.setdefault(row.entry_id, []).append(NewComment(row.comment, row.date, row.code))
    return found
