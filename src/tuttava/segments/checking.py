"""What several rules of segments check."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError
from tuttava.partners.models import Salesperson
from tuttava.segments.errors import being_logged
from tuttava.segments.models import Segment


def hold_segments(segments: QuerySet[Segment]) -> None:
    """Lock segments that are about to change; refuses (``segment_being_logged``) those that are being logged."""
    locked = segments.order_by("pk").select_for_update(of=("self",), no_key=True)
    for number, logged_as in locked.values_list("no", "logged_as"):
        if logged_as:
            raise being_logged(number)


def check_salesperson(code: str) -> None:
    """An existing salesperson who is not blocked. Raises ``not_found`` and ``salesperson.blocked``."""
    found = Salesperson.objects.filter(code=code).first()
    if found is None:
        raise DomainError(
            "not_found",
            _("There is no salesperson “%(code)s”. Choose one that exists.") % {"code": code},
            field="salesperson_code",
        )
    if found.blocked or found.privacy_blocked:
        raise DomainError(
            "salesperson.blocked",
            _("Salesperson %(code)s is blocked. Choose another one.") % {"code": code},
            field="salesperson_code",
            rule="S-2",
        )
