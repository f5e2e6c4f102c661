"""Values on their way into a field: brought to its type, or refused at the field with words that help."""

from __future__ import annotations

import datetime as dt
import decimal
import re
import sys
import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import CodeField, CodeRef, as_code

# Characters no text may hold: controls other than line end and tab, and halves of surrogate pairs.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")


@lru_cache(maxsize=4096)
def attribute(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    """The stored field that ``name`` (attribute or field name) sets; raises ``field_unknown``."""
    for field in model._meta.concrete_fields:
        if name in (field.attname, field.name):
            return field
    raise DomainError("field_unknown", _("There is no field “%(name)s”.") % {"name": name}, field=name)


def same(left: Any, right: Any) -> bool:
    """Equality in which every blank is the same blank."""
    return left == right or (left in (None, "") and right in (None, ""))


@lru_cache(maxsize=4096)
def blank_of(model: type[models.Model], name: str) -> Any:
    """What a field holds when nothing was ever entered in it."""
    field = attribute(model, name)
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.CharField | models.TextField):
        return ""
    return None


Cleaner: TypeAlias = Callable[[models.Model, Any], Any]


def clean(record: models.Model, name: str, value: Any) -> Any:
    """``value`` in the field's type; raises ``value_too_long``, ``value_invalid`` or ``not_found`` at the field."""
    return cleaner(type(record), name)[1](record, value)


@lru_cache(maxsize=4096)
def cleaner(model: type[models.Model], name: str) -> tuple[str, Cleaner]:
    """The attribute that ``name`` sets, and what cleans a value for it: found once a field, not once a value."""
    field = attribute(model, name)
    if isinstance(field, CodeRef):
        reference = field
        return field.attname, lambda record, value: _clean_reference(record, reference, value)
    if isinstance(field, models.CharField | models.TextField):
        return field.attname, _text_cleaner(field)
    if isinstance(field, models.ForeignKey):
        key = field
        return field.attname, lambda _record, value: _clean_key(key, value)
    return field.attname, lambda _record, value: _clean_typed(field, value)


def _clean_key(field: models.ForeignKey[Any, Any], value: Any) -> Any:
    value = value.pk if isinstance(value, models.Model) else value
    try:
        return _clean_typed(field.target_field, value) if value else None
    except DomainError as error:
        error.field = field.attname
        raise


def _label(field: models.Field[Any, Any]) -> str:
    return str(field.verbose_name)


def _text_cleaner(field: models.Field[Any, Any]) -> Cleaner:
    is_code = isinstance(field, CodeField)
    longest = field.max_length or sys.maxsize
    choices = _choices_of(field) if field.choices else None

    def clean_text(_record: models.Model, value: Any) -> str:
        text = "" if value is None else str(value)
        text = as_code(text) if is_code else text
        if not text and choices is None:
            return text
        fits = len(text) <= longest and (choices is None or text in choices)
        # A printable text holds no control character: a quick look spares nearly all the close one.
        if not fits or not (text.isprintable() or not _CONTROLS.search(text)):
            _check_text(field, text)
        return text

    return clean_text


def _check_text(field: models.Field[Any, Any], text: str) -> None:
    """Refuse what does not fit, in words."""
    if _CONTROLS.search(text):
        raise DomainError(
            "value_invalid",
            _("%(field)s holds a control character. Remove it.") % {"field": _label(field)},
            field=field.attname,
        )
    if field.max_length and len(text) > field.max_length:
        raise DomainError(
            "value_too_long",
            _("%(field)s holds at most %(max)d characters; this has %(length)d.")
            % {"field": _label(field), "max": field.max_length, "length": len(text)},
            field=field.attname,
        )
    if field.choices and text not in _choices_of(field):
        raise DomainError(
            "value_invalid",
            _("“%(value)s” is not one of the choices for %(field)s.") % {"value": text, "field": _label(field)},
            field=field.attname,
        )


@lru_cache(maxsize=1024)
def _choices_of(field: models.Field[Any, Any]) -> frozenset[str]:
    return frozenset(str(choice) for choice, _words in field.flatchoices)


def _clean_reference(record: models.Model, field: CodeRef, value: Any) -> str | None:
    code = as_code(value if isinstance(value, str) else getattr(value, "code", value))
    if not code:
        return None
    if code == getattr(record, field.attname):
        return code
    target: type[models.Model] = field.related_model
    known: set[str] = current().cache.setdefault(("codes", target), set())
    if code not in known:
        closable = has_field(target, "closed")
        found = target._default_manager.filter(code=code).values_list("closed" if closable else "code").first()
        if found is None:
            raise DomainError(
                "not_found",
                _("%(field)s: there is no “%(code)s”.") % {"field": _label(field), "code": code},
                field=field.attname,
            )
        if closable and found[0]:
            raise code_closed(_label(field), code, field.attname)
    known.add(code)
    return code


def code_closed(label: str, code: str, field: str = "") -> DomainError:
    """The refusal of a closed code for new use (C-91)."""
    return DomainError(
        "code.closed",
        _("%(field)s: “%(code)s” is closed and cannot be chosen any more. Choose another.")
        % {"field": label, "code": code},
        field=field,
        rule="C-91",
    )


def _clean_typed(field: models.Field[Any, Any], value: Any) -> Any:
    if value in (None, ""):
        if isinstance(field, models.BooleanField):
            return False
        if field.null:
            return None
        return field.get_default() if field.has_default() else (0 if isinstance(field, models.IntegerField) else value)
    if isinstance(value, str) and isinstance(field, models.BooleanField):
        value = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}.get(
            value.strip().lower(), value
        )
    expected: tuple[type, ...] = (str, int, float, bool, list, dict, bytes, memoryview)
    expected += (dt.date, dt.time, dt.timedelta, decimal.Decimal, uuid.UUID)
    try:
        if not isinstance(value, expected):
            raise TypeError
        converted = field.to_python(value)
        field.run_validators(converted)
    except DomainError as error:
        error.field = error.field or field.attname
        raise
    except Exception as error:
        raise DomainError(
            "value_invalid",
            _("“%(value)s” is not a valid value for %(field)s.") % {"value": str(value)[:80], "field": _label(field)},
            field=field.attname,
        ) from error
    return converted


def has_field(model: type[models.Model], name: str) -> bool:
    """Whether ``model`` stores ``name``."""
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True
