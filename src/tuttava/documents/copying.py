"""Copies of headers and lines: into versions, other documents, posted documents."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeVar

from django.db import models

from tuttava.documents.models import CommentFields, DocumentHeader, LineFields

M = TypeVar("M", bound=models.Model)

_OWN = frozenset({"id", "version"})


@lru_cache
def names_of(abstract: type[models.Model]) -> tuple[str, ...]:
    """The columns that an abstract model brings, without key and version."""
    bases = [base for base in abstract.__mro__ if issubclass(base, models.Model) and base is not models.Model]
    found = [field.attname for base in bases for field in base._meta.local_fields]
    return tuple(dict.fromkeys(name for name in found if name not in _OWN))


def values_of(record: models.Model, abstract: type[models.Model]) -> dict[str, Any]:
    """The values of a record's columns that ``abstract`` brings."""
    return {name: getattr(record, name) for name in names_of(abstract)}


def header_values(record: DocumentHeader) -> dict[str, Any]:
    return values_of(record, DocumentHeader)


def lines_of(model: type[M], lines: Iterable[LineFields], **owner: Any) -> list[M]:
    """New, unsaved lines of another model with the values of ``lines``."""
    return [model(**values_of(line, LineFields), **owner) for line in lines]


def comments_of(model: type[M], comments: Iterable[CommentFields], **owner: Any) -> list[M]:
    return [model(**values_of(comment, CommentFields), **owner) for comment in comments]
