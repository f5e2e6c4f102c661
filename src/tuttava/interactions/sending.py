"""What the wizard shows of what will be sent: letters filled in, and what a mail will look like."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.interactions.logging_core import FIELDS
from tuttava.interactions.merge_values import is_field, values_of
from tuttava.interactions.models import DraftKind, InteractionDraft, InteractionLogEntry, PrintFile
from tuttava.interactions.rendering import render_layout
from tuttava.interactions.storing import NewContent
from tuttava.interactions.word import Letter
from tuttava.interactions.word_templates import document_of

#: Under what an answer finds the print file of an entry, with the entry's id.
PRINT_FILE = "interactions.print_file"
#: Under what a draft's context keeps the number that its letter told already.
ENTRY_NO = "entry_no"


def merged_letter(draft: InteractionDraft) -> NewContent:
    """The draft's Word template, filled in for its contact (I-40). Raises ``no_attachment_for_language``."""
    document = document_of(draft.word_template) if draft.word_template else b""
    if not document:
        raise DomainError(
            "no_attachment_for_language",
            _("Word template %(code)s has no document. Import one first.") % {"code": draft.word_template_code or ""},
            field="word_template_code",
        )
    name = f"{draft.description[:90].strip() or draft.word_template_code}.docx"
    return NewContent(data=Letter(document, is_field).fill(_values(draft)), file_name=name, extension="docx")


def number_needed(draft: InteractionDraft) -> bool:
    """Whether the draft's letter tells the number of its entry, and none was drawn for it yet (I-92)."""
    if draft.resumed_entry_no or draft.context.get(ENTRY_NO) or draft.word_template is None:
        return False
    document = document_of(draft.word_template)
    return bool(document) and "entry.entry_no" in Letter(document, is_field).names


def number_of(draft: InteractionDraft) -> int:
    """The number that the draft's entry is going to have, as far as it is known; else 0."""
    return int(draft.resumed_entry_no or draft.context.get(ENTRY_NO, 0))


def _values(draft: InteractionDraft) -> dict[str, str]:
    """The merge values of the entry that the draft is going to be."""
    return dict(values_of([entry_of(draft)])[0])


def entry_of(draft: InteractionDraft) -> InteractionLogEntry:
    """The entry that the draft is going to be, not stored and without its file."""
    entry = InteractionLogEntry(**{name: getattr(draft, name) for name in FIELDS}, entry_no=number_of(draft))
    entry.attachment = None
    if draft.kind == DraftKind.INTERACTION:
        entry.subject = draft.description  # as it is logged (I-47)
    return entry


def preview_of(draft: InteractionDraft) -> str:
    """The mail as its reader will see it: the layout filled in, scripts left out; blank without a layout (I-39)."""
    if draft.email_layout is None:
        return ""
    return render_layout(draft.email_layout.html, _values(draft), draft.content_body)


def remember_print_file(entry: InteractionLogEntry, print_file: PrintFile | None) -> InteractionLogEntry:
    """Let the answer of this call link to what went to paper with the entry (I-164)."""
    if print_file is not None:
        current().cache[(PRINT_FILE, entry.pk)] = print_file
    return entry
