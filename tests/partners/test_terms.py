"""Payment terms and methods, shipment methods and tax areas (16.7)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import CodeTable
from tuttava.partners.models import (
    Customer,
    CustomerTemplate,
    PaymentMethod,
    PaymentTerms,
    ShipmentMethod,
    TaxArea,
    Vendor,
    VendorTemplate,
)

pytestmark = pytest.mark.usefixtures("company")

USED = (
    (PaymentTerms, "payment_terms_code"),
    (PaymentMethod, "payment_method_code"),
    (ShipmentMethod, "shipment_method_code"),
    (TaxArea, "tax_area_code"),
)


def test_due_dates_are_date_formulas() -> None:  # F-13
    terms = records.create(
        PaymentTerms, {"code": "T", "due_date_calculation": " cm + 14d", "discount_date_calculation": "<7D>"}
    )
    assert (terms.due_date_calculation, terms.discount_date_calculation) == ("CM+14D", "7D")
    for name in ("due_date_calculation", "discount_date_calculation"):
        with pytest.raises(DomainError) as refused:
            records.change(terms, {name: "soon"})
        assert (refused.value.code, refused.value.field) == ("date_formula_invalid", name)


@pytest.mark.parametrize("value", [Decimal(-1), Decimal("100.5"), "much"])
def test_discount_is_a_percentage(value: object) -> None:
    with pytest.raises(DomainError) as refused:
        records.create(PaymentTerms, {"code": "T", "discount_pct": value})
    assert (refused.value.code, refused.value.field) == ("value_invalid", "discount_pct")


@pytest.mark.parametrize("model", [model for model, _name in USED])
def test_code_is_required_and_once(model: type[CodeTable]) -> None:
    for values, code in (
        ({"description": "x"}, "field_required"),
        ({"code": "zz"}, ""),
        ({"code": "ZZ"}, "already_exists"),
    ):
        if not code:
            records.create(model, values)
            continue
        with pytest.raises(DomainError) as refused:
            records.create(model, values)
        assert (refused.value.code, refused.value.field) == (code, "code")


@pytest.mark.parametrize(("model", "name"), USED)
@pytest.mark.parametrize("holder", [Customer, Vendor, CustomerTemplate, VendorTemplate])
def test_code_in_use_is_renamed_but_not_deleted(
    model: type[CodeTable], name: str, holder: type[Customer | Vendor | CustomerTemplate | VendorTemplate]
) -> None:  # C-91, C-92
    code = records.create(model, {"code": "OLDX"})
    key = {"code": "H"} if issubclass(holder, CustomerTemplate | VendorTemplate) else {}
    holding = records.create(holder, key | {name: "OLDX"})
    with pytest.raises(DomainError) as refused:
        records.delete(code)
    assert refused.value.code == "code.in_use"
    code = records.change(code, {"code": "NEWX"})
    holding.refresh_from_db()
    assert getattr(holding, name) == "NEWX"
    records.delete(holding)
    records.delete(code)


def test_closed_terms_stay_but_cannot_be_chosen() -> None:  # C-91
    terms = records.create(PaymentTerms, {"code": "T"})
    customer = records.create(Customer, {"payment_terms_code": "T"})
    records.change(terms, {"closed": True})
    assert records.change(customer, {"name": "A"}).payment_terms_code == "T"
    with pytest.raises(DomainError) as refused:
        records.create(Vendor, {"payment_terms_code": "T"})
    assert (refused.value.code, refused.value.field) == ("code.closed", "payment_terms_code")
