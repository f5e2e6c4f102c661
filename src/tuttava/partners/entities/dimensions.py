"""Dimensions, their values and what records and documents bring along, in both services (16.7, 17.1).

A room whose records have default dimensions calls :func:`owns_dimensions`; the navigation of their set is made by
:func:`dimensions_navigation`, that of a document by :func:`set_lines_navigation`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Case, Model, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.build import code_behind, crm_set, not_there, properties_of
from tuttava.api.declare import CRM, STANDARD, EntitySet, Navigation, Property, Service
from tuttava.api.stamps import fill_stamps, last_modified
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.former import named
from tuttava.foundation.records import Record
from tuttava.partners.dimensions import dimension_parents, has_dimensions
from tuttava.partners.models import (
    BankAccount,
    Customer,
    DefaultDimension,
    Dimension,
    DimensionParent,
    DimensionSetLine,
    DimensionValue,
    Employee,
    ValuePosting,
    Vendor,
)
from tuttava.partners.rules.dimensions import no_parent

NAME = "defaultDimensions"
LINES = "dimensionSetLines"


def owns_dimensions(
    service: Service, kind: DimensionParent, model: type[Record], navigation: str, column: str = "no"
) -> None:
    """Tell that records of ``model`` have default dimensions; ``navigation`` leads from a dimension to its record."""
    has_dimensions(kind, model, column)
    service.extend(NAME, navigations=[Navigation(navigation, model, many=False, ours="parent_id", partner=NAME)])


def dimensions_navigation(kind: DimensionParent, *, partner: str) -> Navigation:
    """From a record to its default dimensions."""
    return Navigation(
        NAME,
        NAME,
        theirs="parent_id",
        where=Q(parent_type=kind),
        contained=True,
        partner=partner,
        fills=(("parent_id", "id"),),
        gives=(("parent_type", kind.value),),
    )


def set_lines_navigation(partner: str = "") -> Navigation:
    """From a document to its dimensions."""
    return Navigation(LINES, LINES, theirs="parent_id", contained=True, partner=partner, fills=(("parent_id", "id"),))


class _ValueCode(str):
    """The code of a dimension value that was named by its id, so that its dimension is known too."""

    dimension: str


def _value_behind(value: uuid.UUID | None) -> str:
    """The code of a dimension value with this id (A-35)."""
    if value is None:
        return ""
    found = DimensionValue.objects.filter(pk=value).first()
    if found is None:
        raise not_there(DimensionValue, value)
    code = _ValueCode(found.code)
    code.dimension = found.dimension_code or ""
    return code


def _own_value(values: dict[str, Any], dimension: str) -> None:
    """A value named by its id brings its dimension along, or is one of the dimension's own."""
    code = values.get("dimension_value_code")
    if not isinstance(code, _ValueCode):
        return
    named = as_code(values.get("dimension_code") or dimension)
    if named and named != code.dimension:
        raise DomainError(
            "not_found",
            _("Value “%(code)s” is one of dimension %(other)s, not of %(dimension)s.")
            % {"code": code, "other": code.dimension, "dimension": named},
            field="dimension_value_code",
        )
    if not named:
        values["dimension_code"] = code.dimension


def _create(model: type[DefaultDimension | DimensionSetLine]) -> Callable[..., Any]:
    def create(values: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
        entered = dict(values)
        number = as_code(entered.pop("parent_no", "") or "")
        if number and "parent_id" not in given:
            entered["parent_id"] = _parent_id(entered.get("parent_type") or "", number, entered.get("parent_id"))
        _own_value(entered, "")
        return records.create(model, entered, given=given, in_order=True)

    return create


def _change(record: DefaultDimension | DimensionSetLine, values: Mapping[str, Any], version: int | None) -> Any:
    entered = dict(values)
    _own_value(entered, record.dimension_code or "")
    return records.change(record, entered, version=version, in_order=True)


def _parent_id(kind: str, number: str, given: uuid.UUID | None) -> uuid.UUID:
    """The id of the record with a number, which is also the one named by id, if any is."""
    parent = dimension_parents().get(kind)
    found = named(parent.model, parent.column, number, given) if parent else None
    if found is None:
        raise no_parent(number, "parent_no")
    return found


def _parent_no() -> Combinable:
    """The number of the record, whatever its kind."""
    cases = [
        When(
            parent_type=kind,
            then=Subquery(parent.model._default_manager.filter(pk=OuterRef("parent_id")).values(parent.column)[:1]),
        )
        for kind, parent in dimension_parents().items()
    ]
    return Case(*cases, default=Value(""), output_field=TextField())


def _value(column: str) -> Subquery:
    own = DimensionValue.objects.filter(
        dimension__code=OuterRef("dimension_code"), code=OuterRef("dimension_value_code")
    )
    return Subquery(own.values(column)[:1])


def _with_value(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With the id of the value, by which it is reached."""
    found: QuerySet[Any] = rows.annotate(value_id=_value("id"))
    return found


def _by_id(name: str, source: str, write: str, find: Callable[[Any], Any]) -> Property:
    return Property(name, edm.GUID, source, write=write, convert=find, nullable=True)


_DIMENSION_ID = _by_id("dimensionId", "dimension__id", "dimension_code", code_behind(Dimension))
_DIMENSION = Navigation("dimension", Dimension, many=False, theirs="code", ours="dimension_code")
_DIMENSION_VALUE = Navigation("dimensionValue", DimensionValue, many=False, ours="value_id")


def _english(name: str, choices: list[tuple[str, str]]) -> edm.Type:
    """An enum of the standard service with the reference's words."""
    return edm.Type(
        edm.Kind.ENUM,
        enum=edm.EnumType(
            name,
            tuple(
                edm.Member(edm.standard_member(words), stored, words, number)
                for number, (stored, words) in enumerate(choices)
            ),
        ),
    )


_PARENT_TYPE = _english(
    "defaultDimensionParentType",
    [
        *(("", " "), ("customer", "Customer"), ("item", "Item"), ("vendor", "Vendor"), ("employee", "Employee")),
        *(("bank_account", "Bank Account"), ("salesperson", "Salesperson"), ("campaign", "Campaign")),
        *(("customer_template", "Customer Template"), ("vendor_template", "Vendor Template")),
        ("employee_template", "Employee Template"),
    ],
)
_POSTING = _english(
    "defaultDimensionValuePostingType",
    [
        *((ValuePosting.NONE.value, " "), (ValuePosting.CODE_MANDATORY.value, "Code Mandatory")),
        *((ValuePosting.SAME_CODE.value, "Same Code"), (ValuePosting.NO_CODE.value, "No Code")),
    ],
)


def _plain(name: str, entity: str, model: type[Model], *properties: Property, **declared: Any) -> EntitySet:
    return EntitySet(
        name=name,
        entity=entity,
        model=model,
        properties=(Property("id", edm.GUID, "id", immutable=True), *properties, last_modified()),
        finish=fill_stamps,
        **declared,
    )


STANDARD.register(
    _plain(
        "dimensions",
        "dimension",
        Dimension,
        Property("code", edm.code(20), "code"),
        Property("displayName", edm.text(100), "name"),
        Property("consolidationCode", edm.code(20), "consolidation_code"),
        natural_key=("code",),
        navigations=(
            Navigation("dimensionValues", DimensionValue, theirs="dimension_code", ours="code", partner="dimension"),
        ),
        methods=frozenset({"GET"}),
    ),
    _plain(
        "dimensionValues",
        "dimensionValue",
        DimensionValue,
        Property("code", edm.code(20), "code"),
        Property("dimensionId", edm.GUID, "dimension__id", nullable=True),
        Property("displayName", edm.text(100), "name"),
        navigations=(
            Navigation(
                "dimension", Dimension, many=False, theirs="code", ours="dimension_code", partner="dimensionValues"
            ),
        ),
        methods=frozenset({"GET"}),
    ),
    _plain(
        NAME,
        "defaultDimension",
        DefaultDimension,
        Property("parentType", _PARENT_TYPE, "parent_type", immutable=True),
        Property("parentId", edm.GUID, "parent_id", immutable=True),
        _DIMENSION_ID,
        Property("dimensionCode", edm.code(20), "dimension_code", read_only=True),
        _by_id("dimensionValueId", "value_id", "dimension_value_code", _value_behind),
        Property("dimensionValueCode", edm.code(20), "dimension_value_code", read_only=True),
        Property("postingValidation", _POSTING, "value_posting"),
        navigations=(_DIMENSION, _DIMENSION_VALUE),
        rows=_with_value,
        create=_create(DefaultDimension),
        change=_change,
        needs_parent="api.dimension_parent_required",
        caption=gettext_lazy("default dimension"),
        caption_plural=gettext_lazy("default dimensions"),
    ),
    _plain(
        LINES,
        "dimensionSetLine",
        DimensionSetLine,
        Property("code", edm.code(20), "dimension_code"),
        Property("displayName", edm.text(30), "dimension__name", read_only=True, nullable=True),
        _by_id("valueId", "value_id", "dimension_value_code", _value_behind),
        Property("valueCode", edm.code(20), "dimension_value_code"),
        Property("valueDisplayName", edm.text(50), expression=lambda: _value("name"), read_only=True, nullable=True),
        rows=_with_value,
        create=_create(DimensionSetLine),
        change=_change,
        needs_parent="api.dimension_parent_required",
        caption=gettext_lazy("dimension of a document"),
        caption_plural=gettext_lazy("dimensions of documents"),
    ),
)

crm_set(
    Dimension,
    "dimensions",
    "dimension",
    natural_key=("code",),
    navigations=(
        Navigation(
            "dimensionValues",
            DimensionValue,
            theirs="dimension_code",
            ours="code",
            contained=True,
            partner="dimension",
            fills=(("dimension_code", "code"),),
        ),
    ),
)
crm_set(
    DimensionValue,
    "dimensionValues",
    "dimensionValue",
    natural_key=("dimensionCode", "code"),
    properties=properties_of(DimensionValue, "dimensionValue", required=["dimension_code", "code"]),
    navigations=(
        Navigation("dimension", Dimension, many=False, theirs="code", ours="dimension_code", partner="dimensionValues"),
    ),
)


def _crm_properties() -> tuple[Property, ...]:
    found = properties_of(
        DefaultDimension,
        "defaultDimension",
        immutable=["parent_type"],
        replace={
            "parent_id": (
                Property("parentNo", edm.code(20), expression=_parent_no, write="parent_no", immutable=True),
                Property("parentId", edm.GUID, "parent_id", immutable=True),
            ),
            "dimension_value_code": (
                Property("dimensionValueCode", edm.code(20), "dimension_value_code"),
                _by_id("dimensionValueId", "value_id", "dimension_value_code", _value_behind),
            ),
        },
    )
    return tuple(sorted(found, key=lambda prop: {"id": 0, "parentType": 1}.get(prop.name, 2)))


crm_set(
    DefaultDimension,
    NAME,
    "defaultDimension",
    natural_key=("parentType", "parentNo", "dimensionCode"),
    properties=_crm_properties(),
    navigations=(_DIMENSION, _DIMENSION_VALUE),
    rows=_with_value,
    create=_create(DefaultDimension),
    change=_change,
)

for _register, _entity in ((Customer, "customer"), (Vendor, "vendor"), (Employee, "employee")):
    for _service in (STANDARD, CRM):
        owns_dimensions(_service, DimensionParent(_register.table), _register, _entity)
owns_dimensions(CRM, DimensionParent.BANK_ACCOUNT, BankAccount, "bankAccount")
