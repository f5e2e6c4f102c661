"""Bulk actions on more rows than one request should change: a job over all that match, undone as one unit."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.translation import gettext as _

from tuttava.foundation.context import Message, acting, require
from tuttava.foundation.jobs import JobRun, enqueue, job
from tuttava.foundation.journal import continue_unit, unit_of_work
from tuttava.foundation.models import Job
from tuttava.ui.lists.declare import BulkAction, ListPage, Rows
from tuttava.ui.lists.known import page_named
from tuttava.ui.lists.shown import Shown
from tuttava.ui.lists.state import ListState, as_text, from_text

KIND = "ui.bulk"
#: Rows that a request changes itself.
MOST_AT_ONCE = 5000
#: Rows that one transaction of the job changes.
CHUNK = 1000
#: Messages of rules that the result keeps.
MOST_TOLD = 20


def is_long(rows: Rows) -> bool:
    """Whether there are more rows than a request should change."""
    return bool(rows.order_by()[: MOST_AT_ONCE + 1].count() > MOST_AT_ONCE)


def enqueue_bulk(page: ListPage, action: BulkAction, state: ListState, entered: dict[str, str]) -> Job:
    """Queue the action on all rows of the list in ``state``."""
    title = _("%(action)s (%(list)s)") % {"action": action.label, "list": page.title}
    arguments = {"list": page.name, "action": action.name, "state": as_text(state), "entered": entered}
    return enqueue(KIND, title, arguments)


@job(KIND)
def run_bulk(run: JobRun) -> dict[str, Any]:
    """Change all rows that match, in the order of their ids, so that each is met once whatever the change does to the
    filter. Cancelled, refused or killed, what is committed stays: it can be gone on with, or undone as one unit.
    """
    page = page_named(run.arguments["list"])
    action = next(known for known in page.bulk if known.name == run.arguments["action"])
    require(action.right, page.set_name)
    shown = Shown(page, from_text(run.arguments["state"]))
    unit = _unit_of(run, page, action, shown.rows_in_state)
    while ids := _next_ids(shown.rows_in_state, run.state["last"]):
        seen = run.state["seen"] + len(ids)
        told: list[Message] = []
        with run.chunk(done=seen), acting(cache={}, messages=told), continue_unit(unit):
            run.state["changed"] += action.run(shown.all_rows.filter(pk__in=ids), run.arguments["entered"])
            words = [*run.state.get("told", []), *(str(each.text) for each in told)]
            run.state.update(seen=seen, last=str(ids[-1]), told=words[:MOST_TOLD])
    return {"changed": run.state["changed"], "unit": str(unit), "text": "\n".join(run.state.get("told", []))}


def _unit_of(run: JobRun, page: ListPage, action: BulkAction, rows: Rows) -> uuid.UUID:
    """The unit of work of everything the job writes; begun with its first attempt."""
    if "unit" not in run.state:
        total = rows.order_by().count()
        with run.chunk(total=total), unit_of_work(f"{action.name} {page.name}", str(action.label)) as unit:
            run.state.update(unit=str(unit), last="", seen=0, changed=0)
    return uuid.UUID(run.state["unit"])


def _next_ids(rows: Rows, last: str) -> list[uuid.UUID]:
    ahead = rows.filter(pk__gt=last) if last else rows
    return list(ahead.order_by("pk").values_list("pk", flat=True)[:CHUNK])
