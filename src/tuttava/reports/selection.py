"""Which contacts a report is about: chosen rows, or filters, in a given order; never privacy-blocked ones (C-72)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, ContactType
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.text import folded_words

#: One run prints at most this many contacts; more is a job for export and a letter shop.
MOST_CONTACTS = 5000
_CODES = ("salesperson", "territory", "country")
_CODE_FIELDS = {name: f"{name}_code" for name in _CODES}
ORDERS: dict[str, tuple[str | Lower, ...]] = {
    "name": (Lower("name"), "id"),
    "no": ("no", "id"),
    "post_code": ("post_code", "id"),
    "company": (Lower("company_name"), "company_no", "type", Lower("name"), "id"),
}


@dataclass(frozen=True)
class Selected:
    """The contacts of a run in their order; ``left_out`` counts the privacy-blocked ones among them."""

    contacts: list[Contact]
    left_out: int
    filters: list[tuple[str, str]]


def select(values: Mapping[str, object], *, kind: str = "", rows: QuerySet[Contact] | None = None) -> Selected:
    """The contacts that ``values`` (of a report's form) ask for.

    ``kind`` limits to companies or persons, ``rows`` to what a list shows.
    Raises ``report.nothing_selected`` and ``report.too_many``.
    """
    wanted = _wanted(values, kind, Contact.objects.all() if rows is None else rows)
    found = take(wanted, str(values.get("order")), describe(values))
    if not found.contacts:
        raise DomainError(
            "report.nothing_selected",
            _("No contact fits these filters, or all that fit are privacy-blocked. Change the filters."),
        )
    return found


def take(wanted: QuerySet[Contact], order: str, filters: list[tuple[str, str]]) -> Selected:
    """The contacts of ``wanted``, none of them privacy-blocked; ``filters`` in words. Raises ``report.too_many``."""
    require("api.read", "contacts")
    count = wanted.order_by()[: MOST_CONTACTS + 1].count()
    if count > MOST_CONTACTS:
        raise DomainError(
            "report.too_many",
            _("More than %(max)d contacts fit these filters. Narrow them, by post code for example.")
            % {"max": MOST_CONTACTS},
        )
    contacts = list(wanted.filter(privacy_blocked=False).order_by(*ORDERS.get(order, ORDERS["name"])))
    return Selected(contacts, count - len(contacts), filters)


def _wanted(values: Mapping[str, object], kind: str, contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    chosen = chosen_ids(str(values.get("ids") or ""))
    if kind:
        contacts = contacts.filter(type=kind)
    if chosen:
        return contacts.filter(pk__in=chosen)
    condition = Q()
    for name in ("no", "post_code"):
        condition &= codes_like(name, str(values.get(name) or ""))
    for name in _CODES:
        if code := as_code(values.get(name)):
            condition &= Q(**{_CODE_FIELDS[name]: code})
    if kind_wanted := str(values.get("type") or ""):
        condition &= Q(type=kind_wanted)
    if start := " ".join(folded_words(str(values.get("name") or ""))):
        condition &= Q(search_text__gte=start, search_text__lt=f"{start}\U0010ffff")
    if search_name := as_code(values.get("search_name")):
        condition &= Q(search_name__startswith=search_name)
    return contacts.filter(condition)


def chosen_ids(text: str) -> list[uuid.UUID]:
    """The ids of rows chosen in a list; raises ``value_invalid`` for anything else."""
    parts = [part for part in text.replace(" ", "").split(",") if part]
    try:
        return [uuid.UUID(part) for part in parts[: MOST_CONTACTS + 1]]
    except ValueError as error:
        raise DomainError("value_invalid", _("These are not contacts: %(ids)s") % {"ids": text[:80]}) from error


def codes_like(name: str, text: str) -> Q:
    """A filter on a code: ``A..B`` a range, ``A*`` a beginning, ``|`` between several; else the code itself."""
    condition = Q()
    for part in (as_code(part) for part in text.split("|")):
        low, dots, high = part.partition("..")
        if dots:
            limits = {f"{name}__gte": low.strip()} if low.strip() else {}
            limits |= {f"{name}__lte": high.strip()} if high.strip() else {}
            condition |= Q(**limits)
        elif part.endswith("*"):
            condition |= Q(**{f"{name}__startswith": part[:-1]})
        elif part:
            condition |= Q(**{name: part})
    return condition


def describe(values: Mapping[str, object]) -> list[tuple[str, str]]:
    """The filters used, in words, for the head of a print-out."""
    if values.get("ids"):
        return [(_("Chosen contacts"), str(len(chosen_ids(str(values["ids"])))))]
    if values.get("state"):
        return [(_("Contacts"), _("as shown in the list"))]
    names: Iterable[str] = ("no", "name", "search_name", "type", *_CODES, "post_code")
    used = [(name, str(values.get(name) or "")) for name in names]
    return [(label_of(name), _shown(name, value)) for name, value in used if value]


def label_of(name: str) -> str:
    return str(attribute(Contact, _CODE_FIELDS.get(name, name)).verbose_name).capitalize()


def _shown(name: str, value: str) -> str:
    return str(dict(ContactType.choices).get(value, value)) if name == "type" else value
