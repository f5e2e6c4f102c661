"""The enumerations of segments (1.2)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CriteriaKind(models.TextChoices):
    """A line of the criteria log: what was done, or one of its filters (S-30)."""

    ACTION = "action", _("Action")
    FILTER = "filter", _("Filter")


class CriteriaAction(models.TextChoices):
    """What was done to a segment."""

    NONE = "none", " "
    ADD = "add", pgettext_lazy("contacts to a segment", "Add contacts")
    REDUCE = "reduce", pgettext_lazy("contacts of a segment", "Remove contacts")
    REFINE = "refine", pgettext_lazy("contacts of a segment", "Keep contacts")


class HistoryAction(models.TextChoices):
    """What became of a contact in a step (S-32)."""

    INSERTION = "insertion", _("Inserted")
    DELETION = "deletion", _("Removed")


class AttachmentState(models.TextChoices):
    """Whose content a line has (S-23)."""

    NONE = "none", " "
    INHERITED = "inherited", _("Inherited")
    UNIQUE = "unique", pgettext_lazy("content of a line", "Its own")
