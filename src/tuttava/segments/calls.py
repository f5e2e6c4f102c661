"""Phone calls from a line of a segment (S-29, I-52 to I-58)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit
from tuttava.interactions import calling, related
from tuttava.interactions.drafting import Source
from tuttava.interactions.logging_core import interactions_logged
from tuttava.interactions.models import InteractionDraft, InteractionLogEntry
from tuttava.segments.models import SegmentLine


def connect() -> None:
    """Hear of calls that were logged."""
    interactions_logged.connect(_remember_numbers, dispatch_uid="segments.calls")


def start_call(
    line: SegmentLine, values: Mapping[str, Any] | None = None, *, number: str = "", alt_address_code: str = ""
) -> InteractionDraft:
    """A call to the contact of a line, with its campaign, task and salesperson (I-55).

    Raises ``contact_required``, ``outgoing_calls_template_required`` and what starting a call raises.
    """
    if line.contact is None:
        raise DomainError(
            "contact_required", _("The line has no contact. Choose one first."), field="contact_no", rule="S-29"
        )
    address = line.contact_alt_address.code if line.contact_alt_address else ""
    draft = calling.start_call(
        Source(
            contact=line.contact,
            campaign_no=related.known("campaign", line.campaign_no),
            opportunity_no=related.known("opportunity", line.opportunity_no),
            task_no=line.task_no,
            segment_no=line.segment.no,
        ),
        {**_of_line(line), **(values or {})},
        number=number,
        alt_address_code=alt_address_code or address,
    )
    return _with_campaign(draft, line) if draft.campaign_no else draft


def _of_line(line: SegmentLine) -> dict[str, Any]:
    """What the call takes from the line beside whom it is about."""
    named = {"description": line.description, "salesperson_code": line.salesperson_code}
    return {name: value for name, value in named.items() if value}


def _with_campaign(draft: InteractionDraft, line: SegmentLine) -> InteractionDraft:
    """Target and response are those of the line, and cannot be changed in the call (I-55)."""
    edit = Edit(draft, records.rules_of(InteractionDraft))
    edit.put("campaign_target", line.campaign_target)
    edit.put("campaign_response", line.campaign_response)
    return records.save(edit)


def _remember_numbers(*, entries: Sequence[InteractionLogEntry], **_signal: Any) -> None:
    """I-58: the line shows the number that was called."""
    for entry in entries:
        if entry.segment_no and entry.contact_via and not entry.logged_segment_entry_no:
            lines = SegmentLine.objects.filter(segment__no=entry.segment_no, contact=entry.contact_id)
            lines.update(contact_via=entry.contact_via)
