"""What a new company starts with: terms in its language; templates and a dimension in a demo."""

from __future__ import annotations

import pytest

from tuttava.foundation import date_formula, records
from tuttava.partners.default_terms import AREAS, WORDS, fill_demo_templates, fill_terms
from tuttava.partners.models import (
    Customer,
    CustomerTemplate,
    DefaultDimension,
    EmployeeTemplate,
    PaymentMethod,
    PaymentTerms,
    ShipmentMethod,
    VendorTemplate,
)
from tuttava.partners.templating import add_dimensions, fill_from_template

pytestmark = pytest.mark.usefixtures("company")


def test_standard_company_has_terms_but_no_templates() -> None:
    assert PaymentTerms.objects.get(code="14 DAYS").due_date_calculation == "14D"
    discount = PaymentTerms.objects.get(code="30D(8D)")
    assert (discount.discount_date_calculation, discount.discount_pct) == ("8D", 2)
    assert PaymentMethod.objects.get(code="BANK").description == "Bank transfer"
    assert ShipmentMethod.objects.filter(code="EXW").exists()
    assert not CustomerTemplate.objects.exists() and not DefaultDimension.objects.exists()


def test_shipped_formulas_can_be_read() -> None:  # F-13
    for terms in PaymentTerms.objects.all():
        for text in (terms.due_date_calculation, terms.discount_date_calculation):
            assert str(date_formula.parse(text, "en")) == text


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "Kontant"), ("nl", "Contant"), ("fi", "Käteinen"), ("de", "Cash")],
)
def test_terms_are_described_in_the_language_of_the_company(language: str, words: str) -> None:
    PaymentMethod.objects.all().delete()
    PaymentMethod.objects.create(code="CARD", description="Ours")
    fill_terms(language)
    found = dict(PaymentMethod.objects.values_list("code", "description"))
    assert (found["CASH"], found["CARD"]) == (words, "Ours")


def test_demo_has_templates_that_can_be_used() -> None:
    fill_demo_templates("nb", "NO")
    assert CustomerTemplate.objects.get(code="PRIVATE").description == "Privatpersoner"
    assert (VendorTemplate.objects.count(), EmployeeTemplate.objects.count()) == (2, 2)
    customer = records.create(Customer, {"name": "Fjord AS"})
    template = CustomerTemplate.objects.get(code="DOMESTIC")
    edit = records.Edit(customer, records.rules_of(Customer))
    assert "payment_terms_code" in fill_from_template(edit, template)
    records.save(edit)
    add_dimensions(customer, template)
    assert DefaultDimension.objects.get(parent_id=customer.pk).dimension_value_code == "NORTH"


def test_demo_words_exist_in_every_shipped_language() -> None:
    for words in (*AREAS.values(), *WORDS.values()):
        assert set(words) == {"en", "nb", "nl", "fi"} and all(words.values())
