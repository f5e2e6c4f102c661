"""The list *Duplicate contacts*, the details of a pair, the fact box of the card, the tiles of Home."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.duplicates.pairs import firm, pair, person
from tests.relations.pages import administrator
from tuttava.duplicates.models import ContactDuplicate
from tuttava.foundation.directory.models import Company
from tuttava.foundation.models import Job

pytestmark = [pytest.mark.smart_search, pytest.mark.usefixtures("company")]


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}"


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_list_shows_both_sides_and_the_matching_strings(client: Client, base: str) -> None:  # D-22, D-24
    left, right = firm("Nordlys AS"), firm("Nordlys")
    pair(left, right, 93, classic=True, no_of_matching_strings=11)
    pair(person("Kari Berg"), person("Karin Berg"))
    shown = text_of(client, f"{base}/duplicates/list/")
    for words in (left.no, "Nordlys AS", right.no, ">93<", ">11<"):
        assert words in shown
    assert "Kari Berg" not in shown


def test_switch_of_the_list_marks_a_pair_separate_and_open_again(client: Client, base: str) -> None:  # D-22
    found = pair(firm("Nordlys AS"), firm("Nordlys"), classic=True)
    address = f"{base}/duplicates/list/{found.pk}/separate"
    assert 'aria-checked="true"' in client.post(address).content.decode()
    found.refresh_from_db()
    assert found.separate_contacts
    assert 'aria-checked="false"' in client.post(address).content.decode()


def test_several_pairs_are_marked_at_once(client: Client, base: str) -> None:  # D-22
    both = [pair(firm(f"Firm {name}"), firm(f"Firm {name} AS"), classic=True) for name in ("One", "Two")]
    sent = {"id": [str(found.pk) for found in both], "step": "do"}
    client.post(f"{base}/duplicates/list/bulk/separate", sent)
    for found in both:
        found.refresh_from_db()
    assert all(found.separate_contacts for found in both)


def test_list_is_found_by_name_of_either_side_and_narrowed(client: Client, base: str) -> None:  # D-22
    pair(firm("Nordlys AS"), firm("Nordlys"), 93, classic=True)
    pair(firm("Fjord AS"), firm("Fjord Norge"), 62, classic=True)
    assert "Fjord AS" not in text_of(client, f"{base}/duplicates/list/?q=nordlys")
    assert "Nordlys" not in text_of(client, f"{base}/duplicates/list/?f=score:is:60")
    assert "Fjord" not in text_of(client, f"{base}/duplicates/list/?f=separate:yes:")


def test_details_show_both_in_full(client: Client, base: str) -> None:  # D-23
    left = firm("Nordlys Kjøkken AS", address="Havnegata 12", post_code="0150", city="Oslo")
    found = pair(left, firm("Nordlys Kjøkken", address="Havnegt. 12"))
    shown = text_of(client, f"{base}/duplicates/pairs/{found.pk}")
    assert "Havnegata" in shown
    assert "Havnegt" in shown


def test_card_shows_likely_duplicates_from_both_sides(client: Client, base: str) -> None:  # D-21
    alfa, beta, gamma = firm("Nordlys AS"), firm("Nordlys"), firm("Nordlys Norge")
    pair(alfa, beta, 93)
    ContactDuplicate.objects.create(contact=gamma, duplicate=alfa, score=71, smart=True)
    shown = text_of(client, f"{base}/contacts/{alfa.pk}")
    assert "Possible duplicates" in shown
    assert beta.no in shown
    assert gamma.no in shown
    assert "Possible duplicates" not in text_of(client, f"{base}/contacts/{firm('Lonely').pk}")


def test_home_counts_open_pairs(client: Client, base: str) -> None:  # D-24
    pair(firm("Nordlys AS"), firm("Nordlys"), 93, classic=True)
    pair(firm("Fjord AS"), firm("Fjord"), 93, classic=True, separate_contacts=True)
    shown = text_of(client, f"{base}/")
    tile = shown[shown.index("Duplicate contacts") :][:300]
    assert re.search(r">\s*1\s*<", tile)


def test_search_strings_are_generated_from_the_list(client: Client, base: str) -> None:  # D-15
    assert "Generate search strings" in text_of(client, f"{base}/duplicates/list/")
    assert "External ID" in text_of(client, f"{base}/duplicates/generate")
    answer = client.post(f"{base}/duplicates/generate", {"no": "CT*"})
    assert answer["Location"] == f"{base}/jobs/"
    assert Job.objects.get().arguments == {"filters": {"no": "CT*"}}
