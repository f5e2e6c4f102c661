"""What becomes of interactions when contacts are merged (M-32)."""

from __future__ import annotations

from tuttava.foundation.merge_rules import points_elsewhere, refers
from tuttava.interactions.models import (
    Delivery,
    InteractionAttachment,
    InteractionDraft,
    InteractionLogEntry,
    PrintFile,
    WordTemplate,
)


def declare() -> None:
    """Entries and drafts follow the survivor; everything else names files and entries."""
    for model in (InteractionLogEntry, InteractionDraft):
        refers("contact", model, "contact_id")
        refers("contact", model, "contact_company_id")
    refers("contact", InteractionLogEntry, "former_contact_id", hidden=True)
    points_elsewhere(InteractionAttachment, "content_id")
    points_elsewhere(WordTemplate, "content_id")
    points_elsewhere(PrintFile, "content_id")
    points_elsewhere(InteractionDraft, "content_id")
    points_elsewhere(Delivery, "batch_id")
