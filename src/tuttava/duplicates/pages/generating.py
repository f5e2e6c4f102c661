"""“Generate search strings” in the list of pairs: the companies within a few filters are indexed anew (D-15)."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.duplicates.classic.job import generate_search_strings
from tuttava.duplicates.pages import listing
from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import DomainError, Text
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.lists.declare import PageLink
from tuttava.ui.lists.mount import add_page_link
from tuttava.ui.wizards import dialog

NAME = "duplicates-generate"
#: What companies are narrowed by, as the service calls it.
FILTERS: Mapping[str, Text] = {
    "no": gettext_lazy("Number"),
    "companyNo": gettext_lazy("Company number"),
    "externalId": gettext_lazy("External ID"),
    "lastModifiedAt": gettext_lazy("Changed"),
}


def generate(request: HttpRequest) -> HttpResponse:
    """The dialog; a POST queues the work."""
    require("api.write", "contacts")
    if request.method != "POST":
        return _form(request, {})
    filters = {name: text for name in FILTERS if (text := request.POST.get(name, "").replace("\x00", "").strip())}

    def work() -> Answer:
        generate_search_strings(filters)
        tell("duplicates.generating", _("The search strings are being generated. You can go on working meanwhile."))
        return Answer(redirect=reverse("jobs"))

    return respond(request, work, home=reverse(listing.NAME), refused=lambda error: _form(request, filters, error))


def _form(request: HttpRequest, filters: Mapping[str, str], error: DomainError | None = None) -> HttpResponse:
    context = {
        "title": _("Generate search strings"),
        "fields": [(name, label, filters.get(name, "")) for name, label in FILTERS.items()],
        "form_error": str(error) if error is not None else "",
        "home": reverse(listing.NAME),
    }
    return dialog(request, "duplicates/generate.html", context, status=422 if error else 200)


registry.add_route("duplicates/generate", generate, NAME)
add_page_link(
    listing.NAME,
    PageLink("generate", gettext_lazy("Generate search strings"), NAME, icon="arrow-path", right="api.write"),
)
