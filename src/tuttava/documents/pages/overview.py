"""All kinds of documents on one page: the way to each list, with how many are being worked on."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.documents.models import Area, Document
from tuttava.documents.pages.kinds import KINDS, Kind
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import Text
from tuttava.ui import registry

#: Numbers above this are shown as "more than": counting every row of a big company would take too long.
MOST_COUNTED = 999

KEPT = gettext_lazy("Posted and archived")
OWED = gettext_lazy("Reminders and statements")


@dataclass(frozen=True)
class Other:
    """A further list: the ``group`` it stands in, the set whose right is asked for, what begins a row of it."""

    entry: registry.Entry
    group: Text
    set_name: str
    start: str = ""
    new_label: Text = ""


_others: list[Other] = []


def add_other(other: Other) -> None:
    """Show a further list on the page; adding it again replaces it."""
    entry = other.entry
    _others[:] = [*(known for known in _others if known.entry.name != entry.name), other]
    registry.add_command(
        registry.Command(
            f"list-{entry.name}", entry.label, entry.url, icon=entry.icon, order=300 + entry.order, right="api.read"
        )
    )


def overview(request: HttpRequest) -> HttpResponse:
    """The page behind the rail's *Documents*."""
    require("api.read")
    groups: dict[Text, list[Row]] = {}
    for area in Area:
        if current().may("api.read", f"{area}Documents"):
            groups[area.label] = _kinds(area)
    for other in sorted(_others, key=lambda other: other.entry.order):
        if current().may("api.read", other.set_name):
            groups.setdefault(other.group, []).append(_row(other))
    context = {"page_title": _("Documents"), "groups": list(groups.items())}
    return render(request, "documents/overview.html", context)


@dataclass(frozen=True)
class Row:
    """A list on the page: where it is, how many rows it has (blank: not said), where one is begun."""

    href: str
    label: Text
    icon: str
    count: Text = ""
    new: str = ""
    new_label: Text = ""


def _kinds(area: Area) -> list[Row]:
    return [_of_kind(kind) for kind in KINDS if kind.area == area]


def _of_kind(kind: Kind) -> Row:
    rows = Document.objects.filter(area=kind.area, document_type=kind.document_type)
    count = rows.values("pk")[: MOST_COUNTED + 1].aggregate(count=Count("*"))["count"]
    words: Text = f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)
    new = reverse(kind.start) if kind.may_write else ""
    return Row(reverse(kind.name), kind.title, kind.icon, words if count else "", new, kind.new_label)


def _row(other: Other) -> Row:
    writes = bool(other.start) and current().may("api.write", other.set_name)
    new = reverse(other.start) if writes else ""
    return Row(other.entry.href, other.entry.label, other.entry.icon, "", new, other.new_label)


registry.add_route("documents/", overview, "documents")
registry.add_nav(registry.Entry("documents", gettext_lazy("Documents"), "documents", icon="document-text", order=60))
for _kind in KINDS:
    registry.add_command(
        registry.Command(f"list-{_kind.name}", _kind.title, _kind.name, icon=_kind.icon, order=300, right="api.read")
    )
