"""What interactions name by number and rooms above know: campaigns, opportunities, tasks, segments.

A room plugs in its kind with :func:`provides`; until then no such record exists, and naming one is refused.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError

if TYPE_CHECKING:
    from tuttava.interactions.models import InteractionLogEntry


class NotInstalled(DomainError):
    """Nothing here keeps records of the kind yet, so none can be made."""

    def __init__(self, name: str) -> None:
        super().__init__("not_available", _("This installation does not keep such records yet."), field=name)


class RelatedKind(Protocol):
    """One kind of records that interactions name by number."""

    def descriptions(self, numbers: Collection[str]) -> Mapping[str, str]:
        """The description of each number that exists, in one query."""

    def logged(self, entries: Sequence[InteractionLogEntry]) -> None:
        """Entries that name such records are being stored, in the same transaction (I-61: ``campaign_entry_no``).

        Called before they are written, so that their fields can still be set.
        """

    def choices(self, company_id: uuid.UUID | None, salesperson_code: str) -> Sequence[tuple[str, str]]:
        """Number and description of those that a draft can be linked to (I-37); at most a hundred."""

    def create(self, values: Mapping[str, Any]) -> str:
        """Make one from an entry's values (I-51, I-74) and answer its number."""


KINDS = ("campaign", "opportunity", "task", "segment")
_kinds: dict[str, RelatedKind] = {}


def provides(name: str, kind: RelatedKind) -> None:
    """Plug in a kind of :data:`KINDS`."""
    if name not in KINDS:
        raise ValueError(name)
    _kinds[name] = kind


def unplug(name: str) -> None:
    """Take a kind out again."""
    _kinds.pop(name, None)


def kind(name: str) -> RelatedKind | None:
    """The kind, or None while no room provides it."""
    return _kinds.get(name)


def maker(name: str) -> RelatedKind:
    """The kind, to make a record of; raises :class:`NotInstalled`."""
    provider = _kinds.get(name)
    if provider is None:
        raise NotInstalled(name)
    return provider


def known(name: str, number: str) -> str:
    """``number`` if there is such a record, else blank: what is gone must not stop whoever names it."""
    provider = _kinds.get(name)
    return number if number and provider is not None and number in provider.descriptions([number]) else ""


def require_existing(name: str, numbers: Collection[str]) -> None:
    """Refuse (``not_found``) a number that no record of the kind has; blank ones are fine (I-59)."""
    wanted = {number for number in numbers if number}
    if not wanted:
        return
    provider = _kinds.get(name)
    missing = wanted - set(provider.descriptions(wanted)) if provider else wanted
    if missing:
        raise DomainError(
            "not_found",
            _("There is no record “%(number)s”. Choose one that exists, or leave the field blank.")
            % {"number": min(missing)},
            field=f"{name}_no",
            rule="I-59",
        )
