"""The change journal, one entity for each field that was changed (17.12)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.apps import apps
from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, EntitySet, Expression, Parameter, Property, Row, Wanted
from tuttava.foundation.context import current
from tuttava.foundation.models import FieldChange, JournalChange
from tuttava.foundation.records import Record
from tuttava.foundation.spelling import camel
from tuttava.foundation.undo import undo_unit

#: What hides values that the caller may not see; rooms add theirs. Each edits rows of changes in place.
MASKS: list[Callable[[Sequence[Row]], None]] = []
#: What leaves out changes that the caller may not see at all; rooms add theirs.
HIDDEN_ROWS: list[Callable[[QuerySet[Any]], QuerySet[Any]]] = []
_NEEDED = ("record_type", "record_id", "owner_id", "column_name", "old_value", "new_value")


def _shown() -> dict[str, EntitySet]:
    """The set that shows the rows of each record type."""
    models = {each.model for each in CRM.sets.values() if issubclass(each.model, Record)}
    sets = {model._meta.label_lower: CRM.set_of(model) for model in models}
    return {label: entity_set for label, entity_set in sets.items() if entity_set is not None}


def _set_name() -> Expression:
    cases = [When(record_type=label, then=Value(entity_set.name)) for label, entity_set in _shown().items()]
    return Case(*cases, default=Value(""), output_field=CharField())


def _field_name() -> Expression:
    """The name in the service; most are the column's own in camel case, which the database spells."""
    cases = [
        When(record_type=label, column_name=prop.source, then=Value(prop.name))
        for label, entity_set in _shown().items()
        for prop in entity_set.properties
        if prop.source and "__" not in prop.source and prop.name not in (camel(prop.source), entity_set.key)
    ]
    return Case(*cases, default=F("field"), output_field=CharField()) if cases else F("field")


def _record_no() -> Expression:
    """The natural key of the record, for filters; pages are filled by :func:`_fill_numbers`."""
    cases = []
    for label, entity_set in _shown().items():
        column = _key_column(entity_set.model)
        if column:
            live = entity_set.model._default_manager.filter(pk=OuterRef("record_id"))
            gone = JournalChange.objects.filter(record_id=OuterRef("record_id"), operation="D").order_by("-id")
            number = Coalesce(
                Subquery(live.annotate(number=Cast(column, TextField())).values("number")[:1]),
                Subquery(gone.annotate(number=KT(f"old__{column}")).values("number")[:1]),
            )
            cases.append(When(record_type=label, then=number))
    return Case(*cases, default=Value(""), output_field=TextField())


def _key_column(model: type[Any]) -> str:
    """The column of a model's natural key, blank without one."""
    known = {field.attname for field in model._meta.concrete_fields if field.attname == field.column}
    return model.key_field if model.key_field in known else ""


def _visible(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Changes of sets that the caller may read; what no set shows is for administrators."""
    context = current()
    for without in HIDDEN_ROWS:
        rows = without(rows)
    if context.may("api.admin"):
        return rows
    readable = [label for label, each in _shown().items() if context.may(each.read_right, each.name)]
    return rows.filter(record_type__in=readable)


def _finish(rows: Sequence[Row], wanted: Wanted) -> None:
    if "recordNo" in wanted.names:
        _fill_numbers(rows)
    for mask in MASKS:
        mask(rows)


def _fill_numbers(rows: Sequence[Row]) -> None:
    """Natural keys of the records of a page: one query for each type, and one for those deleted since."""
    by_type: dict[str, set[uuid.UUID]] = defaultdict(set)
    for row in rows:
        by_type[row["record_type"]].add(row["record_id"])
    numbers: dict[uuid.UUID, Any] = {}
    columns: dict[str, str] = {}
    for label, ids in by_type.items():
        try:
            model = apps.get_model(label)
        except LookupError:
            continue
        columns[label] = _key_column(model)
        if columns[label]:
            numbers |= dict(model._default_manager.filter(pk__in=ids).values_list("pk", columns[label]))
    gone = {key for ids in by_type.values() for key in ids} - set(numbers)
    for change in JournalChange.objects.filter(record_id__in=gone, operation="D").order_by("id"):
        numbers[change.record_id] = (change.old or {}).get(columns.get(change.record_type, ""))
    for row in rows:
        number = numbers.get(row["record_id"])
        row["recordNo"] = "" if number is None else str(number)


def _undo(change: FieldChange) -> dict[str, Any]:
    return _undo_unit(change.unit_id or uuid.UUID(int=0))


def _undo_unit(unit_of_work: uuid.UUID) -> dict[str, Any]:
    result = undo_unit(unit_of_work)
    return {
        "restored": result.restored,
        "removed": result.removed,
        "reinserted": result.reinserted,
        "unitOfWork": str(result.unit_id),
    }


CHANGES = EntitySet(
    name="changes",
    entity="change",
    model=FieldChange,
    properties=(
        Property("id", edm.GUID, "id", read_only=True),
        Property("changeNo", edm.BIG, "change_no", read_only=True),
        Property("set", edm.text(60), expression=_set_name, read_only=True),
        Property("entityId", edm.GUID, "record_id", read_only=True),
        Property("recordNo", edm.text(100), expression=_record_no, read_only=True, nullable=True, later=True),
        Property("field", edm.text(63), expression=_field_name, read_only=True),
        Property("oldValue", edm.text(), "old_value", read_only=True),
        Property("newValue", edm.text(), "new_value", read_only=True),
        Property("at", edm.INSTANT, "at", read_only=True),
        Property("userId", edm.text(150), "user_name", read_only=True),
        Property("door", edm.text(20), "door", read_only=True),
        Property("unitOfWork", edm.GUID, "unit_id", read_only=True, nullable=True),
    ),
    natural_key=("changeNo", "field"),
    rows=_visible,
    methods=frozenset({"GET"}),
    finish=_finish,
    always=_NEEDED,
    tracked=True,
    version="",
    actions=(
        Action("undo", _undo),
        Action("undo", _undo_unit, (Parameter("unitOfWork", edm.GUID, required=True),), on_set=True),
    ),
)

CRM.register(CHANGES)
