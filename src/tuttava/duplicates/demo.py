"""Duplicates of a demo company, as several people make them in a year: the same parties entered again, otherwise spelt.

Also what only looks like one: a bakery with branches in three towns. Everything is fictitious; the same seed gives the
same duplicates.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from tuttava.contacts.models import Contact, ContactType
from tuttava.foundation.context import acting
from tuttava.foundation.directory.actions import company_created, demo_data_wanted
from tuttava.foundation.filling import create_many
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import CommentLine, OwnerKind

SEED = 20261123
#: Endings of streets and how people shorten them.
_SHORT = (
    (r"gata\b", "gt."),
    (r"veien\b", "v."),
    (r"straat\b", "str."),
    (r"stra(ß|ss)e\b", "str."),
    (r"gatan\b", "g."),
    (r"gade\b", "g."),
    (r"vej\b", "v."),
    (r"katu\b", "k."),
    (r"\bIndustri", "Ind."),
)
_DIALS = {"NO": "47", "NL": "31", "SE": "46", "DK": "45", "FI": "358", "DE": "49"}

#: Whoever may create a company, or fill it from the command line, may have all of this done there.
EVERYTHING = frozenset({"*"})
Values = dict[str, Any]


def connect() -> None:
    """Listen to new companies and to wishes for demo data, after the contacts and registers are there."""
    company_created.connect(_company_created, dispatch_uid="duplicates.demo")
    demo_data_wanted.connect(_demo_data_wanted, dispatch_uid="duplicates.demo")


def _company_created(*, setup_data: str, **_signal: Any) -> None:
    if setup_data == "demo":
        create_demo_duplicates()


def _demo_data_wanted(*, contacts: int | None, **_signal: Any) -> None:
    if contacts is None:
        create_demo_duplicates()


def create_demo_duplicates() -> int:
    """Enter some of the demo's contacts once more; returns how many. What is not there has no duplicate."""
    text = (files("tuttava.duplicates") / "data" / "demo.json").read_text(encoding="utf-8")
    with (
        acting(rights=EVERYTHING, interactive=False, answers={}, messages=[], cache={}),
        unit_of_work("create demo duplicates"),
    ):
        return _Maker(json.loads(text)).make()


class _Maker:
    def __init__(self, data: Values) -> None:
        self.data = data
        self.random = random.Random(SEED)  # noqa: S311 - nothing here is secret
        names = [row["of"] for row in data["companies"]] + [row["at"] for row in data["persons"]]
        found = Contact.objects.filter(type=ContactType.COMPANY, name__in=names).order_by("-no")
        self.firms = {firm.name: firm for firm in found}

    def make(self) -> int:
        companies = [row for row in self.data["companies"] if row["of"] in self.firms]
        again = create_many(Contact, [self._company(row) for row in companies])
        self._hang_on(again, companies)
        persons = [found for row in self.data["persons"] if (found := self._person(row))]
        branches = self._branches() if companies else []
        return len(again) + len(create_many(Contact, persons)) + len(create_many(Contact, branches))

    def _company(self, row: Values) -> Values:
        """A company entered again: some fields as they were, some spelt otherwise, the rest left out."""
        firm = self.firms[row["of"]]
        values = {name: getattr(firm, name) for name in row["take"]}
        if "address" in row:
            values["address"] = _short(firm.address)
        if "phone_no" in row:
            kind = row["phone_no"]
            values["mobile_phone_no" if kind == "mobile" else "phone_no"] = _spelt(firm, kind)
        return {"type": ContactType.COMPANY, "name": row["name"], "country": firm.country_code, **values}

    def _hang_on(self, firms: Sequence[Contact], rows: Sequence[Values]) -> None:
        """A person here, a comment there: what must not be lost when two become one."""
        people: list[Values] = []
        comments: list[Values] = []
        for firm, row in zip(firms, rows, strict=True):
            if "person" in row:
                first, surname, title = row["person"]
                name = {"name": f"{first} {surname}", "job_title": title}
                people.append({"type": ContactType.PERSON, "company_no": firm.no, **name})
            if "comment" in row:
                comments.append({"owner_kind": OwnerKind.CONTACT, "owner_id": firm.pk, "comment": row["comment"]})
        create_many(Contact, people)
        create_many(CommentLine, comments)

    def _person(self, row: Values) -> Values | None:
        """The first person of a company entered again."""
        firm = self.firms.get(row["at"])
        people = Contact.objects.filter(company=firm, type=ContactType.PERSON, privacy_blocked=False).order_by("no")
        person = people.first() if firm is not None else None
        if person is None or firm is None:
            return None
        values = {name: getattr(person, name) for name in row["take"]}
        if "mobile_phone_no" in row:
            shape = row["mobile_phone_no"]
            number = "".join(str(self.random.randrange(10)) if char == "#" else char for char in shape)
            values["mobile_phone_no"] = person.mobile_phone_no or number
        if row["as"] != "unlinked":
            values["company_no"] = firm.no
        return {"type": ContactType.PERSON, "name": _renamed(person, row["as"]), **values}

    def _branches(self) -> list[Values]:
        """One chain in several towns: alike in name and address on the web, and yet as many companies as towns."""
        chain = self.data["branches"]
        common = {
            "type": ContactType.COMPANY,
            "country": "NO",
            "email": chain["email"],
            "home_page": chain["home_page"],
        }
        return [
            {
                **common,
                "name": f"{chain['name']} {town}",
                "address": address,
                "post_code": post_code,
                "city": city,
                "phone_no": phone,
            }
            for town, address, post_code, city, phone in chain["places"]
        ]


def _short(address: str) -> str:
    for ending, short in _SHORT:
        address = re.sub(ending, short, address)
    return address


def _spelt(firm: Contact, kind: str) -> str:
    digits = re.sub(r"\D", "", firm.phone_no)
    if kind == "international":
        return f"+{_DIALS.get(firm.country_code or '', '47')} {digits.lstrip('0')}"
    return digits


def _renamed(person: Contact, how: str) -> str:
    """The person's name as somebody else heard or typed it."""
    if how == "initial":
        return f"{person.first_name[:1]}. {person.surname}"
    if how == "turned":
        return f"{person.surname}, {person.first_name}"
    if how == "typo":
        middle = len(person.surname) // 2
        swapped = (
            person.surname[:middle]
            + person.surname[middle + 1 : middle + 2]
            + person.surname[middle]
            + person.surname[middle + 2 :]
        )
        return f"{person.first_name} {swapped}"
    return person.name
