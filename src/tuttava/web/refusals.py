"""A rule that refuses inside a page becomes an answer a person can act on."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tuttava.foundation.errors import DomainError
from tuttava.ui.notices import tell_all
from tuttava.ui.replies import refusal

Handler = Callable[[HttpRequest], HttpResponse]


class RefusalMiddleware:
    """Turns domain errors that a page lets through into refusals, and passes on what rules told."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return tell_all(request, self.get_response(request))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal(request, exception) if isinstance(exception, DomainError) else None
