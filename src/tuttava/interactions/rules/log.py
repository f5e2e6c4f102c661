"""Log entries stay as they are (I-67, I-72)."""

from __future__ import annotations

from tuttava.foundation.records import Edit, Rules, register
from tuttava.interactions.errors import log_entry_read_only, not_deletable
from tuttava.interactions.guard import CHANGEABLE
from tuttava.interactions.models import InteractionLogEntry
from tuttava.interactions.removing import interactions_deleted, remove_hanging, remove_unused_files

#: What an edit remembers when it writes the wizard's result step, which may change more (I-44).
RESULT = "result"


@register
class LogEntryRules(Rules[InteractionLogEntry]):
    model = InteractionLogEntry
    set_name = "interactionLogEntries"
    write_right = "interaction_log.write"
    delete_right = "interaction_log.delete"

    def before_save(self, edit: Edit[InteractionLogEntry]) -> None:
        """Refuse what changes a logged entry beyond I-67."""
        if edit.is_new or edit.old("postponed") or edit.memory.get(RESULT):
            return
        for name in edit.changed_fields():
            if name not in CHANGEABLE:
                raise log_entry_read_only(edit.record.entry_no, name)

    def before_delete(self, record: InteractionLogEntry) -> None:
        """Only canceled and postponed ones go (I-72)."""
        if not (record.canceled or record.postponed):
            raise not_deletable(record.entry_no)
        remove_hanging([record.pk])

    def after_delete(self, record: InteractionLogEntry) -> None:
        """Its file goes unless another entry has it too (I-72, I-161)."""
        remove_unused_files([record.attachment_id])
        interactions_deleted.send(sender=InteractionLogEntry, entries=[record])
