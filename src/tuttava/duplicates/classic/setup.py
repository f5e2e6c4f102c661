"""The rows of the setup in force, and which fields may stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import models
from django.db.models.signals import post_delete, post_save

from tuttava.contacts.models import Contact
from tuttava.contacts.setup import marketing_setup
from tuttava.duplicates.classic.composing import needed_strings
from tuttava.duplicates.models import DuplicateSearchStringSetup
from tuttava.foundation.context import current

_KEY = "duplicates.search_rows"
#: Texts that are computed from others, or serve the search for contacts.
_COMPUTED = frozenset(
    {"lookup_contact_no", "search_text", "search_email", "phone_no_normalised", "mobile_phone_no_normalised"}
)


class SearchRow(NamedTuple):
    """One row of the setup."""

    field: str
    part: str
    length: int


def search_rows() -> tuple[SearchRow, ...]:
    """The setup in force, read once a call."""
    cache = current().cache
    found: tuple[SearchRow, ...] | None = cache.get(_KEY)
    if found is None:
        rows = DuplicateSearchStringSetup.objects.order_by("field_name", "part_of_field")
        found = tuple(SearchRow(*row) for row in rows.values_list("field_name", "part_of_field", "length"))
        cache[_KEY] = found
    return found


def forget_search_rows(**_signal: Any) -> None:
    """Read the setup anew next time; runs by itself when a row is saved or deleted."""
    current().cache.pop(_KEY, None)


def needed() -> int:
    """How many strings two contacts must share to become a pair (D-10); 0 when the setup is empty."""
    return needed_strings(len(search_rows()), marketing_setup().search_hit_pct)


@lru_cache(maxsize=1)
def choosable_fields() -> Mapping[str, models.Field[Any, Any]]:
    """The stored text and code fields of a contact that a row may name, by their attribute names (D.2)."""
    fields = [f for f in Contact._meta.concrete_fields if _is_text(f) and not f.choices and f.attname not in _COMPUTED]
    return {field.attname: field for field in fields}


def _is_text(field: models.Field[Any, Any]) -> bool:
    stored = field.target_field if isinstance(field, models.ForeignKey) else field
    return isinstance(stored, models.CharField | models.TextField)


def connect() -> None:
    """Listen to changes of the setup."""
    post_save.connect(forget_search_rows, sender=DuplicateSearchStringSetup, dispatch_uid=_KEY)
    post_delete.connect(forget_search_rows, sender=DuplicateSearchStringSetup, dispatch_uid=_KEY)
