"""What looks alike beside the fields, while somebody is typed in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.duplicates.pairs import firm, person
from tests.relations.pages import JSON, administrator
from tuttava.contacts.models import Contact
from tuttava.foundation.directory.models import Company

pytestmark = [pytest.mark.smart_search, pytest.mark.usefixtures("company")]


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}"


@pytest.fixture
def nordlys() -> Contact:
    return firm("Nordlys Kjøkken AS", email="post@nordlyskjokken.example", phone_no="22 11 33 44")


def parts(client: Client, base: str, **typed: Any) -> dict[str, str]:
    answer = client.get(f"{base}/contacts/likely", {"type": "company", **typed}, headers=JSON)
    assert answer.status_code == 200
    return dict(answer.json()["parts"])


def test_likeness_is_told_with_reasons(client: Client, base: str, nordlys: Contact) -> None:  # D-21, D-26
    found = parts(client, base, name="Nordlys Kjokken", phone_no="+47 22113344")
    assert str(nordlys.no) in found["likely"]
    assert "Phone: the same" in found["likely"]
    assert "Nordlys Kjøkken AS" in found["wt-phone_no"]
    assert found["wt-email"] == '<p class="field-told" id="wt-email"></p>'
    assert not Contact.objects.filter(name="Nordlys Kjokken").exists()


def test_words_alone_still_find_what_begins_so(client: Client, base: str, nordlys: Contact) -> None:  # D-21
    assert "Nordlys Kjøkken AS" in parts(client, base, name="nordl")["likely"]
    assert "While you type" in parts(client, base, name="no")["likely"]


def test_person_is_compared_with_persons(client: Client, base: str, nordlys: Contact) -> None:  # D-29
    kari = person("Kari Berg", email="kari.berg@nordlys.example", mobile_phone_no="444 55 666", company_no=nordlys.no)
    found = parts(client, base, type="person", name="Kari Berg", mobile_phone_no="44455666")
    assert str(kari.no) in found["likely"]


def test_existing_contact_is_used_instead_and_completed(client: Client, base: str, nordlys: Contact) -> None:  # D-21
    sent = {"type": "company", "name": "Nordlys Kjokken", "phone_no": "99", "mobile_phone_no": "444 55 666"}
    answer = client.post(f"{base}/duplicates/use/{nordlys.pk}", sent, headers=JSON)
    assert answer.json()["redirect"].endswith(f"/contacts/{nordlys.pk}")
    nordlys.refresh_from_db()
    assert nordlys.mobile_phone_no == "444 55 666"
    assert (nordlys.name, nordlys.phone_no) == ("Nordlys Kjøkken AS", "22 11 33 44")
    told = client.get(f"{base}/contacts/{nordlys.pk}").content.decode()
    assert "Filled in: mobile phone" in told
    assert "Undo" in told
