"""Columns guessed in seven languages, chosen, and learnt."""

from __future__ import annotations

import pytest

from tuttava.foundation.errors import DomainError
from tuttava.transfer.headings import meanings, normalise
from tuttava.transfer.kinds import kind_of
from tuttava.transfer.kinds.contacts import CONTACTS
from tuttava.transfer.mapping import Column, choose, column_letter, from_file, guess_mapping, learn
from tuttava.transfer.readers import Layout, Row, Understanding

pytestmark = pytest.mark.usefixtures("company")


def _guess(kind: str, *headings: str, rows: tuple[tuple[str, ...], ...] = ()) -> list[str]:
    samples = tuple(Row(n, n, cells) for n, cells in enumerate(rows, start=1))
    return [column.target for column in guess_mapping(kind_of(kind), Understanding(Layout(), headings, samples))]


@pytest.mark.parametrize(
    "headings",
    [
        ("First name", "Last name", "Company", "E-mail", "Phone", "Zip", "City"),
        ("Fornavn", "Etternavn", "Firma", "E-postadresse", "Telefon", "Postnr.", "Poststed"),
        ("Voornaam", "Achternaam", "Bedrijfsnaam", "E-mailadres", "Telefoonnummer", "Postcode", "Plaats"),
        ("Etunimi", "Sukunimi", "Yritys", "Sähköposti", "Puhelinnumero", "Postinumero", "Postitoimipaikka"),
        ("Förnamn", "Efternamn", "Företag", "E-post", "Telefonnummer", "Postnummer", "Ort"),
        ("Fornavn", "Efternavn", "Virksomhed", "Mailadresse", "Tlf. nr.", "Postnr", "By"),
        ("Vorname", "Nachname", "Unternehmen", "E-Mail-Adresse", "Telefon", "PLZ", "Stadt"),
    ],
    ids=["en", "nb", "nl", "fi", "sv", "da", "de"],
)
def test_headings_are_understood_in_seven_languages(headings: tuple[str, ...]) -> None:
    found = _guess("contacts", *headings)
    assert found == ["first_name", "surname", "company_name", "email", "phone_no", "post_code", "city"]


def test_heading_is_compared_without_case_accents_and_signs() -> None:
    assert normalise(" E-Post adresse: ") == "epostadresse"
    assert meanings("SAHKOPOSTI") == ("email",)


def test_outlook_headings_are_understood() -> None:
    headings = (
        "Full Name",
        "Business Phone",
        "Business Fax",
        "Web Page",
        "Business Address",
        "External Id",
        "Birthday",
    )
    assert _guess("contacts", *headings) == [
        "name",
        "phone_no",
        "fax_no",
        "home_page",
        "address",
        "external_id",
        "",
    ]


def test_no_field_is_given_twice() -> None:
    assert _guess("contacts", "E-mail", "Email address") == ["email", "email_2"]
    assert _guess("contacts", "City", "By") == ["city", ""]


def test_column_without_heading_is_known_by_its_values() -> None:
    rows = (("Anna", "anna@example.com"), ("Bo", "bo@example.com"))
    assert _guess("contacts", "", "", rows=rows) == ["", "email"]


def test_alternative_addresses_have_their_own_fields() -> None:
    headings = ("Member", "External Id", "Office", "Address", "Suite", "City", "State", "Zip", "Hours")
    assert _guess("alt_addresses", *headings) == [
        "name",
        "external_id",
        "address_company_name",
        "address",
        "address_2",
        "city",
        "county",
        "post_code",
        "",
    ]


def test_mapping_is_learnt_for_the_same_file_and_for_the_heading() -> None:
    headings = ("Navn", "Hvem selger", "Gruppe")
    columns = guess_mapping(CONTACTS, Understanding(Layout(), headings, ()))
    learn(CONTACTS, choose(CONTACTS, columns, {1: "salesperson_code", 0: ""}))
    assert _guess("contacts", *headings) == ["", "salesperson_code", ""]
    assert _guess("contacts", "Hvem selger?", "E-post") == ["salesperson_code", "email"]


def test_later_lesson_replaces_the_earlier() -> None:
    columns = [Column(0, "Sone", "territory_code", "user")]
    learn(CONTACTS, columns)
    learn(CONTACTS, [Column(0, "Sone", "county", "user")])
    assert _guess("contacts", "Sone") == ["county"]


def test_two_columns_for_one_field_are_refused() -> None:
    columns = [Column(0, "A", "name"), Column(1, "B")]
    with pytest.raises(DomainError) as refused:
        choose(CONTACTS, columns, {1: "name"})
    assert (refused.value.code, refused.value.field) == ("import.mapping.twice", "column-1")


def test_unknown_field_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        choose(CONTACTS, [Column(0, "A")], {0: "shoe_size"})
    assert refused.value.code == "import.mapping.unknown_field"


def test_mapping_file_names_columns_by_heading_or_letter() -> None:
    columns = [Column(0, "Who", "name", "heading"), Column(1, "")]
    assert [c.target for c in from_file(CONTACTS, columns, {"who": "search_name", "B": "name"})] == [
        "search_name",
        "name",
    ]
    with pytest.raises(DomainError) as refused:
        from_file(CONTACTS, columns, {"Nobody": "name"})
    assert refused.value.code == "import.mapping.unknown_column"


def test_columns_are_lettered_like_a_spreadsheet() -> None:
    assert [column_letter(index) for index in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]
