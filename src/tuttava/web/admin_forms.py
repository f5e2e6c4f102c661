"""What the administration pages share: a refused form comes back with its input and the reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError, QuestionsPending, Text
from tuttava.ui import registry
from tuttava.ui.notices import notify

GROUP = _("Administration")
Page = Callable[..., HttpResponse]


def admin_page(right: str) -> Callable[[Page], Page]:
    """Decorator: a page that needs ``right``."""

    def wrap(page: Page) -> Page:
        def guarded(request: HttpRequest, **arguments: Any) -> HttpResponse:
            require(right)
            return page(request, **arguments)

        return guarded

    return wrap


def perform(
    request: HttpRequest, verb: Callable[[], tuple[Text, str]], template: str, context: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """Do what was asked: on success tell it (first) and go on to an address (second), else show the form again."""
    try:
        words, address = verb()
    except QuestionsPending:
        raise
    except DomainError as error:
        shown = {**context(), "error": error, "typed": request.POST}
        return render(request, template, shown, status=422)
    notify(request, words, severity="success")
    return HttpResponseRedirect(address)


def mount(route: str, page: Page, name: str) -> None:
    """Mount an administration page below Setup."""
    registry.add_route(f"setup/{route}", page, name)
