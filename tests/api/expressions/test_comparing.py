"""Comparisons, logic and literals against rows (A-44, A-45)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.expressions.register import Register, found

EPOCH = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
LEAP = dt.datetime(2024, 2, 29, 10, 20, 30, 517000, tzinfo=dt.UTC)


def text(value: str) -> tuple[str, str]:
    """The one order of texts."""
    return value.lower(), value


CASES: list[tuple[str, Callable[[Any], bool]]] = [
    ("city eq 'Bergen'", lambda row: row.city == "Bergen"),
    ("'Bergen' eq city", lambda row: row.city == "Bergen"),
    ("city ne 'Bergen'", lambda row: row.city != "Bergen"),
    ("city gt 'Bergen'", lambda row: text(row.city) > text("Bergen")),
    ("city ge 'Bergen'", lambda row: text(row.city) >= text("Bergen")),
    ("city lt 'bergen'", lambda row: text(row.city) < text("bergen")),
    ("city le 'bergen'", lambda row: text(row.city) <= text("bergen")),
    ("'bergen' ge city", lambda row: text(row.city) <= text("bergen")),
    ("city eq null", lambda row: row.city == ""),
    ("city ne null", lambda row: row.city != ""),
    ("city eq ''", lambda row: row.city == ""),
    ("displayName eq 'Ådne O''Hara'", lambda row: row.displayName == "Ådne O'Hara"),
    ("displayName eq '🎺 Ada'", lambda row: row.displayName == "🎺 Ada"),
    ("displayName eq 'שלום'", lambda row: row.displayName == "שלום"),
    ("displayName eq city", lambda row: row.displayName == row.city),
    ("displayName lt city", lambda row: text(row.displayName) < text(row.city)),
    ("displayName ge city", lambda row: text(row.displayName) >= text(row.city)),
    ("number eq ' c001 '", lambda row: row.number == "C001"),
    ("number in ('c001', 'C008 ', 'nope')", lambda row: row.number in ("C001", "C008")),
    ("number gt 'c004'", lambda row: row.number > "C004"),
    ("salespersonCode eq 'jo'", lambda row: row.salespersonCode == "JO"),
    ("salespersonCode ne 'jo'", lambda row: row.salespersonCode != "JO"),
    ("salespersonCode eq null", lambda row: row.salespersonCode == ""),
    ("salespersonCode ne ''", lambda row: row.salespersonCode != ""),
    ("salespersonCode lt 'JO'", lambda row: row.salespersonCode < "JO"),
    ("salespersonCode le 'JO'", lambda row: row.salespersonCode <= "JO"),
    ("salespersonCode gt ''", lambda row: row.salespersonCode > ""),
    ("salespersonCode ge ''", lambda row: True),
    ("salespersonCode in ('', 'AL')", lambda row: row.salespersonCode in ("", "AL")),
    ("salespersonCode in ('JO', 'AL')", lambda row: row.salespersonCode in ("JO", "AL")),
    ("salespersonCode in (null)", lambda row: row.salespersonCode == ""),
    ("salespersonCode eq number", lambda row: row.salespersonCode == row.number),
    ("salespersonCode lt number", lambda row: row.salespersonCode < row.number),
    ("city in ('Bergen', displayName)", lambda row: row.city in ("Bergen", row.displayName)),
    ("'Bergen' in (city, displayName)", lambda row: "Bergen" in (row.city, row.displayName)),
    ("'Bergen' in ('Oslo', 'Bergen')", lambda row: True),
    ("null in (0, 1)", lambda row: True),
    ("blocked in (true, minor)", lambda row: row.blocked or row.blocked == row.minor),
    ("blocked in (true, false)", lambda row: True),
    ("changed in (changed, now())", lambda row: True),
    ("countryName eq ''", lambda row: row.countryName == ""),
    ("countryName ne ''", lambda row: row.countryName != ""),
    ("blocked", lambda row: row.blocked),
    ("not blocked", lambda row: not row.blocked),
    ("blocked eq true", lambda row: row.blocked),
    ("blocked eq null", lambda row: not row.blocked),
    ("blocked ne minor", lambda row: row.blocked != row.minor),
    ("blocked eq false and minor", lambda row: not row.blocked and row.minor),
    ("blocked or minor and type eq 'Person'", lambda row: row.blocked or (row.minor and row.type == "person")),
    ("not blocked eq true", lambda row: not row.blocked),
    ("not type eq 'Person' and blocked", lambda row: row.type != "person" and row.blocked),
    ("not(not(blocked))", lambda row: row.blocked),
    ("not not blocked", lambda row: row.blocked),
    ("(city eq 'Oslo') eq blocked", lambda row: (row.city == "Oslo") == row.blocked),
    ("(city eq 'Oslo') ne true", lambda row: row.city != "Oslo"),
    ("(blocked and minor) lt (city eq 'Oslo')", lambda row: (row.blocked and row.minor) < (row.city == "Oslo")),
    (
        "city eq 'Oslo' or city eq null or blocked or city eq '_'",
        lambda row: row.city in ("Oslo", "", "_") or row.blocked,
    ),
    ("salespersonCode eq 'jo' or salespersonCode eq null", lambda row: row.salespersonCode in ("", "JO")),
    ("salesperson/name eq 'al' or salesperson/name eq ''", lambda row: row.salesperson.name in ("", "al")),
    ("type eq 'Person' or type eq 'Company'", lambda row: True),
    ("true", lambda row: True),
    ("false", lambda row: False),
    ("null", lambda row: False),
    ("1 eq 1.0", lambda row: True),
    ("'a' eq 'b'", lambda row: False),
    ("null eq null", lambda row: True),
    ("type eq 'Person'", lambda row: row.type == "person"),
    ("type eq Microsoft.NAV.contactType'Person'", lambda row: row.type == "person"),
    ("type has Any.Name.Space.contactType'Person'", lambda row: row.type == "person"),
    ("type ne 'person'", lambda row: row.type != "person"),
    ("type in ('Person', 'Company')", lambda row: True),
    ("relation eq ' '", lambda row: row.relation == "blank"),
    ("relation eq '_x0020_'", lambda row: row.relation == "blank"),
    ("relation eq null", lambda row: row.relation == "blank"),
    ("relation in ('Customer', 'None')", lambda row: row.relation in ("customer", "none")),
    ("relation gt 'Customer'", lambda row: row.relation == "none"),
    ("relation le 'Customer'", lambda row: row.relation in ("blank", "customer")),
    ("relation ge relation", lambda row: True),
    ("changed eq 2024-03-01T00:00:00Z", lambda row: row.changed == EPOCH),
    ("changed eq 2024-03-01T02:00:00.0000000+02:00", lambda row: row.changed == EPOCH),
    ("changed gt 2024-02-29T10:20:30.517Z", lambda row: row.changed > LEAP),
    ("changed ge 2024-02-29T10:20:30.517Z", lambda row: row.changed >= LEAP),
    ("changed eq 2024-02-29T10:20:30.517Z", lambda row: row.changed == LEAP),
    ("changed in (2024-02-29T10:20:30.517Z)", lambda row: row.changed == LEAP),
    ("changed eq 2024-02-29T10:20:30.5174Z", lambda row: False),
    ("changed ge 2024-02-29T10:20:30.5174Z", lambda row: row.changed > LEAP),
    ("changed lt 2024-02-29T10:20:30.517Z", lambda row: row.changed < LEAP),
    ("changed lt 2024-02-29T10:20:30.5174Z", lambda row: row.changed <= LEAP),
    ("changed le 2024-02-29T10:20:30.517Z", lambda row: row.changed <= LEAP),
    ("changed eq null", lambda row: row.changed.year == 1),
    ("changed ne 0001-01-01T00:00:00Z", lambda row: row.changed.year != 1),
    ("changed lt 2000-01-01T00:00:00Z", lambda row: row.changed.year < 2000),
    ("changed le 9999-12-31T23:59:59.9999999Z", lambda row: True),
    ("changed gt 9999-12-31T23:59:59.9999999Z", lambda row: False),
    ("changed eq '2024-03-01T00:00:00Z'", lambda row: row.changed == EPOCH),
    ("companyId eq null", lambda row: row.companyId.int == 0),
    ("companyId eq 00000000-0000-0000-0000-000000000000", lambda row: row.companyId.int == 0),
    ("companyId ne '00000000-0000-0000-0000-000000000000'", lambda row: row.companyId.int != 0),
    ("id eq companyId", lambda row: False),
    ("shout eq 'BERGEN'", lambda row: row.city.upper() == "BERGEN"),
    ("shout ne 'BERGEN'", lambda row: row.city.upper() != "BERGEN"),
]


@pytest.mark.parametrize(("condition", "holds"), CASES, ids=[case[0] for case in CASES])
def test_condition_finds_the_rows_python_finds(
    register: Register, condition: str, holds: Callable[[Any], bool]
) -> None:
    assert found(condition) == register.expected(holds)


def test_guid_is_accepted_bare_quoted_and_in_capitals(register: Register) -> None:
    wanted = register.rows["C005"].id
    assert found(f"id eq {wanted}") == {"C005"}
    assert found(f"id eq '{str(wanted).upper()}'") == {"C005"}
    assert found(f"id in ({wanted}, {register.rows['C001'].id})") == {"C001", "C005"}


def test_alias_stands_for_its_value_and_null_when_not_given(register: Register) -> None:
    assert found("city eq @town", {"@town": "'Oslo'"}) == {"C002"}
    assert found("city eq @town and blocked eq @b", {"town": "'Oslo'", "b": "true"}) == {"C002"}
    assert found("city eq @town") == {"C003"}


def test_sql_wildcards_in_values_are_ordinary_characters(register: Register) -> None:
    assert found("contains(jobTitle,'%')") == {"C004", "C005"}
    assert found("startswith(jobTitle,'50%_off\\')") == {"C004"}
    assert found("endswith(jobTitle,'_off\\')") == {"C004"}
    assert found("endswith(jobTitle,'%')") == {"C005"}
    assert found("startswith(city,'_')") == {"C006"}
    assert found("contains(city,'*')") == {"C009"}
