"""The log: entries, their comments, and what entries and drafts have in common (2.7, 2.8)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import Contact, ContactAltAddress, CorrespondenceType
from tuttava.foundation.fields import CodeField, CodeRef, StatementKey
from tuttava.foundation.models import Language
from tuttava.foundation.records import Record
from tuttava.interactions.models.content import InteractionAttachment, WordTemplate
from tuttava.interactions.models.templates import amount
from tuttava.interactions.models.vocabulary import (
    DeliveryStatus,
    Evaluation,
    InformationFlow,
    InitiatedBy,
    InteractionDocumentType,
)
from tuttava.partners.models import Salesperson


class InteractionFields(Record):
    """What drafts and log entries both carry (column D of 2.7).

    Campaigns, segments, tasks, opportunities and documents are named by their numbers, which outlive them. Codes of
    groups and templates stay on log entries when those are deleted (I-2), so they are no references in the database.
    """

    contact = StatementKey(
        Contact,
        verbose_name=_("contact"),
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,
    )
    contact_company = StatementKey(
        Contact,
        verbose_name=_("company"),
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,
    )
    date = models.DateField(_("date"), null=True, blank=True)
    time_of_interaction = models.TimeField(_("time"), null=True, blank=True)
    interaction_group_code = CodeField(_("interaction group"), max_length=10)
    interaction_template_code = CodeField(_("interaction template"), max_length=10)
    interaction_language = CodeRef(Language, verbose_name=_("language"), db_index=False)
    description = models.CharField(_("description"), max_length=100, blank=True, default="")
    subject = models.CharField(_("subject"), max_length=100, blank=True, default="")
    information_flow = models.CharField(
        _("information flow"), max_length=10, choices=InformationFlow.choices, default=InformationFlow.NONE
    )
    initiated_by = models.CharField(
        _("initiated by"), max_length=10, choices=InitiatedBy.choices, default=InitiatedBy.NONE
    )
    correspondence_type = models.CharField(
        _("correspondence type"),
        max_length=10,
        choices=CorrespondenceType.choices,
        default=CorrespondenceType.NONE,
    )
    contact_alt_address = models.ForeignKey(
        ContactAltAddress,
        verbose_name=_("alternative address"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    contact_via = models.CharField(_("number dialled"), max_length=80, blank=True, default="")
    salesperson = CodeRef(Salesperson, verbose_name=_("salesperson"), db_index=False)
    cost_lcy = amount(_("cost"))
    duration_min = amount(_("duration (min.)"))
    evaluation = models.CharField(_("evaluation"), max_length=15, choices=Evaluation.choices, default=Evaluation.NONE)
    attempt_failed = models.BooleanField(_("attempt failed"), default=False)
    campaign_no = CodeField(_("campaign"), max_length=20)
    campaign_entry_no = models.BigIntegerField(_("campaign entry"), default=0)
    campaign_response = models.BooleanField(_("campaign response"), default=False)
    campaign_target = models.BooleanField(_("campaign target"), default=False)
    segment_no = CodeField(_("segment"), max_length=20)
    task_no = CodeField(_("task"), max_length=20)
    opportunity_no = CodeField(_("opportunity"), max_length=20)
    document_type = models.CharField(
        _("document type"),
        max_length=30,
        choices=InteractionDocumentType.choices,
        default=InteractionDocumentType.NONE,
    )
    document_no = CodeField(_("document"), max_length=20)
    doc_no_occurrence = models.PositiveIntegerField(_("occurrence"), default=0)
    version_no = models.PositiveIntegerField(_("version"), default=0)
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
    send_word_doc_as_attachment = models.BooleanField(_("send Word document as attachment"), default=False)
    merged = models.BooleanField(_("merged"), default=False)

    class Meta:
        abstract = True


#: What the list filters by beside the columns that lead an index.
_COMPARED = (
    *("interaction_template_code", "interaction_group_code", "salesperson", "information_flow", "correspondence_type"),
    *("evaluation", "attempt_failed", "canceled", "postponed"),
)


#: What figures of contacts are made of (C-75 to C-77).
_FIGURED = ("attempt_failed", "initiated_by", "canceled", "postponed", "cost_lcy", "duration_min")


_EVALUATED = ~Q(evaluation=Evaluation.NONE)


def _covering(name: str, *fields: str, condition: Q | None = None) -> models.Index:
    """An index that alone answers which entries meet several filters, even where hundreds of thousands do not."""
    included = [column for column in _COMPARED if column not in fields]
    order, name = [*fields, "-date", "-entry_no"], f"interaction_by_{name}"
    return models.Index(fields=order, include=included, name=name, condition=condition)


class InteractionLogEntry(InteractionFields):
    """One contact moment, for good: the database refuses what I-67 does not allow.

    A company's interaction names it twice; that of an independent person has no ``contact_company`` (I-64). Postponed
    entries are unfinished wizards and no part of lists or figures (I-68).
    """

    #: Unfinished ones have one, too: lists and the API sort by it bare, as the index holds it.
    date = models.DateField(_("date"))
    entry_no = models.BigIntegerField(_("entry number"), unique=True)
    #: The person it was said to, where it names the company since the person left (C-25).
    former_contact = models.ForeignKey(
        Contact,
        verbose_name=_("person at the time"),
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,
        editable=False,
    )
    user_name = models.CharField(_("user"), max_length=150, blank=True, default="")
    logged_segment_entry_no = models.BigIntegerField(_("logged segment"), default=0)
    modified_word_template = models.BigIntegerField(_("edited Word template"), default=0)
    delivery_status = models.CharField(
        _("delivery status"), max_length=12, choices=DeliveryStatus.choices, default=DeliveryStatus.NONE
    )
    canceled = models.BooleanField(_("canceled"), default=False)
    email_logged = models.BooleanField(_("logged e-mail"), default=False)
    postponed = models.BooleanField(_("postponed"), default=False)
    #: The address (in lower case) of the salesperson who alone may read this e-mail; blank: whoever reads the log.
    private_for = models.CharField(_("private to"), max_length=254, blank=True, default="", editable=False)

    key_field = "entry_no"
    journal_owner = "id"

    class Meta:
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        ordering = ["-entry_no"]
        indexes = [
            _covering("date"),
            models.Index(
                fields=["contact", "-date", "-entry_no"],
                include=["contact_company", *_FIGURED],
                name="interaction_by_contact",
            ),
            models.Index(
                fields=["contact_company", "-date", "-entry_no"], include=_FIGURED, name="interaction_by_company"
            ),
            _covering("template", "interaction_template_code"),
            _covering("group", "interaction_group_code"),
            _covering("salesperson", "salesperson"),
            *(
                _covering(name, f"{name}_no", condition=~Q(**{f"{name}_no": ""}))
                for name in ("campaign", "segment", "task", "opportunity")
            ),
            models.Index(
                fields=["document_no", "document_type"], name="interaction_document", condition=~Q(document_no="")
            ),
            models.Index(
                fields=["logged_segment_entry_no"],
                name="interaction_logged_segment",
                condition=~Q(logged_segment_entry_no=0),
            ),
            models.Index(
                fields=["campaign_entry_no"], name="interaction_campaign_entry", condition=~Q(campaign_entry_no=0)
            ),
            models.Index(
                fields=["modified_word_template"],
                name="interaction_edited_word",
                condition=~Q(modified_word_template=0),
            ),
            *(
                models.Index(fields=[column], name=f"interaction_{name}", condition=Q(**{f"{column}__isnull": False}))
                for name, column in (
                    ("attachment", "attachment"),
                    ("alt_address", "contact_alt_address"),
                    ("former_contact", "former_contact"),
                )
            ),
            models.Index(fields=["-entry_no"], name="interaction_postponed", condition=Q(postponed=True)),
            models.Index(fields=["-entry_no"], name="interaction_canceled", condition=Q(canceled=True)),
            # What is rare among few values is what somebody looks for.
            _covering("failed", condition=Q(attempt_failed=True)),
            _covering("canceled", condition=Q(canceled=True)),
            _covering("evaluation", "evaluation", condition=_EVALUATED),
            # Evaluated entries of campaigns and opportunities: where few are both, neither index alone finds them.
            _covering("rated_campaign", "evaluation", condition=_EVALUATED & ~Q(campaign_no="")),
            _covering("rated_opp", "salesperson", "evaluation", condition=_EVALUATED & ~Q(opportunity_no="")),
            _covering("flow", "information_flow", condition=~Q(information_flow=InformationFlow.OUTBOUND)),
            _covering("letter", condition=Q(correspondence_type=CorrespondenceType.HARD_COPY)),
            models.Index(
                fields=["-entry_no"],
                name="interaction_undelivered",
                condition=~Q(delivery_status=DeliveryStatus.NONE),
            ),
        ]

    def __str__(self) -> str:
        return str(self.entry_no)


class InteractionComment(Record):
    """A comment on a log entry, or on a draft until it is logged; ``line_no`` steps by 10000."""

    entry = models.ForeignKey(
        InteractionLogEntry, null=True, blank=True, on_delete=models.CASCADE, related_name="comments", db_index=False
    )
    draft = models.ForeignKey(
        "interactions.InteractionDraft",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="comments",
        db_index=False,
    )
    line_no = models.PositiveIntegerField(_("line number"), default=0)
    date = models.DateField(_("date"), null=True, blank=True)
    code = CodeField(_("code"), max_length=10)
    comment = models.CharField(_("comment"), max_length=2000, blank=True, default="")
    last_date_modified = models.DateField(_("last changed"), null=True, blank=True, editable=False)

    journal_owner = "entry_id"
    key_field = "line_no"
    derived = frozenset({"last_date_modified"})
    bookkeeping = frozenset({"line_no", "draft_id"})

    class Meta:
        verbose_name = _("interaction comment")
        verbose_name_plural = _("interaction comments")
        ordering = ["entry", "draft", "line_no"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "line_no"], name="interaction_comment_key", condition=Q(entry__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["draft", "line_no"], name="draft_comment_key", condition=Q(draft__isnull=False)
            ),
            models.CheckConstraint(
                condition=Q(entry__isnull=False) ^ Q(draft__isnull=False), name="interaction_comment_owner"
            ),
        ]
