"""Business relations on the contact’s pages: status, create as, link with existing, lists (B-20 to B-44, B-86)."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.relations.pages import JSON, administrator, company_contact, linked_customer, lonely_customer, visitor
from tuttava.contacts.models import BusinessRelation, Contact, ContactBusinessRelation
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import records
from tuttava.foundation.directory.models import Company
from tuttava.partners.models import Customer, CustomerTemplate, Employee, Vendor, VendorTemplate
from tuttava.relations import actions

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}"


def person_of(company: Contact, name: str = "Kari Berg") -> Contact:
    return records.create(Contact, {"type": "person", "name": name, "company_no": company.no})


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def label(contact: Contact, code: str = "PRESS") -> None:
    BusinessRelation.objects.get_or_create(code=code)
    records.create(ContactBusinessRelation, {"business_relation_code": code}, given={"contact": contact})


def template(
    code: str, kind: str = "company", model: type[CustomerTemplate | VendorTemplate] = CustomerTemplate
) -> None:
    records.create(model, {"code": code, "contact_type": kind})


def test_status_of_one_link_opens_the_record(client: Client, base: str) -> None:  # B-86
    contact, customer = linked_customer(name="Fjord AS")
    person = person_of(contact)
    for one in (contact, person):
        address = f"{base}/contacts/{one.pk}/relation"
        assert address in text_of(client, f"{base}/contacts/{one.pk}")
        assert client.get(address)["Location"] == f"{base}/customers/{customer.pk}"


def test_status_of_several_or_of_labels_opens_the_list(client: Client, base: str) -> None:  # B-86
    contact, _customer = linked_customer(name="Fjord AS")
    label(contact)
    labelled = company_contact(name="Skog AS")
    label(labelled)
    for one in (contact, labelled, company_contact(name="Nobody AS")):
        assert "/contact-relations/" in client.get(f"{base}/contacts/{one.pk}/relation")["Location"]


def test_person_without_relation_has_no_list(client: Client, base: str) -> None:  # B-86
    person = records.create(Contact, {"type": "person", "name": "Kari Berg"})
    answer = client.get(f"{base}/contacts/{person.pk}/relation")
    assert answer.status_code == 422 and "has no business relation" in answer.content.decode()


def test_card_offers_what_the_contact_is_not_yet(client: Client, base: str) -> None:  # B-87
    contact, customer = linked_customer(name="Fjord AS")
    page = text_of(client, f"{base}/contacts/{contact.pk}")
    assert f'href="{base}/customers/{customer.pk}"' in page and "Open customer" in page
    assert "Create as customer" not in page and "Link with existing customer" not in page
    assert "Create as vendor" in page and "Create as employee" not in page
    page = text_of(client, f"{base}/contacts/{person_of(contact).pk}")
    assert "Open customer" in page and "Create as employee" in page and "Create as customer" not in page


def test_link_under_another_code_is_not_offered_to_open(client: Client, base: str) -> None:  # B-87
    contact, _customer = linked_customer(name="Fjord AS")
    records.create(BusinessRelation, {"code": "BUYER"})
    records.change(marketing_setup(), {"bus_rel_for_customers_code": "BUYER"})
    page = text_of(client, f"{base}/contacts/{contact.pk}")
    assert "Open customer" not in page and "All business relations" in page


def test_card_of_a_linked_contact_asks_few_questions(
    client: Client, base: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    contact, _customer = linked_customer(name="Fjord AS")
    text_of(client, f"{base}/contacts/{contact.pk}")
    with django_assert_max_num_queries(25):
        text_of(client, f"{base}/contacts/{contact.pk}")


def test_reader_is_offered_no_creation(company: Company, base: str) -> None:
    contact = company_contact(name="Fjord AS")
    reader = visitor(company, sets="CRM-READ", name="rita")
    page = text_of(reader, f"{base}/contacts/{contact.pk}")
    assert "Create as customer" not in page
    assert reader.post(f"{base}/contacts/{contact.pk}/create-as/customer").status_code == 403


def test_create_as_customer_without_fitting_template_goes_on_without(client: Client, base: str) -> None:  # B-20
    contact = company_contact(name="Fjord AS")
    template("PRIVATE", "person")
    address = f"{base}/contacts/{contact.pk}/create-as/customer"
    page = text_of(client, address)
    assert "There is no template for contacts of the type “Company”" in page and "PRIVATE" not in page
    answer = client.post(address, {"template_code": "-"}, headers=JSON)
    customer = Customer.objects.get()
    assert answer.json()["redirect"] == f"{base}/customers/{customer.pk}" and customer.name == "Fjord AS"


def test_the_only_template_is_chosen_already(client: Client, base: str) -> None:  # B-20
    contact = company_contact(name="Fjord AS")
    template("NORDIC")
    page = text_of(client, f"{base}/contacts/{contact.pk}/create-as/customer")
    assert 'value="NORDIC" required checked' in page


def test_one_of_several_templates_is_chosen(client: Client, base: str) -> None:  # B-20
    contact = company_contact(name="Fjord AS")
    template("NORDIC")
    records.create(CustomerTemplate, {"code": "BENELUX", "contact_type": "company", "customer_price_group": "B"})
    address = f"{base}/contacts/{contact.pk}/create-as/customer"
    assert "checked" not in text_of(client, address)
    refused = client.post(address, {"template_code": ""}, headers=JSON).json()["error"]
    assert (refused["code"], refused["field"]) == ("customer.creation_aborted", "template_code")
    client.post(address, {"template_code": "BENELUX"}, headers=JSON)
    assert Customer.objects.get().customer_price_group == "B"


def test_person_makes_a_customer_of_the_company(client: Client, base: str) -> None:  # B-23
    contact = company_contact(name="Fjord AS")
    person = person_of(contact)
    address = f"{base}/contacts/{person.pk}/create-as/customer"
    assert "<strong>Fjord AS</strong>, the company of Kari Berg" in text_of(client, address)
    client.post(address, {"template_code": "-"}, headers=JSON)
    assert ContactBusinessRelation.objects.get().contact_id == contact.pk


def test_refusal_stands_in_the_dialog_with_the_way_out(client: Client, base: str) -> None:  # B-10
    contact = company_contact(name="Fjord AS")
    records.change(marketing_setup(), {"bus_rel_for_customers_code": None})
    page = text_of(client, f"{base}/contacts/{contact.pk}/create-as/customer")
    assert "Open the marketing setup" in page and "primary" not in page[page.index("dialog-foot") :][:400]


def test_employee_is_made_of_a_person(client: Client, base: str) -> None:  # B-35
    person = person_of(company_contact(name="Fjord AS"))
    client.post(f"{base}/contacts/{person.pk}/create-as/employee", {"template_code": "-"}, headers=JSON)
    assert Employee.objects.get().last_name == "Berg"
    assert "Open employee" in text_of(client, f"{base}/contacts/{person.pk}")


def test_both_sides_are_compared_before_they_are_linked(client: Client, base: str) -> None:  # B-43
    contact = company_contact(name="Fjord AS", phone_no="11 11 11 11", city="Bergen")
    customer = lonely_customer(name="Fjord Handel AS", phone_no="22 22 22 22", email="post@fjord.no")
    address = f"{base}/contacts/{contact.pk}/link/customer"
    parts = client.post(address, {"no": customer.no, "master": "contact"}, headers=JSON).json()["parts"]
    assert not ContactBusinessRelation.objects.exists()
    html = parts["comparison"]
    assert "Fjord Handel AS" in html and "22 22 22 22" in html and f'name="compared" value="{customer.no}"' in html
    for name, side in (("name", "contact"), ("phone_no", "contact"), ("email", "record")):
        assert f'name="field:{name}" value="{side}" checked' in html
    html = client.get(f"{address}/compare", {"no": customer.no, "master": "record"}, headers=JSON).json()["parts"]
    assert 'name="field:phone_no" value="record" checked' in html["comparison"]


def test_choice_per_field_is_kept_on_both_sides(client: Client, base: str) -> None:  # B-40, B-43
    contact = company_contact(name="Fjord AS", phone_no="11 11 11 11")
    customer = lonely_customer(name="Fjord Handel AS", phone_no="22 22 22 22", email="post@fjord.no")
    sent = {"no": customer.no, "master": "contact", "was_master": "contact", "compared": customer.no}
    address = f"{base}/contacts/{contact.pk}/link/customer"
    answer = client.post(address, {**sent, "field:phone_no": "record"}, headers=JSON)
    assert answer.status_code == 200 and answer.json()["close"]
    contact.refresh_from_db()
    customer.refresh_from_db()
    assert (contact.phone_no, customer.phone_no) == ("22 22 22 22", "22 22 22 22")
    assert (customer.name, contact.email) == ("Fjord AS", "post@fjord.no")
    assert contact.contact_business_relation == "customer"


def test_choices_fall_when_the_other_side_becomes_the_master(client: Client, base: str) -> None:
    contact = company_contact(name="Fjord AS")
    customer = lonely_customer(name="Fjord Handel AS")
    address = f"{base}/contacts/{contact.pk}/link/customer/compare"
    sent = {"no": customer.no, "field:name": "contact", "was_master": "contact", "master": "record"}
    html = client.get(address, sent, headers=JSON).json()["parts"]["comparison"]
    assert 'name="field:name" value="record" checked' in html


def test_dialog_of_a_person_proposes_the_company(client: Client, base: str) -> None:  # B-39
    contact = company_contact(name="Fjord AS")
    person = person_of(contact)
    vendor = records.create(Vendor, {"name": "Fjord AS"})
    ContactBusinessRelation.objects.all().delete()
    address = f"{base}/contacts/{person.pk}/link/vendor"
    page = text_of(client, address)
    assert f'value="{contact.pk}" checked' in page and "Proposed:" in page
    sent = {"no": vendor.no, "compared": vendor.no, "party": str(contact.pk)}
    client.post(address, sent, headers=JSON)
    assert ContactBusinessRelation.objects.get(link_to_table="vendor").contact_id == contact.pk


def test_person_alone_is_linked_on_request(client: Client, base: str) -> None:  # B-39
    person = person_of(company_contact(name="Fjord AS"))
    vendor = records.create(Vendor, {"name": "Kari"})
    ContactBusinessRelation.objects.all().delete()
    sent = {"no": vendor.no, "compared": vendor.no, "party": str(person.pk)}
    client.post(f"{base}/contacts/{person.pk}/link/vendor", sent, headers=JSON)
    assert ContactBusinessRelation.objects.get(link_to_table="vendor").contact_id == person.pk


def test_number_is_required_and_must_be_known(client: Client, base: str) -> None:  # B-40
    contact = company_contact(name="Fjord AS")
    address = f"{base}/contacts/{contact.pk}/link/customer"
    for number, code in (("", "field_required"), ("NOBODY", "not_found")):
        error = client.post(address, {"no": number}, headers=JSON).json()["error"]
        assert (error["code"], error["field"]) == (code, "no")
    assert 'aria-invalid="true"' in client.post(address, {"no": "NOBODY"}).content.decode()


def test_lookup_leaves_out_what_is_linked_already(client: Client, base: str) -> None:  # B-7
    _contact, customer = linked_customer(name="Fjord AS")
    lonely = lonely_customer(name="Fjord Handel AS")
    found = text_of(client, f"{base}/lookup/customer-unlinked?q=fjord")
    assert lonely.no in found and customer.no not in found


def test_unlinking_asks_and_can_be_undone(client: Client, base: str) -> None:  # B-44
    contact, customer = linked_customer(name="Fjord AS")
    row = ContactBusinessRelation.objects.get()
    address = f"{base}/contacts/{contact.pk}/lists/relations/{row.pk}/delete"
    assert client.post(address, headers=JSON).status_code == 409
    client.post(address, {"answer:q_unlink": "no"}, headers=JSON)
    assert ContactBusinessRelation.objects.exists()
    answer = client.post(address, {"answer:q_unlink": "yes"}, headers=JSON).json()
    assert not ContactBusinessRelation.objects.exists() and answer["undo"]
    assert Customer.objects.get().name == "Fjord AS"
    client.post(answer["undo"])
    assert ContactBusinessRelation.objects.get().linked_id == customer.pk


def test_label_goes_without_a_question(client: Client, base: str) -> None:
    contact = company_contact(name="Fjord AS")
    label(contact)
    row = ContactBusinessRelation.objects.get()
    client.post(f"{base}/contacts/{contact.pk}/lists/relations/{row.pk}/delete", headers=JSON)
    assert not ContactBusinessRelation.objects.exists()


def test_relations_of_a_contact_lead_to_the_records(client: Client, base: str) -> None:  # B.6
    contact, customer = linked_customer(name="Fjord AS")
    label(contact)
    actions.create_as(contact, "vendor", use_template=False)
    page = text_of(client, f"{base}/contact-relations/?f=contact:is:{person_of(contact).no}")
    assert customer.no in page and "PRESS" in page and f"{base}/customers/{customer.pk}" in page


def test_code_opens_the_contacts_that_hold_it(client: Client, base: str) -> None:  # B.6
    contact, customer = linked_customer(name="Fjord AS")
    page = text_of(client, f"{base}/setup/business-relations/")
    assert f"{base}/business-relation-contacts/?f=code:is:CUST" in page
    page = text_of(client, f"{base}/business-relation-contacts/?f=code:is:CUST")
    assert contact.no in page and customer.no in page


def test_list_of_relations_asks_as_often_for_many_as_for_few(
    client: Client, base: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        linked_customer(name=f"Fjord {number}")
    text_of(client, f"{base}/contact-relations/")
    with django_assert_max_num_queries(14):
        text_of(client, f"{base}/contact-relations/")
