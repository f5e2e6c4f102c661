"""The pages of a card: the card itself, one field saved, a group as a form, history, timeline."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from urllib.parse import unquote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from tuttava.foundation.cleaning import same
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError, QuestionsPending
from tuttava.foundation.former import survivors
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Record, rules_of, snapshot
from tuttava.ui import recent
from tuttava.ui.answers import Answer, fragment, respond, wants_json
from tuttava.ui.cards.declare import (
    Action,
    CardPage,
    FactBox,
    Group,
    actions_of,
    banner_of,
    own_boxes_of,
)
from tuttava.ui.cards.fields import FieldViews, address, hint, may_edit
from tuttava.ui.cards.history import history
from tuttava.ui.cards.pictures import face, is_pictured, with_face
from tuttava.ui.cards.saving import Conflict, save
from tuttava.ui.cards.sublists import box_of
from tuttava.ui.cards.timeline import SHOWN, sources, timeline
from tuttava.ui.notices import notify
from tuttava.ui.replies import refusal as refusal_page
from tuttava.ui.undo import undo_address

HEADER_ACTIONS = 5
LONGEST_HINTED = 200


class Gone(Exception):
    """The record is not there (any more)."""


class CardViews:
    """The views of one declared card."""

    def __init__(self, page: CardPage) -> None:
        self.page = page

    # --- finding the record ---------------------------------------------------------------------------------------

    def load(self, pk: uuid.UUID | None, *, bare: bool = False) -> Any:
        """The record with all that the card shows of it; ``bare``: the row alone, which is quicker to get."""
        if self.page.single is not None:
            require(self.page.right, rules_of(self.page.model).set_name)
            return self.page.single()
        rows = self.page.model._default_manager.all()
        if not bare:
            rows = self.page.annotate(rows.select_related(*self.page.select_related))
            rows = with_face(rows) if is_pictured(self.page) else rows
        found = rows.filter(pk=pk).first() if pk is not None else None
        if found is None:
            raise Gone
        require(self.page.right, rules_of(self.page.model).set_for(vars(found)))
        return found

    def gone(self, request: HttpRequest, pk: uuid.UUID | None) -> HttpResponse:
        """The page (or answer) for a record that was deleted: who did it, and how to get it back.

        A link to one that was folded into another leads there (M-41).
        """
        survivor = survivors(self.page.model, [pk]).get(pk) if pk is not None else None
        if survivor is not None and request.method == "GET" and not wants_json(request):
            notify(request, _("What you opened was merged with this record."))
            return HttpResponseRedirect(reverse(self.page.name, kwargs={"pk": survivor}))
        known = self.page.deleted(pk) if pk is not None else None
        if known is None and not wants_json(request):
            raise Http404
        context = {"known": known, "page": self.page, "parent": self.page.parent() if self.page.parent else None}
        if wants_json(request):
            return JsonResponse({"gone": fragment(request, "ui/cards/gone_note.html", context)}, status=410)
        return render(request, "ui/cards/gone.html", context, status=410)

    # --- the card -------------------------------------------------------------------------------------------------

    def show(self, request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
        try:
            record = self.load(pk)
        except Gone:
            return self.gone(request, pk)
        if wants_json(request) and "boxes" in request.GET:
            return self._boxes(request, record, request.GET["boxes"].split(","))
        self.page.opened(record)
        recent.note(request, self.page, record)
        context = self.context(request, record)
        if wants_json(request):
            return JsonResponse({"parts": self.whole(request, record, context), "version": record.version})
        return render(request, "ui/cards/card.html", context)

    def _boxes(self, request: HttpRequest, record: Any, names: list[str]) -> HttpResponse:
        """The named fact boxes rendered anew."""
        shown = [box.name for box in boxes_of(self.page) if box.name in names and box.visible(record)]
        return JsonResponse({"parts": {f"box-{name}": self.box_html(request, record, name) for name in shown}})

    def context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        page = self.page
        boxes = [box for box in boxes_of(page) if box.visible(record)]
        return self.header_context(request, record) | {
            "banner": banner_of(page, record) if may_edit(page, record) else None,
            "here": address(page, record),
            "groups": FieldViews(page, record).groups(folded_groups(request, page)),
            "main_boxes": [(box, box.context(record)) for box in boxes if box.main],
            "side_boxes": [(box, box.context(record)) for box in boxes if not box.main],
        }

    def header_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        page = self.page
        offered = [(action, action.url(record)) for action in actions_of(page) if action.visible(record)]
        plain = [pair for pair in offered if not pair[0].menu]
        front = [pair for pair in plain if not pair[0].danger][:HEADER_ACTIONS]
        return {
            "page": page,
            "record": record,
            "card_url": address(page, record),
            "history_url": address(page, record, "history"),
            "title": page.title(record),
            "subtitle": page.subtitle(record) if page.subtitle else "",
            "parent": page.parent() if page.parent else None,
            "badges": page.badges(record),
            "picture": face(record) if is_pictured(page) else "",
            "actions": front,
            "more_actions": [pair for pair in plain if pair not in front],
            "menus": _menus([pair for pair in offered if pair[0].menu]),
            "writable": may_edit(page, record),
            "tab": "card",
        }

    def whole(self, request: HttpRequest, record: Any, context: dict[str, Any] | None = None) -> dict[str, str]:
        """Header, groups and boxes as parts."""
        context = context or self.context(request, record)
        return {
            "card-header": fragment(request, "ui/cards/header.html", context),
            "card-body": fragment(request, "ui/cards/body.html", context),
        }

    def parts(self, request: HttpRequest, record: Any, names: set[str], boxes: list[str] | None = None) -> Answer:
        """The header and the named fields and boxes, rendered anew, with the record's version."""
        parts: dict[str, str] = {}
        header = self.header_context(request, record)
        parts["card-header"] = fragment(request, "ui/cards/header.html", header)
        for view in FieldViews(self.page, record).named(names):
            parts[f"f-{view.name}"] = fragment(request, "ui/cards/field.html", {"field": view})
        for box in boxes_of(self.page):
            if box.name in (boxes or ()) and box.visible(record):
                parts[f"box-{box.name}"] = self.box_html(request, record, box.name)
        return Answer(parts=parts, version=record.version)

    def box_html(self, request: HttpRequest, record: Any, name: str) -> str:
        box = next(found for found in boxes_of(self.page) if found.name == name)
        context = {"box": box, "record": record, "shown": box.context(record), "writable": may_edit(self.page, record)}
        return fragment(request, box.template, context)

    # --- saving ---------------------------------------------------------------------------------------------------

    def save_field(self, request: HttpRequest, field: str, pk: uuid.UUID | None = None) -> HttpResponse:
        """Save one value; answers with everything that changed on the card."""
        if request.method != "POST":
            raise Http404
        try:
            record = self.load(pk, bare=True)
            return respond(
                request,
                lambda: self._save(request, record, {field: request.POST.get("value", "")}),
                home=address(self.page, record),
            )
        except Gone:
            return self.gone(request, pk)
        except Conflict as conflict:
            return self.conflict(request, record, conflict)

    def _save(self, request: HttpRequest, record: Record, typed: dict[str, str]) -> Answer:
        before = snapshot(record)
        try:
            with unit_of_work(f"change {self.page.model._meta.model_name}") as unit:
                fresh: Any = save(self.page, record, typed, _version(request))
        except DomainError as error:
            if error.code == "record_gone":
                raise Gone from error
            raise
        changed = {name for name, value in snapshot(fresh).items() if not same(value, before.get(name))}
        if changed & self.page.reload_on:
            fresh = self.load(fresh.pk)
            return Answer(parts=self.whole(request, fresh), version=fresh.version, undo=undo_address(unit))
        shown = {field.name for field in self.page.all_fields if field.value is not None or field.name in changed}
        answer = self.parts(request, fresh, shown | set(typed))
        answer.undo = undo_address(unit)
        answer.extra["boxes"] = list(self.page.refresh_boxes(changed))
        return answer

    def hint(self, request: HttpRequest, field: str, pk: uuid.UUID | None = None) -> HttpResponse:
        """What the text being typed into a field would mean or bring, in words."""
        found = self.page.field_named(field)
        if found is None or not may_edit(self.page):
            raise Http404
        try:
            record = self.load(pk, bare=True)
        except Gone:
            return self.gone(request, pk)
        if field in self.page.masked(record):
            raise Http404
        return JsonResponse({"text": hint(self.page, record, found, request.GET.get("value", "")[:LONGEST_HINTED])})

    def conflict(self, request: HttpRequest, record: Any, conflict: Conflict) -> HttpResponse:
        """What the other changed, with the choice to save one's own or to take theirs."""
        hidden = self.page.masked(record)
        theirs = [change for change in conflict.theirs if change.name not in hidden]
        context = {"message": str(conflict), "theirs": theirs}
        if wants_json(request):
            html = fragment(request, "ui/cards/conflict.html", context)
            return JsonResponse({"conflict": {"html": html, "version": conflict.version}}, status=409)
        return refusal_page(request, conflict.error)

    # --- a group as a form ----------------------------------------------------------------------------------------

    def edit(self, request: HttpRequest, group: str, pk: uuid.UUID | None = None) -> HttpResponse:
        """All fields of a group on one form: how one edits without script, and many fields at once."""
        try:
            record = self.load(pk)
        except Gone:
            return self.gone(request, pk)
        found = next((one for one in self.page.groups if one.name == group and one.visible(record)), None)
        if found is None or not may_edit(self.page, record):
            raise Http404
        if request.method != "POST":
            return self._form(request, record, found)
        typed = self._typed(request, record, found)
        if request.POST.get("take_theirs"):
            return self._form(request, record, found)
        try:
            self._save(request, record, typed)
        except Gone:
            return self.gone(request, pk)
        except Conflict as conflict:
            return self._form(request, record, found, typed=request.POST, conflict=conflict)
        except QuestionsPending as pending:
            return refusal_page(request, pending)
        except DomainError as error:
            return self._form(request, record, found, typed=request.POST, error=error)
        return respond(request, Answer, home=address(self.page, record))

    def _typed(self, request: HttpRequest, record: Any, group: Group) -> dict[str, str]:
        """The fields of the form whose text differs from what the form showed."""
        views = [FieldViews(self.page, record).view(one, group) for one in group.fields if one.visible(record)]
        found = {}
        for view in views:
            text = request.POST.get(view.name, "false" if view.kind == "flag" else None)
            if view.editable and text is not None and text.strip() != request.POST.get(f"was:{view.name}", ""):
                found[view.name] = text
        return found

    def _form(
        self,
        request: HttpRequest,
        record: Any,
        group: Group,
        *,
        typed: Any = None,
        error: DomainError | None = None,
        conflict: Conflict | None = None,
    ) -> HttpResponse:
        views = FieldViews(self.page, record)
        fields = [views.view(one, group) for one in group.fields if one.visible(record)]
        originals = {view.name: view.typed for view in fields}
        for view in fields:
            if typed is not None and view.editable:
                originals[view.name] = typed.get(f"was:{view.name}", view.typed)
                view.typed = typed.get(view.name, "false" if view.kind == "flag" else view.typed)
                view.checked = view.typed == "true"
            if error is not None and error.field == view.name:
                view.error, view.details = str(error), error.details
        context = self.header_context(request, record) | {
            "group": group,
            "fields": [(view, originals[view.name]) for view in fields],
            "error": error if error is not None and not any(view.error for view in fields) else None,
            "conflict": conflict,
            "version": conflict.version if conflict else request.POST.get("version", record.version),
        }
        return render(request, "ui/cards/form.html", context, status=422 if error else 409 if conflict else 200)

    # --- history and timeline -------------------------------------------------------------------------------------

    def history(self, request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
        try:
            record = self.load(pk)
        except Gone:
            return self.gone(request, pk)
        before = request.GET.get("before", "")
        position = int(before) if before.isdecimal() and len(before) < 19 else None
        found = history([record.pk], position, hidden={record.pk: self.page.masked(record)})
        context = self.header_context(request, record) | {"history": found, "tab": "history"}
        return render(request, "ui/cards/history.html", context)

    def timeline(self, request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
        """The record's timeline as a fragment, or as a page of its own."""
        try:
            record = self.load(pk)
        except Gone:
            return self.gone(request, pk)
        context = self.header_context(request, record) | timeline_context(self.page, record, request)
        if wants_json(request):
            return JsonResponse({"parts": {"timeline": fragment(request, "ui/cards/stream.html", context)}})
        return render(request, "ui/cards/timeline.html", context | {"tab": "timeline"})


def _menus(pairs: list[tuple[Action, str]]) -> list[tuple[str, list[tuple[str, list[tuple[Action, str]]]]]]:
    """Actions by menu, and within a menu by section."""
    menus: dict[str, dict[str, list[tuple[Action, str]]]] = {}
    for action, url in pairs:
        menus.setdefault(str(action.menu), {}).setdefault(action.section, []).append((action, url))
    return [(menu, list(sections.items())) for menu, sections in menus.items()]


def boxes_of(page: CardPage) -> list[FactBox]:
    """The declared fact boxes and those of the sub-lists."""
    lists, own = [box_of(page, sub) for sub in page.lists], own_boxes_of(page)
    return [*(box for box in own if not box.late), *lists, *(box for box in own if box.late)]


def timeline_context(
    page: CardPage, record: Any, request: HttpRequest | None = None, limit: int = SHOWN
) -> dict[str, Any]:
    """What the timeline box and page show; the filter and the position come from the address."""
    asked = request.GET if request is not None else {}
    kind, before = str(asked.get("kind", "")), _moment(str(asked.get("before", "")))
    wider = page.wider(record)
    wide = wider is not None and asked.get("scope") == "wide"
    about = wider[2]() if wider is not None and wide else record
    return {
        "stream": timeline(page, about or record, kind=kind, before=before, limit=limit),
        "sources": sources(page.name),
        "kind": kind,
        "timeline_url": address(page, record, "timeline"),
        "scopes": [(wider[0], "", not wide), (wider[1], "scope=wide", wide)] if wider is not None else [],
        "scope_query": "scope=wide&" if wide else "",
    }


def _moment(text: str) -> dt.datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else None


def folded_groups(request: HttpRequest, page: CardPage) -> dict[str, bool]:
    """Which groups the user folded or opened on this kind of card, from a small cookie: ``general:0.trade:1``."""
    found = {}
    for part in unquote(request.COOKIES.get(f"fold_{page.name}", ""))[:500].split("."):
        name, _colon, state = part.partition(":")
        if state in ("0", "1"):
            found[name] = state == "1"
    return found


__all__ = ["CardViews", "Gone", "timeline_context"]
