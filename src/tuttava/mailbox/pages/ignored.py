"""The ignored messages: who they are from, and a way to read them again."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tuttava.contacts.models import ContactType
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.mailbox.ignored import MOST, RIGHT, Ignored, bring_back, ignored_messages
from tuttava.mailbox.pages.setup import CARD, IGNORED
from tuttava.mailbox.running import run_once
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond


def ignored(request: HttpRequest) -> HttpResponse:
    """The list; a POST brings the message ``uid`` back and reads the mailbox."""
    require(RIGHT)
    if request.method == "POST":
        return respond(request, lambda: _read_again(request.POST.get("uid", "")), home=reverse(IGNORED))
    error: DomainError | None = None
    try:
        messages = ignored_messages()
    except DomainError as refused:
        messages, error = [], refused
    context = {
        "page_title": _("Ignored messages"),
        "messages_found": [(one, _create_url(one)) for one in messages],
        "error": error,
        "most": MOST,
        "address": reverse(IGNORED),
        "setup_url": reverse(CARD),
    }
    return render(request, "mailbox/ignored.html", context)


def _create_url(one: Ignored) -> str:
    """The dialog that makes a contact of an unknown sender, filled in with what the message tells."""
    if not one.unknown or not current().may("api.write", "contacts"):
        return ""
    told = {"type": ContactType.PERSON.value, "name": one.mail.sender_name or "", "email": one.mail.sender}
    return f"{reverse('contact-new')}?{urlencode(told)}"


def _read_again(uid: str) -> Answer:
    bring_back(uid)
    counts = run_once()
    text = _("The message is logged.") if counts.logged else _("The message was read again and is still not logged.")
    tell("mailbox.read_again", text)
    return Answer(redirect=reverse(IGNORED))


registry.add_route("setup/email-logging/ignored", ignored, IGNORED)
