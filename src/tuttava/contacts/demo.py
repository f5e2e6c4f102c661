"""The contacts of a demo company: a fictitious trading house with customers and vendors around the North Sea.

Everything is made up: e-mail domains end in ``.example``, phone numbers lie in ranges that are reserved for fiction or
not given out, tax numbers begin with a digit that is not given out. The same seed gives the same register. Rows go
through the rules of the register, in batches.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from tuttava.contacts import models
from tuttava.contacts.models import Contact, ContactType
from tuttava.contacts.rules.relations import PROGRAM
from tuttava.contacts.rules.tax_numbers import matches
from tuttava.foundation.company import vat_formats
from tuttava.foundation.context import acting
from tuttava.foundation.filling import create_many
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import CommentLine, Country, Language, OwnerKind, Territory
from tuttava.foundation.text import fold, words
from tuttava.partners.models import Salesperson

SEED = 20261121
INDEPENDENT = 18
#: Organizational level and job responsibilities that go with a role.
ROLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "CEO": ("CEO", ("MGMT",)),
    "CFO": ("CFO", ("APR", "ARR")),
    "PURCHASE": ("MANA", ("PURCHASE",)),
    "SALE": ("SALEMP", ("SALE",)),
    "MARKETING": ("MANA", ("MARKETING",)),
    "IT": ("MANA", ("IT",)),
    "APR": ("SALEMP", ("APR",)),
    "PROD": ("MANA", ("PROD",)),
}
SECOND_ADDRESSES = ("WAREHOUSE", "SHOP", "INVOICES")
COMMENTED, WITH_SECOND_ADDRESS, WITH_CABIN = 40, 14, 5
LARGEST_NUMBER_OF_PEOPLE = 6

Values = dict[str, Any]
#: Relations and groups come from a program here, not from a user who chooses.
_AS_PROGRAM = {PROGRAM: True}


@dataclass
class Draft:
    """A contact to be: its values, and what is linked to it afterwards."""

    country: str
    values: Values
    industry_group: str = ""
    relation: str = ""
    responsibilities: Sequence[str] = ()
    mailing_groups: list[str] = field(default_factory=list)


def create_demo_contacts() -> int:
    """Fill the register of the company at hand; returns how many contacts it got."""
    maker = _Maker(json.loads((files("tuttava.contacts") / "data" / "demo.json").read_text(encoding="utf-8")))
    with acting(interactive=False, answers={}, messages=[], cache={}), unit_of_work("create demo contacts"):
        companies = maker.companies()
        firms = _save_contacts(companies)
        people = maker.people(firms, companies)
        persons = _save_contacts(people)
        maker.second_addresses(firms, persons)
        maker.comments([*firms, *persons])
    return len(firms) + len(persons)


def _save_contacts(drafts: Sequence[Draft]) -> list[Contact]:
    contacts = create_many(Contact, [draft.values for draft in drafts], memory=_AS_PROGRAM)
    _save_links(zip(contacts, drafts, strict=True))
    return contacts


def _save_links(pairs: Iterable[tuple[Contact, Draft]]) -> None:
    rows: dict[type[models.ContactLink], list[Values]] = {}
    for contact, draft in pairs:
        links: list[tuple[type[models.ContactLink], str]] = [
            (models.ContactIndustryGroup, draft.industry_group),
            (models.ContactBusinessRelation, draft.relation),
            *((models.ContactJobResponsibility, code) for code in draft.responsibilities),
            *((models.ContactMailingGroup, code) for code in draft.mailing_groups),
        ]
        for model, code in links:
            if code:
                rows.setdefault(model, []).append({"contact": contact, model.code_name: code})
    for model, values in rows.items():
        create_many(model, values, memory=_AS_PROGRAM)


class _Maker:
    """Draws from the words of ``data`` in a fixed order."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.random = random.Random(SEED)  # noqa: S311 - nothing here is secret
        self.lands: dict[str, dict[str, Any]] = {code: land for code, land in data.items() if len(code) == 2}
        self.remarks: list[str] = data["comments"]
        self.countries = set(Country.objects.values_list("code", flat=True))
        self.languages = set(Language.objects.values_list("code", flat=True))
        self.territories = set(Territory.objects.values_list("code", flat=True))
        self.salespeople = set(Salesperson.objects.values_list("code", flat=True))
        self.names: set[str] = set()

    def companies(self) -> list[Draft]:
        drafts = [self._company(code, land, *row) for code, land in self.lands.items() for row in land["companies"]]
        self.random.shuffle(drafts)
        return drafts

    def _company(self, country: str, land: dict[str, Any], name: str, industry: str, relation: str) -> Draft:
        domain = f"{''.join(fold(word) for word in words(name)[:2])}.example"
        values = {
            **self._common(country, land),
            **self._place(land),
            "type": ContactType.COMPANY,
            "name": name,
            "phone_no": self._digits(land["land_line"]),
            "email": f"{self.random.choice(['post', 'info', 'office'])}@{domain}",
            "home_page": f"https://www.{domain}",
            **self._tax_number(country, land["tax_number"]),
        }
        groups = ["X-CARD"] if relation in ("CUST", "VEND") and self.random.random() < 0.6 else []
        return Draft(country, values, industry, relation, mailing_groups=groups)

    def people(self, firms: Sequence[Contact], companies: Sequence[Draft]) -> list[Draft]:
        """Two to six people a company, and some who belong to none; a few of them blocked."""
        drafts: list[Draft] = []
        for firm, draft in zip(firms, companies, strict=True):
            number = self.random.choices(range(1, LARGEST_NUMBER_OF_PEOPLE + 1), (1, 4, 5, 4, 2, 1))[0]
            roles = ["CEO", *self.random.sample(list(ROLES)[1:], number - 1)]
            drafts += [self._employee(firm, draft.country, role) for role in roles]
        lands = list(self.lands)
        drafts += [self._independent(code, self.lands[code]) for code in self.random.choices(lands, k=INDEPENDENT)]
        drafts[-1].values["minor"] = True
        for draft in self.random.sample(drafts[:-1], 3):
            draft.values["privacy_blocked"] = True
        for draft in self.random.sample(drafts[:-1], 8):
            draft.values["exclude_from_segment"] = True
        return drafts

    def _employee(self, firm: Contact, country: str, role: str) -> Draft:
        land, (level, responsibilities) = self.lands[country], ROLES[role]
        person = self._person(land, firm.email.partition("@")[2])
        values = {**person, "company_no": firm.no, "job_title": land["titles"][role], "organizational_level": level}
        if self.random.random() < 0.5:
            values["mobile_phone_no"] = self._digits(land["mobile"])
        groups = ["NEWS"] if self.random.random() < 0.35 else []
        groups += ["X-GIFT"] if role == "CEO" and self.random.random() < 0.3 else []
        return Draft(country, values, responsibilities=responsibilities, mailing_groups=groups)

    def _independent(self, country: str, land: dict[str, Any]) -> Draft:
        values = {
            **self._common(country, land),
            **self._place(land),
            **self._person(land, "mail.example"),
            "mobile_phone_no": self._digits(land["mobile"]),
        }
        return Draft(country, values, mailing_groups=["NEWS"] if self.random.random() < 0.5 else [])

    def _person(self, land: dict[str, Any], domain: str) -> Values:
        """A name that nobody else in the demo has, and the address made of it."""
        while True:
            woman = self.random.random() < 0.5
            first = self.random.choice(land["women" if woman else "men"])
            surname = self.random.choice(land["family"])
            if f"{first} {surname}" not in self.names:
                break
        self.names.add(f"{first} {surname}")
        local = ".".join("".join(fold(word) for word in words(part)) for part in (first, surname))
        return {
            "type": ContactType.PERSON,
            "name": f"{first} {surname}",
            "salutation": "F" if woman else "M",
            "email": f"{local}@{domain}",
        }

    def _common(self, country: str, land: dict[str, Any]) -> Values:
        territory = self.random.choice(land["territories"])
        return {
            "country": country if country in self.countries else "",
            "language": land["language"] if land["language"] in self.languages else "",
            "territory": territory if territory in self.territories else "",
            "salesperson": land["salesperson"] if land["salesperson"] in self.salespeople else "",
        }

    def _place(self, land: dict[str, Any]) -> Values:
        code, city = self.random.choice(land["places"])
        street = self.random.choice(land["streets"]).format(n=self.random.randint(1, 94))
        return {"post_code": code, "city": city, "address": street}

    def _tax_number(self, country: str, shape: str) -> Values:
        """A tax number only where the formats of the country take it."""
        number = self._digits(shape)
        shapes = vat_formats(country)
        fits = not shapes or any(matches(number, each) for each in shapes)
        return {"vat_registration_no": number if fits else ""}

    def _digits(self, shape: str) -> str:
        return "".join(str(self.random.randrange(10)) if char == "#" else char for char in shape)

    def second_addresses(self, firms: Sequence[Contact], persons: Sequence[Contact]) -> None:
        """Warehouses and shops of companies, and cabins to which the post goes in July."""
        rows: list[Values] = []
        for firm in self.random.sample(list(firms), WITH_SECOND_ADDRESS):
            place = self._place(self._land_of(firm))
            code = self.random.choice(SECOND_ADDRESSES)
            values = {"contact": firm, "code": code, "company_name": firm.name, "country": firm.country_code}
            rows.append({**values, **place})
        campers = self.random.sample([person for person in persons if not person.privacy_blocked], WITH_CABIN)
        for person in campers:
            place = self._place(self._land_of(person))
            rows.append({"contact": person, "code": "CABIN", "country": person.country_code, **place})
        saved = create_many(models.ContactAltAddress, rows)
        year = dt.date.today().year
        periods = [
            {
                "contact": cabin.contact,
                "alt_address": cabin,
                "starting_date": dt.date(summer, 7, 1),
                "ending_date": dt.date(summer, 7, 31),
            }
            for cabin in saved
            if cabin.code == "CABIN"
            for summer in (year, year + 1)
        ]
        create_many(models.ContactAltAddressPeriod, periods)

    def _land_of(self, contact: Contact) -> dict[str, Any]:
        return self.lands.get(contact.country_code or "") or next(iter(self.lands.values()))

    def comments(self, contacts: Sequence[Contact]) -> None:
        owners = self.random.sample(list(contacts), COMMENTED)
        rows = [
            {"owner_kind": OwnerKind.CONTACT, "owner_id": owner.pk, "comment": self.random.choice(self.remarks)}
            for owner in owners
        ]
        create_many(CommentLine, rows)
