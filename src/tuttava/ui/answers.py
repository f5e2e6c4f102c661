"""How a page answers to something that was done: refreshed parts, messages, questions, refusals.

Scripts ask for JSON and put the parts in place; a browser without script gets a redirect, or a page that says the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError, PermissionDenied, QuestionsPending
from tuttava.ui.notices import notify
from tuttava.ui.replies import refusal as refusal_page


@dataclass
class Answer:
    """What follows an action.

    ``parts`` maps element ids to their new HTML; ``version`` is the record's new version; ``redirect`` an address to go
    to; ``close`` closes the dialog it came from; ``undo`` is the address of a POST that takes the action back;
    ``reload`` says that the page should be fetched anew; ``file`` is the address of a file made for the user, which is
    fetched beside all that; ``extra`` goes to the script as it is.
    """

    parts: dict[str, str] = field(default_factory=dict)
    version: int | None = None
    redirect: str = ""
    close: bool = False
    undo: str = ""
    reload: bool = False
    file: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def fragment(request: HttpRequest, template: str, context: dict[str, Any]) -> str:
    """A part of a page as HTML, without what the frame around pages would look up."""
    return render_to_string(template, {**context, "csrf_token": get_token(request)})


def wants_json(request: HttpRequest) -> bool:
    """Whether a script of ours asks."""
    return request.headers.get("Accept", "").startswith("application/json")


def back(request: HttpRequest, default: str) -> str:
    """Where a form without script goes afterwards: its ``next``, if it is ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if target and allowed else default


def respond(
    request: HttpRequest,
    work: Callable[[], Answer],
    *,
    home: str,
    refused: Callable[[DomainError], HttpResponse] | None = None,
) -> HttpResponse:
    """Do ``work`` and answer. ``home`` is where a form without script goes; ``refused`` renders its form again."""
    try:
        done = work()
    except QuestionsPending as pending:
        return _asked(request, pending) if wants_json(request) else refusal_page(request, pending)
    except DomainError as error:
        if wants_json(request):
            return JsonResponse(refusal(error), status=403 if isinstance(error, PermissionDenied) else 422)
        return refused(error) if refused else refusal_page(request, error)
    return _done(request, done, home)


def _done(request: HttpRequest, done: Answer, home: str) -> HttpResponse:
    told = [{"text": str(told.text), "severity": told.severity, "code": told.code} for told in current().messages]
    stays = wants_json(request) and not done.redirect
    if stays:
        body: dict[str, Any] = {"parts": done.parts, "messages": told, "version": done.version, "close": done.close}
        current().messages.clear()
        return JsonResponse(body | {"undo": done.undo, "reload": done.reload, "file": done.file} | done.extra)
    for position, message in enumerate(told):
        notify(request, message["text"], severity=message["severity"], undo="" if position else done.undo)
    current().messages.clear()
    target = done.redirect or back(request, home)
    if wants_json(request):
        return JsonResponse({"redirect": target, "file": done.file})
    return HttpResponseRedirect(done.file or target)


def refusal(error: DomainError) -> dict[str, Any]:
    """A refusal as scripts read it."""
    details = [{"code": found.code, "text": str(found.message), "target": found.target} for found in error.details]
    return {"error": {"code": error.code, "text": str(error), "field": error.field, "details": details}}


def _asked(request: HttpRequest, pending: QuestionsPending) -> HttpResponse:
    """The dialog that puts the questions; its answers travel with the same request sent again."""
    html = fragment(request, "ui/cards/ask.html", {"questions": pending.questions})
    return JsonResponse({"ask": html}, status=409)
