"""Rows in each other's way, and what settles them, in the CRM service (17.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Case, CharField, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, EntitySet, Expression, Navigation, Property
from tuttava.foundation.context import tell
from tuttava.foundation.merge_rules import references_of
from tuttava.merging import actions
from tuttava.merging.entities.lines import ALONE, TO_MERGE, shown
from tuttava.merging.entities.merges import RIGHT
from tuttava.merging.entities.names import field_name, set_name
from tuttava.merging.lifetime import own_open
from tuttava.merging.models import Merge, MergeConflict, MergeTable


def _own(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(merge__in=Merge.objects.filter(own_open()))


def _of_reference(words: Callable[[Any], str]) -> Callable[[], Expression]:
    """What is said of the column by which a row belongs to the merged record."""

    def sql() -> Expression:
        known = {
            (each.model._meta.label_lower, each.field): words(each)
            for table in MergeTable
            for each in references_of(table)
        }
        cases = [When(model=label, field=field, then=Value(said)) for (label, field), said in known.items()]
        return Case(*cases, default=Value(""), output_field=CharField())

    return sql


def _remove(conflict: MergeConflict) -> None:
    """M-20."""
    if not actions.resolve_remove(conflict):
        tell("declined", _("The row was not removed."), target="merge.confirm_remove")


def _rename(conflict: MergeConflict) -> None:
    """M-21."""
    if not actions.resolve_rename(conflict):
        tell("declined", _("The row was not renamed."), target="merge.confirm_rename")


def _computed(name: str, words: Callable[[Any], str]) -> Property:
    return Property(name, edm.text(60), expression=_of_reference(words), read_only=True)


CONFLICT_ROWS = EntitySet(
    name="conflictRows",
    entity="conflictRow",
    model=MergeConflict,
    properties=(
        shown("id", edm.GUID, "id"),
        shown("mergeId", edm.GUID, "merge_id"),
        _computed("tableName", lambda each: set_name(each.model)),
        _computed("field", lambda each: field_name(each.model, each.field)),
        shown("currentKey", edm.text(250), "current_key"),
        shown("duplicateKey", edm.text(250), "duplicate_key"),
    ),
    navigations=(
        TO_MERGE,
        Navigation("fieldLines", "fieldLines", theirs="conflict_row_id", contained=True, partner="conflictRow"),
    ),
    actions=(Action("removeDuplicate", _remove), Action("renameDuplicate", _rename)),
    natural_key=("tableName", "duplicateKey"),
    rows=_own,
    methods=frozenset({"GET"}),
    read_right=RIGHT,
    write_right=RIGHT,
    needs_parent=ALONE,
    caption=gettext_lazy("row in conflict"),
    caption_plural=gettext_lazy("rows in conflict"),
)

CRM.register(CONFLICT_ROWS)
