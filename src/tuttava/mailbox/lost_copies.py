"""Messages that are logged but could not be moved to the archive: entries say so (I-156)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Edit
from tuttava.interactions.models import InteractionAttachment, InteractionComment, StorageType
from tuttava.interactions.storing import write_bytes
from tuttava.mailbox.activity import note
from tuttava.mailbox.handling import Handled
from tuttava.mailbox.messages import Mail
from tuttava.mailbox.models import EmailLoggingSetup, Level, StoreMessage


def say_not_kept(setup: EmailLoggingSetup, mail: Mail, handled: Handled, cause: str) -> None:
    """Note that the message is gone; where its content was not stored, attachment and entries tell."""
    text = _("The message could not be moved to the archive: %(cause)s") % {"cause": cause}
    note(Level.WARNING, _("Move message"), text, message_id=mail.message_id)
    if setup.store_message == StoreMessage.EML or handled.attachment is None:
        return
    words = _("The e-mail message could not be kept: it could not be moved to the archive and was removed.")
    with unit_of_work("message not kept"):
        _replace(handled.attachment, words)
        rules = records.rules_of(InteractionComment)
        edits = [Edit(InteractionComment(entry=entry), rules) for entry in handled.entries]
        for edit in edits:
            edit.put("comment", words)
        records.save_many(edits)


def _replace(attachment: InteractionAttachment, words: str) -> None:
    """The link becomes a text file; the message is still known by its ids."""
    edit = Edit(records.lock(attachment), records.rules_of(InteractionAttachment))
    write_bytes(edit, words.encode())
    edit.put("storage_type", StorageType.EMBEDDED)
    edit.put("file_extension", "txt")
    edit.put("file_name", "message.txt")
    edit.put("message_url", "")
    edit.put("read_only", True)
    records.save(edit)
