"""The setups in force, each read once a call."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from django.db.models.signals import post_save

from tuttava.foundation.context import current
from tuttava.partners.models import FinanceSetup, HrSetup, PurchaseSetup, SalesSetup
from tuttava.partners.models.setups import OneRow

S = TypeVar("S", bound=OneRow)

SETUPS: tuple[type[OneRow], ...] = (SalesSetup, PurchaseSetup, FinanceSetup, HrSetup)


def setup_of(model: type[S]) -> S:
    """The one row of a setup, created with its initial values when missing; one query a context."""
    cache = current().cache
    if model not in cache:
        rows = model._default_manager
        cache[model] = rows.first() or rows.get_or_create(only_row=True)[0]
    return cast("S", cache[model])


def _forget(sender: type[OneRow], **_signal: Any) -> None:
    current().cache.pop(sender, None)


def connect() -> None:
    """Read a setup anew once it was saved."""
    for model in SETUPS:
        post_save.connect(_forget, sender=model, dispatch_uid=f"partners.{model._meta.model_name}")
