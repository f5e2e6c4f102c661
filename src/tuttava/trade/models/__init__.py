"""What is traded, and what was."""

from tuttava.trade.models.codes import (
    CustomerReturnReason,
    ExchangeRate,
    ItemCategory,
    Location,
    TaxGroup,
    UnitOfMeasure,
)
from tuttava.trade.models.documents import PURCHASES, LineType, PostedDocument, PostedDocumentLine, PostedKind
from tuttava.trade.models.items import Item, ItemType
from tuttava.trade.models.ledger import (
    CustomerLedgerEntry,
    EntryType,
    Origin,
    SourceType,
    TradeFact,
    ValueEntry,
    VendorLedgerEntry,
)
from tuttava.trade.models.settlements import Settlement

__all__ = [
    "PURCHASES",
    "CustomerLedgerEntry",
    "CustomerReturnReason",
    "EntryType",
    "ExchangeRate",
    "Item",
    "ItemCategory",
    "ItemType",
    "LineType",
    "Location",
    "Origin",
    "PostedDocument",
    "PostedDocumentLine",
    "PostedKind",
    "Settlement",
    "SourceType",
    "TaxGroup",
    "TradeFact",
    "UnitOfMeasure",
    "ValueEntry",
    "VendorLedgerEntry",
]
