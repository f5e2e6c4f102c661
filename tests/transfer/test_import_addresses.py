"""Rows become alternative addresses of contacts that exist."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.transfer.helpers import begin, counts, messages, run
from tuttava.contacts.models import Contact, ContactAltAddress, ContactAltAddressPeriod
from tuttava.foundation import records
from tuttava.transfer import actions
from tuttava.transfer.models import ImportJob, OnMatch

pytestmark = pytest.mark.usefixtures("company", "uploads", "places")

OFFICES = (
    "Member,External Id,Office,Address,Suite,City,State,Zip,Phone,Hours\n"
    "Anna Berg,X1,Old Mill,1 Main St,Suite 2,Cullman,AL,35055,256-734-0001,9-5\n"
    "Anna Berg,X1,,2 Main St,,Cullman,AL,35055,,\n"
    "Anna Berg,X1,,3 Oak St,,Jasper,AL,35501,,\n"
)


@pytest.fixture
def anna() -> Contact:
    return records.create(Contact, {"type": "person", "external_id": "X1", "name": "Anna Berg", "no": "P1"})


def _addresses(content: str, **options: object) -> ImportJob:
    return run(content, kind="alt_addresses", **options)


def test_several_rows_a_person_get_codes_of_their_city(anna: Contact) -> None:
    row = _addresses(OFFICES)
    found = ContactAltAddress.objects.filter(contact=anna).order_by("code")
    assert counts(row) == (3, 0, 0, 0)
    assert [(a.code, a.address) for a in found] == [
        ("CULLMAN", "1 Main St"),
        ("CULLMAN-2", "2 Main St"),
        ("JASPER", "3 Oak St"),
    ]
    assert (found[0].company_name, found[0].address_2, found[0].county, found[0].phone_no) == (
        "Old Mill",
        "Suite 2",
        "AL",
        "256-734-0001",
    )


@pytest.mark.parametrize("key", ["Number,P1", "External ID,X1", "Contact,anna berg"])
def test_contact_is_found_by_number_external_id_or_name(anna: Contact, key: str) -> None:
    heading, value = key.split(",")
    row = _addresses(f"{heading},Address,City\n{value},1 Main St,Cullman\n")
    assert counts(row) == (1, 0, 0, 0)
    assert ContactAltAddress.objects.get().contact_id == anna.pk


def test_same_file_again_changes_nothing(anna: Contact) -> None:
    _addresses(OFFICES)
    row = _addresses(OFFICES)
    assert counts(row) == (0, 0, 3, 0)
    assert ContactAltAddress.objects.count() == 3


def test_same_place_with_another_phone_is_updated(anna: Contact) -> None:
    _addresses(OFFICES)
    row = _addresses(OFFICES.replace("256-734-0001", "256-734-0002"))
    assert counts(row) == (0, 1, 2, 0)
    assert ContactAltAddress.objects.get(code="CULLMAN").phone_no == "256-734-0002"


def test_unknown_contact_and_bad_phone_refuse_their_rows_alone(anna: Contact) -> None:
    row = _addresses("External ID,Address,City,Phone\nX9,1 Main St,A,\nX1,2 Main St,B,call\nX1,3 Main St,C,22\n")
    assert counts(row) == (1, 0, 0, 2)
    assert messages(row, 1) == ["import.contact_unknown"]
    assert messages(row, 2) == ["contact.phone.letters"]


def test_date_order_is_guessed_and_periods_are_stored(anna: Contact) -> None:  # C-53
    content = "External ID,Code,Address,From,To\nX1,cabin,Hytteveien 1,06/30/2026,08/15/2026\n"
    row = begin(content, kind="alt_addresses")
    assert row.options["date_order"] == "mdy"
    actions.start(row, wait=True)
    period = ContactAltAddressPeriod.objects.get()
    assert (period.starting_date, period.ending_date) == (dt.date(2026, 6, 30), dt.date(2026, 8, 15))
    assert period.alt_address is not None
    assert period.alt_address.code == "CABIN"


def test_period_that_ends_before_it_starts_refuses_the_row(anna: Contact) -> None:  # C-53
    row = _addresses("External ID,Address,From,To\nX1,Hytteveien 1,2026-08-15,2026-06-30\n")
    assert counts(row) == (0, 0, 0, 1)
    assert messages(row, 1) == ["alt_address.period_order"]
    assert not ContactAltAddress.objects.exists()


def test_known_address_is_put_to_the_user_when_he_wants_to_be_asked(anna: Contact) -> None:
    _addresses(OFFICES)
    row = _addresses(OFFICES.replace("256-734-0001", "256-734-0002"), on_match=OnMatch.ASK)
    assert counts(row)[3] == 3
    assert messages(row, 1) == ["import.decision_needed"]


def test_dry_run_of_addresses_stores_nothing(anna: Contact) -> None:
    row = actions.check(begin(OFFICES, kind="alt_addresses"), wait=True)
    assert counts(row) == (3, 0, 0, 0)
    assert not ContactAltAddress.objects.exists()
