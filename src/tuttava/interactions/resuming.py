"""Postponed interactions are continued under the same number (I-77)."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Edit
from tuttava.interactions import draft_content
from tuttava.interactions.attachments import copy_of
from tuttava.interactions.choosing import variants_of
from tuttava.interactions.confidential import require_contents
from tuttava.interactions.drafting import RIGHT, SET_NAME, Source, begin, start_time
from tuttava.interactions.logging_core import FIELDS
from tuttava.interactions.models import InteractionComment, InteractionDraft, InteractionLogEntry
from tuttava.interactions.rules.drafts import current_template

#: Where an entry's own values fix the context, beside contact and company.
_FIXING = ("task_no", "salesperson_code", "campaign_no", "opportunity_no")


def resume(entry: InteractionLogEntry) -> InteractionDraft:
    """Go on with a postponed entry, under the same number (I-77). Raises ``not_postponed``."""
    require(RIGHT, SET_NAME)
    with unit_of_work("resume interaction"):
        entry = records.lock(entry)
        require_postponed(entry)
        require_contents(entry)
        known = InteractionDraft.objects.filter(entry=entry, user_name=current().user_name).first()
        return known or _draft_of(entry)


def require_postponed(entry: InteractionLogEntry) -> None:
    if not entry.postponed:
        raise DomainError(
            "not_postponed",
            _("Interaction %(entry)s is not postponed, so there is nothing to continue.") % {"entry": entry.entry_no},
            rule="I-77",
        )


def _draft_of(entry: InteractionLogEntry) -> InteractionDraft:
    """The entry's values, with the time of now and a context of exactly what it names (I-77)."""
    edit = begin(Source(), {})
    for name in FIELDS:
        edit.put(name, getattr(entry, name))
    edit.put("date", current().date)
    edit.put("time_of_interaction", start_time(timezone.localtime()))
    edit.put("attachment_id", None)
    edit.put("interaction_successful", not entry.attempt_failed)
    edit.put("entry_id", entry.pk)
    edit.put("resumed_entry_no", entry.entry_no)
    context = {name: str(getattr(entry, name)) for name in _FIXING if getattr(entry, name)}
    for name in ("contact", "contact_company"):
        contact = getattr(entry, name)
        context |= {f"{name}_no": contact.no} if contact else {}
    edit.put("wizard_contact_name", entry.contact.name[:100] if entry.contact else "")
    edit.put("context", context)
    _take_content(edit, entry)
    draft = records.save(edit)
    _take_comments(draft, entry)
    return draft


def _take_content(edit: Edit[InteractionDraft], entry: InteractionLogEntry) -> None:
    template = current_template(edit)
    variant = variants_of(template).in_language(entry.interaction_language_code) if template else None
    edit.put("attachment_id", variant.attachment_id if variant else None)
    if entry.attachment is not None:
        draft_content.put(edit, copy_of(entry.attachment))
        if variant is not None and variant.attachment is not None:
            edit.put("content_of", variant.attachment.no)


def _take_comments(draft: InteractionDraft, entry: InteractionLogEntry) -> None:
    rules = records.rules_of(InteractionComment)
    edits = []
    for row in InteractionComment.objects.filter(entry=entry).order_by("line_no"):
        edit = Edit(InteractionComment(draft=draft, line_no=row.line_no), rules)
        for name in ("comment", "code", "date"):
            edit.put(name, getattr(row, name))
        edits.append(edit)
    records.save_many(edits)
