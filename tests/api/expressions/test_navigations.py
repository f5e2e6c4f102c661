"""Paths, any, all and counts against rows (A-44, A-45)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.api.expressions.register import Register, found, sellers
from tests.api.expressions.sets import CONTACTS, SERVICE
from tuttava.api.declare import Service
from tuttava.api.expressions import condition, parse
from tuttava.contacts.models import Contact
from tuttava.foundation.context import acting
from tuttava.foundation.errors import PermissionDenied

LEAP = dt.date(2024, 2, 29)
CASES: list[tuple[str, Callable[[Any], bool]]] = [
    ("salesperson/name eq 'Jo Berg'", lambda row: row.salesperson.name == "Jo Berg"),
    ("salesperson/name ne 'Jo Berg'", lambda row: row.salesperson.name != "Jo Berg"),
    ("salesperson/name eq ''", lambda row: row.salesperson.name == ""),
    ("salesperson/name gt 'AL'", lambda row: row.salesperson.name.lower() >= "al" and row.salesperson.name != "AL"),
    ("salesperson/commission ge 0", lambda row: True),
    ("salesperson/commission gt 0", lambda row: row.salesperson.commission > 0),
    ("salesperson/blocked", lambda row: row.salesperson.blocked),
    ("not salesperson/blocked", lambda row: not row.salesperson.blocked),
    ("salesperson/name in ('al', '')", lambda row: row.salesperson.name in ("al", "")),
    ("salesperson/name eq displayName", lambda row: row.salesperson.name == row.displayName),
    ("salesperson/code eq salespersonCode", lambda row: row.salesperson.code == row.salespersonCode),
    ("startswith(salesperson/name,'Jo')", lambda row: row.salesperson.name.startswith("Jo")),
    ("contains(salesperson/name,'')", lambda row: True),
    ("tolower(salesperson/name) eq 'jo berg'", lambda row: row.salesperson.name == "Jo Berg"),
    ("matchespattern(salesperson/name,'^$')", lambda row: row.salesperson.name == ""),
    ("company/salesperson/name eq 'Jo Berg'", lambda row: row.company.salesperson.name == "Jo Berg"),
    ("company/salesperson/name ne 'Jo Berg'", lambda row: row.company.salesperson.name != "Jo Berg"),
    ("company/company/company/salesperson/code eq ''", lambda row: True),
    ("company/shout eq 'BERGEN'", lambda row: row.company.city == "Bergen"),
    ("company/countryName eq ''", lambda row: row.company.countryName == ""),
    ("$it/city eq 'Oslo'", lambda row: row.city == "Oslo"),
    ("mailingGroups/any()", lambda row: bool(row.groups)),
    ("not mailingGroups/any()", lambda row: not row.groups),
    ("mailingGroups/any(g:g/code eq 'zeal')", lambda row: "ZEAL" in row.groups),
    ("mailingGroups/all(g:g/code eq 'ZEAL')", lambda row: all(each == "ZEAL" for each in row.groups)),
    ("altAddresses/all(a:a/changed gt 2023-12-31)", lambda row: all(a.changed.year > 2023 for a in row.addresses)),
    ("altAddresses/any(a:a/changed eq null)", lambda row: any(a.changed == dt.date.min for a in row.addresses)),
    ("altAddresses/any(a:a/changed ne '2024-02-29')", lambda row: any(a.changed != LEAP for a in row.addresses)),
    ("altAddresses/any(a:a/city eq city)", lambda row: any(a.city == row.city for a in row.addresses)),
    ("altAddresses/any(a:a/city eq $it/city)", lambda row: any(a.city == row.city for a in row.addresses)),
    ("altAddresses/any(a:a/shout eq shout)", lambda row: any(a.city == row.city for a in row.addresses)),
    ("altAddresses/any(a:blocked eq false)", lambda row: bool(row.addresses) and not row.blocked),
    ("altAddresses/any(a:a/contact/city eq a/city)", lambda row: any(a.city == row.city for a in row.addresses)),
    (
        "people/any(p:p/altAddresses/any(p:p/city eq 'Voss') and p/type eq 'Person')",
        lambda row: any(a.city == "Voss" for p in row.people for a in p.addresses),
    ),
    ("people/any(city:city/city eq $it/city)", lambda row: any(p.city == row.city for p in row.people)),
    ("people/any(p:p/city eq city)", lambda row: any(p.city == row.city for p in row.people)),
    ("people/all(p:p/blocked)", lambda row: all(p.blocked for p in row.people)),
    ("people/any(p:p/altAddresses/any())", lambda row: any(p.addresses for p in row.people)),
    (
        "people/any(p:p/altAddresses/any(a:a/city ne p/city and startswith(city,'B')))",
        lambda row: any(a.city != p.city and row.city.startswith("B") for p in row.people for a in p.addresses),
    ),
    (
        "people/all(p:p/mailingGroups/any(g:g/code eq 'ZEAL') or p/minor)",
        lambda row: all("ZEAL" in p.groups or p.minor for p in row.people),
    ),
    (
        "people/any(p:mailingGroups/all(g:g/code ne p/salespersonCode and p/company/number eq number))",
        lambda row: bool(row.people),
    ),
    (
        "people/any(p:p/shout eq shout and p/company/shout eq $it/shout)",
        lambda row: any(p.city.upper() == row.city.upper() for p in row.people),
    ),
    ("company/people/any(p:p/minor)", lambda row: any(p.minor for p in row.company.people)),
    ("company/people/all(p:p/minor)", lambda row: all(p.minor for p in row.company.people)),
    ("company/people/all(p:p/number ne number)", lambda row: row not in row.company.people),
    ("people/$count gt 1", lambda row: len(row.people) > 1),
    ("people/$count eq 0", lambda row: not row.people),
    ("people/$count ne 0", lambda row: bool(row.people)),
    ("1 le people/$count", lambda row: bool(row.people)),
    ("mailingGroups/$count add people/$count eq 4", lambda row: len(row.groups) + len(row.people) == 4),
    ("company/people/$count eq 2", lambda row: len(row.company.people) == 2),
    ("company/people/$count eq 0", lambda row: not row.company.people),
    ("people/any(p:p/mailingGroups/$count eq 1)", lambda row: any(len(p.groups) == 1 for p in row.people)),
    ("people/any(p:length(p/city) gt length(city))", lambda row: any(len(p.city) > len(row.city) for p in row.people)),
]


@pytest.mark.parametrize(("text", "holds"), CASES, ids=[case[0] for case in CASES])
def test_path_finds_the_rows_python_finds(
    register: Register, text: str, holds: Callable[[Any], bool]
) -> None:
    assert found(text) == register.expected(holds)


def test_sets_are_reached_from_another_root(register: Register) -> None:
    assert sellers("contacts/any(c:c/people/any(p:p/salesperson/code eq code))") == {"JO"}
    assert sellers("contacts/all(c:c/type eq 'Company')") == {"AL"}


def test_nested_variables_up_to_the_limit_are_answered(register: Register) -> None:
    text = "city ne ''"
    for depth in reversed(range(10)):
        source = f"x{depth - 1}/company/people" if depth else "company/people"
        text = f"{source}/any(x{depth}:x{depth}/city eq city or {text})"
    assert len(found(text)) > 0


def test_rows_that_the_caller_may_not_read_cannot_be_asked_about(register: Register) -> None:
    node = parse("mailingGroups/any()")
    with acting(rights=frozenset({"api.read:contacts"})), pytest.raises(PermissionDenied):
        condition(SERVICE, CONTACTS, node)
    with acting(rights=frozenset({"api.read"})):
        assert Contact.objects.filter(condition(SERVICE, CONTACTS, node)).count() == 3


def test_set_that_shows_nothing_is_empty_everywhere(register: Register) -> None:
    hidden = replace(SERVICE.sets["salespeople"], rows=lambda rows: rows.none())
    service = Service("test", "standard", {**SERVICE.sets, "salespeople": hidden})
    for text in ("salesperson/name eq 'al'", "salesperson/blocked", "length(salesperson/name) gt 0"):
        rows = Contact.objects.filter(condition(service, CONTACTS, parse(f"{text} or number eq 'C001'")))
        assert [each.no for each in rows] == ["C001"]
        assert Contact.objects.filter(condition(service, CONTACTS, parse(f"not({text})"))).count() == 9
