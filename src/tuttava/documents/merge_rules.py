"""Documents follow the customer, vendor or contact that was merged away (M-32 to M-34)."""

from __future__ import annotations

from tuttava.documents.models import (
    Claim,
    CustomerStatement,
    Document,
    DocumentArchive,
    DocumentArchiveLine,
    DocumentLine,
    DocumentMail,
    IssuedClaim,
    PostedHeader,
    ServiceContract,
)
from tuttava.foundation.merge_rules import points_elsewhere, refers
from tuttava.trade.models import PostedDocumentLine


def declare() -> None:
    """Name every column."""
    for model in (Document, DocumentArchive, PostedHeader):
        for name in ("account_contact_id", "paying_contact_id"):
            refers("contact", model, name)
        for name in ("customer_id", "paying_customer_id"):
            refers("customer", model, name)
        for name in ("vendor_id", "paying_vendor_id"):
            refers("vendor", model, name)
    for owed in (Claim, IssuedClaim, CustomerStatement):
        refers("customer", owed, "customer_id")
    for name in ("customer_id", "bill_to_customer_id"):
        refers("customer", ServiceContract, name)
    refers("contact", ServiceContract, "contact_id")
    points_elsewhere(DocumentMail, "related_id", "content_id")
    points_elsewhere(Document, "corrects_id")
    points_elsewhere(DocumentArchive, "source_id")
    points_elsewhere(PostedHeader, "canceled_by_id", "corrects_id", "order_id")
    for line in (DocumentLine, DocumentArchiveLine, PostedDocumentLine):
        points_elsewhere(line, "item_id")
