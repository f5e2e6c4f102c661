"""Creating contacts from a whole register, in the background (B-51, B-52).

Records are taken in slices, each slice one transaction with its contacts, links and the count of what was done. What
is linked is passed over, so a job that was killed goes on where it was, and two of them never meet in one record.
Two slices are worked on at once: while the database stores one, the next is prepared.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from django.db import connection, connections, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.api.declare import CRM
from tuttava.api.filter_objects import filtered
from tuttava.contacts.models import ContactBusinessRelation
from tuttava.contacts.relations import relation_code
from tuttava.foundation.context import acting, ask, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.filter_expressions import bad_filter
from tuttava.foundation.jobs import JobRun, enqueue, job, run_now
from tuttava.foundation.journal import continue_unit, unit_of_work
from tuttava.foundation.models import Job, JobStatus
from tuttava.foundation.schemas import current_schema, in_schema
from tuttava.partners.rules.registers import REGISTERS
from tuttava.relations.fields import CUSTOMER, VENDOR
from tuttava.relations.founding import found_for, locked

KIND = "relations.create_contacts"
#: Records of one transaction.
SLICE = 1000
#: Slices that are worked on at once.
SIDE_BY_SIDE = 2
#: More customers or vendors than this are asked about (B-51).
MOST_UNASKED = 100
#: Refused records that are named one by one; all are counted.
MOST_NAMED = 50

#: The set of the CRM service whose properties filters name, by register.
SETS: Mapping[str, str] = {"customer": "customers", "vendor": "vendors", "bank_account": "bankAccounts"}

Filters = Mapping[str, str]


def matching(table: str, filters: Filters) -> QuerySet[Any]:
    """The records of a register that meet a filter object over the properties of its set (A-114)."""
    rows = REGISTERS[table]._default_manager.order_by()
    return filtered(CRM.sets[SETS[table]], rows, filters) if filters else rows


def without_contact(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the records that are not linked."""
    return rows.filter(~Exists(ContactBusinessRelation.objects.filter(linked_id=OuterRef("pk"))))


def create_contacts_from(table: str, filters: Filters | None = None, *, wait: bool = False) -> Job | None:
    """Queue the creation of contacts for every record that meets ``filters`` and has none (B-51).

    ``wait``: here and now. Above a hundred customers or vendors the user is asked first; None: not wanted. Raises
    ``setup.missing`` and ``bad_filter``.
    """
    require("api.write", "contacts")
    relation_code(table)
    due = without_contact(matching(table, filters or {})).count()
    if table in (CUSTOMER, VENDOR) and due > MOST_UNASKED and not _wanted(table, due):
        return None
    title = _("Contacts created from %(register)s") % {"register": REGISTERS[table]._meta.verbose_name_plural}
    start: Callable[..., Job] = run_now if wait else enqueue
    return start(KIND, title, {"table": table, "filters": dict(filters or {})})


def _wanted(table: str, due: int) -> bool:
    text = _(
        "Contacts for %(count)d %(register)s will be created. That takes a while and goes on in the background."
        " Create them?"
    )
    register = REGISTERS[table]._meta.verbose_name_plural
    return ask("q_create_many", text % {"count": due, "register": register}, default=True, unattended=True)


def create_contacts(table: str) -> Callable[..., Job | dict[str, int]]:
    """The action ``createContacts`` of the register's set: what was created, or the job that does it."""

    def run(filter: Filters | None = None, *, wait: bool = True) -> Job | dict[str, int]:
        if filter is not None and not isinstance(filter, Mapping):
            raise bad_filter(_("A filter is an object."), 1, "filter")
        made = create_contacts_from(table, filter, wait=wait)
        if made is None:
            return {"created": 0, "skipped": matching(table, filter or {}).count(), "withDuplicates": 0}
        if not wait:
            return made
        if made.status != JobStatus.DONE:
            raise DomainError("relation.creation_stopped", made.error)
        result: dict[str, int] = made.result or {}
        return {name: result[name] for name in ("created", "skipped", "withDuplicates")}

    return run


@job(KIND)
def run_creation(run: JobRun) -> dict[str, Any]:
    """Create the contacts slice by slice. Killed, it goes on behind what is committed; cancelled, that stays."""
    require("api.write", "contacts")
    _begin(run)
    creation = _Creation(run)
    creation.work()
    run.job.refresh_from_db(fields=["done", "state"])
    state = run.job.state
    _tell_of_duplicates(state["with_duplicates"])
    refusals = [str(error.message) for error in creation.refused[:MOST_NAMED]]
    return {
        "created": state["created"],
        "people": state["people"],
        "skipped": state["skipped"],
        "withDuplicates": state["with_duplicates"],
        "refused": len(creation.refused),
        "refusals": refusals,
        "text": "\n".join([*_words(state, len(creation.refused)), *refusals]),
    }


def _begin(run: JobRun) -> None:
    """Count, and open the unit of work under which everything is written, with the first attempt."""
    if "unit" in run.state:
        return
    rows = matching(run.arguments["table"], run.arguments["filters"])
    due, everything = without_contact(rows).count(), rows.count()
    with run.chunk(done=0, total=due), unit_of_work("create contacts", run.job.title) as unit:
        figures = dict.fromkeys(("created", "people", "changed", "with_duplicates"), 0)
        figures["skipped"] = everything - due
        run.state.update(figures, unit=str(unit))


def _words(state: Mapping[str, Any], refused: int) -> Iterator[str]:
    """What came of it, for whoever started it."""
    made = state["created"]
    yield ngettext("%(count)d record got a contact.", "%(count)d records got a contact.", made) % {"count": made}
    counted = (
        (
            state["people"],
            ngettext(
                "%(count)d contact person was created.", "%(count)d contact persons were created.", state["people"]
            ),
        ),
        (
            state["skipped"],
            ngettext("%(count)d was linked already.", "%(count)d were linked already.", state["skipped"]),
        ),
        (refused, ngettext("%(count)d was refused:", "%(count)d were refused:", refused)),
    )
    yield from (text % {"count": count} for count, text in counted if count)


def _tell_of_duplicates(count: int) -> None:
    """B-52."""
    if count:
        text = ngettext(
            "%(count)d of the new contacts looks like another contact.",
            "%(count)d of the new contacts look like other contacts.",
            count,
        )
        tell("contact.duplicates_exist", text % {"count": count}, severity="warning")


class _Creation:
    """The slices of one job, handed out to whoever works on them."""

    def __init__(self, run: JobRun) -> None:
        self.run = run
        self.table: str = run.arguments["table"]
        self.unit = uuid.UUID(run.state["unit"])
        #: Refusals of this attempt; whoever is refused is met again by the next.
        self.refused: list[DomainError] = []
        self._last: uuid.UUID | None = None
        self._turn = threading.Lock()
        self._stopped = threading.Event()

    def work(self) -> None:
        """Side by side, unless a transaction is open around it, whose rows a second connection does not see."""
        if connection.in_atomic_block:
            self._work_off(self.run.check)
            return
        with ThreadPoolExecutor(SIDE_BY_SIDE - 1) as others:
            beside = [
                others.submit(copy_context().run, self._work_beside, current_schema()) for _n in range(SIDE_BY_SIDE - 1)
            ]
            try:
                self._work_off(self.run.check)
            finally:
                self._stopped.set()
        for each in beside:
            each.result()

    def _work_beside(self, schema: str | None) -> None:
        try:
            with in_schema(schema):
                self._work_off(lambda: None)
        finally:
            connections.close_all()

    def _work_off(self, check: Callable[[], None]) -> None:
        """Take slices until none is left or another one failed; ``check`` raises when the job is to stop."""
        while not self._stopped.is_set():
            check()
            ids = self._next()
            if not ids:
                return
            try:
                self._create(ids)
            except BaseException:
                self._stopped.set()
                raise

    def _next(self) -> list[uuid.UUID]:
        with self._turn:
            rows = without_contact(matching(self.table, self.run.arguments["filters"])).order_by("pk")
            ahead = rows.filter(pk__gt=self._last) if self._last else rows
            ids = list(ahead.values_list("pk", flat=True)[:SLICE])
            self._last = ids[-1] if ids else self._last
            return ids

    def _create(self, ids: list[uuid.UUID]) -> None:
        """One transaction: contacts, people, links, primary contacts, and the count of them."""
        refused: list[DomainError] = []
        with transaction.atomic(), acting(cache={}, messages=[], interactive=False):
            with continue_unit(self.unit):
                founded = found_for(locked(self.table, ids), people=True, refused=refused)
            done = len(ids) - len(refused)
            self.run.add(
                done,
                created=len(founded.contacts),
                people=len(founded.people),
                changed=len(founded.contacts) + len(founded.people),
                with_duplicates=founded.in_pairs,
                skipped=done - len(founded.contacts),
            )
        self.refused += refused
