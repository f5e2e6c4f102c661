"""“Link with existing …” on a contact: the record, then both sides, with a choice per field (B-38 to B-43)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.contacts.pages.actions import found, whole_card
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import masked
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import DomainError, Text
from tuttava.foundation.records import rules_of
from tuttava.partners.models import Customer, Employee, RegisterEntry, Vendor
from tuttava.relations.actions import Difference, differences, link
from tuttava.relations.errors import caption
from tuttava.relations.linking import CONTACT, RECORD
from tuttava.relations.pages import others
from tuttava.relations.pages.registers import SHOWN, is_hidden, shown_name
from tuttava.ui import registry
from tuttava.ui.answers import Answer, fragment, respond, wants_json
from tuttava.ui.values import show as words
from tuttava.ui.wizards import dialog

TITLES: dict[str, Text] = {
    "customer": gettext_lazy("Link with existing customer"),
    "vendor": gettext_lazy("Link with existing vendor"),
    "bank_account": gettext_lazy("Link with existing bank account"),
    "employee": gettext_lazy("Link with existing employee"),
}
_FIELD = "field:"


@dataclass(frozen=True)
class Pair:
    """A field in which both sides differ, as it is shown; ``chosen`` is the side whose value is kept."""

    name: str
    label: str
    contact: str
    record: str
    chosen: str


@dataclass(frozen=True)
class Wish:
    """What the dialog says so far."""

    contact: Contact
    table: str
    no: str
    master: str
    fields: dict[str, str]

    @property
    def one_way(self) -> bool:
        """Whether the contact's values count in any case (B-41)."""
        return self.table == Employee.table and not marketing_setup().two_way_employees


def _party(contact: Contact, table: str, chosen: str) -> Contact:
    """The contact to be linked: for customers and vendors of a person the company, unless chosen otherwise (B-39)."""
    if table not in (Customer.table, Vendor.table) or contact.company is None or chosen == str(contact.pk):
        return contact
    return contact.company


def _read(values: Any, contact: Contact, table: str) -> Wish:
    """The dialog's fields; a choice per field holds until another side is made the master."""
    master = RECORD if values.get("master") == RECORD else CONTACT
    same_master = values.get("was_master", master) == master
    fields = {
        name.removeprefix(_FIELD): str(value)
        for name, value in values.items()
        if name.startswith(_FIELD) and value in (CONTACT, RECORD) and same_master
    }
    party = _party(contact, table, values.get("party", ""))
    return Wish(party, table, values.get("no", "").replace("\x00", "").strip(), master, fields)


def _pairs(wish: Wish, record: RegisterEntry) -> list[Pair]:
    return [_pair(wish, found) for found in differences(wish.contact, record)]


def _pair(wish: Wish, found: Difference) -> Pair:
    """B-43: the master's side, or the other where the master's is blank, unless chosen."""
    filled = {CONTACT: found.contact_value, RECORD: found.record_value}
    other = RECORD if wish.master == CONTACT else CONTACT
    proposed = wish.master if filled[wish.master] or wish.one_way else other
    side = CONTACT if wish.one_way else wish.fields.get(found.name, proposed)
    label = found.label[:1].upper() + found.label[1:]
    return Pair(found.name, label, words(found.contact_value), words(found.record_value), side)


def _comparison(wish: Wish) -> dict[str, Any]:
    """What the comparison shows: nothing before a record is named."""
    record = others.find(wish.table, wish.no) if wish.no else None
    context: dict[str, Any] = {"wish": wish, "record": record, "unknown": bool(wish.no) and record is None}
    if record is not None:
        locked = is_hidden(record) or is_hidden(wish.contact)
        context |= {
            "record_name": shown_name(record),
            "register": SHOWN[wish.table].caption,
            "party": masked(wish.contact),
            "pairs": [] if locked else _pairs(wish, record),
            "locked": locked,
        }
    return context


def show(request: HttpRequest, pk: uuid.UUID, table: str) -> HttpResponse:
    """The dialog; a POST links, once the differences were shown."""
    contact = found(pk)
    if table not in SHOWN:
        raise Http404
    rules = rules_of(ContactBusinessRelation)
    require(rules.write_right, rules.set_name)
    if request.method != "POST":
        return _form(request, contact, _read(request.GET, contact, table))
    wish = _read(request.POST, contact, table)
    record = others.find(table, wish.no) if wish.no else None
    unseen = record is not None and request.POST.get("compared") != record.no
    if record is not None and unseen and differences(wish.contact, record):
        return _compared(request, contact, wish)
    return respond(
        request,
        lambda: _link(request, contact, wish, record),
        home=contact_url(contact),
        refused=lambda error: _form(request, contact, wish, error),
    )


def _link(request: HttpRequest, contact: Contact, wish: Wish, record: RegisterEntry | None) -> Answer:
    if not wish.no:
        raise DomainError("field_required", _("Type a number or a name."), field="no", rule="B-40")
    link(
        wish.contact,
        wish.table,
        record.no if record is not None else wish.no,
        master=wish.master,
        fields={} if wish.one_way else wish.fields,
    )
    tell(
        "contact.linked",
        _("%(contact)s is linked with %(table)s %(no)s. Both are kept the same from now on.")
        % {
            "contact": wish.contact.name or wish.contact.no,
            "table": caption(wish.table).lower(),
            "no": record.no if record is not None else wish.no,
        },
    )
    return whole_card(request, contact)


def _compared(request: HttpRequest, contact: Contact, wish: Wish) -> HttpResponse:
    """Show what differs before anything is linked."""
    if not wants_json(request):
        return _form(request, contact, wish)
    html = fragment(request, "relations/comparison.html", _comparison(wish))
    return JsonResponse({"parts": {"comparison": html}, "messages": []})


def compare(request: HttpRequest, pk: uuid.UUID, table: str) -> HttpResponse:
    """The comparison alone, while the dialog is being filled in."""
    contact = found(pk)
    if table not in SHOWN:
        raise Http404
    html = fragment(request, "relations/comparison.html", _comparison(_read(request.GET, contact, table)))
    return JsonResponse({"parts": {"comparison": html}}) if wants_json(request) else HttpResponse(html)


def _form(request: HttpRequest, contact: Contact, wish: Wish, error: DomainError | None = None) -> HttpResponse:
    proposed = wish.table in (Customer.table, Vendor.table) and contact.company not in (None, contact)
    context = _comparison(wish) | {
        "title": TITLES[wish.table],
        "table": wish.table,
        "contact": masked(contact),
        "company": masked(contact.company) if proposed and contact.company is not None else None,
        "lookup": reverse("lookup", kwargs={"source": f"{wish.table}-unlinked"}),
        "live": reverse("contact-link-compare", kwargs={"pk": contact.pk, "table": wish.table}),
        "error": error if error is not None and error.field == "no" else None,
        "form_error": "" if error is None or error.field == "no" else str(error),
        "home": contact_url(contact),
    }
    return dialog(request, "relations/link.html", context, status=422 if error else 200)


registry.add_route("contacts/<uuid:pk>/link/<slug:table>", show, "contact-link")
registry.add_route("contacts/<uuid:pk>/link/<slug:table>/compare", compare, "contact-link-compare")
