"""Lists of what was posted: ledger entries of customers and vendors, posted documents. Nobody edits them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tuttava.foundation.context import current
from tuttava.foundation.errors import Text
from tuttava.relations.pages.registers import record_url, shown_name
from tuttava.trade.models import (
    CustomerLedgerEntry,
    EntryType,
    PostedDocument,
    PostedKind,
    TradeFact,
    VendorLedgerEntry,
)
from tuttava.ui.lists.declare import Column, Filter, ListPage, Sort, Start
from tuttava.ui.lists.mount import register_list
from tuttava.ui.values import show, show_number

C, F = Column, Filter
_UNSEEN = ("search_tokens", "search_text")


def _rows(model: type[TradeFact], *parties: str) -> Callable[[], QuerySet[Any]]:
    """The rows with whom they are about; what only the search needs is left out."""
    unseen = [f"{party}__{name}" for party in parties for name in _UNSEEN]
    return lambda: model._default_manager.select_related(*parties).defer(*unseen)


def _party_of(row: Any) -> Any:
    return getattr(row, "customer", None) or getattr(row, "vendor", None)


def _name(row: Any) -> str:
    party = _party_of(row)
    return shown_name(party) if party is not None else ""


def _no(row: Any) -> str:
    party = _party_of(row)
    return str(party.no) if party is not None else ""


def _card(row: Any) -> str:
    party = _party_of(row)
    return record_url(party) if party is not None else ""


def money(name: str, width: int = 120, **options: Any) -> Column:
    """A column of amounts, all with two decimals, so that they compare at a glance."""
    return C(name, width=width, cell=lambda row: show_number(getattr(row, name), 2), number=True, **options)


def is_late(row: Any) -> bool:
    """Whether an entry is open past its due date."""
    return bool(row.open and row.due_date and row.due_date < current().date)


def _due(row: Any) -> str:
    words = show(row.due_date)
    return format_html('<span class="badge danger">{}</span>', words) if is_late(row) else words


def _overdue(operator: str, _values: Sequence[str]) -> Q:
    late = Q(open=True, due_date__lt=current().date)
    return late if operator == "yes" else ~late


def _search(text: str, rows: QuerySet[Any], limit: int) -> list[Any]:
    """Entries of a document, or the one with this number."""
    fits = Q(document_no__startswith=text.strip().upper())
    if text.strip().isdecimal() and len(text.strip()) < 19:
        fits |= Q(entry_no=int(text))
    return list(rows.filter(fits).order_by("document_no", "pk").values_list("pk", flat=True)[:limit])


def _ledger(model: type[TradeFact], party: str, title: Text, parent: Text, amount: str) -> None:
    """The list of one ledger."""
    name = f"{party}-entries"
    register_list(
        ListPage(
            name=name,
            path=name,
            title=title,
            model=model,
            columns=[
                C("name", _("name"), 220, value=_name),
                C("party_no", _("number"), 100, value=_no),
                C("posting_date", width=120, kind="date", sort="date"),
                C("document_type", width=130),
                C("document_no", width=130),
                C("description", width=200, hidden=True),
                C("due_date", width=120, cell=_due),
                money("amount_lcy"),
                money("remaining_amount_lcy", 140),
                money(amount, hidden=True),
                C("open", width=80, kind="flag"),
                C("closed_at_date", width=120, kind="date", hidden=True),
                C("entry_no", width=120, sort="entry", hidden=True),
            ],
            sorts=[Sort("date", ("posting_date", "id")), Sort("entry", ("entry_no",))],
            filters=[
                F("open", pgettext_lazy("state", "Open"), "flag", quick=True),
                F("overdue", _("Overdue"), "flag", condition=_overdue, quick=True),
                F(
                    "type",
                    _("Document type"),
                    "choice",
                    "document_type",
                    choices=EntryType.choices[1:],
                    quick=True,
                ),
                F("posted", _("Posting date"), "date", "posting_date", quick=True),
                F("no", _("Number"), path=f"{party}__no", operators=("is",)),
            ],
            rows=_rows(model, party),
            search=_search,
            href=_card,
            row_class=lambda row: "" if row.open else "is-quiet",
            parent=(f"{party}s", parent),
            start=Start(
                _("No entries yet"),
                _("Invoices and payments stand here once they were posted or fed in."),
            ),
            set_name="customerLedgerEntries" if party == "customer" else "vendorLedgerEntries",
        )
    )


_ledger(CustomerLedgerEntry, "customer", _("Customer ledger entries"), _("Customers"), "sales_lcy")
_ledger(VendorLedgerEntry, "vendor", _("Vendor ledger entries"), _("Vendors"), "purchase_lcy")


def _search_documents(text: str, rows: QuerySet[Any], limit: int) -> list[Any]:
    wanted = text.strip().upper()
    fits = Q(no__startswith=wanted) | Q(order_no=wanted) if wanted else Q(pk__in=[])
    return list(rows.filter(fits).order_by("no", "pk").values_list("pk", flat=True)[:limit])


register_list(
    ListPage(
        name="posted-documents",
        path="posted-documents",
        title=_("Posted documents"),
        model=PostedDocument,
        columns=[
            C("no", width=130, sort="no"),
            C("kind", width=170),
            C("name", _("name"), 220, value=_name),
            C("party_no", _("account"), 100, value=_no),
            C("posting_date", width=120, kind="date", sort="date"),
            C("description", width=220),
            C("order_no", width=130),
            money("amount"),
            money("amount_including_vat", 150, hidden=True),
            C("salesperson_code", _("salesperson"), 110, hidden=True),
            C("external_document_no", width=160, hidden=True),
        ],
        sorts=[Sort("date", ("posting_date", "id")), Sort("no", ("no", "id"))],
        filters=[
            F("kind", _("Kind"), "choice", choices=PostedKind.choices, quick=True),
            F("posted", _("Posting date"), "date", "posting_date", quick=True),
            F("customer", _("Customer"), path="customer__no", operators=("is",)),
            F("vendor", _("Vendor"), path="vendor__no", operators=("is",)),
        ],
        rows=_rows(PostedDocument, "customer", "vendor"),
        search=_search_documents,
        href=_card,
        parent=("customers", _("Customers")),
        start=Start(
            _("No documents yet"),
            _("Invoices and shipments stand here once they were posted or fed in."),
        ),
        set_name="postedDocuments",
    )
)


def entries_url(name: str, party: Any, **filters: str) -> str:
    """The address of a list of entries, narrowed to one customer or vendor, newest first."""
    asked = [
        ("sort", "-date"),
        ("f", f"no:is:{party.no}"),
        *(("f", f"{key}:{value}") for key, value in filters.items()),
    ]
    return f"{reverse(name)}?{urlencode(asked)}"
