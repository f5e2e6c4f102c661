"""The pages of a list: the list itself, its file, its saved views, choices of filters, bulk actions."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuttava.foundation.context import acting, current, require
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.schemas import current_schema, in_schema
from tuttava.ui.lists import bulk_job, export, saved
from tuttava.ui.lists.choices import choices_of
from tuttava.ui.lists.declare import BulkAction, ListPage, Rows
from tuttava.ui.lists.selected import as_ids, selection_empty
from tuttava.ui.lists.shown import Shown
from tuttava.ui.lists.state import Chip, ListState, as_text, from_text
from tuttava.ui.notices import notify
from tuttava.ui.undo import is_final, undo_address


class ListViews:
    """The views of one declared list."""

    def __init__(self, page: ListPage) -> None:
        self.page = page

    def show(self, request: HttpRequest) -> HttpResponse:
        """The list, or only its changing part for a script; a filter just added becomes part of the address."""
        require(self.page.right, self.page.set_name)
        state = ListState.read(request.GET)
        if "add" in request.GET:
            return self._to(request, self._with_added(request, state))
        if "col" in request.GET:
            return self._to(request, self._with_columns(request, state))
        shown = self._shown(request, state)
        template = "ui/lists/list.html" if request.headers.get("HX-Target") == "list" else "ui/lists/page.html"
        response = render(request, template, {"list": shown, "page_title": self.page.title})
        response.headers["Vary"] = "HX-Request"
        response.headers["Cache-Control"] = "no-store"
        return response

    def _shown(self, request: HttpRequest, state: ListState) -> Shown:
        """The list with the saved view in force: the one named in the address, or the one the user starts with."""
        views = saved.views_of(self.page.name)
        start = next((view for view in views if view.start and view.user_name == current().user_name), None)
        if start is not None and not request.GET:
            state = replace(state, view=str(start.pk))
        named = next((view for view in views if str(view.pk) == state.view), None)
        if named is not None and state.plain:
            state = replace(from_text(named.state), view=str(named.pk))
        elif named is not None and not state.pairs()[:-1]:
            state = replace(from_text(named.state), view=str(named.pk), after=state.after, before=state.before)
        return Shown(self.page, state, views)

    def _with_added(self, request: HttpRequest, state: ListState) -> ListState:
        values = [value.strip() for value in request.GET.getlist("value") if value.strip()]
        last = request.GET.get("last", "").strip()
        operator = request.GET.get("op", "")
        if operator == "between":
            values = [f"{values[0] if values else ''}..{last}"]
        if operator in ("yes", "no", "blank", "filled"):
            values = []
        elif not values:
            return state
        return state.with_chip(Chip(request.GET["add"], operator, tuple(values)))

    def _with_columns(self, request: HttpRequest, state: ListState) -> ListState:
        widths = dict(state.cols)
        return replace(state, cols=tuple((name, widths.get(name, 0)) for name in request.GET.getlist("col")))

    def _to(self, request: HttpRequest, state: ListState) -> HttpResponse:
        """Show ``state`` under its own address."""
        address = reverse(self.page.name) + state.query()
        if request.headers.get("HX-Target") != "list":
            return HttpResponseRedirect(address)
        shown = self._shown(request, state)
        response = render(request, "ui/lists/list.html", {"list": shown})
        response.headers["HX-Push-Url"] = address
        return response

    def choices(self, request: HttpRequest, name: str) -> HttpResponse:
        """Values to tick for a filter on a code table."""
        require(self.page.right, self.page.set_name)
        found = self.page.filter(name)
        if found is None or found.model is None:
            raise Http404
        offered, more = choices_of(found.model, request.GET.get("find", ""))
        return render(request, "ui/lists/choices.html", {"choices": offered, "more": more, "name": name})

    def file(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """What is seen, as a file: the rows that match or the selected ones, in the order and columns shown."""
        require(self.page.right, self.page.set_name)
        kind = next((kind for kind in export.formats_of(self.page) if kind.name == name), None)
        if kind is None:
            raise Http404
        shown = self._shown(request, ListState.read(request.GET))
        rows = self._selected(shown, request.GET.getlist("id")) if "id" in request.GET else shown.rows_in_state
        rows = rows.order_by(*shown.sort.keys)
        columns = [(column, shown.label(column)) for column, _width in shown.state.columns(self.page)]
        sheet = export.Sheet(self.page, columns, rows.reverse() if shown.descending else rows)
        response = StreamingHttpResponse(_in_this_context(kind.write(sheet)), content_type=kind.content_type)
        file_name = f"{slugify(str(self.page.title)) or self.page.name}-{current().date.isoformat()}.{kind.name}"
        response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
        return response

    def save_view(self, request: HttpRequest) -> HttpResponse:
        """Keep the state of the list under a name."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        require(self.page.right, self.page.set_name)
        state = from_text(request.POST.get("state", "").lstrip("?"))
        view = saved.save_view(
            self.page.name,
            request.POST.get("name", ""),
            as_text(state),
            shared=bool(request.POST.get("shared")),
            start=bool(request.POST.get("start")),
        )
        notify(request, _("View “%(name)s” is saved.") % {"name": view.name})
        return HttpResponseRedirect(f"{reverse(self.page.name)}?view={view.pk}")

    def delete_view(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Remove a saved view."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        with unit_of_work("delete view") as unit:
            saved.delete_view(self.page.name, pk)
        notify(request, _("The view is deleted."), undo=undo_address(unit))
        return HttpResponseRedirect(reverse(self.page.name))

    def bulk(self, request: HttpRequest, name: str) -> HttpResponse:
        """A bulk action: asks with a dry-run count first, then does it as one unit of work."""
        action = next((action for action in self.page.bulk if action.name == name), None)
        if action is None or request.method != "POST":
            raise Http404
        require(action.right, self.page.set_name)
        shown = self._shown(request, from_text(request.POST.get("state", "").lstrip("?")))
        everything = bool(request.POST.get("everything"))
        rows = shown.rows_in_state if everything else self._selected(shown, request.POST.getlist("id"))
        entered = {asked.name: request.POST.get(f"value:{asked.name}", "").strip() for asked in action.fields}
        if request.POST.get("step") == "do":
            if everything and bulk_job.is_long(rows):
                return self._begin(request, action, entered, shown)
            return self._do(request, action, rows, entered, shown)
        return self._ask(request, action, rows, entered, shown)

    def _ask(
        self, request: HttpRequest, action: BulkAction, rows: Rows, entered: dict[str, str], shown: Shown
    ) -> HttpResponse:
        fields = [
            (asked, entered[asked.name], choices_of(asked.model)[0] if asked.model else asked.choices)
            for asked in action.fields
        ]
        context = {
            "list": shown,
            "action": action,
            "fields": fields,
            "plan": action.plan(rows, entered),
            "final": is_final(self._unit_name(action)),
            "ids": request.POST.getlist("id"),
            "everything": request.POST.get("everything", ""),
            "long": bool(request.POST.get("everything")) and bulk_job.is_long(rows),
            "page_title": action.label,
        }
        small = bool(getattr(request, "htmx", False))
        return render(request, "ui/lists/bulk_dialog.html" if small else "ui/lists/bulk_page.html", context)

    def _do(
        self, request: HttpRequest, action: BulkAction, rows: Rows, entered: dict[str, str], shown: Shown
    ) -> HttpResponse:
        with unit_of_work(self._unit_name(action), str(action.label)) as unit:
            done = action.run(rows, entered)
        words = action.done or ngettext("%(count)d row changed.", "%(count)d rows changed.", done)
        taken_back = done and not is_final(self._unit_name(action))
        notify(request, str(words) % {"count": done}, undo=undo_address(unit) if taken_back else "")
        return self._back_to(request, shown)

    def _unit_name(self, action: BulkAction) -> str:
        """What units of work of a bulk action are called."""
        return f"{action.name} {self.page.name}"

    def _begin(self, request: HttpRequest, action: BulkAction, entered: dict[str, str], shown: Shown) -> HttpResponse:
        """Leave a bulk action on very many rows to a job."""
        bulk_job.enqueue_bulk(self.page, action, shown.state, entered)
        words = _("“%(action)s” is under way. Background work shows how far it is, and can undo it.")
        notify(request, words % {"action": action.label})
        return self._back_to(request, shown)

    def _back_to(self, request: HttpRequest, shown: Shown) -> HttpResponse:
        address = shown.address + shown.here
        if getattr(request, "htmx", False):
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)

    def _selected(self, shown: Shown, ids: list[str]) -> Rows:
        """The rows that were ticked, at most as many as one request changes."""
        return shown.all_rows.filter(pk__in=_identities(ids))


def _identities(ids: list[str]) -> list[uuid.UUID]:
    found = as_ids(ids[: bulk_job.MOST_AT_ONCE])
    if not found:
        raise selection_empty()
    return found


def _in_this_context(parts: Iterable[bytes]) -> Iterator[bytes]:
    """A file is written after the answer began: keep company, user and language for it."""
    context, language, schema = current(), translation.get_language(), current_schema()

    def written() -> Iterator[bytes]:
        with acting(context), translation.override(language), in_schema(schema):
            yield from parts

    return written()
