"""Two feeds at once: the same keys from two connections, each batch whole (17.11)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tuttava.foundation import records
from tuttava.foundation.directory.models import Company
from tuttava.foundation.schemas import in_schema
from tuttava.partners.models import Customer
from tuttava.trade import feed
from tuttava.trade.models import CustomerLedgerEntry

FIRST = 900_000_000


@pytest.fixture
def live_customer(live_company: Company) -> Iterator[Customer]:
    made = records.create(Customer, {"name": "Together AS"})
    yield made
    CustomerLedgerEntry.objects.filter(customer=made).delete()
    records.delete(made)


def test_two_feeds_of_the_same_keys_both_end_well(live_company: Company, live_customer: Customer) -> None:
    done: dict[int, Any] = {}

    def bring(amount: int) -> None:
        # The keys stand in opposite order, which would make two careless writers wait for each other.
        keys = range(FIRST, FIRST + 500)
        rows = [
            {"entry_no": key, "customer_no": live_customer.no, "posting_date": "2026-01-01", "amount_lcy": amount}
            for key in (keys if amount == 1 else reversed(keys))
        ]
        try:
            with in_schema(live_company.schema):
                done[amount] = feed.load(CustomerLedgerEntry, rows)
        except Exception as error:
            done[amount] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=bring, args=[amount]) for amount in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    counts = sorted((each.inserted, each.replaced) for each in done.values())
    assert counts == [(0, 500), (500, 0)]
    entries = CustomerLedgerEntry.objects.filter(customer=live_customer)
    assert entries.count() == 500
    assert entries.values("amount_lcy").distinct().count() == 1, "one batch stands as a whole"
