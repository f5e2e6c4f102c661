"""Reading the mailbox and logging one message, asked for on log entries (17.10)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, Entities, Parameter
from tuttava.mailbox.actions import decoded_message, log_message
from tuttava.mailbox.running import run_mail_logging

ENTRIES = "interactionLogEntries"


def log_email(message: str, received_at: dt.datetime | None = None, draft: bool | None = None) -> dict[str, Any]:
    """What became of a message, with its entries."""
    handled = log_message(decoded_message(message), received_at=received_at, draft=bool(draft))
    return {
        "outcome": str(handled.outcome),
        "reason": str(handled.reason),
        "entries": Entities(ENTRIES, handled.entries),
    }


if ENTRIES in CRM.sets:
    CRM.extend(
        ENTRIES,
        actions=(
            Action("runEmailLogging", run_mail_logging, on_set=True, long=True, right="mail_logging.setup"),
            Action(
                "logEmail",
                log_email,
                (
                    Parameter("message", edm.text(0), required=True),
                    Parameter("receivedAt", edm.INSTANT),
                    Parameter("draft", edm.BOOLEAN, default=False),
                ),
                on_set=True,
                right="interaction_log.write",
            ),
        ),
    )
