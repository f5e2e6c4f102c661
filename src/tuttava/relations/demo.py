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
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

from tuttava.contacts.models import (
    Contact,
    ContactBusinessRelation,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactType,
)
from tuttava.foundation.company import company_information
from tuttava.foundation.context import acting, current
from tuttava.foundation.directory.actions import company_created, demo_data_wanted
from tuttava.foundation.filling import create_many
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Country, Language
from tuttava.foundation.records import change
from tuttava.partners.defaults import PEOPLE
from tuttava.partners.models import (
    BankAccount,
    Customer,
    CustomerBlocked,
    Employee,
    OrderAddress,
    RegisterEntry,
    Salesperson,
    ShipToAddress,
    TemplateRule,
    Vendor,
    VendorBankAccount,
)
from tuttava.partners.templating import TEMPLATES
from tuttava.relations.actions import create_as
from tuttava.relations.founding import appoint

SEED = 20261122
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
#: Where our own company lies, if its country is the one of the address.
_PLACE = ("address", "post_code", "city")
_MEN = ("JV", "ES", "TB")
_PRIVATE_BUYERS, _PRIVATE_MAIL = 6, "@mail.example"
_BOTH_WAYS = "Noorderlicht Groothandel B.V."
_BLOCKED = {"Havneboden Handel AS": CustomerBlocked.ALL, "Hotel Kiekut GmbH": CustomerBlocked.SHIP}
_WITH_WAREHOUSE, _WITH_ORDER_ADDRESS, _WITH_ACCOUNT = 9, 4, 12

Values = dict[str, Any]
Party = Customer | Vendor

#: Whoever may create a company, or fill it from the command line, may have all of this done there.
EVERYTHING = frozenset({"*"})


def connect() -> None:
    """Listen to new companies and to wishes for demo data, after the contacts are there."""
    company_created.connect(_company_created, dispatch_uid="relations.demo")
    demo_data_wanted.connect(_demo_data_wanted, dispatch_uid="relations.demo")


def _company_created(*, setup_data: str, **_signal: Any) -> None:
    if setup_data == "demo":
        create_demo_registers()


def _demo_data_wanted(*, contacts: int | None, **_signal: Any) -> None:
    if contacts is None:
        create_demo_registers()


def demo_data(package: str) -> Any:
    """What the demo data of a room is made of."""
    return json.loads((files(package) / "data" / "demo.json").read_text(encoding="utf-8"))


def create_demo_registers() -> None:
    """Fill the registers of the company at hand from its demo contacts and with some of their own."""
    with (
        acting(rights=EVERYTHING, interactive=False, answers={}, messages=[], cache={}),
        unit_of_work("create demo registers"),
    ):
        maker = _Maker(demo_data("tuttava.relations"))
        maker.template_rules()
        maker.records_from_contacts()
        maker.contacts_from_records()
        maker.primary_contacts()
        maker.own_people()
        maker.further_addresses()
        maker.blocked_ones()


class _Maker:
    """Draws from the words of ``data`` in a fixed order."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.random = random.Random(SEED)  # noqa: S311 - nothing here is secret
        self.home = company_information().country_code or ""
        self.templates = {
            table: set(model._default_manager.values_list("code", flat=True)) for table, model in TEMPLATES.items()
        }
        self.makers = set(
            ContactIndustryGroup.objects.filter(industry_group__code="MAN").values_list("contact_id", flat=True)
        )
        self.customers: list[Customer] = []
        self.vendors: list[Vendor] = []
        self.salespeople = set(Salesperson.objects.values_list("code", flat=True))
        self.languages = set(Language.objects.values_list("code", flat=True))
        self.countries = set(Country.objects.values_list("code", flat=True))

    def template_rules(self) -> None:
        """Which template fills the blanks of customers and vendors that come without a contact (16.5)."""
        if not TemplateRule.objects.exists():
            rules = [each for each in self._rules() if each["template_code"] in self.templates[each["table"]]]
            create_many(TemplateRule, rules)

    def _rules(self) -> Iterator[Values]:
        """Rules are asked in their order: persons first, then customers at home, then all others."""
        kinds = (
            ("contact_type", ContactType.PERSON, "PRIVATE"),
            ("country_code", self.home, "DOMESTIC"),
            ("contact_type", ContactType.COMPANY, "EXPORT"),
        )
        for place, (field, value, code) in enumerate(kinds, 1):
            yield {"table": "customer", "line_no": place * 10000, "field": field, "value": value, "template_code": code}
        yield {"table": "vendor", "line_no": 10000, "field": "blocked", "value": "none", "template_code": "GOODS"}

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
        record = self._created(contact, table)
        if isinstance(record, Customer):
            self.customers.append(record)
        elif isinstance(record, Vendor):
            self.vendors.append(record)
        elif isinstance(record, BankAccount):
            change(record, self.data["banks"].get(record.name, {}))

    def _created(self, contact: Contact, table: str) -> RegisterEntry:
        template = self._template(contact, table)
        known = template in self.templates.get(table, ())
        return create_as(contact, table, template_code=template if known else "", use_template=known)

    def _template(self, contact: Contact, table: str) -> str:
        if table == Customer.table:
            at_home = contact.country_code in (None, self.home)
            return "PRIVATE" if contact.is_person else "DOMESTIC" if at_home else "EXPORT"
        if table == Vendor.table:
            return "GOODS" if contact.pk in self.makers else "SERVICES"
        return "OFFICE" if table == Employee.table else ""

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
        own: Values = self.data["company"]
        company = company_information()
        if self.home != "NO":
            own = {name: value for name, value in own.items() if name not in _PLACE}
        elif not company.address:
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
            employee = self._created(person, Employee.table)
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


def _names_of_demo_contacts() -> list[str]:
    lands = demo_data("tuttava.contacts")
    return [row[0] for code, land in lands.items() if len(code) == 2 for row in land["companies"]]
