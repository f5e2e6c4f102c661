"""What the log adds up to by day, kept beside it: figures never read the log itself (I-112)."""

from __future__ import annotations

from django.db import models

from tuttava.foundation.fields import CodeField


class TotalKind(models.TextChoices):
    """Whose figures a total belongs to; its ``code`` is theirs."""

    GROUP = "group"
    TEMPLATE = "template"
    SALESPERSON = "salesperson"
    CAMPAIGN = "campaign"


class InteractionTotal(models.Model):
    """Number, cost and duration of a day's interactions; rows of the same ``kind``, ``code`` and ``date`` add up.

    Not journaled: the database keeps them from the log (:mod:`tuttava.interactions.totals`). A writer adds ``loose``
    rows of its own and waits for nobody; now and then they are folded into one for each day.
    """

    kind = models.CharField(max_length=11, choices=TotalKind.choices)
    code = CodeField(max_length=20)
    date = models.DateField()
    count = models.BigIntegerField(default=0)
    cost_lcy = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    duration_min = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    loose = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["kind", "code", "date"],
                include=["count", "cost_lcy", "duration_min"],
                name="interaction_total_by_day",
            ),
            models.Index(fields=["id"], name="interaction_total_loose", condition=models.Q(loose=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.date}"
