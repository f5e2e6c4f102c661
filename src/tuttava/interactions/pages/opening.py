"""Opening what an interaction holds, and changing the text of an e-mail that was not delivered (I-49, I-80)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation.context import acting, ask, current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.interactions import life, showing
from tuttava.interactions.attachments import is_layout, set_body
from tuttava.interactions.confidential import require_contents
from tuttava.interactions.models import InteractionAttachment, InteractionLogEntry
from tuttava.interactions.pages.entry import found, posted, whole
from tuttava.interactions.pages.log import SET, entry_url
from tuttava.interactions.showing import ShownRecord
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import CardField
from tuttava.ui.wizards import dialog, form_fields

#: What was said by mail is shown as it looks; nothing of it runs or is fetched.
NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
_TEXT = (CardField("content_body", label=gettext_lazy("Text"), kind="lines", wide=True),)


def open_mail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Logged mail asks first, then opens the stored message or where it is kept (I-80)."""
    entry = posted(request, pk)

    def work() -> Answer:
        require_contents(entry)
        wanted = ask("I-80", _("Open the stored e-mail?"), default=True)
        return Answer(redirect=reverse("interaction-file", kwargs={"pk": entry.pk}) if wanted else entry_url(entry))

    return respond(request, work, home=entry_url(entry))


def file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The file of an entry, or the recorded document (I-80). Pages are shown without anything that runs."""
    entry = found(pk)
    with acting(answers={**current().answers, "I-80": "yes"}):
        shown = showing.show(entry)
    if shown is None:
        raise Http404
    if isinstance(shown, list):
        return _documents(request, entry, shown)
    if shown.url:
        return _kept_elsewhere(request, entry, shown.url)
    page = shown.media_type.startswith("text/html")
    response = HttpResponse(shown.content, content_type=shown.media_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = NOTHING_RUNS
    response.headers["Content-Disposition"] = content_disposition_header(not page, shown.name) or "attachment"
    return response


def _documents(request: HttpRequest, entry: InteractionLogEntry, shown: Sequence[ShownRecord]) -> HttpResponse:
    """The card of the document; several documents are offered as a list (I-129)."""
    if len(shown) == 1 and shown[0].url:
        return HttpResponseRedirect(shown[0].url)
    context = {
        "page_title": _("Documents of interaction %(entry)s") % {"entry": entry},
        "documents": shown,
        "entry": entry,
        "entry_url": entry_url(entry),
    }
    return render(request, "interactions/documents.html", context)


def _kept_elsewhere(request: HttpRequest, entry: InteractionLogEntry, url: str) -> HttpResponse:
    """Where a message is that only its mailbox keeps; mail programs open such addresses, browsers do not."""
    context = {
        "page_title": _("E-mail in its mailbox"),
        "url": url,
        "is_address": url.startswith(("imap://", "imaps://", "https://", "http://")),
        "message_id": entry.attachment.internet_message_id if entry.attachment else "",
        "entry_url": entry_url(entry),
        "entry": entry,
    }
    return render(request, "interactions/kept_elsewhere.html", context)


def text(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What was typed into the layout of an e-mail that was not delivered; a POST changes it (I-49)."""
    require(life.WRITE, SET)
    entry = found(pk)
    require_contents(entry)
    held = entry.attachment
    if held is None or not is_layout(held):
        raise Http404
    if request.method != "POST":
        return _form(request, entry, held)

    def work() -> Answer:
        set_body(held, request.POST.get("content_body", ""))
        tell("interaction.text", _("The text was changed. Resend the interaction to deliver it."))
        answer = whole(request, entry)
        answer.close = True
        return answer

    return respond(request, work, home=entry_url(entry), refused=lambda error: _form(request, entry, held, error))


def _form(
    request: HttpRequest, entry: InteractionLogEntry, held: InteractionAttachment, error: DomainError | None = None
) -> HttpResponse:
    fields = form_fields(
        InteractionAttachment,
        _TEXT,
        values_now={"content_body": held.content_body},
        owner=held,
        typed=request.POST.dict() if error is not None else None,
        error=error,
    )
    context = {
        "title": _("Edit text"),
        "fields": fields,
        "version": "",
        "form_error": "" if error is None or any(one.error for one in fields) else str(error),
        "submit": _("Save"),
        "home": entry_url(entry),
        "draft": "",
    }
    return dialog(request, "ui/wizards/form.html", context, status=422 if error else 200)


for _route, _view in (("open", open_mail), ("file", file), ("text", text)):
    registry.add_route(f"interactions/<uuid:pk>/{_route}", _view, f"interaction-{_route}")
