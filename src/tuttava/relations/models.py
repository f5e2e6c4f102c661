"""What the pages of business relations remember for a user."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class HiddenNotice(models.Model):
    """A suggestion that a user does not want to see again, for one register (B-54). Not journaled."""

    user_name = models.CharField(max_length=150)
    notice = models.CharField(max_length=40)
    table = models.CharField(max_length=15)

    class Meta:
        verbose_name = _("hidden notice")
        verbose_name_plural = _("hidden notices")
        constraints = [models.UniqueConstraint(fields=["user_name", "notice", "table"], name="hidden_notice_once")]

    def __str__(self) -> str:
        return f"{self.user_name}: {self.notice} {self.table}"
