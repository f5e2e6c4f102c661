"""The lines of merges as rows: computed for the merges that a query asks for (17.2)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.db import models

from tuttava.api.listed import UNSTORED
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.merging import actions
from tuttava.merging.entities.names import field_name, set_name
from tuttava.merging.entities.numbering import is_owner, line_id, owned_by
from tuttava.merging.lifetime import own_open
from tuttava.merging.models import Merge, MergeConflict
from tuttava.merging.preparing import MODELS
from tuttava.merging.sources import Source
from tuttava.merging.tables import reference_named

#: Merges whose lines are made for a query that does not say whose it wants.
MOST_MERGES = 20
Asked = Mapping[str, frozenset[Any]]


class FieldLineRow(models.Model):
    """A field in which two records, or two rows in each other's way, differ."""

    id = models.UUIDField(primary_key=True)
    line_no = models.IntegerField()
    merge_id = models.UUIDField(null=True)
    conflict_row_id = models.UUIDField(null=True)
    attribute = models.TextField()
    field = models.TextField()
    label = models.TextField()
    data_type = models.TextField()
    in_primary_key = models.BooleanField()
    current_value = models.TextField()
    duplicate_value = models.TextField()
    override = models.BooleanField()
    modified = models.BooleanField()
    can_be_renamed = models.BooleanField()
    proposed = models.BooleanField()
    locked = models.BooleanField()
    outcome = models.TextField()
    current_modified_at = models.DateTimeField(null=True)
    current_modified_by = models.TextField()
    current_verified = models.BooleanField()
    duplicate_modified_at = models.DateTimeField(null=True)
    duplicate_modified_by = models.TextField()
    duplicate_verified = models.BooleanField()

    class Meta:
        apps = UNSTORED
        app_label = "merging"
        managed = False

    def __str__(self) -> str:
        return self.field


class TableLineRow(models.Model):
    """A column that refers to the merged record, and how many rows it has."""

    id = models.UUIDField(primary_key=True)
    line_no = models.IntegerField()
    merge_id = models.UUIDField()
    table_name = models.TextField()
    label = models.TextField()
    field = models.TextField()
    in_primary_key = models.BooleanField()
    current_count = models.IntegerField()
    duplicate_count = models.IntegerField()
    conflicts = models.IntegerField()

    class Meta:
        apps = UNSTORED
        app_label = "merging"
        managed = False

    def __str__(self) -> str:
        return f"{self.table_name} {self.field}"


_MADE = "merging.field_rows"


def field_rows(asked: Asked) -> Iterable[dict[str, Any]]:
    """The field lines of the merges and conflicts that are asked for; none of those that lack a record or row now.

    Made once in a request, which looks at a line several times, until :func:`forget_lines`.
    """
    made: dict[Any, list[dict[str, Any]]] = current().cache.setdefault(_MADE, {})
    key = frozenset(asked.items())
    if key not in made:
        made[key] = list(_field_rows(asked))
    return made[key]


def forget_lines() -> None:
    """A line was decided on: all of them are made anew."""
    current().cache.pop(_MADE, None)


def _field_rows(asked: Asked) -> Iterator[dict[str, Any]]:
    known: set[uuid.UUID] = set()
    if "conflict_row_id" not in asked:
        for merge in _merges(asked):
            known |= {each for each in asked.get("id", ()) if is_owner(merge.pk, each)}
            with suppress(DomainError):
                for line_no, line in enumerate(actions.field_lines(merge), 1):
                    more = {
                        "proposed": line.proposed,
                        "outcome": line.outcome,
                        **_source("current", line.current_source),
                        **_source("duplicate", line.duplicate_source),
                    }
                    row = _field_row(merge.pk, MODELS[merge.table], line)
                    yield row | more | {"merge_id": merge.pk, "line_no": line_no}
    if "merge_id" not in asked and not ("id" in asked and known == asked["id"]):
        for conflict in _conflicts(asked):
            with suppress(DomainError):
                for line_no, each in enumerate(actions.conflict_lines(conflict), 1):
                    more = {"modified": each.modified, "can_be_renamed": each.can_be_renamed}
                    row = _field_row(conflict.pk, apps.get_model(conflict.model), each)
                    yield row | more | {"conflict_row_id": conflict.pk, "line_no": line_no}


def _field_row(
    owner: uuid.UUID, model: type[models.Model], line: actions.FieldLine | actions.ConflictLine
) -> dict[str, Any]:
    """What both kinds of lines have; what only one of them has is blank."""
    return {
        "id": line_id(owner, _number(model, line.field)),
        "attribute": line.field,
        "field": field_name(model, line.field),
        "label": str(line.label),
        "data_type": line.data_type,
        "in_primary_key": line.in_primary_key,
        "current_value": line.current_value,
        "duplicate_value": line.duplicate_value,
        "override": line.override,
        "modified": False,
        "can_be_renamed": False,
        "proposed": False,
        "locked": line.locked,
        "outcome": "",
        **_source("current", Source()),
        **_source("duplicate", Source()),
    }


def _source(side: str, source: Source) -> dict[str, Any]:
    return {
        f"{side}_modified_at": source.at,
        f"{side}_modified_by": source.user_name,
        f"{side}_verified": source.verified,
    }


def _number(model: type[models.Model], attribute: str) -> int:
    """The place of a field in its model: it tells a line from the others of its owner, whichever are listed."""
    return 1 + [field.attname for field in model._meta.concrete_fields].index(attribute)


def table_rows(asked: Asked) -> Iterator[dict[str, Any]]:
    """The table lines of the merges that are asked for."""
    for merge in _merges(asked):
        for number, line in enumerate(actions.table_lines(merge), 1):
            model = reference_named(merge.table, line.reference).model
            yield {
                "id": line_id(merge.pk, number),
                "line_no": number,
                "merge_id": merge.pk,
                "table_name": set_name(model),
                "label": str(line.label),
                "field": field_name(model, line.field),
                "in_primary_key": line.in_primary_key,
                "current_count": line.current_count,
                "duplicate_count": line.duplicate_count,
                "conflicts": line.conflicts,
            }


def _merges(asked: Asked) -> Iterable[Merge]:
    """The user's open merges that have lines, of those asked for."""
    rows = Merge.objects.filter(own_open()).exclude(duplicate_no="").order_by("-started_at")
    if "merge_id" in asked:
        return rows.filter(pk__in=asked["merge_id"])
    return rows.filter(owned_by(asked["id"])) if "id" in asked else rows[:MOST_MERGES]


def _conflicts(asked: Asked) -> Iterable[MergeConflict]:
    """The rows in each other's way of the user's open merges, of those asked for."""
    rows = MergeConflict.objects.filter(merge__in=Merge.objects.filter(own_open())).select_related("merge")
    if "conflict_row_id" in asked:
        return rows.filter(pk__in=asked["conflict_row_id"])
    return rows.filter(owned_by(asked["id"])) if "id" in asked else rows.order_by("-pk")[:MOST_MERGES]
