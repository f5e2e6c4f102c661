"""Setup pages of terms, dimensions, templates and setups."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tuttava.foundation import records
from tuttava.foundation.directory.models import Company, User
from tuttava.partners.models import (
    Customer,
    CustomerTemplate,
    DefaultDimension,
    Dimension,
    DimensionValue,
    PaymentTerms,
    SalesSetup,
    TemplateRule,
)

pytestmark = pytest.mark.usefixtures("company")
JSON = {"Accept": "application/json"}
HTML = {"Accept": "text/html"}


@pytest.fixture
def client(company: Company) -> Client:
    """A browser in which an administrator has signed in."""
    browser = Client(headers=JSON)
    browser.force_login(User.objects.create(username="anna", is_superuser=True))
    return browser


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}"


def page(client: Client, address: str) -> str:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200
    return answer.content.decode()


def test_formulas_are_seen_and_typed_in_the_users_letters(client: Client, base: str) -> None:  # F-14
    terms = PaymentTerms.objects.get(code="14 DAYS")
    client.post(f"{base}/preferences/", {"language": "fi"})
    assert "14PV" in page(client, f"{base}/setup/payment-terms/")
    values = {"field": "due_date_calculation", "value": "3vk", "version": str(terms.version)}
    answer = client.post(f"{base}/setup/payment-terms/cell/{terms.pk}", values)
    terms.refresh_from_db()
    assert (terms.due_date_calculation, "3VK" in answer.json()["row"]) == ("3W", True)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("sales", "customer_nos_code"),
        ("purchase", "vendor_nos_code"),
        ("finance", "bank_account_nos_code"),
        ("personnel", "employee_nos_code"),
    ],
)
def test_setup_names_its_series(client: Client, base: str, path: str, field: str) -> None:  # B-25
    assert f"f-{field}" in page(client, f"{base}/setup/{path}")
    answer = client.post(f"{base}/setup/{path}/field/{field}", {"value": "CONT"})
    assert "error" not in answer.json()
    refused = client.post(f"{base}/setup/{path}/field/{field}", {"value": "NOWHERE"})
    assert refused.json()["error"]["field"] == field


def test_missing_setup_is_created_when_opened(client: Client, base: str) -> None:
    SalesSetup.objects.all().delete()
    page(client, f"{base}/setup/sales")
    assert SalesSetup.objects.get().customer_nos_code is None


@pytest.mark.parametrize("kind", ["customer", "vendor", "employee"])
def test_template_is_made_in_the_list_and_filled_on_its_card(client: Client, base: str, kind: str) -> None:
    row = client.post(f"{base}/setup/{kind}-templates/new", {"code": "inland", "description": "Inland"}).json()["row"]
    address = re.search(rf'href="([^"]*/setup/{kind}-templates/[0-9a-f-]+)"', row)
    assert address is not None
    assert "Inland" in page(client, address[1])
    assert "error" not in client.post(f"{address[1]}/field/county", {"value": "Vestland"}).json()
    assert "Vestland" in page(client, address[1])


def test_default_dimensions_are_kept_on_the_card(client: Client, base: str) -> None:  # 17.1
    Dimension.objects.create(code="AREAX", name="Area")
    DimensionValue.objects.create(dimension_code="AREAX", code="10", name="North")
    customer = records.create(Customer, {"name": "Fjord AS"})
    template = CustomerTemplate.objects.create(code="A")
    for card in (f"{base}/setup/customer-templates/{template.pk}", f"{base}/customers/{customer.pk}"):
        assert "Default dimensions" in page(client, card)
        values = {"dimension_code": "AREAX", "dimension_value_code": "10", "value_posting": "same_code"}
        answer = client.post(f"{card}/lists/dimensions/new", values | {"allowed_values_filter": ""})
        assert answer.status_code == 200, answer.content
        assert "Same code" in page(client, card)
    row = DefaultDimension.objects.get(parent_id=customer.pk)
    refused = client.post(
        f"{base}/customers/{customer.pk}/lists/dimensions/{row.pk}",
        {"dimension_code": "AREAX", "dimension_value_code": "99", "version": "1"},
    )
    assert refused.status_code == 422
    client.post(f"{base}/customers/{customer.pk}/lists/dimensions/{row.pk}/delete")
    assert not DefaultDimension.objects.filter(parent_id=customer.pk).exists()


def test_values_are_offered_with_their_dimension(client: Client, base: str) -> None:
    Dimension.objects.create(code="AREAX", name="Area")
    DimensionValue.objects.create(dimension_code="AREAX", code="10", name="North")
    DimensionValue.objects.create(dimension_code="AREAX", code="11", name="Gone", blocked=True)
    found = client.get(f"{base}/lookup/dimension-value?q=1").content.decode()
    assert "North · Area" in found and "Gone" not in found


def test_selection_rule_is_shown_in_words(client: Client, base: str) -> None:  # 16.5
    CustomerTemplate.objects.create(code="A")
    values = {"table": "customer", "field": "Country", "value": "no", "template_code": "a"}
    row = client.post(f"{base}/setup/template-rules/new", values).json()["row"]
    assert "Country" in row and "country_code" in row
    assert (TemplateRule.objects.get().value, TemplateRule.objects.get().line_no) == ("NO", 10000)
