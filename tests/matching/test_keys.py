"""Who is compared at all: records that differ by one slip or change meet by another key."""

from __future__ import annotations

import pytest

from tests.matching.cards import Card, crowd, records_of
from tuttava.matching.blocks import candidate_pairs
from tuttava.matching.keys import LOOSE_SPACE, REACH, SAME_SPACE, keys_of

PERSON: Card = {
    "kind": "person", "first_name": "Kari", "surname": "Hansen", "company_name": "Sørbakk Data AS",
    "phone": "38 83 49 13", "email": "kari.hansen48@sorbakkdata.no", "address": "Skolegata 44", "post_code": "3009",
    "city": "Drammen",
}  # fmt: skip
COMPANY: Card = {
    "kind": "company", "name": "Moen & Fredriksen AS", "address": "Kirkeveien 114", "post_code": "0374", "city": "Oslo",
    "email": "post@moenfredriksen.no",
}  # fmt: skip


@pytest.mark.parametrize(
    ("one", "again"),
    [
        ({"company_name"}, {"surname": "Hqnsen", "company_name": "Sørbakk Data AS"}),
        ({"company_name"}, {"first_name": "K.", "company_name": "Sørbakk Data AS"}),
        ({"post_code"}, {"first_name": "Karri", "surname": "Hanzon", "post_code": "3009"}),
        ({"post_code"}, {"first_name": "Hansen", "surname": "K.", "post_code": "3009"}),
        ({"phone"}, {"phone": "38 83 49 31"}),
        ({"phone"}, {"phone": "83 38 49 13"}),
        ({"email"}, {"surname": "Lie", "email": "kari.hansen@gmail.com"}),
        ({"address"}, {"first_name": "Kåre", "surname": "Hansson", "address": "Skolegata 44"}),
        ({"city"}, {"first_name": "Hansen", "surname": "Kari", "city": "Drammen"}),
    ],
)
def test_person_with_one_slip_meets_by_what_is_left(one: set[str], again: Card) -> None:  # D-27 D-28
    first = {name: value for name, value in PERSON.items() if name in {"kind", "first_name", "surname", *one}}
    second = {"kind": "person", "first_name": "Kari", "surname": "Hansen", **again}
    left, right = candidate_pairs(records_of([first, second, *crowd(50)]).normal)
    assert (0, 1) in set(zip(left.tolist(), right.tolist(), strict=True))


@pytest.mark.parametrize(
    "again",
    [
        {"name": "Mlen & Fredriksen", "email": "mail@moenfredriksen.no"},
        {"name": "Moen og Fredrikson", "post_code": "0374"},
        {"name": "Moen & Fredriksen Group", "city": "Molde"},
    ],
)
def test_company_with_one_slip_meets_by_what_is_left(again: Card) -> None:  # D-27 D-28
    left, right = candidate_pairs(records_of([COMPANY, {"kind": "company", **again}, *crowd(50)]).normal)
    assert (0, 1) in set(zip(left.tolist(), right.tolist(), strict=True))


def test_contact_is_kept_under_few_keys() -> None:  # D-28
    rows, _ = keys_of(records_of([PERSON, COMPANY]))
    assert 8 <= (rows == 0).sum() <= 22
    assert 6 <= (rows == 1).sum() <= 22


def test_every_name_space_has_its_reach() -> None:
    assert len(REACH) == len(SAME_SPACE) + len(LOOSE_SPACE)
