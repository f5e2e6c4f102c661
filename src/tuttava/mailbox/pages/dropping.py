"""Logging .eml files by hand: dropped on the page or chosen, each with what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import DomainError, Text
from tuttava.interactions.models import InteractionLogEntry
from tuttava.interactions.pages.dropping import log_files_of
from tuttava.mailbox.actions import log_message
from tuttava.mailbox.handling import Handled
from tuttava.mailbox.pages.setup import DROP
from tuttava.mailbox.planning import Outcome, Reason
from tuttava.mailbox.sources import LARGEST_MESSAGE
from tuttava.ui import registry

#: Files taken at once.
MOST_FILES = 100
_RIGHT = "interaction_log.write"
_REASONS: dict[Reason, Text] = {
    Reason.NO_SENDER: gettext_lazy("It has no sender."),
    Reason.NO_RECIPIENT: gettext_lazy("It is addressed to nobody."),
    Reason.UNKNOWN_SENDER: gettext_lazy("Its sender is neither a contact nor a salesperson."),
    Reason.NO_PARTY: gettext_lazy("Nobody it is addressed to is known."),
    Reason.INTERNAL: gettext_lazy("It went from one salesperson to another."),
    Reason.AUTOMATIC: gettext_lazy("It was sent automatically."),
    Reason.PRIVACY_BLOCKED: gettext_lazy("The contact is privacy-blocked."),
    Reason.UNREADABLE: gettext_lazy("It is no e-mail message."),
}
_OUTCOMES: dict[Outcome, Text] = {
    Outcome.LOGGED: gettext_lazy("Logged"),
    Outcome.ALREADY_LOGGED: gettext_lazy("Logged already"),
    Outcome.NOT_RELEVANT: gettext_lazy("Not logged"),
    Outcome.DRAFT: gettext_lazy("Not logged: a draft"),
}


@dataclass(frozen=True)
class Result:
    """What became of one file."""

    file_name: str
    outcome: Text
    reason: Text = ""
    entries: Sequence[InteractionLogEntry] = ()


def drop(request: HttpRequest) -> HttpResponse:
    """The form; a POST logs the files, each by itself."""
    require(_RIGHT, "interactionLogEntries")
    results: list[Result] = []
    error: DomainError | None = None
    if request.method == "POST":
        try:
            results = [_logged(file) for file in request.FILES.getlist("file")[:MOST_FILES]]
        except DomainError as refused:
            error = refused
    context = {
        "page_title": _("Log e-mail files"),
        "results": results,
        "error": error,
        "address": reverse(DROP),
        "most": MOST_FILES,
    }
    return render(request, "mailbox/drop.html", context, status=422 if error else 200)


def _logged(file: UploadedFile[bytes]) -> Result:
    name = file.name or ""
    if (file.size or 0) > LARGEST_MESSAGE:
        return Result(name, _OUTCOMES[Outcome.NOT_RELEVANT], _("It is too large."))
    return _told(name, log_message(file.read()))


def _told(name: str, handled: Handled) -> Result:
    ids = [entry.pk for entry in handled.entries]
    entries = InteractionLogEntry.objects.filter(pk__in=ids).select_related("contact").order_by("entry_no")
    return Result(name, _OUTCOMES[handled.outcome], _REASONS.get(handled.reason, ""), list(entries))


def _dropped(name: str, data: bytes) -> None:
    """An e-mail dropped on a contact's card: the same rules; what became of it is told."""
    result = _told(name, log_message(data))
    words = " ".join(str(part) for part in (f"{name}: {result.outcome}.", result.reason) if part)
    tell("email.dropped", words, severity="info" if result.entries else "warning")


log_files_of("eml", _dropped)
registry.add_route("interactions/log-email", drop, DROP)
registry.add_command(
    registry.Command(
        DROP,
        gettext_lazy("Log e-mail files"),
        DROP,
        icon="envelope",
        order=46,
        right=_RIGHT,
        description=gettext_lazy("Drop .eml files to log them with their contacts"),
        words=gettext_lazy("mail message eml upload"),
    )
)
