"""The personal data dialog of the contact card."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tuttava.contacts.models import Contact, PersonalDataAccess
from tuttava.foundation.directory.models import Company, User
from tuttava.foundation.directory.permission_sets import grant

Make = Callable[..., Contact]
Card = Callable[[Contact], str]


@pytest.fixture
def reader(company: Company) -> Client:
    """A browser of somebody without the privacy role."""
    user = User.objects.create(username="bob")
    grant(user, permission_set="CRM-EDIT", company=company)
    browser = Client(headers={"Accept": "application/json"})
    browser.force_login(user)
    return browser


def test_log_shows_who_looked_while_the_contact_was_blocked(client: Client, make: Make, card: Card) -> None:  # C-72
    anna = make("person", name="Anna Berg", privacy_blocked=True)
    client.get(card(anna))
    page = client.get(f"{card(anna)}/personal-data").content.decode()
    assert "anna" in page and "Looked" in page


def test_everything_is_handed_out_as_a_file_and_logged(client: Client, make: Make, card: Card) -> None:  # C-74
    anna = make("person", name="Anna Berg", email="anna@firm.example")
    answer = client.post(f"{card(anna)}/personal-data/export", {"reason": "asked for it"})
    assert (
        answer.headers["Content-Disposition"].startswith("attachment") and "no-store" in answer.headers["Cache-Control"]
    )
    assert json.loads(answer.content)["contact"]["email"] == "anna@firm.example"
    assert PersonalDataAccess.objects.get(contact_id=anna.pk).reason == "asked for it"


def test_erasing_refreshes_the_card(client: Client, make: Make, card: Card) -> None:  # C-74
    anna = make("person", name="Anna Berg")
    answer: Any = client.post(f"{card(anna)}/personal-data/erase", {"reason": "forgotten"}).json()
    assert answer["close"] and "Anna Berg" not in json.dumps(answer["parts"])
    assert Contact.objects.get(pk=anna.pk).name == ""


@pytest.mark.parametrize("action", ["export", "erase"])
def test_reason_is_needed(client: Client, make: Make, card: Card, action: str) -> None:  # C-74
    anna = make("person", name="Anna Berg")
    answer = client.post(f"{card(anna)}/personal-data/{action}", {"reason": " "})
    assert answer.status_code == 422
    assert Contact.objects.get(pk=anna.pk).name == "Anna Berg"


def test_dialog_and_actions_are_for_the_privacy_role(reader: Client, make: Make, card: Card) -> None:  # C-74
    anna = make("person", name="Anna Berg")
    assert "personal-data" not in reader.get(card(anna)).content.decode()
    assert reader.get(f"{card(anna)}/personal-data").status_code == 403
    for action in ("export", "erase"):
        assert reader.post(f"{card(anna)}/personal-data/{action}", {"reason": "x"}).status_code == 403
    assert Contact.objects.get(pk=anna.pk).name == "Anna Berg"
