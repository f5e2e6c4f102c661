"""The rows of the setup in force."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models.signals import post_delete, post_save

from tuttava.contacts.setup import marketing_setup
from tuttava.duplicates.classic.composing import needed_strings
from tuttava.duplicates.models import DuplicateSearchStringSetup
from tuttava.foundation.context import current

_KEY = "duplicates.search_rows"


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


def connect() -> None:
    """Listen to changes of the setup."""
    post_save.connect(forget_search_rows, sender=DuplicateSearchStringSetup, dispatch_uid=_KEY)
    post_delete.connect(forget_search_rows, sender=DuplicateSearchStringSetup, dispatch_uid=_KEY)
