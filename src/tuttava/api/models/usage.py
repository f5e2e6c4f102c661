"""How much was used in a span of time, counted across processes."""

from __future__ import annotations

from django.db import models


class Usage(models.Model):
    """A counter that starts anew when its span is over: requests of a user, wrong passwords of a name."""

    key = models.CharField(max_length=100, primary_key=True)
    started_at = models.DateTimeField(db_index=True)
    count = models.BigIntegerField()

    def __str__(self) -> str:
        return self.key
