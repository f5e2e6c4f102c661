"""Duplicates beside the fields while somebody is typed in, before anything is saved (D-21, D-26)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuttava.contacts.models import Contact
from tuttava.contacts.pages import create
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import is_hidden
from tuttava.duplicates import smart
from tuttava.duplicates.pages.words import Likelihood, likelihood
from tuttava.duplicates.smart import Reason, Suggestion
from tuttava.duplicates.smart.words import label_of, words_of
from tuttava.foundation import records
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.communication import normalised_phone
from tuttava.foundation.company import country_iso
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.text import fold
from tuttava.ui import registry
from tuttava.ui.answers import Answer, fragment, respond, wants_json
from tuttava.ui.undo import undo_address

SHOWN = 3
#: With what the search finds by words.
SHOWN_IN_ALL = 5
#: Shorter names say nothing yet.
SHORTEST = 3
#: Reasons told beside a suggestion.
TOLD = 3
#: Fields of the dialog at which a suggestion is told too, by the name the search has for them.
_AT = {"email": "email", "phone": "phone_no", "mobile_phone": "mobile_phone_no"}


@dataclass(frozen=True)
class Alike:
    """A contact that may be the one being typed, and why; ``adds`` names what of the typed it does not know yet."""

    contact: Contact
    url: str
    likelihood: Likelihood
    reasons: Sequence[Reason]
    adds: Sequence[str]

    @property
    def name(self) -> str:
        return self.contact.name or self.contact.no


def typed_values(sent: Mapping[str, str]) -> dict[str, str]:
    """What the dialog holds so far, by attribute name; a company is typed as words."""
    names = [field.name for field in create.FIELDS if field.name != "company_no"]
    values = {name: sent.get(name, "").replace("\x00", "").strip()[:250] for name in names}
    if sent.get("type") == "person":
        values["company_name"] = sent.get("company_no", "").replace("\x00", "").strip()[:100]
    return {name: value for name, value in values.items() if value} | {"type": sent.get("type", "company")}


def _is_telling(values: Mapping[str, str]) -> bool:
    """Whether there is anything yet by which somebody could be found."""
    reached = any(len(values.get(name, "")) > SHORTEST for name in _AT.values())
    return reached or len(values.get("name", "")) >= SHORTEST


def alike_to(values: Mapping[str, str]) -> list[Alike]:
    """The likeliest contacts first."""
    found = smart.check(values, limit=SHOWN) if _is_telling(values) else []
    return [_alike(suggestion, values) for suggestion in found]


def _alike(suggestion: Suggestion, values: Mapping[str, str]) -> Alike:
    contact = suggestion.contact
    reasons = [reason for reason in suggestion.explained.reasons if reason.points][:TOLD]
    labels = [str(attribute(Contact, name).verbose_name) for name in added(contact, values)]
    return Alike(contact, contact_url(contact), likelihood(suggestion.score), reasons, labels)


def _equal(contact: Contact, values: Mapping[str, str]) -> Alike:
    """A contact that the search found by words, with what it has in common to the letter."""
    phones = {contact.phone_no_normalised, contact.mobile_phone_no_normalised} - {""}
    country = country_iso(contact.country_code)
    mails = {part.strip().lower() for part in contact.email.split(";")} - {""}
    common = {
        "email": values.get("email", "").lower() in mails,
        "phone": normalised_phone(values.get("phone_no", ""), country) in phones,
        "mobile_phone": normalised_phone(values.get("mobile_phone_no", ""), country) in phones,
        "name": fold(values.get("name", "")) == fold(contact.name) if values.get("name") else False,
    }
    reasons = [
        Reason(name, label_of(name), 1, "equal", words_of("equal"), "", "") for name, is_so in common.items() if is_so
    ]
    labels = [str(attribute(Contact, name).verbose_name) for name in added(contact, values)]
    return Alike(contact, contact_url(contact), likelihood(None), reasons, labels)


def added(contact: Contact, values: Mapping[str, str]) -> list[str]:
    """The typed fields that are blank on the contact, as far as the user may change it."""
    if is_hidden(contact) or not current().may("api.write", "contacts"):
        return []
    known = [field.name for field in create.FIELDS if field.name not in ("name", "company_no")]
    return [name for name in known if values.get(name) and not getattr(contact, name)]


def likely(request: HttpRequest) -> HttpResponse:
    """What looks like the contact being typed: by likeness with its reasons, then what the search finds by words."""
    require("api.read", "contacts")
    sent = request.GET.dict()
    values = typed_values(sent)
    found = alike_to(values)
    known = {each.contact.pk for each in found}
    others = [contact for contact in create.found_by_words(sent) if contact.pk not in known]
    same_type = [contact for contact in others if contact.type == values["type"]]
    equal = [each for contact in same_type if (each := _equal(contact, values)).reasons][: SHOWN - len(found)]
    found += equal
    known |= {each.contact.pk for each in equal}
    others = [contact for contact in others if contact.pk not in known][: SHOWN_IN_ALL - len(found)]
    incomplete = _is_telling(values) and not smart.is_complete()
    html = fragment(request, "duplicates/likely.html", {"found": found, "likely": others, "incomplete": incomplete})
    if not wants_json(request):
        return HttpResponse(html)
    return JsonResponse({"parts": {"likely": html, **_told_at_fields(found)}})


def _told_at_fields(found: Sequence[Alike]) -> dict[str, str]:
    """At each field who has the same value already."""
    told = dict.fromkeys(_AT.values(), "")
    for each in reversed(found):
        for reason in each.reasons:
            if reason.field in _AT and reason.points > 0:
                words = _("%(label)s of %(name)s (%(no)s): %(words)s")
                given = {"label": reason.label, "name": each.name, "no": each.contact.no, "words": reason.words}
                told[_AT[reason.field]] = words % given
    return {
        f"wt-{name}": format_html('<p class="field-told" id="wt-{}">{}</p>', name, text) for name, text in told.items()
    }


@require_POST
def use(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Use the existing contact instead of a new one: what it does not know yet is filled in, and its card opens."""
    require("api.write", "contacts")
    contact = Contact.objects.filter(pk=pk).first()
    if contact is None:
        raise Http404
    return respond(request, lambda: _use(contact, typed_values(request.POST.dict())), home=contact_url(contact))


def _use(contact: Contact, values: dict[str, str]) -> Answer:
    names = added(contact, values)
    if not names:
        return Answer(redirect=contact_url(contact))
    changes: dict[str, Any] = {name: values[name] for name in names}
    with unit_of_work("use existing contact", _("Filled in from a new contact")) as unit:
        records.change(contact, changes)
    labels = ", ".join(str(attribute(Contact, name).verbose_name) for name in names)
    told = _("%(contact)s was there already. Filled in: %(fields)s.")
    tell("duplicates.used", told % {"contact": contact.name or contact.no, "fields": labels})
    return Answer(redirect=contact_url(contact), undo=undo_address(unit))


# Takes the place of the register's own look, which knows words alone.
registry.add_route("contacts/likely", likely, "contact-likely")
registry.add_route("duplicates/use/<uuid:pk>", use, "duplicate-use")
