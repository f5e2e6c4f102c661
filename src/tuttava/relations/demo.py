"""Customers, vendors, bank accounts and employees of a demo company, each with the contact behind it (B.7).

Most are made from the contacts that the demo has already, as a user would; some come into their register first and
bring their contacts. Our own company and its people are contacts too. Everything is fictitious, addresses end in
``.example``, and the same seed gives the same registers.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import uuid
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from tuttava.contacts.models import Contact, ContactBusinessRelation, ContactJobResponsibility, ContactType
from tuttava.foundation.company import company_information
from tuttava.foundation.context import acting, current
from tuttava.foundation.directory.actions import company_created, demo_data_wanted
from tuttava.foundation.fields import as_code
from tuttava.foundation.filling import create_many
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Country, Language
from tuttava.foundation.records import change
from tuttava.partners.defaults import PEOPLE
from tuttava.partners.models import (
    BankAccount,
    Customer,
    CustomerBlocked,
    CustomerTemplate,
    Employee,
    EmployeeTemplate,
    OrderAddress,
    PaymentMethod,
    PaymentTerms,
    RegisterTemplate,
    Salesperson,
    ShipmentMethod,
    ShipToAddress,
    TemplateRule,
    Vendor,
    VendorBankAccount,
    VendorTemplate,
)
from tuttava.relations.actions import create_as
from tuttava.relations.founding import appoint

SEED = 20261122
LANGUAGES = ("en", "nb", "nl", "fi")
#: Relation codes that the demo's contacts carry as labels until a record stands behind them.
_LABELS = {"CUST": Customer.table, "VEND": Vendor.table, "BANK": BankAccount.table}
#: Who cares for customers of a country, and what language they are written to in.
_LANDS = {
    "NO": ("IH", "NB"),
    "NL": ("JV", "NL"),
    "SE": ("ES", "SV"),
    "DK": ("ES", "DA"),
    "FI": ("AK", "FI"),
    "DE": ("JV", "DE"),
}
_MEN = ("JV", "ES", "TB")
_PRIVATE_BUYERS, _PRIVATE_MAIL = 6, "@mail.example"
_BOTH_WAYS = "Noorderlicht Groothandel B.V."
_BLOCKED = {"Havneboden Handel AS": CustomerBlocked.ALL, "Hotel Kiekut GmbH": CustomerBlocked.SHIP}
_WITH_WAREHOUSE, _WITH_ORDER_ADDRESS, _WITH_ACCOUNT = 9, 4, 12

Values = dict[str, Any]
Party = Customer | Vendor


def connect() -> None:
    """Listen to new companies and to wishes for demo data, after the contacts are there."""
    company_created.connect(_company_created, dispatch_uid="relations.demo")
    demo_data_wanted.connect(_demo_data_wanted, dispatch_uid="relations.demo")


def _company_created(*, setup_data: str, language: str, **_signal: Any) -> None:
    if setup_data == "demo":
        create_demo_registers(language)


def _demo_data_wanted(*, contacts: int | None, **_signal: Any) -> None:
    if contacts is None:
        create_demo_registers(spoken())


def spoken() -> str:
    """The language of the company, as texts of demo data are chosen by it."""
    return (company_information().language_code or "en").lower()


def demo_data(package: str) -> Any:
    """What the demo data of a room is made of."""
    return json.loads((files(package) / "data" / "demo.json").read_text(encoding="utf-8"))


def create_demo_registers(language: str) -> None:
    """Fill the registers of the company at hand from its demo contacts and with some of their own."""
    with acting(interactive=False, answers={}, messages=[], cache={}), unit_of_work("create demo registers"):
        maker = _Maker(demo_data("tuttava.relations"), LANGUAGES.index(language) if language in LANGUAGES else 0)
        maker.terms()
        maker.templates()
        maker.records_from_contacts()
        maker.contacts_from_records()
        maker.primary_contacts()
        maker.own_people()
        maker.further_addresses()
        maker.blocked_ones()


class _Maker:
    """Draws from the words of ``data`` in a fixed order; ``column`` is the language of its texts."""

    def __init__(self, data: dict[str, Any], column: int) -> None:
        self.data = data
        self.column = column
        self.random = random.Random(SEED)  # noqa: S311 - nothing here is secret
        self.home = company_information().country_code or ""
        self.customers: list[Customer] = []
        self.vendors: list[Vendor] = []
        self.salespeople = set(Salesperson.objects.values_list("code", flat=True))
        self.languages = set(Language.objects.values_list("code", flat=True))
        self.countries = set(Country.objects.values_list("code", flat=True))

    def terms(self) -> None:
        """Terms of payment and delivery, as far as the company has none of that code."""
        terms = [{"code": code, "due_date_calculation": due} for code, due, *_words in self.data["payment_terms"]]
        self._codes(PaymentTerms, terms, [row[2:] for row in self.data["payment_terms"]])
        for model, name in ((PaymentMethod, "payment_methods"), (ShipmentMethod, "shipment_methods")):
            rows = self.data[name]
            self._codes(model, [{"code": row[0]} for row in rows], [row[1:] for row in rows])

    def _codes(self, model: Any, rows: Sequence[Values], words: Sequence[Sequence[str]]) -> None:
        known = set(model.objects.values_list("code", flat=True))
        described = [row | {"description": texts[self.column]} for row, texts in zip(rows, words, strict=True)]
        create_many(model, [row for row in described if as_code(row["code"]) not in known])

    def templates(self) -> None:
        """Templates for customers at home, abroad and private, for vendors and employees; rules that choose them."""
        models: tuple[tuple[type[RegisterTemplate], str], ...] = (
            (CustomerTemplate, "customer_templates"),
            (VendorTemplate, "vendor_templates"),
            (EmployeeTemplate, "employee_templates"),
        )
        for model, name in models:
            rows = [
                {"code": code, **values} | ({"contact_type": kind} if kind else {})
                for code, kind, values, *_words in self.data[name]
            ]
            self._codes(model, rows, [row[3:] for row in self.data[name]])
        if not TemplateRule.objects.exists():
            create_many(
                TemplateRule,
                [
                    {"table": "customer", "line_no": 10000, **_rule("contact_type", ContactType.PERSON, "PRIVATE")},
                    {"table": "customer", "line_no": 20000, **_rule("country_code", self.home, "DOMESTIC")},
                    {"table": "customer", "line_no": 30000, **_rule("contact_type", ContactType.COMPANY, "ABROAD")},
                    {"table": "vendor", "line_no": 10000, **_rule("blocked", "none", "STANDARD")},
                ],
            )

    def records_from_contacts(self) -> None:
        """Who is labelled a customer, vendor or bank becomes one, some private buyers too, and one is both."""
        labels = ContactBusinessRelation.objects.filter(
            business_relation__in=list(_LABELS), linked_id=None, contact__name__in=_names_of_demo_contacts()
        )
        for label in labels.select_related("contact").order_by("contact__no"):
            self._create(label.contact, _LABELS[str(label.business_relation_code)])
            if label.contact.name == _BOTH_WAYS:
                self._create(label.contact, Vendor.table)
        people = Contact.objects.filter(
            type=ContactType.PERSON, company=None, privacy_blocked=False, minor=False, email__endswith=_PRIVATE_MAIL
        )
        for person in people.filter(contactbusinessrelations=None).order_by("no")[:_PRIVATE_BUYERS]:
            self._create(person, Customer.table)

    def _create(self, contact: Contact, table: str) -> None:
        record = create_as(contact, table, template_code=self._template(contact, table))
        if isinstance(record, Customer):
            self.customers.append(record)
        elif isinstance(record, Vendor):
            self.vendors.append(record)
        elif isinstance(record, BankAccount):
            change(record, self.data["banks"].get(record.name, {}))

    def _template(self, contact: Contact, table: str) -> str:
        if table == Customer.table:
            at_home = contact.country_code in (None, self.home)
            return "PRIVATE" if contact.is_person else "DOMESTIC" if at_home else "ABROAD"
        return "STANDARD" if table == Vendor.table else ""

    def contacts_from_records(self) -> None:
        """Customers and vendors that were in their register first: each brings a contact and a person (B-45, B-77)."""
        self.customers += create_many(Customer, [self._party("salesperson", *row) for row in self.data["customers"]])
        self.vendors += create_many(Vendor, [self._party("purchaser", *row) for row in self.data["vendors"]])

    def _party(self, responsible: str, country: str, name: str, person: str, *place_and_reach: str) -> Values:
        address, post_code, city, phone, email = place_and_reach
        salesperson, language = _LANDS[country]
        values = {
            "name": name,
            "contact": person,
            "country": country if country in self.countries else "",
            "address": address,
            "post_code": post_code,
            "city": city,
            "phone_no": phone,
            "email": email,
            "home_page": f"https://www.{email.partition('@')[2]}",
            "language": language if language in self.languages else "",
        }
        return values | ({responsible: salesperson} if salesperson in self.salespeople else {})

    def primary_contacts(self) -> None:
        """Whoever buys for a customer and sells for a vendor, else the head of the house, is whom we turn to (B-74)."""
        for records, duty in ((self.customers, "PURCHASE"), (self.vendors, "SALE")):
            appointed = [record for record in records if record.primary_contact_id is None]
            primary = self._people_with(duty, appointed)
            appoint([record for record in appointed if record.pk in primary], primary)

    def _people_with(self, duty: str, records: Sequence[Party]) -> dict[uuid.UUID, Contact]:
        """Somebody with this responsibility behind each record, else the first of its people; by the record's id."""
        rows = ContactBusinessRelation.objects.filter(linked_id__in=[record.pk for record in records])
        hubs = {contact: record for contact, record in rows.values_list("contact_id", "linked_id") if record}
        with_duty = set(
            ContactJobResponsibility.objects.filter(job_responsibility__code=duty).values_list("contact_id", flat=True)
        )
        people = Contact.objects.filter(company_id__in=list(hubs), type=ContactType.PERSON, privacy_blocked=False)
        found: dict[uuid.UUID, Contact] = {}
        for person in sorted(people.order_by("no"), key=lambda each: each.pk not in with_duty):
            if person.company_id is not None:
                found.setdefault(hubs[person.company_id], person)
        return found

    def own_people(self) -> None:
        """Our own company and our salespeople as its persons, who are our employees."""
        if not self.salespeople.issuperset(code for code, *_rest in PEOPLE):
            return
        own = self.data["company"]
        company = company_information()
        if self.home == "NO" and not company.address:
            change(company, own)
        firm = create_many(Contact, [own | {"type": ContactType.COMPANY, "name": company.name, "country": self.home}])[
            0
        ]
        numbers = range(1, len(PEOPLE) + 1)
        persons = create_many(
            Contact,
            [
                {
                    "type": ContactType.PERSON,
                    "name": name,
                    "company_no": firm.no,
                    "job_title": job_title,
                    "phone_no": f"{own['phone_no'][:-2]}{60 + number}",
                    "email": f"{code.lower()}@{own['email'].partition('@')[2]}",
                    "salutation": "M" if code in _MEN else "F",
                }
                for number, (code, name, job_title, *_team) in zip(numbers, PEOPLE, strict=True)
            ],
        )
        for number, person, (code, *_rest) in zip(numbers, persons, PEOPLE, strict=True):
            employee = create_as(person, Employee.table, template_code="OFFICE")
            hired = dt.date(current().today.year - 2 * number, (5 * number) % 12 + 1, 1)
            change(employee, {"salesperson": code, "company_email": person.email, "employment_date": hired})

    def further_addresses(self) -> None:
        """Warehouses of customers, order desks of vendors, and where vendors want to be paid."""
        shipped = self.random.sample([each for each in self.customers if self._places(each)], _WITH_WAREHOUSE)
        create_many(
            ShipToAddress, [self._elsewhere(each) | {"customer": each, "code": "WAREHOUSE"} for each in shipped]
        )
        ordered = self.random.sample([each for each in self.vendors if self._places(each)], _WITH_ORDER_ADDRESS)
        create_many(OrderAddress, [self._elsewhere(each) | {"vendor": each, "code": "ORDERS"} for each in ordered])
        paid = self.random.sample(self.vendors, _WITH_ACCOUNT)
        create_many(VendorBankAccount, [self._account(each) | {"vendor": each, "code": "MAIN"} for each in paid])

    def _places(self, party: Party) -> list[list[str]]:
        return [place for place in self.data["places"] if place[0] == party.country_code]

    def _elsewhere(self, party: Party) -> Values:
        country, address, post_code, city = self.random.choice(self._places(party))
        values = {"name": party.name, "country": country, "address": address, "post_code": post_code, "city": city}
        return values | {"phone_no": party.phone_no, "email": party.email, "contact": party.contact}

    def _account(self, party: Party) -> Values:
        number = f"9999 {self.random.randrange(10**6):06}"
        return {
            "name": party.name,
            "country": party.country_code or "",
            "bank_account_no": number,
            "iban": f"{party.country_code or 'XX'}00 {number}",
        }

    def blocked_ones(self) -> None:
        """Some are not delivered to any more, and the data of one private buyer is locked (B-67)."""
        for customer in self.customers:
            if customer.name in _BLOCKED:
                change(customer, {"blocked": _BLOCKED[customer.name]})
        private = [each for each in self.customers if each.contact_type == ContactType.PERSON]
        if private:
            change(private[-1], {"privacy_blocked": True})


def _rule(field: str, value: str, template: str) -> Values:
    return {"field": field, "value": value, "template_code": template}


def _names_of_demo_contacts() -> list[str]:
    lands = demo_data("tuttava.contacts")
    return [row[0] for code, land in lands.items() if len(code) == 2 for row in land["companies"]]
