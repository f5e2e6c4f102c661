"""What stands in the way of changing or deleting a contact.

Rooms above the register know of interactions, tasks, opportunities and segments; they plug in a provider with
:func:`provides`. A provider gets the ids of contacts and answers for all of them in one query; one blocker for each
contact and code is enough.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tuttava.foundation.errors import Detail, Text


class Situation(enum.Enum):
    """What is about to happen to a contact."""

    CHANGE_TYPE = "change_type"  # C-11
    CHANGE_COMPANY = "change_company"  # C-22
    DELETE = "delete"  # C-83
    OPEN_WORK = "open_work"  # C-25: open tasks and opportunities that could follow a person


@dataclass(frozen=True)
class Blocker:
    """One record in the way of ``contact_id``: ``record_set`` and ``record_no`` say which, ``message`` in words why."""

    code: str
    contact_id: uuid.UUID
    message: Text
    record_set: str = ""
    record_no: str = ""

    def detail(self) -> Detail:
        target = f"{self.record_set}:{self.record_no}" if self.record_set else str(self.contact_id)
        return Detail(self.code, self.message, target)


Provider = Callable[[Sequence[uuid.UUID]], Iterable[Blocker]]

#: The order in which reasons are given; the first one's code is the error's.
ORDER = (
    "contact.type.has_interactions",
    "contact.type.has_tasks",
    "contact.type.has_opportunities",
    "contact.type.has_org_level",
    "contact.type.has_job_responsibilities",
    "contact.type.has_people",
    "contact.type.has_business_relations",
    "contact.type.has_industry_groups",
    "contact.type.has_currency",
    "contact.type.has_vat_no",
    "contact.type.has_registration_no",
    "contact.type.has_web_sources",
    "contact.delete.open_tasks",
    "contact.delete.on_segment",
    "contact.delete.open_opportunities",
)

_providers: dict[Situation, list[Provider]] = {situation: [] for situation in Situation}


def provides(situation: Situation) -> Callable[[Provider], Provider]:
    """Decorator: ``provider`` names what stands in the way in ``situation``."""

    def plug(provider: Provider) -> Provider:
        _providers[situation].append(provider)
        return provider

    return plug


def unplug(situation: Situation, provider: Provider) -> None:
    """Take a provider out again."""
    _providers[situation].remove(provider)


def blockers(situation: Situation, ids: Sequence[uuid.UUID]) -> list[Blocker]:
    """Everything in the way of ``ids``, in the order of the rules."""
    found = [blocker for provider in _providers[situation] for blocker in provider(ids)] if ids else []
    return in_order(found)


def in_order(found: Iterable[Blocker]) -> list[Blocker]:
    """The blockers sorted by the order of the rules; unknown codes last."""
    rank = {code: place for place, code in enumerate(ORDER)}
    return sorted(found, key=lambda blocker: rank.get(blocker.code, len(rank)))
