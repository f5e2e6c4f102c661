"""The machine that every editable row goes through: enter fields with their rules, save, delete.

A room gives a :class:`Rules` subclass a model. *Entering* a field runs ``enter_<field>``; *saving* runs
``before_save`` and ``after_save``. Browser, API, import and command line call :func:`create`, :func:`change` and
:func:`delete`, so a rule holds behind every door.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar, cast

from django.db import IntegrityError, connection, models, transaction
from django.db.models.base import ModelState
from django.utils.translation import gettext as _

from tuttava.foundation import references
from tuttava.foundation.bulk import insert_many, update_many
from tuttava.foundation.cleaning import attribute, blank_of, clean, cleaner, same
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import ChangedMeanwhile, Detail, DomainError
from tuttava.foundation.ids import new_id
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.references import has_code


class Record(models.Model):
    """A row with an immutable id and a version that every change raises (optimistic locking).

    ``journal_owner`` names the column whose record's history tab shows changes of this row (its own id by default);
    ``key_field`` the natural key that people see; ``derived`` the columns that only rules may write; ``bookkeeping``
    those by which the product keeps order (a line number, the kind of the owner), which no history shows. Rows that are
    ``incidental`` the product makes on its own beside what people do: they go along with an undo where they can, and
    never stand in its way. ``journaled_as``, for the model of a view: the labels of those whose rows, under the same
    ids, are its rows; ``journaled_more``: the columns that those do not have, as SQL over the journal's row ``j.old``;
    ``lasting``: the columns that never change, whichever of them shows a row.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.BigIntegerField(default=1, editable=False)

    journal_owner: ClassVar[str] = "id"
    key_field: ClassVar[str] = "code"
    derived: ClassVar[frozenset[str]] = frozenset()
    bookkeeping: ClassVar[frozenset[str]] = frozenset()
    incidental: ClassVar[bool] = False
    journaled_as: ClassVar[tuple[str, ...]] = ()
    journaled_more: ClassVar[Mapping[str, str]] = {}
    lasting: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(getattr(self, self.key_field, "") or self.id)


M = TypeVar("M", bound=Record)


class Edit(Generic[M]):
    """One record being created or changed.

    ``stored`` holds the values in the database (empty for a new record), ``typed`` the fields the caller sent in this
    request. Rules write side effects with :meth:`derive`, which leaves what the caller typed alone (A-35). ``memory``
    is what rules remember about this edit between entering and saving; the machine itself never looks at it.
    """

    def __init__(self, record: M, rules: Rules[M], typed: Iterable[str] = ()) -> None:
        self.record = record
        self.rules = rules
        self.is_new = record._state.adding
        self.typed = frozenset(typed)
        self.stored: dict[str, Any] = {} if self.is_new else snapshot(record)
        self.memory: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        values = self.record.__dict__
        return values[name] if name in values else getattr(self.record, name)

    def old(self, name: str) -> Any:
        """The stored value, or the blank value of a new record."""
        return blank_of(type(self.record), name) if self.is_new else self.stored[name]

    def changed(self, *names: str) -> bool:
        """Whether any of the fields differs from what is stored."""
        return any(not same(self.old(name), self.get(name)) for name in names)

    def changed_fields(self) -> list[str]:
        """Names of the fields that differ from what is stored; of a new record all."""
        now = self.record.__dict__
        if self.is_new:
            return [field.attname for field in self.record._meta.concrete_fields]
        return [name for name, old in self.stored.items() if now[name] is not old and not same(old, now[name])]

    def put(self, name: str, value: Any) -> None:
        """Set a field without its rule."""
        setattr(self.record, name, clean(self.record, name, value))

    def copy(self, name: str, value: Any) -> None:
        """Set a field to a value that was stored before, so that it needs no check."""
        setattr(self.record, name, value)

    def derive(self, name: str, value: Any) -> None:
        """Set a field as a side effect: not when the caller sent it in the same request."""
        if name not in self.typed:
            self.put(name, value)

    def enter(self, name: str, value: Any) -> None:
        """Set a field the way a user does: check the value, then run the field's rule."""
        name, cleaned = cleaner(type(self.record), name)
        value = cleaned(self.record, value)
        before = self.get(name)
        rule = getattr(self.rules, f"enter_{name}", None)
        if rule is None:
            setattr(self.record, name, value)
            return
        try:
            rule(self, value)
        except DomainError as error:
            setattr(self.record, name, before)
            error.field = error.field or name
            raise


def blank(model: type[M]) -> M:
    """A new record with its initial values: what ``model()`` makes, ten times as fast, for the thousands of a batch."""
    values, made = _initial(model)
    record = model.__new__(model)
    record.__dict__.update(values, _state=ModelState(), **{name: default() for name, default in made})
    return record


@lru_cache(maxsize=256)
def _initial(model: type[Record]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """Initial values of a model's fields, and what makes those that each record has for itself."""
    made = [(f.attname, f.default) for f in model._meta.concrete_fields if f.has_default() and callable(f.default)]
    return {key: value for key, value in model().__dict__.items() if key != "_state"}, made


def snapshot(record: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}


class Rules(Generic[M]):
    """The rules of one model. Subclasses add ``enter_<field>(edit, value)`` and override the save and delete rules.

    ``set_name`` is the public name of the set, as rights spell it (``api.write:contacts``).
    """

    model: type[M]
    set_name: ClassVar[str] = ""
    write_right: ClassVar[str] = "api.write"
    delete_right: ClassVar[str] = "api.write"
    changed_code: ClassVar[str] = "changed_meanwhile"
    #: How the refusal to delete a code that records name is called, where the specification has a code of its own.
    in_use_code: ClassVar[str] = "code.in_use"

    def set_for(self, values: Mapping[str, Any]) -> str:
        """The set whose right is asked for, where rows of one model belong to several; ``values``: those of the row."""
        return self.set_name

    def prepare(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Read for a batch, set-based, what entering its rows looks up one by one otherwise."""

    def hold(self, ids: Sequence[uuid.UUID]) -> None:
        """Rows are about to be locked for a change: lock before them what must always be locked first."""

    def before_save(self, edit: Edit[M]) -> None:
        """Rules that run before the row is stored; may change fields or refuse."""

    def before_save_many(self, edits: Sequence[Edit[M]]) -> None:
        """The same for a batch; override to do shared look-ups once. Must treat each row as :meth:`before_save`."""
        for edit in edits:
            self.before_save(edit)

    def complete(self, record: M) -> None:
        """Derive the last of a new row from itself alone; a batch does it while the rows before are on their way."""

    def after_save(self, edits: Sequence[Edit[M]]) -> None:
        """Rules that run after rows were stored, in the same transaction; always set-based."""

    def before_delete(self, record: M) -> None:
        """Refuse, or remove what hangs on the record."""

    def after_delete(self, record: M) -> None:
        """What follows once the row is gone."""

    def after_restore(self, ids: Sequence[uuid.UUID]) -> None:
        """An undo wrote these rows back as the journal has them: rebuild what the journal does not hold; set-based."""

    def after_take_back(self, ids: Sequence[uuid.UUID]) -> None:
        """An undo removed these rows, whose creation it took back: forget what was derived of them; set-based."""

    def describe(self, record: M) -> str:
        """The record in an error message."""
        return f"{record._meta.verbose_name} {record}"


_registry: dict[type[Record], Rules[Any]] = {}


def register(rules: type[Rules[M]]) -> type[Rules[M]]:
    """Class decorator: make ``rules`` the rules of its model."""
    _registry[rules.model] = rules()
    return rules


def rules_of(model: type[M]) -> Rules[M]:
    """The rules of ``model``; a model without any has only its field types."""
    if model not in _registry:
        plain: Rules[M] = Rules()
        plain.model = model
        _registry[model] = plain
    return cast("Rules[M]", _registry[model])


def create(
    model: type[M], values: Mapping[str, Any], *, given: Mapping[str, Any] | None = None, in_order: bool = False
) -> M:
    """Insert a row: ``values`` are entered with their rules in model order, ``given`` is set before without rules.

    ``in_order``: the values come in the order in which they are to be entered (A-35).

    Raises domain errors of the field and save rules; ``already_exists`` when the natural key is taken.
    """
    rules = rules_of(model)
    require(rules.write_right, rules.set_for({**(given or {}), **values}))
    with unit_of_work(f"create {model._meta.model_name}"):
        record = model(**dict(given or {}))
        edit = Edit(record, rules, typed=[attribute(model, name).attname for name in values])
        enter_all(edit, values, in_order=in_order)
        save(edit)
    return record


def change(record: M, values: Mapping[str, Any], *, version: int | None = None, in_order: bool = False) -> M:
    """Change a row: lock it, check ``version`` (what the caller saw), enter ``values`` in model order, save.

    ``in_order`` as in :func:`create`.

    Returns the fresh record. Raises :class:`ChangedMeanwhile` naming what others changed since (C-82).
    """
    model = type(record)
    rules = rules_of(model)
    require(rules.write_right, rules.set_for(vars(record)))
    with unit_of_work(f"change {model._meta.model_name}"):
        fresh = lock(record)
        if version is not None and fresh.version != version:
            raise changed_meanwhile(rules, record, fresh)
        edit = Edit(fresh, rules, typed=[attribute(model, name).attname for name in values])
        enter_all(edit, values, in_order=in_order)
        save(edit)
    return fresh


def lock(record: M) -> M:
    """The stored row, locked until the transaction ends; raises ``record_gone`` when somebody deleted it."""
    model = type(record)
    rules_of(model).hold([record.pk])
    fresh = model._default_manager.select_for_update(of=("self",)).filter(pk=record.pk).first()
    if fresh is None:
        raise gone(record)
    return fresh


def gone(record: Record) -> DomainError:
    """``record_gone``: the row was deleted meanwhile."""
    return DomainError(
        "record_gone",
        _("%(record)s was deleted by somebody else.") % {"record": rules_of(type(record)).describe(record)},
    )


def changed_meanwhile(rules: Rules[M], seen: M, fresh: M) -> ChangedMeanwhile:
    theirs = {
        name: value
        for name, value in snapshot(fresh).items()
        if name not in ("version", *fresh.derived) and not same(value, getattr(seen, name))
    }
    return ChangedMeanwhile(
        rules.changed_code,
        _("%(record)s was changed by somebody else meanwhile. Look at the new values, then save again.")
        % {"record": rules.describe(fresh)},
        theirs,
    )


def enter_all(edit: Edit[M], values: Mapping[str, Any], *, in_order: bool = False) -> None:
    """Enter several values in the order in which the model declares its fields, or in their own (A-35)."""
    by_name = {attribute(type(edit.record), name).attname: value for name, value in values.items()}
    if in_order:
        for name, value in by_name.items():
            edit.enter(name, value)
        return
    for field in edit.record._meta.concrete_fields:
        if field.attname in by_name:
            edit.enter(field.attname, by_name[field.attname])


def save(edit: Edit[M]) -> M:
    """Run the save rules and store what changed; nothing is written when nothing changed."""
    edit.rules.before_save(edit)
    names = edit.changed_fields()
    if names:
        with _constraints(edit.record, now=edit.is_new or edit.changed(edit.record.key_field)):
            if edit.is_new:
                edit.rules.complete(edit.record)
                edit.record.save(force_insert=True)
            else:
                edit.record.save(update_fields=names)
                edit.record.version += 1
                _follow_rename(edit)
        edit.rules.after_save([edit])
    return edit.record


def save_many(edits: Sequence[Edit[M]]) -> None:
    """Save a batch of one model set-based: one insert for the new rows, one update for the changed ones.

    All or nothing; the caller runs it inside a unit of work. ``after_save`` sees the whole batch once.
    """
    if not edits:
        return
    rules = edits[0].rules
    rules.before_save_many(edits)
    changed = {id(edit): names for edit in edits if not edit.is_new and (names := edit.changed_fields())}
    updated = [edit for edit in edits if id(edit) in changed]
    with _constraints(edits[0].record, now=False):
        insert_many([edit.record for edit in edits if edit.is_new], rules.complete)
        update_many([edit.record for edit in updated], sorted({name for names in changed.values() for name in names}))
        for edit in updated:
            _follow_rename(edit)
    for edit in updated:
        edit.record.version += 1
    rules.after_save([edit for edit in edits if edit.is_new or id(edit) in changed])


def _follow_rename(edit: Edit[M]) -> None:
    """Whatever names a code follows when it is renamed (C-92)."""
    model = type(edit.record)
    if has_code(model) and edit.old("code") and edit.changed("code"):
        references.follow_rename(model, edit.old("code"), edit.get("code"))
        current().cache.clear()


def refuse_in_use(record: Record) -> None:
    """Refuse to delete a code that records name, saying how many, and offer to replace it (C-91, C-111)."""
    used = references.usage(type(record), getattr(record, "code", "")) if has_code(type(record)) else {}
    if not used:
        return
    details = [
        Detail(
            "code.in_use", f"{field.model._meta.verbose_name} ({field.verbose_name}): {count}", field.model._meta.label
        )
        for field, count in used.items()
    ]
    raise DomainError(
        rules_of(type(record)).in_use_code,
        _("%(record)s is in use and cannot be deleted: %(where)s. Replace it by another code first, or close it.")
        % {"record": rules_of(type(record)).describe(record), "where": ", ".join(str(d.message) for d in details)},
        rule="C-91",
        details=details,
    )


@contextmanager
def _constraints(record: models.Model, *, now: bool) -> Iterator[None]:
    """Turn broken constraints into domain errors, in a savepoint; ``now``: check deferred ones before leaving."""
    try:
        with transaction.atomic():
            yield
            if now:
                check_constraints()
    except IntegrityError as error:
        raise integrity_error(record, error) from error


def check_constraints() -> None:
    """Check all deferred constraints at this point of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def integrity_error(record: models.Model, error: IntegrityError) -> DomainError:
    """The domain error behind a broken constraint: a taken key or a missing or used reference."""
    diagnostics = getattr(error.__cause__, "diag", None)
    state = getattr(diagnostics, "sqlstate", "") or ""
    name = str(record._meta.verbose_name)
    key = getattr(type(record), "key_field", "id")
    if state == "23505":
        return DomainError(
            "already_exists",
            _("%(name)s “%(key)s” exists already.") % {"name": name.capitalize(), "key": str(record)},
            field=key if hasattr(record, key) else "",
        )
    if state == "23503":
        return DomainError("code.in_use", _("%(name)s “%(key)s” is in use.") % {"name": name, "key": str(record)})
    return DomainError("value_invalid", _("%(name)s “%(key)s” cannot be stored.") % {"name": name, "key": str(record)})


def delete(record: M, *, version: int | None = None) -> None:
    """Delete a row by its rules; ``version`` as in :func:`change`."""
    rules = rules_of(type(record))
    require(rules.delete_right, rules.set_for(vars(record)))
    with unit_of_work(f"delete {record._meta.model_name}"):
        fresh = lock(record)
        if version is not None and fresh.version != version:
            raise changed_meanwhile(rules, record, fresh)
        refuse_in_use(fresh)
        rules.before_delete(fresh)
        with _constraints(fresh, now=True):
            if has_code(type(fresh)):
                references.delete_owned(type(fresh), getattr(fresh, "code", ""))
            type(fresh)._default_manager.filter(pk=fresh.pk)._raw_delete(fresh._state.db or "default")
        rules.after_delete(fresh)


def refuse_all(code: str, message: str, details: list[Detail], *, rule: str = "") -> None:
    """Raise one error that lists every blocker, if there is any; its code is the first blocker's."""
    if details:
        raise DomainError(details[0].code or code, message, rule=rule, details=details)
