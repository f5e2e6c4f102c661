"""What reminds customers of what they owe: statements, reminders and finance charge memos (interactions, 2.12)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.documents.models.headers import party
from tuttava.foundation.fields import CodeField, CodeRef
from tuttava.foundation.models import Currency
from tuttava.foundation.records import Record
from tuttava.partners.models import Customer
from tuttava.partners.models.heads import text
from tuttava.partners.models.setups import OneRow
from tuttava.partners.models.shared import amount as money
from tuttava.trade.models import EntryType


class CustomerStatement(Record):
    """A statement that was printed: whose, which number, about which days. It is set anew when it is looked at."""

    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="+", db_index=False
    )
    statement_no = models.PositiveIntegerField(_("statement"))
    date = models.DateField(_("date"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"))

    key_field = "statement_no"

    class Meta:
        verbose_name = _("customer statement")
        verbose_name_plural = _("customer statements")
        ordering = ["customer", "statement_no"]
        # Not unique: those of a customer that was merged away keep their numbers.
        indexes = [
            models.Index(fields=["customer", "statement_no"], name="customer_statement_key"),
            models.Index(fields=["date", "id"], name="customer_statement_day"),
        ]

    def __str__(self) -> str:
        return str(self.statement_no)


class ClaimKind(models.TextChoices):
    REMINDER = "reminder", _("Reminder")
    FINANCE_CHARGE_MEMO = "finance_charge_memo", _("Finance charge memo")


class ClaimFields(Record):
    kind = models.CharField(_("kind"), max_length=20, choices=ClaimKind.choices, default=ClaimKind.REMINDER)
    no = CodeField(_("number"), max_length=20, help_text=_("Drawn from the series when left blank."))
    customer = party(Customer, _("customer"))
    posting_date = models.DateField(_("posting date"), null=True, blank=True)
    due_date = models.DateField(_("due date"), null=True, blank=True)
    posting_description = text(_("posting description"), 100)
    currency = CodeRef(
        Currency, verbose_name=_("currency"), help_text=_("Blank means your own currency."), db_index=False
    )

    key_field = "no"

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.no)


class Claim(ClaimFields):
    """A reminder or finance charge memo that is being worked on; it goes when it is issued."""

    class Meta:
        verbose_name = _("reminder or finance charge memo")
        verbose_name_plural = _("reminders and finance charge memos")
        ordering = ["kind", "no"]
        constraints = [models.UniqueConstraint(fields=["kind", "no"], name="claim_key")]
        indexes = [models.Index(fields=["customer"], name="claim_by_customer")]


class IssuedClaim(ClaimFields):
    """One that was issued: nothing about it changes, except how often it was printed."""

    pre_assigned_no = CodeField(_("number before issuing"), max_length=20)
    no_printed = models.PositiveIntegerField(_("times printed"), default=0, editable=False)

    class Meta:
        verbose_name = _("issued reminder or finance charge memo")
        verbose_name_plural = _("issued reminders and finance charge memos")
        ordering = ["kind", "no"]
        constraints = [models.UniqueConstraint(fields=["kind", "no"], name="issued_claim_key")]
        indexes = [models.Index(fields=["customer", "due_date"], name="issued_claim_by_customer")]


class ClaimLineFields(Record):
    """An invoice that a customer is reminded of; amounts are in own currency."""

    line_no = models.PositiveIntegerField(_("line number"))
    ledger_entry_no = models.BigIntegerField(_("ledger entry"), default=0)
    document_type = models.CharField(
        _("document type"), max_length=20, choices=EntryType.choices, default=EntryType.INVOICE
    )
    document_no = CodeField(_("document number"), max_length=20)
    description = text(_("description"), 100)
    amount_lcy = money(_("amount"))
    remaining_amount_lcy = money(_("remaining amount"))

    key_field = "line_no"
    bookkeeping = frozenset({"line_no"})

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.line_no)


class ClaimLine(ClaimLineFields):
    claim = models.ForeignKey(
        Claim, verbose_name=_("reminder"), on_delete=models.CASCADE, related_name="lines", db_index=False
    )

    journal_owner = "claim_id"

    class Meta:
        verbose_name = _("line of a reminder")
        verbose_name_plural = _("lines of reminders")
        ordering = ["claim", "line_no"]
        constraints = [models.UniqueConstraint(fields=["claim", "line_no"], name="claim_line_key")]
        indexes = [models.Index(fields=["ledger_entry_no"], name="claim_line_by_entry")]


class IssuedClaimLine(ClaimLineFields):
    claim = models.ForeignKey(
        IssuedClaim, verbose_name=_("reminder"), on_delete=models.CASCADE, related_name="lines", db_index=False
    )

    journal_owner = "claim_id"

    class Meta:
        verbose_name = _("line of an issued reminder")
        verbose_name_plural = _("lines of issued reminders")
        ordering = ["claim", "line_no"]
        constraints = [models.UniqueConstraint(fields=["claim", "line_no"], name="issued_claim_line_key")]
        indexes = [models.Index(fields=["ledger_entry_no"], name="issued_line_by_entry")]


class ReminderAutomation(OneRow):
    """What a run of the reminders does on its own (I-128)."""

    enabled = models.BooleanField(_("enabled"), default=False)
    issue = models.BooleanField(_("issue"), default=False)
    send_by_email = models.BooleanField(_("send by e-mail"), default=False)
    log_interaction = models.BooleanField(_("log interaction"), default=True)

    class Meta:
        verbose_name = _("reminder automation")
        verbose_name_plural = _("reminder automation")
        constraints = [models.CheckConstraint(condition=models.Q(only_row=True), name="one_reminder_automation")]
