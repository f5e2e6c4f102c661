"""Which entities of a set changed in a window of the journal: for deltas and webhooks alike."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from tuttava.api.declare import EntitySet
from tuttava.foundation.feed import Change, Feed, Window, columns_of, deleted_matching, stored_columns
from tuttava.foundation.records import Record


@lru_cache(maxsize=256)
def _record_models() -> dict[str, type[Record]]:
    """Journaled models by label and by table."""
    found: dict[str, type[Record]] = {}
    for model in apps.get_models():
        if issubclass(model, Record):
            found |= {model._meta.label_lower: model, model._meta.db_table: model}
    return found


def feed_of(entity_set: EntitySet) -> Feed:
    """Where the changes of a set's entities are found: in its own table, and in those that it is touched by.

    Raises ValueError for a set whose entities are not rows of a journaled table.
    """
    model = entity_set.model
    if not issubclass(model, Record) or entity_set.key_property.source != "id":
        raise ValueError(f"{entity_set.name} cannot be tracked")
    known = _record_models()
    return Feed(model, tuple((known[table.lower()], column) for table, column in entity_set.touched_by))


def present(rows: QuerySet[Any], changes: Sequence[Change]) -> set[uuid.UUID]:
    """The changed records that are among ``rows`` now."""
    return set(rows.filter(pk__in=[change.id for change in changes]).order_by().values_list("pk", flat=True))


def departed(
    rows: QuerySet[Any], window: Window, changes: Sequence[Change], here: set[uuid.UUID]
) -> dict[uuid.UUID, str]:
    """The changed records that are not (any more) among ``rows``, with the reason: ``deleted`` or ``changed``.

    Left out are those that never were among them, as far as the journal can tell: nothing that decides about it
    changed, and what is there, or the last state of what was deleted, does not match.
    """
    deciding = columns_of(rows)
    gone = [change for change in changes if change.id not in here]
    steady = {change.id for change in gone if deciding is not None and not change.columns & deciding}
    deleted = {change.id for change in gone if not change.exists}
    were = steady & deleted
    if were and deciding is not None and deciding <= stored_columns(rows.model):
        were = deleted_matching(rows, window, were)
    return {
        change.id: "deleted" if change.id in deleted else "changed"
        for change in gone
        if change.id not in steady or change.id in were
    }
