"""The page on which a user allows an application to act as him (A-12)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.oauth2.rfc6749 import OAuth2Error
from csp.decorators import csp_update
from django.db import DataError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tuttava.api.oauth.server import SERVER
from tuttava.foundation.directory.models import Application, User


@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest, **_place: str) -> HttpResponseBase:
    """Ask the user; the answer goes back to the application as a code, or as a refusal."""
    if not isinstance(request.user, User):
        return redirect(f"/accounts/login/?{urlencode({'next': request.get_full_path()})}")
    try:
        grant = SERVER.get_consent_grant(request, end_user=request.user)
        if request.method == "POST":
            allowed = request.user if request.POST.get("verb") == "allow" else None
            with transaction.atomic():
                answer: HttpResponse = SERVER.create_authorization_response(request, grant_user=allowed, grant=grant)
            return answer
    except OAuth2Error as error:
        if error.redirect_uri:
            return SERVER.handle_response(*error())
        return _refused(request, error.get_error_description())
    except (ValueError, DataError):
        return _refused(request, "")
    return _asked(request, grant.request.client.application, grant.redirect_uri)


def _asked(request: HttpRequest, application: Application, target: str) -> HttpResponseBase:
    """The question. The form's answer leads away from here, which the page's security policy has to allow."""
    parts = urlsplit(target)
    origin = f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} else f"{parts.scheme}:"
    context: dict[str, Any] = {"application": application, "place": parts.netloc or parts.scheme}

    @csp_update({"form-action": [origin]})
    def page(request: HttpRequest) -> HttpResponse:
        return render(request, "web/authorize.html", context)

    answer = page(request)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _refused(request: HttpRequest, words: str) -> HttpResponse:
    return render(request, "web/authorize.html", {"refused": words or "invalid_request"}, status=400)
