"""Creating contacts for all records of a register: what would happen first, then the work in the background (B-51)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tuttava.api.declare import CRM
from tuttava.contacts.rules.relations import CODE_FIELDS
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError, Text
from tuttava.partners.rules.registers import REGISTERS
from tuttava.relations.founding_job import SETS, Filters, create_contacts_from, without_contact
from tuttava.relations.founding_preview import MOST_COMPARED, Preview, preview
from tuttava.relations.pages.notices import FOUND
from tuttava.relations.pages.registers import SHOWN, list_url, record_url, shown_name
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards.declare import add_hint

#: By what the records are narrowed, as the service calls it: everywhere, and each register's posting group.
_FILTERS: dict[str, Text] = {
    "no": gettext_lazy("Number"),
    "searchName": gettext_lazy("Search name"),
    "currencyCode": gettext_lazy("Currency"),
}
_POSTING_GROUPS = {
    "customer": "customerPostingGroup",
    "vendor": "vendorPostingGroup",
    "bank_account": "bankAccountPostingGroup",
}
#: Records that a hint counts; more are "more than".
_MOST_COUNTED = 10_000


@dataclass(frozen=True)
class FilterField:
    """An input of the page."""

    name: str
    label: Text
    value: str
    error: str = ""


def found(request: HttpRequest, table: str) -> HttpResponse:
    """What creating contacts would do; a POST begins it and shows its progress among the background work."""
    if table not in SETS:
        raise Http404
    require("api.write", "contacts")
    require("api.read", SHOWN[table].set_name)
    if request.method != "POST":
        return _show(request, table, _filters_of(table, request.GET))
    filters = _filters_of(table, request.POST)

    def work() -> Answer:
        job = create_contacts_from(table, filters)
        if job is None:
            return Answer(redirect=_address(table))
        tell("relation.creation_begun", _("The contacts are being created. You can go on working meanwhile."))
        return Answer(redirect=reverse("jobs"))

    return respond(
        request, work, home=list_url(table), refused=lambda error: _show(request, table, filters, refused=error)
    )


def _address(table: str) -> str:
    return reverse(FOUND, kwargs={"table": table})


def _names(table: str) -> dict[str, Text]:
    group = _POSTING_GROUPS[table]
    return {**_FILTERS, group: gettext_lazy("Posting group")}


def _filters_of(table: str, sent: Any) -> Filters:
    known = CRM.sets[SETS[table]].by_name
    return {name: sent[name].strip() for name in _names(table) if name in known and sent.get(name, "").strip()}


def _show(request: HttpRequest, table: str, filters: Filters, *, refused: DomainError | None = None) -> HttpResponse:
    shown: Preview | None = None
    try:
        shown = preview(table, filters)
    except DomainError as error:
        refused = refused or error
    at = refused.field if refused else ""
    fields = [
        FilterField(name, label, filters.get(name, ""), str(refused) if name == at else "")
        for name, label in _names(table).items()
    ]
    context = {
        "page_title": _("Create contacts from %(register)s") % {"register": str(SHOWN[table].title).lower()},
        "pages": SHOWN[table],
        "list_url": list_url(table),
        "address": _address(table),
        "preview": shown,
        "most_compared": MOST_COMPARED,
        "samples": [(each, record_url(each.record), shown_name(each.record)) for each in shown.samples]
        if shown
        else [],
        "fields": fields,
        "filters": filters,
        "refused": refused if refused and not any(field.error for field in fields) else None,
        "may_set_up": current().may("api.admin"),
    }
    return render(request, "relations/founding.html", context, status=422 if refused else 200)


def _hint(table: str) -> Callable[[Any], Text]:
    """What the first relation code of a register brings: said on the setup while it is being chosen."""

    def hint(setup: Any) -> Text:
        if getattr(setup, CODE_FIELDS[table]):
            return _("Contacts show their new status a little later; it is worked out in the background.")
        rows = without_contact(REGISTERS[table]._default_manager.order_by())
        number = rows.values("pk")[: _MOST_COUNTED + 1].count()
        if not number:
            return _("New ones will get a contact at once.")
        text = ngettext(
            "New ones will get a contact at once. %(number)s has none yet: see in the list, under “Create contacts”,"
            " what creating it would bring.",
            "New ones will get a contact at once. %(number)s have none yet: see in the list, under “Create contacts”,"
            " what creating them would bring.",
            number,
        )
        more = _("More than %(number)d") % {"number": _MOST_COUNTED} if number > _MOST_COUNTED else str(number)
        return text % {"number": more}

    return hint


registry.add_route("registers/<slug:table>/create-contacts", found, FOUND)
for _table in SETS:
    add_hint("marketing-setup", CODE_FIELDS[_table], _hint(_table))
