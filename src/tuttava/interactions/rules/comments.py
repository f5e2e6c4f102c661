"""Comments on entries and drafts (2.8)."""

from __future__ import annotations

from django.db.models import Max
from django.utils import timezone

from tuttava.foundation.context import current
from tuttava.foundation.lines import LINE_STEP
from tuttava.foundation.records import Edit, Rules, register
from tuttava.interactions.confidential import require_contents
from tuttava.interactions.models import InteractionComment


@register
class InteractionCommentRules(Rules[InteractionComment]):
    model = InteractionComment
    set_name = "interactionComments"
    write_right = "interaction_log.write"
    delete_right = "interaction_log.write"

    def before_delete(self, record: InteractionComment) -> None:
        """What one may not read one does not delete."""
        _require_readable(record)

    def before_save(self, edit: Edit[InteractionComment]) -> None:
        """Number a new line; it gets the work date unless a line of that date exists (actions: edit_comments)."""
        siblings = InteractionComment.objects.filter(entry_id=edit.get("entry_id"), draft_id=edit.get("draft_id"))
        if edit.is_new and not edit.get("line_no"):
            last = siblings.aggregate(last=Max("line_no"))["last"] or 0
            edit.put("line_no", last + LINE_STEP)
            if not edit.get("date") and not siblings.filter(date=current().date).exists():
                edit.put("date", current().date)
        elif not edit.is_new and edit.changed_fields():
            _require_readable(edit.record)
            edit.put("last_date_modified", timezone.localdate())


def _require_readable(comment: InteractionComment) -> None:
    if comment.entry is not None:
        require_contents(comment.entry)
