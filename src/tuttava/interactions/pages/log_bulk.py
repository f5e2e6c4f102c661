"""What is done with many interactions at once from their lists (I-69, I-73, I-78, I-159)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.context import acting, current
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions import life
from tuttava.interactions.models import Evaluation
from tuttava.ui.lists.declare import BulkAction, BulkField, Plan

Values = Mapping[str, str]
Rows = QuerySet[Any]
BATCH = 1000


def _batches(rows: Rows) -> Iterator[list[uuid.UUID]]:
    ids = list(rows.order_by("entry_no").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _cancel(rows: Rows, values: Values) -> int:
    return _give(rows.filter(canceled=False), values.get("remove_attachments") == "yes")


def _restore(rows: Rows, values: Values) -> int:
    return _give(rows.filter(canceled=True), False)


def _give(rows: Rows, remove: bool) -> int:
    with unit_of_work("cancel interactions"):
        return sum(len(life.toggle_canceled(ids, remove_attachments=remove)) for ids in _batches(rows))


def _evaluate(rows: Rows, values: Values) -> int:
    with unit_of_work("evaluate interactions"):
        return sum(len(life.evaluate(ids, values.get("evaluation", ""))) for ids in _batches(rows))


def _delete_canceled(rows: Rows, values: Values) -> int:
    return life.delete_canceled(rows)


def _delete_postponed(rows: Rows, values: Values) -> int:
    """Asked already: the dry run told how many."""
    with acting(answers={**current().answers, "I-78": "yes"}), unit_of_work("delete postponed interactions"):
        return sum(life.delete_postponed(ids) for ids in _batches(rows))


def _where(**condition: Any) -> Any:
    """A dry run: rows that meet the condition change, the others are that way already."""

    def plan(rows: Rows, values: Values) -> Plan:
        total, will = rows.order_by().count(), rows.order_by().filter(**condition).count()
        return Plan(will, already=total - will)

    return plan


def _plan_delete(rows: Rows, values: Values) -> Plan:
    total, will = rows.order_by().count(), rows.order_by().filter(canceled=True).count()
    return Plan(will, refused=total - will, reason=_("Only canceled interactions are deleted."))


_EVALUATIONS: Sequence[Any] = [choice for choice in Evaluation.choices if choice[0] != Evaluation.NONE]

LOGGED: tuple[BulkAction, ...] = (
    BulkAction(
        "evaluate",
        _("Evaluate"),
        _evaluate,
        lambda rows, values: Plan(rows.order_by().count()),
        fields=(BulkField("evaluation", _("Evaluation"), choices=_EVALUATIONS, required=True),),
        icon="hand-thumb-up",
        right=life.WRITE,
        done=_("Evaluated: %(count)d"),
    ),
    BulkAction(
        "cancel",
        _("Cancel"),
        _cancel,
        _where(canceled=False),
        fields=(
            BulkField(
                "remove_attachments",
                _("Attachments that only these use"),
                choices=[("no", _("Keep")), ("yes", _("Delete"))],
            ),
        ),
        icon="no-symbol",
        right=life.WRITE,
        done=_("Canceled: %(count)d"),
    ),
    BulkAction(
        "restore",
        _("Take the cancellation back"),
        _restore,
        _where(canceled=True),
        icon="arrow-uturn-left",
        right=life.WRITE,
        done=_("No longer canceled: %(count)d"),
    ),
    BulkAction(
        "delete",
        _("Delete canceled ones"),
        _delete_canceled,
        _plan_delete,
        icon="trash",
        right=life.DELETE,
        done=_("Deleted: %(count)d"),
        danger=True,
    ),
)

POSTPONED: tuple[BulkAction, ...] = (
    BulkAction(
        "delete",
        _("Delete"),
        _delete_postponed,
        lambda rows, values: Plan(rows.order_by().count()),
        icon="trash",
        right=life.DELETE,
        done=_("Deleted: %(count)d"),
        danger=True,
    ),
)
