"""What new contacts get from the setup and from their user (C-35 to C-40)."""

from __future__ import annotations

import pytest

from tests.contacts.register import change, country, firm, language, person, salesperson, setup, territory
from tuttava.contacts.actions import create_contact
from tuttava.foundation.context import Context, acting
from tuttava.foundation.models import UserPreference

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture(autouse=True)
def _defaults(company: object) -> None:
    setup(
        default_territory_code=territory("VEST"),
        default_country_code=country("NO"),
        default_language_code=language("EN", "en-GB"),
        default_salesperson_code=salesperson("JO"),
        default_correspondence_type="email",
    )


def test_blank_fields_are_filled_on_insert() -> None:  # C-35, C-36, C-37
    company = firm()
    assert (company.territory_code, company.country_code, company.language_code) == ("VEST", "NO", "EN")
    assert (company.salesperson_code, company.correspondence_type) == ("JO", "email")
    assert (company.salutation_code, person().salutation_code) == ("COMPANY", "UNISEX")


def test_typed_values_stay() -> None:  # C-35, C-36
    company = firm(
        territory_code=territory("NORD"), correspondence_type="none", salesperson=salesperson("PU"), salutation="F"
    )
    assert (company.territory_code, company.correspondence_type) == ("NORD", "none")
    assert (company.salesperson_code, company.salutation_code) == ("PU", "F")


def test_blank_default_leaves_blank() -> None:  # C-35
    setup(default_territory_code=None)
    assert firm().territory_code is None


def test_later_saves_take_no_defaults() -> None:  # C-35
    company = change(firm(), territory_code="")
    assert change(company, fax_no="1").territory_code is None


def test_user_s_own_salesperson_goes_before_the_setup_s() -> None:  # C-36
    UserPreference.objects.create(user_name="ida", salesperson_code=salesperson("IDA"))
    with acting(Context(user_name="ida")):
        assert firm().salesperson_code == "IDA"
    with acting(Context(user_name="ola")):
        assert firm().salesperson_code == "JO"


def test_blocked_default_salesperson_is_left_out_with_a_warning() -> None:  # C-36, C-47
    setup(default_salesperson_code=salesperson("GONE", blocked=True))
    with acting(Context()) as context:
        assert firm().salesperson_code is None
    assert [message.code for message in context.messages] == ["contact.salesperson.blocked"]


def test_contact_made_from_another_register_takes_no_defaults() -> None:  # C-38
    company = create_contact({"name": "Fjord AS"}, take_defaults=False)
    assert (company.country_code, company.salesperson_code, company.correspondence_type) == (None, None, "none")
    assert company.company_id == company.pk


def test_inherited_values_are_stronger_than_defaults() -> None:  # C-39
    german = firm(language_code=language("DE", "de-DE"))
    assert person(german).language_code == "DE"
    anna = person()
    assert anna.language_code == "EN"
    assert change(anna, company_no=german.no).language_code == "DE"


def test_default_that_the_company_leaves_blank_is_taken() -> None:  # C-35, C-39
    company = change(firm(), territory_code="")
    assert person(company).territory_code == "VEST"


def test_default_language_brings_its_format_region() -> None:  # C-40
    setup(default_format_region="nb-NO")
    assert firm().format_region == "en-GB"
    setup(default_language_code=None)
    assert firm().format_region == "nb-NO"
