"""Refusals of this room that several places give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError


def contact_required() -> DomainError:
    return DomainError("contact_required", _("An interaction needs a contact. Choose one."), field="contact_id")


def template_required() -> DomainError:
    return DomainError(
        "template_required",
        _("An interaction needs an interaction template. Choose one."),
        field="interaction_template_code",
    )


def salesperson_required() -> DomainError:
    return DomainError(
        "salesperson_required", _("An interaction needs a salesperson. Choose one."), field="salesperson_code"
    )


def date_required() -> DomainError:
    return DomainError("date_required", _("An interaction needs a date. Enter one."), field="date")


def description_required() -> DomainError:
    return DomainError("description_required", _("An interaction needs a description. Enter one."), field="description")


def log_entry_read_only(entry_no: int, field: str = "") -> DomainError:
    return DomainError(
        "log_entry_read_only",
        _("Interaction %(entry)s is logged and stays as it is. Cancel it and log another one instead.")
        % {"entry": entry_no},
        field=field,
        rule="I-67",
    )


def not_deletable(entry_no: int) -> DomainError:
    return DomainError(
        "only_canceled_or_postponed",
        _("Interaction %(entry)s can be deleted only when it is canceled or postponed. Cancel it first.")
        % {"entry": entry_no},
        rule="I-72",
    )


def require_filled(values: Mapping[str, Any], *, salesperson: bool = True) -> None:
    """What every logged interaction needs, in the order of I-46; ``salesperson``: whether one is."""
    if not values.get("contact_id"):
        raise contact_required()
    if not values.get("interaction_template_code"):
        raise template_required()
    if salesperson and not values.get("salesperson_code"):
        raise salesperson_required()
    if not values.get("date"):
        raise date_required()
