"""Generating the search strings of many contacts in the background (D-15).

First the strings, slice by slice, each a transaction of its own; then all pairs at once in one. Killed, the job goes on
behind the last slice; cancelled, no pair was touched.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.api.declare import CRM
from tuttava.api.filter_objects import filtered
from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.rules.setup import search_strings_wanted
from tuttava.contacts.setup import marketing_setup
from tuttava.duplicates import smart, vacuuming
from tuttava.duplicates.classic.composing import needed_strings
from tuttava.duplicates.classic.index import build_index, findings
from tuttava.duplicates.classic.outdated import mark_built, rebuild_wanted
from tuttava.duplicates.classic.pairs import Finding, Key, Settled, settle
from tuttava.duplicates.classic.searching import find_alike
from tuttava.duplicates.classic.setup import SearchRow, search_rows
from tuttava.duplicates.classic.strings import compose_strings, has_strings, insert_strings, replace_strings
from tuttava.duplicates.models import ContactSearchString
from tuttava.foundation.context import acting, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.filter_expressions import bad_filter
from tuttava.foundation.ids import new_id
from tuttava.foundation.jobs import JobRun, enqueue, job, run_now
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Job, JobStatus

KIND = "duplicates.generate_strings"
#: Contacts of one transaction.
SLICE = 2000
#: From so many contacts on the whole base is compared in memory; fewer are looked up one by one.
IN_MEMORY_FROM = 20_000

Filters = Mapping[str, str]


def connect() -> None:
    """Build in the background when the setup says that the strings are out of date (D-7)."""
    rebuild_wanted.connect(rebuild_in_background, dispatch_uid=KIND)
    search_strings_wanted.connect(rebuild_in_background, dispatch_uid=KIND)


def generate_search_strings(filters: Filters | None = None, *, wait: bool = False) -> Job:
    """Queue the rebuilding of all companies that meet ``filters``, whatever the switches say (D-14, D-15).

    ``filters``: an object over the properties of contacts (A-114). ``wait``: here and now. Raises ``bad_filter``.
    """
    require("api.write", "contacts")
    filters = dict(filters or {})
    matching(filters)
    start: Callable[..., Job] = run_now if wait else enqueue
    return start(KIND, _("Duplicate search strings"), {"filters": filters})


def rebuild_in_background(**_signal: Any) -> None:
    """Queue the rebuilding of all, unless one that has not begun will do it anyway."""
    waiting = Job.objects.filter(kind=KIND, status=JobStatus.QUEUED, arguments={"filters": {}})
    if not waiting.exists():
        enqueue(KIND, _("Duplicate search strings"), {"filters": {}})


def matching(filters: Filters) -> QuerySet[Contact]:
    """The companies within the filters."""
    rows = Contact.objects.filter(type=ContactType.COMPANY).order_by("pk")
    return filtered(CRM.sets["contacts"], rows, filters) if filters else rows


def generate(filter: Filters | None = None, *, wait: bool = True) -> Job | dict[str, int]:
    """The action ``generateSearchStrings``: what came of it, or the job that does it."""
    if filter is not None and not isinstance(filter, Mapping):
        raise bad_filter(_("A filter is an object."), 1, "filter")
    made = generate_search_strings(filter, wait=wait)
    if not wait:
        return made
    if made.status != JobStatus.DONE:
        raise DomainError("duplicates.generation_stopped", made.error)
    result: dict[str, int] = made.result or {}
    return {name: result[name] for name in ("rebuilt", "newPairs", "gonePairs")}


@job(KIND)
def run_generation(run: JobRun) -> dict[str, Any]:
    """Rebuild the strings slice by slice, then the pairs of all of them."""
    require("api.write", "contacts")
    generation = _Generation(run)
    with acting(interactive=False, cache={}):
        generation.build_strings()
        if run.state["rebuilt"] >= IN_MEMORY_FROM:
            vacuuming.settle(ContactSearchString._meta.db_table)
        settled = generation.settle_pairs()
        smart.score_unscored(check=run.check)
    state = run.state
    text = _("%(rebuilt)d contacts indexed, %(new)d new pairs, %(gone)d pairs gone.") % {
        "rebuilt": state["rebuilt"],
        "new": settled.new,
        "gone": settled.gone,
    }
    many = state["many"]
    if many:
        text += " " + ngettext(
            "%(count)d contact is like more others than are listed.",
            "%(count)d contacts are like more others than are listed.",
            many,
        ) % {"count": many}
    return {
        "rebuilt": state["rebuilt"],
        "newPairs": settled.new,
        "gonePairs": settled.gone,
        "alikeToMany": many,
        "text": text,
    }


class _Generation:
    """One attempt at a job; what earlier ones committed stands in its state."""

    def __init__(self, run: JobRun) -> None:
        self.run = run
        self.rows: tuple[SearchRow, ...] = search_rows()
        self.contacts = matching(run.arguments["filters"])
        if "rebuilt" not in run.state:
            run.state.update(rebuilt=0, last="", started=timezone.now().isoformat(), rows=[list(r) for r in self.rows])
            run.job.total = self.contacts.count()

    def build_strings(self) -> None:
        """The strings of each slice in one transaction, with the place up to which they are done."""
        state = self.run.state
        while slice_ := self._next_slice(state["last"]):
            done = state["rebuilt"] + len(slice_)
            with self.run.chunk(done=done):
                contacts = list(Contact.objects.filter(pk__in=slice_).select_for_update(no_key=True).order_by("pk"))
                strings = compose_strings(contacts, self.rows)
                if has_strings(slice_):
                    replace_strings(slice_, strings)
                else:
                    insert_strings(strings)
                self.run.state.update(rebuilt=done, last=str(slice_[-1]))

    def _next_slice(self, last: str) -> list[uuid.UUID]:
        rows = self.contacts.filter(pk__gt=last) if last else self.contacts
        return list(rows.values_list("pk", flat=True)[:SLICE])

    def settle_pairs(self) -> Settled:
        """All pairs of the rebuilt contacts, in one transaction; those saved meanwhile once more after it."""
        began = new_id()
        with self.run.chunk(), unit_of_work("generate search strings", self.run.job.title):
            ids = list(self.contacts.values_list("pk", flat=True))
            of_all = not self.run.arguments["filters"]
            found, many = self._find(ids, of_all=of_all)
            settled = settle(found, ids=None if of_all else ids, turn=False, until=began)
            self._check_saved_meanwhile()
            if of_all and self.run.state["rows"] == [list(row) for row in search_rows()]:
                mark_built()
            self.run.state["many"] = many
        return settled

    def _find(self, ids: list[uuid.UUID], *, of_all: bool) -> tuple[list[Finding], int]:
        least = needed_strings(len(self.rows), marketing_setup().search_hit_pct)
        if len(ids) < IN_MEMORY_FROM:
            return self._look_up(ids, least)
        from tuttava.duplicates.classic.base import compare_base  # loads a compiler, which no other command needs

        asked = None if of_all else ids
        return compare_base(self.rows, least, asked=asked, progress=lambda _done, _total: self.run.check())

    def _look_up(self, ids: list[uuid.UUID], least: int) -> tuple[list[Finding], int]:
        """Some of many contacts: each by its strings."""
        found: dict[Key, Finding] = {}
        many = 0
        for first in range(0, len(ids), SLICE):
            self.run.check()
            contacts = list(Contact.objects.filter(pk__in=ids[first : first + SLICE]).order_by("pk"))
            search = find_alike(compose_strings(contacts, self.rows), least)
            found |= findings(search.alike, [contact.pk for contact in contacts])
            many += len(search.cut_off)
        return list(found.values()), many

    def _check_saved_meanwhile(self) -> None:
        saved = self.contacts.filter(last_modified_at__gte=self.run.state["started"])
        if marketing_setup().maintain_dupl_search_strings:
            build_index(list(saved[:SLICE]))
