"""Fictitious contacts in any number, as skewed as real ones, with every derived column as the rules would fill it."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils import timezone

from tuttava.contacts.models import (
    Contact,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactMailingGroup,
    ContactType,
    CorrespondenceType,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    MarketingSetup,
    RelationStatus,
)
from tuttava.contacts.models.links import ContactLink
from tuttava.contacts.vocabulary import LANDS, Land
from tuttava.foundation.ids import new_id
from tuttava.foundation.models import Country, Currency, Language, Territory
from tuttava.foundation.search_tokens import set_search
from tuttava.foundation.text import fold, spellings, words
from tuttava.partners.models import Salesperson

COMPANY_SHARE = 0.2
INDEPENDENT_SHARE = 0.12
#: The first company has this many people, so that its changes reach them all.
LARGEST_COMPANY = 500
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXZ"
_CURRENCY = {"NO": "NOK", "NL": "EUR", "SE": "SEK", "DK": "DKK", "FI": "EUR", "GB": "GBP"}


def skewed(count: int, power: float = 0.8) -> list[float]:
    """Cumulated weights by which the first of ``count`` things is far more frequent than the last."""
    return list(itertools.accumulate(1 / (rank + 1) ** power for rank in range(count)))


@dataclass
class Codes:
    """The codes that exist in this company; a missing one leaves its field blank."""

    countries: set[str]
    languages: dict[str, str]
    currencies: set[str]
    territories: list[str]
    salespeople: list[str]
    salutations: dict[str, str | None]

    @classmethod
    def of_company(cls) -> Codes:
        setup = MarketingSetup.objects.first()
        return cls(
            countries=set(Country.objects.values_list("code", flat=True)),
            languages=dict(Language.objects.values_list("code", "format_region")),
            currencies=set(Currency.objects.values_list("code", flat=True)),
            territories=list(Territory.objects.order_by("code").values_list("code", flat=True)),
            salespeople=list(Salesperson.objects.order_by("code").values_list("code", flat=True)),
            salutations={
                ContactType.COMPANY: setup.default_company_salutation_code if setup else None,
                ContactType.PERSON: setup.default_person_salutation_code if setup else None,
            },
        )


@dataclass
class Generator:
    """Makes contacts company by company, each followed by its people. The same seed gives the same contacts."""

    count: int
    seed: int
    codes: Codes
    first_number: int = 1
    now: dt.datetime = field(default_factory=timezone.now)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 - nothing here is secret
        self.numbers = itertools.count(self.first_number)
        self.land_weights = list(itertools.accumulate(land.share for land in LANDS))
        self.domains: set[str] = set()
        self.weights: dict[int, list[float]] = {}

    def contacts(self) -> Iterator[Contact]:
        """All contacts, ``count`` of them."""
        companies = max(1, round(self.count * COMPANY_SHARE))
        people = self.count - companies
        independent = round(people * INDEPENDENT_SHARE)
        sizes = self._sizes(companies, people - independent)
        for size in sizes:
            land = self.random.choices(LANDS, cum_weights=self.land_weights)[0]
            company = self._company(land)
            yield self._finish(company)
            for _number in range(size):
                yield self._finish(self._person(land, company))
        for _number in range(independent):
            land = self.random.choices(LANDS, cum_weights=self.land_weights)[0]
            yield self._finish(self._person(land, None))

    def _sizes(self, companies: int, people: int) -> list[int]:
        """How many people each company has: many have one or none, a few have hundreds."""
        largest = min(LARGEST_COMPANY, people // 2)
        raw = [self.random.paretovariate(1.3) - 1 for _number in range(companies - 1)]
        scale = (people - largest) / (sum(raw) or 1)
        sizes = [largest, *(min(int(size * scale), largest) for size in raw)]
        missing = people - sum(sizes)
        for index in range(missing):
            sizes[1 + index % max(1, companies - 1) if companies > 1 else 0] += 1
        return sizes

    def _pick(self, values: Sequence[str]) -> str:
        weights = self.weights.get(len(values)) or self.weights.setdefault(len(values), skewed(len(values)))
        return self.random.choices(values, cum_weights=weights)[0]

    def _fill(self, shape: str) -> str:
        """``#`` becomes a digit, ``@`` a letter."""
        if "@" in shape:
            shape = "".join(self.random.choice(_LETTERS) if char == "@" else char for char in shape)
        places = shape.count("#")
        filler = iter(f"{self.random.randrange(10**places):0{places}}") if places else iter("")
        return "".join(next(filler) if char == "#" else char for char in shape)

    def _place_name(self, land: Land) -> str:
        return self._pick(land.fronts) + self._pick(land.ends)

    def _surname(self, land: Land) -> str:
        return self._place_name(land).capitalize() if self.random.random() < 0.25 else self._pick(land.family)

    def _company_name(self, land: Land) -> str:
        kind = self.random.random()
        if kind < 0.35:
            front = self._place_name(land)
        elif kind < 0.6:
            front = self._pick(land.family)
        elif kind < 0.75:
            front = self._pick(land.cities)
        else:
            front = f"{self._pick(land.fronts)} {self._pick(land.ends).capitalize()}"
        trade = self._pick(land.trades)
        joined = f"{front}{trade.lower()}" if kind < 0.1 else f"{front} {trade}"
        return f"{joined[0].upper()}{joined[1:]} {self.random.choice(land.legal)}"

    def _domain(self, name: str) -> str:
        """A domain that cannot exist outside, one for each company."""
        stem = "".join(spellings(word)[0] for word in words(name)[:2] if spellings(word))[:28]
        domain = f"{stem}.example"
        for number in itertools.count(2):
            if domain not in self.domains:
                break
            domain = f"{stem}{self.random.randrange(number * 1000)}.example"
        self.domains.add(domain)
        return domain

    def _company(self, land: Land) -> Contact:
        name = self._company_name(land)
        domain = self._domain(name)
        draft = Contact(type=ContactType.COMPANY, name=name, company_name=name, email=f"post@{domain}")
        draft.__dict__.update(self._address(land), home_page=f"https://www.{domain}")
        draft.__dict__.update(self._phone(land, "phone_no", land.land_line))
        currency = _CURRENCY[land.code]
        number = self._fill(land.vat)
        draft.__dict__.update(
            vat_registration_no=number,
            registration_number="".join(filter(str.isdigit, number))[:9],
            currency_code=currency if currency in self.codes.currencies else None,
            territory_code=self._pick(self.codes.territories) if self.codes.territories else None,
            salesperson_code=self._pick(self.codes.salespeople) if self.codes.salespeople else None,
            correspondence_type=self.random.choice(CorrespondenceType.values),
        )
        return draft

    def _person(self, land: Land, company: Contact | None) -> Contact:
        first, surname = self._pick(land.given), self._surname(land)
        middle = self._pick(land.given) if self.random.random() < 0.15 else ""
        name = " ".join(part for part in (first, middle, surname) if part)
        parts = name.split()
        domain = company.email.partition("@")[2] if company else "mail.example"
        local = ".".join(fold(part) for part in (first, "".join(words(surname))))
        draft = Contact(type=ContactType.PERSON, name=name, email=f"{local}@{domain}"[:80], search_name=name.upper())
        draft.first_name, draft.surname = " ".join(parts[:-2] or parts[:1]), parts[-1]
        draft.middle_name = parts[-2] if len(parts) > 2 else ""
        draft.__dict__.update(self._phone(land, "mobile_phone_no", land.mobile))
        if company is None:
            draft.__dict__.update(self._address(land), salesperson_code=self._pick(self.codes.salespeople))
            return draft
        draft.job_title = self._pick(land.titles)
        for inherited in (
            *("company_id", "company_no", "company_name", "address", "post_code", "city", "county", "country_code"),
            *("language_code", "format_region", "territory_code", "salesperson_code", "home_page", "phone_no"),
            *("phone_no_normalised", "correspondence_type"),
        ):
            setattr(draft, inherited, getattr(company, inherited))
        if self.random.random() < 0.5:
            draft.__dict__.update(self._phone(land, "phone_no", land.land_line))
        if self.random.random() < 0.1:
            draft.__dict__.update(self._address(land))
        return draft

    def _address(self, land: Land) -> dict[str, str | None]:
        index = land.cities.index(self._pick(land.cities))
        house = str(int(self.random.paretovariate(0.7)) % 180 + 1)
        street = self._pick(land.streets)
        if self.random.random() < 0.2:
            street = f"{self._place_name(land)} {self._pick(land.streets)}"
        known = land.language in self.codes.languages
        return {
            "address": f"{house} {street}" if land.house_first else f"{street} {house}",
            "post_code": self._fill(land.city_codes[index]),
            "city": land.cities[index],
            "country_code": land.code if land.code in self.codes.countries else None,
            "language_code": land.language if known else None,
            "format_region": self.codes.languages[land.language] if known else "",
        }

    def _phone(self, land: Land, name: str, shape: str) -> dict[str, str]:
        number = self._fill(shape)
        return {name: f"{number[:3]} {number[3:5]} {number[5:]}", f"{name}_normalised": f"{land.calling}{number}"}

    def _finish(self, draft: Contact) -> Contact:
        """What every contact gets at its end: number, keys, search columns, time."""
        draft.id, draft.no = new_id(), f"G{next(self.numbers):07}"
        if draft.type == ContactType.COMPANY:
            draft.company_id, draft.company_no, draft.search_name = draft.id, draft.no, draft.name.upper()
        else:
            draft.lookup_contact_no = draft.no
        draft.search_email = draft.email.upper()
        draft.salutation_code = self.codes.salutations[draft.type]
        draft.contact_business_relation = RelationStatus.NONE
        draft.last_modified_at = self.now - dt.timedelta(seconds=self.random.randrange(3 * 365 * 86400))
        set_search(draft)
        return draft

    def links(self, draft: Contact) -> Iterator[tuple[type[ContactLink], str]]:
        """Groups and responsibilities of one contact: the model of the link and the code."""
        for model, codes, kind, share in self._link_codes:
            if codes and kind in ("", draft.type) and self.random.random() < share:
                yield model, self._pick(codes)

    @cached_property
    def _link_codes(self) -> list[tuple[type[ContactLink], list[str], str, float]]:
        return [
            (ContactIndustryGroup, _codes(IndustryGroup), ContactType.COMPANY.value, 0.7),
            (ContactMailingGroup, _codes(MailingGroup), "", 0.15),
            (ContactJobResponsibility, _codes(JobResponsibility), ContactType.PERSON.value, 0.3),
        ]


def _codes(model: type[Any]) -> list[str]:
    return list(model.objects.order_by("code").values_list("code", flat=True))
