"""The activity log of e-mail logging."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from tuttava.mailbox.models import EmailLoggingActivity, Level
from tuttava.mailbox.pages.setup import ACTIVITY, CARD, RIGHT
from tuttava.ui.lists.declare import Column, Filter, ListPage, Sort, Start
from tuttava.ui.lists.mount import register_list

C, F = Column, Filter
_TONES = {Level.INFO: "", Level.WARNING: "warning", Level.FAILED: "danger"}


def _level(row: EmailLoggingActivity) -> str:
    return format_html('<span class="badge {}">{}</span>', _TONES[Level(row.level)], row.get_level_display())


def _search(text: str, rows: Any, limit: int) -> list[uuid.UUID]:
    """By number, or by the message ID in full."""
    wanted = text.strip()
    found = rows.filter(entry_no=int(wanted)) if wanted.isdecimal() and len(wanted) < 18 else rows.none()
    return list(found.values_list("pk", flat=True)[:limit])


register_list(
    ListPage(
        name=ACTIVITY,
        path="setup/email-logging/activity",
        title=_("E-mail logging activity"),
        model=EmailLoggingActivity,
        columns=[
            C("entry_no", _("number"), 90, sort="number"),
            C("at", width=170, kind="moment"),
            C("level", width=120, cell=_level),
            C("context", width=160),
            C("message", width=560),
            C("internet_message_id", width=260, hidden=True),
        ],
        sorts=[Sort("number", ("entry_no",))],
        filters=[F("level", _("Level"), "choice", choices=Level.choices, quick=True)],
        search=_search,
        right=RIGHT,
        parent=(CARD, _("E-mail logging")),
        intro=_("What e-mail logging did. The text of messages never stands here."),
        start=Start(_("Nothing happened yet"), _("Runs and their failures stand here."), icon="envelope"),
    )
)
