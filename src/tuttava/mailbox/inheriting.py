"""Replies belong to what the message they answer belonged to (3.14): its opportunity and its campaign."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tuttava.interactions import related
from tuttava.interactions.models import InteractionLogEntry
from tuttava.interactions.storing import hash_of
from tuttava.mailbox.messages import Mail

#: Entries of earlier messages of the conversation that are looked at.
_MOST_ENTRIES = 200
_KINDS = ("opportunity", "campaign")


@dataclass(frozen=True)
class _Earlier:
    """An entry of an earlier message, and where it belongs."""

    message_id: str
    contact_id: uuid.UUID | None
    opportunity_no: str
    campaign_no: str
    campaign_target: bool


@dataclass
class Conversations:
    """What some messages answer: read in one query, and what is logged along with them counts, too."""

    earlier: list[_Earlier]
    existing: Mapping[str, Collection[str]]
    _by_message: dict[str, list[_Earlier]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.earlier:
            self._by_message.setdefault(each.message_id, []).append(each)

    @classmethod
    def of(cls, mails: Sequence[Mail]) -> Conversations:
        """What the messages answer, as far as it was logged; the newest entries first."""
        earlier = _earlier({each for mail in mails for each in mail.references}, len(mails))
        return cls(
            earlier, {name: _existing(name, {getattr(each, f"{name}_no") for each in earlier}) for name in _KINDS}
        )

    def inherited(self, mail: Mail, contact_ids: Sequence[uuid.UUID]) -> dict[str, Any]:
        """Values of the entries of a reply; nothing where nothing was logged that it answers.

        The nearest message of the conversation counts, there the entry with one of the contacts before others. Of what
        does not exist any more nothing is inherited.
        """
        nearest = next((found for each in mail.references if (found := self._by_message.get(each))), None)
        if nearest is None:
            return {}
        best = min(nearest, key=lambda each: each.contact_id not in contact_ids)
        values: dict[str, Any] = {}
        if best.opportunity_no in self.existing["opportunity"]:
            values["opportunity_no"] = best.opportunity_no
        if best.campaign_no in self.existing["campaign"]:
            values["campaign_no"] = best.campaign_no
            values["campaign_response"] = best.campaign_target
        self._remember(mail, contact_ids, values)
        return values

    def _remember(self, mail: Mail, contact_ids: Sequence[uuid.UUID], values: Mapping[str, Any]) -> None:
        """A later message of the same lot may answer this one."""
        if mail.message_id and values:
            told = (values.get("opportunity_no", ""), values.get("campaign_no", ""), False)
            self._by_message[mail.message_id] = [_Earlier(mail.message_id, each, *told) for each in contact_ids]


def _earlier(message_ids: Collection[str], replies: int) -> list[_Earlier]:
    if not message_ids:
        return []
    rows = (
        InteractionLogEntry.objects.filter(
            attachment__internet_message_hash__in=[hash_of(each) for each in sorted(message_ids)],
            attachment__internet_message_hash__gt="",
            canceled=False,
        )
        .exclude(opportunity_no="", campaign_no="")
        .order_by("-entry_no")
        .values_list(
            "attachment__internet_message_id", "contact_id", "opportunity_no", "campaign_no", "campaign_target"
        )[: _MOST_ENTRIES * replies]
    )
    return [_Earlier(*row) for row in rows if row[0] in message_ids]


def _existing(name: str, numbers: Iterable[str]) -> Collection[str]:
    """Those of the numbers that a record still has."""
    provider = related.kind(name)
    wanted = {number for number in numbers if number}
    return provider.descriptions(wanted).keys() if provider is not None and wanted else frozenset()
