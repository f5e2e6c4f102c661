"""What refers to customers and vendors, and from the registers to contacts, when two are merged (M-33, M-34)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from tuttava.foundation.merge_rules import Clash, points_elsewhere, records_merged, refers
from tuttava.foundation.models import (
    AttachmentContent,
    AttachmentParent,
    CommentLine,
    DocumentAttachment,
    OwnerKind,
    Picture,
    PictureParent,
)
from tuttava.foundation.search import refresh_search
from tuttava.partners.models import (
    ContactType,
    Customer,
    CustomerBankAccount,
    DefaultDimension,
    DimensionParent,
    DimensionSetLine,
    OrderAddress,
    ShipToAddress,
    Vendor,
    VendorBankAccount,
)


def declare() -> None:
    """Name every column, and listen for what follows."""
    records_merged.connect(_merged, dispatch_uid="partners.merged")
    for model in (Customer, Vendor):
        refers("contact", model, "primary_contact_id", copies={"contact": _name_of_person})
    refers("customer", Customer, "bill_to_customer_id")
    refers("customer", ShipToAddress, "customer_id", key=("code",), clash=Clash.ASK)
    refers("customer", CustomerBankAccount, "customer_id", key=("code",), clash=Clash.ASK)
    refers("vendor", Vendor, "pay_to_vendor_id")
    refers("vendor", OrderAddress, "vendor_id", key=("code",), clash=Clash.ASK)
    refers("vendor", VendorBankAccount, "vendor_id", key=("code",), clash=Clash.ASK)
    for table in (Customer.table, Vendor.table):
        _declare_hanging(table)
    points_elsewhere(DimensionSetLine, "parent_id")


def _declare_hanging(table: str) -> None:
    dimensions = {"parent_type": DimensionParent(table).value}
    refers(table, DefaultDimension, "parent_id", key=("dimension_code",), where=dimensions, clash=Clash.ASK)
    comments = {"owner_kind": OwnerKind(table).value}
    refers(
        table, CommentLine, "owner_id", key=("sub_no",), where=comments, clash=Clash.APPEND, line="line_no", noted=True
    )
    files = {"parent_kind": AttachmentParent(table).value}
    refers(table, DocumentAttachment, "parent_id", where=files, clash=Clash.APPEND, line="line_no")
    refers(table, AttachmentContent, "parent_id", hidden=True)
    refers(table, Picture, "parent_id", where={"parent_kind": PictureParent(table).value}, clash=Clash.PICK)


def _merged(*, moved: Mapping[str, list[uuid.UUID]], **_signal: Any) -> None:
    """Records are found by the name of their new primary contact (M-38)."""
    for model in (Customer, Vendor):
        refresh_search(model, moved.get(f"{model._meta.label_lower}.primary_contact_id", []))


def _name_of_person(contact: Any) -> str:
    """What a record with this primary contact shows as its contact (B-74, B-75)."""
    return str(contact.name) if contact.type == ContactType.PERSON else ""
