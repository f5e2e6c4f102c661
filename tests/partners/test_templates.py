"""Templates fill the blanks of new records (B-25 to B-28, B-36), and selection rules choose them (16.5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Country, Currency, Language, NumberSeries, NumberSeriesLine, Territory
from tuttava.foundation.records import Edit, rules_of
from tuttava.partners.models import (
    ContactType,
    Customer,
    CustomerTemplate,
    DefaultDimension,
    Dimension,
    DimensionParent,
    DimensionValue,
    Employee,
    EmployeeTemplate,
    Gender,
    PaymentMethod,
    PaymentTerms,
    RegisterEntry,
    RegisterTemplate,
    Reserve,
    Salesperson,
    TemplateRule,
    Vendor,
    VendorTemplate,
)
from tuttava.partners.rules.registers import REGISTERS
from tuttava.partners.templating import add_dimensions, fill_from_template, template_for

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture(autouse=True)
def codes(company: object) -> None:
    for code in ("CRC1", "CRC2"):
        Country.objects.create(code=code, name=code)
        Territory.objects.create(code=code)
        Currency.objects.create(code=code)
        Language.objects.create(code=code)
    PaymentMethod.objects.create(code="GIRO")
    PaymentMethod.objects.create(code="CASHX")
    PaymentMethod.objects.create(code="OLD", closed=True)
    PaymentTerms.objects.create(code="14DX", due_date_calculation="14D")
    PaymentTerms.objects.create(code="OLDT", closed=True)


def filled(model: type[RegisterEntry], template: RegisterTemplate, **values: Any) -> tuple[Any, list[str]]:
    """A new record with these values, unsaved, after its template filled it; and the names it gave."""
    edit: Edit[Any] = Edit(model(**values), rules_of(model))
    return edit.record, fill_from_template(edit, template)


PAIRS = (
    ("country_code", "CRC1", "CRC2"),
    ("currency_code", "CRC1", "CRC2"),
    ("territory_code", "CRC1", "CRC2"),
    ("language_code", "CRC1", "CRC2"),
    ("city", "Oslo", "Bergen"),
    ("county", "Oslo fylke", "Vestland"),
    ("post_code", "0150", "5003"),
)


@pytest.mark.parametrize(("name", "own", "theirs"), PAIRS)
@pytest.mark.parametrize(("model", "template_model"), [(Customer, CustomerTemplate), (Vendor, VendorTemplate)])
def test_template_fills_blanks_only_with_what_it_has(  # B-27
    model: type[RegisterEntry], template_model: type[RegisterTemplate], name: str, own: str, theirs: str
) -> None:
    has, lacks = template_model(code="T", **{name: theirs}), template_model(code="T")
    blank = getattr(lacks, name)
    assert getattr(filled(model, has, **{name: own})[0], name) == own
    assert getattr(filled(model, has)[0], name) == theirs
    assert getattr(filled(model, lacks, **{name: own})[0], name) == own
    assert getattr(filled(model, lacks)[0], name) == blank


def test_names_of_the_filled_fields_are_told() -> None:  # B-27
    template = CustomerTemplate(code="T", city="Bergen", reserve=Reserve.ALWAYS, payment_terms_code="14DX")
    _record, given = filled(Customer, template, city="Oslo")
    assert sorted(given) == ["payment_terms_code", "reserve"]


def test_amounts_choices_and_ticks_at_their_initial_value_are_blank() -> None:  # B-27
    template = CustomerTemplate(
        code="T", credit_limit_lcy=Decimal(500), reserve=Reserve.ALWAYS, prices_including_vat=True, statistics_group=4
    )
    customer, _given = filled(Customer, template)
    assert (customer.credit_limit_lcy, customer.reserve) == (500, Reserve.ALWAYS)
    assert (customer.prices_including_vat, customer.statistics_group) == (True, 4)
    customer, given = filled(
        Customer, CustomerTemplate(code="T"), credit_limit_lcy=Decimal(7), reserve=Reserve.OPTIONAL, tax_liable=True
    )
    assert (customer.credit_limit_lcy, customer.reserve, customer.tax_liable, given) == (7, Reserve.OPTIONAL, True, [])


def test_payment_method_is_always_that_of_the_template() -> None:  # B-27
    customer, _given = filled(
        Customer, CustomerTemplate(code="T", payment_method_code="GIRO"), payment_method_code="CASHX"
    )
    assert customer.payment_method_code == "GIRO"
    customer, _given = filled(Customer, CustomerTemplate(code="T"), payment_method_code="CASHX")
    assert customer.payment_method_code == "CASHX"


@pytest.mark.parametrize(
    ("name", "code"), [("payment_method_code", "OLD"), ("payment_method_code", "GONE"), ("payment_terms_code", "OLDT")]
)
def test_code_that_cannot_be_chosen_is_refused_naming_the_template(name: str, code: str) -> None:  # B-27
    with pytest.raises(DomainError) as refused:
        filled(Vendor, VendorTemplate(code="INLAND", **{name: code}))
    assert refused.value.code == ("not_found" if code == "GONE" else "code.closed")
    assert refused.value.field == name
    assert "INLAND" in str(refused.value) and code in str(refused.value)


@pytest.mark.parametrize("model", [Customer, Vendor])
def test_invoice_discount_code_is_the_templates_else_the_own_number(model: type[Customer | Vendor]) -> None:  # B-27
    template_model = CustomerTemplate if model is Customer else VendorTemplate
    records.create(template_model, {"code": "DISC", "invoice_disc_code": "BULK"})
    records.create(template_model, {"code": "NODISC"})
    for city, code in (("Here", "DISC"), ("There", "NODISC")):
        rule(table=model.table, field="city", value=city, template_code=code)
    here, there = records.create(model, {"city": "Here"}), records.create(model, {"city": "There"})
    assert (here.invoice_disc_code, there.invoice_disc_code) == ("BULK", there.no)


def test_template_never_gives_number_series_type_or_words() -> None:  # B-27, B-28
    series("TSER", "T001")
    template = CustomerTemplate(
        code="T", description="Persons", no_series_code="TSER", contact_type=ContactType.PERSON, city="Bergen"
    )
    customer, given = filled(Customer, template)
    assert (customer.no, customer.no_series_code, customer.contact_type) == ("", None, ContactType.COMPANY)
    assert given == ["city"]


def test_employee_template_fills_blanks_only() -> None:  # B-36
    template = EmployeeTemplate(
        code="T", city="Bergen", post_code="5003", county="Vestland", country_code="CRC2", gender=Gender.FEMALE
    )
    employee, _given = filled(Employee, template, city="Oslo", post_code="0150", gender=Gender.MALE)
    assert (employee.city, employee.post_code, employee.gender) == ("Oslo", "0150", Gender.MALE)
    assert (employee.county, employee.country_code) == ("Vestland", "CRC2")
    employee, given = filled(Employee, EmployeeTemplate(code="T"), city="Oslo", gender=Gender.MALE)
    assert (employee.city, employee.gender, given) == ("Oslo", Gender.MALE, [])


def test_fields_to_keep_stay_even_when_the_template_always_gives_them() -> None:
    edit: Edit[Any] = Edit(Customer(payment_method_code="CASHX"), rules_of(Customer))
    fill_from_template(
        edit, CustomerTemplate(code="T", payment_method_code="GIRO", city="X"), keep={"payment_method_code", "city"}
    )
    assert (edit.record.payment_method_code, edit.record.city) == ("CASHX", "")


@pytest.fixture
def areas(codes: None) -> CustomerTemplate:
    """A customer template with two default dimensions, of which one only allows some values."""
    for dimension in ("AREAX", "DEPTX"):
        Dimension.objects.create(code=dimension)
        for value in ("10", "20", "30"):
            DimensionValue.objects.create(dimension_code=dimension, code=value)
    template = CustomerTemplate.objects.create(code="DIMS")
    kind = DimensionParent.CUSTOMER_TEMPLATE
    DefaultDimension.objects.create(
        parent_type=kind, parent_id=template.pk, dimension_code="AREAX", dimension_value_code="10"
    )
    DefaultDimension.objects.create(
        parent_type=kind, parent_id=template.pk, dimension_code="DEPTX", allowed_values_filter="10|20"
    )
    return template


def dimensions_of(customer: Customer) -> list[tuple[str, str, str]]:
    rows = DefaultDimension.objects.filter(parent_type="customer", parent_id=customer.pk).order_by("dimension")
    return [(row.dimension_code, row.dimension_value_code, row.allowed_values_filter) for row in rows]


def test_dimensions_of_the_template_are_added(areas: CustomerTemplate) -> None:  # B-27
    customer = records.create(Customer, {"name": "A"})
    add_dimensions(customer, areas)
    assert dimensions_of(customer) == [("AREAX", "10", ""), ("DEPTX", "", "10|20")]
    add_dimensions(customer, areas)
    assert len(dimensions_of(customer)) == 2


def test_own_dimensions_stay_and_get_a_missing_filter(areas: CustomerTemplate) -> None:  # B-27
    customer, other = records.create(Customer, {"name": "A"}), records.create(Customer, {"name": "B"})
    for parent, dimension, value in ((customer, "AREAX", "30"), (customer, "DEPTX", ""), (other, "DEPTX", "30")):
        DefaultDimension.objects.create(
            parent_type="customer", parent_id=parent.pk, dimension_code=dimension, dimension_value_code=value
        )
    add_dimensions(customer, areas)
    add_dimensions(other, areas)
    assert dimensions_of(customer) == [("AREAX", "30", ""), ("DEPTX", "", "10|20")]
    assert dimensions_of(other) == [("AREAX", "10", ""), ("DEPTX", "30", "")]


def rule(**values: Any) -> TemplateRule:
    return records.create(TemplateRule, values)


def series(code: str, first: str) -> None:
    NumberSeries.objects.create(code=code, default_nos=True)
    NumberSeriesLine.objects.create(series_code=code, line_no=10000, starting_no=first, increment_by=1)


def test_first_rule_whose_field_has_the_value_selects_the_template() -> None:  # 16.5
    for code, city in (("A", "Bergen"), ("B", "Oslo")):
        CustomerTemplate.objects.create(code=code, city=city)
    rule(field="country_code", value="crc1", template_code="A")
    rule(field="country_code", value="CRC1", template_code="B")
    rule(field="prices_including_vat", value="yes", template_code="B")
    assert records.create(Customer, {"country_code": "CRC1"}).city == "Bergen"
    assert records.create(Customer, {"prices_including_vat": True}).city == "Oslo"
    assert records.create(Customer, {"country_code": "CRC2"}).city == ""
    assert template_for("vendor", {"country_code": "CRC1"}) is None


def test_what_was_sent_stays_though_the_template_has_another(areas: CustomerTemplate) -> None:  # 16.5, A-35
    records.change(areas, {"city": "Bergen", "payment_method_code": "GIRO"})
    rule(field="country_code", value="CRC1", template_code="DIMS")
    customer = records.create(Customer, {"country_code": "CRC1", "city": "", "payment_method_code": "CASHX"})
    assert (customer.city, customer.payment_method_code) == ("", "CASHX")
    assert dimensions_of(customer) == [("AREAX", "10", ""), ("DEPTX", "", "10|20")]


def test_number_comes_from_the_series_of_the_selected_template() -> None:  # B-25
    series("TSER", "T001")
    VendorTemplate.objects.create(code="A", no_series_code="TSER")
    rule(table="vendor", field="city", value="Oslo", template_code="A")
    vendor, typed = records.create(Vendor, {"city": "Oslo"}), records.create(Vendor, {"no": "V9", "city": "Oslo"})
    assert (vendor.no, vendor.no_series_code, typed.no) == ("T001", "TSER", "V9")


def test_a_thousand_new_records_read_the_rules_once(django_assert_max_num_queries: Any) -> None:
    from tuttava.foundation.context import acting
    from tuttava.foundation.journal import unit_of_work

    CustomerTemplate.objects.create(code="A", city="Bergen", payment_terms_code="14DX")
    rule(field="county", value="Vestland", template_code="A")
    with acting(), django_assert_max_num_queries(34), unit_of_work("test"):
        edits = [Edit(Customer(no=f"X{n}", county="Vestland"), rules_of(Customer)) for n in range(1000)]
        records.save_many(edits)
    assert Customer.objects.filter(city="Bergen", payment_terms_code="14DX").count() == 1000


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"field": "shoe_size", "value": "1", "template_code": "A"}, "field_unknown", "field"),
        ({"field": "no", "value": "1", "template_code": "A"}, "field_unknown", "field"),
        ({"field": "country_code", "value": "NOWHERE", "template_code": "A"}, "not_found", "value"),
        ({"field": "priority", "value": "high", "template_code": "A"}, "value_invalid", "value"),
        ({"field": "city", "value": "Oslo", "template_code": "B"}, "not_found", "template_code"),
        ({"field": "", "value": "Oslo", "template_code": "A"}, "field_required", "field"),
    ],
)
def test_rule_asks_a_field_for_a_value_it_can_have(values: dict[str, str], code: str, field: str) -> None:  # 16.5
    CustomerTemplate.objects.create(code="A")
    with pytest.raises(DomainError) as refused:
        rule(**values)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_rule_takes_the_words_of_a_field_too() -> None:
    CustomerTemplate.objects.create(code="A")
    assert rule(field="Country", value="CRC1", template_code="A").field == "country_code"


def test_template_that_rules_name_is_renamed_with_them_and_not_deleted() -> None:  # C-91, C-92
    for model in (CustomerTemplate, VendorTemplate):
        model.objects.create(code="A")
    own, other = (rule(table=table, field="city", value="Oslo", template_code="A") for table in ("customer", "vendor"))
    template = records.change(CustomerTemplate.objects.get(code="A"), {"code": "B"})
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.template_code, other.template_code) == ("B", "A")
    with pytest.raises(DomainError) as refused:
        records.delete(template)
    assert refused.value.code == "code.in_use"
    records.delete(own)
    records.delete(template)


def test_dimensions_of_a_template_go_with_it(areas: CustomerTemplate) -> None:
    records.delete(areas)
    assert not DefaultDimension.objects.filter(parent_id=areas.pk).exists()


def test_salesperson_of_the_user_stays_before_that_of_the_template() -> None:  # B-33
    from tuttava.foundation.context import acting
    from tuttava.foundation.models import UserPreference

    for code in ("ME", "THEY"):
        Salesperson.objects.create(code=code)
    VendorTemplate.objects.create(code="A", purchaser_code="THEY")
    rule(table="vendor", field="city", value="Oslo", template_code="A")
    assert records.create(Vendor, {"city": "Oslo"}).purchaser_code == "THEY"
    UserPreference.objects.update_or_create(user_name="kari", defaults={"salesperson_code": "ME"})
    with acting(user_name="kari"):
        assert records.create(Vendor, {"city": "Oslo"}).purchaser_code == "ME"


def test_every_register_but_bank_accounts_has_templates() -> None:  # B.2
    from tuttava.partners.templating import TEMPLATES

    assert set(TEMPLATES) == set(REGISTERS) - {"bank_account"}


def test_template_that_names_a_contact_person_makes_no_contact() -> None:  # B-45
    from tuttava.contacts.models import Contact

    CustomerTemplate.objects.create(code="A", contact="Kari Nordmann")
    rule(field="city", value="Oslo", template_code="A")
    before = Contact.objects.count()
    assert records.create(Customer, {"name": "Fjord AS", "city": "Oslo"}).contact == "Kari Nordmann"
    assert Contact.objects.count() == before
