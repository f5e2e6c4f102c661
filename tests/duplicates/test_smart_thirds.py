"""A third contact that speaks for a pair in doubt, at the doors and over the whole base (D-26 to D-28)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.contacts.register import change, person
from tests.duplicates.test_smart_doors import found
from tuttava.contacts.models import Contact
from tuttava.duplicates import smart
from tuttava.duplicates.actions import set_separate
from tuttava.duplicates.models import ContactDuplicate
from tuttava.duplicates.smart import scoring

pytestmark = [pytest.mark.smart_search, pytest.mark.usefixtures("company")]

NAME = {"first_name": "Torunn", "surname": "Skrede", "name": "Torunn Skrede"}
HOME = {"mobile_phone_no": "+47 912 34 567", "address": "Elvebakken 4", "post_code": "6800", "city": "Førde"}
BY_MAIL = {**NAME, "email": "torunn.skrede@vann.example"}
BY_HOME = {**NAME, **HOME, "first_name": "T.", "name": "T. Skrede"}
WHOLE = {**BY_MAIL, **HOME}
STRANGER = {"first_name": "Gerd", "surname": "Juul", "name": "Gerd Juul", "email": "gerd.juul@molde.example"}


def three() -> tuple[Contact, Contact, Contact]:
    """The contact that both others surely are, and those two; the last one saved is one of them."""
    return person(**WHOLE), person(**BY_MAIL), person(**BY_HOME)


def score_of(one: Contact, other: Contact) -> int:
    pair = found(one, other)
    return (pair.score or 0) if pair else 0


def test_two_that_are_in_doubt_by_themselves_are_no_pair() -> None:  # D-26
    assert found(person(**BY_MAIL), person(**BY_HOME)) is None


def test_third_contact_makes_a_pair_of_them_at_the_door_and_in_the_whole_base() -> None:  # D-26, D-28
    whole, one, other = three()
    assert score_of(whole, one) >= 90 and score_of(whole, other) >= 90
    assert 50 <= score_of(one, other) < 90
    at_door = score_of(one, other)
    ContactDuplicate.objects.all().delete()
    smart.search_all(wait=True)
    assert abs(score_of(one, other) - at_door) <= 5
    again = smart.search_all(wait=True)
    assert again.result is not None and (again.result["new"], again.result["gone"]) == (0, 0)


def test_pair_stays_when_one_of_its_contacts_is_touched_or_it_is_judged_alone() -> None:  # D-26
    _whole, one, other = three()
    smart.search_all(wait=True)
    before = score_of(one, other)
    assert before >= 50
    change(other, name_2="Skrede")
    assert score_of(one, other) >= 50
    pair = found(one, other)
    assert pair is not None
    scoring.score_again([pair])
    assert score_of(one, other) >= 50


def test_pair_goes_when_the_third_becomes_another_one() -> None:  # D-26
    whole, one, other = three()
    assert score_of(one, other) >= 50
    change(whole, **dict.fromkeys(HOME, ""), **STRANGER)
    assert found(one, other) is None


def test_contact_said_to_be_another_is_no_third() -> None:  # D-22
    whole, one, other = three()
    pair, told = found(one, other), found(whole, other)
    assert pair is not None and told is not None
    set_separate(told, True)
    scoring.score_again([pair])
    assert found(one, other) is None


def test_reason_names_the_third_and_points_add_up() -> None:  # D-26
    whole, one, other = three()
    pair, sure = found(one, other), found(whole, one)
    assert pair is not None and sure is not None
    told = smart.explain_pairs([pair, sure])
    why = told[pair.pk]
    assert why.score == pair.score == why.base + sum(reason.points for reason in why.reasons)
    reason = next(reason for reason in why.speaks_for if reason.field == "third")
    assert (str(reason.label), str(reason.words)) == ("Another contact", f"both are the same as {whole.no}")
    assert all(reason.field != "third" for reason in told[sure.pk].reasons)


def test_contact_without_pairs_in_doubt_costs_no_look_for_a_third() -> None:
    person(**WHOLE)
    with CaptureQueriesContext(connection) as queries:
        person(**STRANGER)
    assert queries.captured_queries
    assert not [query for query in queries.captured_queries if "e.id, t.other" in query["sql"]]
