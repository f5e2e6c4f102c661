"""Properties and navigations that the sets of several registers have in common."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import F, Model, Value
from django.db.models.functions import Coalesce

from tuttava.api import edm
from tuttava.api.build import code_behind
from tuttava.api.declare import Expression, Navigation, Property
from tuttava.foundation.company import company_information
from tuttava.foundation.fields import as_code
from tuttava.foundation.models import Currency


def own_currency() -> str:
    """The code of the organisation's own currency."""
    return company_information().currency_code or ""


def shown_currency() -> Expression:
    """The code as the standard service shows it: blank means the own currency (16.5)."""
    return Coalesce(F("currency_code"), Value(own_currency()))


def stored_currency(value: str | None) -> str:
    """A code as registers store it: the own currency is blank (16.5)."""
    code = as_code(value)
    return "" if code == own_currency() else code


def _currency_behind(value: uuid.UUID | None) -> str:
    return stored_currency(code_behind(Currency)(value))


CURRENCY_ID = Property(
    "currencyId", edm.GUID, "currency__id", write="currency_code", convert=_currency_behind, nullable=True
)
CURRENCY_CODE = Property(
    "currencyCode", edm.code(10), expression=shown_currency, write="currency_code", convert=stored_currency
)


def text(name: str, length: int, source: str, **options: Any) -> Property:
    """A line of text."""
    return Property(name, edm.text(length), source, **options)


def reference_id(name: str, reference: str, model: type[Model]) -> Property:
    """The id of the row that the reference by code ``reference`` of the record names."""
    return Property(
        name, edm.GUID, f"{reference}__id", write=f"{reference}_code", convert=code_behind(model), nullable=True
    )


def to_code(name: str, target: str, reference: str) -> Navigation:
    """To the row of the code table that the reference by code names."""
    return Navigation(name, target, many=False, theirs="code", ours=f"{reference}_code")
