"""Demo data wished for in a company that is there already."""

from __future__ import annotations

import pytest

from tuttava.foundation.directory.actions import demo_data_wanted
from tuttava.foundation.models import CompanyInformation
from tuttava.partners.models import Customer
from tuttava.trade.models import Item, PostedDocument

pytestmark = pytest.mark.usefixtures("company")


def test_demo_data_comes_to_a_standard_company_in_its_language() -> None:  # issue 4, point 5
    CompanyInformation.objects.update(language_code="NB")
    demo_data_wanted.send(sender=None, contacts=None, seed=1)
    assert Customer.objects.count() > 50
    assert Item.objects.filter(description="Ullpledd, grått").exists()
    customers, items, documents = Customer.objects.count(), Item.objects.count(), PostedDocument.objects.count()
    demo_data_wanted.send(sender=None, contacts=None, seed=1)
    assert Customer.objects.count() > customers, "a second wish brings more parties"
    assert (Item.objects.count(), PostedDocument.objects.count()) == (items, documents)
