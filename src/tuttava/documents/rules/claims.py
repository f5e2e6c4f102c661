"""Entering reminders and finance charge memos."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from tuttava.documents.models import Claim, ClaimKind, ClaimLine, ReminderAutomation
from tuttava.documents.setups import series_for
from tuttava.foundation import series
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, Rules, register

#: Days that a customer has to pay what he is reminded of.
DAYS = dt.timedelta(days=14)


def first_description(kind: str, number: str) -> str:
    """The posting description that one starts with: “Reminder 1001”."""
    return f"{ClaimKind(kind).label} {number}"[:100]


@register
class ClaimRules(Rules[Claim]):
    model = Claim
    set_name = "reminders"

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


@register
class ClaimLineRules(Rules[ClaimLine]):
    model = ClaimLine
    set_name = "reminders"


@register
class ReminderAutomationRules(Rules[ReminderAutomation]):
    model = ReminderAutomation
    set_name = "reminderAutomation"
