"""Storing rows of the directory: values checked by their fields, the caller's version, broken constraints in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from tuttava.foundation.cleaning import attribute, clean, same
from tuttava.foundation.directory.models import Entry
from tuttava.foundation.errors import ChangedMeanwhile, DomainError
from tuttava.foundation.records import integrity_error, snapshot

E = TypeVar("E", bound=Entry)


def enter(record: Entry, values: Mapping[str, Any]) -> None:
    """Set fields of ``record`` to checked values; raises ``value_too_long``, ``value_invalid``, ``field_unknown``."""
    for name, value in values.items():
        setattr(record, attribute(type(record), name).attname, clean(record, name, value))


def require_value(record: Entry, name: str) -> None:
    """Refuse a blank ``name``."""
    if not str(getattr(record, name) or "").strip():
        label = str(attribute(type(record), name).verbose_name)
        raise DomainError(
            "field_required",
            _("%(record)s needs a value for “%(field)s”.") % {"record": _label(record), "field": label},
            field=name,
        )


def _label(record: Entry) -> str:
    return str(record._meta.verbose_name).capitalize()


def store(record: E) -> E:
    """Save ``record``; a taken key or a missing or used reference becomes a domain error."""
    try:
        with transaction.atomic():
            record.save(force_insert=record._state.adding)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise integrity_error(record, error) from error
    return record


@contextmanager
def locked(record: E, version: int | None = None) -> Iterator[E]:
    """The stored row, locked until the end of the block, which is one transaction.

    Raises ``record_gone`` when somebody deleted it and :class:`ChangedMeanwhile` when its version is not ``version``.
    """
    with transaction.atomic():
        fresh = type(record)._default_manager.select_for_update(of=("self",)).filter(pk=record.pk).first()
        if fresh is None:
            raise DomainError(
                "record_gone",
                _("%(record)s “%(name)s” was deleted by somebody else.")
                % {"record": _label(record), "name": str(record)},
            )
        if version is not None and fresh.version != version:
            raise _changed_meanwhile(record, fresh)
        yield fresh


def _changed_meanwhile(seen: Entry, fresh: Entry) -> ChangedMeanwhile:
    theirs = {
        name: value
        for name, value in snapshot(fresh).items()
        if name not in {"version", "password", "modified_at", "modified_by"}
        and not name.endswith("digest")
        and not same(value, getattr(seen, name))
    }
    return ChangedMeanwhile(
        "changed_meanwhile",
        _("%(record)s “%(name)s” was changed by somebody else meanwhile. Look at the new values, then save again.")
        % {"record": _label(fresh), "name": str(fresh)},
        theirs,
    )
