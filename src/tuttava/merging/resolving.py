"""Settling one conflict: its two rows side by side, remove or rename the duplicate's (M-17 to M-22, M-42)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.context import acting, ask, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import CodeField, CodeRef, as_code
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.merge_rules import Reference
from tuttava.foundation.records import Edit, Record, rules_of
from tuttava.merging.conflicts import find_conflicts, links_of, reference_of, rows_of
from tuttava.merging.fields import data_type, differing, displayed
from tuttava.merging.models import Merge, MergeConflict
from tuttava.merging.preparing import RIGHT, refuse_finished, store

#: The name of the units of work that resolve conflicts.
ACTION = "resolve merge conflict"
KEEP_CURRENT, KEEP_BOTH = "keep_current", "keep_both"
POLICIES = (KEEP_CURRENT, KEEP_BOTH)


@dataclass(frozen=True)
class ConflictLine:
    """One field of both rows; ``duplicate_value`` is what was typed where it is ``modified``.

    ``can_be_renamed``: another value may be typed (M-18); ``locked``: not while the other way is being taken (M-19).
    """

    field: str
    label: str
    data_type: str
    in_primary_key: bool
    current_value: str
    duplicate_value: str
    override: bool
    modified: bool
    can_be_renamed: bool
    locked: bool


def conflict_lines(conflict: MergeConflict) -> list[ConflictLine]:
    """The key fields of both rows, then the fields that differ (M-17)."""
    reference, ours, theirs = _opened(conflict)
    keys = _key_fields(reference)
    names = {field.attname for field in keys}
    lines = [_line(conflict, field, ours, theirs, in_key=True) for field in keys]
    others = [field for field in differing(ours, theirs) if field.attname not in names]
    return [*lines, *(_line(conflict, field, ours, theirs, in_key=False) for field in others)]


def _line(
    conflict: MergeConflict, field: models.Field[Any, Any], ours: Any, theirs: Any, *, in_key: bool
) -> ConflictLine:
    name = field.attname
    renameable = in_key and _can_be_renamed(conflict, field, ours, theirs)
    return ConflictLine(
        field=name,
        label=str(field.verbose_name),
        data_type=data_type(field),
        in_primary_key=in_key,
        current_value=displayed(ours, field),
        duplicate_value=conflict.renamed.get(name, displayed(theirs, field)),
        override=name in conflict.overrides,
        modified=name in conflict.renamed,
        can_be_renamed=renameable,
        locked=bool(conflict.overrides) if in_key else bool(conflict.renamed),
    )


def _opened(conflict: MergeConflict) -> tuple[Reference, Any, Any]:
    refuse_finished(conflict.merge)
    rows = rows_of(conflict)
    if rows is None:
        raise DomainError(
            "merge.not_found",
            _("One of the two rows is gone. Look for conflicts again."),
            field="conflict",
            rule="M-15",
        )
    return (reference_of(conflict), *rows)


def _key_fields(reference: Reference) -> list[models.Field[Any, Any]]:
    names = [reference.field, *(name for key in reference.all_keys for name in key.columns)]
    return [attribute(reference.model, name) for name in dict.fromkeys(names)]


def _can_be_renamed(conflict: MergeConflict, field: models.Field[Any, Any], ours: Any, theirs: Any) -> bool:
    """Text or code of the key, equal on both rows, not the reference itself, and no link (M-18, M-42)."""
    if field.attname == conflict.field or field.choices or not isinstance(field, models.CharField | CodeRef):
        return False
    return getattr(ours, field.attname) == getattr(theirs, field.attname) and links_of(conflict) is None


def set_conflict_override(conflict: MergeConflict, field: str, value: bool) -> None:
    """Take the duplicate's value when its row is removed.

    Raises ``merge.key_field``, and ``merge.field_locked`` while a key value is changed (M-19).
    """
    require(RIGHT)
    reference, ours, theirs = _opened(conflict)
    if field in {each.attname for each in _key_fields(reference)}:
        raise DomainError("merge.key_field", _("A field of the key cannot be overridden."), field=field, rule="M-8")
    if field not in {each.attname for each in differing(ours, theirs)}:
        raise DomainError("field_unknown", _("There is no field “%(name)s”.") % {"name": field}, field=field)
    if value and conflict.renamed:
        raise _locked(field, _("A key value was changed. Take that back first, or rename the row."))
    conflict.overrides = sorted({*conflict.overrides, field} if value else {*conflict.overrides} - {field})
    _store(conflict)


def set_conflict_value(conflict: MergeConflict, field: str, value: str) -> None:
    """Type another key value for the duplicate's row; its own value again takes that back.

    Raises ``merge.field_locked`` where none can be typed (M-18) or a field is overridden (M-19).
    """
    require(RIGHT)
    reference, ours, theirs = _opened(conflict)
    column = next((each for each in _key_fields(reference) if each.attname == field), None)
    if column is None or not _can_be_renamed(conflict, column, ours, theirs):
        raise _locked(field, _("This value cannot be changed here."))
    if conflict.overrides:
        raise _locked(field, _("A field is overridden. Take that back first, or remove the row."))
    typed = _as_typed(column, value)
    renamed = {name: each for name, each in conflict.renamed.items() if name != field}
    conflict.renamed = renamed if typed == str(getattr(theirs, field) or "") else {**renamed, field: typed}
    _store(conflict)


def _as_typed(column: models.Field[Any, Any], value: str) -> str:
    """The value cut to the field and written as the field has it (M-21)."""
    target = column.target_field if isinstance(column, models.ForeignKey) else column
    text = as_code(value) if isinstance(target, CodeField) else value.strip()
    return text[: target.max_length].rstrip() if target.max_length else text


def _locked(field: str, message: str) -> DomainError:
    return DomainError("merge.field_locked", message, field=field, rule="M-19")


def resolve_remove(conflict: MergeConflict) -> bool:
    """Copy the overridden fields to the current row and delete the duplicate's by its rules (M-20).

    Asks ``merge.confirm_remove`` (default yes); False: declined. Raises ``merge.restore_key`` while a key is changed.
    """
    require(RIGHT)
    _reference, ours, theirs = _opened(conflict)
    if conflict.renamed:
        raise DomainError(
            "merge.restore_key",
            _("%(row)s: a key value was changed. Take that back before the row is removed.")
            % {"row": conflict.duplicate_key},
            rule="M-20",
        )
    if not ask("merge.confirm_remove", _("Remove %(row)s?") % {"row": _words(conflict)}, default=True):
        return False
    with _resolving(conflict):
        _take_over(ours, theirs, conflict.overrides)
        records.delete(theirs)
    return True


def _take_over(ours: Record, theirs: Record, names: list[str]) -> None:
    if names:
        edit = Edit(records.lock(ours), rules_of(type(ours)))
        for name in names:
            edit.copy(name, getattr(theirs, name))
        records.save(edit)


def resolve_rename(conflict: MergeConflict) -> bool:
    """Give the duplicate's row the key that was typed; it moves with the merge (M-21).

    Asks ``merge.confirm_rename`` (default yes); False: declined. Raises ``merge.change_key`` while nothing is changed,
    ``value.not_in_table``.
    """
    require(RIGHT)
    reference, _ours, theirs = _opened(conflict)
    if not conflict.renamed:
        raise DomainError(
            "merge.change_key",
            _("%(row)s: change a value of the key first, or remove the row.") % {"row": conflict.duplicate_key},
            rule="M-21",
        )
    for name, value in conflict.renamed.items():
        _check_in_table(attribute(reference.model, name), value)
    if not ask("merge.confirm_rename", _("Rename %(row)s?") % {"row": _words(conflict)}, default=True):
        return False
    with _resolving(conflict):
        records.change(theirs, conflict.renamed)
    return True


def _check_in_table(column: models.Field[Any, Any], value: str) -> None:
    if not isinstance(column, models.ForeignKey):
        return
    found = column.related_model._default_manager.filter(**{column.target_field.attname: value})
    if not value or not found.exists():
        raise DomainError(
            "value.not_in_table",
            _("%(field)s: there is no “%(code)s”.") % {"field": str(column.verbose_name).capitalize(), "code": value},
            field=column.attname,
            rule="M-21",
        )


def _words(conflict: MergeConflict) -> str:
    model = reference_of(conflict).model
    return f"{model._meta.verbose_name} {conflict.duplicate_key}"


@contextmanager
def _resolving(conflict: MergeConflict) -> Iterator[None]:
    """A unit of work of its own, noted with the merge: taking that back takes this back too (M-41)."""
    with unit_of_work(ACTION, _words(conflict), apart=True) as unit:
        merge = Merge.objects.select_for_update().get(pk=conflict.merge_id)
        with acting(interactive=False, rights=frozenset({"*"})):
            yield
        merge.resolving_unit_ids = [*merge.resolving_unit_ids, str(unit)]
        conflict.delete()
        merge.conflicts = merge.conflict_rows.count()
        store(merge)
        conflict.merge = merge


def _store(conflict: MergeConflict) -> None:
    conflict.version += 1
    conflict.save()


# -- all at once -----------------------------------------------------------------------------------------------------


def resolve_all(merge: Merge, policy: str) -> int:
    """Settle all conflicts at once (M-22); how many are left.

    ``keep_current``: the duplicate's rows go. ``keep_both``: they get a free key where one can be made up, and go where
    they say the same as the current ones; the others are left. Asks ``merge.confirm_remove`` once (default yes).
    """
    require(RIGHT)
    if policy not in POLICIES:
        raise DomainError(
            "value_invalid", _("“%(policy)s” is no way to resolve conflicts.") % {"policy": policy}, field="policy"
        )
    if not find_conflicts(merge):
        return 0
    text = _("Resolve all %(count)d conflicts at once?") % {"count": merge.conflicts}
    if not ask("merge.confirm_remove", text, default=True):
        return merge.conflicts
    with transaction.atomic(), acting(interactive=False):
        for conflict in merge.conflict_rows.order_by("model", "pk"):
            _resolve(conflict, policy)
    merge.refresh_from_db()
    return find_conflicts(merge)


def _resolve(conflict: MergeConflict, policy: str) -> None:
    rows = rows_of(conflict)
    if rows is None:
        return
    reference, theirs = reference_of(conflict), rows[1]
    conflict.overrides, conflict.renamed = [], {}
    if policy == KEEP_BOTH:
        free = _free_key(conflict, reference, *rows)
        if free:
            conflict.renamed = free
            resolve_rename(conflict)
            return
        keys = {field.attname for field in _key_fields(reference)}
        if any(field.attname not in keys for field in differing(*rows)) or links_of(conflict) is not None:
            return
    assert isinstance(theirs, Record)
    resolve_remove(conflict)


def _free_key(conflict: MergeConflict, reference: Reference, ours: Any, theirs: Any) -> dict[str, str]:
    """A key that no row of either record has: the same code with a number behind; empty where none can be made up."""
    for column in _key_fields(reference):
        if isinstance(column, models.ForeignKey) or not _can_be_renamed(conflict, column, ours, theirs):
            continue
        owners = [getattr(ours, conflict.field), getattr(theirs, conflict.field)]
        rows = reference.model._default_manager.filter(**{f"{conflict.field}__in": owners}, **reference.where)
        taken = set(rows.values_list(column.attname, flat=True))
        code, longest = str(getattr(theirs, column.attname)), column.max_length or 0
        for number in range(2, len(taken) + 3):
            made = f"{code[: longest - len(str(number))]}{number}"
            if made not in taken:
                return {column.attname: made}
    return {}
