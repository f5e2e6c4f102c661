"""Printing the rows ticked in a list: one PDF, a zip for several (I-120)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from tuttava.documents.pages.document_papers import DOCUMENT, POSTED, VERSION
from tuttava.documents.pages.lists import LISTS
from tuttava.documents.pages.paper import Papers, chosen_ids, options_context, options_of, printed, told_printed
from tuttava.documents.pages.posted import VERSIONS
from tuttava.documents.printing.actions import MOST
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.lists.declare import BulkLink, ListPage
from tuttava.ui.lists.known import page_named
from tuttava.ui.lists.mount import add_link
from tuttava.ui.lists.selected import rows_in_state, selected_query
from tuttava.ui.notices import notify
from tuttava.ui.wizards import dialog


def register_printing(page: ListPage, papers: Papers, most: int = MOST, *, one_file: bool = False) -> None:
    """Let the rows ticked in a list be printed: one PDF, a zip for several; ``one_file``: always one PDF."""
    list_name = page.name

    @require_POST
    def choose(request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(f"{reverse(f'{list_name}-print')}?{selected_query(request)}")

    def show(request: HttpRequest) -> HttpResponse:
        require(papers.right, page.set_name)
        asked = request.POST if request.method == "POST" else request.GET
        state, home = asked.get("state", ""), reverse(list_name)
        rows: Any = rows_in_state(list_name, state) if state else page.model._default_manager.none()
        if not state:
            rows = page.model._default_manager.filter(pk__in=chosen_ids(asked.get("ids", ""))[: most + 1])
        found = list(rows.order_by(*(page.model._meta.ordering or ()), "pk")[: most + 1])
        if not found:
            notify(request, _("Select at least one row first."))
            return HttpResponseRedirect(home)

        def form(error: DomainError | None = None) -> HttpResponse:
            context = options_context(papers, found[:most], request) | _list_context(found, papers, most)
            context |= {"error": error, "home": home, "state": state, "ids": asked.get("ids", "")}
            context["asks_shape"] = len(found) > 1 and not one_file
            return dialog(request, "documents/print_list.html", context, status=422 if error else 200)

        def work() -> Answer:
            answer = printed(papers.print(found, options_of(request)))
            told_printed(len(found))
            answer.redirect = home
            return answer

        return form() if request.method != "POST" else respond(request, work, home=home, refused=form)

    base = page.path.rstrip("/")
    registry.add_route(f"{base}/print", show, f"{list_name}-print")
    registry.add_route(f"{base}/print-chosen", choose, f"{list_name}-print-chosen")
    add_link(page.name, BulkLink("print", gettext_lazy("Print"), f"{list_name}-print-chosen", "printer", papers.right))


#: Documents named on the form.
_NAMED = 20


def _list_context(found: Sequence[Any], papers: Papers, most: int) -> dict[str, Any]:
    words = ngettext("Print %(count)d document", "Print %(count)d documents", len(found))
    return {
        "title": words % {"count": len(found)},
        "named": [(papers.title(each), papers.url(each)) for each in found[:_NAMED]],
        "unnamed": max(len(found) - _NAMED, 0),
        "too_many": len(found) > most,
        "most": most,
    }


for _page in LISTS.values():
    register_printing(_page, DOCUMENT)
register_printing(page_named("posted-documents"), POSTED)
register_printing(VERSIONS, VERSION)
