"""The services as a feeding program and a manager see them; parties to trade with."""

from __future__ import annotations

import pytest

from tests.api.conftest import CRM, Service, SignIn, api, crm, live_sign_in, sign_in
from tuttava.foundation import records
from tuttava.partners.models import Customer, Vendor

__all__ = ["api", "crm", "live_sign_in", "sign_in"]


@pytest.fixture
def feed(sign_in: SignIn) -> Service:
    """The CRM service as a program that feeds trade data."""
    return sign_in("FEED", service=CRM, name="feeder")


@pytest.fixture
def customer(company: object) -> Customer:
    return records.create(Customer, {"no": "C1", "name": "Fjord AS"})


@pytest.fixture
def vendor(company: object) -> Vendor:
    return records.create(Vendor, {"no": "V1", "name": "Fjell AS"})
