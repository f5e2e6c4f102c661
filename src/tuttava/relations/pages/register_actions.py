"""What the buttons on cards of the registers do: open or create the contact behind, delete the record."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tuttava.contacts.pages.links import contact_url
from tuttava.foundation import records
from tuttava.foundation.context import ask, require, tell
from tuttava.foundation.journal import unit_of_work
from tuttava.partners.models import RegisterEntry
from tuttava.relations.actions import create_contact
from tuttava.relations.pages.registers import SHOWN, list_url, name_of, record_url
from tuttava.relations.queries import contacts_of, hub_of
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.undo import undo_address


class RegisterActions:
    """The actions of one register."""

    def __init__(self, table: str) -> None:
        self.table = table
        self.model: type[RegisterEntry] = SHOWN[table].model

    def _found(self, pk: uuid.UUID) -> Any:
        require("api.read", SHOWN[self.table].set_name)
        record = self.model._default_manager.filter(pk=pk).first()
        if record is None:
            raise Http404
        return record

    def contact(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The contacts behind the record; a POST creates the contact where there is none (B-88)."""
        record = self._found(pk)
        hub = hub_of(record)
        if request.method != "POST":
            if hub is None:
                return HttpResponseRedirect(record_url(record))
            several = hub.is_company and len(contacts_of(record)[:2]) > 1
            target = reverse("contact-related", kwargs={"pk": hub.pk}) if several else contact_url(hub)
            return HttpResponseRedirect(target)

        def work() -> Answer:
            if hub is not None:
                return Answer(redirect=contact_url(hub))
            question = _("Create a contact for %(record)s?") % {"record": f"{record.no} {name_of(record)}"}
            default = self.table != "bank_account"
            if not ask("q_create_contact", question, default=default, unattended=True):
                return Answer(redirect=record_url(record))
            contact = create_contact(record)
            tell("contact.created", _("Contact %(no)s was created.") % {"no": contact.no})
            return Answer(redirect=record_url(record))

        return respond(request, work, home=record_url(record))

    def delete(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Delete at once and offer Undo (B-84, B-85)."""
        record = self._found(pk)
        if request.method != "POST":
            raise Http404

        def work() -> Answer:
            with unit_of_work(f"delete {self.table}") as unit:
                records.delete(record)
            tell("record.deleted", _("%(record)s was deleted.") % {"record": f"{record.no} {name_of(record)}"})
            return Answer(redirect=list_url(self.table), undo=undo_address(unit))

        return respond(request, work, home=record_url(record))


def mount(table: str) -> None:
    """Give the card of a register its own pages."""
    actions, base = RegisterActions(table), f"{SHOWN[table].list_name}/<uuid:pk>"
    registry.add_route(f"{base}/contact", actions.contact, f"{table}-contact")
    registry.add_route(f"{base}/delete", actions.delete, f"{table}-delete")
