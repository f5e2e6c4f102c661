"""Noting on a contact that something that hangs on it changed (C-80)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from tuttava.contacts.models import Contact
from tuttava.foundation import touching


def touch(contact_ids: Iterable[uuid.UUID]) -> None:
    """Set ``last_modified_at`` of these contacts to now; nothing else follows."""
    touching.touch(Contact, contact_ids)
