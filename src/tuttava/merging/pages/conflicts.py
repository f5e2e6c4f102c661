"""Rows that cannot simply move, as questions: keep one row, or both under a new code (M-13 to M-22, M-42)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tuttava.foundation.cleaning import attribute
from tuttava.foundation.context import acting, current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import CodeRef
from tuttava.foundation.former import id_by_number
from tuttava.merging import actions
from tuttava.merging.actions import ConflictLine
from tuttava.merging.models import Merge, MergeConflict
from tuttava.merging.pages.parties import merge_url, page_of
from tuttava.merging.tables import reference_named
from tuttava.ui.cards.lookups import source_of

#: Conflicts shown at once; the rest follows when these are settled.
SHOWN = 25
DUPLICATE = "duplicate"
#: Nothing here is asked again: it can be undone with the merge.
ANSWERS = {"merge.confirm": "yes", "merge.confirm_remove": "yes", "merge.confirm_rename": "yes"}


@dataclass(frozen=True)
class KeyField:
    """A part of the key that may get another value, so that both rows can stay."""

    name: str
    label: str
    value: str
    typed: str
    max_length: int | None
    lookup: str


@dataclass(frozen=True)
class Question:
    """A conflict: the fields in which both rows differ, the key they share, and what else could be done first."""

    id: str
    table: str
    key: str
    current_no: str
    duplicate_no: str
    lines: Sequence[ConflictLine]
    keys: Sequence[KeyField]
    note: str = ""
    note_url: str = ""
    note_way: str = ""


def context(merges: Sequence[Merge]) -> dict[str, Any]:
    """The questions that are open, a page of them, and how many more there are."""
    rows = list(MergeConflict.objects.filter(merge__in=merges).select_related("merge").order_by("model", "pk")[:SHOWN])
    count = sum(merge.conflicts for merge in merges)
    return {
        "conflicts": [_question(conflict) for conflict in rows],
        "conflict_count": count,
        "conflict_more": max(count - len(rows), 0),
    }


def _question(conflict: MergeConflict) -> Question:
    merge = conflict.merge
    reference = reference_named(merge.table, f"{conflict.model}.{conflict.field}")
    lines = actions.conflict_lines(conflict)
    keys = [_key(attribute(reference.model, line.field), line) for line in lines if line.can_be_renamed]
    name = str(reference.model._meta.verbose_name)
    shared = [line.current_value for line in lines if line.in_primary_key and line.field != conflict.field]
    return Question(
        str(conflict.pk),
        name[:1].upper() + name[1:],
        ", ".join(value for value in shared if value),
        merge.current_no,
        merge.duplicate_no,
        [line for line in lines if not line.in_primary_key],
        keys,
        **_merge_first(conflict),
    )


def _key(column: models.Field[Any, Any], line: ConflictLine) -> KeyField:
    source = source_of(column.related_model) if isinstance(column, CodeRef) else ""
    lookup = reverse("lookup", kwargs={"source": source}) if source else ""
    typed = line.duplicate_value if line.modified else ""
    return KeyField(line.field, line.label, line.current_value, typed, column.max_length, lookup)


def _merge_first(conflict: MergeConflict) -> dict[str, str]:
    """M-42: both contacts are linked, with different records of one register."""
    found = actions.merge_first(conflict)
    if found is None:
        return {}
    table, stays, folded = found
    words = {"first": stays, "second": folded}
    note = {
        "customer": _("The contacts are linked to customers %(first)s and %(second)s. Keep one link here, or"),
        "vendor": _("The contacts are linked to vendors %(first)s and %(second)s. Keep one link here, or"),
    }.get(table, "")
    model: Any = page_of(table).model
    pk = id_by_number(model, stays)
    if not note or pk is None:
        return {}
    return {
        "note": note % words,
        "note_url": f"{merge_url(table, pk)}?with={folded}",
        "note_way": _("merge those two first"),
    }


def settle(merges: Sequence[Merge], which: str, sent: Mapping[str, Any], *, both: bool) -> None:
    """Settle one conflict as the form says: keep one row, or ``both`` with a new key (M-18 to M-21)."""
    conflict = MergeConflict.objects.filter(merge__in=merges, pk=which).select_related("merge").first()
    if conflict is None:
        return
    prefix = f"c:{conflict.pk}:"
    with transaction.atomic(), acting(answers={**current().answers, **ANSWERS}):
        try:
            _put(conflict, sent, prefix, both=both)
            (actions.resolve_rename if both else actions.resolve_remove)(conflict)
        except DomainError as error:
            raise DomainError(
                error.code, error.message, field=f"{prefix}key:{error.field}", details=error.details
            ) from error
    actions.find_conflicts(conflict.merge)


def _put(conflict: MergeConflict, sent: Mapping[str, Any], prefix: str, *, both: bool) -> None:
    """Keep what the form says with the conflict: new key values for both rows, else the values of the one (M-19)."""
    lines = actions.conflict_lines(conflict)
    for line in lines:
        if both and line.override:
            actions.set_conflict_override(conflict, line.field, False)
        elif not both and line.modified:
            actions.set_conflict_value(conflict, line.field, line.current_value)
    for line in lines:
        if both and line.can_be_renamed:
            typed = str(sent.get(f"{prefix}key:{line.field}", "")).replace("\x00", "").strip()
            actions.set_conflict_value(conflict, line.field, typed or line.current_value)
        elif not both and not line.in_primary_key:
            wanted = sent.get(f"{prefix}field:{line.field}") == DUPLICATE
            if wanted != line.override:
                actions.set_conflict_override(conflict, line.field, wanted)


def settle_all(merges: Sequence[Merge], policy: str) -> None:
    """Settle all conflicts in one way (M-22)."""
    with acting(answers={**current().answers, **ANSWERS}):
        for merge in merges:
            actions.resolve_all(merge, policy)
