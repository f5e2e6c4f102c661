"""The comment sheet of a contact: every line with date, time and author (C-94 to C-96)."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuttava.contacts.models import Contact
from tuttava.contacts.pages.links import contact_url
from tuttava.foundation import comments, records
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import CommentLine, OwnerKind
from tuttava.foundation.rich_text import as_html
from tuttava.ui import registry
from tuttava.ui.answers import Answer, fragment, respond
from tuttava.ui.cards import views_of
from tuttava.ui.undo import undo_address
from tuttava.ui.wizards import dialog

MOST = 500


def _contact(pk: uuid.UUID) -> Contact:
    require("api.read", "contacts")
    found = Contact.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _line(contact: Contact, pk: uuid.UUID) -> CommentLine:
    found = CommentLine.objects.filter(pk=pk, owner_kind=OwnerKind.CONTACT, owner_id=contact.pk).first()
    if found is None:
        raise Http404
    return found


def sheet(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The sheet; a POST adds a line."""
    contact = _contact(pk)
    if request.method != "POST":
        return _show(request, contact)

    def work() -> Answer:
        comments.add_comment(OwnerKind.CONTACT, contact.pk, _typed(request))
        return _answer(request, contact, close=True)

    return respond(
        request,
        work,
        home=contact_url(contact),
        refused=lambda error: _show(request, contact, error),
    )


@require_POST
def edit(request: HttpRequest, pk: uuid.UUID, line: uuid.UUID) -> HttpResponse:
    """Change the words of a line; its date, time and author stay (C-95, C-96)."""
    contact = _contact(pk)
    found = _line(contact, line)

    def work() -> Answer:
        version = request.POST.get("version", "")
        text = _typed(request)
        with unit_of_work("edit comment"):
            records.change(found, {"comment": text}, version=int(version) if version.isdecimal() else None)
        return _answer(request, contact)

    return respond(request, work, home=_sheet_url(contact))


@require_POST
def move(request: HttpRequest, pk: uuid.UUID, line: uuid.UUID, way: str) -> HttpResponse:
    """Move a line past its neighbour (C-96)."""
    contact = _contact(pk)
    found = _line(contact, line)
    if way not in ("up", "down"):
        raise Http404

    def work() -> Answer:
        comments.move_by_one(found, up=way == "up")
        return _answer(request, contact)

    return respond(request, work, home=_sheet_url(contact))


@require_POST
def delete(request: HttpRequest, pk: uuid.UUID, line: uuid.UUID) -> HttpResponse:
    """Remove a line."""
    contact = _contact(pk)
    found = _line(contact, line)

    def work() -> Answer:
        with unit_of_work("delete comment") as unit:
            records.delete(found)
        answer = _answer(request, contact)
        tell("row.deleted", _("The comment was removed."))
        answer.undo = undo_address(unit)
        return answer

    return respond(request, work, home=_sheet_url(contact))


def _typed(request: HttpRequest) -> str:
    text = request.POST.get("comment", "").replace("\r\n", "\n").strip()
    if not text:
        raise DomainError("field_required", _("Type the comment first."), field="comment")
    return text


def _sheet_url(contact: Contact) -> str:
    return reverse("contact-comments", kwargs={"pk": contact.pk})


def _answer(request: HttpRequest, contact: Contact, *, close: bool = False) -> Answer:
    """The timeline and the sheet anew; the dialog stays open unless ``close``."""
    answer = views_of("contact").parts(request, Contact.objects.get(pk=contact.pk), set(), ["timeline"])
    answer.close = close
    if not close:
        answer.parts["comment-sheet"] = fragment(request, "contacts/comment_sheet.html", _sheet_context(contact))
    return answer


def _sheet_context(contact: Contact) -> dict[str, Any]:
    lines = list(comments.comments_of(OwnerKind.CONTACT, contact.pk)[:MOST])
    return {
        "contact": contact,
        "lines": [(line, as_html(line.comment)) for line in lines],
        "writable": current().may("api.write", "comments"),
    }


def _show(request: HttpRequest, contact: Contact, error: DomainError | None = None) -> HttpResponse:
    context = _sheet_context(contact) | {
        "typed": request.POST.get("comment", ""),
        "error": str(error) if error else "",
        "home": contact_url(contact),
    }
    return dialog(request, "contacts/comments.html", context, status=422 if error else 200)


registry.add_route("contacts/<uuid:pk>/comments", sheet, "contact-comments")
registry.add_route("contacts/<uuid:pk>/comments/<uuid:line>/delete", delete, "contact-comment-delete")
registry.add_route("contacts/<uuid:pk>/comments/<uuid:line>", edit, "contact-comment-edit")
registry.add_route("contacts/<uuid:pk>/comments/<uuid:line>/<str:way>", move, "contact-comment-move")
