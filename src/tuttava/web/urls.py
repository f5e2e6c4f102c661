"""Addresses of the assembled product."""

from django.http import HttpRequest, JsonResponse
from django.urls import include, path, re_path

from tuttava.api.environments import environments
from tuttava.api.oauth import views as oauth
from tuttava.interactions.unsubscribe_links import PATH
from tuttava.ui import registry
from tuttava.web import accounts, authorize, home, manual, preferences, tellme, undo, unsubscribe


def healthz(request: HttpRequest) -> JsonResponse:
    """Ready when this answers."""
    return JsonResponse({"status": "ok"})


urlpatterns = [
    path("healthz", healthz),
    path("accounts/no-company/", accounts.no_company, name="no_company"),
    path("accounts/", include("allauth.urls")),
    re_path(rf"{oauth.OAUTH}token/?$", oauth.token),
    re_path(rf"{oauth.OAUTH}authorize/?$", authorize.authorize),
    re_path(rf"{oauth.OAUTH}keys/?$", oauth.keys),
    *(re_path(form, oauth.discovery) for form in oauth.DISCOVERY),
    path(f"{PATH}<str:token>", unsubscribe.page, name="unsubscribe"),
    re_path(r"^environments/(?P<version>v1\.[12])/?$", environments),
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
