"""Renaming, replacing and counting codes, for every code table alike (C-91, C-92)."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from tuttava.foundation import records, references
from tuttava.foundation.cleaning import code_closed
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import CodeRef
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Record, rules_of

M = TypeVar("M", bound=Record)


def usage_of(record: Record) -> dict[str, int]:
    """How many rows name the record's code, in words: table and field to number."""
    return {
        f"{field.model._meta.verbose_name}: {field.verbose_name}": count
        for field, count in references.usage(type(record), _code(record)).items()
    }


def rename_code(record: M, new_code: str, *, version: int | None = None) -> M:
    """Give the record another code; everything that names it follows in the same unit of work (C-92)."""
    return records.change(record, {"code": new_code}, version=version)


def replace_code(old: M, new: M) -> int:
    """Name ``new`` wherever ``old`` stands; the number of rows changed. ``old`` is then free to be deleted (C-91).

    Where a record has both already, the old one goes. Needs the write right of every table changed.
    """
    model = type(old)
    if _code(old) == _code(new):
        raise DomainError("value_invalid", _("Choose another code as the replacement."), field="code", rule="C-91")
    _refuse_closed(new)
    rules = rules_of(model)
    require(rules.write_right, rules.set_name)
    changed = 0
    with unit_of_work("replace code", f"{_code(old)} → {_code(new)}"):
        for field in references.usage(model, _code(old)):
            if issubclass(field.model, Record):
                other = rules_of(field.model)
                require(other.write_right, other.set_name)
            _drop_doubles(field, _code(old), _code(new))
            changed += references.naming(field, _code(old)).update(**{field.attname: _code(new)})
        records.check_constraints()
    current().cache.clear()
    return changed


def _code(record: Record) -> str:
    return str(getattr(record, "code", ""))


def _refuse_closed(record: Record) -> None:
    if getattr(record, "closed", False):
        raise code_closed(str(record._meta.verbose_name), _code(record))


def _drop_doubles(field: CodeRef, old: str, new: str) -> None:
    """Delete rows that would be the same as another once the code is replaced."""
    for constraint in field.model._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint) or field.name not in constraint.fields:
            continue
        others: dict[str, Any] = {name: OuterRef(name) for name in constraint.fields if name != field.name}
        twin = references.naming(field, new).filter(**others)
        references.naming(field, old).filter(Exists(twin)).delete()
