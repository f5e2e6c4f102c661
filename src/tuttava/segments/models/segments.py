"""Segments: the people chosen for one interaction each, and that interaction (1.2)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import CorrespondenceType
from tuttava.foundation.fields import CodeField, CodeRef, StatementKey
from tuttava.foundation.models import Language, NumberSeries
from tuttava.foundation.records import Record
from tuttava.interactions.models import (
    InformationFlow,
    InitiatedBy,
    InteractionAttachment,
    InteractionFields,
    InteractionGroup,
    InteractionTemplate,
    WordTemplate,
)
from tuttava.interactions.models.templates import amount
from tuttava.partners.models import Salesperson


class Segment(Record):
    """A worksheet: contacts chosen by criteria, and one planned interaction for all of them."""

    no = CodeField(_("number"), max_length=20, unique=True)
    description = models.CharField(_("description"), max_length=100, blank=True, default="")
    campaign_no = CodeField(_("campaign"), max_length=20, db_index=True)
    salesperson = CodeRef(Salesperson, verbose_name=_("salesperson"), db_index=False)
    date = models.DateField(_("date"), null=True, blank=True)
    interaction_template = CodeRef(InteractionTemplate, verbose_name=_("interaction template"), db_index=False)
    language_default = CodeRef(Language, verbose_name=_("language"), db_index=False)
    subject_default = models.CharField(_("subject"), max_length=100, blank=True, default="")
    word_template = CodeRef(WordTemplate, verbose_name=_("Word template"), db_index=False)
    correspondence_type_default = models.CharField(
        _("correspondence type"),
        max_length=10,
        choices=CorrespondenceType.choices,
        default=CorrespondenceType.NONE,
    )
    ignore_contact_correspondence_type = models.BooleanField(_("ignore contact's correspondence type"), default=False)
    interaction_group = CodeRef(InteractionGroup, verbose_name=_("interaction group"), db_index=False)
    unit_cost = amount(_("unit cost"))
    unit_duration = amount(_("unit duration (min.)"))
    information_flow = models.CharField(
        _("information flow"), max_length=10, choices=InformationFlow.choices, default=InformationFlow.NONE
    )
    initiated_by = models.CharField(
        _("initiated by"), max_length=10, choices=InitiatedBy.choices, default=InitiatedBy.NONE
    )
    campaign_target = models.BooleanField(_("campaign target"), default=False)
    campaign_response = models.BooleanField(_("campaign response"), default=False)
    send_word_docs_as_attachment = models.BooleanField(_("send Word documents as attachments"), default=False)
    no_series = CodeRef(NumberSeries, verbose_name=_("number series"), editable=False, db_index=False)
    #: Highest line number that was ever given, so that removed lines can come back where they were (S-34).
    last_line_no = models.PositiveBigIntegerField(default=0, editable=False)
    #: While the segment is being logged: the number of its logged segment. Nothing of it changes meanwhile.
    logged_as = models.BigIntegerField(default=0, editable=False)

    key_field = "no"
    derived = frozenset({"no_series_code", "last_line_no", "logged_as"})
    bookkeeping = frozenset({"last_line_no", "logged_as"})

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["no"]


class SegmentLine(InteractionFields):
    """One contact of a segment with what is planned for it; ``segment_no`` is that of the segment."""

    segment = StatementKey(
        Segment, verbose_name=_("segment"), on_delete=models.CASCADE, related_name="lines", db_index=False, held=True,
    )  # fmt: skip
    line_no = models.PositiveBigIntegerField(_("line number"), default=0)

    journal_owner = "segment_id"
    key_field = "line_no"
    bookkeeping = frozenset({"line_no"})

    class Meta:
        verbose_name = _("segment line")
        verbose_name_plural = _("segment lines")
        ordering = ["segment", "line_no"]
        constraints = [models.UniqueConstraint(fields=["segment", "line_no"], name="segment_line_key")]
        indexes = [
            models.Index(fields=["contact", "segment"], name="segment_line_contact"),
            models.Index(fields=["contact_company"], name="segment_line_company"),
            models.Index(
                fields=["attachment"], name="segment_line_attachment", condition=models.Q(attachment__isnull=False)
            ),
            models.Index(fields=["contact_alt_address"], name="segment_line_alt_address",
                         condition=models.Q(contact_alt_address__isnull=False)),
        ]  # fmt: skip


class SegmentInteractionLanguage(Record):
    """Subject and content in one language: of the whole segment, or of one line alone."""

    segment = models.ForeignKey(
        Segment, verbose_name=_("segment"), on_delete=models.CASCADE, related_name="languages", db_index=False
    )
    line = models.ForeignKey(
        SegmentLine,
        verbose_name=_("segment line"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="languages",
        db_index=False,
    )
    language = CodeRef(Language, verbose_name=_("language"), db_index=False)
    description = models.CharField(_("description"), max_length=100, blank=True, default="")
    subject = models.CharField(_("subject"), max_length=100, blank=True, default="")
    attachment = models.ForeignKey(
        InteractionAttachment,
        verbose_name=_("attachment"),
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,
    )
    word_template = CodeRef(WordTemplate, verbose_name=_("Word template"), db_index=False)

    journal_owner = "segment_id"
    key_field = "language_code"

    class Meta:
        verbose_name = _("interaction language of a segment")
        verbose_name_plural = _("interaction languages of segments")
        ordering = ["segment", "line", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "line", "language"], name="segment_language_key", nulls_distinct=False
            )
        ]
        indexes = [
            models.Index(fields=["line"], name="segment_language_line", condition=models.Q(line__isnull=False)),
            models.Index(
                fields=["attachment"], name="segment_language_content", condition=models.Q(attachment__isnull=False)
            ),
        ]
