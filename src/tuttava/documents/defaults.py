"""What a new company's documents start with: the setup with its number series."""

from __future__ import annotations

from typing import Any

from tuttava.documents.models import ArchiveQuotes, Area, DocumentSetup
from tuttava.documents.setups import SERIES
from tuttava.foundation.directory.actions import company_created
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import NumberSeries
from tuttava.partners.setups import setup_of
from tuttava.trade.models import PostedKind

#: The series of posted and issued documents.
POSTED_SERIES = {
    f"posted_{PostedKind.SALES_SHIPMENT}": "S-SHP+",
    f"posted_{PostedKind.SALES_INVOICE}": "S-INV+",
    f"posted_{PostedKind.SALES_CREDIT_MEMO}": "S-CRM+",
    f"posted_{PostedKind.SALES_RETURN_RECEIPT}": "S-RCP+",
    f"posted_{PostedKind.PURCHASE_RECEIPT}": "P-RCP+",
    f"posted_{PostedKind.PURCHASE_INVOICE}": "P-INV+",
    f"posted_{PostedKind.PURCHASE_CREDIT_MEMO}": "P-CRM+",
    f"posted_{PostedKind.PURCHASE_RETURN_SHIPMENT}": "P-SHP+",
    f"posted_{PostedKind.SERVICE_SHIPMENT}": "V-SHP+",
    f"posted_{PostedKind.SERVICE_INVOICE}": "V-INV+",
    f"posted_{PostedKind.SERVICE_CREDIT_MEMO}": "V-CRM+",
    "issued_reminder": "REMI+",
    "issued_finance_charge_memo": "FINCH+",
}


def connect() -> None:
    """Listen to new companies."""
    company_created.connect(fill_new_company, dispatch_uid="documents.defaults")


def fill_new_company(*, setup_data: str, **_signal: Any) -> None:
    """The setup names the shipped series, as far as they are there."""
    with unit_of_work("set up company"):
        setup = setup_of(DocumentSetup)
        if setup_data == "empty":
            return
        for area in Area:
            setattr(setup, f"{area.value}_archive_quotes", ArchiveQuotes.ALWAYS)
            setattr(setup, f"{area.value}_archive_orders", True)
        wanted = {**SERIES, **POSTED_SERIES}
        there = set(NumberSeries.objects.filter(code__in=wanted.values()).values_list("code", flat=True))
        named = [f"{kind}_nos_code" for kind, code in wanted.items() if code in there]
        for kind, code in wanted.items():
            if code in there:
                setattr(setup, f"{kind}_nos_code", code)
        archived = [f"{area.value}_archive_{kind}" for area in Area for kind in ("quotes", "orders")]
        setup.save(update_fields=[*archived, *(name.removesuffix("_code") for name in named)])
