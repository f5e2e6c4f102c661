"""How long a merge that was only prepared stays, and who sees it (17.2)."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from tuttava.foundation.context import current
from tuttava.merging.models import MergeStatus
from tuttava.merging.preparing import KEPT_OPEN


def own_open() -> Q:
    """The merges that the user is preparing; none that expired."""
    return Q(status=MergeStatus.OPEN, user_name=current().user_name, started_at__gt=timezone.now() - KEPT_OPEN)


def seen() -> Q:
    """What a user sees: merges that were carried out by anybody, and the open ones of his own."""
    return ~Q(status=MergeStatus.OPEN) | own_open()
