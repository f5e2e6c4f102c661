"""What trade has to say when records of the registers change."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import PictureParent
from tuttava.foundation.touching import touched_by_what_hangs
from tuttava.partners.models import Customer, RegisterEntry, Vendor
from tuttava.partners.signals import record_deleting
from tuttava.trade.models import CustomerLedgerEntry, Item, PostedDocument, TradeFact, ValueEntry, VendorLedgerEntry

#: Where a customer or vendor may be named, in the order in which a refusal looks.
_NAMED_IN: dict[type[RegisterEntry], tuple[tuple[type[TradeFact], str], ...]] = {
    Customer: ((CustomerLedgerEntry, "customer"), (ValueEntry, "customer"), (PostedDocument, "customer")),
    Vendor: ((VendorLedgerEntry, "vendor"), (ValueEntry, "vendor"), (PostedDocument, "vendor")),
}


def connect() -> None:
    """Listen to the registers, and to what hangs on items."""
    touched_by_what_hangs(PictureParent.ITEM, Item)
    record_deleting.connect(keep_what_traded, dispatch_uid="trade.deleting")


def keep_what_traded(*, record: RegisterEntry, **_signal: Any) -> None:
    """Whoever has entries stays: without the account its figures would be lost."""
    for model, name in _NAMED_IN.get(type(record), ()):
        if model._default_manager.filter(**{name: record}).exists():
            raise DomainError(
                "code.in_use",
                _("%(record)s has %(entries)s and cannot be deleted. Block it instead.")
                % {
                    "record": f"{str(record._meta.verbose_name).capitalize()} {record.no}",
                    "entries": model._meta.verbose_name_plural,
                },
                field="no",
            )
