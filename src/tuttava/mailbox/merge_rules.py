"""What becomes of this room's tables when contacts are merged: nothing (M-32)."""

from __future__ import annotations

from tuttava.foundation.merge_rules import points_elsewhere
from tuttava.mailbox.models import MailLoggingState


def declare() -> None:
    """The identity of the queued job is no contact's."""
    points_elsewhere(MailLoggingState, "job")
