"""Taking back a unit of work from the notice that told of it."""

from __future__ import annotations

import uuid

from django.urls import reverse


def undo_address(unit: uuid.UUID) -> str:
    """Where a click on Undo posts to, to take back everything done under ``unit``."""
    return reverse("undo", kwargs={"unit": unit})
