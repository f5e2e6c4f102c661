"""The working record of the wizards; no part of the log (2.6)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.fields import CodeRef
from tuttava.interactions.models.content import EmailLayout
from tuttava.interactions.models.log import InteractionFields, InteractionLogEntry
from tuttava.interactions.models.vocabulary import DraftKind


class InteractionDraft(InteractionFields):
    """A wizard that one user has open.

    ``context`` holds the values it was opened with, which stay locked: ``contact_no``, ``contact_company_no``,
    ``salesperson_code``, ``campaign_no``, ``opportunity_no``, ``task_no``, ``segment_no``; beside them
    what the wizard notes for itself. ``entry`` is the postponed entry that is continued or, in the result step, the one
    just logged. The content is a private working copy (I-41):
    ``content_id`` names its bytes, always embedded (I-85); of a layout ``email_layout`` and ``content_body``.
    """

    user_name = models.CharField(max_length=150, blank=True, default="", editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=DraftKind.choices, default=DraftKind.INTERACTION)
    entry = models.ForeignKey(
        InteractionLogEntry, null=True, blank=True, on_delete=models.CASCADE, related_name="+", editable=False
    )
    resumed_entry_no = models.BigIntegerField(_("resumed entry"), default=0, editable=False)
    context = models.JSONField(default=dict, blank=True, editable=False)
    step = models.PositiveSmallIntegerField(_("step"), default=1)
    wizard_contact_name = models.CharField(_("contact name"), max_length=100, blank=True, default="")
    campaign_description = models.CharField(_("campaign description"), max_length=100, blank=True, default="")
    opportunity_description = models.CharField(_("opportunity description"), max_length=100, blank=True, default="")
    interaction_successful = models.BooleanField(_("successful"), default=True)
    dial_contact = models.BooleanField(_("dial"), default=True)
    #: When the call began, to propose its duration (I-58).
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    content_id = models.UUIDField(null=True, blank=True, editable=False)
    content_name = models.CharField(max_length=250, blank=True, default="", editable=False)
    content_extension = models.CharField(max_length=250, blank=True, default="", editable=False)
    email_layout = CodeRef(EmailLayout, verbose_name=_("e-mail layout"), db_index=False)
    content_body = models.TextField(_("body"), blank=True, default="")
    #: The attachment that the content was copied from, so that another one is noticed (I-42).
    content_of = models.BigIntegerField(default=0, editable=False)

    key_field = "id"
    incidental = True
    derived = frozenset({"content_id", "content_name", "content_extension", "content_of", "user_name", "entry_id"})
    bookkeeping = frozenset({"content_id", "content_of"})

    class Meta:
        verbose_name = _("interaction draft")
        verbose_name_plural = _("interaction drafts")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user_name", "-id"], name="interaction_draft_of_user"),
            models.Index(fields=["contact"], name="interaction_draft_contact"),
        ]

    def __str__(self) -> str:
        return self.description or str(self.id)
