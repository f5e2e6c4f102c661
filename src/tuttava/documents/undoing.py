"""What was posted stays: its numbers have no gaps and the ledgers name it. A mistake is corrected by a credit memo."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.documents.models import PostedHeader
from tuttava.foundation import undo_plan as plan
from tuttava.foundation.errors import DomainError


def connect() -> None:
    """Look at every plan of an undo that concerns posted documents."""
    plan.adjusted_by(PostedHeader, keep_posted)


def keep_posted() -> None:
    """Refuse (``posted_stays``) to take back a posting (I-135)."""
    unposting = "SELECT 1 FROM undo_plan WHERE record_type = {type} AND action = 'D' LIMIT 1"
    if plan.rows(unposting, type=plan.type_of(PostedHeader)):
        raise DomainError(
            "posted_stays",
            _("What was posted stays. Correct it with a credit memo or a return order."),
            rule="I-135",
        )
