"""Files dropped on a contact's card, or chosen there: each is kept as an interaction with it, e-mails are logged."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tuttava.contacts.models import Contact
from tuttava.contacts.pages.links import contact_url
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions.dropped_files import keep_file
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import Action, add_action
from tuttava.ui.undo import undo_address
from tuttava.ui.wizards import dialog

RIGHT = "interaction_log.write"
SET = "interactionLogEntries"
MOST_FILES = 20
MOST_BYTES = 50 * 1024 * 1024
#: What logs files of a kind, by their ending; it tells the user what became of the file.
Logger = Callable[[str, bytes], None]
_loggers: dict[str, Logger] = {}


def log_files_of(ending: str, logger: Logger) -> None:
    """Let a room above log dropped files with this ending by rules of its own."""
    _loggers[ending.lower()] = logger


def files(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The form; a POST keeps the files, or says why not."""
    require(RIGHT, SET)
    contact = Contact.objects.filter(pk=pk).first()
    if contact is None:
        raise Http404
    if request.method != "POST":
        return _form(request, contact)
    return respond(
        request,
        lambda: _kept(request, contact),
        home=contact_url(contact),
        refused=lambda error: _form(request, contact, error),
    )


def _kept(request: HttpRequest, contact: Contact) -> Answer:
    sent = request.FILES.getlist("files")
    _refuse(sent)
    by_rule = [file for file in sent if _ending(file) in _loggers]
    plain = [file for file in sent if file not in by_rule]
    answer = Answer(close=True, reload=True)
    if plain:
        with unit_of_work("keep files") as unit:
            for file in plain:
                keep_file(contact, file.name or "", file.read(), request.POST.get("text", ""))
        answer.undo = undo_address(unit)
        words = ngettext("%(name)s is kept with the contact.", "%(count)s files are kept with the contact.", len(plain))
        tell("files.kept", words % {"name": plain[0].name, "count": len(plain)})
    for file in by_rule:
        _loggers[_ending(file)](file.name or "", file.read())
    return answer


def _ending(file: UploadedFile[bytes]) -> str:
    return Path(file.name or "").suffix.lstrip(".").lower()


def _refuse(sent: list[UploadedFile[bytes]]) -> None:
    if not sent:
        raise DomainError("field_required", _("Choose a file, or drop it here."), field="files")
    if len(sent) > MOST_FILES:
        raise DomainError("too_many_files", _("At most %(most)s files at once.") % {"most": MOST_FILES}, field="files")
    if sum(file.size or 0 for file in sent) > MOST_BYTES:
        words = _("More than %(most)s MB together. Take files off.") % {"most": MOST_BYTES // 1024 // 1024}
        raise DomainError("file_too_large", words, field="files")


def _form(request: HttpRequest, contact: Contact, error: DomainError | None = None) -> HttpResponse:
    context = {
        "action": reverse("contact-files", kwargs={"pk": contact.pk}),
        "home": contact_url(contact),
        "text": request.POST.get("text", ""),
        "most": MOST_BYTES // 1024 // 1024,
        "most_bytes": MOST_BYTES,
        "error": error,
    }
    return dialog(request, "interactions/files.html", context, status=422 if error else 200)


def _may_keep(contact: Any) -> bool:
    return current().may(RIGHT, SET) and not contact.privacy_blocked


registry.add_route("contacts/<uuid:pk>/files", files, "contact-files")
registry.add_script("interactions/drop.js")
add_action(
    "contact",
    Action(
        "files",
        gettext_lazy("Keep files"),
        lambda contact: reverse("contact-files", kwargs={"pk": contact.pk}),
        "dialog",
        "paper-clip",
        _may_keep,
    ),
)
