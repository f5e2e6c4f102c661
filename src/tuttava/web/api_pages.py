"""The services explained to people: all sets with a search, and a page for each."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api.declare import SERVICES, EntitySet, Service
from tuttava.api.metadata import title_of
from tuttava.foundation.context import current, require
from tuttava.ui import registry
from tuttava.web import api_reference
from tuttava.web.admin_forms import GROUP
from tuttava.web.api_examples import examples

NAMES = {"standard": gettext_lazy("Standard service"), "crm": gettext_lazy("CRM service")}


def overview(request: HttpRequest) -> HttpResponse:
    """All sets of both services, or those that a search finds."""
    require("api.read")
    text = request.GET.get("q", "")[:100]
    services = [
        (service, NAMES[service.name], base_of(request, service), lines) for service, lines in api_reference.find(text)
    ]
    context = {"page_title": _("API reference"), "services": services, "text": text, "user_name": current().user_name}
    part = request.htmx.target == "sets"  # type: ignore[attr-defined]
    return render(request, "web/api/sets.html" if part else "web/api/overview.html", context)


def set_page(request: HttpRequest, service: str, set_name: str) -> HttpResponse:
    """One set: properties, navigations, actions, rights, examples."""
    require("api.read")
    owner = next((each for each in SERVICES if each.name == service), None)
    found = owner.sets.get(set_name) if owner else None
    if owner is None or found is None:
        raise Http404
    base = base_of(request, owner, found)
    context = {
        "page_title": found.name,
        "service": owner,
        "service_name": NAMES[owner.name],
        "set": found,
        "words": title_of(found, plural=True),
        "address": f"{base}/{found.name}",
        "rights": api_reference.rights_of_set(found),
        "facts": api_reference.facts_of(found),
        "properties": api_reference.properties_of(found),
        "navigations": api_reference.navigations_of(owner, found),
        "actions": api_reference.actions_of(owner, found),
        "examples": [] if found.needs_parent else examples(found, base, current().user_name),
    }
    return render(request, "web/api/set.html", context)


def base_of(request: HttpRequest, service: Service, entity_set: EntitySet | None = None) -> str:
    """The address that names of sets follow, with the company in use in it."""
    root = f"{request.scheme}://{request.get_host()}/api/{service.path}"
    if entity_set is not None and entity_set.outside:
        return root
    return f"{root}/companies({request.company.pk})"  # type: ignore[attr-defined]


registry.add_route("api/docs", overview, "api_docs")
registry.add_route("api/docs/<slug:service>/<slug:set_name>", set_page, "api_docs_set")
registry.add_setup(
    registry.SetupEntry(
        "api_docs",
        gettext_lazy("API reference"),
        "api_docs",
        icon="code-bracket",
        order=953,
        group=GROUP,
        description=gettext_lazy("What programs can read and write, with examples to copy"),
        words=gettext_lazy("api odata rest openapi web service developer integration power query excel"),
    )
)
