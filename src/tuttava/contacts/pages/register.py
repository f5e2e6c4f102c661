"""The contact list, the contacts in the palette, and what Home shows of the register."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuttava.contacts import bulk, tables
from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.search import search_ids
from tuttava.foundation.context import current
from tuttava.ui import registry
from tuttava.ui.lists.counts import cached_count
from tuttava.ui.lists.declare import ListPage, Start
from tuttava.ui.lists.mount import register_list

UNSEEN = ("search_tokens", "search_text", "pinned_fields")


def _rows() -> QuerySet[Contact]:
    return Contact.objects.defer(*UNSEEN)


def _search(text: str, rows: QuerySet[Any], limit: int) -> Sequence[uuid.UUID]:
    return search_ids(text, limit=limit, base=rows)


LIST = register_list(
    ListPage(
        name="contacts",
        path="contacts",
        title=_("Contacts"),
        model=Contact,
        columns=tables.COLUMNS,
        sorts=tables.SORTS,
        filters=tables.FILTERS,
        rows=_rows,
        search=_search,
        href=tables.card_of,
        row_class=tables.row_class,
        bulk=bulk.ACTIONS,
        new="contact-new",
        new_label=_("New contact"),
        start=Start(
            _("No contacts yet"),
            _("Every company and person you deal with stands here. Create the first one, or import a file."),
            _("New contact"),
            "contact-new",
            "users",
        ),
        set_name="contacts",
    )
)


def _hits(text: str, limit: int) -> list[registry.Hit]:
    """Contacts for the palette, best first."""
    ids = search_ids(text, limit=limit)
    found = {contact.pk: contact for contact in Contact.objects.defer(*UNSEEN).filter(pk__in=ids)}
    return [_hit(found[pk]) for pk in ids if pk in found]


def _hit(contact: Contact) -> registry.Hit:
    company = contact.company_name if contact.is_person else ""
    detail = " · ".join(part for part in (company, str(tables.personal("city")(contact) or ""), contact.no) if part)
    drawing = "building-office-2" if contact.is_company else "user"
    return registry.Hit(str(tables.personal("name")(contact) or contact.no), tables.card_of(contact), detail, drawing)


def _count(**conditions: Any) -> tuple[int, bool]:
    key = "contacts:" + ",".join(f"{name}={value}" for name, value in sorted(conditions.items()))
    return cached_count(key, Contact.objects.filter(Q(**conditions)))


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _since_yesterday(request: HttpRequest) -> dict[str, Any]:
    """The contacts changed since yesterday, latest first."""
    yesterday = current().today - dt.timedelta(days=1)
    changed = Contact.objects.defer(*UNSEEN).filter(last_modified_at__gte=_midnight(yesterday))
    latest = list(changed.order_by("-last_modified_at", "-id")[:8])
    return {"lines": [(_hit(contact), tables.when(contact)) for contact in latest]}


registry.add_nav(registry.Entry("contacts", _("Contacts"), "contacts", icon="users", order=10))
registry.add_search(registry.RecordSearch("contacts", _("Contact"), _hits))
registry.add_cue(
    registry.Cue(
        "companies",
        _("Companies"),
        "contacts",
        lambda: _count(type=ContactType.COMPANY),
        query="f=type:is:company",
        icon="building-office-2",
        order=10,
    )
)
registry.add_cue(
    registry.Cue(
        "persons",
        _("Persons"),
        "contacts",
        lambda: _count(type=ContactType.PERSON),
        query="f=type:is:person",
        icon="user",
        order=20,
    )
)
registry.add_cue(
    registry.Cue(
        "changed-today",
        _("Changed today"),
        "contacts",
        lambda: _count(last_modified_at__gte=_midnight(current().today)),
        query="f=changed:from:t&sort=-changed",
        icon="clock",
        order=30,
    )
)
registry.add_cue(
    registry.Cue(
        "privacy-blocked",
        _("Privacy blocked"),
        "contacts",
        lambda: _count(privacy_blocked=True),
        query="f=blocked:yes:",
        icon="lock-closed",
        order=40,
    )
)
registry.add_panel(
    registry.HomePanel(
        "contacts-changed", _("Changed since yesterday"), "contacts/home_changed.html", _since_yesterday, order=20
    )
)
