"""Quick create: a contact from the few fields one has while on the phone, with look-alikes shown before saving."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.pages.lookups import company_from
from tuttava.contacts.privacy import masked
from tuttava.contacts.search import search_ids
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import records
from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import NumberSeries
from tuttava.foundation.series import choices
from tuttava.ui import registry
from tuttava.ui.answers import Answer, fragment, respond, wants_json
from tuttava.ui.cards import CardField
from tuttava.ui.wizards import dialog, form_fields, read_form

LIKELY = 6
FIELDS = (
    CardField("name", wide=True),
    CardField("company_no", label=gettext_lazy("company"), lookup="contact-company", wide=True),
    CardField("job_title"),
    CardField("phone_no", kind="phone"),
    CardField("email", kind="email"),
    CardField("mobile_phone_no", kind="phone"),
)
FOR_PERSONS = ("company_no", "job_title")


def _company(request: HttpRequest) -> Contact | None:
    """The company that the list or card which opened the dialog is limited to (C-6)."""
    try:
        pk = uuid.UUID(request.GET.get("company") or request.POST.get("limited_to") or "")
    except ValueError:
        return None
    return Contact.objects.filter(pk=pk, type=ContactType.COMPANY).first()


def new(request: HttpRequest) -> HttpResponse:
    """The dialog; a POST creates the contact and opens its card."""
    require("api.write", "contacts")
    company = _company(request)
    if request.method != "POST":
        return _form(request, company)
    return respond(
        request,
        lambda: _create(request),
        home=reverse("home"),
        refused=lambda error: _form(request, company, error),
    )


def _create(request: HttpRequest) -> Answer:
    kind = request.POST.get("type", ContactType.COMPANY)
    fields = [one for one in FIELDS if kind == ContactType.PERSON or one.name not in FOR_PERSONS]
    series = request.POST.get("no_series_code", "")
    typed = {name: value for name, value in read_form(Contact, fields, request.POST.dict()).items() if value}
    if not typed.get("name"):
        raise DomainError("contact.required", _("A contact needs a name. Type one."), field="name")
    company = _company(request) or company_from(typed.get("company_no", ""))
    if company is not None and kind == ContactType.PERSON:
        typed["company_no"] = company.no
    if series:
        typed["no_series_code"] = series
    made = records.create(Contact, {"type": kind, **typed})
    tell("contact.created", _("%(contact)s was created.") % {"contact": f"{made.no} {made.name}"})
    return Answer(redirect=contact_url(made))


def _form(request: HttpRequest, company: Contact | None, error: DomainError | None = None) -> HttpResponse:
    typed = request.POST.dict() if error is not None else None
    start: dict[str, Any] = {name: request.GET.get(name, "") for name in ("name", "email")}
    fields_shown = [one for one in FIELDS if company is None or one.name != "company_no"]
    kind = request.GET.get("type") or (ContactType.PERSON if company else ContactType.COMPANY)
    fields = form_fields(Contact, fields_shown, values_now=start, typed=typed, error=error)
    for view in fields:
        view.help = ""
    context = {
        "fields": fields,
        "for_persons": FOR_PERSONS,
        "kind": (typed or {}).get("type", kind),
        "of_company": company,
        "likely": [],
        "series": _series(),
        "chosen_series": (typed or {}).get("no_series_code", ""),
        "form_error": "" if error is None or any(view.error for view in fields) else str(error),
        "home": reverse("home"),
        "draft": f"contact.new.{company.pk if company else ''}",
    }
    return dialog(request, "contacts/new.html", context, status=422 if error else 200)


def _series() -> list[NumberSeries]:
    """The series one may choose a number from; none to choose when there is but one (C-1, C-110)."""
    code = marketing_setup().contact_nos_code
    found = choices(code) if code else []
    return found if len(found) > 1 else []


def found_by_words(typed: Mapping[str, str], limit: int = LIKELY) -> list[Contact]:
    """Contacts that the search finds by what is typed so far, as they may be shown; a room above adds a closer look."""
    found: dict[uuid.UUID, None] = {}
    for name in ("email", "phone_no", "mobile_phone_no", "name"):
        text = typed.get(name, "").replace("\x00", "").strip()
        if len(text) >= 3 and len(found) < limit:
            for pk in search_ids(text, limit=limit):
                found.setdefault(pk)
    ids = list(found)[:limit]
    rows = {row.pk: row for row in Contact.objects.filter(pk__in=ids)}
    return [masked(rows[pk]) for pk in ids if pk in rows]


def likely(request: HttpRequest) -> HttpResponse:
    """Contacts that look like the one being typed, as a part of the dialog."""
    require("api.read", "contacts")
    html = fragment(request, "contacts/likely.html", {"likely": found_by_words(request.GET.dict())})
    return JsonResponse({"parts": {"likely": html}}) if wants_json(request) else HttpResponse(html)


registry.add_route("contacts/new", new, "contact-new")
registry.add_route("contacts/likely", likely, "contact-likely")
registry.add_command(
    registry.Command(
        "new-contact",
        gettext_lazy("New contact"),
        "contact-new",
        icon="user-plus",
        order=10,
        right="api.write",
        key="n",
        quick=True,
    )
)
