"""The one normal form of names, addresses, numbers and dates."""

from __future__ import annotations

import pytest

from tests.matching.cards import Card, records_of
from tuttava.matching import layout


def text(card: Card, field: int) -> str:
    """Return a normalised text of one card."""
    normal = records_of([card]).normal
    start = normal.base[0]
    return bytes(normal.text[start + normal.edges[0, field] : start + normal.edges[0, field + 1]]).decode()


@pytest.mark.parametrize(
    ("role", "field", "values"),
    [
        ("name", layout.T_NAME, ["Ærlig Fisk A/S", "aerlig  fisk as", "ÆRLIG FISK, AS."]),
        ("name", layout.T_NAME, ["Müller & Söhne GmbH & Co. KG", "Mueller und Soehne"]),
        ("name", layout.T_NAME, ["Jansen Bros. Intl. B.V.", "Jansen Brothers International BV"]),
        ("address", layout.T_STREET, ["Storgata 12 B", "Storgt. 12b", "STORGATEN 12B"]),
        ("address", layout.T_STREET, ["12 High Street", "12 High St.", "High street, 12"]),
        ("address", layout.T_STREET, ["Kerkstraat 5", "Kerkstr. 5"]),
        ("phone", layout.T_PHONE, ["020 7946 0018", "+44 20 7946 0018", "0044 (0)20 7946 0018"]),
        ("phone", layout.T_PHONE, ["22 33 44 55", "+47 22334455", "22334455 ext. 12"]),
        ("email", layout.T_LOCAL, ["Ola.Nordmann@Firma.no", "olanordmann+news@firma.no", "<ola.nordmann@firma.no>"]),
        ("post_code", layout.T_POST, ["NO-0150", "0150"]),
        ("post_code", layout.T_POST, ["1234 AB", "1234ab"]),
        ("home_page", layout.T_HOST, ["https://www.firma.no/om", "firma.no", "www.Firma.no:8080"]),
        ("vat_number", layout.T_VAT, ["NO 987 654 321 MVA", "987654321"]),
        ("city", layout.T_CITY, ["Ålesund", "AALESUND", "Alesund"]),
        ("city", layout.T_CITY, ["Москва", "Moskva"]),
    ],
)
def test_spellings_of_one_value_have_one_normal_form(role: str, field: int, values: list[str]) -> None:  # D-27
    found = {text({"kind": "company", role: value}, field) for value in values}
    assert len(found) == 1
    assert found.pop()


@pytest.mark.parametrize("name", ["van der Berg, Jan-Willem", "Jan Willem van der Berg", "Dr. Jan-Willem Berg"])
def test_name_of_a_person_is_taken_apart(name: str) -> None:  # D-27
    card = {"kind": "person", "name": name}
    assert (text(card, layout.T_GIVEN), text(card, layout.T_SURNAME)) == ("jan", "berg")


@pytest.mark.parametrize("date", ["1987-02-03", "03.02.1987", "19870203", "3/2/87", "1987-02-03T00:00:00"])
def test_date_of_birth_is_read_in_every_usual_form(date: str) -> None:
    assert records_of([{"birth_date": date}]).normal.numbers[0, layout.N_BIRTH] == 19870203


@pytest.mark.parametrize("value", ["", " ", "😀", "\x00", "日本語", "ñ" * 5000, "a" * 5000, "1 " * 3000, ",", "@", "+"])
def test_odd_values_are_taken_in_every_field(value: str) -> None:
    records = records_of([dict.fromkeys(layout.ROLES, value), {}])
    assert len(records.normal.base) == 2
