"""What every row has that belongs to no company: an id, a version for optimistic locking, who wrote it and when."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.context import current
from tuttava.foundation.ids import new_id


def acting_id() -> uuid.UUID | None:
    """The id of the user who acts; None for the command line and the system."""
    return uuid.UUID(current().user_id) if current().user_id else None


class Entry(models.Model):
    """A row of the directory. Each :meth:`save` of a stored row raises ``version``, which ETags carry (A-54).

    Writes by ``update()`` leave the version alone: they are for bookkeeping that nobody edits.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.BigIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    created_by = models.UUIDField(null=True, editable=False)
    modified_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    modified_by = models.UUIDField(null=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        stamped = ["version", "modified_at", "modified_by"]
        self.modified_at, self.modified_by = timezone.now(), acting_id()
        if self._state.adding:
            self.created_at, self.created_by = self.modified_at, self.modified_by
        else:
            self.version += 1
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = [*kwargs["update_fields"], *stamped]
        super().save(*args, **kwargs)
