"""What a card says beside a field while it is being edited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tuttava.contacts.models import Contact
from tuttava.contacts.rules import inheritance
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import User

pytestmark = pytest.mark.usefixtures("company")

Make = Callable[..., Contact]
Card = Callable[[Contact], str]
FORMULA = "setup/marketing/field/default_task_date_calculation"


def page(client: Client, address: str) -> str:
    return client.get(address, headers={"Accept": "text/html"}).content.decode()


@pytest.fixture
def firm(make: Make) -> Contact:
    found = make(name="Fjord AS", address="Kai 1", phone_no="11")
    make("person", name="Anna Berg", company_no=found.no)
    own = make("person", name="Bo Dahl", company_no=found.no)
    records.change(own, {"address": "Hjem 2"})
    return found


@pytest.mark.parametrize(("field", "people"), [("address", "1 person"), ("phone_no", "2 people"), ("name", "2 people")])
def test_number_of_people_who_would_follow_is_told_before_saving(
    client: Client, card: Card, firm: Contact, field: str, people: str
) -> None:  # C-31
    assert f'data-hint="{card(firm)}/field/{field}/hint"' in page(client, card(firm))
    said = client.get(f"{card(firm)}/field/{field}/hint?value=x").json()["text"]
    assert said == f"{people} will take a new value over."


def test_person_and_lonely_company_get_no_hint(client: Client, card: Card, make: Make, firm: Contact) -> None:  # C-31
    assert client.get(f"{card(make(name='Ny AS'))}/field/address/hint").json()["text"] == ""
    assert "data-hint" not in page(client, card(Contact.objects.get(name="Anna Berg")))


def test_switched_off_inheritance_reaches_nobody(client: Client, card: Card, firm: Contact) -> None:  # C-31
    records.change(marketing_setup(), {"inherit_communication_details": False})
    assert client.get(f"{card(firm)}/field/phone_no/hint").json()["text"] == ""


def test_count_of_followers_is_one_bounded_query(
    firm: Contact, monkeypatch: Any, django_assert_num_queries: Any
) -> None:  # C-31
    monkeypatch.setattr(inheritance, "MOST_COUNTED", 1)
    marketing_setup()
    with django_assert_num_queries(1):
        assert inheritance.people_following(firm, "phone_no") == 2


def test_number_told_before_is_the_number_that_follows(client: Client, card: Card, firm: Contact) -> None:  # C-31
    assert inheritance.people_following(firm, "address") == inheritance.people_affected(firm, {"address": "Kai 9"}) == 1


@pytest.mark.parametrize(
    ("language", "typed", "stored"),
    [("nb", "1u", "1W"), ("nl", "1k+2d", "1Q+2D"), ("fi", "2vk", "2W"), ("en", "<cm + 1d>", "CM+1D")],
)
def test_date_formula_is_entered_in_the_users_letters(
    client: Client, base: str, language: str, typed: str, stored: str
) -> None:  # F-13, F-14
    User.objects.update(language=language)
    assert client.post(f"{base}/{FORMULA}", {"value": typed}).status_code == 200
    assert records_setup() == stored


def records_setup() -> str:
    from tuttava.contacts.models import MarketingSetup

    return MarketingSetup.objects.get().default_task_date_calculation


def test_wrong_date_formula_is_refused_at_its_field(client: Client, base: str) -> None:  # F-11
    answer = client.post(f"{base}/{FORMULA}", {"value": "1X"})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, "date_formula_invalid")
    assert error["field"] == "default_task_date_calculation"


def test_date_formula_shows_its_meaning_and_the_date_it_gives(client: Client, base: str) -> None:  # F-14
    client.post(f"{base}/{FORMULA}", {"value": "1W"})
    html = page(client, f"{base}/setup/marketing")
    day = dt.date.today() + dt.timedelta(days=7)
    note = html.split('id="n-default_task_date_calculation">')[1].split("<")[0]
    assert note.startswith("1 week: ") and str(day.year) in note


def test_date_formula_is_explained_while_it_is_typed(client: Client, base: str) -> None:  # F-14
    assert client.get(f"{base}/{FORMULA}/hint", {"value": "CM+1D"}).json()["text"].startswith("end of month + 1 day: ")
    assert "1X" in client.get(f"{base}/{FORMULA}/hint", {"value": "1X"}).json()["text"]
    assert client.get(f"{base}/{FORMULA}/hint", {"value": ""}).json()["text"] == ""


def test_formula_through_any_door_is_checked_and_normalised() -> None:  # F-13
    with acting(user_name="anna"):
        assert records.change(marketing_setup(), {"default_task_date_calculation": "+2w"}) is not None
    assert records_setup() == "2W"
