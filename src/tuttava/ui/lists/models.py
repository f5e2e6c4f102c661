"""Saved views of lists."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.records import Record


class SavedView(Record):
    """A state of a list under a name, its owner's alone or everybody's (``shared``). ``start``: opens with the list."""

    list_name = models.CharField(max_length=60)
    user_name = models.CharField(_("owner"), max_length=150)
    name = models.CharField(_("name"), max_length=60)
    shared = models.BooleanField(_("for everybody"), default=False)
    start = models.BooleanField(_("open the list with this view"), default=False)
    state = models.TextField(blank=True, default="")

    key_field = "name"

    class Meta:
        app_label = "ui"
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["list_name", "user_name", "name"], name="saved_view_name")]
        indexes = [models.Index(fields=["list_name"], name="saved_view_list", condition=models.Q(shared=True))]
