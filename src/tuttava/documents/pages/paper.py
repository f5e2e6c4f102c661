"""What a card shows, on paper: looked at, printed, mailed (I-119, I-120, I-136, I-137).

Looking at it records, archives and counts nothing. A room that prints something declares its :class:`Papers`.
"""

from __future__ import annotations

import base64
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from tuttava.documents.printing import MOST_COPIES
from tuttava.documents.printing.actions import Letter, Options, Printed
from tuttava.foundation import mail
from tuttava.foundation.context import tell
from tuttava.foundation.errors import DomainError, Text
from tuttava.interactions.pages.print_files import print_file_url
from tuttava.interactions.printing import kept_file
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import Action, views_of
from tuttava.ui.wizards import dialog

#: Pages that a preview shows; the PDF has all of them.
MOST_SHOWN = 8
MENU = gettext_lazy("Print and send")


class Papers(ABC):
    """How the records of one card get on paper.

    ``card`` names it, ``path`` is where its addresses are; ``printed`` and ``mailed``: whether it can leave the house
    that way. ``right`` is what printing rows of a list asks for.
    """

    card: ClassVar[str]
    path: ClassVar[str]
    printed: ClassVar[bool] = True
    mailed: ClassVar[bool] = True
    right: ClassVar[str] = "api.read"

    @abstractmethod
    def find(self, pk: uuid.UUID) -> Any:
        """The record, with the right to see it checked; raises ``Http404``."""

    @abstractmethod
    def url(self, record: Any) -> str:
        """Its card."""

    @abstractmethod
    def title(self, record: Any) -> Text:
        """What it is called."""

    @abstractmethod
    def file(self, record: Any) -> Printed:
        """The PDF, without a trace."""

    @abstractmethod
    def pictures(self, record: Any) -> list[bytes]:
        """Its pages as PNG, without a trace."""

    def print(self, records: Sequence[Any], options: Options) -> Printed:
        """The file of what leaves the house on paper."""
        raise NotImplementedError

    def letter(self, record: Any) -> Letter:
        """The mail as it is proposed."""
        return Letter()

    def mail(self, record: Any, letter: Letter, options: Options) -> None:
        """Send it."""
        raise NotImplementedError

    def may_leave(self, record: Any) -> bool:
        """Whether the user may print or mail it."""
        return True

    def is_logged(self, record: Any) -> bool | None:
        """Whether leaving is logged by default (I-119); None: it never is."""
        return None

    def is_archived(self, record: Any) -> bool | None:
        """Whether a version is kept by default (I-137); None: there are no versions of it."""
        return None

    def has_internal(self, record: Any) -> bool:
        """Whether there is a page for the house alone."""
        return False


def mount(papers: Papers) -> None:
    """Give a card its addresses: ``<card>-preview``, ``-pdf-file``, ``-print`` and ``-send``."""
    base, views = f"{papers.path}/<uuid:pk>", _Views(papers)
    registry.add_route(f"{base}/preview", require_GET(views.preview), f"{papers.card}-preview")
    registry.add_route(f"{base}/pdf", require_GET(views.pdf), f"{papers.card}-pdf-file")
    if papers.printed:
        registry.add_route(f"{base}/print", views.print, f"{papers.card}-print")
    if papers.mailed:
        registry.add_route(f"{base}/send", views.send, f"{papers.card}-send")


def paper_actions(papers: Papers) -> tuple[Action, ...]:
    """What the card offers: who may not let it leave the house can look at it."""

    def at(name: str) -> Callable[[Any], str]:
        return lambda record: reverse(f"{papers.card}-{name}", kwargs={"pk": record.pk})

    leaving = papers.may_leave
    found = [
        Action("preview", gettext_lazy("Preview"), at("preview"), "dialog", "eye", menu=MENU),
        Action("print", gettext_lazy("Print"), at("print"), "dialog", "printer", leaving, key="p", menu=MENU),
        Action("send", gettext_lazy("E-mail"), at("send"), "dialog", "envelope", leaving, menu=MENU),
    ]
    ways = {"preview": True, "print": papers.printed, "send": papers.mailed}
    return tuple(action for action in found if ways[action.name])


class _Views:
    def __init__(self, papers: Papers) -> None:
        self.papers = papers

    def preview(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The pages, to be looked at."""
        record = self.papers.find(pk)
        return dialog(request, "documents/preview.html", self._context(record))

    def pdf(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The PDF in the browser; nothing is recorded, so this is not a print."""
        return shown_file(self.papers.file(self.papers.find(pk)))

    def print(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The options with the pages beside them; a POST prints."""
        record = self._leaving(pk)

        def form(error: DomainError | None = None) -> HttpResponse:
            context = self._context(record) | options_context(self.papers, [record], request) | {"error": error}
            return dialog(request, "documents/print.html", context, status=422 if error else 200)

        if request.method != "POST":
            return form()
        return respond(request, lambda: self._printed(request, record), home=self.papers.url(record), refused=form)

    def _printed(self, request: HttpRequest, record: Any) -> Answer:
        answer = printed(self.papers.print([record], options_of(request)))
        tell("document.printed", _("%(document)s is printed.") % {"document": self.papers.title(record)})
        return self._refreshed(request, record, answer)

    def send(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The mail with what is attached beside it; a POST sends it."""
        record = self._leaving(pk)

        def form(error: DomainError | None = None) -> HttpResponse:
            letter = _letter(request) if error else self.papers.letter(record)
            context = self._context(record) | options_context(self.papers, [record], request)
            context |= {"letter": letter, "error": error or _no_account()}
            return dialog(request, "documents/send.html", context, status=422 if error else 200)

        if request.method != "POST":
            return form()
        return respond(request, lambda: self._sent(request, record), home=self.papers.url(record), refused=form)

    def _sent(self, request: HttpRequest, record: Any) -> Answer:
        letter = _letter(request)
        self.papers.mail(record, letter, options_of(request))
        words = {"document": self.papers.title(record), "address": letter.to}
        tell("document.sent", _("%(document)s is on its way to %(address)s.") % words)
        return self._refreshed(request, record, Answer(close=True))

    def _leaving(self, pk: uuid.UUID) -> Any:
        record = self.papers.find(pk)
        if not self.papers.may_leave(record):
            raise Http404
        return record

    def _refreshed(self, request: HttpRequest, record: Any, answer: Answer) -> Answer:
        """The card counts what was printed, and its timeline tells it."""
        views = views_of(self.papers.card)
        fresh = views.load(record.pk)
        answer.parts, answer.version = views.whole(request, fresh), fresh.version
        return answer

    def _context(self, record: Any) -> dict[str, Any]:
        shown = self.papers.pictures(record)
        return {
            "title": self.papers.title(record),
            "pages": [base64.b64encode(page).decode() for page in shown[:MOST_SHOWN]],
            "more_pages": max(len(shown) - MOST_SHOWN, 0),
            "pdf_url": reverse(f"{self.papers.card}-pdf-file", kwargs={"pk": record.pk}),
            "home": self.papers.url(record),
        }


def shown_file(file: Printed) -> HttpResponse:
    """A file that the browser shows itself."""
    response = HttpResponse(file.content, content_type=file.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(False, file.name) or "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def printed(file: Printed) -> Answer:
    """The answer that hands a printed file to the user."""
    kept = kept_file(file.name, file.media_type, file.content)
    return Answer(close=True, file=print_file_url(kept))


def options_context(papers: Papers, records: Sequence[Any], request: HttpRequest) -> dict[str, Any]:
    """What the form asks about printing ``records``: those options that mean something for one of them at least."""
    logged, archived = _any(papers.is_logged, records), _any(papers.is_archived, records)
    typed = request.POST if request.method == "POST" else None
    return {
        "count": len(records),
        "asks_log": logged is not None,
        "can_log": bool(logged),
        "log": bool(logged) if typed is None else "log" in typed,
        "asks_archive": archived is not None,
        "archive": bool(archived) if typed is None else "archive" in typed,
        "asks_internal": any(papers.has_internal(record) for record in records),
        "internal": typed is not None and "internal" in typed,
        "copies": typed.get("copies", "0") if typed is not None else "0",
        "most_copies": MOST_COPIES,
        "shape": typed.get("shape", "pdf") if typed is not None else "pdf",
        "template_setup_url": reverse("interaction-template-setup"),
    }


def _any(told: Callable[[Any], bool | None], records: Sequence[Any]) -> bool | None:
    """True if it is so for one of them, None if the question is idle for all."""
    answers = {told(record) for record in records}
    return None if answers <= {None} else True in answers


def options_of(request: HttpRequest) -> Options:
    """The options as the form sent them; what it did not ask is left to templates and setup."""
    copies = request.POST.get("copies", "")
    return Options(
        log_interaction=None if "log" in request.POST or "asks_log" not in request.POST else False,
        archive="archive" in request.POST if "asks_archive" in request.POST else None,
        copies=min(int(copies), MOST_COPIES) if copies.isdecimal() else 0,
        internal="internal" in request.POST,
        together=request.POST.get("shape") == "pdf",
    )


def _letter(request: HttpRequest) -> Letter:
    to, subject = (" ".join(request.POST.get(name, "").split()) for name in ("to", "subject"))
    return Letter(to[:1000], subject[:250], request.POST.get("body", "").replace("\r\n", "\n"))


def _no_account() -> DomainError | None:
    """Why nothing can be mailed from here, said before somebody writes."""
    try:
        mail.require_account()
    except DomainError as error:
        return error
    return None


def chosen_ids(text: str) -> list[uuid.UUID]:
    """The ids of an address, those that are any."""
    found = []
    for one in text.split(","):
        with suppress(ValueError):
            found.append(uuid.UUID(one))
    return found


def told_printed(count: int) -> None:
    """Say how many were printed."""
    words = ngettext("%(count)d document is printed.", "%(count)d documents are printed.", count)
    tell("document.printed", words % {"count": count})
