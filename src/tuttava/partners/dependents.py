"""What hangs on records of the registers and goes with them."""

from __future__ import annotations

from tuttava.foundation.attachments import remove_attachments
from tuttava.foundation.comments import delete_comments
from tuttava.foundation.models import AttachmentParent, OwnerKind, PictureParent
from tuttava.foundation.pictures import remove_pictures
from tuttava.foundation.records import Record
from tuttava.partners.dimensions import remove_dimensions
from tuttava.partners.models import (
    Customer,
    CustomerBankAccount,
    DimensionParent,
    OrderAddress,
    RegisterEntry,
    ShipToAddress,
    Vendor,
    VendorBankAccount,
)

#: Rows of other tables by register: the model and the field that names the record.
OWNED: dict[type[RegisterEntry], tuple[tuple[type[Record], str], ...]] = {
    Customer: ((ShipToAddress, "customer_id"), (CustomerBankAccount, "customer_id")),
    Vendor: ((OrderAddress, "vendor_id"), (VendorBankAccount, "vendor_id")),
}


def remove_dependents(record: RegisterEntry) -> None:
    """Delete addresses, accounts, dimensions, comments, files and the picture of a record that is being deleted."""
    for model, field in OWNED.get(type(record), ()):
        model._default_manager.filter(**{field: record.pk}).delete()
    remove_dimensions(DimensionParent(record.table), [record.pk])
    if record.table in OwnerKind.values:
        delete_comments(record.table, [record.pk])
    if record.table in AttachmentParent.values:
        remove_attachments(AttachmentParent(record.table), [record.pk])
    if record.table in PictureParent.values:
        remove_pictures(record.table, [record.pk])
