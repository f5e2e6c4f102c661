"""What became of each recipient's mail or letter: waiting, done, failed and why; failed ones are tried again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.privacy import MASK, is_hidden
from tuttava.interactions import retrying
from tuttava.interactions.confidential import shown
from tuttava.interactions.models import Delivery, DeliveryState, InteractionLogEntry
from tuttava.interactions.pages.log import READ, SET, entry_url
from tuttava.ui import registry
from tuttava.ui.lists.declare import BulkAction, Column, Filter, ListPage, Plan, Sort, Start
from tuttava.ui.lists.mount import register_list
from tuttava.ui.undo import register_undo

NAME = "deliveries"
_TONES = {
    DeliveryState.DONE: "success",
    DeliveryState.FAILED: "danger",
    DeliveryState.UNKNOWN: "warning",
}


def deliveries_url(**chips: str) -> str:
    """The list narrowed by chips: ``deliveries_url(logged="7", state="failed")``."""
    query = [("f", f"{name}:is:{value}") for name, value in chips.items()]
    return f"{reverse(NAME)}?{urlencode(query)}" if query else reverse(NAME)


def _contact(row: Delivery) -> str:
    contact = row.entry.contact
    if contact is None:
        return gettext("No contact")
    return MASK if is_hidden(contact) else contact.name or contact.no


def _recipient(row: Delivery) -> str:
    return format_html('<span class="row-name"><span class="row-words">{}</span></span>', _contact(row))


def _reason(row: Delivery) -> str:
    """It may name the contact."""
    return MASK if row.error and row.entry.contact is not None and is_hidden(row.entry.contact) else row.error


def _state(row: Delivery) -> str:
    tone = _TONES.get(DeliveryState(row.state), "")
    return format_html('<span class="badge {}">{}</span>', tone, row.get_state_display())


def _of_batch(_operator: str, values: Sequence[str]) -> Q:
    found = []
    for text in values:
        with suppress(ValueError):
            found.append(uuid.UUID(text))
    return Q(batch_id__in=found)


def _of_logged(_operator: str, values: Sequence[str]) -> Q:
    """Deliveries of a logged segment, by its entry number."""
    numbers = [int(value) for value in values if value.isdigit() and 0 < len(value) < 15]
    entries = InteractionLogEntry.objects.filter(logged_segment_entry_no__in=[no for no in numbers if no])
    return Q(entry__in=entries.order_by().values("pk"))


def _rows() -> QuerySet[Delivery]:
    unseen = [f"entry__contact__{name}" for name in ("search_tokens", "search_text", "pinned_fields")]
    return Delivery.objects.select_related("entry__contact").defer(*unseen)


def _plan(rows: QuerySet[Any], values: Mapping[str, str]) -> Plan:
    total, will = rows.order_by().count(), retrying.retryable(rows).count()
    return Plan(will, refused=total - will, reason=_("Only what has failed and was not sent since is tried again."))


register_list(
    ListPage(
        name=NAME,
        path="interactions/deliveries",
        title=_("Deliveries"),
        model=Delivery,
        columns=[
            Column("contact", _("contact"), width=200, value=_contact, cell=_recipient),
            Column("state", _("state"), width=150, cell=_state),
            Column("error", _("reason"), width=360, value=_reason),
            Column("subject", _("subject"), width=220, value=lambda row: shown(row.entry, "subject")),
            Column("changed_at", _("changed"), width=150, kind="moment", sort="changed"),
            Column("not_before", _("tried again at"), width=150, kind="moment"),
            Column("attempts", _("attempts"), width=90, number=True, hidden=True),
            Column("segment_no", _("segment"), width=120, value=lambda row: row.entry.segment_no),
            Column("entry_no", _("interaction"), width=110, value=lambda row: row.entry.entry_no, hidden=True),
        ],
        sorts=[Sort("changed", ("changed_at", "id"), falls=True)],
        filters=[
            Filter("state", _("State"), "choice", choices=DeliveryState.choices, quick=True),
            Filter("logged", _("Logged segment"), condition=_of_logged, operators=("is",), quick=True),
            Filter("segment", _("Segment"), path="entry__segment_no", operators=("is",)),
            Filter("batch", _("Batch"), condition=_of_batch, operators=("is",)),
        ],
        rows=_rows,
        href=lambda row: entry_url(row.entry),
        start=Start(
            _("Nothing was sent yet"),
            _("What leaves as e-mail or letter stands here, with each recipient's result."),
            icon="paper-airplane",
        ),
        parent=("interactions", _("Interactions")),
        bulk=[
            BulkAction(
                "again",
                _("Try again"),
                lambda rows, values: retrying.retry_failed(rows),
                _plan,
                icon="arrow-path",
                right=retrying.RIGHT,
                done=_("Tried again: %(count)d"),
            )
        ],
        right=READ,
        set_name=SET,
    )
)


register_undo(f"again {NAME}", None)
registry.add_command(
    registry.Command(
        "deliveries",
        _("Deliveries"),
        NAME,
        icon="paper-airplane",
        order=65,
        description=_("What was sent to whom, what waits and what failed"),
        words=_("mails letters sent failed retry queue"),
    )
)
