"""Conflicts of a merge: looked for, kept, told (M-13 to M-17, M-42)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import ngettext

from tuttava.contacts.models import ContactBusinessRelation
from tuttava.foundation.context import tell
from tuttava.foundation.merge_rules import Clash, Reference, Sides, references_of
from tuttava.merging.clashes import Pair, clashing
from tuttava.merging.models import Merge, MergeConflict
from tuttava.merging.preparing import MODELS, check_mergeable, pair_of, refuse_finished, store
from tuttava.merging.tables import reference_named

KEY_LENGTH = 250


def sides_of(merge: Merge) -> Sides:
    """Both records by id and by the numbers they have now; refuses where one is missing (M-5)."""
    record, duplicate = pair_of(merge)
    check_mergeable(record, duplicate)
    return Sides(merge.table, record.pk, duplicate.pk, record.no, duplicate.no)


def find_conflicts(merge: Merge, table: str = "") -> int:
    """Look for conflicts anew; how many there are in all.

    ``table``: only those of one table line, by its ``reference`` (M-15). What was chosen for a conflict that is still
    there is kept.
    """
    refuse_finished(merge)
    sides = sides_of(merge)
    wanted = [reference_named(merge.table, table)] if table else references_of(merge.table)
    pairs = clashing([reference for reference in wanted if reference.clash is Clash.ASK], sides)
    known = {f"{model}.{name}" for model, name in merge.conflict_rows.values_list("model", "field")}
    for reference in wanted:
        asked = [pair for pair in pairs.get(reference.name, ()) if pair.gives_way is None]
        if asked or reference.name in known:
            _keep(merge, reference, sides, asked)
    merge.conflicts = merge.conflict_rows.count()
    store(merge)
    return merge.conflicts


def _keep(merge: Merge, reference: Reference, sides: Sides, pairs: Sequence[Pair]) -> None:
    """Store the conflicts of one column: new ones are added, those that are gone removed."""
    known = merge.conflict_rows.filter(model=reference.model._meta.label_lower, field=reference.field)
    ours = {pair.duplicate_row: pair.current_row for pair in reversed(pairs)}
    before: dict[uuid.UUID, uuid.UUID] = dict(known.values_list("duplicate_row", "current_row"))
    stale = [theirs for theirs, current in before.items() if ours.get(theirs) != current]
    if stale:
        known.filter(duplicate_row__in=stale).delete()
    new = {theirs: current for theirs, current in ours.items() if before.get(theirs) != current}
    rows = reference.model._default_manager.in_bulk([*new.keys(), *new.values()])
    MergeConflict.objects.bulk_create(
        MergeConflict(
            merge=merge,
            model=reference.model._meta.label_lower,
            field=reference.field,
            current_row=current,
            duplicate_row=theirs,
            current_key=key_text(reference, rows[current], sides.current_no),
            duplicate_key=key_text(reference, rows[theirs], sides.duplicate_no),
        )
        for theirs, current in new.items()
    )


def key_text(reference: Reference, row: Any, no: str) -> str:
    """The key of a row in words: the record's number, then the other columns."""
    columns = reference.key or (reference.all_keys[0].columns if reference.all_keys else ())
    values = [str(getattr(row, name) or "") for name in columns]
    return ", ".join([no, *values])[:KEY_LENGTH]


def reference_of(conflict: MergeConflict) -> Reference:
    """The column that the conflict is about."""
    return reference_named(conflict.merge.table, f"{conflict.model}.{conflict.field}")


def rows_of(conflict: MergeConflict) -> tuple[Any, Any] | None:
    """Both rows as they are stored now; None where one is gone."""
    model = reference_of(conflict).model
    found = model._default_manager.in_bulk([conflict.current_row, conflict.duplicate_row])
    if len(found) < 2:
        return None
    return found[conflict.current_row], found[conflict.duplicate_row]


def tell_conflicts(merge: Merge) -> None:
    """Say how many there are, in all and in each table (M-14)."""
    counted = merge.conflict_rows.values_list("model").annotate(number=models.Count("pk")).order_by("model")
    tables = [
        f"{capfirst(str(apps.get_model(label)._meta.verbose_name_plural))}: {number}" for label, number in counted
    ]
    text = ngettext(
        "Resolve %(count)d conflict first. %(tables)s",
        "Resolve %(count)d conflicts first. %(tables)s",
        merge.conflicts,
    )
    tell("merge.conflicts", text % {"count": merge.conflicts, "tables": ", ".join(tables)}, severity="warning")


def links_of(conflict: MergeConflict) -> tuple[ContactBusinessRelation, ContactBusinessRelation] | None:
    """Both rows where they link their contacts with different records of one register (M-42)."""
    rows = rows_of(conflict)
    if rows is None or not all(isinstance(row, ContactBusinessRelation) and row.linked_id for row in rows):
        return None
    return rows


def merge_first(conflict: MergeConflict) -> tuple[str, str, str] | None:
    """Which two records should be merged before: table, number that stays, number to fold in (M-42)."""
    links = links_of(conflict)
    if links is None or links[0].link_to_table not in MODELS or links[0].link_to_table != links[1].link_to_table:
        return None
    return links[0].link_to_table, links[0].linked_no, links[1].linked_no
