"""What the buttons of the contact card do; the rules are in :mod:`tuttava.contacts.actions`."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts import actions, restoring
from tuttava.contacts.blockers import Blocker
from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.pages.links import contact_url, list_url, number_from, restore_url
from tuttava.contacts.rules.types import type_change_blockers
from tuttava.foundation.context import current, require, tell
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import views_of
from tuttava.ui.wizards import dialog

#: Where on the card a blocker of a type change can be cleared away.
PLACES = {
    "contact.type.has_org_level": "f-organizational_level_code",
    "contact.type.has_job_responsibilities": "box-job_responsibilities",
    "contact.type.has_people": "box-people",
    "contact.type.has_business_relations": "box-relations",
    "contact.type.has_industry_groups": "box-industry_groups",
    "contact.type.has_currency": "f-currency_code",
    "contact.type.has_vat_no": "f-vat_registration_no",
    "contact.type.has_registration_no": "f-registration_number",
    "contact.type.has_web_sources": "box-web_sources",
}
CLEARED_BY_US = {"contact.type.has_registration_no", "contact.type.has_web_sources"}


def found(pk: uuid.UUID) -> Contact:
    """The contact, with the right to see it checked; 404 when there is none."""
    require("api.read", "contacts")
    contact = Contact.objects.select_related("company").filter(pk=pk).first()
    if contact is None:
        raise Http404
    return contact


def version_of(request: HttpRequest) -> int | None:
    """The version that the page showed."""
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else None


def whole_card(request: HttpRequest, contact: Contact) -> Answer:
    """The card rendered anew after an action that alters much of it."""
    views = views_of("contact")
    fresh = views.load(contact.pk)
    return Answer(parts=views.whole(request, fresh), version=fresh.version, close=True)


# --- inheritance marks -------------------------------------------------------------------------------------------


def pin(request: HttpRequest, pk: uuid.UUID, field: str) -> HttpResponse:
    """Detach an inherited field: it stays as it is whatever the company does (C-31)."""
    return _inheritance(request, pk, lambda contact: actions.pin_field(contact, field))


def reattach(request: HttpRequest, pk: uuid.UUID, field: str) -> HttpResponse:
    """Let a field follow the company again (C-31)."""
    return _inheritance(request, pk, lambda contact: actions.reattach_field(contact, field))


def _inheritance(request: HttpRequest, pk: uuid.UUID, change: Any) -> HttpResponse:
    contact = found(pk)
    if request.method != "POST":
        raise Http404
    return respond(request, lambda: whole_card(request, change(contact)), home=contact_url(contact))


# --- type ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Obstacle:
    """A blocker with the place where it can be cleared away."""

    blocker: Blocker
    url: str
    cleared: bool


def _obstacles(contact: Contact) -> Sequence[Obstacle]:
    card = contact_url(contact)
    return [
        Obstacle(blocker, f"{card}#{PLACES.get(blocker.code, '')}", blocker.code in CLEARED_BY_US)
        for blocker in type_change_blockers(contact)
    ]


def change_type(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Company to person or back: says all that stands in the way, each with a link, and what it clears (C-13)."""
    contact = found(pk)
    target = ContactType.PERSON if contact.is_company else ContactType.COMPANY
    if request.method == "POST":
        clear = request.POST.get("clear") == "yes"
        return respond(
            request,
            lambda: whole_card(request, actions.change_type(contact, target, clear=clear)),
            home=contact_url(contact),
        )
    obstacles = _obstacles(contact)
    context = {
        "contact": contact,
        "target": ContactType(target).label,
        "to_company": target == ContactType.COMPANY,
        "obstacles": [one for one in obstacles if not one.cleared],
        "cleared": [one for one in obstacles if one.cleared],
        "home": contact_url(contact),
    }
    return dialog(request, "contacts/change_type.html", context)


# --- deleting and restoring ------------------------------------------------------------------------------------------


def delete(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Delete at once and offer Undo; nothing that can be undone is confirmed (C-83 to C-87)."""
    contact = found(pk)
    if request.method != "POST":
        raise Http404

    def work() -> Answer:
        actions.delete_contact(contact)
        tell("contact.deleted", _("%(contact)s was deleted.") % {"contact": f"{contact.no} {contact.name}".strip()})
        return Answer(redirect=list_url(), undo=restore_url(contact.no))

    return respond(request, work, home=contact_url(contact))


def restore(request: HttpRequest, no: str) -> HttpResponse:
    """Bring a deleted contact back and open its card (C-87)."""
    if request.method != "POST":
        raise Http404

    def work() -> Answer:
        contact = restoring.restore(number_from(no))
        tell("contact.restored", _("%(contact)s is back.") % {"contact": f"{contact.no} {contact.name}".strip()})
        return Answer(redirect=contact_url(contact))

    return respond(request, work, home=reverse("contact-deleted"))


def deleted(request: HttpRequest) -> HttpResponse:
    """Contacts that can still be brought back."""
    require("api.read", "contacts")
    rows = [(row, restore_url(row.no)) for row in restoring.restorable()]
    context = {"rows": rows, "may_restore": current().may("contacts.delete", "contacts")}
    return render(request, "contacts/deleted.html", context)


# --- inheriting again --------------------------------------------------------------------------------------------


def inherit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take over the company's values again (C-24)."""
    contact = found(pk)
    if request.method != "POST":
        raise Http404
    return respond(
        request,
        lambda: whole_card(request, actions.inherit_from_company(contact)),
        home=contact_url(contact),
    )


registry.add_route("contacts/<uuid:pk>/pin/<str:field>", pin, "contact-pin")
registry.add_route("contacts/<uuid:pk>/reattach/<str:field>", reattach, "contact-reattach")
registry.add_route("contacts/<uuid:pk>/inherit", inherit, "contact-inherit")
registry.add_route("contacts/<uuid:pk>/type", change_type, "contact-type")
registry.add_route("contacts/<uuid:pk>/delete", delete, "contact-delete")
registry.add_route("contacts/restore/<str:no>", restore, "contact-restore")
registry.add_route("contacts/deleted", deleted, "contact-deleted")
registry.add_setup(
    registry.SetupEntry(
        "deleted-contacts",
        gettext_lazy("Deleted contacts"),
        "contact-deleted",
        icon="trash",
        order=300,
        group=gettext_lazy("Contacts"),
        description=gettext_lazy("Bring deleted contacts back while they are kept."),
    )
)
