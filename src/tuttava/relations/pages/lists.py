"""The lists of customers, vendors, bank accounts and employees, and their records in the palette."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from tuttava.contacts.privacy import MASK
from tuttava.foundation.models import Country, Territory
from tuttava.foundation.search import search_ids
from tuttava.partners.models import (
    ContactType,
    CustomerBlocked,
    EmployeeStatus,
    PaymentTerms,
    Salesperson,
    VendorBlocked,
)
from tuttava.relations.founding_job import SETS
from tuttava.relations.pages import bulk
from tuttava.relations.pages.hubs import hub_cell, hub_no, is_linked, read_hubs
from tuttava.relations.pages.notices import FOUND, suggest_contacts_in_list
from tuttava.relations.pages.registers import SHOWN, is_hidden, name_of, personal, record_url, shown_name
from tuttava.ui import registry
from tuttava.ui.lists.counts import cached_count
from tuttava.ui.lists.declare import Column, Filter, ListPage, PageLink, Sort, Start
from tuttava.ui.lists.mount import register_list
from tuttava.ui.templatetags.ui import icon

UNSEEN = ("search_tokens", "search_text")
C, F = Column, Filter


def _name(record: Any) -> str:
    name = MASK if is_hidden(record) else name_of(record)
    lock = icon("lock-closed", 16, "micro") if getattr(record, "privacy_blocked", False) else ""
    return format_html('<span class="row-name"><span class="row-words">{}</span>{}</span>', name, lock)


def _blocked(record: Any) -> str:
    """What is blocked, in words; nothing when nothing is."""
    if not record.blocked or record.blocked == "none":
        return ""
    words = _("Blocked") if record.blocked is True else record.get_blocked_display()
    return format_html('<span class="badge danger">{}</span>', words)


def _link(name: str, scheme: str) -> Callable[[Any], str]:
    """A cell that writes or calls."""

    def cell(record: Any) -> str:
        value = personal(name)(record)
        if not value or value == MASK:
            return str(value)
        return format_html('<a class="plain-link" href="{}:{}">{}</a>', scheme, value, value)

    return cell


def _text(name: str, width: int = 140, **options: Any) -> Column:
    return C(name, width=width, value=personal(name), **options)


def _phone(name: str = "phone_no", **options: Any) -> Column:
    return _text(name, cell=_link(name, "tel"), **options)


def _email(name: str = "email", **options: Any) -> Column:
    return _text(name, 210, cell=_link(name, "mailto"), **options)


_NO = C("no", width=100, sort="no")
_NAME = C("name", width=240, sort="name", cell=_name, value=personal("name"))
_HUB = C("hub", _("contact"), 150, cell=hub_cell, value=hub_no)
_CHANGED = C("last_modified_at", width=170, kind="moment", hidden=True, sort="changed")
_BLOCKED = C("blocked", width=100, cell=_blocked)
_PLACE = (
    _text("city", 130),
    _text("post_code", 100, hidden=True),
    _text("address", 180, hidden=True),
    C("country_code", _("country"), 90, hidden=True),
)
_PARTY = (
    _text("name_2", hidden=True),
    _text("search_name", hidden=True),
    _text("mobile_phone_no", hidden=True),
    _text("fax_no", hidden=True),
    _text("home_page", 180, hidden=True),
    C("territory_code", _("territory"), 90, hidden=True),
    C("currency_code", _("currency"), 90, hidden=True),
    C("language_code", _("language"), 90, hidden=True),
)
_TRADE = (
    _text("vat_registration_no", hidden=True),
    _text("registration_number", hidden=True),
    C("payment_terms_code", _("payment terms"), 120, hidden=True),
    C("payment_method_code", _("payment method"), 120, hidden=True),
    C("shipment_method_code", _("shipment method"), 120, hidden=True),
    C("gen_bus_posting_group", hidden=True),
    C("privacy_blocked", width=110, kind="flag", hidden=True),
)

_BY_NUMBER = Sort("no", ("no",))
_BY_NAME = Sort("name", (Lower("name"), "id"))
_BY_CHANGE = Sort("changed", ("last_modified_at", "id"))


def _filters(table: str, *, people: Filter | None = None, party: bool = True) -> list[Filter]:
    """What all registers are narrowed by."""
    found = [
        F("city", _("City"), lower=True, quick=True),
        F("post_code", _("Post code"), quick=True),
        F("country", _("Country"), "code", "country_code", model=Country, quick=True),
        F("linked", _("Linked with a contact"), "flag", condition=is_linked(table), quick=True),
        F("changed", _("Changed"), "moment", "last_modified_at", quick=True),
        F("no", _("Number"), operators=("is", "begins")),
    ]
    if people is not None:
        found.insert(0, people)
    if party:
        found += [
            F("name", _("Name"), lower=True),
            F("territory", _("Territory"), "code", "territory_code", model=Territory, quick=True),
        ]
    return found


def _privacy() -> Filter:
    return F("privacy", _("Privacy blocked"), "flag", "privacy_blocked")


_TERMS = F("terms", _("Payment terms"), "code", "payment_terms_code", model=PaymentTerms)
_STARTS = {
    "customer": (
        _("No customers yet"),
        _("Who buys from you stands here. Create one, or make one of a contact."),
    ),
    "vendor": (
        _("No vendors yet"),
        _("Whom you buy from stands here. Create one, or make one of a contact."),
    ),
    "bank_account": (
        _("No bank accounts yet"),
        _("Your own accounts stand here, with the banks that keep them."),
    ),
    "employee": (_("No employees yet"), _("Who works for you stands here.")),
}


def _rows(table: str) -> Callable[[], QuerySet[Any]]:
    return lambda: SHOWN[table].model._default_manager.defer(*UNSEEN)


def _search(text: str, rows: QuerySet[Any], limit: int) -> Sequence[uuid.UUID]:
    return search_ids(text, rows, limit=limit)


def _register(
    table: str, columns: Sequence[Column], sorts: Sequence[Sort], filters: Sequence[Filter], **options: Any
) -> None:
    """The list of a register, with its place in the rail and in the palette."""
    pages = SHOWN[table]
    title, text = _STARTS[table]
    register_list(
        ListPage(
            name=pages.list_name,
            path=pages.list_name,
            title=pages.title,
            model=pages.model,
            columns=columns,
            sorts=sorts,
            filters=filters,
            rows=_rows(table),
            search=_search,
            href=record_url,
            row_class=lambda row: "is-blocked" if getattr(row, "privacy_blocked", False) else "",
            prepare=read_hubs,
            new=f"{table}-new",
            new_label=pages.new_label,
            start=Start(title, text, pages.new_label, f"{table}-new", pages.icon),
            set_name=pages.set_name,
            page_links=_page_links(table),
            **options,
        )
    )
    registry.add_nav(registry.Entry(pages.list_name, pages.title, pages.list_name, icon=pages.icon, order=pages.order))
    registry.add_search(
        registry.RecordSearch(pages.list_name, pages.caption, lambda text, limit: _hits(table, text, limit))
    )


def _page_links(table: str) -> list[PageLink]:
    """Contacts are created from all registers but the one of the employees (B-51)."""
    words = _("Create contacts")
    return [PageLink("found", words, FOUND, icon="users", given={"table": table})] if table in SETS else []


def _hits(table: str, text: str, limit: int) -> list[registry.Hit]:
    """Records for the palette, best first."""
    rows, pages = _rows(table)(), SHOWN[table]
    ids = search_ids(text, rows, limit=limit)
    found = {record.pk: record for record in rows.filter(pk__in=ids)}
    return [_hit(found[pk], pages.icon) for pk in ids if pk in found]


def _hit(record: Any, drawing: str) -> registry.Hit:
    city = "" if is_hidden(record) else record.city
    detail = " · ".join(part for part in (city, record.no) if part)
    return registry.Hit(shown_name(record), record_url(record), detail, drawing)


_register(
    "customer",
    [
        *(
            _NAME,
            _NO,
            *_PLACE,
            _phone(),
            _text("contact", 160, label=_("contact name")),
            _email(hidden=True),
        ),
        C("salesperson_code", _("salesperson"), 110, sort="salesperson", phone=False),
        *(_HUB, _BLOCKED, C("contact_type", width=100, hidden=True), *_PARTY, *_TRADE),
        C("customer_posting_group", hidden=True),
        C("customer_price_group", hidden=True),
        C("credit_limit_lcy", width=110, hidden=True),
        _CHANGED,
    ],
    [_BY_NAME, _BY_NUMBER, _BY_CHANGE, Sort("salesperson", ("salesperson_code", "id"), nullable=True)],
    [
        *_filters(
            "customer",
            people=F("salesperson", _("Salesperson"), "code", "salesperson_code", model=Salesperson, quick=True),
        ),
        F("blocked", _("Blocked"), "choice", choices=CustomerBlocked.choices, quick=True),
        F("contact_type", _("Contact type"), "choice", choices=ContactType.choices),
        _TERMS,
        _privacy(),
    ],
    bulk=bulk.CUSTOMERS,
    banner=suggest_contacts_in_list("customer"),
)
_register(
    "vendor",
    [
        *(
            _NAME,
            _NO,
            *_PLACE,
            _phone(),
            _text("contact", 160, label=_("contact name")),
            _email(hidden=True),
        ),
        C("purchaser_code", _("purchaser"), 110, sort="purchaser", phone=False),
        *(_HUB, _BLOCKED, *_PARTY, *_TRADE, C("vendor_posting_group", hidden=True), _CHANGED),
    ],
    [_BY_NAME, _BY_NUMBER, _BY_CHANGE, Sort("purchaser", ("purchaser_code", "id"), nullable=True)],
    [
        *_filters(
            "vendor",
            people=F("purchaser", _("Purchaser"), "code", "purchaser_code", model=Salesperson, quick=True),
        ),
        F("blocked", _("Blocked"), "choice", choices=VendorBlocked.choices, quick=True),
        _TERMS,
        _privacy(),
    ],
    bulk=bulk.VENDORS,
    banner=suggest_contacts_in_list("vendor"),
)
_register(
    "bank_account",
    [
        *(_NAME, _NO, C("bank_account_no", width=150), C("iban", width=200), *_PLACE, _phone()),
        *(
            _text("contact", 160, label=_("contact name")),
            C("our_contact_code", _("our contact"), 110, phone=False),
            _HUB,
            _BLOCKED,
        ),
        *(_email(hidden=True), C("swift_code", hidden=True), C("bank_branch_no", hidden=True)),
        *(C("bank_account_posting_group", hidden=True), *_PARTY, _CHANGED),
    ],
    [_BY_NAME, _BY_NUMBER, _BY_CHANGE],
    [
        *_filters(
            "bank_account",
            people=F("our_contact", _("Our contact"), "code", "our_contact_code", model=Salesperson, quick=True),
        ),
        F("blocked", _("Blocked"), "flag", quick=True),
    ],
    bulk=bulk.BANK_ACCOUNTS,
)
_register(
    "employee",
    [
        C("full_name", _("name"), 220, sort="name", cell=_name, value=personal("full_name")),
        *(_NO, _text("job_title"), _phone(), _phone("mobile_phone_no"), _email("company_email"), *_PLACE),
        C("status", width=100),
        _HUB,
        *(_text("initials", 90, hidden=True), _email("email", hidden=True), _text("search_name", hidden=True)),
        C("employment_date", width=120, kind="date", hidden=True),
        C("salesperson_code", _("salesperson"), 110, hidden=True),
        C("privacy_blocked", width=110, kind="flag", hidden=True),
        _CHANGED,
    ],
    [Sort("name", (Lower("search_name"), "id")), _BY_NUMBER, _BY_CHANGE],
    [
        *_filters("employee", party=False),
        F("status", _("Status"), "choice", choices=EmployeeStatus.choices, quick=True),
        _privacy(),
    ],
    bulk=bulk.EMPLOYEES,
)


def _cue(table: str, order: int) -> registry.Cue:
    """How many records of a register there are, on Home."""
    pages = SHOWN[table]
    return registry.Cue(
        pages.list_name,
        pages.title,
        pages.list_name,
        lambda: cached_count(f"register:{table}", pages.model._default_manager.all()),
        icon=pages.icon,
        order=order,
    )


registry.add_cue(_cue("customer", 22))
registry.add_cue(_cue("vendor", 24))
