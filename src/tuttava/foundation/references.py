"""Who refers to a code: the graph of :class:`CodeRef` fields, as everything that renames, replaces or deletes needs it.

Rows that belong to a code (its formulas, its lines: references with CASCADE) go with it; all others keep it in use.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count

from tuttava.foundation.fields import CodeField, CodeRef

#: Fields that hold a code without the database knowing: model label to (model label, field).
_loose: dict[str, list[tuple[str, str]]] = {}


def also_named_in(target: str, model: str, field: str) -> None:
    """Tell that ``field`` of ``model`` holds codes of ``target`` (labels), so that it follows when one is renamed."""
    if (model, field) not in _loose.setdefault(target.lower(), []):
        _loose[target.lower()].append((model, field))


@lru_cache(maxsize=256)
def _references(target: type[models.Model]) -> tuple[CodeRef, ...]:
    return tuple(
        field
        for model in apps.get_models()
        if model._meta.managed
        for field in model._meta.concrete_fields
        if isinstance(field, CodeRef) and field.related_model is target
    )


def owned(field: CodeRef) -> bool:
    """Whether rows with this reference belong to the code and go with it."""
    return field.remote_field.on_delete is models.CASCADE


def references(target: type[models.Model]) -> list[CodeRef]:
    """The fields that keep a code of ``target`` in use."""
    return [field for field in _references(target) if not owned(field)]


def usage(target: type[models.Model], code: str) -> dict[CodeRef, int]:
    """How many rows name the code, by field; only fields that do."""
    counts = {field: naming(field, code).count() for field in references(target)}
    return {field: count for field, count in counts.items() if count}


def naming(field: CodeRef, code: str) -> models.QuerySet[Any]:
    """The rows that name ``code`` in ``field``."""
    return field.model._default_manager.filter(**{field.attname: code})


def follow_rename(target: type[models.Model], old: str, new: str) -> None:
    """Name the new code wherever the old one stood, one statement a field; constraints are checked later (C-92)."""
    for field in _references(target):
        naming(field, old).update(**{field.attname: new})
    for label, name in _loose.get(target._meta.label_lower, []):
        apps.get_model(label)._default_manager.filter(**{name: old}).update(**{name: new})


def delete_owned(target: type[models.Model], code: str) -> None:
    """Delete the rows that belong to the code (C-65)."""
    for field in _references(target):
        if owned(field):
            naming(field, code).delete()


def has_code(model: type[models.Model]) -> bool:
    """Whether others refer to rows of ``model`` by a code."""
    return any(field.attname == "code" and isinstance(field, CodeField) for field in model._meta.concrete_fields)


def count_by_code(model: type[models.Model], name: str, codes: list[str]) -> dict[str, int]:
    """How many rows of ``model`` hold each code in the reference ``name``: one query for a page of codes (C-89)."""
    attname = next(field.attname for field in model._meta.concrete_fields if name in (field.name, field.attname))
    rows = model._default_manager.filter(**{f"{attname}__in": codes}).values_list(attname)
    return dict.fromkeys(codes, 0) | dict(rows.annotate(number=Count("pk")).order_by())
