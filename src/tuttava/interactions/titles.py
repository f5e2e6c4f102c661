"""What an interaction is called in streams and lists (I-79)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import masked
from tuttava.foundation.directory.models import User
from tuttava.interactions.models import InformationFlow, InteractionTemplate
from tuttava.partners.models import Salesperson


class Said(NamedTuple):
    """What titles are made of, by the names of the entry's columns."""

    id: uuid.UUID
    contact_id: uuid.UUID | None
    information_flow: str
    interaction_template_code: str
    salesperson_code: str | None
    user_name: str


class Titled(Protocol):
    """An entry, or the columns of one."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def contact_id(self) -> uuid.UUID | None: ...
    @property
    def information_flow(self) -> str: ...
    @property
    def interaction_template_code(self) -> str: ...
    @property
    def salesperson_code(self) -> str | None: ...
    @property
    def user_name(self) -> str: ...


def titles(entries: Sequence[Titled]) -> dict[uuid.UUID, str]:
    """The title of each entry by its id, in at most four queries; blank where its template does not exist (any more).

    Who may not see a blocked contact reads its masked name.
    """
    codes = {entry.interaction_template_code for entry in entries} - {""}
    templates = dict(InteractionTemplate.objects.filter(code__in=codes).values_list("code", "description"))
    outbound = [entry for entry in entries if entry.information_flow == InformationFlow.OUTBOUND]
    inbound = [entry for entry in entries if entry.information_flow == InformationFlow.INBOUND]
    people, users, contacts = _salespeople(outbound), _users(outbound), _contacts(inbound)
    found = {}
    for entry in entries:
        words = templates.get(entry.interaction_template_code, "")
        if entry.interaction_template_code in templates and entry.information_flow == InformationFlow.OUTBOUND:
            who = people.get(entry.salesperson_code or "") or users.get(entry.user_name, entry.user_name)
            words = _("%(what)s - by %(who)s") % {"what": words, "who": who} if who else words
        elif entry.interaction_template_code in templates and entry.information_flow == InformationFlow.INBOUND:
            who = contacts.get(entry.contact_id, "") if entry.contact_id else ""
            words = _("%(what)s - from %(who)s") % {"what": words, "who": who} if who else words
        found[entry.id] = words
    return found


def _salespeople(entries: Sequence[Titled]) -> dict[str, str]:
    codes = {entry.salesperson_code for entry in entries if entry.salesperson_code}
    return dict(Salesperson.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}


def _users(entries: Sequence[Titled]) -> dict[str, str]:
    """Full names of those who logged entries without salesperson."""
    names = {entry.user_name for entry in entries if entry.user_name and not entry.salesperson_code}
    if not names:
        return {}
    return {user.username: user.get_full_name() or user.username for user in User.objects.filter(username__in=names)}


def _contacts(entries: Sequence[Titled]) -> dict[uuid.UUID, str]:
    ids = {entry.contact_id for entry in entries if entry.contact_id}
    if not ids:
        return {}
    rows = Contact.objects.order_by().filter(pk__among=ids).only("no", "name", "type", "privacy_blocked")
    return {contact.pk: masked(contact).name for contact in rows}
