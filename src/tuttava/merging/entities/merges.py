"""Merges in the CRM service: prepared, carried out, taken back (17.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.apps import apps
from django.db.models import DateTimeField, F, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, EntitySet, Expression, Navigation, Parameter, Property, Row, Wanted
from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import hidden_ids, mask_of
from tuttava.foundation.context import current, tell
from tuttava.foundation.former import survivors
from tuttava.merging import actions
from tuttava.merging.entities.names import field_name, set_name
from tuttava.merging.lifetime import seen
from tuttava.merging.models import Merge, MergeStatus, MergeTable

RIGHT = "merge_duplicates"
_POLICY = edm.crm_enum(
    "mergePolicy", [("keep_current", gettext_lazy("Keep current")), ("keep_both", gettext_lazy("Keep both"))]
)


def _seen(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(seen())


def _mask(rows: Sequence[Row], wanted: Wanted) -> None:
    """Names of contacts whose personal data is locked are hidden (C-72)."""
    named = [row for row in rows if row["table"] == MergeTable.CONTACT and row.get("duplicate_name")]
    ids = {row[name] for row in named for name in ("current_id", "duplicate_id")}
    lives_on = survivors(Contact, ids)
    hidden = set(hidden_ids(ids | set(lives_on.values()))) if named else set()
    for row in named:
        if {row["current_id"], row["duplicate_id"], lives_on.get(row["current_id"])} & hidden:
            row["duplicate_name"] = mask_of(row["duplicate_name"])


def _modified() -> Expression:
    return Coalesce(F("undone_at"), F("merged_at"), F("started_at"), output_field=DateTimeField())


def _create(values: Mapping[str, Any], given: Mapping[str, Any]) -> Merge:
    """M-2, or with a duplicate M-3."""
    return actions.start_merge(values["table"], values.get("current_no") or "", values.get("duplicate_no") or "")


def _discard(merge: Merge, version: int | None) -> None:
    actions.discard(merge)


def _find_conflicts(merge: Merge) -> Merge:
    """M-13 to M-15."""
    actions.find_conflicts(merge)
    return merge


def _resolve_all(merge: Merge, policy: str) -> Merge:
    """M-22."""
    actions.resolve_all(merge, policy)
    return merge


def _choose(merge: Merge, duplicate: str) -> Merge:
    """M-4 to M-6."""
    return actions.choose_duplicate(merge, duplicate)


def _merge(merge: Merge) -> Merge:
    """M-14, M-23 to M-31; whoever says no to the question changes nothing."""
    if not actions.perform(merge) and not merge.conflicts:
        tell("declined", _("Nothing was merged."), target="merge.confirm")
    return merge


def _undo(merge: Merge) -> Merge:
    """M-41; each message of what stays as it is names it as the service does."""
    stays = actions.undo_merge(merge).exceptions
    messages = current().messages
    places = [place for place, message in enumerate(messages) if message.code == "merge.undo_exception"]
    for place, each in zip(places, stays, strict=True):
        model = apps.get_model(each.record_type)
        target = f"{set_name(model)}({each.record_id})/{field_name(model, each.field)}"
        messages[place] = replace(messages[place], target=target)
    return merge


def _time(name: str, source: str) -> Property:
    return Property(name, edm.INSTANT, source, read_only=True, nullable=True)


def _identity(name: str, column: str) -> Property:
    """An id beside a number; what is wrong with either is told of the number."""
    return Property(name, edm.GUID, expression=lambda: F(column), read_only=True, nullable=True)


def _to_lines(name: str) -> Navigation:
    return Navigation(name, name, theirs="merge_id", contained=True, partner="merge")


MERGES = EntitySet(
    name="merges",
    # The action is called “merge”, and types and actions share one space of names.
    entity="duplicateMerge",
    model=Merge,
    properties=(
        Property("id", edm.GUID, "id", read_only=True),
        Property("table", edm.crm_enum("mergeTable", MergeTable.choices), "table", required=True, immutable=True),
        Property("current", edm.code(20), "current_no", immutable=True),
        _identity("currentId", "current_id"),
        Property("duplicate", edm.code(20), "duplicate_no", immutable=True),
        _identity("duplicateId", "duplicate_id"),
        Property("duplicateName", edm.text(100), "duplicate_name", read_only=True),
        Property("conflicts", edm.INT, "conflicts", read_only=True),
        Property("status", edm.crm_enum("mergeStatus", MergeStatus.choices), "status", read_only=True),
        Property("unitOfWork", edm.GUID, "unit_id", read_only=True, nullable=True),
        Property("userId", edm.text(150), "user_name", read_only=True),
        _time("mergedAt", "merged_at"),
        _time("undoneAt", "undone_at"),
        _time("systemCreatedAt", "started_at"),
        Property("lastModifiedDateTime", edm.INSTANT, expression=_modified, read_only=True),
    ),
    navigations=(_to_lines("fieldLines"), _to_lines("tableLines"), _to_lines("conflictRows")),
    actions=(
        Action("chooseDuplicate", _choose, (Parameter("duplicate", edm.code(20), default=""),), returns="merges"),
        Action("findConflicts", _find_conflicts, returns="merges"),
        Action("resolveAll", _resolve_all, (Parameter("policy", _POLICY, required=True),), returns="merges"),
        Action("merge", _merge, returns="merges"),
        Action("undo", _undo, returns="merges"),
    ),
    natural_key=(),
    order=("systemCreatedAt",),
    rows=_seen,
    finish=_mask,
    always=("table", "current_id", "duplicate_id"),
    methods=frozenset({"GET", "POST", "DELETE"}),
    create=_create,
    delete=_discard,
    read_right=RIGHT,
    write_right=RIGHT,
    delete_right=RIGHT,
)

CRM.register(MERGES)
