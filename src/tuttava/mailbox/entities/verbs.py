"""Reading the mailbox and logging one message, asked for on log entries (17.10)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, Parameter
from tuttava.foundation.spelling import camel
from tuttava.interactions.models import InteractionLogEntry
from tuttava.mailbox.actions import decoded_message, log_message
from tuttava.mailbox.running import run_mail_logging

ENTRIES = "interactionLogEntries"
_WORDS = (
    *("description", "subject", "salesperson_code", "campaign_no", "opportunity_no"),
    *("interaction_template_code", "interaction_group_code"),
)
_PLAIN = ("entry_no", "email_logged", "campaign_response")
_CHOICES = ("information_flow", "initiated_by", "correspondence_type", "delivery_status")


def log_email(message: str, received_at: dt.datetime | None = None, draft: bool | None = None) -> dict[str, Any]:
    """What became of a message, with its entries."""
    handled = log_message(decoded_message(message), received_at=received_at, draft=bool(draft))
    ids = [entry.pk for entry in handled.entries]
    entries = InteractionLogEntry.objects.filter(pk__in=ids).order_by("entry_no")
    related = entries.select_related("contact", "contact_company", "contact_alt_address", "attachment")
    return {
        "outcome": str(handled.outcome),
        "reason": str(handled.reason),
        "entries": [_shown(entry) for entry in related],
    }


def _shown(entry: InteractionLogEntry) -> dict[str, Any]:
    """An entry as its set spells it, as far as mail logging fills it."""
    words = {camel(name): getattr(entry, name) or "" for name in _WORDS}
    plain = {camel(name): getattr(entry, name) for name in _PLAIN}
    choices = {camel(name): _pascal(getattr(entry, name)) for name in _CHOICES}
    return {
        "id": str(entry.pk),
        **plain,
        **words,
        **choices,
        "contactNo": entry.contact.no if entry.contact else "",
        "contactCompanyNo": entry.contact_company.no if entry.contact_company else "",
        "contactAltAddressCode": entry.contact_alt_address.code if entry.contact_alt_address else "",
        "date": entry.date.isoformat() if entry.date else None,
        "timeOfInteraction": entry.time_of_interaction.isoformat() if entry.time_of_interaction else None,
        "attachmentNo": entry.attachment.no if entry.attachment else 0,
    }


def _pascal(value: str) -> str:
    return "".join(part.capitalize() for part in value.split("_"))


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
