"""Orders and pages (A-47, A-52)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.expressions.register import Register, ordered
from tests.api.expressions.sets import CONTACTS, SERVICE
from tuttava.api.expressions import ExpressionError, after, from_json, order_by, order_keys, to_json
from tuttava.contacts.models import Contact


def text(value: str) -> tuple[str, str]:
    return value.lower(), value


RELATIONS = {"blank": 0, "customer": 1, "none": 5}
ORDERS: list[tuple[str, Callable[[Any], Any], bool]] = [
    ("city", lambda row: text(row.city), False),
    ("city asc", lambda row: text(row.city), False),
    ("city desc", lambda row: text(row.city), True),
    ("salespersonCode", lambda row: row.salespersonCode, False),
    ("changed desc", lambda row: row.changed, True),
    ("blocked", lambda row: row.blocked, False),
    ("type", lambda row: {"company": 0, "person": 1}[row.type], False),
    ("relation desc", lambda row: RELATIONS[row.relation], True),
    ("companyId", lambda row: row.companyId, False),
    ("shout", lambda row: row.city.upper().lower(), False),
    ("salesperson/name", lambda row: text(row.salesperson.name), False),
    ("salesperson/commission desc", lambda row: row.salesperson.commission, True),
    ("company/salesperson/name", lambda row: text(row.company.salesperson.name), False),
    ("hidden", lambda row: "", False),
    ("people/$count desc", lambda row: len(row.people), True),
]


@pytest.mark.parametrize(("order", "key", "descending"), ORDERS, ids=[each[0] for each in ORDERS])
def test_order_is_pythons_with_ties_by_id(
    register: Register, order: str, key: Callable[[Any], Any], descending: bool
) -> None:
    rows = sorted(register.rows.values(), key=lambda row: row.id)
    rows.sort(key=key, reverse=descending)
    assert ordered(order) == [row.number for row in rows]


def test_default_order_is_the_natural_key(register: Register) -> None:
    assert ordered("") == sorted(register.rows)


@pytest.mark.parametrize("order", [*(each[0] for each in ORDERS), "", "type desc,city,changed desc", "city desc,type"])
@pytest.mark.parametrize("size", [1, 4])
def test_pages_cut_by_key_give_every_row_once_in_order(register: Register, order: str, size: int) -> None:
    keys = order_keys(SERVICE, CONTACTS, order)
    names = [f"_key{at}" for at in range(len(keys))]
    base = Contact.objects.annotate(**dict(zip(names, (key.expression for key in keys), strict=True)))
    rows = base.order_by(*order_by(keys))
    got: list[str] = []
    page = list(rows.values_list("no", *names)[:size])
    while page:
        got.extend(row[0] for row in page)
        token = json.loads(json.dumps(to_json(page[-1][1:])))
        page = list(rows.filter(after(keys, from_json(keys, token))).values_list("no", *names)[:size])
    assert got == ordered(order)


@pytest.mark.parametrize(
    ("order", "position", "target"),
    [
        ("nosuch", 1, "nosuch"),
        ("city,nosuch desc", 6, "nosuch"),
        ("figure", 1, "figure"),
        ("unsorted", 1, "unsorted"),
        ("secret", 1, "secret"),
        ("photo", 1, "photo"),
        ("pinned", 1, "pinned"),
        ("people/city", 1, "people"),
        ("pk", 1, "pk"),
        ("company__name", 1, "company__name"),
        ("city descending", 6, ""),
        ("city,", 6, ""),
        ("tolower(city)", 1, ""),
        ("'a'", 1, ""),
        (",".join(["city"] * 21), 101, ""),
    ],
)
def test_what_cannot_be_sorted_by_is_refused_with_its_place(order: str, position: int, target: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        order_keys(SERVICE, CONTACTS, order)
    assert (caught.value.position, caught.value.target) == (position, target)


@pytest.mark.parametrize("data", [None, {}, [], ["a"], [1, "x"], ["a", "b", 3], [True, "a", "no guid"]])
def test_values_of_another_token_are_refused(data: object) -> None:
    with pytest.raises(ValueError, match=r"not|badly"):
        from_json(order_keys(SERVICE, CONTACTS, "city"), data)
