"""Quick log: something said, noted in seconds, through the same rules as the wizard but without a stored draft."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, CorrespondenceType
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions.attachments import copy_of
from tuttava.interactions.drafting import RIGHT, Source, begin
from tuttava.interactions.errors import contact_required
from tuttava.interactions.logging_core import NewComment
from tuttava.interactions.models import InteractionAttachment, InteractionComment, InteractionDraft, InteractionLogEntry
from tuttava.interactions.storing import NewContent
from tuttava.interactions.wizard import Finished, check, log_draft

LONGEST_DESCRIPTION: int = InteractionDraft._meta.get_field("description").max_length or 0
LONGEST_COMMENT: int = InteractionComment._meta.get_field("comment").max_length or 0


def quick_log(
    contact: Contact | None, *, template_code: str, text: str, values: Mapping[str, Any] | None = None
) -> InteractionLogEntry:
    """Log what was said. A text of one short line is the description; a longer one is kept whole as comments.

    It notes what happened: nothing is sent, whatever the contact wishes. Without a text the template's description
    stands.
    """
    description, comments = split_text(text)
    more = {name: value for name, value in (values or {}).items() if name != "description"}
    said = {"description": description} if description else {}
    if contact is None:
        raise contact_required()
    given = {"interaction_template_code": template_code, "correspondence_type": CorrespondenceType.NONE, **said, **more}
    return log_at_once(Source(contact=contact), given, comments, deliver=False).entry


def log_at_once(
    source: Source,
    values: Mapping[str, Any],
    comments: Sequence[NewComment] = (),
    *,
    deliver: bool = True,
) -> Finished:
    """A draft entered, checked and logged in one go (17.1 ``logInteraction``). Raises the refusals of I-46."""
    require(RIGHT, "interactionLogEntries")
    with unit_of_work("log interaction"):
        draft = begin(source, values).record
        check(draft)
        return log_draft(draft, comments, _file_of(draft), deliver=deliver)


def split_text(text: str) -> tuple[str, list[NewComment]]:
    """The description, and comments where the text does not fit into it. Raises ``value_invalid`` for control signs."""
    text = text.replace("\r\n", "\n").strip()
    if "\x00" in text:
        raise DomainError("value_invalid", _("The text holds signs that cannot be stored."), field="text")
    if "\n" not in text and len(text) <= LONGEST_DESCRIPTION:
        return text, []
    first = textwrap.shorten(text.split("\n", 1)[0], LONGEST_DESCRIPTION, placeholder="…")
    parts = [text[start : start + LONGEST_COMMENT] for start in range(0, len(text), LONGEST_COMMENT)]
    return first or text.split("\n", 1)[0][:LONGEST_DESCRIPTION], [NewComment(part) for part in parts]


def _file_of(draft: InteractionDraft) -> NewContent | None:
    found = InteractionAttachment.objects.filter(pk=draft.attachment_id).first() if draft.attachment_id else None
    return copy_of(found) if found else None
