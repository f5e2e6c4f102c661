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

pytestmark = [pytest.mark.smart_search, pytest.mark.usefixtures("company")]


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


def two_pairs() -> tuple[ContactDuplicate, ContactDuplicate]:
    """Pairs that search strings vouch for, so that an answer about one does not judge the other away."""
    first = pair(firm("Nordlys AS"), firm("Nordlys"), 97, classic=True)
    return first, pair(firm("Fjord AS"), firm("Fjord"), 80, classic=True)


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


def test_what_teaches_most_is_asked_first_and_next(client: Client, base: str) -> None:  # D-26
    sure = pair(firm("Nordlys AS"), firm("Nordlys"), 97, classic=True)
    likely = pair(firm("Havbris AS"), firm("Havbris"), 62, classic=True)
    doubtful = pair(firm("Fjord AS"), firm("Fjord Norge"), 45, classic=True)
    shown = part(client, f"{base}?order=teach")
    assert f'value="{doubtful.pk}"' in shown
    assert "1 of 3" in shown
    second = part(client, f"{base}?order=teach&pair={likely.pk}")
    assert "2 of 3" in second
    assert f"pair={sure.pk}" in second
    answer = decide(client, base, doubtful, "separate", order="teach")
    assert f'value="{likely.pk}"' in answer["parts"]["queue"]


def test_not_the_same_shows_the_next_pair_and_can_be_taken_back(client: Client, base: str) -> None:  # D-22
    first, second = two_pairs()
    answer = decide(client, base, first, "separate")
    assert f'value="{second.pk}"' in answer["parts"]["queue"]
    assert "are not the same" in answer["messages"][0]["text"]
    first.refresh_from_db()
    assert first.separate_contacts
    assert f'value="{first.pk}"' in undo(client, answer["undo"])
    first.refresh_from_db()
    assert not first.separate_contacts


def test_later_puts_a_pair_behind_all_others(client: Client, base: str) -> None:  # D-26
    first, second = two_pairs()
    answer = decide(client, base, first, "later")
    assert f'value="{second.pk}"' in answer["parts"]["queue"]
    assert "2 of 2" in part(client, f"{base}?pair={first.pk}")
    undo(client, answer["undo"])
    assert "1 of 2" in part(client, f"{base}?pair={first.pk}")


def test_keeping_one_side_merges_with_what_was_picked(client: Client, base: str) -> None:  # M-24, M-40
    stays = firm("Nordlys Kjøkken AS", phone_no="22 11 33 44", address="Havnegata 12")
    goes = firm("Nordlys Kjøkken", phone_no="+47 22113345", address="Havnegt. 12", home_page="www.nordlys.example")
    worker = person("Kari Berg", company_no=goes.no)
    found = pair(stays, goes, 97)
    answer = decide(client, base, found, "left", **{"pick:address": "right"})
    kept = Contact.objects.get(pk=stays.pk)
    assert (kept.name, kept.phone_no) == ("Nordlys Kjøkken AS", "22 11 33 44")
    assert (kept.address, kept.home_page) == ("Havnegt. 12", "www.nordlys.example")
    assert not Contact.objects.filter(pk=goes.pk).exists()
    worker.refresh_from_db()
    assert worker.company_id == stays.pk
    assert "No pair is left" in answer["parts"]["queue"]
    assert answer["undo"]


def test_keeping_the_right_side_keeps_its_values(client: Client, base: str) -> None:  # M-24
    left, right = firm("Nordlys Kjøkken AS", city="Oslo"), firm("Nordlys Kjøkken", city="Bergen")
    decide(client, base, pair(left, right, 97), "right")
    kept = Contact.objects.get(pk=right.pk)
    assert (kept.name, kept.city) == ("Nordlys Kjøkken", "Bergen")
    assert not Contact.objects.filter(pk=left.pk).exists()


def test_several_that_look_alike_are_merged_in_one_step(client: Client, base: str) -> None:  # M-40
    same = {"phone_no": "22 11 33 44", "email": "post@nordlys.example", "address": "Havnegata 12", "post_code": "0150"}
    one, two, three = (firm(name, **same) for name in ("Nordlys Kjøkken AS", "Nordlys Kjøkken", "Nordlys Kjokken AS"))
    found = pair(two, one, 97)
    for other in (one, two):
        ContactDuplicate.objects.get_or_create(contact=three, duplicate=other, defaults={"score": 96, "smart": True})
    shown = part(client, f"{base}?pair={found.pk}")
    assert "1 more that looks alike" in shown
    decide(client, base, found, "right", also=[str(three.pk)])
    assert list(Contact.objects.filter(pk__in=[one.pk, two.pk, three.pk])) == [one]


def test_undo_of_a_merge_brings_both_back_and_shows_them(client: Client, base: str) -> None:  # M-41
    same = {"phone_no": "22 11 33 44", "email": "post@nordlys.example", "address": "Havnegata 12", "post_code": "0150"}
    left, right = firm("Nordlys Kjøkken AS", **same), firm("Nordlys Kjøkken", **same)
    answer = decide(client, base, pair(left, right, 97), "left")
    shown = undo(client, answer["undo"])
    assert Contact.objects.filter(pk__in=[left.pk, right.pk]).count() == 2
    assert "Nordlys Kjøkken AS" in shown


def test_merging_needs_its_right(company: Company, base: str) -> None:  # M-1
    found = pair(firm("Nordlys AS"), firm("Nordlys"), 97)
    onlooker = visitor(company, sets="CRM-EDIT")
    assert 'id="keep-left"' not in part(onlooker, base)
    answer = onlooker.post(f"{base}decide", {"decided": str(found.pk), "verdict": "left"}, headers=JSON)
    assert answer.status_code == 403


def test_search_of_all_contacts_is_begun_watched_and_called_off(client: Client, base: str) -> None:  # D-28
    fragments = {"HX-Request": "true"}
    begun = client.post(f"{base}search", headers=fragments).content.decode()
    assert "Waiting to begin" in begun
    assert "Search for duplicates" in client.get(base).content.decode()
    client.post(f"{base}search", {"cancel": "1"}, headers=fragments)
    assert "called off" in client.get(f"{base}search/progress", headers=fragments).content.decode()


def test_pair_decided_meanwhile_is_said_and_passed_over(client: Client, base: str) -> None:  # D-22
    first, second = two_pairs()
    ContactDuplicate.objects.filter(pk=first.pk).update(separate_contacts=True)
    answer = decide(client, base, first, "separate")
    assert "meanwhile" in answer["messages"][0]["text"]
    assert f'value="{second.pk}"' in answer["parts"]["queue"]


def test_without_script_a_verdict_leads_to_the_next_pair(client: Client, base: str) -> None:  # D-22
    first, second = two_pairs()
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
