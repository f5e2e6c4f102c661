"""Functions and arithmetic against rows (A-44), and that no argument makes the server fail (A-46)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from tests.api.expressions.register import Register, found, sellers

TEXTS: list[tuple[str, Callable[[Any], bool]]] = [
    ("contains(displayName,'Ada')", lambda row: "Ada" in row.displayName),
    ("contains(displayName,'')", lambda row: True),
    ("contains(displayName,null)", lambda row: True),
    ("contains(number,'c00')", lambda row: True),
    ("contains(salespersonCode,'j')", lambda row: "J" in row.salespersonCode),
    ("contains(salespersonCode,'')", lambda row: True),
    ("contains(displayName,city)", lambda row: row.city in row.displayName),
    ("contains('Bergen Oslo',city)", lambda row: row.city in "Bergen Oslo"),
    ("contains(tolower(displayName),'ada')", lambda row: "ada" in row.displayName.lower()),
    ("contains(displayName,'🎺')", lambda row: "🎺" in row.displayName),
    ("startswith(salespersonCode,'jo')", lambda row: row.salespersonCode.startswith("JO")),
    ("startswith(tolower(city),'ber')", lambda row: row.city.lower().startswith("ber")),
    ("startswith(city,'Ber') eq false", lambda row: not row.city.startswith("Ber")),
    ("startswith(displayName,city)", lambda row: row.displayName.startswith(row.city)),
    ("endswith(displayName,'AS')", lambda row: row.displayName.endswith("AS")),
    ("endswith(displayName,jobTitle)", lambda row: row.displayName.endswith(row.jobTitle)),
    ("length(city) gt 4", lambda row: len(row.city) > 4),
    ("length(displayName) eq length(city)", lambda row: len(row.displayName) == len(row.city)),
    ("length(salespersonCode) eq 0", lambda row: not row.salespersonCode),
    ("indexof(city,'erg') eq 1", lambda row: row.city.find("erg") == 1),
    ("indexof(city,'x') eq -1", lambda row: "x" not in row.city),
    ("substring(city,1) eq 'slo'", lambda row: row.city[1:] == "slo"),
    ("substring(city,1,2) eq 'er'", lambda row: row.city[1:3] == "er"),
    ("substring(city,-5,2) eq 'Be'", lambda row: row.city[:2] == "Be"),
    ("substring(city,1,-2) eq ''", lambda row: True),
    ("substring(city,99999999999999999999,99999999999999999999) eq ''", lambda row: True),
    ("substring(city,0,99999999999999999999) eq city", lambda row: True),
    ("substring(city,length(city) sub 1) eq 'o'", lambda row: row.city[-1:] == "o"),
    ("substring(city,indexof(city,'e')) eq 'ergen'", lambda row: row.city[1:] == "ergen"),
    ("tolower(city) eq 'århus'", lambda row: row.city.lower() == "århus"),
    ("toupper(city) eq 'ÅRHUS'", lambda row: row.city.upper() == "ÅRHUS"),
    ("toupper(tolower(city)) eq 'BERGEN'", lambda row: row.city.upper() == "BERGEN"),
    ("trim(jobTitle) eq 'pad'", lambda row: row.jobTitle.strip() == "pad"),
    ("concat(city,'!') eq 'Oslo!'", lambda row: row.city == "Oslo"),
    ("concat(concat(city,'-'),salespersonCode) eq 'Oslo-AL'", lambda row: row.number == "C002"),
    ("replace(city,'Ber','Sol') eq 'Solgen'", lambda row: row.city == "Bergen"),
    ("replace(city,'','x') eq city", lambda row: True),
    ("matchespattern(city,'^[Bb]er.*n$')", lambda row: bool(re.search("^[Bb]er.*n$", row.city))),
    ("matchespattern(city,'^$')", lambda row: not row.city),
    ("matchespattern(salespersonCode,'^$')", lambda row: not row.salespersonCode),
    ("matchespattern(displayName,'\\bAS\\b')", lambda row: bool(re.search(r"\bAS\b", row.displayName))),
    ("matchespattern(city,'(?:er|sl){1,2}')", lambda row: bool(re.search("(?:er|sl)", row.city))),
]
TIMES: list[tuple[str, Callable[[Any], bool]]] = [
    ("year(changed) eq 2024", lambda row: row.changed.year == 2024),
    ("year(changed) eq 1", lambda row: row.changed.year == 1),
    ("month(changed) eq 2", lambda row: row.changed.month == 2),
    ("day(changed) eq 29", lambda row: row.changed.day == 29),
    ("hour(changed) eq 10", lambda row: row.changed.hour == 10),
    ("minute(changed) eq 20", lambda row: row.changed.minute == 20),
    ("second(changed) eq 30", lambda row: row.changed.second == 30),
    ("date(changed) eq 2024-02-29", lambda row: row.changed.date() == dt.date(2024, 2, 29)),
    ("date(changed) gt '2024-02-29'", lambda row: row.changed.date() > dt.date(2024, 2, 29)),
    ("time(changed) ge 10:20:30", lambda row: row.changed.time() >= dt.time(10, 20, 30)),
    ("hour(time(changed)) eq 10", lambda row: row.changed.hour == 10),
    ("changed lt now()", lambda row: row.changed < timezone.now()),
    ("changed eq mindatetime()", lambda row: row.changed.year == 1),
    ("changed le maxdatetime()", lambda row: True),
    ("changed add duration'P1D' eq 2024-03-02T00:00:00Z", lambda row: row.number == "C002"),
    ("changed sub duration'-P1DT2H' eq 2024-03-02T02:00:00Z", lambda row: row.number == "C002"),
    ("changed add duration'P9999D' ge changed", lambda row: True),
    ("changed sub duration'P5000000D' eq 0001-01-01T00:00:00Z", lambda row: True),
    ("changed add duration'P5000000D' eq maxdatetime()", lambda row: False),
    ("changed add duration'P5000000D' ge 9999-12-31T23:59:59.999Z", lambda row: True),
    ("(changed sub changed) eq duration'PT0S'", lambda row: True),
    ("changed sub 2024-03-01T00:00:00Z gt duration'P1D'", lambda row: row.changed.year == 9999),
    ("changed gt now() sub duration'P1D'", lambda row: row.changed > timezone.now()),
    ("-duration'P1D' lt duration'PT0S'", lambda row: True),
    ("duration'P1D' add duration'PT24H' eq duration'P2D'", lambda row: True),
    ("2024-01-31 add duration'P1D' eq 2024-02-01", lambda row: True),
    ("2024-03-01 sub 2024-02-01 eq duration'P29D'", lambda row: True),
    ("duration'P1D' in (duration'P1D', duration'P2D')", lambda row: True),
    ("time(changed) in (10:20:30.517432, 11:00)", lambda row: row.number == "C001"),
    ("date(changed) in (2024-02-29, 1999-12-31)", lambda row: row.number in ("C001", "C006")),
    ("9999-12-31 add duration'P1D' eq 9999-12-31", lambda row: True),
    ("0001-01-01 sub duration'P1D' eq 0001-01-01", lambda row: True),
]
COMMISSIONS: list[tuple[str, Callable[[Decimal], bool]]] = [
    ("commission eq 12.5", lambda pct: pct == Decimal("12.5")),
    ("commission eq 1.25e1", lambda pct: pct == Decimal("12.5")),
    ("commission gt -1", lambda pct: True),
    ("commission in (0, 12.5)", lambda pct: True),
    ("-commission lt 0", lambda pct: pct > 0),
    ("-(commission add 1) eq -13.5", lambda pct: pct == Decimal("12.5")),
    ("commission add 1 mul 2 eq 14.5", lambda pct: pct == Decimal("12.5")),
    ("(commission add 1) mul 2 eq 27", lambda pct: pct == Decimal("12.5")),
    ("commission sub 2 sub 3 eq 7.5", lambda pct: pct == Decimal("12.5")),
    ("commission div 5 eq 2.5", lambda pct: pct == Decimal("12.5")),
    ("commission divby 0 eq 0", lambda pct: True),
    ("commission div commission eq 1", lambda pct: pct > 0),
    ("commission mod 5 eq 2.5", lambda pct: pct == Decimal("12.5")),
    ("commission mod 0 eq 0", lambda pct: True),
    ("7 div 2 eq 3", lambda pct: True),
    ("-7 div 2 eq -3", lambda pct: True),
    ("7 divby 2 eq 3.5", lambda pct: True),
    ("version add 9223372036854775807 gt 9223372036854775807", lambda pct: True),
    ("version mul 1e39 mul 1e39 gt 1e39", lambda pct: True),
    ("version lt 99999999999999999999", lambda pct: True),
    ("version in (1, 99999999999999999999)", lambda pct: True),
    ("version eq 1.5", lambda pct: False),
    ("round(commission) eq 13", lambda pct: pct == Decimal("12.5")),
    ("floor(commission) eq 12", lambda pct: pct == Decimal("12.5")),
    ("ceiling(commission) eq 13", lambda pct: pct == Decimal("12.5")),
    ("floor(-2.5) eq -3 and ceiling(-2.5) eq -2", lambda pct: True),
]


@pytest.mark.parametrize(("condition", "holds"), TEXTS + TIMES, ids=[case[0] for case in TEXTS + TIMES])
def test_function_gives_what_python_gives(
    register: Register, condition: str, holds: Callable[[Any], bool]
) -> None:
    assert found(condition) == register.expected(holds)


@pytest.mark.parametrize(("condition", "holds"), COMMISSIONS, ids=[case[0] for case in COMMISSIONS])
def test_number_is_computed_exactly(
    register: Register, condition: str, holds: Callable[[Decimal], bool]
) -> None:
    rates = {"JO": Decimal("12.5"), "AL": Decimal(0), "ZZ": Decimal(0)}
    assert sellers(condition) == {code for code, rate in rates.items() if holds(rate)}


def test_long_calculation_stays_within_the_servers_numbers(register: Register) -> None:
    factors = " mul ".join(["9e38"] * 100)
    assert sellers(f"version mul {factors} gt 1") == {"JO", "AL", "ZZ"}
    assert sellers(f"version divby {' divby '.join(['1e-39'] * 99)} gt 1") == {"JO", "AL", "ZZ"}
