"""What becomes of segments when contacts move, go, or lose an address (S-28, C-56, C-84)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tuttava.contacts.models import ContactAltAddress
from tuttava.contacts.signals import Move, Removal, alt_address_deleting, contacts_deleting, persons_moved
from tuttava.segments.models import SegmentHistoryEntry, SegmentLine


def connect() -> None:
    """Listen to the register."""
    for signal, listener in (
        (alt_address_deleting, _address_deleting),
        (persons_moved, _moved),
        (contacts_deleting, _deleting),
    ):
        signal.connect(listener, dispatch_uid=f"segments.{listener.__name__}")


def _address_deleting(*, address: ContactAltAddress, **_signal: Any) -> None:
    """Lines go back to the main address."""
    SegmentLine.objects.filter(contact_alt_address=address).update(contact_alt_address=None)


def _moved(*, moves: Sequence[Move], **_signal: Any) -> None:
    """Who is on a segment does not move, but may become independent when the company goes."""
    for move in moves:
        SegmentLine.objects.filter(contact_id=move.person_id).update(contact_company=move.new_company_id)


def _deleting(*, removals: Sequence[Removal], **_signal: Any) -> None:
    """No line names who is deleted; the history forgets whom its steps added and removed."""
    gone = [removal.contact_id for removal in removals]
    SegmentLine.objects.filter(contact_company_id__in=gone).update(contact_company=None)
    SegmentHistoryEntry.objects.filter(contact_id__in=gone).update(contact=None)
