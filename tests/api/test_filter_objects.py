"""Filter objects over the properties of a set, and calculation filters (A-50, A-114, A-117)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from tests.api.conftest import Service
from tuttava.api.declare import CRM
from tuttava.api.filter_objects import filtered
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError

pytestmark = pytest.mark.usefixtures("company")

ROWS = (
    {"no": "F1", "name": "Berg AS", "city": "Bergen", "minor": False},
    {"no": "F2", "name": "berg & Co", "city": "Oslo", "registration_number": "5"},
    {"no": "F3", "name": "Fjord_line", "country_code": "NO", "type": "company"},
    {"no": "F4", "name": "Ada 100%", "type": "person", "country_code": "SE"},
)


@pytest.fixture
def rows(company: object) -> None:
    from tuttava.foundation.models import NumberSeries

    NumberSeries.objects.update(manual_nos=True)
    for row in ROWS:
        records.create(Contact, row)
    Contact.objects.filter(no="F4").update(last_modified_at=dt.datetime(2024, 5, 6, 23, 59, tzinfo=dt.UTC))
    Contact.objects.filter(no__in=["F1", "F2"]).update(country=None)


def found(**filters: Any) -> str:
    """The last digits of the numbers found."""
    with timezone.override(dt.UTC):
        contacts = filtered(CRM.sets["contacts"], Contact.objects.filter(no__startswith="F"), filters)
        return "".join(no[1:] for no in contacts.order_by("no").values_list("no", flat=True))


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("no", "f1|F3", "13"),
        ("no", "f2..f3", "23"),
        ("no", "..f2", "12"),
        ("no", "f3..", "34"),
        ("no", "<>f1&<>f2", "34"),
        ("no", "*3", "3"),
        ("no", "f?", "1234"),
        ("name", "Berg AS", "1"),
        ("name", "berg as", ""),
        ("name", "@berg as", "1"),
        ("name", "@berg*", "12"),
        ("name", "Berg*", "1"),
        ("name", "<>@*berg*", "34"),
        ("name", "'berg & Co'", "2"),
        ("name", "*_*", "3"),
        ("name", "*%", "4"),
        ("city", "''", "34"),
        ("city", "<>''", "12"),
        ("city", "<>Oslo", "134"),
        ("city", "*", "1234"),
        ("city", "?*", "12"),
        ("countryCode", "''", "12"),
        ("countryCode", "<>NO", "124"),
        ("countryCode", "..NO", "123"),
        ("country_code", "@n*", "3"),
        ("type", "Person", "4"),
        ("type", "person", "4"),
        ("type", "<>company", "4"),
        ("minor", "TRUE", ""),
        ("minor", "false", "1234"),
        ("noOfMailingGroups", "0", "1234"),
        ("noOfMailingGroups", ">0", ""),
        ("lastModifiedAt", "2024-05-06", "4"),
        ("lastModifiedAt", "<>2024-05-06", "123"),
        ("lastModifiedAt", "..2024-05-06", "4"),
        ("lastModifiedAt", "2024-05-07..", "123"),
        ("lastModifiedAt", ">2024-05-06&<=today", "123"),
        ("lastModifiedAt", "9999-12-31", ""),
        ("no", "", "1234"),
    ],
)
def test_expression_selects(name: str, text: str, expected: str) -> None:
    assert found(**{name: text}) == expected


@pytest.mark.usefixtures("rows")
def test_all_fields_must_hold() -> None:
    assert found(city="<>''", name="@berg*", type="company") == "12"
    assert found() == "1234"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nosuch", "1"),
        ("minor", "perhaps"),
        ("type", "Robot"),
        ("type", "Per*"),
        ("noOfMailingGroups", "many"),
        ("lastModifiedAt", "yesterday"),
        ("no", "a|"),
        ("id", "abc"),
        ("no", 5),
    ],
)
def test_unreadable_filter_names_its_field(name: str, text: Any) -> None:  # A-114, bad_filter
    with pytest.raises(DomainError) as refused:
        found(**{name: text})
    assert (refused.value.code, refused.value.field) == ("bad_filter", name)
    assert "position" in str(refused.value)


def test_calculation_filter_is_read_before_the_data(crm: Service) -> None:
    fine = "contacts?dateFilter=2024-01-01..2024-12-31&salespersonFilter=JO|AL&taskClosedFilter=false"
    assert crm.get(fine).status == 200
    for option in ("dateFilter=2024-13-01", "taskClosedFilter=perhaps", "stageFilter=1..x", "salespersonFilter=A|"):
        answer = crm.get(f"contacts?{option}")
        assert (answer.status, answer.code, answer.domain_code) == (
            400,
            "Application_FilterErrorException",
            "bad_filter",
        )
        assert answer.target == option.partition("=")[0]
