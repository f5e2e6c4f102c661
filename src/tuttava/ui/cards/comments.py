"""The comment sheet of a card: every line with date, time and author (C-94 to C-96); comments in its timeline."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation import comments, records
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import CommentLine, OwnerKind
from tuttava.foundation.records import Record, rules_of
from tuttava.foundation.rich_text import as_html, as_plain
from tuttava.ui.answers import Answer, fragment, respond
from tuttava.ui.cards.declare import CardPage
from tuttava.ui.cards.fields import address
from tuttava.ui.cards.mount import views_of
from tuttava.ui.cards.timeline import Asked, Happening, Source, add_source
from tuttava.ui.registry import add_route, has_route
from tuttava.ui.undo import undo_address
from tuttava.ui.wizards.forms import dialog

MOST = 500
#: Comments of one day that may lie after the moment a page of the timeline goes on from.
DAY_OF_COMMENTS = 100


def register_comments(page: CardPage, kind: OwnerKind) -> None:
    """Give the records of a card comments: a sheet at ``<name>-comments``, and a source of its timeline."""
    views, base = CommentViews(page, kind), f"{page.path}/<uuid:pk>/comments"
    add_route(base, views.sheet, f"{page.name}-comments")
    add_route(f"{base}/<uuid:line>/delete", views.delete, f"{page.name}-comment-delete")
    add_route(f"{base}/<uuid:line>", views.edit, f"{page.name}-comment-edit")
    add_route(f"{base}/<uuid:line>/<str:way>", views.move, f"{page.name}-comment-move")
    tells = frozenset({CommentLine._meta.label_lower})
    source = Source("comment", gettext_lazy("Comments"), "chat-bubble-left", lambda asked: told(asked, kind), tells)
    add_source(page.name, source)


def comments_url(page: CardPage, record: Record) -> str:
    """The address of a record's comment sheet; blank when its kind has none."""
    name = f"{page.name}-comments"
    return reverse(name, kwargs={"pk": record.pk}) if has_route(name) else ""


def told(asked: Asked, kind: OwnerKind) -> list[Happening]:
    """Comments as happenings of the timeline."""
    if getattr(asked.record, "has_comments", None) is False and not asked.others:
        return []
    lines = CommentLine.objects.filter(owner_kind=kind, owner_id__in=asked.ids)
    if asked.before is not None:
        lines = lines.filter(date__lte=timezone.localtime(asked.before).date())
    # A whole day is read on, because the time of day within it decides only here.
    found = []
    for line in lines.order_by("-date", "-time", "-line_no")[: asked.limit + DAY_OF_COMMENTS]:
        at = written_at(line)
        if asked.before is None or at < asked.before:
            words = as_plain(line.comment)
            found.append(Happening(at, "comment", words, line.author, **asked.whom(line.owner_id)))
    return found[: asked.limit]


def written_at(line: CommentLine) -> dt.datetime:
    """When a comment was written: its date and time are those of the writer's clock (C-95)."""
    return timezone.make_aware(dt.datetime.combine(line.date or dt.date(1900, 1, 1), line.time or dt.time()))


class CommentViews:
    """The comment sheet of the records of one card."""

    def __init__(self, page: CardPage, kind: OwnerKind) -> None:
        self.page = page
        self.kind = kind

    def sheet(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The sheet; a POST adds a line."""
        record = self._record(pk)
        if request.method != "POST":
            return self._show(request, record)

        def work() -> Answer:
            comments.add_comment(self.kind, record.pk, _typed(request))
            return self._answer(request, record, close=True)

        return respond(
            request,
            work,
            home=address(self.page, record),
            refused=lambda error: self._show(request, record, error),
        )

    def edit(self, request: HttpRequest, pk: uuid.UUID, line: uuid.UUID) -> HttpResponse:
        """Change the words of a line; its date, time and author stay (C-95, C-96)."""
        record, found = self._line(request, pk, line)

        def work() -> Answer:
            version = request.POST.get("version", "")
            text = _typed(request)
            with unit_of_work("edit comment"):
                records.change(found, {"comment": text}, version=int(version) if version.isdecimal() else None)
            return self._answer(request, record)

        return respond(request, work, home=comments_url(self.page, record))

    def move(self, request: HttpRequest, pk: uuid.UUID, line: uuid.UUID, way: str) -> HttpResponse:
        """Move a line past its neighbour (C-96)."""
        record, found = self._line(request, pk, line)
        if way not in ("up", "down"):
            raise Http404

        def work() -> Answer:
            comments.move_by_one(found, up=way == "up")
            return self._answer(request, record)

        return respond(request, work, home=comments_url(self.page, record))

    def delete(self, request: HttpRequest, pk: uuid.UUID, line: uuid.UUID) -> HttpResponse:
        """Remove a line."""
        record, found = self._line(request, pk, line)

        def work() -> Answer:
            with unit_of_work("delete comment") as unit:
                records.delete(found)
            answer = self._answer(request, record)
            tell("row.deleted", _("The comment was removed."))
            answer.undo = undo_address(unit)
            return answer

        return respond(request, work, home=comments_url(self.page, record))

    def _record(self, pk: uuid.UUID) -> Record:
        require("api.read", rules_of(self.page.model).set_name)
        found = self.page.model._default_manager.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def _line(self, request: HttpRequest, pk: uuid.UUID, line: uuid.UUID) -> tuple[Record, CommentLine]:
        """A line that a POST is to change, with its record."""
        record = self._record(pk)
        found = CommentLine.objects.filter(pk=line, owner_kind=self.kind, owner_id=record.pk).first()
        if found is None or request.method != "POST":
            raise Http404
        return record, found

    def _answer(self, request: HttpRequest, record: Record, *, close: bool = False) -> Answer:
        """The timeline and the sheet anew; the dialog stays open unless ``close``."""
        fresh = self.page.model._default_manager.get(pk=record.pk)
        answer = views_of(self.page.name).parts(request, fresh, set(), ["timeline"])
        answer.close = close
        if not close:
            context = self._context(record)
            answer.parts["comment-sheet"] = fragment(request, "ui/cards/comment_sheet.html", context)
        return answer

    def _context(self, record: Record) -> dict[str, Any]:
        lines = list(comments.comments_of(self.kind, record.pk)[:MOST])
        return {
            "record": record,
            "name": self.page.title(record),
            "lines": [(line, as_html(line.comment), self._addresses(record, line)) for line in lines],
            "writable": current().may("api.write", "comments"),
        }

    def _addresses(self, record: Record, line: CommentLine) -> dict[str, str]:
        """Where a line is edited, moved and removed."""
        keys, name = {"pk": record.pk, "line": line.pk}, f"{self.page.name}-comment"
        return {
            "edit": reverse(f"{name}-edit", kwargs=keys),
            "delete": reverse(f"{name}-delete", kwargs=keys),
            "up": reverse(f"{name}-move", kwargs={**keys, "way": "up"}),
            "down": reverse(f"{name}-move", kwargs={**keys, "way": "down"}),
        }

    def _show(self, request: HttpRequest, record: Record, error: DomainError | None = None) -> HttpResponse:
        context = self._context(record) | {
            "typed": request.POST.get("comment", ""),
            "error": str(error) if error else "",
            "home": address(self.page, record),
            "sheet_url": comments_url(self.page, record),
        }
        return dialog(request, "ui/cards/comments.html", context, status=422 if error else 200)


def _typed(request: HttpRequest) -> str:
    text = request.POST.get("comment", "").replace("\r\n", "\n").strip()
    if not text:
        raise DomainError("field_required", _("Type the comment first."), field="comment")
    return text
