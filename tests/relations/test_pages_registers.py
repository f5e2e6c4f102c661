"""Lists and cards of the registers in the browser (B.6, B-54, B-78, B-81, B-88)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.relations.pages import JSON, administrator, company_contact, linked_customer, lonely_customer
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.directory.models import Company
from tuttava.foundation.models import Territory
from tuttava.partners.models import (
    BankAccount,
    Customer,
    CustomerBlocked,
    CustomerTemplate,
    Employee,
    Salesperson,
    TemplateRule,
    Vendor,
)
from tuttava.relations.models import HiddenNotice
from tuttava.relations.queries import hub_of

pytestmark = pytest.mark.usefixtures("company")

LISTS = ("customers", "vendors", "bank-accounts", "employees")


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}"


Card = Callable[[object], str]


def card(base: str, record: Customer | Vendor | BankAccount | Employee) -> str:
    names = {"customer": "customers", "vendor": "vendors", "bank_account": "bank-accounts", "employee": "employees"}
    return f"{base}/{names[record.table]}/{record.pk}"


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_blank_list_offers_the_first_record(client: Client, base: str, name: str) -> None:
    assert "yet" in text_of(client, f"{base}/{name}/")


def test_list_shows_the_contact_behind_each_customer(client: Client, base: str) -> None:
    contact, customer = linked_customer(name="Fjord AS", city="Bergen")
    page = text_of(client, f"{base}/customers/")
    assert "Fjord AS" in page and customer.no in page and f"/contacts/{contact.pk}" in page


def test_list_of_many_customers_asks_as_often_as_of_few(
    client: Client, base: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(15):
        linked_customer(name=f"Fjord {number}")
    text_of(client, f"{base}/customers/")
    with django_assert_max_num_queries(14):
        text_of(client, f"{base}/customers/")


def test_list_is_searched_and_narrowed_to_those_without_contact(client: Client, base: str) -> None:
    linked_customer(name="Fjord AS")
    lonely = lonely_customer(name="Skog AS")
    page = text_of(client, f"{base}/customers/?q=sko")
    assert lonely.no in page and "Fjord" not in page
    page = text_of(client, f"{base}/customers/?f=linked:no:")
    assert lonely.no in page and "Fjord" not in page


def test_bulk_edit_goes_through_the_rules_and_reaches_the_contact(client: Client, base: str) -> None:
    contact, customer = linked_customer(name="Fjord AS")
    records.create(Salesperson, {"code": "QQ"})
    records.create(Territory, {"code": "WEST"})
    for name, code in (("salesperson", "QQ"), ("territory", "WEST")):
        client.post(
            f"{base}/customers/bulk/{name}", {"id": str(customer.pk), "value:code": code, "step": "do", "state": ""}
        )
    client.post(
        f"{base}/customers/bulk/block", {"id": str(customer.pk), "value:blocked": "ship", "step": "do", "state": ""}
    )
    customer.refresh_from_db()
    contact.refresh_from_db()
    assert (customer.salesperson_code, customer.blocked) == ("QQ", CustomerBlocked.SHIP)
    assert (contact.salesperson_code, contact.territory_code) == ("QQ", "WEST")


def test_card_shows_contact_and_people_with_few_questions(
    client: Client, base: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    contact, customer = linked_customer(name="Fjord AS")
    person = records.create(Contact, {"type": "person", "name": "Kari Berg", "company_no": contact.no})
    address = card(base, customer)
    text_of(client, address)
    with django_assert_max_num_queries(24):
        page = text_of(client, address)
    assert f"Contact {contact.no}" in page and f"/contacts/{person.pk}" in page and "Kari Berg" in page


@pytest.mark.parametrize("model", [Vendor, BankAccount, Employee])
def test_card_of_every_register_opens(client: Client, base: str, model: type[Vendor | BankAccount | Employee]) -> None:
    values = {"first_name": "Ada"} if model is Employee else {"name": "Fjell AS"}
    record = records.create(model, values)
    assert record.no in text_of(client, card(base, record))


def test_changing_a_card_changes_the_contact(client: Client, base: str) -> None:
    contact, customer = linked_customer(name="Fjord AS")
    client.post(f"{card(base, customer)}/field/phone_no", {"value": "55 10 20 30"}, headers=JSON)
    contact.refresh_from_db()
    assert contact.phone_no == "55 10 20 30"


def test_primary_contact_is_typed_by_number_and_shown_by_name(client: Client, base: str) -> None:  # B-71
    contact, customer = linked_customer(name="Fjord AS")
    person = records.create(Contact, {"type": "person", "name": "Kari Berg", "company_no": contact.no})
    address = f"{card(base, customer)}/field/primary_contact_id"
    assert client.post(address, {"value": person.no}, headers=JSON).status_code == 200
    customer.refresh_from_db()
    assert (customer.primary_contact_id, customer.contact) == (person.pk, "Kari Berg")
    page = text_of(client, card(base, customer))
    assert f"Kari Berg · {person.no}" in page and "Primary contact</span>" in page
    assert f'{card(base, customer)}/field/contact"' not in page  # B-78
    client.post(address, {"value": ""}, headers=JSON)
    assert f'{card(base, customer)}/field/contact"' in text_of(client, card(base, customer))


def test_foreign_primary_contact_is_refused_at_the_field(client: Client, base: str) -> None:  # B-71
    _contact, customer = linked_customer(name="Fjord AS")
    stranger = company_contact(name="Skog AS")
    address = f"{card(base, customer)}/field/primary_contact_id"
    answer = client.post(address, {"value": stranger.no}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "contact.not_related"
    answer = client.post(address, {"value": "NOBODY"}, headers=JSON)
    assert (answer.json()["error"]["code"], answer.json()["error"]["field"]) == ("not_found", "primary_contact_id")


def test_lookup_of_the_primary_contact_lists_the_contacts_behind(client: Client, base: str) -> None:  # B-81
    contact, customer = linked_customer(name="Fjord AS")
    records.create(Contact, {"type": "person", "name": "Kari Berg", "company_no": contact.no})
    company_contact(name="Skog AS")
    found = text_of(client, f"{base}/lookup/primary-contact?of={customer.pk}&q=")
    assert "Kari Berg" in found and "Fjord AS" in found and "Skog" not in found
    found = text_of(client, f"{base}/lookup/primary-contact?of={customer.pk}&q=kari")
    assert "Kari Berg" in found and "Fjord" not in found


def test_customer_without_contact_is_told_until_it_has_one(client: Client, base: str) -> None:  # B-54
    customer = lonely_customer(name="Skog AS")
    assert 'id="banner"' in text_of(client, card(base, customer))
    assert 'id="banner"' in text_of(client, f"{base}/customers/")
    answer = client.post(f"{card(base, customer)}/contact", {"answer:q_create_contact": "yes"}, headers=JSON)
    assert answer.status_code == 200 and hub_of(customer) is not None
    assert 'id="banner"' not in text_of(client, card(base, customer))
    assert 'id="banner"' not in text_of(client, f"{base}/customers/")


def test_user_hides_the_suggestion_for_one_register(client: Client, base: str, company: Company) -> None:  # B-54
    customer = lonely_customer(name="Skog AS")
    client.post(f"{base}/registers/customer/hide-notice", {"next": f"{base}/customers/"})
    assert 'id="banner"' not in text_of(client, card(base, customer))
    assert 'id="banner"' not in text_of(client, f"{base}/customers/")
    assert list(HiddenNotice.objects.values_list("user_name", "table")) == [("anna", "customer")]
    HiddenNotice.objects.update(user_name="somebody else")
    assert 'id="banner"' in text_of(client, f"{base}/customers/")


def test_creating_the_contact_asks_first(client: Client, base: str) -> None:  # B-88
    customer = lonely_customer(name="Skog AS")
    address = f"{card(base, customer)}/contact"
    assert client.post(address, headers=JSON).status_code == 409
    client.post(address, {"answer:q_create_contact": "no"}, headers=JSON)
    assert hub_of(customer) is None


def test_contact_of_a_customer_opens_its_contacts(client: Client, base: str) -> None:  # B-88
    contact, customer = linked_customer(name="Fjord AS")
    address = f"{card(base, customer)}/contact"
    assert client.get(address)["Location"] == f"{base}/contacts/{contact.pk}"
    records.create(Contact, {"type": "person", "name": "Kari Berg", "company_no": contact.no})
    assert client.get(address)["Location"] == f"{base}/contacts/{contact.pk}/related"


def test_new_customer_brings_its_contact_and_opens(client: Client, base: str) -> None:  # B-45
    answer = client.post(f"{base}/customers/new", {"name": "Fjord AS", "contact_type": "company"})
    customer = Customer.objects.get(name="Fjord AS")
    assert answer["Location"] == card(base, customer)
    hub = hub_of(customer)
    assert hub is not None and hub.name == "Fjord AS"
    assert "A name is needed" in client.post(f"{base}/customers/new", {"name": ""}).content.decode()


def test_deleted_customer_comes_back_by_undo(client: Client, base: str) -> None:  # B-84
    contact, customer = linked_customer(name="Fjord AS")
    answer = client.post(f"{card(base, customer)}/delete", follow=True)
    assert not Customer.objects.exists()
    contact.refresh_from_db()
    assert contact.contact_business_relation == "none"
    page = answer.content.decode()
    start = page.index("/undo/")
    undo = page[page.rindex('"', 0, start) + 1 : page.index('"', start)]
    client.post(undo)
    contact.refresh_from_db()
    assert Customer.objects.get().no == customer.no and contact.contact_business_relation == "customer"


def test_privacy_blocked_customer_hides_its_name(company: Company, base: str) -> None:  # C-72
    from tests.relations.pages import visitor

    customer = lonely_customer(name="Secret Person", privacy_blocked=True, phone_no="55102030")
    reader = visitor(company)
    for address in (card(base, customer), f"{base}/customers/"):
        page = text_of(reader, address)
        assert customer.no in page and "Secret" not in page and "55102030" not in page


def test_palette_finds_records_of_the_registers(client: Client, base: str) -> None:
    _contact, customer = linked_customer(name="Fjordhandel AS")
    page = text_of(client, f"{base}/find/?q=fjordhandel")
    assert card(base, customer) in page


def test_comments_stand_in_the_timeline_of_the_customer(client: Client, base: str) -> None:
    _contact, customer = linked_customer(name="Fjord AS")
    client.post(f"{card(base, customer)}/comments", {"comment": "Pays early"}, headers=JSON)
    assert "Pays early" in text_of(client, card(base, customer))


def test_new_record_is_made_with_the_template_chosen(client: Client, base: str) -> None:  # B-27
    records.create(CustomerTemplate, {"code": "NORDIC", "customer_price_group": "N"})
    records.create(TemplateRule, {"table": "customer", "field": "name", "value": "Fjord AS", "template_code": "NORDIC"})
    assert 'value="NORDIC"' in text_of(client, f"{base}/customers/new")
    sent = {"name": "Fjord AS", "contact_type": "company"}
    for code in ("", "NORDIC", "-"):
        client.post(f"{base}/customers/new", {**sent, "template_code": code})
    made = Customer.objects.order_by("no").values_list("customer_price_group", flat=True)
    assert list(made) == ["N", "N", ""]
    assert (
        "There is no template" in client.post(f"{base}/customers/new", {**sent, "template_code": "X"}).content.decode()
    )


def test_records_and_contacts_that_look_alike_are_shown_while_one_types(client: Client, base: str) -> None:
    _linked, customer = linked_customer(name="Fjord AS")
    contact = company_contact(name="Fjordbris AS")
    answer = client.get(f"{base}/customers/likely", {"name": "fjord"}, headers=JSON)
    part = answer.json()["parts"]["likely"]
    assert card(base, customer) in part and f"/contacts/{contact.pk}/create-as/customer" in part
    assert f"/contacts/{_linked.pk}/" not in part
