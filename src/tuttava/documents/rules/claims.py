"""Entering reminders and finance charge memos."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from tuttava.documents.models import STEP, Claim, ClaimKind, ClaimLine, ReminderAutomation
from tuttava.documents.setups import series_for
from tuttava.foundation import series
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, Rules, register
from tuttava.trade.models import CustomerLedgerEntry

#: Days that a customer has to pay what he is reminded of.
DAYS = dt.timedelta(days=14)
_FROM_ENTRY = ("document_type", "document_no", "description", "amount_lcy", "remaining_amount_lcy")


def set_of(kind: str) -> str:
    """The set of a kind, as rights spell it."""
    return "reminders" if kind == ClaimKind.REMINDER else "financeChargeMemos"


def first_description(kind: str, number: str) -> str:
    """The posting description that one starts with: “Reminder 1001”."""
    return f"{ClaimKind(kind).label} {number}"[:100]


@register
class ClaimRules(Rules[Claim]):
    model = Claim
    set_name = "reminders"

    def set_for(self, values: Mapping[str, Any]) -> str:
        """Rights are given for each kind."""
        return set_of(values.get("kind") or ClaimKind.REMINDER)

    def describe(self, record: Claim) -> str:
        return first_description(record.kind, record.no)

    def enter_no(self, edit: Edit[Claim], value: str) -> None:
        """C-2, C-7 for the series of this kind."""
        if value == edit.get("no"):
            return
        if not edit.is_new:
            raise DomainError(
                "read_only",
                _("%(claim)s keeps its number.") % {"claim": self.describe(edit.record)},
                rule="C-7",
            )
        code = series_for(edit.get("kind"))
        if value and not series.may_be_manual(code):
            raise DomainError(
                "number_series.not_manual",
                _("Numbers of series %(code)s cannot be typed. Leave the number blank; it is drawn on saving.")
                % {"code": code},
                rule="C-2",
            )
        edit.put("no", value)

    def enter_customer_id(self, edit: Edit[Claim], value: uuid.UUID | None) -> None:
        """Lines are about the customer's invoices: with lines, it stays the same customer."""
        changed = not edit.is_new and value != edit.old("customer_id")
        if changed and ClaimLine.objects.filter(claim=edit.record.pk).exists():
            raise DomainError(
                "read_only",
                _("%(claim)s has lines about invoices of its customer. Delete them before you choose another one.")
                % {"claim": self.describe(edit.record)},
                rule="I-127",
            )
        edit.put("customer_id", value)

    def before_save(self, edit: Edit[Claim]) -> None:
        """Number, dates and description of a new one; it needs a customer."""
        if edit.get("customer_id") is None:
            raise DomainError(
                "account_required", _("Choose the customer to be reminded."), field="customer_id", rule="I-127"
            )
        if not edit.is_new:
            return
        if not edit.get("no"):
            edit.put("no", series.draw(series_for(edit.get("kind"))))
        posted = edit.get("posting_date") or current().date
        edit.derive("posting_date", posted)
        edit.derive("due_date", edit.get("due_date") or posted + DAYS)
        if not edit.get("posting_description"):
            edit.derive("posting_description", first_description(edit.get("kind"), edit.get("no")))

    def before_delete(self, record: Claim) -> None:
        """Its lines go along."""
        ClaimLine.objects.filter(claim=record).delete()


@register
class ClaimLineRules(Rules[ClaimLine]):
    model = ClaimLine
    set_name = "reminderLines"

    def set_for(self, values: Mapping[str, Any]) -> str:
        """As its reminder or finance charge memo."""
        owner: Any = values.get("claim_id")
        kind = Claim.objects.filter(pk=owner).values_list("kind", flat=True).first()
        return f"{set_of(kind or ClaimKind.REMINDER).removesuffix('s')}Lines"

    def enter_ledger_entry_no(self, edit: Edit[ClaimLine], value: int) -> None:
        """A ledger entry brings its document and amounts along."""
        edit.put("ledger_entry_no", value)
        entry = CustomerLedgerEntry.objects.filter(entry_no=value).first() if value else None
        if value and entry is None:
            raise DomainError("not_found", _("There is no customer ledger entry %(no)s.") % {"no": value})
        for name in _FROM_ENTRY if entry is not None else ():
            edit.derive(name, getattr(entry, name))

    def before_save(self, edit: Edit[ClaimLine]) -> None:
        """A line belongs to a reminder, and names entries of its customer only; new ones go to the end."""
        owner: Any = edit.get("claim_id")
        claim = Claim.objects.select_for_update(of=("self",)).filter(pk=owner).first() if owner else None
        if claim is None:
            raise DomainError("field_required", _("A line needs the reminder it belongs to."), field="claim_id")
        number = edit.get("ledger_entry_no")
        theirs = CustomerLedgerEntry.objects.filter(entry_no=number, customer=claim.customer_id)
        if number and edit.changed("ledger_entry_no") and not theirs.exists():
            raise DomainError(
                "value_invalid",
                _("Ledger entry %(entry)s is not one of customer %(customer)s.")
                % {"entry": number, "customer": claim.customer.no},
                field="ledger_entry_no",
                rule="I-127",
            )
        if edit.is_new and not edit.get("line_no"):
            last = ClaimLine.objects.filter(claim=claim).aggregate(last=Max("line_no"))["last"] or 0
            edit.put("line_no", last + STEP)


@register
class ReminderAutomationRules(Rules[ReminderAutomation]):
    model = ReminderAutomation
    set_name = "reminderAutomation"
