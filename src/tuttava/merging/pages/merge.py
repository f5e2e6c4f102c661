"""“Merge with …” on a card: the duplicates, both sides field by field, the result, and the merge itself (M-2 to M-30).

What is being prepared is kept: a merge that is begun can be left and finished later by the same user.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation.context import acting, current
from tuttava.foundation.errors import DomainError
from tuttava.merging import actions
from tuttava.merging.models import Merge, MergeStatus, MergeTable
from tuttava.merging.pages import conflicts
from tuttava.merging.pages.comparison import CURRENT, Comparison, apply_choices, compare, read_choices
from tuttava.merging.pages.likely import likely
from tuttava.merging.pages.parties import (
    PAGES,
    find,
    lookup_url,
    may_merge,
    merge_url,
    page_of,
    question,
    shown,
    typed_no,
    url_of,
)
from tuttava.merging.pages.preview import preview
from tuttava.merging.pages.related import related, rows
from tuttava.merging.pages.undoing import undo_url
from tuttava.ui import registry
from tuttava.ui.answers import Answer, fragment, respond, wants_json
from tuttava.ui.cards import Action, add_action

#: Duplicates that are merged in one step.
MOST_AT_ONCE = 5


class MergePage:
    """The page of one table."""

    def __init__(self, table: str) -> None:
        self.table = table

    def show(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The page; asked by a script it answers what the choices made so far come to."""
        record = find(self.table, pk)
        if request.method == "POST":
            return self._act(request, record)
        if "rows" in request.GET:
            return rows(request, self.prepared(pk), merge_url(self.table, pk))
        if wants_json(request):
            compared = self._compare(record)
            context = {"preview": preview(compared, read_choices(request.GET))}
            return JsonResponse({"parts": {"merge-preview": fragment(request, "merging/preview.html", context)}})
        return self._page(request, record)

    def prepared(self, pk: uuid.UUID) -> list[Merge]:
        """What this user began to merge into the record, in the order it was added."""
        mine = Merge.objects.filter(table=self.table, current_id=pk, status=MergeStatus.OPEN)
        rows = mine.filter(user_name=current().user_name).exclude(duplicate_id=None)
        return list(rows.order_by("started_at", "pk")[:MOST_AT_ONCE])

    def _compare(self, record: Any) -> Comparison:
        return compare(self.table, record, self.prepared(record.pk))

    # --- what can be done ---------------------------------------------------------------------------------------------

    def _act(self, request: HttpRequest, record: Any) -> HttpResponse:
        what, _colon, which = request.POST.get("do", "update").partition(":")
        act: Callable[[HttpRequest, Any, str], Answer] = {
            "add": self._add,
            "leave": self._leave,
            "swap": self._swap,
            "take": self._take,
            "merge": self._merge,
            "remove": self._remove,
            "rename": self._rename,
            "all": self._resolve_all,
        }.get(what, self._update)

        def work() -> Answer:
            if what not in ("take", "leave"):
                apply_choices(self._compare(record), read_choices(request.POST))
            return act(request, record, which)

        return respond(
            request,
            work,
            home=merge_url(self.table, record.pk),
            refused=lambda error: self._page(request, record, error),
        )

    def _update(self, request: HttpRequest, record: Any, _which: str) -> Answer:
        """Show what the choices come to; a duplicate typed meanwhile is added."""
        return (
            self._add(request, record, "") if request.POST.get("duplicate", "").strip() else self._anew(request, record)
        )

    def _add(self, request: HttpRequest, record: Any, no: str) -> Answer:
        """Compare with one more duplicate (M-3 to M-6, M-37)."""
        wanted = no or typed_no(self.table, record.pk, request.POST.get("duplicate", ""))
        self.begin(record, wanted)
        return self._anew(request, record)

    def begin(self, record: Any, no: str) -> Merge:
        """A merge with the duplicate of this number, as proposed; the one begun before, if there is one."""
        known = self.prepared(record.pk)
        begun = next((merge for merge in known if merge.duplicate_no == no), None)
        if begun is not None:
            return begun
        if len(known) >= MOST_AT_ONCE:
            raise DomainError(
                "merge.too_many",
                _("%(count)d duplicates can be merged in one step. Merge these first.") % {"count": MOST_AT_ONCE},
                field="duplicate",
            )
        with transaction.atomic():
            merge = actions.start_merge(self.table, record.no)
            actions.choose_duplicate(merge, no)
            actions.propose(merge)
            actions.find_conflicts(merge)
        return merge

    def _leave(self, request: HttpRequest, record: Any, which: str) -> Answer:
        """Leave a duplicate out."""
        for merge in self.prepared(record.pk):
            if str(merge.pk) == which:
                actions.discard(merge)
        return self._anew(request, record)

    def _swap(self, request: HttpRequest, record: Any, _which: str) -> Answer:
        """The other record stays, with the same values chosen."""
        merges = self.prepared(record.pk)
        if len(merges) != 1:
            return self._anew(request, record)
        (merge,) = merges
        other = merge.duplicate_id
        assert other is not None
        wanted = {line.field: not line.override for line in actions.field_lines(merge) if not line.locked}
        actions.discard(merge)
        page = MergePage(self.table)
        stays = find(self.table, other)
        turned = page.begin(stays, str(record.no))
        keys = {name: str(turned.pk) if take else CURRENT for name, take in wanted.items()}
        apply_choices(page._compare(stays), keys)
        return Answer(redirect=merge_url(self.table, other))

    def _take(self, request: HttpRequest, record: Any, which: str) -> Answer:
        """All values of one side, or as proposed."""
        compared = self._compare(record)
        keys = {}
        for line in compared.open_lines:
            offered = [value.side.key for value in line.values if not value.same]
            proposed = next(value.side.key for value in line.values if value.proposed)
            wanted = proposed if which == "proposed" else which
            keys[line.name] = wanted if wanted in offered else CURRENT
        apply_choices(compared, keys)
        return self._anew(request, record)

    def _merge(self, request: HttpRequest, record: Any, _which: str) -> Answer:
        """Merge at once: what can be undone is not confirmed (M-14, M-23 to M-30)."""
        merges = self.prepared(record.pk)
        if not merges:
            raise DomainError(
                "merge.duplicate_required", _("Choose what is to be merged."), field="duplicate", rule="M-4"
            )
        with acting(answers={**current().answers, **conflicts.ANSWERS}):
            done = actions.perform(merges[0]) if len(merges) == 1 else actions.merge_together(merges).done
        if not done:
            return self._anew(request, record)
        return Answer(redirect=url_of(self.table, record.pk), undo=undo_url(merges[0]))

    def _remove(self, request: HttpRequest, record: Any, which: str) -> Answer:
        """Keep one row of a conflict (M-20)."""
        conflicts.settle(self.prepared(record.pk), which, request.POST, both=False)
        return self._anew(request, record)

    def _rename(self, request: HttpRequest, record: Any, which: str) -> Answer:
        """Keep both rows of a conflict (M-21)."""
        conflicts.settle(self.prepared(record.pk), which, request.POST, both=True)
        return self._anew(request, record)

    def _resolve_all(self, request: HttpRequest, record: Any, policy: str) -> Answer:
        """Settle all conflicts in one way (M-22)."""
        conflicts.settle_all(self.prepared(record.pk), policy)
        return self._anew(request, record)

    # --- what it looks like -------------------------------------------------------------------------------------------

    def _anew(self, request: HttpRequest, record: Any) -> Answer:
        return Answer(parts={"merge-page": fragment(request, "merging/body.html", self.context(record))})

    def _page(self, request: HttpRequest, record: Any, error: DomainError | None = None) -> HttpResponse:
        context = self.context(record, error, request.POST.get("duplicate") or request.GET.get("with", ""))
        return render(request, "merging/merge.html", context, status=422 if error else 200)

    def context(self, record: Any, error: DomainError | None = None, typed: str = "") -> dict[str, Any]:
        """Everything on the page."""
        merges = self.prepared(record.pk)
        compared = compare(self.table, record, merges) if merges else None
        named = shown(self.table, record)
        parent = page_of(self.table).parent
        found: dict[str, Any] = {
            "page_title": _("Merge with…"),
            "list_url": parent()[0] if parent else "",
            "list_title": parent()[1] if parent else "",
            "home": named.url,
            "current": named,
            "address": merge_url(self.table, record.pk),
            "lookup": lookup_url(self.table, record.pk),
            "question": question(self.table),
            "typed": typed,
            "no_error": error if error is not None and error.field == "duplicate" else "",
            "form_error": "" if error is None or error.field == "duplicate" else str(error),
            "likely": likely(self.table, record, merges),
        }
        if compared is None:
            return found | {"sides": [compare(self.table, record, []).sides[0]]}
        return found | self._compared(record, compared, merges)

    def _compared(self, record: Any, compared: Any, merges: Sequence[Merge]) -> dict[str, Any]:
        return {
            "sides": compared.sides,
            "compared": compared,
            "columns": 1 + len(compared.sides),
            "preview": preview(compared, {}),
            "related": related(merges, merge_url(self.table, record.pk)),
            **conflicts.context(merges),
        }


def _offer(table: str) -> None:
    page = MergePage(table)
    path = page_of(table).path
    registry.add_route(f"{path}/<uuid:pk>/merge", page.show, PAGES[table])
    add_action(
        table,
        Action(
            "merge",
            gettext_lazy("Merge with…"),
            lambda record: merge_url(table, record.pk),
            "link",
            "arrows-pointing-in",
            lambda _record: may_merge(),
        ),
    )


for _table in MergeTable.values:
    _offer(_table)
