"""Rules of dimensions, their values, and the values that records and documents bring along (17.1, B-27)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.foundation.code_rules import require_filled
from tuttava.foundation.errors import DomainError
from tuttava.foundation.filter_expressions import parse
from tuttava.foundation.records import Edit, Rules, register
from tuttava.partners.dimensions import allows, dimension_parents
from tuttava.partners.models import (
    DefaultDimension,
    Dimension,
    DimensionParent,
    DimensionSetLine,
    DimensionValue,
    ValuedDimension,
)
from tuttava.partners.rules.coded import CodedRules

V = TypeVar("V", bound=ValuedDimension)


@register
class DimensionRules(CodedRules[Dimension]):
    model = Dimension
    set_name = "dimensions"


@register
class DimensionValueRules(Rules[DimensionValue]):
    """A value stays in its dimension; what names it follows when it is renamed, and keeps it in use."""

    model = DimensionValue
    set_name = "dimensionValues"

    def before_save(self, edit: Edit[DimensionValue]) -> None:
        require_filled(edit, "dimension_code", "code")
        if not edit.is_new and edit.changed("dimension_code"):
            raise DomainError(
                "read_only",
                _("A value stays in its dimension. Make a new value in the other one."),
                field="dimension_code",
            )

    def after_save(self, edits: Sequence[Edit[DimensionValue]]) -> None:
        """C-92."""
        for edit in edits:
            if not edit.is_new and edit.changed("code"):
                for rows in _naming(edit.get("dimension_code"), edit.old("code")):
                    rows.update(dimension_value_code=edit.get("code"))

    def before_delete(self, record: DimensionValue) -> None:
        """C-91."""
        used = sum(rows.count() for rows in _naming(record.dimension_code or "", record.code))
        if used:
            raise DomainError(
                "code.in_use",
                _("%(record)s is in use and cannot be deleted: %(count)d records have it. Block it instead.")
                % {"record": self.describe(record), "count": used},
                rule="C-91",
            )


def _naming(dimension: str, code: str) -> list[QuerySet[Any]]:
    """What names a value of a dimension."""
    return [
        model._default_manager.filter(dimension__code=dimension, dimension_value_code=code)
        for model in (DefaultDimension, DimensionSetLine)
    ]


class ValuedRules(Rules[V]):
    """A value is one of the dimension's own; what is blocked cannot be chosen anew."""

    def before_save(self, edit: Edit[V]) -> None:
        self.before_save_many([edit])

    def before_save_many(self, edits: Sequence[Edit[V]]) -> None:
        for edit in edits:
            require_filled(edit, "dimension_code")
        chosen = [edit for edit in edits if edit.changed("dimension_code", "dimension_value_code")]
        if not chosen:
            return
        blocked = _blocked_dimensions({edit.get("dimension_code") for edit in chosen})
        values = _values_of({(edit.get("dimension_code"), edit.get("dimension_value_code")) for edit in chosen})
        for edit in chosen:
            if edit.changed("dimension_code") and edit.get("dimension_code") in blocked:
                raise _blocked(_("Dimension"), edit.get("dimension_code"), "dimension_code")
            _check_value(edit, values)


def _blocked_dimensions(codes: Collection[str]) -> set[str]:
    return set(Dimension.objects.filter(code__in=codes, blocked=True).values_list("code", flat=True))


def _values_of(pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], bool]:
    """The values that exist among pairs of dimension and code, each with whether it is blocked; one query."""
    dimensions, codes = {pair[0] for pair in pairs}, {pair[1] for pair in pairs if pair[1]}
    if not codes:
        return {}
    rows = DimensionValue.objects.filter(dimension__code__in=dimensions, code__in=codes)
    return {
        (dimension, code): blocked
        for dimension, code, blocked in rows.values_list("dimension__code", "code", "blocked")
    }


def _check_value(edit: Edit[Any], values: dict[tuple[str, str], bool]) -> None:
    dimension, code = edit.get("dimension_code"), edit.get("dimension_value_code")
    if not code:
        return
    if (dimension, code) not in values:
        raise DomainError(
            "not_found",
            _("Dimension %(dimension)s has no value “%(code)s”.") % {"dimension": dimension, "code": code},
            field="dimension_value_code",
        )
    if values[dimension, code]:
        raise _blocked(_("Value of dimension %(dimension)s") % {"dimension": dimension}, code, "dimension_value_code")


def _blocked(label: str, code: str, field: str) -> DomainError:
    return DomainError(
        "code.closed",
        _("%(field)s: “%(code)s” is blocked and cannot be chosen any more. Choose another.")
        % {"field": label, "code": code},
        field=field,
        rule="C-91",
    )


@register
class DefaultDimensionRules(ValuedRules[DefaultDimension]):
    """A default dimension stays with its record; its own value is among those it allows."""

    model = DefaultDimension
    set_name = "defaultDimensions"

    def enter_allowed_values_filter(self, edit: Edit[DefaultDimension], value: str) -> None:
        """A filter over codes of values (A-114)."""
        parse(value)
        edit.put("allowed_values_filter", value.strip())

    def before_save_many(self, edits: Sequence[Edit[DefaultDimension]]) -> None:
        _check_parents(edits)
        super().before_save_many(edits)
        for edit in edits:
            if edit.changed("dimension_value_code", "allowed_values_filter"):
                _check_allowed(edit)


def _check_allowed(edit: Edit[DefaultDimension]) -> None:
    code, expression = edit.get("dimension_value_code"), edit.get("allowed_values_filter")
    if code and not allows(expression, code):
        raise DomainError(
            "value_invalid",
            _("Value “%(code)s” is not among the allowed values “%(allowed)s”. Choose another, or allow it too.")
            % {"code": code, "allowed": expression},
            field="dimension_value_code" if edit.changed("dimension_value_code") else "allowed_values_filter",
        )


def _check_parents(edits: Sequence[Edit[DefaultDimension]]) -> None:
    """The records of new rows exist, and stay until they are stored; those of stored rows are fixed."""
    wanted: dict[str, set[uuid.UUID]] = defaultdict(set)
    for edit in edits:
        if edit.is_new:
            wanted[_kind(edit)].add(edit.get("parent_id"))
        elif edit.changed("parent_type", "parent_id"):
            raise DomainError(
                "read_only",
                _("A default dimension stays with its record. Add one to the other record instead."),
                field="parent_id" if edit.changed("parent_id") else "parent_type",
            )
    for kind, ids in wanted.items():
        rows = dimension_parents()[kind].model._default_manager.select_for_update(of=("self",), no_key=True)
        missing = ids - set(rows.filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
        if missing:
            raise no_parent(next(iter(missing)), "parent_id")


def _kind(edit: Edit[DefaultDimension]) -> str:
    """The kind of the record, one that can have dimensions."""
    kind = edit.get("parent_type")
    if kind not in dimension_parents():
        raise DomainError(
            "value_invalid",
            _("This type of record has no default dimensions. Types that have: %(types)s.")
            % {"types": ", ".join(str(DimensionParent(each).label) for each in dimension_parents())},
            field="parent_type",
        )
    if not edit.get("parent_id"):
        raise DomainError("field_required", _("A default dimension needs the record it belongs to."), field="parent_id")
    return str(kind)


def no_parent(value: object, field: str) -> DomainError:
    """The refusal of a record that does not exist."""
    return DomainError(
        "not_found",
        _("There is no record “%(no)s” that the dimension could belong to.") % {"no": str(value)[:60]},
        field=field,
    )


@register
class DimensionSetLineRules(ValuedRules[DimensionSetLine]):
    """A dimension of a document with its value."""

    model = DimensionSetLine
    set_name = "dimensionSetLines"

    def before_save_many(self, edits: Sequence[Edit[DimensionSetLine]]) -> None:
        for edit in edits:
            if not edit.get("parent_id"):
                raise DomainError(
                    "field_required", _("A dimension needs the document it belongs to."), field="parent_id"
                )
            require_filled(edit, "dimension_value_code")
        super().before_save_many(edits)
