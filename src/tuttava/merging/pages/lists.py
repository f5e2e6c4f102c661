"""The list of merges, and the page of one: what was folded into what, by whom, and the way back (M-41)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation.context import require
from tuttava.merging.models import Merge, MergeStatus, MergeTable
from tuttava.merging.pages.parties import may_merge, page_of, shown
from tuttava.merging.pages.undoing import log_url, undo_url
from tuttava.merging.preparing import RIGHT
from tuttava.merging.undoing import left_as_it_was
from tuttava.ui import registry
from tuttava.ui.lists.declare import Column, Filter, ListPage, Sort, Start
from tuttava.ui.lists.mount import register_list

C, F = Column, Filter
LIST = "merges"
GROUP = gettext_lazy("Contacts")


def finished() -> Any:
    """Merges that were carried out, undone ones included."""
    return Merge.objects.exclude(status=MergeStatus.OPEN)


def _search(text: str, rows: Any, limit: int) -> list[uuid.UUID]:
    """By an old number, the number of the survivor, or the beginning of the old name."""
    wanted = text.strip()
    fits = (
        Q(duplicate_no__startswith=wanted.upper())
        | Q(current_no__startswith=wanted.upper())
        | Q(duplicate_name__istartswith=wanted)
    )
    return list(rows.filter(fits).order_by("-pk").values_list("pk", flat=True)[:limit])


def _duplicate(row: Merge) -> str:
    return f"{row.duplicate_name} {row.duplicate_no}".strip()


def _status(row: Merge) -> str:
    tone = "success" if row.status == MergeStatus.MERGED else ""
    return format_html('<span class="badge {}">{}</span>', tone, row.get_status_display())


register_list(
    ListPage(
        name=LIST,
        path="merges",
        title=gettext_lazy("Merges"),
        model=Merge,
        rows=finished,
        columns=[
            C("duplicate", gettext_lazy("folded in"), 240, value=_duplicate),
            C("current_no", gettext_lazy("into"), 120),
            C("table", width=110),
            C("merged_at", width=170, kind="moment", sort="merged"),
            C("user_name", gettext_lazy("by"), 130),
            C("status", width=110, cell=_status),
            C("undone_at", width=170, kind="moment"),
            C("left", width=130, value=lambda row: row.left or ""),
        ],
        sorts=[Sort("merged", ("id",))],
        filters=[
            F("table", gettext_lazy("Table"), "choice", choices=MergeTable.choices, quick=True),
            F("status", gettext_lazy("Status"), "choice", choices=MergeStatus.choices[1:], quick=True),
            F("user_name", gettext_lazy("By")),
            F("merged_at", gettext_lazy("Merged at"), "moment"),
        ],
        search=_search,
        href=log_url,
        right=RIGHT,
        intro=gettext_lazy("Everything that was merged. Each merge can be taken back at any later time."),
        start=Start(
            gettext_lazy("Nothing was merged yet"),
            gettext_lazy("Merges stand here, and can be undone from here."),
            icon="arrows-pointing-in",
        ),
    )
)
registry.add_setup(
    registry.SetupEntry(
        LIST,
        gettext_lazy("Merges"),
        LIST,
        icon="arrows-pointing-in",
        order=310,
        group=GROUP,
        right=RIGHT,
        query="sort=-merged",
        description=gettext_lazy("What was merged, by whom and when; undo it here."),
    )
)


def log(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One merge: both records, when and by whom, what an undo left, and Undo."""
    require(RIGHT)
    merge = finished().filter(pk=pk).first()
    if merge is None:
        raise Http404
    survivor = _record(merge, merge.current_id)
    restored = _record(merge, merge.duplicate_id) if merge.status == MergeStatus.UNDONE else None
    context = {
        "page_title": _("%(duplicate)s merged with %(current)s")
        % {"duplicate": merge.duplicate_no, "current": merge.current_no},
        "list_url": reverse(LIST) + "?sort=-merged",
        "merge": merge,
        "survivor": survivor,
        "restored": restored,
        "taken": _labels(merge),
        "exceptions": left_as_it_was(merge),
        "unnamed": merge.left - len(merge.exceptions),
        "undo_url": undo_url(merge) if merge.status == MergeStatus.MERGED and may_merge() else "",
    }
    return render(request, "merging/log.html", context)


def _record(merge: Merge, pk: uuid.UUID | None) -> Any:
    """A record in a few words, None when it is gone."""
    page = page_of(merge.table)
    row = page.model._default_manager.filter(pk=pk).first() if pk else None
    return shown(merge.table, row) if row is not None else None


def _labels(merge: Merge) -> Sequence[str]:
    """The fields whose value came from the record that was folded in."""
    labels = {stored.attname: stored.verbose_name for stored in page_of(merge.table).model._meta.concrete_fields}
    return [str(labels[name]) for name in merge.overrides if name in labels]


registry.add_route("merges/<uuid:pk>", log, "merge-log")
