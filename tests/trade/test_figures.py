"""What customers owe and we owe vendors, in the standard service (16.5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.api.conftest import Service
from tuttava.foundation import records
from tuttava.partners.models import Customer, Vendor
from tuttava.trade import feed as trade_feed
from tuttava.trade.models import CustomerLedgerEntry, VendorLedgerEntry

pytestmark = pytest.mark.usefixtures("company")

TODAY = dt.date.today()


def entry(number: int, amount: int, due: int, **more: Any) -> dict[str, Any]:
    """An open invoice that is due so many days from today."""
    return {
        "entry_no": number,
        "document_type": "invoice",
        "posting_date": TODAY - dt.timedelta(100),
        "due_date": TODAY + dt.timedelta(due),
        "amount_lcy": amount,
        **more,
    }


@pytest.fixture
def owing(customer: Customer) -> Customer:
    rows = [
        entry(1, 1, 0, sales_lcy=10),
        entry(2, 2, -1, sales_lcy=20),
        entry(3, 4, -30),
        entry(4, 8, -31),
        entry(5, 16, -60),
        entry(6, 32, -61),
        entry(7, 64, 10, open=False, sales_lcy=30),
        entry(8, -128, 10, document_type="payment"),
    ]
    trade_feed.load(CustomerLedgerEntry, [row | {"customer_no": "C1"} for row in rows])
    return customer


def test_balance_sales_and_what_is_overdue(api: Service, owing: Customer) -> None:  # 16.5
    shown = api.get(f"customers({owing.pk})?$expand=customerFinancialDetail").json
    assert shown["balanceDue"] == 63 - 128
    details = shown["customerFinancialDetail"]
    assert (details["balance"], details["overdueAmount"], details["totalSalesExcludingTax"]) == (-65, 62, 60)
    assert api.get(f"customers({owing.pk})/customerFinancialDetail").json["number"] == "C1"
    assert api.get(f"customerFinancialDetails({owing.pk})/balance").json["value"] == -65


def test_what_is_open_by_age(api: Service, owing: Customer) -> None:  # 16.5
    aged = api.get(f"customers({owing.pk})/agedAccountsReceivable").json
    assert [aged[name] for name in ("balanceDue", "currentAmount", "period1Amount")] == [-65, 1 - 128, 6]
    assert (aged["period2Amount"], aged["period3Amount"]) == (24, 32)
    assert (aged["agedAsOfDate"], aged["periodLengthFilter"]) == (TODAY.isoformat(), "30D")
    assert (aged["customerNumber"], aged["name"], aged["currencyCode"]) == ("C1", "Fjord AS", "NOK")
    first, last = TODAY - dt.timedelta(30), TODAY - dt.timedelta(1)
    assert aged["period1Label"] == f"{first}..{last}"
    assert aged["period3Label"] == f"..{TODAY - dt.timedelta(61)}"
    assert api.get(f"customers({owing.pk})/agedAccountsReceivable/customer").json["number"] == "C1"


def test_work_date_decides_what_is_overdue(sign_in: Any, owing: Customer) -> None:
    earlier = (TODAY - dt.timedelta(200)).isoformat()
    manager = sign_in("CRM-MANAGER")
    details = manager.get(f"customerFinancialDetails({owing.pk})", tuttava_work_date=earlier).json
    assert (details["overdueAmount"], details["balance"]) == (0, -65)


def test_what_we_owe_a_vendor_is_positive(api: Service, vendor: Vendor) -> None:  # 16.5
    trade_feed.load(VendorLedgerEntry, [entry(1, -100, -5, vendor_no="V1"), entry(2, 30, 5, vendor_no="V1")])
    shown = api.get(f"vendors({vendor.pk})?$expand=agedAccountsPayable").json
    aged = shown["agedAccountsPayable"]
    assert (shown["balance"], aged["balanceDue"], aged["currentAmount"], aged["period1Amount"]) == (70, 70, -30, 100)
    assert "period1Label" not in aged


def test_nothing_traded_is_zero(api: Service) -> None:
    customer = records.create(Customer, {"name": "New"})
    shown = api.get(f"customers({customer.pk})?$expand=customerFinancialDetail,agedAccountsReceivable").json
    assert (shown["balanceDue"], shown["customerFinancialDetail"]["balance"]) == (0, 0)


def test_customers_are_found_by_what_they_owe(api: Service, owing: Customer) -> None:
    records.create(Customer, {"name": "New"})
    assert [row["number"] for row in api.get("customers?$filter=balanceDue lt 0").value] == ["C1"]
    listed = api.get("agedAccountsReceivables?$filter=period1Amount gt 5").json["value"]
    assert [row["customerNumber"] for row in listed] == ["C1"]


def test_figures_cannot_be_written(api: Service, owing: Customer) -> None:
    assert api.patch(f"customerFinancialDetails({owing.pk})", {"balance": 0}).status == 405
    assert api.patch(f"customers({owing.pk})", {"balanceDue": 0}).status == 400
