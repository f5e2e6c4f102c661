"""The test company with demo data in it, made once for all tests of a module that only read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tuttava.contacts.demo import create_demo_contacts
from tuttava.foundation.directory.models import Company
from tuttava.foundation.schemas import in_schema
from tuttava.partners import defaults as partners
from tuttava.relations.demo import create_demo_registers
from tuttava.trade.demo import create_demo_trade


@pytest.fixture(scope="module")
def demo_company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Contacts, registers and trade as a demo company has them; rolled back after the last test of the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        with in_schema(Company.objects.get(name="Test Company").schema):
            partners.fill_new_company(setup_data="demo", language="en", country="NO")
            create_demo_contacts()
            create_demo_registers()
            create_demo_trade("en")
            yield
        transaction.set_rollback(True)
