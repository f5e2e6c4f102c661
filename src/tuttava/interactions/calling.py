"""Phone calls, outgoing and incoming (I-52 to I-58)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import use_contact_for_new_work
from tuttava.contacts.reaching import Device, ReachabilityOption, number_to_call, phone_options
from tuttava.foundation import records
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Edit
from tuttava.interactions.drafting import RIGHT, SET_NAME, Source, begin
from tuttava.interactions.errors import (
    contact_required,
    date_required,
    description_required,
    salesperson_required,
    template_required,
)
from tuttava.interactions.models import DraftKind, InteractionDraft, InteractionTemplate, InteractionTemplateSetup
from tuttava.partners.models import RegisterEntry
from tuttava.relations.queries import hub_of

WHO, RESULT, RELATED = 1, 2, 3
#: What the context says of a call that somebody else made (I-58).
INCOMING = "incoming"


def start_call(
    source: Source,
    values: Mapping[str, Any] | None = None,
    *,
    number: str = "",
    alt_address_code: str = "",
    device: Device = "desk",
) -> InteractionDraft:
    """A call to a contact, with the number to dial (I-53). Raises ``outgoing_calls_template_required`` (I-19) and,
    where no number is given and none is known, ``contact.no_phone_numbers`` (I-54).
    """
    template = outgoing_template()
    contact = use_contact_for_new_work(_party(source))
    alt_address_code = as_code(alt_address_code)
    if not number:
        numbers = phone_options(contact, address_code=alt_address_code)
        own = "" if alt_address_code else number_to_call(contact, device)
        number = own or _first(numbers, alt_address_code)
    return _start(source, {"interaction_template_code": template, "contact_via": number[:80]}, values, alt_address_code)


def start_incoming(source: Source, template_code: str, values: Mapping[str, Any] | None = None) -> InteractionDraft:
    """A call from a contact with a template of the user's choice; when it began is kept (I-58)."""
    if not template_code:
        raise template_required()
    started = {
        "interaction_template_code": as_code(template_code),
        "dial_contact": False,
        "contact_via": number_to_call(_party(source)),
    }
    draft = _start(source, started, values)
    return _mark_incoming(draft)


def outgoing_template() -> str:
    """The template of outgoing calls; raises ``outgoing_calls_template_required`` (I-19)."""
    code = InteractionTemplateSetup.objects.values_list("outgoing_calls_code", flat=True).first()
    if not code:
        raise DomainError(
            "outgoing_calls_template_required",
            _("No template for outgoing calls is chosen. Choose one in the interaction template setup."),
            field="outgoing_calls_code",
            rule="I-19",
        )
    return str(code)


def contact_behind(record: RegisterEntry) -> Contact:
    """Whom to call about a customer, vendor or bank account (I-52). Raises ``contact_not_found``."""
    found = hub_of(record)
    if found is None:
        raise DomainError(
            "contact_not_found",
            _("%(record)s belongs to no contact. Create or link one first.") % {"record": record},
            rule="I-52",
        )
    return found


def numbers_of(draft: InteractionDraft) -> list[ReachabilityOption]:
    """Every number the call may go to: of the contact, its chosen address and its company (I-54)."""
    if draft.contact is None:
        return []
    code = draft.contact_alt_address.code if draft.contact_alt_address else ""
    return phone_options(draft.contact, address_code=code, date=draft.date)


def is_incoming(draft: InteractionDraft) -> bool:
    return bool(draft.context.get(INCOMING))


def is_first(draft: InteractionDraft) -> bool:
    return draft.step == WHO


def step_on(edit: Edit[InteractionDraft]) -> None:
    """Dialling checks what a call needs; after it the result is asked for (I-55, I-56)."""
    draft = edit.record
    if draft.step == WHO:
        check(draft)
        if is_incoming(draft) and draft.duration_min == unit_duration(draft):
            edit.put("duration_min", elapsed_minutes(draft))
    if draft.step < RELATED:
        edit.put("step", draft.step + 1)


def check(draft: InteractionDraft) -> None:
    """I-56, in this order."""
    if draft.dial_contact and not draft.contact_via.strip():
        raise DomainError(
            "phone_number_required",
            _("Choose or type the number to dial, or do not dial."),
            field="contact_via",
            rule="I-56",
        )
    if not draft.date:
        raise date_required()
    if not draft.description.strip():
        raise description_required()
    if not draft.salesperson_code:
        raise salesperson_required()


def elapsed_minutes(draft: InteractionDraft) -> Decimal:
    """Since the wizard was opened, begun minutes counted whole (I-58)."""
    seconds = (timezone.now() - draft.started_at).total_seconds()
    return Decimal(max(1, math.ceil(seconds / 60)))


def unit_duration(draft: InteractionDraft) -> Decimal:
    """The duration that the template proposed."""
    template = InteractionTemplate.objects.filter(code=draft.interaction_template_code).first()
    return cast("Decimal", template.unit_duration_min) if template else Decimal(0)


def dial_address(number: str) -> str:
    """The link that dials a number; blank when it has no digits (I-56)."""
    digits = "".join(sign for sign in number if sign in "+0123456789*#")
    return f"tel:{digits}" if any(sign.isdigit() for sign in digits) else ""


def _party(source: Source) -> Contact:
    contact = source.contact or source.company
    if contact is None:
        raise contact_required()
    return contact


def _start(
    source: Source, started: Mapping[str, Any], values: Mapping[str, Any] | None, alt_address_code: str = ""
) -> InteractionDraft:
    require(RIGHT, SET_NAME)
    with unit_of_work("start phone call"):
        edit = begin(source, values or {}, kind=DraftKind.PHONE_CALL)
        edit.derive("date", current().today)
        edit.derive("time_of_interaction", timezone.localtime().time().replace(microsecond=0))
        if alt_address_code:
            address = _party(source).alt_addresses.filter(code=alt_address_code).first()
            edit.put("contact_alt_address_id", address.pk if address else None)
        for name, value in started.items():
            if name not in (values or {}):
                edit.enter(name, value)
        return records.save(edit)


def _mark_incoming(draft: InteractionDraft) -> InteractionDraft:
    edit = Edit(draft, records.rules_of(InteractionDraft))
    edit.put("context", draft.context | {INCOMING: "yes"})
    return records.save(edit)


def _first(options: list[ReachabilityOption], alt_address_code: str) -> str:
    """The first number, of the chosen alternative address where it has one."""
    chosen = [option for option in options if f"({alt_address_code})" in option.description]
    return (chosen or options)[0].number
