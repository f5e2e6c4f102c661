"""The contact card: marks of inheritance, type change, deletion, quick create, comments, lists, facts."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tuttava.contacts.models import (
    Contact,
    ContactAltAddress,
    ContactEmail,
    ContactMailingGroup,
    PersonalDataAccess,
)
from tuttava.foundation import records
from tuttava.foundation.directory.models import Company, User
from tuttava.foundation.directory.permission_sets import grant
from tuttava.foundation.models import CommentLine, NumberSeries, NumberSeriesLine, NumberSeriesRelationship, Picture

pytestmark = pytest.mark.usefixtures("company")

Make = Callable[..., Contact]
Card = Callable[[Contact], str]
HTML = {"Accept": "text/html"}


def page(client: Client, address: str) -> str:
    return client.get(address, headers=HTML).content.decode()


@pytest.fixture
def firm(make: Make) -> Contact:
    return make(name="Fjord AS", address="Strandgata 12", phone_no="55 10 20 30")


@pytest.fixture
def person(make: Make, firm: Contact) -> Contact:
    return make("person", name="Anna Berg", company_no=firm.no)


def test_inherited_value_says_where_it_comes_from(client: Client, card: Card, person: Contact) -> None:  # C-31
    html = page(client, card(person))
    assert "from the company" in html
    assert "Strandgata 12" in html


def test_value_can_be_detached_and_attached_again(
    client: Client, card: Card, firm: Contact, person: Contact
) -> None:  # C-31
    answer = client.post(f"{card(person)}/pin/phone_no")
    assert "pinned" in answer.json()["parts"]["card-body"]
    records.change(firm, {"phone_no": "99 99 99 99"})
    person.refresh_from_db()
    assert person.phone_no == "55 10 20 30"
    client.post(f"{card(person)}/reattach/phone_no")
    person.refresh_from_db()
    assert person.phone_no == "99 99 99 99"


def test_all_blockers_of_a_type_change_are_listed_with_links(
    client: Client, card: Card, firm: Contact, person: Contact
) -> None:  # C-13
    records.change(firm, {"vat_registration_no": "NO123456785MVA"})
    html = page(client, f"{card(firm)}/type")
    assert f'href="{card(firm)}#box-people"' in html
    assert f'href="{card(firm)}#f-vat_registration_no"' in html
    answer = client.post(f"{card(firm)}/type")
    assert [one["code"] for one in answer.json()["error"]["details"]] == [
        "contact.type.has_people",
        "contact.type.has_vat_no",
    ]


def test_type_change_clears_what_the_other_type_cannot_have(client: Client, card: Card, make: Make) -> None:  # C-13
    contact = make(name="Anna Berg", registration_number="987 654 321")
    assert "987 654 321" in page(client, card(contact))
    answer = client.post(f"{card(contact)}/type", {"clear": "yes"})
    assert answer.status_code == 200
    contact.refresh_from_db()
    assert (contact.type, contact.surname, contact.registration_number) == ("person", "Berg", "")


def test_deleting_offers_undo_that_brings_the_contact_back(client: Client, card: Card, firm: Contact) -> None:  # C-87
    done = client.post(f"{card(firm)}/delete", headers=HTML)
    assert done.status_code == 302
    assert not Contact.objects.filter(pk=firm.pk).exists()
    gone = client.get(card(firm), headers=HTML)
    assert gone.status_code == 410
    assert "Restore" in gone.content.decode()
    base = card(firm).rsplit("/contacts/", 1)[0]
    listed = page(client, f"{base}/contacts/deleted")
    assert "Fjord AS" in listed
    client.post(f"{base}/contacts/restore/{firm.no.encode().hex()}", headers=HTML)
    assert Contact.objects.get(pk=firm.pk).name == "Fjord AS"


def test_number_with_odd_characters_can_be_restored(client: Client, card: Card, make: Make) -> None:  # C-3, C-87
    contact = make(no="A/B & <C>?", name="Odd AS")
    client.post(f"{card(contact)}/delete", headers=HTML)
    gone = client.get(card(contact), headers=HTML).content.decode()
    address = gone.split('action="', 1)[1].split('"', 1)[0] if "contacts/restore" in gone else ""
    assert "contacts/restore" in gone, address
    base = card(contact).rsplit("/contacts/", 1)[0]
    client.post(f"{base}/contacts/restore/{str(contact.no).encode().hex()}", headers=HTML)
    assert Contact.objects.filter(pk=contact.pk).exists()


def test_number_is_hidden_only_when_nobody_could_type_one(client: Client, card: Card, firm: Contact) -> None:  # C-4
    assert 'id="f-no"' in page(client, card(firm))
    NumberSeries.objects.filter(code="CONT").update(manual_nos=False)
    assert 'id="f-no"' not in page(client, card(firm))


def test_quick_create_makes_a_person_of_the_company(client: Client, base: str, firm: Contact) -> None:  # C-6
    form = page(client, f"{base}/contacts/new?company={firm.pk}")
    assert "New person of Fjord AS" in form
    typed = {"type": "person", "name": "Ola Nordmann", "company_no": firm.no, "email": "ola@fjord.example"}
    answer = client.post(f"{base}/contacts/new", typed)
    made = Contact.objects.get(name="Ola Nordmann")
    assert answer.json()["redirect"].endswith(f"/contacts/{made.pk}")
    assert (made.company_id, made.address, made.surname) == (firm.pk, "Strandgata 12", "Nordmann")


def test_quick_create_shows_likely_contacts_before_saving(client: Client, base: str, firm: Contact) -> None:
    for typed in ({"name": "fjord"}, {"phone_no": "55102030"}):
        answer = client.get(f"{base}/contacts/likely", typed)
        assert "Fjord AS" in answer.json()["parts"]["likely"], typed


def test_quick_create_refuses_at_the_field_and_keeps_the_rest(client: Client, base: str) -> None:
    typed = {"type": "company", "name": "Ny AS", "phone_no": "call"}
    answer = client.post(f"{base}/contacts/new", typed, headers=HTML)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Ny AS"' in html
    assert not Contact.objects.filter(name="Ny AS").exists()
    assert client.post(f"{base}/contacts/new", {"type": "company"}).json()["error"]["field"] == "name"


def test_company_is_entered_by_part_of_its_name(client: Client, card: Card, make: Make, firm: Contact) -> None:  # C-26
    person = make("person", name="Anna Berg")
    answer = client.post(f"{card(person)}/field/company_name", {"value": "fjord", "version": person.version})
    assert answer.status_code == 200
    person.refresh_from_db()
    assert person.company_name == "Fjord AS"


def test_question_of_a_rule_is_put_and_its_answer_sent_again(client: Client, card: Card, make: Make) -> None:  # C-26
    make(name="Berg AS", city="Oslo")
    make(name="Berg AS", city="Bergen")
    person = make("person", name="Anna Lie")
    typed = {"value": "berg", "version": person.version}
    asked = client.post(f"{card(person)}/field/company_name", typed)
    assert asked.status_code == 409
    html = asked.json()["ask"]
    code = html.split('name="answer:', 1)[1].split('"', 1)[0]
    value = html.split('type="radio"', 2)[2].split('value="', 1)[1].split('"', 1)[0]
    answer = client.post(f"{card(person)}/field/company_name", typed | {f"answer:{code}": value})
    assert answer.status_code == 200
    person.refresh_from_db()
    assert person.company_name == "Berg AS"


def test_comment_is_added_and_stands_in_the_timeline(client: Client, card: Card, firm: Contact) -> None:  # C-94
    answer = client.post(f"{card(firm)}/comments", {"comment": "Wants a call\r\non Friday"})
    assert answer.status_code == 200
    assert "Wants a call" in answer.json()["parts"]["box-timeline"]
    assert CommentLine.objects.get(owner_id=firm.pk).line_no == 10000
    assert client.post(f"{card(firm)}/comments", {"comment": "  "}).json()["error"]["field"] == "comment"


def test_rows_of_a_list_are_added_changed_and_removed(client: Client, card: Card, firm: Contact) -> None:
    lists = f"{card(firm)}/lists"
    answer = client.post(f"{lists}/mailing_groups/new", {"mailing_group_code": "news"})
    assert answer.status_code == 200
    assert "NEWS" in answer.json()["parts"]["box-mailing_groups"]
    assert answer.json()["close"]
    row = ContactMailingGroup.objects.get(contact=firm)
    assert client.post(f"{lists}/mailing_groups/{row.pk}/delete").status_code == 200
    assert not ContactMailingGroup.objects.filter(contact=firm).exists()


def test_alternative_address_and_its_period(client: Client, card: Card, firm: Contact) -> None:  # C-53, C-54
    lists = f"{card(firm)}/lists"
    client.post(f"{lists}/alt_addresses/new", {"code": "cabin", "address": "Fjellveien 1"})
    found = ContactAltAddress.objects.get(contact=firm)
    assert (found.code, found.address) == ("CABIN", "Fjellveien 1")
    typed = {"starting_date": "1/7/2026", "ending_date": "31/7/2026", "alt_address": "cabin"}
    assert client.post(f"{lists}/periods/new", typed).status_code == 200
    wrong = client.post(f"{lists}/periods/new", typed | {"starting_date": "1/8/2027"})
    assert wrong.json()["error"]["code"] == "alt_address.period_order"
    unknown = client.post(f"{lists}/periods/new", typed | {"alt_address": "elsewhere"})
    assert unknown.json()["error"]["field"] == "alt_address"


def test_labelled_addresses_are_numbered(client: Client, card: Card, firm: Contact) -> None:  # C-42
    for email in ("a@fjord.example", "b@fjord.example"):
        client.post(f"{card(firm)}/lists/emails/new", {"label": "Invoices", "email": email})
    numbers = ContactEmail.objects.filter(contact=firm).order_by("line_no").values_list("line_no", flat=True)
    assert list(numbers) == [10000, 20000]


def test_lists_of_another_contact_are_out_of_reach(client: Client, card: Card, make: Make, firm: Contact) -> None:
    other = make(name="Annen AS")
    client.post(f"{card(firm)}/lists/mailing_groups/new", {"mailing_group_code": "NEWS"})
    row = ContactMailingGroup.objects.get(contact=firm)
    assert client.post(f"{card(other)}/lists/mailing_groups/{row.pk}/delete").status_code == 404


def test_person_has_no_lists_of_companies(client: Client, card: Card, person: Contact) -> None:  # C-14
    html = page(client, card(person))
    assert "box-industry_groups" not in html
    assert client.get(f"{card(person)}/lists/industry_groups/new").status_code == 404


def test_statistics_show_zero_where_areas_are_missing(client: Client, card: Card, firm: Contact) -> None:
    html = page(client, card(firm))
    assert 'id="box-statistics"' in html
    assert "Estimated value" in html


def test_card_with_everything_on_it_needs_few_queries(
    client: Client, card: Card, person: Contact, django_assert_max_num_queries: Any
) -> None:
    client.post(f"{card(person)}/comments", {"comment": "Hello"})
    client.post(f"{card(person)}/lists/mailing_groups/new", {"mailing_group_code": "NEWS"})
    page(client, card(person))
    with django_assert_max_num_queries(21):  # 5 of them sign the user and the company in
        page(client, card(person))


def test_name_dialog_edits_the_contact_itself(client: Client, card: Card, person: Contact) -> None:  # C-20
    html = page(client, f"{card(person)}/names")
    assert 'value="Anna"' in html
    typed = {"first_name": "Anne", "middle_name": "", "surname": "Berg", "initials": "AB", "version": person.version}
    assert client.post(f"{card(person)}/names", typed).status_code == 200
    person.refresh_from_db()
    assert (person.name, person.initials) == ("Anne Berg", "AB")


def test_invalid_value_in_the_name_dialog_keeps_the_name(client: Client, card: Card, person: Contact) -> None:  # C-20
    typed = {"first_name": "Anne", "surname": "Berg", "language_code": "XX"}
    answer = client.post(f"{card(person)}/names", typed, headers=HTML)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Anne"' in html
    person.refresh_from_db()
    assert person.first_name == "Anna"


def test_company_dialog_opens_only_with_a_company(
    client: Client, card: Card, make: Make, person: Contact
) -> None:  # C-27
    assert "Fjord AS" in page(client, f"{card(person)}/company")
    alone = make("person", name="Ola Nordmann")
    assert client.get(f"{card(alone)}/company").status_code == 404


def test_salutations_are_previewed_in_every_language(client: Client, card: Card, person: Contact) -> None:  # C-64
    html = page(client, f"{card(person)}/salutations")
    assert "Dear Anna Berg," in html
    assert "Hei Anna," in html


def test_web_source_opens_with_the_company_name(client: Client, card: Card, firm: Contact) -> None:  # C-93
    client.post(f"{card(firm)}/lists/web_sources/new", {"web_source_code": "WEB"})
    row = firm.contactwebsources.get()
    answer = client.get(f"{card(firm)}/web-sources/{row.pk}", headers=HTML)
    assert answer.status_code == 302
    assert "Fjord%20AS" in answer.headers["Location"]


def _png() -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(data, "PNG")
    return SimpleUploadedFile("logo.png", data.getvalue(), "image/png")


def test_picture_is_uploaded_shown_downloaded_and_deleted(client: Client, card: Card, firm: Contact) -> None:  # C-97
    assert client.post(f"{card(firm)}/picture/upload", {"picture": _png()}).status_code == 200
    assert f"/picture?small=1&amp;v={Picture.objects.get().pk}" in page(client, card(firm))
    file = client.get(f"{card(firm)}/picture?download=1")
    assert file.headers["Content-Type"] == "image/png"
    assert quote(f"{firm.no} Fjord AS.png") in file.headers["Content-Disposition"]
    assert client.post(f"{card(firm)}/picture/delete").status_code == 409
    assert client.post(f"{card(firm)}/picture/delete", {"answer:q_picture_delete": "yes"}).status_code == 200
    assert client.get(f"{card(firm)}/picture").status_code == 404


def test_picture_that_is_none_is_refused(client: Client, card: Card, firm: Contact) -> None:  # C-97
    fake = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", "image/png")
    answer = client.post(f"{card(firm)}/picture/upload", {"picture": fake})
    assert answer.json()["error"]["code"] == "picture.invalid"


def test_personal_data_of_a_blocked_contact_is_masked_everywhere(
    company: Company, base: str, firm: Contact
) -> None:  # C-72
    records.change(firm, {"privacy_blocked": True})
    user = User.objects.create(username="rita")
    grant(user, permission_set="CRM-EDIT", company=company)
    browser = Client()
    browser.force_login(user)
    for part in ("", "/history", "/timeline", "/edit/communication", "/related"):
        html = browser.get(f"{base}/contacts/{firm.pk}{part}").content.decode()
        for secret in ("Fjord", "55 10 20 30", "Strandgata"):
            assert secret not in html, part


def test_looks_at_a_blocked_contact_are_logged(client: Client, card: Card, firm: Contact) -> None:  # C-72
    records.change(firm, {"privacy_blocked": True})
    page(client, card(firm))
    assert PersonalDataAccess.objects.filter(contact_id=firm.pk, action="look").count() == 1


def test_change_is_undone_from_the_history(client: Client, card: Card, firm: Contact) -> None:
    client.post(f"{card(firm)}/field/address", {"value": "Ny gate 2"})
    html = page(client, f"{card(firm)}/history")
    undo = next(part.split('"', 1)[0] for part in html.split('action="')[1:] if "/undo/" in part)
    client.post(undo, headers=HTML)
    firm.refresh_from_db()
    assert firm.address == "Strandgata 12"
    assert "Undone" in page(client, f"{card(firm)}/history")


def test_company_change_tells_how_many_people_follow_and_offers_undo(
    client: Client, card: Card, firm: Contact, person: Contact
) -> None:  # C-31
    body = client.post(f"{card(firm)}/field/address", {"value": "Ny gate 2"}).json()
    assert [one["code"] for one in body["messages"]] == ["contact.people_follow"]
    assert "1 person" in body["messages"][0]["text"]
    client.post(body["undo"], headers=HTML)
    person.refresh_from_db()
    assert person.address == "Strandgata 12"


def test_number_series_is_chosen_when_there_are_several(client: Client, base: str) -> None:  # C-1, C-110
    assert "no_series_code" not in page(client, f"{base}/contacts/new")
    other = records.create(NumberSeries, {"code": "PRESS", "default_nos": True})
    records.create(NumberSeriesLine, {"starting_no": "P001"}, given={"series": other, "line_no": 10000})
    records.create(NumberSeriesRelationship, {}, given={"main": NumberSeries.objects.get(code="CONT"), "series": other})
    assert "no_series_code" in page(client, f"{base}/contacts/new")
    client.post(f"{base}/contacts/new", {"type": "company", "name": "Avisen AS", "no_series_code": "PRESS"})
    assert Contact.objects.get(name="Avisen AS").no == "P001"


def test_tax_number_opens_its_checks(client: Client, card: Card, firm: Contact) -> None:  # C-46
    records.change(firm, {"vat_registration_no": "123456785"})
    assert f"{card(firm)}/tax-log" in page(client, card(firm))
    assert "123456785" in page(client, f"{card(firm)}/tax-log")


def test_business_relation_label_changes_the_badge(client: Client, card: Card, firm: Contact) -> None:  # C-79
    answer = client.post(f"{card(firm)}/lists/relations/new", {"business_relation_code": "PRESS"})
    assert answer.status_code == 200
    assert "Other" in answer.json()["parts"]["card-header"]
