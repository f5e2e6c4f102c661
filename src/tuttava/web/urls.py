"""Addresses of the assembled product."""

from django.http import HttpRequest, JsonResponse
from django.urls import include, path

from tuttava.web import pages


def healthz(request: HttpRequest) -> JsonResponse:
    """Ready when this answers."""
    return JsonResponse({"status": "ok"})


urlpatterns = [
    path("healthz", healthz),
    path("accounts/", include("allauth.urls")),
    path("", pages.home, name="home"),
]
