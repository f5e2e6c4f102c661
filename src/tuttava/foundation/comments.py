"""Comments on any record (C-94 to C-96)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import F, Max, Model, QuerySet
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from tuttava.foundation import records
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.former import survivors
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.lines import LINE_STEP
from tuttava.foundation.models import CommentLine, OwnerKind
from tuttava.foundation.records import Edit, Rules, register
from tuttava.foundation.rich_text import clean_rich_text

#: Renumbering passes through numbers that no sheet reaches, so that the key stays unique row by row.
_ASIDE = 1_000_000_000

#: Marks a new line whose owner is held already.
_HELD = "owner held"
_owners: dict[str, type[Model]] = {}

#: Comments were added, changed, moved or deleted. Arguments: ``owner_kind`` and ``owner_ids``.
comments_changed = Signal()


@dataclass(frozen=True)
class SheetLine:
    """A line of the comment sheet; ``heads_block``: the first of its date, which is shown once (C-95)."""

    line: CommentLine
    heads_block: bool


@register
class CommentRules(Rules[CommentLine]):
    model = CommentLine
    set_name = "comments"

    def enter_comment(self, edit: Edit[CommentLine], value: str) -> None:
        """Rich text, cleaned (C-95)."""
        edit.put("comment", clean_rich_text(value))

    def before_save_many(self, edits: Sequence[Edit[CommentLine]]) -> None:
        _hold_owners(edits)
        super().before_save_many(edits)

    def before_save(self, edit: Edit[CommentLine]) -> None:
        """Number, date, time and author of a new line (C-94, C-95)."""
        if _HELD not in edit.memory:
            _hold_owners([edit])
        for name in ("owner_kind", "owner_id"):
            if not edit.get(name):
                raise DomainError("field_required", _("A comment needs the record it belongs to."), field=name)
        now = timezone.localtime()
        if edit.is_new:
            if not edit.get("line_no"):
                edit.put("line_no", _last_line_no(edit.record) + LINE_STEP)
            edit.put("date", edit.get("date") or current().date)
            edit.put("time", edit.get("time") or now.time().replace(microsecond=0))
            edit.put("author", edit.get("author") or current().user_name)
        if edit.changed_fields():
            edit.put("last_date_modified", now.date())

    def after_save(self, edits: Sequence[Edit[CommentLine]]) -> None:
        by_kind: dict[str, list[uuid.UUID]] = {}
        for edit in edits:
            by_kind.setdefault(edit.record.owner_kind, []).append(edit.record.owner_id)
        for kind, owners in by_kind.items():
            comments_changed.send(sender=CommentLine, owner_kind=kind, owner_ids=owners)

    def after_delete(self, record: CommentLine) -> None:
        comments_changed.send(sender=CommentLine, owner_kind=record.owner_kind, owner_ids=[record.owner_id])


def commented(kind: str, model: type[Model]) -> None:
    """Tell which records have comments of a kind: none of them goes while somebody writes about it."""
    _owners[kind] = model


def _hold_owners(edits: Sequence[Edit[CommentLine]]) -> None:
    """Keep the records that new comments are about from being deleted or merged away until the transaction ends.

    A comment on a record that was merged away meanwhile goes to the survivor, so that it is not lost (M-27).
    """
    wanted: dict[str, set[uuid.UUID]] = {}
    for edit in edits:
        edit.memory[_HELD] = True
        if edit.is_new and edit.get("owner_id") and edit.get("owner_kind") in _owners:
            wanted.setdefault(edit.get("owner_kind"), set()).add(edit.get("owner_id"))
    for kind, ids in wanted.items():
        leads = _held(_owners[kind], ids)
        for edit in edits:
            if edit.is_new and edit.get("owner_kind") == kind and edit.get("owner_id") in leads:
                edit.put("owner_id", leads[edit.get("owner_id")])


def _held(model: type[Model], ids: set[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Lock records of ``model``; the survivors, locked as well, of those that were merged away."""
    statement = sql.SQL("SELECT id FROM {} WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE")
    with connection.cursor() as cursor:
        cursor.execute(statement.format(sql.Identifier(model._meta.db_table)), [list(ids)])
        gone = ids - {row for (row,) in cursor.fetchall()}
    leads = survivors(model, gone)
    further = _held(model, set(leads.values())) if leads else {}
    return {old: further.get(new, new) for old, new in leads.items()}


def comments_of(owner_kind: str, owner_id: uuid.UUID, sub_no: int = 0) -> QuerySet[CommentLine]:
    """The lines of one record in entry order."""
    return CommentLine.objects.filter(owner_kind=owner_kind, owner_id=owner_id, sub_no=sub_no).order_by("line_no")


def sheet(owner_kind: str, owner_id: uuid.UUID, sub_no: int = 0) -> list[SheetLine]:
    """The comment sheet: every line, with the date marked where a block of it begins (C-95)."""
    lines: list[SheetLine] = []
    for line in comments_of(owner_kind, owner_id, sub_no):
        lines.append(SheetLine(line, not lines or lines[-1].line.date != line.date))
    return lines


def add_comment(
    owner_kind: str,
    owner_id: uuid.UUID,
    comment: str,
    *,
    sub_no: int = 0,
    after: CommentLine | None = None,
    code: str = "",
) -> CommentLine:
    """Add a line at the end, or between ``after`` and its follower (C-94)."""
    with unit_of_work("add comment"):
        line_no = _number_after(after) if after else 0
        return records.create(
            CommentLine,
            {"comment": comment, "code": code},
            given={"owner_kind": OwnerKind(owner_kind), "owner_id": owner_id, "sub_no": sub_no, "line_no": line_no},
        )


def move_comment(line: CommentLine, after: CommentLine | None) -> CommentLine:
    """Move a line behind ``after``, or to the top of its sheet (C-96)."""
    rules = records.rules_of(CommentLine)
    require(rules.write_right, rules.set_name)
    with unit_of_work("move comment"):
        number = _number_after(after) if after else _number_before_all(line)
        return records.change(line, {"line_no": number})


def move_by_one(line: CommentLine, up: bool) -> CommentLine:
    """Move a line past its neighbour, towards the top or the end of its sheet; at the edge it stays (C-96)."""
    if up:
        above = list(_sheet_of(line).filter(line_no__lt=line.line_no).reverse()[:2])
        return move_comment(line, above[1] if len(above) > 1 else None) if above else line
    below = _sheet_of(line).filter(line_no__gt=line.line_no).first()
    return move_comment(line, below) if below is not None else line


def delete_comments(owner_kind: str, owner_ids: Sequence[uuid.UUID]) -> None:
    """Remove all comments of records that are being deleted."""
    CommentLine.objects.filter(owner_kind=owner_kind, owner_id__in=owner_ids).delete()


def _sheet_of(line: CommentLine) -> QuerySet[CommentLine]:
    return comments_of(line.owner_kind, line.owner_id, line.sub_no)


def _last_line_no(line: CommentLine) -> int:
    return _sheet_of(line).aggregate(last=Max("line_no"))["last"] or 0


def _number_after(line: CommentLine) -> int:
    follower = _sheet_of(line).filter(line_no__gt=line.line_no).first()
    if follower is None:
        return line.line_no + LINE_STEP
    if follower.line_no - line.line_no < 2:
        _renumber(line)
        line.refresh_from_db()
        return line.line_no + LINE_STEP // 2
    return (line.line_no + follower.line_no) // 2


def _number_before_all(line: CommentLine) -> int:
    first = _sheet_of(line).first()
    if first is not None and first.line_no < 2:
        _renumber(line)
        return LINE_STEP // 2
    return first.line_no // 2 if first else LINE_STEP


def _renumber(line: CommentLine) -> None:
    """Make room: number all lines of the sheet in steps again."""
    ids = list(_sheet_of(line).values_list("pk", flat=True))
    _sheet_of(line).update(line_no=F("line_no") + _ASIDE)
    for place, identity in enumerate(ids, 1):
        CommentLine.objects.filter(pk=identity).update(line_no=place * LINE_STEP)
