"""Customers, vendors, bank accounts and employees from files, through the rules of their registers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.transfer.helpers import begin, counts, messages, run
from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import JournalChange
from tuttava.partners.models import (
    BankAccount,
    Customer,
    CustomerTemplate,
    Employee,
    PaymentTerms,
    TemplateRule,
    Vendor,
)
from tuttava.relations.queries import hub_of
from tuttava.transfer import actions
from tuttava.transfer.kinds import KINDS, kind_of
from tuttava.transfer.mapping import guess_mapping
from tuttava.transfer.models import ImportJob
from tuttava.transfer.readers import Layout, Understanding

pytestmark = pytest.mark.usefixtures("company", "uploads", "places")


def customers(content: str | bytes, **options: object) -> ImportJob:
    return run(content, kind="customers", **options)


@pytest.mark.parametrize(
    ("kind", "headings", "expected"),
    [
        ("customers", "Customer no;Company;Payment terms;Credit limit", "no name payment_terms_code credit_limit_lcy"),
        ("customers", "Kundenr;Navn;Betalingsbetingelser;Orgnr", "no name payment_terms_code registration_number"),
        ("customers", "Klantnr;Naam;Betalingstermijn;KvK", "no name payment_terms_code registration_number"),
        ("customers", "Asiakasnumero;Nimi;Maksuehto;Y-tunnus", "no name payment_terms_code registration_number"),
        ("vendors", "Vendor no;Name;Buyer;BIC", "no name purchaser_code "),
        ("vendors", "Leverandørnr;Navn;Innkjøper;Kontakt", "no name purchaser_code contact"),
        ("vendors", "Leveranciersnummer;Naam;Inkoper;Plaats", "no name purchaser_code city"),
        ("vendors", "Toimittajanumero;Nimi;Ostaja;Postinumero", "no name purchaser_code post_code"),
        ("bank_accounts", "Bank;IBAN;Kontonummer;BIC", "name iban bank_account_no swift_code"),
        ("bank_accounts", "Naam bank;IBAN;Rekeningnummer;Valuta", "name iban bank_account_no currency_code"),
        ("bank_accounts", "Pankki;IBAN;Tilinumero;Valuutta", "name iban bank_account_no currency_code"),
        ("employees", "Employee no;First name;Last name;E-mail", "no first_name last_name company_email"),
        ("employees", "Ansattnr;Fornavn;Etternavn;Fødselsdato", "no first_name last_name birth_date"),
        ("employees", "Personeelsnummer;Voornaam;Achternaam;In dienst", "no first_name last_name employment_date"),
        ("employees", "Henkilöstönumero;Etunimi;Sukunimi;Syntymäaika", "no first_name last_name birth_date"),
    ],
)
def test_headings_are_understood_in_four_languages(kind: str, headings: str, expected: str) -> None:
    understanding = Understanding(Layout(), tuple(headings.split(";")), ())
    found = [column.target for column in guess_mapping(kind_of(kind), understanding)]
    assert found == expected.split(" ")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_field_is_recognised_by_its_label(kind: str) -> None:
    known = kind_of(kind).targets
    headings = tuple(str(target.label).capitalize() for target in known.values())
    found = [column.target for column in guess_mapping(kind_of(kind), Understanding(Layout(), headings, ()))]
    assert dict(zip(known, found, strict=True)) == {name: name for name in known}


def test_customers_come_with_the_contacts_made_from_them() -> None:  # B-45
    row = customers(
        "Kundenr;Navn;Adresse;Postnr;Poststed;Land;Telefon;E-post\n"
        "K1;Fjordkraft AS;Havna 2;5003;Bergen;Norge;55 12 34 56;post@fjordkraft.example\n"
        "K2;Sjømat AS;;;;;;\n"
    )
    assert counts(row) == (2, 0, 0, 0), [found.messages for found in row.rows.all()]
    customer = Customer.objects.get(no="K1")
    contact = hub_of(customer)
    assert (customer.name, customer.city, customer.country_code) == ("Fjordkraft AS", "Bergen", "NO")
    assert contact is not None
    assert (contact.name, contact.phone_no, contact.email) == (customer.name, "55 12 34 56", "post@fjordkraft.example")
    assert contact.contact_business_relation == "customer"
    assert row.rows.get(number=1).entity_id == customer.pk


def test_numbers_are_drawn_for_rows_without() -> None:  # B-25
    row = customers("Name,City\nNordlys AS,Alta\nGranit AB,Moss\n")
    assert counts(row) == (2, 0, 0, 0)
    found = Customer.objects.filter(name__in=("Nordlys AS", "Granit AB"))
    assert all(each.no and each.no_series_code == "CUST" for each in found)


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        ("Customer no", "K100"),
        ("VAT number", "NO 999 999 999"),
        ("Registration number", "999999999"),
        ("E-mail,Name", "Post@Nordlys.example,Nordlys Holding"),
        ("Name,Post code", "nordlys as,9510"),
        ("Name", "Nordlys AS"),
    ],
)
def test_existing_customer_is_found(headings: str, cells: str) -> None:
    customer = records.create(
        Customer,
        {
            "no": "K100",
            "name": "Nordlys AS",
            "post_code": "9510",
            "email": "post@nordlys.example",
            "vat_registration_no": "NO999999999",
            "registration_number": "999999999",
        },
    )
    row = customers(f"{headings},Phone\n{cells},78 44 00 00\n")
    customer.refresh_from_db()
    assert counts(row) == (0, 1, 0, 0)
    assert customer.phone_no == "78 44 00 00"


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        ("Customer no,Name,Post code", "K200,Nordlys AS,9510"),
        ("VAT number,Name", "NO111111111,Nordlys AS"),
        ("Name,Post code", "Nordlys AS,0155"),
        ("E-mail,Name", "post@nordlys.example,Granit AB"),
    ],
)
def test_somebody_else_is_a_new_customer(headings: str, cells: str) -> None:
    values = {"no": "K100", "name": "Nordlys AS", "post_code": "9510", "email": "post@nordlys.example"}
    records.create(Customer, {**values, "vat_registration_no": "NO999999999"})
    assert counts(customers(f"{headings}\n{cells}\n")) == (1, 0, 0, 0)
    assert Customer.objects.get(no="K100").name == "Nordlys AS"


def test_change_of_a_customer_reaches_its_contact() -> None:  # B-61
    customer = records.create(Customer, {"no": "K1", "name": "Nordlys AS"})
    customers("Customer no,Phone\nK1,78 44 00 00\n")
    contact = hub_of(customer)
    assert contact is not None
    assert contact.phone_no == "78 44 00 00"


def test_same_file_again_changes_nothing() -> None:
    content = "Customer no,Name,City,Credit limit,Blocked\nK1,Nordlys AS,Alta,1000.50,Ship\n"
    customers(content)
    before = JournalChange.objects.count()
    row = customers(content)
    assert counts(row) == (0, 0, 1, 0)
    assert messages(row, 1) == ["import.unchanged"]
    assert JournalChange.objects.count() == before


def test_amounts_choices_and_codes_are_understood_in_the_words_of_the_file() -> None:
    PaymentTerms.objects.create(code="30D", description="Netto 30 dager")
    row = customers(
        "Kundenr;Navn;Kredittgrense;Betalingsbetingelser;Sperret;Type\n"
        "K1;Nordlys AS;1 250 000,50;netto 30 dager;Ship;Firma\n"
        "K2;Anna Berg;(12,5);30d;all;Person\n"
        "K3;Granit AB;1.000;;;\n"
    )
    assert counts(row) == (2, 0, 0, 1)
    assert messages(row, 2) == ["value_invalid"]
    first, third = Customer.objects.get(no="K1"), Customer.objects.get(no="K3")
    assert (first.credit_limit_lcy, third.credit_limit_lcy) == (Decimal("1250000.50"), Decimal(1000))
    assert (first.payment_terms_code, first.blocked, first.contact_type) == ("30D", "ship", "company")


def test_persons_in_a_customer_file_get_person_contacts() -> None:  # B-47
    row = customers("Customer no,Name\nK1,Anna Berg\n", contact_type="person")
    assert counts(row) == (1, 0, 0, 0)
    contact = hub_of(Customer.objects.get(no="K1"))
    assert contact is not None
    assert (contact.type, contact.first_name, contact.surname) == ("person", "Anna", "Berg")


def test_payer_may_stand_anywhere_in_the_file() -> None:
    content = "Customer no,Name,Bill-to customer\nK2,Branch AS,K1\nK1,Head AS,\nK3,Lost AS,K9\nK4,Self AS,K4\n"
    planned = counts(actions.check(begin(content, kind="customers"), wait=True))
    row = customers(content)
    assert counts(row) == planned == (3, 0, 0, 1)
    assert messages(row, 3) == ["not_found"]
    assert Customer.objects.get(no="K2").bill_to_customer_id == Customer.objects.get(no="K1").pk
    assert Customer.objects.get(no="K4").bill_to_customer_id is None


def test_primary_contact_is_named_by_number() -> None:  # B-72
    company = records.create(Contact, {"name": "Nordlys AS"})
    anna = records.create(Contact, {"no": "P1", "type": "person", "name": "Anna Berg", "company_no": company.no})
    row = customers("Customer no,Name,Primary contact no\nK1,Nordlys AS,P1\nK2,Granit AB,P9\n")
    assert counts(row) == (1, 0, 0, 1), [found.messages for found in row.rows.all()]
    assert messages(row, 2) == ["not_found"]
    customer = Customer.objects.get(no="K1")
    assert (customer.primary_contact_id, customer.contact) == (anna.pk, "Anna Berg")
    assert hub_of(customer) == company


def test_template_of_a_selection_rule_fills_the_blanks() -> None:  # 16.5
    PaymentTerms.objects.create(code="14D", description="14 days")
    records.create(CustomerTemplate, {"code": "ABROAD", "payment_terms_code": "14D", "city": "Nowhere"})
    records.create(
        TemplateRule, {"table": "customer", "field": "country_code", "value": "SE", "template_code": "ABROAD"}
    )
    row = customers("Customer no,Name,Country,City\nK1,Granit AB,Sverige,Umeå\nK2,Nordlys AS,Norge,Alta\n")
    assert counts(row) == (2, 0, 0, 0)
    abroad, home = Customer.objects.get(no="K1"), Customer.objects.get(no="K2")
    assert (abroad.payment_terms_code, abroad.city) == ("14D", "Umeå")
    assert (home.payment_terms_code, home.city) == (None, "Alta")


def test_vendors_bank_accounts_and_employees_are_imported() -> None:
    assert counts(run("Vendor no,Name,City\nV1,Granit AB,Umeå\n", kind="vendors")) == (1, 0, 0, 0)
    accounts = "Account code;Bank;IBAN;BIC\nDRIFT;Fjordbanken;NO93 8601 1117 947;FJORNO22\n"
    assert counts(run(accounts, kind="bank_accounts")) == (1, 0, 0, 0)
    people = "Ansattnr;Navn;E-post;Fødselsdato;Kjønn\nA1;Anna Maria Berg;anna@firma.example;05.11.1990;Female\n"
    assert counts(run(people, kind="employees")) == (1, 0, 0, 0)
    vendor, account, anna = Vendor.objects.get(no="V1"), BankAccount.objects.get(), Employee.objects.get(no="A1")
    assert hub_of(vendor) is not None
    assert hub_of(account) is not None
    assert (account.no, account.iban, account.swift_code) == ("DRIFT", "NO93 8601 1117 947", "FJORNO22")
    assert (anna.first_name, anna.middle_name, anna.last_name) == ("Anna", "Maria", "Berg")
    assert (anna.company_email, anna.birth_date, anna.gender) == ("anna@firma.example", dt.date(1990, 11, 5), "female")


def test_bank_account_is_found_by_iban_however_it_is_written() -> None:
    records.create(BankAccount, {"no": "DRIFT", "name": "Fjordbanken", "iban": "NO93 8601 1117 947"})
    row = run("IBAN,BIC\nno9386011117947,FJORNO22\n", kind="bank_accounts")
    assert counts(row) == (0, 1, 0, 0)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Company e-mail,Job title\nANNA@firma.example,Chief\n", (0, 1, 0, 0)),
        ("First name,Last name,Job title\nanna,berg,Chief\n", (0, 1, 0, 0)),
        ("First name,Last name,Birth date\nAnna,Berg,1990-11-05\n", (0, 0, 1, 0)),
        ("First name,Last name,Birth date\nAnna,Berg,1991-01-01\n", (1, 0, 0, 0)),
    ],
)
def test_employee_is_found_by_address_or_name_and_birth(content: str, expected: tuple[int, int, int, int]) -> None:
    values = {"first_name": "Anna", "last_name": "Berg", "birth_date": "1990-11-05"}
    records.create(Employee, {**values, "company_email": "anna@firma.example"})
    assert counts(run(content, kind="employees")) == expected


def test_bad_rows_are_refused_at_their_field_and_the_others_imported() -> None:
    rows = [
        "K1,Nordlys AS,22 00 00 00,30D,",
        f"K2,Long AS,{'1' * 40},,",
        "K3,Terms AS,,NEVER,",
        "K4,,,,",
        "K5,Credit AS,,,much",
        "K6,Fête 🎉 AS,,,",
        "K7,شركة الشمال,,,",
        "K8,'=HYPERLINK(1),,,",
    ]
    PaymentTerms.objects.create(code="30D", description="30 days")
    row = customers("Customer no,Name,Phone,Payment terms,Credit limit\n" + "\n".join(rows) + "\n")
    assert counts(row) == (4, 0, 0, 4)
    found = {r.number: (r.messages[0]["code"], r.messages[0]["field"]) for r in row.rows.filter(outcome="fail")}
    assert found == {
        2: ("value_too_long", "phone_no"),
        3: ("not_found", "payment_terms_code"),
        4: ("field_required", "name"),
        5: ("value_invalid", "credit_limit_lcy"),
    }
    names = dict(Customer.objects.filter(no__in=("K6", "K7", "K8")).values_list("no", "name"))
    assert names == {"K6": "Fête 🎉 AS", "K7": "شركة الشمال", "K8": "=HYPERLINK(1)"}
    hubs = ContactBusinessRelation.objects.filter(linked_no__in=names).values_list("linked_no", "contact__name")
    assert dict(hubs) == names


def test_file_in_another_encoding_is_read() -> None:
    row = customers("Kundenr;Navn\nK1;Sjømat & Brød AS\n".encode("cp1252"))
    assert counts(row) == (1, 0, 0, 0)
    assert Customer.objects.get(no="K1").name == "Sjømat & Brød AS"


def test_number_twice_in_a_file_means_one_customer() -> None:
    content = "Customer no,Name,City,Phone\nK1,Nordlys AS,Alta,\nK1,Nordlys AS,,78 44 00 00\n"
    checked = actions.check(begin(content, kind="customers"), wait=True)
    assert messages(checked, 2) == ["import.same_in_file"]
    row = customers(content)
    assert counts(row) == (1, 1, 0, 0)
    customer = Customer.objects.get(no="K1")
    assert (customer.city, customer.phone_no) == ("Alta", "78 44 00 00")
    assert ContactBusinessRelation.objects.filter(linked_id=customer.pk).count() == 1


def test_number_taken_refuses_its_row_alone_and_leaves_no_contact() -> None:
    records.create(Customer, {"no": "K2", "name": "Other"})
    lines = "".join(f"K{n},Firm {n}\n" for n in range(1, 20))
    row = customers("Customer no,Name\n" + lines, on_match="create")
    assert counts(row) == (18, 0, 0, 1)
    assert messages(row, 2) == ["already_exists"]
    assert not Contact.objects.filter(name="Firm 2").exists()
    assert Contact.objects.filter(name__startswith="Firm ").count() == 18


def test_undo_takes_customers_and_their_contacts_back_together() -> None:
    kept = records.create(Customer, {"no": "K1", "name": "Nordlys AS", "city": "Alta"})
    before = Contact.objects.count(), ContactBusinessRelation.objects.count()
    row = customers("Customer no,Name,City\nK1,Nordlys AS,Moss\nK2,Granit AB,\nK3,Sjømat AS,\n")
    assert counts(row) == (2, 1, 0, 0)
    row = actions.take_back(row, wait=True)
    kept.refresh_from_db()
    assert (row.status, row.rows_kept) == ("undone", 0)
    assert kept.city == "Alta"
    assert list(Customer.objects.values_list("no", flat=True)) == ["K1"]
    assert (Contact.objects.count(), ContactBusinessRelation.objects.count()) == before


def test_missing_relation_code_makes_no_contacts_and_refuses_nothing() -> None:  # B-45
    from tuttava.contacts.setup import marketing_setup

    setup = marketing_setup()
    setup.bus_rel_for_customers_code = None
    setup.save()
    before = Contact.objects.count()
    assert counts(customers("Customer no,Name\nK1,Nordlys AS\n")) == (1, 0, 0, 0)
    assert Contact.objects.count() == before


def test_dry_run_stores_nothing_and_foretells_the_run() -> None:
    records.create(Customer, {"no": "K1", "name": "Nordlys AS"})
    content = "Customer no,Name,Phone\nK1,Nordlys AS,78 44 00 00\nK2,Granit AB,\nK3,Feil AS,ring\nK2,Granit AB,\n"
    before = Customer.objects.count(), Contact.objects.count(), JournalChange.objects.count()
    row = actions.check(begin(content, kind="customers"), wait=True)
    assert (Customer.objects.count(), Contact.objects.count(), JournalChange.objects.count()) == before
    assert counts(row) == (1, 2, 0, 1)


def test_who_may_write_contacts_alone_imports_no_customers() -> None:
    with acting(rights=frozenset({"api.read", "api.write:contacts"})):
        begin("Name\nNordlys AS\n")
        with pytest.raises(DomainError) as refused:
            begin("Name\nNordlys AS\n", kind="customers")
    assert refused.value.code == "permission.denied"


def test_number_of_queries_does_not_grow_with_the_rows() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries(first: int, rows: int) -> int:
        numbers = range(first, first + rows)
        lines = "".join(f"K{n},Firm {n},post{n}@firm.example,22 00 {n},{n},Town {n}\n" for n in numbers)
        with CaptureQueriesContext(connection) as caught:
            row = customers("Customer no,Name,E-mail,Phone,Post code,City\n" + lines)
        assert counts(row) == (rows, 0, 0, 0)
        return len(caught)

    queries(1000, 5)
    assert queries(3000, 200) <= queries(2000, 20) + 5
