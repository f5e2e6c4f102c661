"""What classifies interactions: groups, templates, their language variants, and which event uses which (2.2 to 2.5)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.models import CorrespondenceType
from tuttava.foundation.errors import DomainError, Text
from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.models import Language
from tuttava.foundation.records import Record
from tuttava.interactions.models.content import EmailLayout, InteractionAttachment, WordTemplate
from tuttava.interactions.models.vocabulary import InformationFlow, InitiatedBy, WizardAction


class InteractionGroup(Record):
    """A heading under which templates are counted: letters, calls, meetings."""

    code = CodeField(_("code"), max_length=10, unique=True)
    description = models.CharField(_("description"), max_length=100, blank=True, default="")

    class Meta:
        verbose_name = _("interaction group")
        verbose_name_plural = _("interaction groups")
        ordering = ["code"]


def not_negative(value: Decimal) -> None:
    """Costs and durations are never negative (I-3, I-36)."""
    if value < 0:
        raise DomainError(
            "negative_value", gettext("Costs and durations cannot be negative. Enter 0 or more."), rule="I-3"
        )


def amount(label: Text) -> models.DecimalField[object, object]:
    """A cost in own currency or a duration in minutes, never negative (I-3, I-36: ``negative_value``)."""
    return models.DecimalField(label, max_digits=18, decimal_places=2, default=0, validators=[not_negative])


class InteractionTemplate(Record):
    """A kind of interaction with the values that each one starts from."""

    code = CodeField(_("code"), max_length=10, unique=True)
    interaction_group = CodeRef(InteractionGroup, verbose_name=_("interaction group"))
    description = models.CharField(_("description"), max_length=100, blank=True, default="")
    unit_cost_lcy = amount(_("unit cost"))
    unit_duration_min = amount(_("unit duration (min.)"))
    information_flow = models.CharField(
        _("information flow"), max_length=10, choices=InformationFlow.choices, default=InformationFlow.NONE
    )
    initiated_by = models.CharField(
        _("initiated by"), max_length=10, choices=InitiatedBy.choices, default=InitiatedBy.NONE
    )
    correspondence_type_default = models.CharField(
        _("default correspondence type"),
        max_length=10,
        choices=CorrespondenceType.choices,
        default=CorrespondenceType.EMAIL,
    )
    ignore_contact_correspondence_type = models.BooleanField(_("ignore contact's correspondence type"), default=False)
    default_language = CodeRef(Language, verbose_name=_("default language"))
    wizard_action = models.CharField(
        _("wizard action"), max_length=10, choices=WizardAction.choices, default=WizardAction.NONE
    )
    word_template = CodeRef(WordTemplate, verbose_name=_("Word template"))
    campaign_no = CodeField(_("campaign"), max_length=20)
    campaign_target = models.BooleanField(_("campaign target"), default=False)
    campaign_response = models.BooleanField(_("campaign response"), default=False)

    class Meta:
        verbose_name = _("interaction template")
        verbose_name_plural = _("interaction templates")
        ordering = ["code"]


class InteractionTemplateLanguage(Record):
    """A template in one language (blank: any), with its file, layout or Word template."""

    interaction_template = CodeRef(
        InteractionTemplate,
        verbose_name=_("interaction template"),
        null=False,
        blank=False,
        on_delete=models.CASCADE,
        related_name="languages",
    )
    language = CodeRef(Language, verbose_name=_("language"))
    description = models.CharField(_("description"), max_length=100, blank=True, default="")
    attachment = models.ForeignKey(
        InteractionAttachment,
        verbose_name=_("attachment"),
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="+",
    )
    email_layout = CodeRef(EmailLayout, verbose_name=_("e-mail layout"))
    word_template = CodeRef(WordTemplate, verbose_name=_("Word template"))

    key_field = "language_code"
    derived = frozenset({"attachment_id"})

    class Meta:
        verbose_name = _("template language")
        verbose_name_plural = _("template languages")
        ordering = ["interaction_template", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["interaction_template", "language"], name="interaction_variant_key", nulls_distinct=False
            )
        ]


def _event(label: Text) -> CodeRef:
    return CodeRef(InteractionTemplate, verbose_name=label, on_delete=models.RESTRICT, db_index=False)


class InteractionTemplateSetup(Record):
    """Which template each event of the product uses; a blank one records nothing (I-17)."""

    emails = _event(_("e-mails"))
    email_draft = _event(_("e-mail drafts"))
    cover_sheets = _event(_("cover sheets"))
    outgoing_calls = _event(_("outgoing calls"))
    meeting_invitation = _event(_("meeting invitations"))
    sales_invoices = _event(_("sales invoices"))
    sales_credit_memos = _event(_("sales credit memos"))
    sales_order_confirmations = _event(_("sales order confirmations"))
    sales_draft_invoices = _event(_("sales draft invoices"))
    sales_quotes = _event(_("sales quotes"))
    sales_blanket_orders = _event(_("sales blanket orders"))
    sales_shipments = _event(_("sales shipments"))
    sales_statements = _event(_("sales statements"))
    sales_reminders = _event(_("sales reminders"))
    sales_return_orders = _event(_("sales return orders"))
    sales_return_receipts = _event(_("sales return receipts"))
    sales_finance_charge_memos = _event(_("sales finance charge memos"))
    purchase_invoices = _event(_("purchase invoices"))
    purchase_credit_memos = _event(_("purchase credit memos"))
    purchase_orders = _event(_("purchase orders"))
    purchase_quotes = _event(_("purchase quotes"))
    purchase_blanket_orders = _event(_("purchase blanket orders"))
    purchase_receipts = _event(_("purchase receipts"))
    purchase_return_shipments = _event(_("purchase return shipments"))
    purchase_return_orders = _event(_("purchase return orders"))
    service_order_create = _event(_("service orders created"))
    service_order_post = _event(_("service orders posted"))
    service_contracts = _event(_("service contracts"))
    service_contract_quotes = _event(_("service contract quotes"))
    service_quotes = _event(_("service quotes"))
    service_shipments = _event(_("service shipments"))
    service_invoices = _event(_("service invoices"))
    service_credit_memos = _event(_("service credit memos"))
    only_row = models.BooleanField(default=True, unique=True, editable=False)

    key_field = "id"

    class Meta:
        verbose_name = _("interaction template setup")
        verbose_name_plural = _("interaction template setup")
        constraints = [models.CheckConstraint(condition=models.Q(only_row=True), name="one_interaction_setup")]
