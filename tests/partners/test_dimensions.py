"""Dimensions, their values, and the values that records bring along (17.1, B-27)."""

from __future__ import annotations

from typing import Any

import pytest

from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.partners.dimensions import allows
from tuttava.partners.models import (
    Customer,
    DefaultDimension,
    Dimension,
    DimensionParent,
    DimensionSetLine,
    DimensionValue,
    Salesperson,
)

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture(autouse=True)
def area(company: object) -> Dimension:
    dimension = records.create(Dimension, {"code": "AREAX", "name": "Area"})
    for code in ("10", "20", "30"):
        records.create(DimensionValue, {"dimension_code": "AREAX", "code": code})
    return dimension


@pytest.fixture
def customer(area: Dimension) -> Customer:
    return records.create(Customer, {"name": "Fjord AS"})


def default(parent: Customer, **values: Any) -> DefaultDimension:
    named = {"parent_type": "customer", "parent_id": parent.pk, "dimension_code": "AREAX"}
    return records.create(DefaultDimension, named | values)


def refused(work: Any, *arguments: Any, **named: Any) -> tuple[str, str]:
    with pytest.raises(DomainError) as error:
        work(*arguments, **named)
    return error.value.code, error.value.field


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("", ["10", "20", "30", "4A"]),
        ("10|30", ["10", "30"]),
        ("10..20", ["10", "20"]),
        ("..20", ["10", "20"]),
        ("20..", ["20", "30", "4A"]),
        ("<>20", ["10", "30", "4A"]),
        ("<>?0", ["4A"]),
        ("*a", ["4A"]),
        (">10&<30", ["20"]),
        (">=30", ["30", "4A"]),
        ("<=10", ["10"]),
        ("'4a'", ["4A"]),
    ],
)
def test_filter_says_which_values_are_allowed(expression: str, allowed: list[str]) -> None:
    assert [code for code in ("10", "20", "30", "4A") if allows(expression, code)] == allowed


def test_value_is_one_of_the_dimensions_own(customer: Customer) -> None:
    assert refused(default, customer, dimension_value_code="40") == ("not_found", "dimension_value_code")
    assert default(customer, dimension_value_code="10").dimension_value_code == "10"


def test_blocked_value_stays_but_cannot_be_chosen_anew(customer: Customer) -> None:
    row = default(customer, dimension_value_code="10")
    records.change(DimensionValue.objects.get(dimension="AREAX", code="10"), {"blocked": True})
    assert records.change(row, {"value_posting": "same_code"}).dimension_value_code == "10"
    other = records.create(Customer, {"name": "B"})
    assert refused(default, other, dimension_value_code="10") == ("code.closed", "dimension_value_code")


def test_blocked_dimension_cannot_be_chosen(customer: Customer, area: Dimension) -> None:
    records.change(area, {"blocked": True})
    assert refused(default, customer) == ("code.closed", "dimension_code")


def test_filter_of_allowed_values_is_read(customer: Customer) -> None:
    assert refused(default, customer, allowed_values_filter="10..20..30") == ("bad_filter", "allowed_values_filter")
    assert default(customer, allowed_values_filter=" 10|20 ").allowed_values_filter == "10|20"


def test_value_is_among_the_allowed_ones(customer: Customer) -> None:
    row = default(customer, dimension_value_code="10", allowed_values_filter="10|20")
    assert refused(records.change, row, {"dimension_value_code": "30"}) == ("value_invalid", "dimension_value_code")
    assert refused(records.change, row, {"allowed_values_filter": "20"}) == ("value_invalid", "allowed_values_filter")
    changed = records.change(row, {"dimension_value_code": "30", "allowed_values_filter": "30"})
    assert changed.dimension_value_code == "30"


def test_record_exists_and_stays(customer: Customer) -> None:
    import uuid

    missing = {"parent_type": "customer", "parent_id": uuid.uuid4(), "dimension_code": "AREAX"}
    assert refused(records.create, DefaultDimension, missing) == ("not_found", "parent_id")
    assert refused(records.create, DefaultDimension, {"dimension_code": "AREAX"})[1] == "parent_type"
    other = records.create(Customer, {"name": "B"})
    row = default(customer)
    assert refused(records.change, row, {"parent_id": other.pk}) == ("read_only", "parent_id")


def test_dimension_once_a_record(customer: Customer) -> None:
    default(customer)
    assert refused(default, customer)[0] == "already_exists"


def test_renaming_a_dimension_or_value_renames_it_everywhere(customer: Customer, area: Dimension) -> None:  # C-92
    Dimension.objects.create(code="DEPTX")
    DimensionValue.objects.create(dimension_code="DEPTX", code="10")
    row = default(customer, dimension_value_code="10")
    other = default(customer, dimension_code="DEPTX", dimension_value_code="10")
    line = records.create(
        DimensionSetLine, {"parent_id": customer.pk, "dimension_code": "AREAX", "dimension_value_code": "10"}
    )
    records.change(DimensionValue.objects.get(dimension="AREAX", code="10"), {"code": "11"})
    records.change(area, {"code": "REGIONX"})
    for each in (row, other, line):
        each.refresh_from_db()
    assert (row.dimension_code, row.dimension_value_code) == ("REGIONX", "11")
    assert (other.dimension_code, other.dimension_value_code) == ("DEPTX", "10")
    assert (line.dimension_code, line.dimension_value_code) == ("REGIONX", "11")


def test_dimension_or_value_in_use_is_not_deleted(customer: Customer, area: Dimension) -> None:  # C-91
    row = default(customer, dimension_value_code="10")
    value = DimensionValue.objects.get(dimension="AREAX", code="10")
    assert refused(records.delete, value)[0] == "code.in_use"
    assert refused(records.delete, area)[0] == "code.in_use"
    records.delete(row)
    records.delete(value)
    records.delete(area)
    assert not DimensionValue.objects.filter(dimension="AREAX").exists()


def test_value_stays_in_its_dimension() -> None:
    Dimension.objects.create(code="DEPTX")
    value = DimensionValue.objects.get(dimension="AREAX", code="10")
    assert refused(records.change, value, {"dimension_code": "DEPTX"}) == ("read_only", "dimension_code")
    assert refused(records.create, DimensionValue, {"dimension_code": "AREAX", "code": "10"})[0] == "already_exists"
    assert refused(records.create, DimensionValue, {"code": "10"}) == ("field_required", "dimension_code")


def test_dimensions_of_a_record_go_with_it(customer: Customer) -> None:
    person = records.create(Salesperson, {"code": "DIMS"})
    default(customer)
    records.create(
        DefaultDimension,
        {"parent_type": DimensionParent.SALESPERSON, "parent_id": person.pk, "dimension_code": "AREAX"},
    )
    records.delete(customer)
    records.delete(person)
    assert not DefaultDimension.objects.filter(parent_id__in=[customer.pk, person.pk]).exists()


def test_line_of_a_document_needs_a_value() -> None:
    import uuid

    line = {"parent_id": uuid.uuid4(), "dimension_code": "AREAX"}
    assert refused(records.create, DimensionSetLine, line) == ("field_required", "dimension_value_code")
    assert records.create(DimensionSetLine, line | {"dimension_value_code": "20"}).dimension_value_code == "20"
