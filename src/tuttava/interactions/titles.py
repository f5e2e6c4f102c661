"""What an interaction is called in streams and lists (I-79)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import masked
from tuttava.foundation.directory.models import User
from tuttava.interactions.models import InformationFlow, InteractionLogEntry, InteractionTemplate
from tuttava.partners.models import Salesperson

#: The columns of entries that titles are made of.
NEEDED = ("contact", "information_flow", "interaction_template_code", "salesperson", "user_name")


def titles(entries: Sequence[InteractionLogEntry]) -> dict[uuid.UUID, str]:
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
        found[entry.pk] = words
    return found


def _salespeople(entries: Sequence[InteractionLogEntry]) -> dict[str, str]:
    codes = {entry.salesperson_code for entry in entries if entry.salesperson_code}
    return dict(Salesperson.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}


def _users(entries: Sequence[InteractionLogEntry]) -> dict[str, str]:
    """Full names of those who logged entries without salesperson."""
    names = {entry.user_name for entry in entries if entry.user_name and not entry.salesperson_code}
    if not names:
        return {}
    return {user.username: user.get_full_name() or user.username for user in User.objects.filter(username__in=names)}


def _contacts(entries: Sequence[InteractionLogEntry]) -> dict[uuid.UUID, str]:
    ids = {entry.contact_id for entry in entries if entry.contact_id}
    if not ids:
        return {}
    rows = Contact.objects.filter(pk__in=ids).only("no", "name", "type", "privacy_blocked")
    return {contact.pk: masked(contact).name for contact in rows}
