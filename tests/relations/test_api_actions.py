"""Creating, linking and asking over HTTP: every row of the tables of B.5 and 17.1 with its refusals."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.api.conftest import CRM, Json, Service, SignIn
from tests.contacts.register import firm, fresh, person, setup
from tests.relations.test_api_information import alone, linked
from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.partners.models import (
    BankAccount,
    Customer,
    CustomerTemplate,
    Employee,
    EmployeeTemplate,
    FinanceSetup,
    HrSetup,
    PurchaseSetup,
    RegisterEntry,
    SalesSetup,
    Vendor,
    VendorTemplate,
)

pytestmark = pytest.mark.usefixtures("company")

WORDS: dict[str, type[RegisterEntry]] = {
    "Customer": Customer,
    "Vendor": Vendor,
    "BankAccount": BankAccount,
    "Employee": Employee,
}
SETS = {"Customer": "customers", "Vendor": "vendors", "BankAccount": "bankAccounts", "Employee": "employees"}
CODES = {
    "Customer": "bus_rel_for_customers",
    "Vendor": "bus_rel_for_vendors",
    "BankAccount": "bus_rel_for_bank_accounts",
    "Employee": "bus_rel_for_employees",
}
NOTES = 'odata.include-annotations="tuttava.*"'


@pytest.fixture(autouse=True)
def no_templates(company: object) -> None:
    """Each test brings the templates it is about."""
    for model in (CustomerTemplate, VendorTemplate, EmployeeTemplate):
        model.objects.all().delete()


def act(crm: Service, record: Any, name: str, body: Json | None = None, **headers: str) -> Any:
    """Call a bound action of a contact or of a record of a register."""
    place = "contacts" if isinstance(record, Contact) else SETS[_words(record)]
    return crm.post(f"{place}({record.pk})/Microsoft.NAV.{name}", body, **headers)


def ask(crm: Service, record: Any, function: str) -> Any:
    place = "contacts" if isinstance(record, Contact) else SETS[_words(record)]
    return crm.get(f"{place}({record.pk})/Microsoft.NAV.{function}")


def _words(record: RegisterEntry) -> str:
    return next(words for words, model in WORDS.items() if isinstance(record, model))


def subject(words: str, **values: Any) -> Contact:
    """A contact that can become one."""
    return person(**values) if words == "Employee" else firm(**values)


def refused(answer: Any, code: str) -> bool:
    return (answer.status, answer.domain_code) == (400, code)


def codes_of(contact: Contact) -> list[str]:
    return sorted(
        ContactBusinessRelation.objects.filter(contact=contact).values_list("business_relation_code", flat=True)
    )


PLAIN = {"useTemplate": False}


@pytest.mark.parametrize("words", list(WORDS))
def test_a_contact_becomes_one(crm: Service, words: str) -> None:  # B-26, B-33, B-34, B-35, B-37
    contact = subject(words, phone_no="555", city="Bergen")
    body = None if words == "BankAccount" else PLAIN
    answer = act(crm, contact, f"createAs{words}", body, prefer=NOTES)
    assert answer.status == 200, answer.content
    made = answer.json
    assert answer.headers["Location"].endswith(f"/{SETS[words]}({made['id']})")
    assert made["@odata.context"].endswith(f"/{SETS[words]}/$entity")
    assert (made["phoneNo"], made["city"]) == ("555", "Bergen")
    assert made.get("fullName", made.get("name")) == contact.name
    assert [each["code"] for each in made["@tuttava.messages"]] == ["record.created"]
    relation = ContactBusinessRelation.objects.get(contact=contact)
    assert (str(relation.linked_id), relation.linked_no) == (made["id"], made["no"])
    assert crm.get(f"contacts({contact.pk})").json["contactBusinessRelation"] == words


@pytest.mark.parametrize("words", list(WORDS))
def test_twice_is_refused(crm: Service, words: str) -> None:  # B-22, B-6
    contact = subject(words)
    body = None if words == "BankAccount" else PLAIN
    first = act(crm, contact, f"createAs{words}", body).json
    answer = act(crm, contact, f"createAs{words}", body)
    assert refused(answer, "relation.exists")
    assert contact.no in answer.json["error"]["message"] and first["no"] in answer.json["error"]["message"]
    assert WORDS[words]._default_manager.filter(pk=first["id"]).count() == 1


@pytest.mark.parametrize("words", list(WORDS))
def test_a_blocked_contact_is_refused(crm: Service, words: str) -> None:  # B-24
    contact = subject(words)
    Contact.objects.filter(pk=contact.pk).update(privacy_blocked=True)
    before = WORDS[words]._default_manager.count()
    assert refused(act(crm, contact, f"createAs{words}"), "contact.privacy_blocked")
    assert refused(act(crm, contact, f"linkTo{words}", {"no": alone(WORDS[words]).no}), "contact.privacy_blocked")
    assert WORDS[words]._default_manager.count() == before + 1 and not codes_of(contact)


@pytest.mark.parametrize("words", list(WORDS))
def test_a_blank_code_is_refused_before_the_series(crm: Service, words: str) -> None:  # B-10
    contact, record = subject(words), alone(WORDS[words])
    setup(**{CODES[words]: None})
    _without_series(words)
    for answer in (act(crm, contact, f"createAs{words}"), act(crm, contact, f"linkTo{words}", {"no": record.no})):
        assert refused(answer, "setup.missing") and answer.code == "Application_FieldValidationException"
        assert answer.target == f"busRelCodeFor{words}s"
    assert not codes_of(contact)


def _without_series(words: str) -> str:
    model, field = {
        "Customer": (SalesSetup, "customer_nos"),
        "Vendor": (PurchaseSetup, "vendor_nos"),
        "BankAccount": (FinanceSetup, "bank_account_nos"),
        "Employee": (HrSetup, "employee_nos"),
    }[words]
    model._default_manager.update(**{field: None})
    return field


@pytest.mark.parametrize("words", list(WORDS))
def test_a_blank_series_is_refused_and_nothing_remains(crm: Service, words: str) -> None:  # B-25
    contact, field = subject(words), _without_series(words)
    body = None if words == "BankAccount" else PLAIN
    answer = act(crm, contact, f"createAs{words}", body)
    assert refused(answer, f"setup.{field}.missing") and answer.code == "Application_FieldValidationException"
    assert not codes_of(contact)


def test_a_person_stands_for_the_company(crm: Service) -> None:  # B-23, B-33, B-34
    company = firm()
    anna = person(company)
    for words in ("Customer", "Vendor", "BankAccount"):
        made = act(crm, anna, f"createAs{words}", None if words == "BankAccount" else PLAIN).json
        relation = ContactBusinessRelation.objects.get(linked_id=made["id"])
        assert relation.contact_id == company.pk and made["name"] == company.name
        again = act(crm, anna, f"createAs{words}")
        assert refused(again, "relation.exists") and company.no in again.json["error"]["message"]
    assert codes_of(anna) == []


def test_an_independent_person_becomes_a_person_customer_alone(crm: Service) -> None:  # B-23, B-30, B-33, B-34
    anna = person()
    made = act(crm, anna, "createAsCustomer", PLAIN).json
    assert (made["contactType"], made["primaryContactNo"], made["contact"]) == ("Person", anna.no, anna.name)
    for words in ("Vendor", "BankAccount"):
        assert refused(act(crm, anna, f"createAs{words}"), "contact.company_required")


def test_only_persons_become_employees(crm: Service) -> None:  # B-35
    assert refused(act(crm, firm(), "createAsEmployee", PLAIN), "contact.type_must_be")
    assert refused(act(crm, firm(), "linkToEmployee", {"no": alone(Employee).no}), "contact.type_must_be")
    anna = person(firm())
    act(crm, anna, "createAsEmployee", PLAIN)
    assert codes_of(anna) == ["EMP"]


def test_the_only_fitting_template_is_taken(crm: Service) -> None:  # B-20, B-27, B-32
    CustomerTemplate.objects.create(code="COMP", contact_type="company", customer_posting_group="HOME", city="Oslo")
    CustomerTemplate.objects.create(code="PERS", contact_type="person", customer_posting_group="PRIVATE")
    VendorTemplate.objects.create(code="COMP", contact_type="company", vendor_posting_group="ABROAD")
    company = firm(city="Bergen")
    customer = act(crm, person(company), "createAsCustomer").json
    assert (customer["customerPostingGroup"], customer["city"]) == ("HOME", "Bergen")
    assert act(crm, company, "createAsVendor").json["vendorPostingGroup"] == "ABROAD"
    assert act(crm, person(), "createAsCustomer", {}).json["customerPostingGroup"] == "PRIVATE"


def test_several_templates_need_a_choice(crm: Service) -> None:  # B-20, B-32, B-35
    for code in ("A", "B"):
        CustomerTemplate.objects.create(code=code, customer_posting_group=code)
        VendorTemplate.objects.create(code=code, vendor_posting_group=code)
        EmployeeTemplate.objects.create(code=code, employee_posting_group=code)
    for words in ("Customer", "Vendor", "Employee"):
        contact = subject(words)
        assert refused(act(crm, contact, f"createAs{words}"), f"{words.lower()}.creation_aborted")
        assert not codes_of(contact)
        made = act(crm, contact, f"createAs{words}", {"templateCode": "b"}).json
        assert made[f"{words.lower()}PostingGroup"] == "B"
        without = act(crm, subject(words), f"createAs{words}", PLAIN).json
        assert without[f"{words.lower()}PostingGroup"] == ""


def test_no_fitting_template(crm: Service) -> None:  # B-20, B-32, B-35
    assert refused(act(crm, firm(), "createAsCustomer"), "customer.creation_aborted")
    assert refused(act(crm, firm(), "createAsVendor"), "vendor.no_template")
    assert act(crm, person(), "createAsEmployee").status == 200
    unknown = act(crm, firm(), "createAsCustomer", {"templateCode": "NOPE"})
    assert refused(unknown, "not_found") and unknown.target == "templateCode"


@pytest.mark.parametrize("words", list(WORDS))
def test_linking_takes_the_values_of_the_contact(crm: Service, words: str) -> None:  # B-38, B-41, B-43
    contact = subject(words, phone_no="111", city="Bergen")
    record = alone(WORDS[words], phone_no="999", address="Kai 1")
    answer = act(crm, contact, f"linkTo{words}", {"no": record.no.lower()})
    assert answer.status == 200, answer.content
    assert (answer.json["contactNo"], answer.json["no"], answer.json["linkToTable"]) == (contact.no, record.no, words)
    after = crm.get(f"{SETS[words]}({record.pk})").json
    assert (after["phoneNo"], after["city"]) == ("111", "Bergen")
    now = fresh(contact)
    assert now.contact_business_relation == WORDS[words].table and now.phone_no == "111"
    if words != "Employee":
        assert (after["name"], after["address"], now.address) == (contact.name, "Kai 1", "Kai 1")


@pytest.mark.parametrize("words", ["Customer", "Vendor", "BankAccount"])
def test_linking_takes_the_values_of_the_record(crm: Service, words: str) -> None:  # B-41, B-43
    contact, record = firm(phone_no="111", city="Bergen"), alone(WORDS[words], name="Fjell AS", phone_no="999")
    body = {"no": record.no, "master": "Record", "fields": {"city": "Record", "phoneNo": "contact"}}
    assert act(crm, contact, f"linkTo{words}", body).status == 200
    now, after = fresh(contact), crm.get(f"{SETS[words]}({record.pk})").json
    assert (now.name, now.city, now.phone_no) == ("Fjell AS", "", "111")
    assert (after["name"], after["city"], after["phoneNo"]) == ("Fjell AS", "", "111")


@pytest.mark.parametrize(
    ("body", "code", "target"),
    [
        ({}, "", "no"),
        ({"no": "NOPE"}, "not_found", "no"),
        ({"no": ""}, "not_found", "no"),
        ({"no": "{no}", "master": "Sofa"}, "", "master"),
        ({"no": "{no}", "fields": {"nosuch": "Record"}}, "value_invalid", "nosuch"),
        ({"no": "{no}", "fields": {"city": "Sofa"}}, "", "city"),
        ({"no": "{no}", "fields": ["city"]}, "value_invalid", "fields"),
        ({"no": "{no}", "nosuch": 1}, "", "nosuch"),
    ],
)
def test_bad_links_are_refused(crm: Service, body: Json, code: str, target: str) -> None:  # B-40, B-43
    contact, record = firm(), alone(Customer)
    sent = {key: record.no if value == "{no}" else value for key, value in body.items()}
    answer = act(crm, contact, "linkToCustomer", sent)
    assert (answer.status, answer.domain_code, answer.target) == (400, code, target), answer.content
    assert not codes_of(contact)


@pytest.mark.parametrize("words", list(WORDS))
def test_a_taken_record_or_a_linked_contact_is_refused(crm: Service, words: str) -> None:  # B-6, B-7, B-38
    taken = linked(subject(words), WORDS[words])
    contact = subject(words)
    assert refused(act(crm, contact, f"linkTo{words}", {"no": taken.no}), "relation.entity_taken")
    act(crm, contact, f"linkTo{words}", {"no": alone(WORDS[words]).no})
    again = act(crm, contact, f"linkTo{words}", {"no": alone(WORDS[words]).no})
    assert refused(again, "relation.exists")


def test_an_independent_person_links_with_customers_and_employees_only(crm: Service) -> None:  # B-38
    anna = person()
    for words in ("Vendor", "BankAccount"):
        answer = act(crm, anna, f"linkTo{words}", {"no": alone(WORDS[words]).no})
        assert refused(answer, "contact.company_required")
    assert act(crm, anna, "linkToCustomer", {"no": alone(Customer).no}).status == 200


def test_differences_before_linking(crm: Service) -> None:  # B-43
    contact = firm(city="Bergen", phone_no="1")
    record = alone(Customer, name="Fjell AS", city="Oslo", phone_no="1")
    rows = ask(crm, contact, f"linkDifferences(table='Customer',no='{record.no}')").value
    found = {row["field"]: (row["contactValue"], row["recordValue"]) for row in rows}
    assert found["city"] == ("Bergen", "Oslo") and found["name"] == ("Fjord AS", "Fjell AS")
    assert "phoneNo" not in found and all(row["caption"] for row in rows)
    unknown = ask(crm, contact, "linkDifferences(table='Customer',no='NOPE')")
    assert refused(unknown, "not_found")


def test_unlinking_ends_the_link_and_nothing_else(crm: Service) -> None:  # B-44
    contact = firm()
    record = linked(contact)
    row = crm.get(f"contacts({contact.pk})/contactBusinessRelations").value[0]
    assert crm.post(f"contactBusinessRelations({row['id']})/Microsoft.NAV.unlink").status == 204
    assert fresh(contact).contact_business_relation == "none"
    assert crm.patch(f"customers({record.pk})", {"city": "Oslo"}).status == 200
    assert fresh(contact).city == ""
    assert act(crm, contact, "linkToCustomer", {"no": record.no}).status == 200


def test_a_link_moves_to_another_record(crm: Service) -> None:  # B-13
    contact = firm(city="Bergen")
    old, new, taken = linked(contact), alone(Customer, city="Oslo"), linked(firm(name="Other"))
    row = crm.get(f"customers({old.pk})/contactBusinessRelation").json
    address = f"contactBusinessRelations({row['id']})/Microsoft.NAV.moveLink"
    assert refused(crm.post(address, {"no": taken.no}), "relation.entity_taken")
    assert crm.get(f"customers({old.pk})/contactBusinessRelation").status == 200
    moved = crm.post(address, {"no": new.no, "master": "Record"})
    assert (moved.status, moved.json["no"]) == (200, new.no)
    assert fresh(contact).city == "Oslo"
    assert crm.get(f"customers({old.pk})/contactBusinessRelation").status == 204


@pytest.mark.parametrize("words", ["Customer", "Vendor", "BankAccount"])
def test_a_contact_is_created_for_a_record_once(crm: Service, words: str) -> None:  # B-46, B-88
    record = alone(WORDS[words], name="Fjell AS", city="Oslo")
    made = act(crm, record, "createContact")
    assert made.status == 200, made.content
    assert (made.json["name"], made.json["city"], made.json["type"]) == ("Fjell AS", "Oslo", "Company")
    assert made.json["contactBusinessRelation"] == words
    assert act(crm, record, "createContact").json["id"] == made.json["id"]
    other = alone(WORDS[words])
    setup(**{CODES[words]: None})
    refusal = act(crm, other, "createContact")
    assert refused(refusal, "setup.missing") and not ContactBusinessRelation.objects.filter(linked_id=other.pk).exists()


def test_employees_have_no_contact_created(crm: Service) -> None:  # 17.1
    assert act(crm, alone(Employee), "createContact").status == 404


@pytest.mark.parametrize("words", ["Customer", "Vendor", "BankAccount"])
def test_contacts_for_a_whole_register(crm: Service, words: str) -> None:  # B-51
    names = {"city": "Hammerfest"}
    records = [alone(WORDS[words], **names) for _each in range(3)]
    linked_one = alone(WORDS[words], **names)
    act(crm, linked_one, "createContact")
    address = f"{SETS[words]}/Microsoft.NAV.createContacts"
    answer = crm.post(address, {"filter": {"city": "Hammer*"}})
    assert answer.status == 200, answer.content
    found = {key: answer.json[key] for key in ("created", "skipped", "withDuplicates")}
    assert found == {"created": 3, "skipped": 1, "withDuplicates": found["withDuplicates"]}
    assert ContactBusinessRelation.objects.filter(linked_id__in=[each.pk for each in records]).count() == 3
    assert crm.post(address, {"filter": {"city": "Hammer*"}}).json["created"] == 0
    bad = crm.post(address, {"filter": {"nosuch": "1"}})
    assert refused(bad, "bad_filter") and bad.code == "Application_FilterErrorException"
    setup(**{CODES[words]: None})
    assert refused(crm.post(address), "setup.missing")


def test_creating_contacts_in_the_background_answers_with_the_job(crm: Service) -> None:
    alone(Customer, city="Hammerfest")
    answer = crm.post(
        "customers/Microsoft.NAV.createContacts", {"filter": {"city": "Hammerfest"}}, prefer="respond-async"
    )
    assert answer.status == 202 and "/jobs(" in answer.headers["Location"]


def test_actions_need_the_right_to_write(sign_in: SignIn) -> None:
    reader = sign_in("CRM-READ", service=CRM)
    contact, record = firm(), alone(Customer)
    for answer in (
        act(reader, contact, "createAsCustomer", PLAIN),
        act(reader, contact, "linkToCustomer", {"no": record.no}),
        act(reader, record, "createContact"),
        reader.post("customers/Microsoft.NAV.createContacts"),
    ):
        assert (answer.status, answer.domain_code) == (403, "permission.denied")
    assert ask(reader, record, "mainContact()").status == 204


def test_actions_check_the_tag_and_the_record(crm: Service) -> None:
    contact = firm()
    stale = act(crm, contact, "createAsCustomer", PLAIN, if_match='W/"nope"')
    assert stale.status == 409 and not codes_of(contact)
    assert crm.post(f"contacts({uuid.uuid4()})/Microsoft.NAV.createAsCustomer").status == 404
