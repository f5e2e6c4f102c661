"""The card: what it shows, and saving a value in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tuttava.contacts.models import Contact
from tuttava.foundation import records

pytestmark = pytest.mark.usefixtures("company")

Make = Callable[..., Contact]
Card = Callable[[Contact], str]


def page(client: Client, address: str) -> str:
    """The page as a browser without script gets it."""
    return client.get(address, headers={"Accept": "text/html"}).content.decode()


def test_card_shows_values_with_their_labels(client: Client, make: Make, card: Card) -> None:
    html = page(client, card(make(no="T1", name="Fjord AS", phone_no="55 10 20 30")))
    assert "Fjord AS" in html
    assert 'href="tel:55102030"' in html
    assert "Kept as typed; found in any format." in html


def test_saved_field_answers_with_itself_header_and_version(client: Client, make: Make, card: Card) -> None:
    contact = make(no="T1", name="Fjord AS")
    answer = client.post(f"{card(contact)}/field/name", {"value": "Fjell AS", "version": contact.version})
    body = answer.json()
    assert answer.status_code == 200
    assert "Fjell AS" in body["parts"]["f-name"]
    assert "Fjell AS" in body["parts"]["card-header"]
    contact.refresh_from_db()
    assert (contact.name, body["version"]) == ("Fjell AS", contact.version)


def test_derived_fields_come_with_the_answer(client: Client, make: Make, card: Card) -> None:
    contact = make(no="T1", name="Fjord AS")
    body = client.post(f"{card(contact)}/field/name", {"value": "Fjell AS"}).json()
    assert "FJELL AS" in body["parts"]["f-search_name"]


def test_refused_value_stands_at_its_field_and_changes_nothing(client: Client, make: Make, card: Card) -> None:
    contact = make(no="T1", name="Fjord AS", phone_no="12")
    answer = client.post(f"{card(contact)}/field/phone_no", {"value": "call me", "version": contact.version})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "contact.phone.letters"
    assert answer.json()["error"]["field"] == "phone_no"
    contact.refresh_from_db()
    assert contact.phone_no == "12"


def test_second_writer_is_shown_what_changed(client: Client, make: Make, card: Card) -> None:  # C-82
    contact = make(no="T1", name="Fjord AS", phone_no="11 11 11 11")
    seen = contact.version
    records.change(contact, {"phone_no": "22 22 22 22"})
    answer = client.post(f"{card(contact)}/field/address", {"value": "Mine 1", "version": seen})
    html = answer.json()["conflict"]["html"]
    assert answer.status_code == 409
    assert "11 11 11 11" in html
    assert "22 22 22 22" in html
    again = {"value": "Mine 1", "version": answer.json()["conflict"]["version"]}
    assert client.post(f"{card(contact)}/field/address", again).status_code == 200
    contact.refresh_from_db()
    assert (contact.address, contact.phone_no) == ("Mine 1", "22 22 22 22")


def test_bookkeeping_of_the_product_is_no_conflict(client: Client, make: Make, card: Card) -> None:
    contact = make(no="T1", name="Fjord AS")
    Contact.objects.filter(pk=contact.pk).update(search_text="anything")
    answer = client.post(f"{card(contact)}/field/address", {"value": "Mine 1", "version": contact.version})
    assert answer.status_code == 200


def test_deleted_record_is_said_in_words(client: Client, make: Make, card: Card) -> None:
    contact = make(no="T1", name="Fjord AS")
    Contact.objects.filter(pk=contact.pk).delete()
    answer = client.post(f"{card(contact)}/field/address", {"value": "Mine 1", "version": contact.version})
    assert answer.status_code == 410
    assert "deleted" in answer.json()["gone"]


def test_only_declared_editable_fields_can_be_saved(client: Client, make: Make, card: Card) -> None:
    contact = make(no="T1", name="Fjord AS")
    for name in ("last_modified_at", "search_tokens", "version", "id", "nonsense"):
        answer = client.post(f"{card(contact)}/field/{name}", {"value": "1", "version": contact.version})
        assert answer.status_code == 422, name


def test_script_in_a_name_is_inert(client: Client, make: Make, card: Card) -> None:
    html = page(client, card(make(no="T1", name="<script>alert(1)</script>")))
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_group_is_edited_on_a_plain_form_without_script(client: Client, make: Make, card: Card) -> None:
    contact = make(no="T1", name="Fjord AS", phone_no="12 34")
    address = f"{card(contact)}/edit/communication"
    html = page(client, address)
    assert 'name="phone_no"' in html
    typed: dict[str, Any] = {"version": contact.version, "phone_no": "99", "was:phone_no": "12 34"}
    answer = client.post(address, typed | {"address": "Gate 1", "was:address": ""}, headers={"Accept": "text/html"})
    assert answer.status_code == 302
    contact.refresh_from_db()
    assert (contact.phone_no, contact.address) == ("99", "Gate 1")


def test_refused_form_keeps_what_was_typed(client: Client, make: Make, card: Card) -> None:
    contact = make(no="T1", name="Fjord AS")
    typed = {"version": contact.version, "phone_no": "abc", "was:phone_no": "", "address": "Gate 1", "was:address": ""}
    answer = client.post(f"{card(contact)}/edit/communication", typed, headers={"Accept": "text/html"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="abc"' in html
    assert 'value="Gate 1"' in html
    assert 'aria-invalid="true"' in html


def test_history_says_old_and_new_in_words(client: Client, make: Make, card: Card) -> None:
    contact = make(no="T1", name="Fjord AS")
    records.change(contact, {"name": "Fjell AS"})
    html = page(client, f"{card(contact)}/history")
    assert "<del>Fjord AS</del>" in html
    assert "<ins>Fjell AS</ins>" in html
    assert "anna" in html


def test_reader_sees_no_editors(make: Make, company: Any, base: str) -> None:
    from tuttava.foundation.directory.models import User
    from tuttava.foundation.directory.permission_sets import grant

    user = User.objects.create(username="rita")
    grant(user, permission_set="CRM-READ", company=company)
    browser = Client()
    browser.force_login(user)
    contact = make(no="T1", name="Fjord AS")
    html = browser.get(f"{base}/contacts/{contact.pk}").content.decode()
    assert "Fjord AS" in html
    assert "cf-editor" not in html
    refused = browser.post(
        f"{base}/contacts/{contact.pk}/field/name", {"value": "X"}, headers={"Accept": "application/json"}
    )
    assert refused.status_code == 403


def test_card_with_all_fact_boxes_needs_few_queries(
    client: Client, make: Make, card: Card, django_assert_max_num_queries: Any
) -> None:
    contact = make(no="T1", name="Fjord AS", phone_no="12 34")
    page(client, card(contact))
    with django_assert_max_num_queries(20):  # 5 of them sign the user and the company in
        page(client, card(contact))


def test_fact_boxes_are_fetched_anew_after_a_save(client: Client, make: Make, card: Card) -> None:
    contact = make(name="Fjord AS")
    saved = client.post(f"{card(contact)}/field/address", {"value": "Ny gate 2"}).json()
    assert saved["boxes"] == ["timeline"]
    fresh = client.get(f"{card(contact)}?boxes=timeline").json()
    assert "Ny gate 2" in fresh["parts"]["box-timeline"]
    assert list(fresh["parts"]) == ["box-timeline"]


def test_saving_a_field_needs_few_queries(
    client: Client, make: Make, card: Card, django_assert_max_num_queries: Any
) -> None:
    contact = make(name="Fjord AS")
    client.post(f"{card(contact)}/field/address", {"value": "Ny gate 1"})
    # 4 sign in, 7 hold the transaction together, 3 count followers, 8 look for duplicates by both searches
    with django_assert_max_num_queries(32):
        client.post(f"{card(contact)}/field/address", {"value": "Ny gate 2"})


def test_nonsense_in_an_address_is_no_server_error(client: Client, make: Make, card: Card, base: str) -> None:
    contact = make(name="Fjord AS")
    for address in (
        f"{card(contact)}/history?before={'9' * 40}",
        f"{card(contact)}/timeline?before=2026-99-99T00:00",
        f"{base}/lookup/country?q=%00a",
        f"{base}/contacts/likely?name=%00abc",
    ):
        assert client.get(address).status_code == 200, address
