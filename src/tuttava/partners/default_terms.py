"""The terms that a new company starts with, and the templates and dimensions of a demo."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from importlib.resources import files

from tuttava.foundation.models import CodeTable, Country, Currency, Language
from tuttava.partners.models import (
    ContactType,
    CustomerTemplate,
    DefaultDimension,
    Dimension,
    DimensionValue,
    EmployeeTemplate,
    PaymentMethod,
    PaymentTerms,
    RegisterTemplate,
    ShipmentMethod,
    VendorTemplate,
)
from tuttava.partners.templating import template_kind

#: Languages that descriptions are shipped in; others get English.
DESCRIBED = ("en", "nb", "nl", "fi")
TABLES: dict[str, type[CodeTable]] = {
    "payment_terms": PaymentTerms,
    "payment_method": PaymentMethod,
    "shipment_method": ShipmentMethod,
}

#: Words of the demo's dimensions and templates, by code and language.
AREAS = {
    "NORTH": {"en": "Northern Europe", "nb": "Nord-Europa", "nl": "Noord-Europa", "fi": "Pohjois-Eurooppa"},
    "WEST": {"en": "Western Europe", "nb": "Vest-Europa", "nl": "West-Europa", "fi": "Länsi-Eurooppa"},
    "OTHER": {"en": "Other countries", "nb": "Andre land", "nl": "Overige landen", "fi": "Muut maat"},
}
AREA = {"en": "Area", "nb": "Område", "nl": "Regio", "fi": "Alue"}
WORDS = {
    "DOMESTIC": {"en": "Companies at home", "nb": "Innenlandske bedrifter", "nl": "Bedrijven in eigen land"}
    | {"fi": "Kotimaiset yritykset"},
    "EXPORT": {"en": "Companies abroad", "nb": "Utenlandske bedrifter", "nl": "Bedrijven in het buitenland"}
    | {"fi": "Ulkomaiset yritykset"},
    "PRIVATE": {"en": "Private persons", "nb": "Privatpersoner", "nl": "Particulieren", "fi": "Yksityishenkilöt"},
    "GOODS": {"en": "Suppliers of goods", "nb": "Vareleverandører", "nl": "Leveranciers van goederen"}
    | {"fi": "Tavarantoimittajat"},
    "SERVICES": {"en": "Service providers", "nb": "Tjenesteleverandører", "nl": "Dienstverleners"}
    | {"fi": "Palveluntarjoajat"},
    "OFFICE": {"en": "Office", "nb": "Kontor", "nl": "Kantoor", "fi": "Toimisto"},
    "WAREHOUSE": {"en": "Warehouse", "nb": "Lager", "nl": "Magazijn", "fi": "Varasto"},
}


def fill_terms(language: str) -> None:
    """Payment terms, payment methods and shipment methods in the company's language."""
    column = language if language in DESCRIBED else "en"
    made: dict[str, list[CodeTable]] = {name: [] for name in TABLES}
    for row in _rows():
        made[row["table"]].append(_coded(row, row[column]))
    for name, rows in made.items():
        TABLES[name]._default_manager.bulk_create(rows, ignore_conflicts=True)


def _rows() -> Iterator[dict[str, str]]:
    with (files("tuttava.partners") / "data" / "terms.csv").open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _coded(row: dict[str, str], words: str) -> CodeTable:
    if row["table"] != "payment_terms":
        return TABLES[row["table"]](code=row["code"], description=words)
    return PaymentTerms(
        code=row["code"],
        description=words,
        due_date_calculation=row["due_date"],
        discount_date_calculation=row["discount_date"],
        discount_pct=Decimal(row["discount_pct"] or 0),
    )


def fill_demo_templates(language: str, country: str) -> None:
    """A dimension, and templates for companies at home and abroad, for persons, suppliers and colleagues."""
    Dimension.objects.bulk_create([Dimension(code="AREA", name=_in(language, AREA))], ignore_conflicts=True)
    DimensionValue.objects.bulk_create(
        [DimensionValue(dimension_code="AREA", code=code, name=_in(language, names)) for code, names in AREAS.items()],
        ignore_conflicts=True,
    )
    customers, vendors = _customer_templates(country), _vendor_templates()
    employees = [EmployeeTemplate(code=code, country_code=_known(Country, country)) for code in ("OFFICE", "WAREHOUSE")]
    for template in (*customers, *vendors, *employees):
        template.description = _in(language, WORDS[template.code])
    CustomerTemplate.objects.bulk_create(customers, ignore_conflicts=True)
    VendorTemplate.objects.bulk_create(vendors, ignore_conflicts=True)
    EmployeeTemplate.objects.bulk_create(employees, ignore_conflicts=True)
    areas = [_area(template, "NORTH") for template in customers if template.code == "DOMESTIC"]
    DefaultDimension.objects.bulk_create(areas, ignore_conflicts=True)


def _customer_templates(country: str) -> list[CustomerTemplate]:
    home = _known(Country, country)
    return [
        CustomerTemplate(code="DOMESTIC", payment_terms_code="30 DAYS", payment_method_code="BANK", country_code=home),
        CustomerTemplate(
            code="EXPORT",
            payment_terms_code="14 DAYS",
            shipment_method_code="DAP",
            currency_code=_known(Currency, "EUR"),
            language_code=_known(Language, "EN"),
        ),
        CustomerTemplate(
            code="PRIVATE",
            contact_type=ContactType.PERSON,
            payment_terms_code="7 DAYS",
            payment_method_code="CARD",
            country_code=home,
            prices_including_vat=True,
        ),
    ]


def _vendor_templates() -> list[VendorTemplate]:
    return [
        VendorTemplate(
            code="GOODS", payment_terms_code="30 DAYS", payment_method_code="BANK", shipment_method_code="DAP"
        ),
        VendorTemplate(code="SERVICES", payment_terms_code="14 DAYS", payment_method_code="BANK"),
    ]


def _area(template: RegisterTemplate, value: str) -> DefaultDimension:
    return DefaultDimension(
        parent_type=template_kind(template.table),
        parent_id=template.pk,
        dimension_code="AREA",
        dimension_value_code=value,
    )


def _in(language: str, words: dict[str, str]) -> str:
    return words.get(language, words["en"])


def _known(model: type[Country | Currency | Language], code: str) -> str | None:
    return code if model._default_manager.filter(code=code).exists() else None
