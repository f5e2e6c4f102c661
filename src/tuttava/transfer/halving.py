"""Saving rows together although some may be refused: by halves, until the refused ones stand alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import DataError, transaction
from django.utils.translation import gettext as _

from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.transfer.plans import Plan


def save_by_halves(plans: Sequence[Plan], save: Callable[[Sequence[Plan]], None]) -> None:
    """Let ``save`` store all rows in one go; when a rule refuses, each half by itself, and so on.

    A row that stands alone and is refused takes the error; what ``save`` noted about it is forgotten.
    """
    if not plans:
        return
    before = [len(plan.notes) for plan in plans]
    try:
        with transaction.atomic():
            save(plans)
        return
    except DomainError as error:
        refused = error
    except DataError:
        refused = DomainError("value_invalid", _("The row cannot be stored."))
    for plan, count in zip(plans, before, strict=True):
        del plan.notes[count:]
    if len(plans) == 1:
        plans[0].refuse(refused)
        return
    current().cache.clear()
    middle = len(plans) // 2
    for half in (plans[:middle], plans[middle:]):
        save_by_halves([plan for plan in half if not plan.errors], save)
