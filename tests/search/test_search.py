"""Finding contacts by what people type (interface.md Habits; contacts.md 6.1)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from tuttava.contacts.models import Contact
from tuttava.contacts.search import search_ids
from tuttava.foundation.context import acting
from tuttava.foundation.search import search_queryset
from tuttava.foundation.search_tokens import set_search

pytestmark = pytest.mark.usefixtures("company")


def put(name: str = "", **values: Any) -> Contact:
    """A stored contact with its search columns, without the rules of the register."""
    values.setdefault("no", f"T{Contact.objects.count():05}")
    contact = Contact(name=name, search_name=name, **values)
    set_search(contact)
    contact.save(force_insert=True)
    return contact


def found(text: str, **options: Any) -> list[str]:
    names = dict(Contact.objects.values_list("pk", "name"))
    return [names[pk] for pk in search_ids(text, **options)]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Kari Åderøy", "åderøy"),
        ("Kari Åderøy", "ADEROY"),
        ("Kari Åderøy", "aaderoey"),
        ("Kari Aaderoey", "åderøy"),
        ("Alexandria Ocasio-Cortez", "ocasio"),
        ("Alexandria Ocasio-Cortez", "cortez alex"),
        ("Fjordkraft AS", "kraft"),
        ("Nordisk Møbelfabrikk A/S", "as møbel"),
        ("Nordisk Møbelfabrikk A/S", "fabrikk nord"),
        ("Gemeente ’s-Hertogenbosch", "'s-hertogenbosch"),
        ("Gemeente ’s-Hertogenbosch", "hertogen gemeente"),
        ("Jan van der Berg", "berg van der"),
        ("Conor O’Brien", "obrien"),
        ("Conor O’Brien", "o'brien"),
        ("Häkkinen Oy", "hakkinen"),
        ("Häkkinen Oy", "Haekkinen"),
        ("Zażółć Gęślą", "gesla zazolc"),
        ("Łukasz Wójcik", "lukasz wojcik"),
        ("Ελένη Παπαδοπούλου", "παπαδοπουλου"),
        ("Фёдор Достоевский", "достоевский федор"),
        ("محمد علي", "علي"),
        ("דָּוִד כהן", "דוד"),
        ("田中太郎", "太郎"),
        ("Café 🍰 Delight", "🍰"),
        ("A.B.C. Holding", "abc"),
        ("AT&T", "at&t"),
        ("H & M <script>alert(1)</script>", "script alert"),
    ],
)
def test_name_is_found_by_any_part_in_any_order_without_accents(name: str, typed: str) -> None:
    put(name)
    put("Somebody Else")
    assert found(typed) == [name]


@pytest.mark.parametrize(
    "typed",
    [
        *("55102030", "55 10 20 30", "5510 2030", "+47 55 10 20 30", "0047 55102030", "(+47) 5510-2030"),
        *("055102030", "4755102030", "5510203", "+475510", "2030", "551 02 030", "47 55.10.20.30"),
    ],
)
def test_phone_is_found_however_it_is_typed(typed: str) -> None:
    put("Fjordkraft", phone_no="55 10 20 30", phone_no_normalised="+4755102030")
    put("Other", phone_no="22 33 44 55", phone_no_normalised="+4722334455")
    assert found(typed) == ["Fjordkraft"]


def test_phone_that_could_not_be_read_is_found_as_typed() -> None:
    put("Odd", phone_no="0 12=34&56-78-90-12-34-56", phone_no_normalised="")
    assert found("012 345 678 901 23456") == ["Odd"]
    assert found("1" * 40) == []


@pytest.mark.parametrize("typed", ["K0042", "k0042", "=K0042"])
def test_number_comes_before_everything_else(typed: str) -> None:
    put("K0042 Bar", no="X1")
    put("Anna", no="K0042")
    assert found(typed)[0] == "Anna"


@pytest.mark.parametrize("typed", ["A(1)|*", "a(1)|*"])
def test_number_with_special_characters_is_found(typed: str) -> None:  # C-3
    put("Anna", no="A(1)|*")
    assert found(typed) == ["Anna"]


@pytest.mark.parametrize(
    "typed", ["anna.hansen@fjordkraft.no", "ANNA.HANSEN@fjord", "@fjordkraft.no", "fjordkraft.no", "fjordkraft hansen"]
)
def test_email_is_found_whole_by_its_beginning_and_by_domain(typed: str) -> None:
    put("A. H.", email="x@y.no; anna.hansen@fjordkraft.no")
    put("Other", email="other@elsewhere.no")
    assert found(typed) == ["A. H."]


@pytest.mark.parametrize("typed", ["NO987654321MVA", "no 987 654 321 mva", "987654321", "987 654 321"])
def test_tax_number_is_found_in_any_writing(typed: str) -> None:
    put("Fjordkraft", vat_registration_no="NO 987 654 321 MVA")
    put("Other", vat_registration_no="NO 123 456 789 MVA")
    assert found(typed) == ["Fjordkraft"]


def test_person_is_found_by_company_city_and_address_words() -> None:
    put("Anna Berg", company_name="Fjordkraft AS", city="Bergen", address="Storgata 12", job_title="Buyer")
    put("Anna Dahl", company_name="Other AS", city="Oslo")
    for typed in ("anna fjordkraft", "storgata 12 bergen", "buyer anna", "anna ber"):
        assert found(typed) == ["Anna Berg"]


def test_best_hit_comes_first() -> None:
    put("Berit Kraft", type="person")
    put("Fjordkraft AS")
    put("Kraft")
    put("Kraftverk Nord AS")
    put("Per Olsen", type="person", company_name="Kraft")
    assert found("kraft") == ["Kraft", "Kraftverk Nord AS", "Berit Kraft", "Per Olsen", "Fjordkraft AS"]


def test_short_words_are_tested_on_what_longer_words_found() -> None:
    put("Anna Berg")
    put("Anna Dahl")
    assert found("anna b") == ["Anna Berg"]
    assert found("an") == ["Anna Berg", "Anna Dahl"]


@pytest.mark.parametrize(
    "typed", ["", "   ", "'", "\\", "!!!", "&|!()<->", ":*", "' | 'x':*", "%", "_", ";--", "\u200b"]
)
def test_signs_of_query_languages_find_nothing_and_break_nothing(typed: str) -> None:
    put("Anna Berg")
    assert found(typed) == []


def test_text_longer_than_any_name_is_cut() -> None:
    put("Anna Berg")
    assert found("anna berg " * 1000) == ["Anna Berg"]


def test_search_narrows_a_filtered_list_and_keeps_its_order() -> None:
    put("Anna Berg", no="B", city="Oslo")
    put("Anna Dahl", no="A", city="Oslo")
    put("Anna Lie", no="C", city="Bergen")
    listed = search_queryset("anna", Contact.objects.filter(city="Oslo").order_by("no"))
    assert [contact.no for contact in listed] == ["A", "B"]


def test_limit_is_kept() -> None:
    for number in range(12):
        put(f"Anna {number}")
    assert len(found("anna", limit=5)) == 5


def test_blocked_contact_is_found_by_its_number_only_without_the_privacy_right() -> None:  # C-72
    put("Secret Person", no="S1", privacy_blocked=True, phone_no="55102030", email="secret@hidden.no")
    with acting(rights=frozenset({"api.read"})):
        for typed in ("secret", "person", "cret", "55102030", "secret@hidden.no", "@hidden.no", "s1 secret"):
            assert found(typed) == []
        assert found("s1") == ["Secret Person"]
    with acting(rights=frozenset({"api.read", "privacy.manage"})):
        assert found("cret") == ["Secret Person"]


def test_search_makes_a_bounded_number_of_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(30):
        put(f"Anna {number}")
    with django_assert_max_num_queries(11):
        search_ids("nobody of this name")


def test_search_leaves_the_settings_of_the_planner_as_they_were() -> None:
    put("Anna Berg")
    with connection.cursor() as cursor:
        search_ids("anna")
        cursor.execute("SHOW enable_seqscan")
        assert cursor.fetchone() == ("on",)
