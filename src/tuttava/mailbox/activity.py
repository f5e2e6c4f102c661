"""The activity log of e-mail logging: what happened, in words, without the text of any message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.interactions.recording import recording_skipped
from tuttava.mailbox.models import EmailLoggingActivity, Level


@dataclass(frozen=True)
class Line:
    """A line to be; what is too long is cut. ``context``: what was going on."""

    level: Level
    context: str
    message: str
    message_id: str = ""


def note(level: Level, context: str, message: str, *, message_id: str = "") -> None:
    """Add a line."""
    note_all([Line(level, context, message, message_id)])


def connect() -> None:
    """Note documents that are not recorded (I-22)."""
    recording_skipped.connect(_note_skipped, dispatch_uid="mailbox.activity")


def _note_skipped(contact: Contact, document_no: str, **_signal: Any) -> None:
    text = _("Contact %(no)s is privacy-blocked; document %(document)s is not recorded.")
    note(Level.INFO, _("Record document"), text % {"no": contact.no, "document": document_no})


def note_all(lines: Sequence[Line]) -> None:
    """Add lines, in order, in three statements."""
    if not lines:
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.mail_activity'))")
        last = EmailLoggingActivity.objects.aggregate(last=Max("entry_no"))["last"] or 0
        EmailLoggingActivity.objects.bulk_create(
            EmailLoggingActivity(
                entry_no=number,
                level=line.level,
                context=line.context[:100],
                message=line.message[:2000],
                internet_message_id=line.message_id,
            )
            for number, line in enumerate(lines, last + 1)
        )
