"""All kinds of documents on one page: the way to each list, with how many are being worked on."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuttava.documents.models import Area, Document
from tuttava.documents.pages.kinds import KINDS
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import Text
from tuttava.ui import registry

#: Numbers above this are shown as "more than": counting every row of a big company would take too long.
MOST_COUNTED = 999

#: Further lists below the areas: name of the address, words, icon, the set whose right is asked for.
_others: list[registry.Entry] = []


def add_other(entry: registry.Entry) -> None:
    """Show a further list on the page; adding it again replaces it."""
    _others[:] = [*(known for known in _others if known.name != entry.name), entry]


def overview(request: HttpRequest) -> HttpResponse:
    """The page behind the rail's *Documents*."""
    require("api.read")
    groups = [(area.label, _kinds(area)) for area in Area if current().may("api.read", f"{area}Documents")]
    others = sorted((entry for entry in _others if current().may(entry.right)), key=lambda entry: entry.order)
    context = {"page_title": _("Documents"), "groups": groups, "others": others}
    return render(request, "documents/overview.html", context)


def _kinds(area: Area) -> list[dict[str, Any]]:
    found = []
    for kind in KINDS:
        if kind.area != area:
            continue
        rows = Document.objects.filter(area=kind.area, document_type=kind.document_type)
        count = rows.values("pk")[: MOST_COUNTED + 1].aggregate(count=Count("*"))["count"]
        words: Text = f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)
        new = reverse(kind.start) if kind.may_write else ""
        found.append({"kind": kind, "href": reverse(kind.name), "count": words if count else "", "new": new})
    return found


registry.add_route("documents/", overview, "documents")
registry.add_nav(registry.Entry("documents", _("Documents"), "documents", icon="document-text", order=60))
for _kind in KINDS:
    registry.add_command(
        registry.Command(f"list-{_kind.name}", _kind.title, _kind.name, icon=_kind.icon, order=300, right="api.read")
    )
