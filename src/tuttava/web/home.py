"""Home, the surface one starts from, and the overview of setup pages."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tuttava.ui import registry


def page(request: HttpRequest) -> HttpResponse:
    """Numbers that open their lists, quick creation, and the panels of the rooms."""
    cues = [(cue, *cue.count()) for cue in registry.cues()]
    panels = [(panel, panel.context(request)) for panel in registry.panels()]
    quick = [command for command in registry.commands() if command.quick]
    return render(request, "web/home.html", {"page_title": _("Home"), "cues": cues, "panels": panels, "quick": quick})


def setup(request: HttpRequest) -> HttpResponse:
    """All setup pages, in groups."""
    entries = registry.setup_entries()
    groups: dict[str, list[registry.SetupEntry]] = {}
    for group, members in groupby(entries, key=lambda entry: str(entry.group)):
        groups.setdefault(group, []).extend(members)
    return render(request, "web/setup.html", {"page_title": _("Setup"), "groups": groups.items()})
