"""How a segment came about: its steps with their filters, what each did, and steps kept under a name (1.2)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import Contact
from tuttava.foundation.fields import CodeField
from tuttava.foundation.records import Record
from tuttava.segments.models.segments import Segment
from tuttava.segments.models.vocabulary import CriteriaAction, CriteriaKind, HistoryAction


class CriteriaFields(Record):
    """A step, or one of its filters: ``entity_name`` is the set it filters, ``filters`` its filter object (A-114)."""

    line_no = models.PositiveIntegerField(_("line number"), default=0)
    type = models.CharField(_("type"), max_length=6, choices=CriteriaKind.choices, default=CriteriaKind.ACTION)
    action = models.CharField(_("action"), max_length=6, choices=CriteriaAction.choices, default=CriteriaAction.NONE)
    entity_name = models.CharField(_("filters by"), max_length=40, blank=True, default="")
    filters = models.JSONField(_("filter"), default=dict, blank=True)
    allow_existing_contacts = models.BooleanField(_("allow existing contacts"), default=False)
    expand_companies = models.BooleanField(_("expand companies"), default=False)
    allow_related_companies = models.BooleanField(_("allow related companies"), default=False)
    ignore_exclusion = models.BooleanField(_("ignore exclusion"), default=False)
    entire_companies = models.BooleanField(_("entire companies"), default=False)
    no_of_filters = models.PositiveIntegerField(_("number of filters"), default=0)

    key_field = "line_no"

    class Meta:
        abstract = True


class SegmentCriteriaLine(CriteriaFields):
    """A line of the criteria log of a segment; ``action_no``: of which step, counted from 1."""

    segment = models.ForeignKey(
        Segment, verbose_name=_("segment"), on_delete=models.CASCADE, related_name="criteria", db_index=False
    )
    action_no = models.PositiveIntegerField(_("step"), default=0)

    journal_owner = "segment_id"

    class Meta:
        verbose_name = _("segment criterion")
        verbose_name_plural = _("segment criteria")
        ordering = ["segment", "line_no"]
        constraints = [models.UniqueConstraint(fields=["segment", "line_no"], name="segment_criteria_key")]


# The database checks each row of a constraint by itself, which is much of the work of a step over a hundred thousand
# lines. Whatever writes history holds the lock of its segment, and takes it along when that goes.
class SegmentHistoryEntry(Record):
    """What a step did to one contact; ``before``: the line that was removed, value by value (S-34)."""

    segment = models.ForeignKey(
        Segment, verbose_name=_("segment"), on_delete=models.CASCADE, related_name="history", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    action_no = models.PositiveIntegerField(_("step"), default=0)
    line_no = models.PositiveBigIntegerField(_("line number"), default=0)
    contact = models.ForeignKey(
        Contact, verbose_name=_("contact"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        db_index=False, db_constraint=False,
    )  # fmt: skip
    action_taken = models.CharField(_("action"), max_length=10, choices=HistoryAction.choices)
    before = models.JSONField(default=dict, blank=True, editable=False)

    journal_owner = "segment_id"
    key_field = "line_no"
    bookkeeping = frozenset({"before"})

    class Meta:
        verbose_name = _("segment history entry")
        verbose_name_plural = _("segment history")
        ordering = ["segment", "action_no", "line_no"]
        indexes = [
            models.Index(fields=["segment", "action_no", "line_no"], name="segment_history_step"),
            models.Index(fields=["contact"], name="segment_history_contact", condition=models.Q(contact__isnull=False)),
        ]


class SavedSegmentCriteria(Record):
    """Steps kept under a code, to be gone through again (S-55, S-56)."""

    code = CodeField(_("code"), max_length=10, unique=True)
    description = models.CharField(_("description"), max_length=100, blank=True, default="")
    user_id = models.CharField(_("user"), max_length=150, blank=True, default="", editable=False)

    derived = frozenset({"user_id"})

    class Meta:
        verbose_name = _("saved segment criteria")
        verbose_name_plural = _("saved segment criteria")
        ordering = ["code"]


class SavedSegmentCriteriaLine(CriteriaFields):
    """A line of saved criteria."""

    saved = models.ForeignKey(
        SavedSegmentCriteria, verbose_name=_("saved segment criteria"), on_delete=models.CASCADE,
        related_name="lines", db_index=False,
    )  # fmt: skip

    journal_owner = "saved_id"

    class Meta:
        verbose_name = _("line of saved segment criteria")
        verbose_name_plural = _("lines of saved segment criteria")
        ordering = ["saved", "line_no"]
        constraints = [models.UniqueConstraint(fields=["saved", "line_no"], name="saved_criteria_line_key")]
