"""Number series: how records get their numbers (C-98 to C-112)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.records import Record


class SeriesMode(models.TextChoices):
    NORMAL = "normal", _("Without gaps")
    SEQUENCE = "sequence", _("Fast, gaps possible")


class NumberSeries(Record):
    """A named source of numbers."""

    code = CodeField(_("code"), max_length=20, unique=True)
    description = models.CharField(_("description"), max_length=100, blank=True, default="")
    default_nos = models.BooleanField(
        _("automatic numbers"), default=True, help_text=_("Numbers may be drawn automatically.")
    )
    manual_nos = models.BooleanField(_("manual numbers"), default=False, help_text=_("Numbers may be typed by hand."))
    date_order = models.BooleanField(
        _("date order"), default=False, help_text=_("Refuse numbers for a date before the last one used.")
    )

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        ordering = ["code"]


class NumberSeriesLine(Record):
    """A range of numbers from a starting date on.

    The last number of a fast line is what its database sequence says (:mod:`tuttava.foundation.series_lines`);
    ``last_no_used`` is what it was set to, or ended at.
    """

    series = CodeRef(NumberSeries, null=False, blank=False, on_delete=models.CASCADE, related_name="lines")
    line_no = models.PositiveIntegerField(_("line number"))
    starting_date = models.DateField(_("starting date"), null=True, blank=True)
    starting_no = CodeField(_("starting number"), max_length=20)
    ending_no = CodeField(_("ending number"), max_length=20)
    warning_no = CodeField(_("warning number"), max_length=20)
    last_no_used = CodeField(_("last number used"), max_length=20)
    increment_by = models.PositiveIntegerField(_("increment by"), default=1)
    open = models.BooleanField(_("open"), default=True, editable=False)
    last_date_used = models.DateField(_("last date used"), null=True, blank=True)
    mode = models.CharField(_("mode"), max_length=10, choices=SeriesMode.choices, default=SeriesMode.NORMAL)

    key_field = "starting_no"
    bookkeeping = frozenset({"line_no"})
    derived = frozenset({"open"})

    class Meta:
        verbose_name = _("number series line")
        verbose_name_plural = _("number series lines")
        ordering = ["series", "line_no"]
        constraints = [models.UniqueConstraint(fields=["series", "line_no"], name="series_line")]


class NumberSeriesRelationship(Record):
    """``series`` may be chosen wherever ``main`` is set up (C-110)."""

    main = CodeRef(NumberSeries, null=False, blank=False, on_delete=models.CASCADE, related_name="related")
    series = CodeRef(NumberSeries, null=False, blank=False, on_delete=models.CASCADE, related_name="related_to")

    key_field = "series_code"

    class Meta:
        verbose_name = _("number series relationship")
        verbose_name_plural = _("number series relationships")
        ordering = ["main", "series"]
        constraints = [models.UniqueConstraint(fields=["main", "series"], name="series_relationship")]
