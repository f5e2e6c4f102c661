"""Copies of headers and lines: into versions, other documents, posted documents."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import models

from tuttava.documents.models import CommentFields, Document, DocumentHeader, DocumentLine, LineFields
from tuttava.foundation import records
from tuttava.foundation.bulk import insert_many
from tuttava.foundation.context import current
from tuttava.partners.models import DimensionSetLine
from tuttava.trade.models import PostedDocument, PostedDocumentLine

M = TypeVar("M", bound=models.Model)

_OWN = frozenset({"id", "version"})
#: What a document never takes from the one it is made of; its due date follows its own date and terms of payment.
_NEW = frozenset({"no", "doc_no_occurrence", "posting_description", "amount", "amount_including_vat", "due_date"})


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


def begun_from(header: DocumentHeader, **given: Any) -> Document:
    """A new open document of today with the header of another one; ``given`` is written over it."""
    today = current().date
    values = {name: value for name, value in header_values(header).items() if name not in _NEW}
    dated = {"document_date": today, "order_date": today, "posting_date": today}
    return records.create(Document, {}, given={**values, **dated, **given})


@lru_cache
def _posted_names() -> tuple[str, ...]:
    """The columns that lines of posted documents share with those of others."""
    there = {field.attname for field in PostedDocumentLine._meta.concrete_fields}
    return tuple(name for name in names_of(LineFields) if name in there)


def posted_lines_of(posted: PostedDocument, lines: Iterable[LineFields]) -> list[PostedDocumentLine]:
    """New, unsaved lines of a posted document."""
    names = _posted_names()
    return [PostedDocumentLine(document=posted, **{name: getattr(line, name) for name in names}) for line in lines]


def lines_of_posted(lines: Iterable[PostedDocumentLine], document: Document) -> list[DocumentLine]:
    """New, unsaved lines of a document that say what a posted one did."""
    names = _posted_names()
    return [DocumentLine(document=document, **{name: getattr(line, name) for name in names}) for line in lines]


def comments_of(model: type[M], comments: Iterable[CommentFields], **owner: Any) -> list[M]:
    return [model(**values_of(comment, CommentFields), **owner) for comment in comments]


def copy_dimensions(pairs: Sequence[tuple[uuid.UUID, uuid.UUID]]) -> set[uuid.UUID]:
    """Give the dimensions of documents to what was made of them: pairs of the ids of both; answers who had any."""
    found: dict[uuid.UUID, list[DimensionSetLine]] = defaultdict(list)
    for line in DimensionSetLine.objects.filter(parent_id__in={source for source, _made in pairs}):
        found[line.parent_id].append(line)
    insert_many(
        [
            DimensionSetLine(
                parent_id=made, dimension_code=line.dimension_code, dimension_value_code=line.dimension_value_code
            )
            for source, made in pairs
            for line in found.get(source, ())
        ]
    )
    return set(found)
