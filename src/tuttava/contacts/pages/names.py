"""Name dialog, company dialog and preview of salutations (C-20, C-27, C-64); opening a web source (C-93)."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from tuttava.contacts.links import launch_address
from tuttava.contacts.models import Contact, ContactWebSource, TaxNumberCheck
from tuttava.contacts.pages.actions import found, version_of, whole_card
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import is_hidden
from tuttava.contacts.salutations import preview
from tuttava.foundation import records
from tuttava.foundation.cleaning import attribute, same
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError, PermissionDenied
from tuttava.foundation.models import Language
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import CardField
from tuttava.ui.wizards import dialog, form_fields, read_form

F = CardField
MOST_CHECKS = 100
OF_PERSON = (
    *(F("first_name"), F("middle_name"), F("surname"), F("initials"), F("job_title")),
    *(F("salutation_code"), F("language_code")),
)
OF_COMPANY = (
    *(F("name", wide=True), F("address"), F("address_2"), F("country_code")),
    *(F("post_code", lookup="post-code"), F("city", lookup="city")),
    *(F("phone_no", kind="phone"), F("fax_no", kind="phone")),
)


def _visible(pk: uuid.UUID) -> Contact:
    contact = found(pk)
    if is_hidden(contact):
        raise PermissionDenied("privacy.manage")
    return contact


def names(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Name details of a person, address details of a company; read only without the right to change (C-20)."""
    contact = _visible(pk)
    if request.method != "POST":
        return _form(request, contact)

    def work() -> Answer:
        fields = OF_PERSON if contact.is_person else OF_COMPANY
        typed = read_form(Contact, fields, request.POST.dict())
        changed = {name: value for name, value in typed.items() if not same(value, getattr(contact, name))}
        return whole_card(request, records.change(contact, changed, version=version_of(request)))

    return respond(request, work, home=contact_url(contact), refused=lambda error: _form(request, contact, error))


def _form(request: HttpRequest, contact: Contact, error: DomainError | None = None) -> HttpResponse:
    fields = OF_PERSON if contact.is_person else OF_COMPANY
    now = {one.name: getattr(contact, one.name) for one in fields}
    views = form_fields(Contact, fields, values_now=now, typed=request.POST.dict() if error else None, error=error)
    for view in views:
        view.help = ""
    context = {
        "title": _("Name details") if contact.is_person else _("Company details"),
        "fields": views,
        "version": contact.version,
        "form_error": "" if error is None or any(view.error for view in views) else str(error),
        "submit": _("Save"),
        "read_only": not current().may("api.write", "contacts"),
        "home": contact_url(contact),
        "action": request.path,
    }
    return dialog(request, "ui/wizards/form.html", context, status=422 if error else 200)


def company(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The person's company, read only; without one there is nothing to open (C-27)."""
    contact = found(pk)
    if contact.company is None or contact.is_company:
        raise Http404
    shown = contact.company
    fields = [] if is_hidden(shown) else _facts(shown)
    return dialog(request, "contacts/company.html", {"shown": shown, "fields": fields, "home": contact_url(contact)})


def _facts(shown: Contact) -> list[tuple[str, Any]]:
    labels = ((one.name, attribute(Contact, one.name).verbose_name) for one in OF_COMPANY)
    return [(str(label), getattr(shown, name)) for name, label in labels if getattr(shown, name)]


def salutations(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Every formula of the contact's salutation code with language, kind and resulting text (C-64)."""
    contact = _visible(pk)
    languages = dict(Language.objects.values_list("code", "name"))
    rows = [
        (languages.get(one.language, one.language) or _("All other languages"), one.kind, one.text)
        for one in preview(contact)
    ]
    context = {"contact": contact, "rows": rows, "home": contact_url(contact)}
    return dialog(request, "contacts/salutations.html", context)


def launch(request: HttpRequest, pk: uuid.UUID, row: uuid.UUID) -> HttpResponse:
    """Go to a web source with the search word filled in."""
    contact = found(pk)
    link = ContactWebSource.objects.select_related("web_source", "contact").filter(pk=row, contact=contact).first()
    if link is None:
        raise Http404
    return HttpResponseRedirect(launch_address(link))


def tax_log(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Every check of the contact's tax number and what came of it (C-46)."""
    contact = _visible(pk)
    checks = TaxNumberCheck.objects.filter(contact=contact).order_by("-at")[:MOST_CHECKS]
    return dialog(
        request, "contacts/tax_log.html", {"contact": contact, "checks": checks, "home": contact_url(contact)}
    )


registry.add_route("contacts/<uuid:pk>/tax-log", tax_log, "contact-tax-log")
registry.add_route("contacts/<uuid:pk>/names", names, "contact-names")
registry.add_route("contacts/<uuid:pk>/company", company, "contact-company")
registry.add_route("contacts/<uuid:pk>/salutations", salutations, "contact-salutations")
registry.add_route("contacts/<uuid:pk>/web-sources/<uuid:row>", launch, "contact-launch")
