"""Addresses of the assembled product."""

from django.http import HttpRequest, JsonResponse
from django.urls import include, path

from tuttava.ui import registry
from tuttava.web import accounts, home, manual, preferences, tellme, undo


def healthz(request: HttpRequest) -> JsonResponse:
    """Ready when this answers."""
    return JsonResponse({"status": "ok"})


urlpatterns = [
    path("healthz", healthz),
    path("accounts/no-company/", accounts.no_company, name="no_company"),
    path("accounts/", include("allauth.urls")),
    path("", home.page, name="home"),
    path("find/", tellme.page, name="find"),
    path("tell-me/", tellme.answer, name="tell_me"),
    path("preferences/", preferences.save, name="preferences"),
    path("setup/", home.setup, name="setup"),
    path("help/", manual.start, name="help"),
    path("help/<path:name>", manual.page, name="help_page"),
    path("undo/<uuid:unit>", undo.page, name="undo"),
    *registry.routes(),
]
