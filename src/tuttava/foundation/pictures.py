"""Pictures of records of any kind, one each (A-85, C-97).

A room whose records can have a picture calls :func:`has_pictures` with what it asks of them. Whoever may change a
record may change its picture.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import JSONObject
from django.dispatch import Signal
from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.context import ask, require
from tuttava.foundation.errors import PermissionDenied
from tuttava.foundation.ids import new_id
from tuttava.foundation.images import encoded, ending_of
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import JournalChange, Picture, PictureParent
from tuttava.foundation.records import Record, Rules, register, rules_of

#: Pictures were set, replaced or deleted. Arguments: ``parent_kind`` and ``parent_ids``. Not sent when a picture goes
#: along with its record, nor when an undo brings one back: it brings back what followed from it as well.
picture_changed = Signal()

Ids = Collection[uuid.UUID]


def _nothing(_record: Any) -> None:
    """Every record may have a picture."""


def _never(_record: Any) -> bool:
    return False


@dataclass(frozen=True)
class Parent:
    """A kind of records that can have a picture.

    ``named`` makes the name of its file (without ending), ``check`` refuses while something is missing that must be
    there first, ``hidden`` tells whether the current user may not see the picture, for want of ``right``.
    """

    model: type[Record]
    named: Callable[[Any], str] = str
    check: Callable[[Any], None] = _nothing
    hidden: Callable[[Any], bool] = _never
    right: str = ""


@dataclass(frozen=True)
class PictureFile:
    """A picture to send: ``name`` is the file name for downloading."""

    name: str
    content_type: str
    content: bytes


_parents: dict[PictureParent, Parent] = {}
_kinds: dict[type[Record], PictureParent] = {}


def has_pictures(kind: PictureParent, parent: Parent) -> None:
    """Tell that records of a kind can have a picture."""
    _parents[kind] = parent
    _kinds[parent.model] = kind


def kind_of(model: type[Any]) -> PictureParent:
    """As what records of ``model`` have pictures; raises KeyError when they cannot."""
    return _kinds[model]


def parent_of(kind: str) -> Parent:
    """What is known of a kind; raises KeyError when it cannot have pictures."""
    return _parents[PictureParent(kind)]


@register
class PictureRules(Rules[Picture]):
    model = Picture
    set_name = "pictures"

    def after_restore(self, ids: Sequence[uuid.UUID]) -> None:
        """A picture whose record is gone does not come back."""
        for kind, parent in _parents.items():
            back = Picture.objects.filter(pk__in=ids, parent_kind=kind)
            there = parent.model._default_manager.filter(pk__in=back.values("parent_id"))
            back.exclude(parent_id__in=there.values("pk")).delete()


def pictures_of(kind: str, parent_ids: Ids) -> QuerySet[Picture]:
    """The pictures of some records."""
    return Picture.objects.filter(parent_kind=kind, parent_id__in=parent_ids)


def set_picture(record: Record, data: bytes) -> Picture:
    """Give a record a picture; an existing one is replaced after asking (``q_picture_replace``), else returned.

    Raises what the kind asks for first, ``picture.too_large``, ``picture.invalid``.
    """
    kind, parent = _known(record)
    parent.check(record)
    made = encoded(data)
    with unit_of_work("set picture", _described(record)):
        records.lock(record)
        before = pictures_of(kind, [record.pk])
        old = before.first()
        if old is not None:
            if not ask("q_picture_replace", _("Replace the picture?"), default=True):
                return old
            before.delete()
        picture = Picture.objects.create(parent_kind=kind, parent_id=record.pk, **asdict(made))
        _tell(kind, [record.pk])
    return picture


def delete_picture(record: Record) -> bool:
    """Delete the picture after asking (``q_picture_delete``); whether there is none any more."""
    kind, _parent = _known(record)
    if not pictures_of(kind, [record.pk]).exists():
        return True
    if not ask("q_picture_delete", _("Delete the picture?"), default=True):
        return False
    with unit_of_work("delete picture", _described(record)):
        records.lock(record)
        delete_pictures(kind, [record.pk])
    return True


def _known(record: Record) -> tuple[PictureParent, Parent]:
    """The record's kind, with the right to change the record checked."""
    rules = rules_of(type(record))
    require(rules.write_right, rules.set_name)
    kind = kind_of(type(record))
    return kind, _parents[kind]


def _described(record: Record) -> str:
    return rules_of(type(record)).describe(record)


def picture_file(record: Record, *, thumbnail: bool = False) -> PictureFile | None:
    """The picture to show or download, or None; refused where it is hidden from the user (C-72)."""
    kind = kind_of(type(record))
    parent = _parents[kind]
    if parent.hidden(record):
        raise PermissionDenied(parent.right)
    column = "thumbnail" if thumbnail else "content"
    found = pictures_of(kind, [record.pk]).values_list("content_type", column).first()
    if found is None:
        return None
    if not thumbnail:
        parent.check(record)
    name = re.sub(r'[\x00-\x1f/\\:*?"<>|]+', "_", parent.named(record).strip())
    return PictureFile(f"{name}.{ending_of(found[0])}", found[0], bytes(found[1]))


def delete_pictures(kind: str, parent_ids: Ids) -> list[uuid.UUID]:
    """Delete the pictures of records without asking; the ids of the records that had one."""
    rows = pictures_of(kind, parent_ids)
    had = list(rows.values_list("parent_id", flat=True))
    if had:
        rows.delete()
        _tell(kind, had)
    return had


def remove_pictures(kind: str, parent_ids: Ids) -> None:
    """Remove the pictures of records that are being deleted, in one statement."""
    rows = pictures_of(kind, parent_ids)
    rows._raw_delete(rows.db)


def erase_pictures(kind: str, parent_ids: Ids) -> None:
    """Remove pictures for good, from the journal too, so that no undo puts them back (C-74)."""
    remove_pictures(kind, parent_ids)
    written = JournalChange.objects.filter(record_type=Picture._meta.label_lower, owner_id__in=parent_ids)
    written.exclude(operation=JournalChange.Operation.DELETE).delete()
    written.update(unit=None, old=JSONObject(id=F("record_id"), parent_id=F("owner_id")))


_DIFFERENT = """
SELECT pair.parent, pair.source FROM unnest(%s::uuid[], %s::uuid[]) AS pair (source, parent)
  JOIN foundation_picture theirs ON theirs.parent_id = pair.source AND theirs.parent_kind = %s
  LEFT JOIN foundation_picture own ON own.parent_id = pair.parent AND own.parent_kind = %s
 WHERE own.id IS NULL OR own.content <> theirs.content
"""

_COPY = """
INSERT INTO foundation_picture
       (id, version, parent_kind, parent_id, content_type, width, height, content, thumbnail)
SELECT pair.id, 1, %s, pair.parent, theirs.content_type, theirs.width, theirs.height, theirs.content, theirs.thumbnail
  FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS pair (id, source, parent)
  JOIN foundation_picture theirs ON theirs.parent_id = pair.source AND theirs.parent_kind = %s
"""


def copy_pictures(from_kind: str, to_kind: str, pairs: Collection[tuple[uuid.UUID, uuid.UUID]]) -> list[uuid.UUID]:
    """Give the second record of each pair the picture of the first, in place of its own; the ids of those changed.

    Where the first has none, or the same, nothing happens. Set-based: at most four statements for any number of pairs.
    """
    source_of = other_pictures(from_kind, to_kind, pairs)
    due = list(source_of)
    if due:
        with unit_of_work("copy pictures"), connection.cursor() as cursor:
            remove_pictures(to_kind, due)
            ids = [new_id() for _each in due]
            cursor.execute(_COPY, [to_kind, ids, list(source_of.values()), due, from_kind])
            _tell(to_kind, due)
    return due


def other_pictures(
    from_kind: str, to_kind: str, pairs: Collection[tuple[uuid.UUID, uuid.UUID]]
) -> dict[uuid.UUID, uuid.UUID]:
    """Of the pairs those whose first record has a picture that the second has not; by the second."""
    if not pairs:
        return {}
    sources, parents = zip(*pairs, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENT, [list(sources), list(parents), from_kind, to_kind])
        return dict(cursor.fetchall())


def copy_picture(from_kind: str, from_id: uuid.UUID, to_kind: str, to_ids: Ids) -> list[uuid.UUID]:
    """The same from one record to several."""
    return copy_pictures(from_kind, to_kind, [(from_id, each) for each in to_ids])


def _tell(kind: str, parent_ids: Sequence[uuid.UUID]) -> None:
    picture_changed.send(sender=Picture, parent_kind=str(kind), parent_ids=parent_ids)
