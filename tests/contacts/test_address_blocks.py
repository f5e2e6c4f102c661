"""Address blocks by country layout."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.contacts.people import contact, country, own, person
from tuttava.contacts.addresses import address_block, address_blocks, own_block, same_address, shows_county
from tuttava.contacts.models import Contact, ContactAltAddress, ContactAltAddressPeriod, MarketingSetup
from tuttava.foundation import records
from tuttava.foundation.context import Context, acting
from tuttava.foundation.models import PostCode

pytestmark = pytest.mark.usefixtures("company")
DAY = dt.date(2026, 7, 15)
PLACE = {"address": "Storgata 1", "post_code": "5003", "city": "Bergen"}


@pytest.fixture(autouse=True)
def _own(company: object) -> None:
    PostCode.objects.all().delete()
    MarketingSetup.objects.update(default_country=None)
    own(country=None, address_format="post_code_city", contact_address_format="after_company_name")


def employee(firm: Contact, **values: Any) -> Contact:
    anna = person(**{**PLACE, **values})
    Contact.objects.filter(pk=anna.pk).update(company=firm, company_no=firm.no, company_name=firm.name, **values)
    anna.refresh_from_db()
    return anna


def active(owner: Contact, **values: Any) -> None:
    where = records.create(ContactAltAddress, {"contact": owner, "code": "ALT", **values})
    records.create(ContactAltAddressPeriod, {"contact": owner, "alt_address": where, "starting_date": "2026-07-01"})


def test_contact_without_company_has_name_name_2_and_own_address() -> None:  # C-57
    assert address_block(contact(name_2="Branch", **PLACE), DAY) == ["Fjord AS", "Branch", "Storgata 1", "5003 Bergen"]


def test_person_with_company_has_the_companys_names_and_the_own_address() -> None:  # C-57
    firm = contact(name_2="Branch", **PLACE)
    block = address_block(employee(firm, address="Elsewhere 2"), DAY)
    assert block == ["Fjord AS", "Branch", "Anna Berg", "Elsewhere 2", "5003 Bergen"]


def test_own_active_alternative_address_goes_first() -> None:  # C-57
    anna = employee(contact(**PLACE))
    active(anna, company_name="Cabin Ltd", company_name_2="c/o Ola", address="Hill 3", city="Geilo")
    assert address_block(anna, DAY) == ["Cabin Ltd", "c/o Ola", "Anna Berg", "Hill 3", "Geilo"]
    assert address_block(anna, dt.date(2026, 6, 30))[0] == "Fjord AS"


def test_companys_active_alternative_address_holds_for_people_with_its_address() -> None:  # C-57
    firm = contact(**PLACE)
    active(firm, address="Plant 9", city="Odda")
    assert address_block(employee(firm), DAY) == ["Fjord AS", "Anna Berg", "Plant 9", "Odda"]
    assert address_block(employee(firm, address="Own 1"), DAY) == ["Fjord AS", "Anna Berg", "Own 1", "5003 Bergen"]
    MarketingSetup.objects.update(inherit_address_details=False)
    assert address_block(employee(firm), DAY)[2] == "Storgata 1"


@pytest.mark.parametrize(
    ("layout", "custom", "lines"),
    [
        ("post_code_city", "", ["5003 Bergen", "Vestland", "Norge"]),
        ("city_post_code", "", ["Bergen, 5003", "Vestland", "Norge"]),
        ("city_county_post_code", "", ["Bergen, Vestland 5003", "Norge"]),
        ("blank_line_post_code_city", "", ["", "5003 Bergen", "Vestland", "Norge"]),
        ("custom", "%2 (%3) %1", ["Bergen (Vestland) 5003", "Norge"]),
        ("custom", "%1-%2", ["5003-Bergen", "Vestland", "Norge"]),
    ],
)
def test_post_code_line_by_country_layout(layout: str, custom: str, lines: list[str]) -> None:  # C-58
    country("NO", name="Norge", address_format=layout, custom_address_format=custom)
    block = address_block(contact(country="NO", county="Vestland", **PLACE), DAY)
    assert block == ["Fjord AS", "Storgata 1", *lines]


@pytest.mark.parametrize(
    ("layout", "values", "line"),
    [
        ("city_post_code", {"post_code": ""}, "Bergen"),
        ("city_post_code", {"city": ""}, "5003"),
        ("city_county_post_code", {}, "Bergen, 5003"),
        ("city_county_post_code", {"post_code": "", "county": "Vestland"}, "Bergen, Vestland"),
    ],
)
def test_blank_parts_leave_no_gaps_in_the_post_code_line(
    layout: str, values: dict[str, str], line: str
) -> None:  # C-58
    country("NO", name="", address_format=layout)
    assert address_block(contact(country="NO", **{**PLACE, **values}), DAY)[-1] == line


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("first", ["Anna Berg", "Fjord AS", "Storgata 1", "5003 Bergen", "Norge"]),
        ("after_company_name", ["Fjord AS", "Anna Berg", "Storgata 1", "5003 Bergen", "Norge"]),
        ("last", ["Fjord AS", "Storgata 1", "5003 Bergen", "Norge", "Anna Berg"]),
    ],
)
def test_contact_person_stands_where_the_country_says(place: str, expected: list[str]) -> None:  # C-58
    country("NO", name="Norge", address_format="post_code_city", contact_address_format=place)
    assert address_block(employee(contact(**PLACE), country="NO"), DAY) == expected


def test_block_never_has_more_than_eight_lines() -> None:  # C-58
    country("NO", name="Norge", address_format="blank_line_post_code_city")
    firm = contact(name_2="Branch", **PLACE)
    block = address_block(employee(firm, country="NO", address_2="Floor 2", county="Vestland"), DAY)
    assert block == [
        *("Fjord AS", "Branch", "Anna Berg", "Storgata 1", "Floor 2", "5003 Bergen", "Vestland", "Norge"),
    ]


def test_blank_country_uses_the_local_layout_and_prints_no_country() -> None:  # C-58
    country("NO", name="Norge")
    own(country="NO", address_format="city_post_code", name="Own AS", city="Oslo", post_code="0150")
    assert address_block(contact(**PLACE), DAY)[-1] == "Bergen, 5003"
    assert own_block() == ["Own AS", "Oslo, 0150"]


def test_county_field_shows_only_where_the_layout_uses_it() -> None:  # C-51
    country("US", address_format="city_county_post_code")
    country("NO", address_format="post_code_city")
    assert shows_county("US") and not shows_county("NO") and not shows_county("")


def test_identical_addresses_agree_in_four_fields() -> None:  # C-59
    assert same_address(contact(**PLACE, county="A"), contact(**PLACE, county="B"))
    assert not same_address(contact(**PLACE), contact(**{**PLACE, "post_code": "5004"}))


def test_blocks_of_many_contacts_cost_few_queries(django_assert_max_num_queries: Any) -> None:  # C-57
    firm = contact(**PLACE)
    people = [employee(firm) for _number in range(5)]
    with acting(Context()), django_assert_max_num_queries(5):
        assert len(address_blocks(people, DAY)) == 5
