"""The companies themselves."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.directory.models.base import Entry


class Company(Entry):
    """One set of books: a schema of its own. ``slug`` is its place in addresses."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    display_name = models.CharField(_("display name"), max_length=250, blank=True)
    slug = models.SlugField(max_length=60, unique=True)
    schema = models.CharField(max_length=63, unique=True, editable=False)
    ready = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.display_name or self.name
