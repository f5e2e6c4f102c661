"""Whether the stored strings are still what the setup says (D-7)."""

from __future__ import annotations

from django.dispatch import Signal
from django.utils import timezone

from tuttava.contacts.setup import marketing_setup
from tuttava.duplicates.models import SearchIndex

#: The setup changed while maintenance is on: the strings of all contacts are to be built anew in the background.
rebuild_wanted = Signal()


def is_outdated() -> bool:
    """Whether the setup changed since the strings of all contacts were built."""
    return SearchIndex.objects.filter(outdated=True).exists()


def mark_outdated() -> None:
    """The setup changed: the strings are to be built anew, in the background if maintenance is on."""
    SearchIndex.objects.update_or_create(only_row=True, defaults={"outdated": True})
    if marketing_setup().maintain_dupl_search_strings:
        rebuild_wanted.send(sender=SearchIndex)


def mark_built() -> None:
    """All strings are what the setup says."""
    SearchIndex.objects.update_or_create(only_row=True, defaults={"outdated": False, "built_at": timezone.now()})
