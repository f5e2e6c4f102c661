"""The manual inside the product: the pages of ``docs`` as they are written, and which of them helps where.

The addresses are those of the files (``help/manual/contacts.md``, ``help/images/card.png``), so the links between the
pages hold here as well as on a site built from them.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

#: In a checkout, and where an installed package keeps its data.
PLACES = (Path(__file__).parents[3] / "docs", Path(sys.prefix) / "share" / "tuttava" / "docs")
SERVED = re.compile(r"(manual|journeys|operator|api|images)/[a-z0-9-]+\.(md|png)")
START = "manual/index.md"

DUES = ("statements/", "reminders/", "finance-charge-memos/", "claims/", "issued-")
#: The page that helps, by how the address inside the company begins; the first that fits.
HELPS = (
    ("contacts/new", "manual/contacts.md#create-a-contact"),
    ("contacts/deleted", "manual/contacts.md#delete-and-restore"),
    ("contacts/restore/", "manual/contacts.md#delete-and-restore"),
    ("contacts/?", "manual/finding.md"),
    ("contacts/", "manual/contacts.md"),
    ("customers/statements", "manual/documents.md#statements-and-reminders"),
    *((f"{register}/", "manual/relations.md") for register in ("customers", "vendors", "bank-accounts", "employees")),
    ("contact-relations/", "manual/relations.md"),
    ("business-relation-contacts/", "manual/relations.md"),
    ("registers/", "manual/relations.md#create-contacts-for-a-whole-register"),
    ("items/", "manual/setup.md#items"),
    ("interactions/deliveries/", "manual/segments.md#send-it"),
    ("interactions/", "manual/interactions.md"),
    ("segments/logged/", "manual/segments.md#after-it-was-sent"),
    ("segments/", "manual/segments.md"),
    *((f"documents/{name}", "manual/documents.md#statements-and-reminders") for name in DUES),
    *((f"documents/{name}", "manual/documents.md#service") for name in ("contracts/", "service-")),
    ("documents/versions/", "manual/documents.md#versions"),
    ("documents/", "manual/documents.md"),
    ("posted-documents/", "manual/documents.md"),
    ("duplicates/list/", "manual/duplicates.md#the-list"),
    ("duplicates/", "manual/duplicates.md"),
    ("merges/certain", "manual/merging.md#merge-certain-duplicates"),
    ("merges/", "manual/merging.md#undo"),
    ("setup/duplicate-answers", "manual/duplicates.md#what-the-search-learns"),
    ("find/", "manual/finding.md#tell-me"),
    ("import/", "manual/import-export.md"),
    ("export/", "manual/import-export.md#export"),
    ("reports/", "manual/reports.md"),
    ("my-settings", "manual/setup.md#my-settings"),
    ("setup/interaction-", "manual/setup.md#interactions-and-letters"),
    ("setup/word-templates", "manual/setup.md#interactions-and-letters"),
    ("setup/email-layouts", "manual/setup.md#interactions-and-letters"),
    ("setup/documents", "manual/documents.md#setup"),
    ("setup/exchange-rates", "manual/documents.md#setup"),
    ("setup/reminder-automation", "manual/documents.md#statements-and-reminders"),
    ("setup/number-series", "manual/setup.md#number-series"),
    ("setup/marketing", "manual/setup.md#marketing-setup"),
    ("setup/users", "manual/setup.md#users-and-permission-sets"),
    ("setup/permission-sets", "manual/setup.md#users-and-permission-sets"),
    ("setup/companies", "manual/setup.md#companies"),
    ("api/docs", "api/index.md"),
    ("setup/", "manual/setup.md"),
    ("accounts/", "manual/setup.md#your-account"),
)


def help_url(path: str) -> str:
    """Address of the manual page for the page at ``path`` (of a company)."""
    inside = path.removeprefix(reverse("home"))
    inside = "contacts/?" if inside == "contacts/" else inside
    page = next((page for start, page in HELPS if inside.startswith(start)), START)
    return reverse("help") + page


def start(request: HttpRequest) -> HttpResponse:
    """The first page."""
    return redirect(reverse("help") + START)


def page(request: HttpRequest, name: str) -> HttpResponseBase:
    """A page or picture of the manual; 404 for anything else."""
    file = _file(name)
    if file.suffix == ".png":
        return FileResponse(file.open("rb"), content_type="image/png")
    title, body = as_html(file.read_text("utf-8"))
    context = {"page_title": title or _("Help"), "body": mark_safe(body), "start": reverse("help") + START}  # noqa: S308 - our own pages, without raw HTML
    return render(request, "web/manual.html", context)


def _file(name: str) -> Path:
    if SERVED.fullmatch(name):
        for place in PLACES:
            if (place / name).is_file():
                return place / name
    raise Http404


def as_html(text: str) -> tuple[str, str]:
    """Title and HTML of a page; headings get the anchors that links expect."""
    machine = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = machine.parse(text)
    title = ""
    kept: list[Token] = []
    for position, token in enumerate(tokens):
        if token.type == "heading_open":
            words = tokens[position + 1].content
            token.attrSet("id", slugify(words))
            title = title or words
        kept.append(token)
    if kept and kept[0].type == "heading_open" and kept[0].tag == "h1":
        kept = kept[3:]  # the frame shows it as the page's heading
    return title, machine.renderer.render(kept, machine.options, {})
