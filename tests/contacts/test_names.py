"""Names are split, composed and followed by what depends on them (C-15 to C-18)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuttava.contacts.models import Contact
from tuttava.contacts.rules.names import NameParts, as_search_name, compose_name, full_name, split_name
from tuttava.foundation import records
from tuttava.foundation.context import Context, acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import UserPreference

pytestmark = pytest.mark.usefixtures("company")


def person(**values: object) -> Contact:
    return records.create(Contact, {"no": "P1", "type": "person", **values})


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Anna", ("Anna", "", "")),
        ("Anna Berg", ("Anna", "", "Berg")),
        ("Anna Maria von Berg", ("Anna Maria", "von", "Berg")),
        ("  Anna   Maria\tBerg ", ("Anna", "Maria", "Berg")),
        ("Berg, Anna", ("Anna", "", "Berg")),
        ("van der Berg, Anna Maria", ("Anna", "Maria", "van der Berg")),
        ("Berg,", ("Berg,", "", "")),
        ("a, b, c", ("a,", "b,", "c")),
        ("Donald S. Beyer, Jr.", ("Donald", "S.", "Beyer, Jr.")),
        ("", ("", "", "")),
        ("x" * 40 + " " + "y" * 40, ("x" * 30, "", "y" * 30)),
    ],
)
def test_name_is_split_at_blanks_and_at_its_only_comma(name: str, parts: tuple[str, ...]) -> None:  # C-15
    assert split_name(name) == parts


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Anna Maria von Berg", ("Anna", "Maria", "von Berg")),
        ("Jan van der Meer", ("Jan", "", "van der Meer")),
        ("Ana de la Cruz", ("Ana", "", "de la Cruz")),
        ("Van Morrison", ("Van", "", "Morrison")),
    ],
)
def test_particles_stay_with_the_surname_when_the_user_prefers_so(name: str, parts: tuple[str, ...]) -> None:  # C-15
    assert split_name(name, keep_particles=True) == parts


def test_preference_of_the_user_decides_about_particles() -> None:  # C-15
    UserPreference.objects.create(user_name="ida", keep_surname_particles=True)
    with acting(Context(user_name="ida")):
        assert person(name="Anna von Berg").surname == "von Berg"
    with acting(Context(user_name="ola")):
        assert person(no="P2", name="Anna von Berg").surname == "Berg"


def test_comma_form_is_stored_in_natural_order() -> None:  # C-15
    anna = person(name=" Berg, Anna ")
    assert (anna.name, anna.first_name, anna.surname, anna.search_name) == ("Anna Berg", "Anna", "Berg", "ANNA BERG")


words = st.text(st.characters(categories=["L"]), min_size=1, max_size=10)


@given(st.lists(words, min_size=1, max_size=4))
def test_split_then_composed_is_the_same_name(parts: list[str]) -> None:  # C-15, C-16
    name = " ".join(parts)
    assert compose_name(split_name(name)) == name


@given(st.text(max_size=100))
def test_any_text_splits_into_parts_that_fit(text: str) -> None:  # C-15
    assert all(len(part) <= 30 for part in split_name(text))
    assert all(len(part) <= 30 for part in split_name(text, keep_particles=True))
    assert len(full_name(text)) <= 100


@given(st.lists(words, max_size=3, min_size=3), st.integers(0, 7))
def test_composed_name_has_the_filled_parts_in_order(parts: list[str], blanks: int) -> None:  # C-16
    shown = [part if blanks & (1 << place) else "" for place, part in enumerate(parts)]
    assert compose_name(NameParts(*shown)).split() == [part for part in shown if part]


def test_company_name_is_never_split() -> None:  # C-15, C-18
    firm = records.create(Contact, {"no": "C1", "name": "Berg, Anna AS"})
    assert (firm.name, firm.first_name, firm.surname, firm.company_name) == ("Berg, Anna AS", "", "", "Berg, Anna AS")


def test_part_rebuilds_the_name_without_splitting_again() -> None:  # C-16
    anna = records.change(person(name="Anna Berg"), {"surname": "von Berg"})
    assert (anna.name, anna.first_name, anna.middle_name) == ("Anna von Berg", "Anna", "")
    assert anna.search_name == "ANNA VON BERG"


@pytest.mark.parametrize("part", ["first_name", "middle_name", "surname"])
def test_name_part_on_a_company_is_refused(part: str) -> None:  # C-16
    with pytest.raises(DomainError) as refused:
        records.create(Contact, {"no": "C1", "name": "Fjord AS", part: "Anna"})
    assert (refused.value.code, refused.value.field) == ("contact.wrong_type", part)


@pytest.mark.parametrize("part", ["initials", "job_title"])
def test_personal_field_on_a_saved_company_is_refused(part: str) -> None:  # C-14
    firm = records.create(Contact, {"no": "C1", "name": "Fjord AS"})
    with pytest.raises(DomainError) as refused:
        records.change(firm, {part: "A"})
    assert refused.value.code == "contact.wrong_type"


def test_search_name_follows_until_it_is_typed() -> None:  # C-17
    firm = records.create(Contact, {"no": "C1", "name": "Fjord AS"})
    firm = records.change(firm, {"name": "Fjell AS"})
    assert firm.search_name == "FJELL AS"
    firm = records.change(firm, {"search_name": "mountain"})
    firm = records.change(firm, {"name": "Berg AS"})
    assert firm.search_name == "MOUNTAIN"


def test_typed_search_name_in_the_same_request_stays() -> None:  # C-17
    firm = records.create(Contact, {"no": "C1", "name": "Fjord AS", "search_name": "water"})
    assert firm.search_name == "WATER"


def test_search_name_of_a_name_that_grows_in_upper_case_fits() -> None:  # C-17
    firm = records.create(Contact, {"no": "C1", "name": "ß" * 100})
    assert len(firm.search_name) == 100
    assert records.change(firm, {"name": "Short"}).search_name == "SHORT"


@given(st.text(max_size=100))
def test_search_name_always_fits(name: str) -> None:  # C-17
    assert len(as_search_name(name)) <= 100
