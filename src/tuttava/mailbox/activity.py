"""The activity log of e-mail logging: what happened, in words, without the text of any message."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Max

from tuttava.mailbox.models import EmailLoggingActivity, Level


def note(level: Level, context: str, message: str, *, message_id: str = "") -> EmailLoggingActivity:
    """Add a line; what is too long is cut. ``context``: what was going on."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.mail_activity'))")
        last = EmailLoggingActivity.objects.aggregate(last=Max("entry_no"))["last"] or 0
        return EmailLoggingActivity.objects.create(
            entry_no=last + 1,
            level=level,
            context=context[:100],
            message=message[:2000],
            internet_message_id=message_id,
        )
