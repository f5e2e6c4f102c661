"""The comment sheet of a contact: every line with date, time and author (C-94 to C-96)."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.contacts.pages.links import contact_url
from tuttava.foundation import comments, records
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import CommentLine, OwnerKind
from tuttava.foundation.rich_text import as_html
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import views_of
from tuttava.ui.wizards import dialog

MOST = 500


def _contact(pk: uuid.UUID) -> Contact:
    require("api.read", "contacts")
    found = Contact.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def sheet(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The sheet; a POST adds a line."""
    contact = _contact(pk)
    if request.method != "POST":
        return _show(request, contact)
    return respond(
        request,
        lambda: _add(request, contact),
        home=contact_url(contact),
        refused=lambda error: _show(request, contact, error),
    )


def _add(request: HttpRequest, contact: Contact) -> Answer:
    text = request.POST.get("comment", "").replace("\r\n", "\n").strip()
    if not text:
        raise DomainError("field_required", _("Type the comment first."), field="comment")
    comments.add_comment(OwnerKind.CONTACT, contact.pk, text)
    return _answer(request, contact)


def delete(request: HttpRequest, pk: uuid.UUID, line: uuid.UUID) -> HttpResponse:
    """Remove a line."""
    contact = _contact(pk)
    found = CommentLine.objects.filter(pk=line, owner_id=contact.pk).first()
    if found is None or request.method != "POST":
        raise Http404

    def work() -> Answer:
        records.delete(found)
        return _answer(request, contact)

    return respond(request, work, home=contact_url(contact))


def _answer(request: HttpRequest, contact: Contact) -> Answer:
    answer = views_of("contact").parts(request, Contact.objects.get(pk=contact.pk), set(), ["timeline"])
    answer.close = True
    return answer


def _show(request: HttpRequest, contact: Contact, error: DomainError | None = None) -> HttpResponse:
    context = {
        "contact": contact,
        "lines": [(line, as_html(line.comment)) for line in comments.comments_of(OwnerKind.CONTACT, contact.pk)[:MOST]],
        "writable": current().may("api.write", "contacts"),
        "typed": request.POST.get("comment", ""),
        "error": str(error) if error else "",
        "home": contact_url(contact),
    }
    return dialog(request, "contacts/comments.html", context, status=422 if error else 200)


registry.add_route("contacts/<uuid:pk>/comments", sheet, "contact-comments")
registry.add_route("contacts/<uuid:pk>/comments/<uuid:line>/delete", delete, "contact-comment-delete")
