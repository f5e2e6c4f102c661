"""The lines of a merge in the CRM service: fields, tables, rows in each other's way (17.2)."""

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
from tuttava.merging.entities.rows import FieldLineRow, TableLineRow, field_rows, table_rows
from tuttava.merging.models import Merge

#: Lines are reached through what they belong to.
_ALONE = "api.related_record_required"
_TO_MERGE = Navigation("merge", "merges", many=False, ours="merge_id")


def _shown(name: str, kind: edm.Type, source: str, **options: Any) -> Property:
    return Property(name, kind, source, read_only=True, **options)


def _source(side: str) -> tuple[Property, ...]:
    """Who wrote the value of one side and when, and whether a check confirmed it (M-40)."""
    return (
        _shown(f"{side}ModifiedAt", edm.INSTANT, f"{side}_modified_at", nullable=True),
        _shown(f"{side}ModifiedBy", edm.text(150), f"{side}_modified_by"),
        _shown(f"{side}Verified", edm.BOOLEAN, f"{side}_verified"),
    )


def _change_line(line: FieldLineRow, values: Mapping[str, Any], version: int | None) -> FieldLineRow:
    """M-8, M-18, M-19."""
    override, typed = values.get("override", line.override), values.get("duplicate_value", line.duplicate_value)
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
    return line


def _locked(model: type[Any], identity: Any) -> Any:
    return model._default_manager.select_for_update(of=("self",)).get(pk=identity)


FIELD_LINES = EntitySet(
    name="fieldLines",
    entity="fieldLine",
    model=FieldLineRow,
    properties=(
        _shown("id", edm.GUID, "id"),
        _shown("lineNo", edm.INT, "line_no"),
        _shown("mergeId", edm.GUID, "merge_id", nullable=True),
        _shown("conflictRowId", edm.GUID, "conflict_row_id", nullable=True),
        _shown("field", edm.text(60), "field"),
        _shown("caption", edm.text(100), "label"),
        _shown("dataType", edm.text(20), "data_type"),
        _shown("inPrimaryKey", edm.BOOLEAN, "in_primary_key"),
        _shown("currentValue", edm.text(2048), "current_value"),
        Property("duplicateValue", edm.text(2048), "duplicate_value"),
        Property("override", edm.BOOLEAN, "override"),
        _shown("modified", edm.BOOLEAN, "modified"),
        _shown("canBeRenamed", edm.BOOLEAN, "can_be_renamed"),
        _shown("proposed", edm.BOOLEAN, "proposed"),
        _shown("locked", edm.BOOLEAN, "locked"),
        _shown("outcome", edm.text(2048), "outcome"),
        *_source("current"),
        *_source("duplicate"),
    ),
    navigations=(_TO_MERGE,),
    natural_key=("field",),
    order=("lineNo",),
    rows=lambda _rows: listed_where(FieldLineRow, field_rows),
    methods=frozenset({"GET", "PATCH"}),
    change=_change_line,
    version="",
    read_right=RIGHT,
    write_right=RIGHT,
    needs_parent=_ALONE,
    caption=gettext_lazy("field of a merge"),
    caption_plural=gettext_lazy("fields of a merge"),
)

TABLE_LINES = EntitySet(
    name="tableLines",
    entity="tableLine",
    model=TableLineRow,
    properties=(
        _shown("id", edm.GUID, "id"),
        _shown("lineNo", edm.INT, "line_no"),
        _shown("mergeId", edm.GUID, "merge_id"),
        _shown("tableName", edm.text(60), "table_name"),
        _shown("caption", edm.text(100), "label"),
        _shown("field", edm.text(60), "field"),
        _shown("inPrimaryKey", edm.BOOLEAN, "in_primary_key"),
        _shown("currentCount", edm.INT, "current_count"),
        _shown("duplicateCount", edm.INT, "duplicate_count"),
        _shown("conflicts", edm.INT, "conflicts"),
    ),
    navigations=(_TO_MERGE,),
    natural_key=("tableName", "field"),
    order=("lineNo",),
    rows=lambda _rows: listed_where(TableLineRow, table_rows),
    methods=frozenset({"GET"}),
    version="",
    read_right=RIGHT,
    needs_parent=_ALONE,
    caption=gettext_lazy("table of a merge"),
    caption_plural=gettext_lazy("tables of a merge"),
)


CRM.register(FIELD_LINES, TABLE_LINES)
