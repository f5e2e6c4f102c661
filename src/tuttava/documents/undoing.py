"""What was posted stays: its numbers have no gaps and the ledgers name it. A mistake is corrected by a credit memo."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.documents.models import IssuedClaim, PostedHeader
from tuttava.foundation import undo_plan as plan
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Record


def connect() -> None:
    """Look at every plan of an undo that concerns posted documents."""
    plan.adjusted_by(PostedHeader, keep_posted)
    plan.adjusted_by(IssuedClaim, keep_issued)


def _takes_back(model: type[Record]) -> bool:
    """Whether rows of the model would go."""
    going = "SELECT 1 FROM undo_plan WHERE record_type = {type} AND action = 'D' LIMIT 1"
    return bool(plan.rows(going, type=plan.type_of(model)))


def keep_issued() -> None:
    """Refuse (``issued_stays``) to take back the issuing of a reminder or finance charge memo (I-127)."""
    if _takes_back(IssuedClaim):
        raise DomainError("issued_stays", _("What was issued stays: its number is used."), rule="I-127")


def keep_posted() -> None:
    """Refuse (``posted_stays``) to take back a posting (I-135)."""
    if _takes_back(PostedHeader):
        raise DomainError(
            "posted_stays",
            _("What was posted stays. Correct it with a credit memo or a return order."),
            rule="I-135",
        )
