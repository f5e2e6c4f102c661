"""Facts of trade that another program posted: ledger entries, value entries, posted documents (17.11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.cleaning import attribute
from tuttava.foundation.errors import Text
from tuttava.foundation.fields import CodeRef
from tuttava.foundation.records import rules_of
from tuttava.trade.feed.kinds import columns_of
from tuttava.trade.models import (
    CustomerLedgerEntry,
    PostedDocument,
    SourceType,
    TradeFact,
    ValueEntry,
    VendorLedgerEntry,
)
from tuttava.trade.rules.facts import FEED_RIGHT
from tuttava.transfer.fact_writer import FactWriter
from tuttava.transfer.kinds.declare import Kind
from tuttava.transfer.models import ImportKind
from tuttava.transfer.options import Options
from tuttava.transfer.plans import Plan
from tuttava.transfer.targets import Target, field_target

#: Columns that a file gives otherwise: an item as source is named by the number of the source.
_LEFT_OUT = frozenset({"source_item_no"})


def _fields(model: type[TradeFact]) -> list[str]:
    """Every column of a fact but those of the parties, which a file names by number."""
    return [name for name in columns_of(model) if name not in _LEFT_OUT and not _is_party(model, name)]


def _is_party(model: type[TradeFact], name: str) -> bool:
    field = attribute(model, name)
    return isinstance(field, models.ForeignKey) and not isinstance(field, CodeRef)


def _titled(key: str) -> Callable[[Plan, Options], None]:
    def settle(plan: Plan, options: Options) -> None:
        words = (plan.values.get(key), plan.values.get("document_no"), plan.values.get("description"))
        plan.title = " ".join(str(word) for word in words if word)

    return settle


def _settle_value(plan: Plan, options: Options) -> None:
    """A customer or vendor in a column of its own is the source of the entry."""
    _title_by_entry(plan, options)
    for party in (SourceType.CUSTOMER, SourceType.VENDOR):
        number = plan.values.pop(f"{party}_no", "")
        if number and not plan.values.get("source_no"):
            plan.values |= {"source_type": str(party), "source_no": number}


_title_by_entry = _titled("entry_no")


def _facts(
    kind: ImportKind,
    model: type[TradeFact],
    parties: Mapping[str, Text],
    key: tuple[str, ...],
    *,
    matcher: str = "entry_no",
    settle: Callable[[Plan, Options], None] = _title_by_entry,
) -> Kind:
    return Kind(
        name=kind,
        set_name=rules_of(model).set_name,
        fields=[
            *(field_target(model, name) for name in _fields(model)),
            *(Target(name, label) for name, label in parties.items()),
        ],
        matchers=(matcher,),
        make=lambda options, dry: FactWriter(options, dry=dry, model=model, key=key, matcher=matcher),
        settle=settle,
        sections=(kind, "trade"),
        right=FEED_RIGHT,
    )


_ENTRY = ("entry_no",)
FACTS = (
    _facts(
        ImportKind.CUSTOMER_LEDGER_ENTRIES,
        CustomerLedgerEntry,
        {"customer_no": _("customer number")},
        _ENTRY,
    ),
    _facts(ImportKind.VENDOR_LEDGER_ENTRIES, VendorLedgerEntry, {"vendor_no": _("vendor number")}, _ENTRY),
    _facts(
        ImportKind.VALUE_ENTRIES,
        ValueEntry,
        {
            "source_no": _("source number"),
            "customer_no": _("customer number"),
            "vendor_no": _("vendor number"),
        },
        _ENTRY,
        settle=_settle_value,
    ),
    _facts(
        ImportKind.POSTED_DOCUMENTS,
        PostedDocument,
        {
            "account_no": _("account number"),
            "main_contact_no": _("contact number"),
            "billing_contact_no": _("number of billing contact"),
        },
        ("kind", "no"),
        matcher="kind_no",
        settle=_titled("no"),
    ),
)
