"""Setup pages for applications: programs that ask for tokens (A-12)."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation.directory import applications
from tuttava.foundation.directory.drawing import drawn
from tuttava.foundation.directory.models import Application
from tuttava.foundation.errors import DomainError, Text
from tuttava.ui import registry
from tuttava.web.admin_forms import GROUP, admin_page, mount, perform

TEMPLATE = "web/admin/application.html"


@admin_page("api.admin")
def application_list(request: HttpRequest) -> HttpResponse:
    """All applications, and as whom they act."""
    rows = Application.objects.select_related("user")[:1000]
    return render(request, "web/admin/applications.html", {"page_title": _("Applications"), "rows": rows})


@admin_page("api.admin")
def application_page(request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
    """One application; without ``pk`` a new one. A secret is shown in the answer that drew it, and never again."""
    found = Application.objects.select_related("user").filter(pk=pk).first() if pk else None
    if pk and found is None:
        raise Http404

    def context(subject: Application | None = found) -> dict[str, Any]:
        return {
            "page_title": subject.name if subject else _("New application"),
            "subject": subject,
            "public": subject is not None and applications.is_public(subject),
            "addresses": "\n".join(subject.redirect_uris) if subject else "",
        }

    if request.method != "POST":
        return render(request, TEMPLATE, context())
    if found and request.POST.get("verb") in {"save", "delete"}:
        return perform(request, lambda: _verb(request, found), TEMPLATE, context)
    try:
        made = applications.new_secret(found) if found else applications.create(_values(request))
    except DomainError as error:
        return render(request, TEMPLATE, {**context(), "error": error, "typed": request.POST}, status=422)
    answer = render(request, TEMPLATE, {**context(made), "secret": drawn(made.pk), "made": True})
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _values(request: HttpRequest) -> dict[str, Any]:
    sent = request.POST
    values = {name: sent.get(name, "").strip() for name in ("name", "username", "public_key")}
    return {**values, "redirect_uris": sent.get("redirect_uris", "").split(), "public": sent.get("public") == "on"}


def _verb(request: HttpRequest, found: Application) -> tuple[Text, str]:
    if request.POST["verb"] == "delete":
        applications.delete(found)
        return _("The application was deleted, and its tokens no longer work."), reverse("applications")
    values = {name: value for name, value in _values(request).items() if name != "public"}
    applications.change(found, values)
    return _("Saved."), reverse("application", args=[found.pk])


mount("applications/", application_list, "applications")
mount("applications/new/", application_page, "application_new")
mount("applications/<uuid:pk>/", application_page, "application")
registry.add_setup(
    registry.SetupEntry(
        "applications",
        gettext_lazy("Applications"),
        "applications",
        icon="puzzle-piece",
        order=951,
        right="api.admin",
        description=gettext_lazy("Programs that sign in with tokens"),
        words=gettext_lazy("oauth token client secret API"),
        group=GROUP,
    )
)
