"""What the feed knows of each kind of fact: its key, what a row must have, whom it is about, what follows what."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.foundation.cleaning import cleaner
from tuttava.foundation.errors import DomainError
from tuttava.partners.models import Customer, Vendor
from tuttava.trade.models import (
    PURCHASES,
    CustomerLedgerEntry,
    PostedDocument,
    PostedDocumentLine,
    SourceType,
    TradeFact,
    ValueEntry,
    VendorLedgerEntry,
)

#: How many rows one call may bring.
MOST_ROWS = 5000

Values = dict[str, Any]
#: How a row names a party: the name of the number, the column of the id, and the register it is looked up in.
Party = tuple[str, str, type[models.Model]]


@dataclass(frozen=True)
class Kind:
    """One kind of fact.

    ``parties`` tells from a row's cleaned values whom it must or may name; ``required`` are columns that need a value
    and parties (by the name of their number) that must be there; ``complete`` fills what follows other values, seeing
    the names that were sent. ``loose`` are names a row may have beside the columns.
    """

    model: type[TradeFact]
    key: tuple[str, ...]
    required: tuple[str, ...]
    parties: Callable[[Values], tuple[Party, ...]]
    complete: Callable[[Values, Mapping[str, Any]], None] = lambda values, sent: None
    loose: frozenset[str] = field(default_factory=frozenset)


def _remaining(values: Values, sent: Mapping[str, Any]) -> None:
    """What is open is open in full, what is closed not at all, unless the row says otherwise."""
    if sent.get("remaining_amount_lcy") is None:
        values["remaining_amount_lcy"] = values["amount_lcy"] if values["open"] else decimal.Decimal(0)


def _source(values: Values) -> tuple[Party, ...]:
    if values["source_type"] == SourceType.CUSTOMER:
        return (("source_no", "customer_id", Customer),)
    if values["source_type"] == SourceType.VENDOR:
        return (("source_no", "vendor_id", Vendor),)
    return ()


def _source_item(values: Values, sent: Mapping[str, Any]) -> None:
    """An item as source is named by its number; a source without its type says nothing."""
    if values["source_type"] == SourceType.NONE and sent.get("source_no"):
        raise DomainError(
            "field_required",
            _("Say what kind of source “%(no)s” is: a customer, a vendor or an item.") % {"no": sent["source_no"]},
            field="source_type",
        )
    if values["source_type"] == SourceType.ITEM:
        item = sent.get("source_no") or sent.get("source_item_no") or values["item_no"]
        values["source_item_no"] = _value(ValueEntry, "source_item_no", item)
    else:
        values["source_item_no"] = ""


def _account(values: Values) -> tuple[Party, ...]:
    vendor = values["kind"] in PURCHASES
    return (
        ("account_no", "vendor_id", Vendor) if vendor else ("account_no", "customer_id", Customer),
        ("main_contact_no", "main_contact_id", Contact),
        ("billing_contact_no", "billing_contact_id", Contact),
    )


KINDS: dict[type[models.Model], Kind] = {
    kind.model: kind
    for kind in (
        Kind(
            CustomerLedgerEntry,
            ("entry_no",),
            ("entry_no", "customer_no", "posting_date"),
            lambda values: (("customer_no", "customer_id", Customer),),
            _remaining,
            frozenset({"customer_no"}),
        ),
        Kind(
            VendorLedgerEntry,
            ("entry_no",),
            ("entry_no", "vendor_no", "posting_date"),
            lambda values: (("vendor_no", "vendor_id", Vendor),),
            _remaining,
            frozenset({"vendor_no"}),
        ),
        Kind(
            ValueEntry,
            ("entry_no",),
            ("entry_no", "source_no", "posting_date"),
            _source,
            _source_item,
            frozenset({"source_no"}),
        ),
        Kind(
            PostedDocument,
            ("kind", "no"),
            ("kind", "no", "account_no", "posting_date"),
            _account,
            loose=frozenset({"account_no", "main_contact_no", "billing_contact_no", "lines"}),
        ),
    )
}

#: Columns that no feed gives.
_OWN = frozenset({"id", "version", "origin", "document_id"})


@lru_cache(maxsize=16)
def columns_of(model: type[models.Model]) -> tuple[str, ...]:
    """The columns that a row fills, by attribute name."""
    return tuple(each.attname for each in model._meta.concrete_fields if each.attname not in _OWN)


@lru_cache(maxsize=16)
def initial_of(model: type[models.Model]) -> Values:
    """What a column holds when a row leaves it out."""
    fresh = model()
    return {name: getattr(fresh, name) for name in columns_of(model)}


@lru_cache(maxsize=16)
def cleaners_of(model: type[models.Model]) -> dict[str, Callable[[Any], Any]]:
    """What brings a value to the type of its column, or refuses it."""
    return dict(_cleaners(model))


def _cleaners(model: type[models.Model]) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    record = model()
    for each in model._meta.concrete_fields:
        if each.attname in _OWN:
            continue
        if isinstance(each, models.DecimalField):
            yield each.attname, _decimal_cleaner(each)
        else:
            yield each.attname, _bound(cleaner(model, each.attname)[1], record)


def _bound(clean: Callable[[models.Model, Any], Any], record: models.Model) -> Callable[[Any], Any]:
    return lambda value: clean(record, value)


def _decimal_cleaner(each: models.DecimalField[Any, Any]) -> Callable[[Any], decimal.Decimal]:
    """Trailing zeros do not count as places; what cannot be stored exactly is refused, never rounded."""
    step = decimal.Decimal(1).scaleb(-each.decimal_places)
    limit = decimal.Decimal(10) ** (each.max_digits - each.decimal_places)

    def clean_decimal(value: Any) -> decimal.Decimal:
        try:
            number = value if isinstance(value, decimal.Decimal) else decimal.Decimal(str(value or 0))
            stored = number.quantize(step) if number.is_finite() and abs(number) < limit else None
        except decimal.InvalidOperation:
            stored = None
        if stored is None or stored != number:
            raise DomainError(
                "value_invalid",
                _("“%(value)s” is not a valid value for %(field)s: a number with at most %(places)d decimals.")
                % {"value": str(value)[:40], "field": each.verbose_name, "places": each.decimal_places},
                field=each.attname,
            )
        return stored

    return clean_decimal


def _value(model: type[models.Model], name: str, value: Any) -> Any:
    return cleaners_of(model)[name](value)


LINE = PostedDocumentLine
