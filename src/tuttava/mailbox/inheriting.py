"""Replies belong to what the message they answer belonged to (3.14): its opportunity and its campaign."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from tuttava.interactions import related
from tuttava.interactions.models import InteractionLogEntry
from tuttava.interactions.storing import hash_of
from tuttava.mailbox.messages import Mail

#: Entries of earlier messages of the conversation that are looked at.
_MOST_ENTRIES = 200


def inherited(mail: Mail, contact_ids: Collection[uuid.UUID]) -> dict[str, Any]:
    """Values of the entries of a reply; nothing where nothing was logged that it answers.

    The nearest message of the conversation counts, there the entry with one of the contacts before others. Of what
    does not exist any more nothing is inherited.
    """
    if not mail.references:
        return {}
    near = {message_id: place for place, message_id in enumerate(mail.references)}
    entries = (
        InteractionLogEntry.objects.filter(
            attachment__internet_message_hash__in=[hash_of(each) for each in near], canceled=False
        )
        .exclude(opportunity_no="", campaign_no="")
        .order_by("-entry_no")
        .values("attachment__internet_message_id", "contact_id", "opportunity_no", "campaign_no", "campaign_target")[
            :_MOST_ENTRIES
        ]
    )
    fitting = [row for row in entries if row["attachment__internet_message_id"] in near]
    if not fitting:
        return {}
    best = min(
        fitting,
        key=lambda row: (near[row["attachment__internet_message_id"]], row["contact_id"] not in contact_ids),
    )
    return _still_there(best)


def _still_there(row: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if _exists("opportunity", row["opportunity_no"]):
        values["opportunity_no"] = row["opportunity_no"]
    if _exists("campaign", row["campaign_no"]):
        values["campaign_no"] = row["campaign_no"]
        values["campaign_response"] = row["campaign_target"]
    return values


def _exists(name: str, number: str) -> bool:
    provider = related.kind(name) if number else None
    return provider is not None and number in provider.descriptions([number])
