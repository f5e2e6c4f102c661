"""What remains of a segment that was logged (1.2, S-64)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.fields import CodeField
from tuttava.foundation.records import Record


class LoggedSegment(Record):
    """The archive of a segment: its interactions name it by ``entry_no``, which counts from 1."""

    entry_no = models.BigIntegerField(_("entry number"), unique=True)
    segment_no = CodeField(_("segment"), max_length=20, unique=True)
    description = models.CharField(_("description"), max_length=100, blank=True, default="")
    creation_date = models.DateField(_("created on"))
    user_id = models.CharField(_("user"), max_length=150, blank=True, default="", editable=False)
    canceled = models.BooleanField(_("canceled"), default=False)
    #: What following up and reopening need: the unit of work that logged it, how many entries, template and campaign.
    kept = models.JSONField(default=dict, blank=True, editable=False)

    key_field = "entry_no"
    derived = frozenset({"entry_no", "user_id", "creation_date", "kept"})
    bookkeeping = frozenset({"kept"})

    class Meta:
        verbose_name = _("logged segment")
        verbose_name_plural = _("logged segments")
        ordering = ["-entry_no"]
        indexes = [
            models.Index(fields=["-entry_no"], name="logged_segment_canceled", condition=models.Q(canceled=True))
        ]
