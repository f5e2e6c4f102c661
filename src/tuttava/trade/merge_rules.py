"""Facts of trade follow the customer, vendor or contact that was merged away (M-33, M-34)."""

from __future__ import annotations

from tuttava.foundation.merge_rules import points_elsewhere, refers
from tuttava.trade.models import CustomerLedgerEntry, Item, PostedDocument, Settlement, ValueEntry, VendorLedgerEntry


def declare() -> None:
    """Name every column."""
    for name in ("main_contact_id", "billing_contact_id"):
        refers("contact", PostedDocument, name)
    refers("customer", CustomerLedgerEntry, "customer_id")
    refers("vendor", VendorLedgerEntry, "vendor_id")
    for model in (ValueEntry, PostedDocument):
        refers("customer", model, "customer_id")
        refers("vendor", model, "vendor_id")
    points_elsewhere(Settlement, "payment_id", "invoice_id")
    points_elsewhere(Item, "gen_prod_posting_group_ref", "inventory_posting_group_ref")
