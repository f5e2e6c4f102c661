"""The company in the address: ``/c/<slug>/...`` works in that company's schema.

The prefix is taken off before URLs are resolved and put back by ``reverse`` (as a script prefix), so rooms name their
pages without knowing about companies.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import set_script_prefix
from django.utils import timezone, translation

from tuttava.api.views import entry, is_service
from tuttava.foundation.context import Context, acting
from tuttava.foundation.directory.models import Company, User
from tuttava.foundation.directory.permissions import companies_of, rights_of
from tuttava.foundation.models import UserPreference
from tuttava.foundation.schemas import use_schema

Handler = Callable[[HttpRequest], HttpResponseBase]
OUTSIDE = ("/accounts/", "/static/", "/healthz", "/api/", "/language/", "/environments/", "/unsubscribe/")
#: The explanation of the services is a page of a company, though programs are told of it without one.
API_PAGES = re.compile(r"/api/docs(?:/|$)")
#: The same for addresses that may name a tenant first.
SIGNING_IN = re.compile(r"/(?:[^/]+/)?(?:oauth2/|(?:v2\.0/)?\.well-known/)")


class CompanyMiddleware:
    """Signs the request into its company and opens the acting context."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        use_schema(None)
        set_script_prefix("/")
        request.company = None  # type: ignore[attr-defined]
        user = cast(User, request.user)
        explained = API_PAGES.match(request.path_info) is not None
        if not explained and is_service(request.path_info):
            return entry(request)
        if request.path_info.startswith("/c/"):
            return self._inside(request, user)
        translation.activate(_language(request, user, None))
        outside = request.path_info.startswith(OUTSIDE) and not explained
        if outside or SIGNING_IN.match(request.path_info):
            return self._act(request, user, None, None)
        if not user.is_authenticated:
            return redirect(f"/accounts/login/?{urlencode({'next': request.get_full_path()})}")
        return _to_default_company(request, user)

    def _inside(self, request: HttpRequest, user: User) -> HttpResponseBase:
        if not user.is_authenticated:
            return redirect(f"/accounts/login/?{urlencode({'next': request.get_full_path()})}")
        slug, _slash, rest = request.path_info[3:].partition("/")
        company = Company.objects.filter(slug=slug, ready=True).first()
        rights = rights_of(user, company)
        if company is None or not any(right == "*" or right.split(":")[0] == "api.read" for right in rights):
            raise Http404
        request.company = company  # type: ignore[attr-defined]
        request.path_info = f"/{rest}"
        set_script_prefix(f"/c/{slug}/")
        use_schema(company.schema)
        preference = UserPreference.objects.filter(user_name=user.username).first()
        translation.activate(_language(request, user, preference))
        with timezone.override(preference.time_zone if preference and preference.time_zone else None):
            return self._act(request, user, rights, preference)

    def _act(
        self, request: HttpRequest, user: User, rights: frozenset[str] | None, preference: UserPreference | None
    ) -> HttpResponseBase:
        if rights is None:
            rights = rights_of(user, None) if user.is_authenticated else frozenset()
        context = Context(
            user_id=str(user.pk or ""),
            user_name=user.get_username(),
            rights=rights,
            door="browser",
            work_date=preference.work_date if preference else None,
            interactive=True,
            answers={key[7:]: str(value) for key, value in request.POST.items() if key.startswith("answer:")},
        )
        with acting(context):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response


def _language(request: HttpRequest, user: User, preference: UserPreference | None) -> str:
    chosen = (preference.language if preference else "") or getattr(user, "language", "")
    return chosen or translation.get_language_from_request(request)


def _to_default_company(request: HttpRequest, user: User) -> HttpResponse:
    companies = companies_of(user)
    company = next((c for c in companies if c.pk == user.default_company_id), companies[0] if companies else None)
    if company is None:
        return redirect("/accounts/no-company/")
    return HttpResponseRedirect(f"/c/{company.slug}{request.get_full_path()}")
