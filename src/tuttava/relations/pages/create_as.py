"""“Create as …” on a contact: for whom the record is made, and from which template (B-20 to B-37)."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from tuttava.contacts.models import Contact
from tuttava.contacts.pages.actions import found
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import masked
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError, Text
from tuttava.partners.templating import TEMPLATES
from tuttava.relations.actions import create_as, fitting_templates
from tuttava.relations.checking import check_linkable, hub_for
from tuttava.relations.pages.registers import SHOWN, record_url
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.wizards import dialog

NO_TEMPLATE = "-"
TITLES: dict[str, Text] = {
    "customer": gettext_lazy("Create as customer"),
    "vendor": gettext_lazy("Create as vendor"),
    "bank_account": gettext_lazy("Create as bank account"),
    "employee": gettext_lazy("Create as employee"),
}


def show(request: HttpRequest, pk: uuid.UUID, table: str) -> HttpResponse:
    """The dialog; a POST creates the record and opens its card."""
    contact = found(pk)
    if table not in SHOWN:
        raise Http404
    require("api.write", SHOWN[table].set_name)
    if request.method != "POST":
        return _form(request, contact, table)
    return respond(
        request,
        lambda: _create(request, contact, table),
        home=contact_url(contact),
        refused=lambda error: _form(request, contact, table, error),
    )


def _create(request: HttpRequest, contact: Contact, table: str) -> Answer:
    chosen = request.POST.get("template_code", "")
    with_template = table in TEMPLATES and chosen != NO_TEMPLATE
    code = chosen if with_template else ""
    return Answer(redirect=record_url(create_as(contact, table, template_code=code, use_template=with_template)))


def _form(request: HttpRequest, contact: Contact, table: str, error: DomainError | None = None) -> HttpResponse:
    hub = hub_for(contact, table)
    templates = fitting_templates(contact, table) if error is None else []
    obstacle = error or _obstacle(contact, hub, table)
    context: dict[str, Any] = {
        "title": TITLES[table],
        "contact": masked(contact),
        "hub": masked(hub),
        "of_company": hub.pk != contact.pk,
        "templates": templates,
        "chosen": request.POST.get("template_code") or (templates[0].code if len(templates) == 1 else ""),
        "takes_template": table in TEMPLATES,
        "asks_for_one": table in ("customer", "vendor"),
        "no_template": NO_TEMPLATE,
        "obstacle": obstacle,
        "setup_missing": obstacle is not None and obstacle.code == "setup.missing",
        "home": contact_url(contact),
    }
    return dialog(request, "relations/create_as.html", context, status=422 if error else 200)


def _obstacle(contact: Contact, hub: Contact, table: str) -> DomainError | None:
    """What stands in the way, said before anything is filled in."""
    try:
        check_linkable(contact, hub, table)
    except DomainError as refusal:
        return refusal
    return None


registry.add_route("contacts/<uuid:pk>/create-as/<slug:table>", show, "contact-create-as")
