"""The queue of duplicates: what it shows, in which order, and what becomes of a verdict."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.duplicates.pairs import firm, pair, person
from tests.relations.pages import JSON, administrator, visitor
from tuttava.contacts.models import Contact
from tuttava.duplicates.models import ContactDuplicate
from tuttava.foundation.directory.models import Company

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}/duplicates/"


def part(client: Client, address: str) -> str:
    """The part of the page that a script puts in place."""
    answer = client.get(address, headers=JSON)
    assert answer.status_code == 200
    return str(answer.json()["parts"]["queue"])


def decide(client: Client, base: str, found: ContactDuplicate, verdict: str, **sent: Any) -> dict[str, Any]:
    sent = {"decided": str(found.pk), "verdict": verdict, **sent}
    answer = client.post(f"{base}decide", sent, headers=JSON)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def undo(client: Client, address: str) -> str:
    answer = client.post(address, headers=JSON)
    assert answer.status_code == 200, answer.content
    return str(answer.json()["parts"]["queue"])


def test_queue_begins_with_the_surest_pair_and_leads_through_all(client: Client, base: str) -> None:  # D-26
    sure = pair(firm("Nordlys AS"), firm("Nordlys"), 97)
    unsure = pair(firm("Fjord AS"), firm("Fjord Norge"), 61)
    first = part(client, base)
    assert "Nordlys" in first
    assert "1 of 2" in first
    assert f"?pair={unsure.pk}" in first
    second = part(client, f"{base}?pair={unsure.pk}")
    assert "2 of 2" in second
    assert f"?pair={sure.pk}" in second


def test_differences_are_marked_and_filled_fields_shown(client: Client, base: str) -> None:  # D-21
    left = firm("Nordlys Kjøkken AS", address="Havnegata 12", phone_no="22 11 33 44", home_page="nordlys.example")
    pair(left, firm("Nordlys Kjøkken", address="Havnegt. 12", phone_no="+47 22113344"))
    shown = part(client, base)
    assert "<mark> AS</mark>" in shown
    assert "<mark>Havnegata</mark> 12" in shown
    assert 'name="pick:phone_no"' in shown
    assert "nordlys.example" in shown
    assert 'name="pick:home_page"' not in shown


def test_filters_and_teaching_narrow_and_order_the_queue(client: Client, base: str) -> None:  # D-26
    pair(firm("Nordlys AS"), firm("Nordlys"), 97, classic=True, no_of_matching_strings=11)
    doubtful = pair(person("Kari Berg"), person("Karin Berg"), 55)
    assert "Kari Berg" in part(client, f"{base}?kind=person")
    assert "1 of 1" in part(client, f"{base}?score=95")
    assert "Nordlys" in part(client, f"{base}?found=classic")
    assert "Kari Berg" in part(client, f"{base}?order=teach")
    assert "Nothing left among these" in part(client, f"{base}?score=40&kind=company")
    assert f"?pair={doubtful.pk}" not in part(client, f"{base}?score=95")


def test_not_the_same_shows_the_next_pair_and_can_be_taken_back(client: Client, base: str) -> None:  # D-22
    first, second = pair(firm("Nordlys AS"), firm("Nordlys"), 97), pair(firm("Fjord AS"), firm("Fjord"), 80)
    answer = decide(client, base, first, "separate")
    assert f'value="{second.pk}"' in answer["parts"]["queue"]
    assert "are not the same" in answer["messages"][0]["text"]
    first.refresh_from_db()
    assert first.separate_contacts
    assert f'value="{first.pk}"' in undo(client, answer["undo"])
    first.refresh_from_db()
    assert not first.separate_contacts


def test_later_puts_a_pair_behind_all_others(client: Client, base: str) -> None:  # D-26
    first, second = pair(firm("Nordlys AS"), firm("Nordlys"), 97), pair(firm("Fjord AS"), firm("Fjord"), 80)
    answer = decide(client, base, first, "later")
    assert f'value="{second.pk}"' in answer["parts"]["queue"]
    assert "2 of 2" in part(client, f"{base}?pair={first.pk}")
    undo(client, answer["undo"])
    assert "1 of 2" in part(client, f"{base}?pair={first.pk}")


def test_pair_decided_meanwhile_is_said_and_passed_over(client: Client, base: str) -> None:  # D-22
    first, second = pair(firm("Nordlys AS"), firm("Nordlys"), 97), pair(firm("Fjord AS"), firm("Fjord"), 80)
    ContactDuplicate.objects.filter(pk=first.pk).update(separate_contacts=True)
    answer = decide(client, base, first, "separate")
    assert "meanwhile" in answer["messages"][0]["text"]
    assert f'value="{second.pk}"' in answer["parts"]["queue"]


def test_without_script_a_verdict_leads_to_the_next_pair(client: Client, base: str) -> None:  # D-22
    first, second = pair(firm("Nordlys AS"), firm("Nordlys"), 97), pair(firm("Fjord AS"), firm("Fjord"), 80)
    answer = client.post(f"{base}decide", {"decided": str(first.pk), "verdict": "separate"})
    assert answer["Location"] == f"{base}?pair={second.pk}"
    assert "Undo" in client.get(answer["Location"]).content.decode()


def test_locked_contacts_show_nothing_personal(company: Company, base: str) -> None:  # C-72
    hidden = person("Kari Berg", email="kari.berg@mail.example")
    found = pair(hidden, person("Karin Berg"))
    Contact.objects.filter(pk=hidden.pk).update(privacy_blocked=True)
    shown = part(visitor(company, sets="CRM-EDIT"), f"{base}?pair={found.pk}")
    assert "kari.berg" not in shown
    assert "Kari Berg" not in shown.replace("Karin Berg", "")


def test_empty_queue_says_what_comes_here(client: Client, base: str) -> None:  # D-26
    assert "No duplicates to decide" in client.get(base).content.decode()
