"""Which fields of a contact can be compared by search strings (D.2)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db import models

from tuttava.contacts.models import Contact
from tuttava.foundation.errors import Text

#: Texts that are computed from others, or serve the search for contacts.
_COMPUTED = frozenset(
    {"lookup_contact_no", "search_text", "search_email", "phone_no_normalised", "mobile_phone_no_normalised"}
)


@lru_cache(maxsize=1)
def choosable_fields() -> Mapping[str, models.Field[Any, Any]]:
    """The stored text and code fields that a row of the setup may name, by their attribute names."""
    fields = [f for f in Contact._meta.concrete_fields if _is_text(f) and not f.choices and f.attname not in _COMPUTED]
    return {field.attname: field for field in fields}


def field_choices() -> list[tuple[str, Text]]:
    """The same with their words, to pick from."""
    return [(name, field.verbose_name) for name, field in choosable_fields().items()]


def _is_text(field: models.Field[Any, Any]) -> bool:
    stored = field.target_field if isinstance(field, models.ForeignKey) else field
    return isinstance(stored, models.CharField | models.TextField)
