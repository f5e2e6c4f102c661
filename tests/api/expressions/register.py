"""The rows of the tests as Python sees them: the second opinion on every condition."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from tests.api.expressions.sets import CONTACTS, SALESPEOPLE, SERVICE
from tuttava.api.expressions import condition, order_by, order_keys, parse
from tuttava.contacts.models import Contact, ContactAltAddress, ContactMailingGroup
from tuttava.partners.models import Salesperson

NOWHERE = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
#: What a path over an absent salesperson or company gives.
NOBODY = SimpleNamespace(code="", name="", commission=Decimal(0), blocked=False)
BLANK: dict[str, Any] = {
    "number": "", "displayName": "", "city": "", "jobTitle": "", "salespersonCode": "", "blocked": False,
    "minor": False, "changed": NOWHERE, "companyId": uuid.UUID(int=0), "salesperson": NOBODY, "people": (),
    "groups": (), "addresses": (), "countryName": "",
}  # fmt: skip


class Register:
    """Reads the rows once, without the code under test."""

    @cached_property
    def rows(self) -> dict[str, SimpleNamespace]:
        people = {each.code: each for each in Salesperson.objects.all()}
        stored = list(Contact.objects.select_related("country"))
        made = {each.id: self._row(each, people) for each in stored}
        nobody = SimpleNamespace(**BLANK)
        nobody.company = nobody
        for each in stored:
            row = made[each.id]
            row.company = made.get(each.company_id, nobody)
            row.people = tuple(made[one.id] for one in stored if one.company_id == each.id)
        return {row.number: row for row in made.values()}

    def _row(self, each: Contact, people: dict[str, Salesperson]) -> SimpleNamespace:
        person = people.get(each.salesperson_code or "")
        changed = each.last_modified_at or NOWHERE
        return SimpleNamespace(
            id=each.id,
            number=each.no,
            type=each.type,
            relation=each.contact_business_relation,
            displayName=each.name,
            jobTitle=each.job_title,
            city=each.city,
            salespersonCode=each.salesperson_code or "",
            countryName=each.country.name if each.country else "",
            companyId=each.company_id or uuid.UUID(int=0),
            blocked=each.privacy_blocked,
            minor=each.minor,
            changed=changed.replace(microsecond=changed.microsecond // 1000 * 1000),
            salesperson=NOBODY
            if person is None
            else SimpleNamespace(
                code=person.code, name=person.name, commission=person.commission_pct, blocked=person.blocked
            ),
            groups=tuple(one.mailing_group_code for one in ContactMailingGroup.objects.filter(contact_id=each.id)),
            addresses=tuple(
                SimpleNamespace(code=one.code, city=one.city, changed=one.last_date_modified or dt.date.min)
                for one in ContactAltAddress.objects.filter(contact_id=each.id)
            ),
        )

    def expected(self, holds: Callable[[Any], bool]) -> set[str]:
        return {number for number, row in self.rows.items() if holds(row)}


def numbers(text: str, aliases: Mapping[str, str] | None = None) -> set[str]:
    """Numbers of the contacts that a condition finds."""
    rows = Contact.objects.filter(condition(SERVICE, CONTACTS, parse(text, aliases)))
    return set(rows.values_list("no", flat=True))


def found(text: str, aliases: Mapping[str, str] | None = None) -> set[str]:
    """Numbers of the contacts that a condition finds; the opposite must find exactly the others (A-45)."""
    hits, rest = numbers(text, aliases), numbers(f"not({text})", aliases)
    assert not hits & rest
    assert hits | rest == set(Contact.objects.values_list("no", flat=True))
    return hits


def sellers(text: str) -> set[str]:
    """Codes of the salespeople that a condition finds."""
    rows = Salesperson.objects.filter(condition(SERVICE, SALESPEOPLE, parse(text)))
    rest = Salesperson.objects.filter(condition(SERVICE, SALESPEOPLE, parse(f"not({text})")))
    codes = set(rows.values_list("code", flat=True))
    assert codes ^ set(rest.values_list("code", flat=True)) == set(Salesperson.objects.values_list("code", flat=True))
    return codes


def ordered(text: str) -> list[str]:
    """Numbers of all contacts in an order."""
    keys = order_keys(SERVICE, CONTACTS, text)
    return list(Contact.objects.order_by(*order_by(keys)).values_list("no", flat=True))
