"""The organisation itself in the standard service (16.7)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import DateField, QuerySet, Value

from tuttava.api import edm
from tuttava.api.declare import STANDARD, EntitySet, Property, Stream
from tuttava.api.sets.pictures import read_picture
from tuttava.api.stamps import fill_stamps, last_modified
from tuttava.foundation.context import current
from tuttava.foundation.models import CompanyInformation


def _ensured(rows: QuerySet[Any]) -> QuerySet[Any]:
    if not rows.exists():
        CompanyInformation.objects.get_or_create(only_row=True)
    return rows


def _year_start() -> Value:
    """Years are calendar years here."""
    return Value(dt.date(current().date.year, 1, 1), output_field=DateField())


def _text(name: str, length: int, source: str) -> Property:
    return Property(name, edm.text(length), source)


STANDARD.register(
    EntitySet(
        name="companyInformation",
        entity="companyInformation",
        model=CompanyInformation,
        properties=(
            Property("id", edm.GUID, "id", immutable=True),
            _text("displayName", 100, "name"),
            _text("addressLine1", 100, "address"),
            _text("addressLine2", 50, "address_2"),
            _text("city", 30, "city"),
            _text("state", 30, "county"),
            Property("country", edm.code(10), "country_code", nullable=True),
            Property("postalCode", edm.code(20), "post_code"),
            _text("phoneNumber", 30, "phone_no"),
            _text("faxNumber", 30, "fax_no"),
            _text("email", 80, "email"),
            _text("website", 255, "home_page"),
            _text("taxRegistrationNumber", 20, "vat_registration_no"),
            Property("currencyCode", edm.code(10), "currency_code", read_only=True, nullable=True),
            Property("currentFiscalYearStartDate", edm.DATE, expression=_year_start, read_only=True),
            _text("industry", 30, "industry"),
            _text("experience", 0, "experience"),
            last_modified(),
        ),
        streams=(Stream("picture", read_picture),),
        methods=frozenset({"GET", "PATCH"}),
        rows=_ensured,
        finish=fill_stamps,
        write_right="api.admin",
        webhooks=True,
    )
)
