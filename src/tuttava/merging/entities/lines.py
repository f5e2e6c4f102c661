"""The lines of a merge in the CRM service: its fields and tables (17.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.declare import CRM, EntitySet, Navigation, Property
from tuttava.api.listed import listed_where
from tuttava.foundation.errors import DomainError
from tuttava.merging import actions
from tuttava.merging.entities.merges import RIGHT
from tuttava.merging.entities.rows import FieldLineRow, TableLineRow, field_rows, forget_lines, table_rows
from tuttava.merging.models import Merge, MergeConflict

#: Lines are reached through what they belong to.
ALONE = "api.related_record_required"
TO_MERGE = Navigation("merge", "merges", many=False, ours="merge_id")


def shown(name: str, kind: edm.Type, source: str, **options: Any) -> Property:
    """A property that only tells."""
    return Property(name, kind, source, read_only=True, **options)


def _source(side: str) -> tuple[Property, ...]:
    """Who wrote the value of one side and when, and whether a check confirmed it (M-40)."""
    return (
        shown(f"{side}ModifiedAt", edm.INSTANT, f"{side}_modified_at", nullable=True),
        shown(f"{side}ModifiedBy", edm.text(150), f"{side}_modified_by"),
        shown(f"{side}Verified", edm.BOOLEAN, f"{side}_verified"),
    )


def _change_line(line: FieldLineRow, values: Mapping[str, Any], version: int | None) -> FieldLineRow:
    """M-8, M-18, M-19."""
    override, typed = values.get("override", line.override), values.get("duplicate_value", line.duplicate_value)
    if line.conflict_row_id is not None:
        _change_conflict(line, override, typed)
        forget_lines()
        return line
    if typed != line.duplicate_value:
        # The contract wants these words in the message, whatever its language.
        raise DomainError(
            "field_read_only",
            _("%(field)s: what the duplicate holds cannot be typed here (%(mark)s).")
            % {"field": line.label, "mark": "read-only"},
            field="duplicate_value",
            rule="M-9",
        )
    if override != line.override:
        actions.set_override(_locked(Merge, line.merge_id), line.attribute, override)
        forget_lines()
    return line


def _change_conflict(line: FieldLineRow, override: bool, typed: str) -> None:
    conflict = _locked(MergeConflict, line.conflict_row_id)
    if override != line.override:
        actions.set_conflict_override(conflict, line.attribute, override)
    if typed != line.duplicate_value:
        actions.set_conflict_value(conflict, line.attribute, typed)


def _locked(model: type[Any], identity: Any) -> Any:
    return model._default_manager.select_for_update(of=("self",)).get(pk=identity)


FIELD_LINES = EntitySet(
    name="fieldLines",
    entity="fieldLine",
    model=FieldLineRow,
    properties=(
        shown("id", edm.GUID, "id"),
        shown("lineNo", edm.INT, "line_no"),
        shown("mergeId", edm.GUID, "merge_id", nullable=True),
        shown("conflictRowId", edm.GUID, "conflict_row_id", nullable=True),
        shown("field", edm.text(60), "field"),
        shown("caption", edm.text(100), "label"),
        shown("dataType", edm.text(20), "data_type"),
        shown("inPrimaryKey", edm.BOOLEAN, "in_primary_key"),
        shown("currentValue", edm.text(2048), "current_value"),
        Property("duplicateValue", edm.text(2048), "duplicate_value"),
        Property("override", edm.BOOLEAN, "override"),
        shown("modified", edm.BOOLEAN, "modified"),
        shown("canBeRenamed", edm.BOOLEAN, "can_be_renamed"),
        shown("proposed", edm.BOOLEAN, "proposed"),
        shown("locked", edm.BOOLEAN, "locked"),
        shown("outcome", edm.text(2048), "outcome"),
        *_source("current"),
        *_source("duplicate"),
    ),
    navigations=(
        TO_MERGE,
        Navigation("conflictRow", "conflictRows", many=False, ours="conflict_row_id", partner="fieldLines"),
    ),
    natural_key=("field",),
    order=("lineNo",),
    rows=lambda _rows: listed_where(FieldLineRow, field_rows),
    methods=frozenset({"GET", "PATCH"}),
    change=_change_line,
    version="",
    read_right=RIGHT,
    write_right=RIGHT,
    needs_parent=ALONE,
    caption=gettext_lazy("field of a merge"),
    caption_plural=gettext_lazy("fields of a merge"),
)

TABLE_LINES = EntitySet(
    name="tableLines",
    entity="tableLine",
    model=TableLineRow,
    properties=(
        shown("id", edm.GUID, "id"),
        shown("lineNo", edm.INT, "line_no"),
        shown("mergeId", edm.GUID, "merge_id"),
        shown("tableName", edm.text(60), "table_name"),
        shown("caption", edm.text(100), "label"),
        shown("field", edm.text(60), "field"),
        shown("inPrimaryKey", edm.BOOLEAN, "in_primary_key"),
        shown("currentCount", edm.INT, "current_count"),
        shown("duplicateCount", edm.INT, "duplicate_count"),
        shown("conflicts", edm.INT, "conflicts"),
    ),
    navigations=(TO_MERGE,),
    natural_key=("tableName", "field"),
    order=("lineNo",),
    rows=lambda _rows: listed_where(TableLineRow, table_rows),
    methods=frozenset({"GET"}),
    version="",
    read_right=RIGHT,
    needs_parent=ALONE,
    caption=gettext_lazy("table of a merge"),
    caption_plural=gettext_lazy("tables of a merge"),
)


CRM.register(FIELD_LINES, TABLE_LINES)
