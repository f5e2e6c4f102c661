"""Sets of the CRM service made from models by its conventions (A-110 to A-113); rooms name only what differs."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.declare import CRM, Compute, EntitySet, Navigation, Property, Row, Wanted
from tuttava.api.edm import Type
from tuttava.api.stamps import fill_stamps, stamps
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import CodeField, CodeRef, TokensField
from tuttava.foundation.former import id_by_number
from tuttava.foundation.records import Record, rules_of
from tuttava.foundation.spelling import camel


def type_of(field: models.Field[Any, Any], entity: str, name: str) -> Type:
    """The type of a stored field."""
    if field.choices:
        return edm.crm_enum(f"{entity}{name[:1].upper()}{name[1:]}", [(str(a), b) for a, b in field.flatchoices])
    if isinstance(field, CodeRef):
        return edm.code(field.target_field.max_length or 0)
    if isinstance(field, CodeField):
        return edm.code(field.max_length or 0)
    for kind, wanted in _TYPES.items():
        if isinstance(field, kind):
            return wanted
    if isinstance(field, models.CharField | models.TextField):
        return edm.text(field.max_length or 0)
    raise TypeError(f"{field} has no type in the service")


_TYPES: dict[type[models.Field[Any, Any]], Type] = {
    models.UUIDField: edm.GUID,
    models.ForeignKey: edm.GUID,
    models.BooleanField: edm.BOOLEAN,
    models.BigIntegerField: edm.BIG,
    models.IntegerField: edm.INT,
    models.DecimalField: edm.DECIMAL,
    models.DateTimeField: edm.INSTANT,
    models.DateField: edm.DATE,
    models.TimeField: edm.TIME,
    models.DurationField: edm.DURATION,
}


def code_behind(model: type[models.Model], column: str = "code") -> Callable[[Any], Any]:
    """Turns the id of a record of ``model`` into its code; a record that does not exist is refused (A-35)."""

    def find(value: uuid.UUID | None) -> Any:
        if value is None:
            return ""
        found = model._default_manager.filter(pk=value).values_list(column, flat=True).first()
        if found is None:
            raise not_there(model, value)
        return found

    return find


def id_behind(model: type[models.Model]) -> Callable[[Any], Any]:
    """Turns a number of a record of ``model`` into its id; an old number into that of the survivor (M-41)."""

    def find(value: str | None) -> Any:
        if not value:
            return None
        found = id_by_number(model, value)
        if found is None:
            raise not_there(model, value)
        return found

    return find


def existing(model: type[models.Model]) -> Callable[[Any], Any]:
    """Lets an id pass if a record of ``model`` has it."""

    def check(value: uuid.UUID | None) -> Any:
        if value is not None and not model._default_manager.filter(pk=value).exists():
            raise not_there(model, value)
        return value

    return check


def not_there(model: type[models.Model], value: object) -> DomainError:
    name = str(model._meta.verbose_name)
    return DomainError("not_found", _("There is no %(name)s “%(value)s”.") % {"name": name, "value": str(value)[:60]})


def properties_of(
    model: type[Record],
    entity: str,
    *,
    exclude: Iterable[str] = (),
    names: Mapping[str, str] | None = None,
    replace: Mapping[str, Sequence[Property]] | None = None,
    read_only: Iterable[str] = (),
    required: Iterable[str] = (),
    immutable: Iterable[str] = (),
) -> tuple[Property, ...]:
    """A property for each stored field in the model's order: code, its id beside each reference (A-111).

    Arguments name fields by attribute name: left out, called otherwise, replaced by other properties, and so on.
    """
    names, replace = names or {}, replace or {}
    left_out = {"version", *exclude}
    closed, demanded, fixed = set(read_only) | set(model.derived), set(required), set(immutable)
    found: list[Property] = []
    for field in model._meta.concrete_fields:
        attribute = field.attname
        if attribute in replace:
            found.extend(replace[attribute])
        elif attribute in left_out or isinstance(field, TokensField):
            continue
        elif attribute == "id":
            found.append(Property("id", edm.GUID, "id", immutable=True))
        else:
            name = names.get(attribute, camel(attribute))
            shut = attribute in closed or (not field.editable and attribute not in demanded)
            found.append(
                Property(
                    name,
                    type_of(field, entity, name),
                    attribute,
                    read_only=shut,
                    required=attribute in demanded,
                    immutable=attribute in fixed,
                    nullable=field.null,
                )
            )
            if isinstance(field, CodeRef):
                found.append(_id_beside(field, name, shut, attribute in fixed))
    return tuple(found)


def _id_beside(field: CodeRef, name: str, read_only: bool, immutable: bool) -> Property:
    stem = name.removesuffix("Code").removesuffix("No")
    return Property(
        f"{stem}Id",
        edm.GUID,
        f"{field.name}__id",
        write="" if read_only else field.attname,
        read_only=read_only,
        immutable=immutable,
        convert=code_behind(field.related_model),
        nullable=True,
    )


def references_of(model: type[Record], names: Mapping[str, str] | None = None) -> tuple[Navigation, ...]:
    """A single navigation for each reference by code (A-111); sets of higher rooms simply are not there yet."""
    found = []
    for field in model._meta.concrete_fields:
        if isinstance(field, CodeRef):
            name = (names or {}).get(field.attname, camel(field.attname)).removesuffix("Code").removesuffix("No")
            found.append(Navigation(name, field.related_model, many=False, theirs="code", ours=field.attname))
    return tuple(found)


def crm_set(
    model: type[Record],
    name: str,
    entity: str,
    *,
    natural_key: tuple[str, ...],
    properties: Sequence[Property] | None = None,
    navigations: Sequence[Navigation] = (),
    finish: Compute | None = None,
    modified: str = "",
    references: bool = True,
    left_out: Iterable[str] = (),
    **declared: Any,
) -> EntitySet:
    """Declare and register a set of the CRM service by its conventions; rights as its rules have them.

    ``left_out``: references by code without a navigation of the conventional name.
    """
    rules = rules_of(model)
    plain = properties_of(model, entity) if properties is None else properties

    def finished(rows: Sequence[Row], wanted: Wanted) -> None:
        fill_stamps(rows, wanted)
        if finish is not None:
            finish(rows, wanted)

    # A reference whose column has no suffix to lose would be called like the column: no document of types allows that.
    known = {each.name for each in navigations} | {prop.name for prop in plain}
    own = [each for each in references_of(model) if each.name not in known] if references else []
    own = [each for each in own if each.ours not in set(left_out)]
    made = EntitySet(
        name=name,
        entity=entity,
        model=model,
        properties=(*plain, *stamps(modified=modified)),
        navigations=(*navigations, *own),
        natural_key=natural_key,
        finish=finished,
        write_right=declared.pop("write_right", rules.write_right),
        delete_right=declared.pop("delete_right", rules.delete_right),
        **declared,
    )
    CRM.register(made)
    return made


def one_row_set(
    model: type[Record], name: str, *, ensure: Callable[[], Any], properties: Sequence[Property] | None = None
) -> EntitySet:
    """A setup of exactly one row: read and changed, never added to or deleted. ``ensure`` makes the row if missing."""

    def rows(found: models.QuerySet[Any]) -> models.QuerySet[Any]:
        ensure()
        return found

    return crm_set(
        model,
        name,
        name,
        natural_key=(),
        properties=properties_of(model, name, exclude=["only_row"]) if properties is None else properties,
        rows=rows,
        methods=frozenset({"GET", "PATCH"}),
    )
