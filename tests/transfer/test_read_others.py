"""Workbooks, vCards and JSON."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from tuttava.transfer.readers import FileUnreadable, Layout, Row, read, understand

SAMPLES = Path(__file__).parent / "samples"


def _cards(name: str) -> list[tuple[dict[str, str], Row]]:
    path = SAMPLES / name
    understanding = understand(path, name)
    assert understanding.layout.format == "vcard"
    return [
        ({heading: cell for heading, cell in zip(understanding.headings, row.cells, strict=True) if cell}, row)
        for row in read(path, understanding.layout)
    ]


def test_android_card_with_quoted_printable_and_damaged_picture() -> None:
    (first, row), (second, _row) = _cards("android.vcf")
    assert first == {
        "type": "person",
        "name": "Bjørn Ås",
        "first_name": "Bjørn",
        "surname": "Ås",
        "company_name": "Fjordtech AS",
        "phone_no": "22 00 00 01",
        "mobile_phone_no": "+47 900 00 001",
        "fax_no": "22 00 00 03",
        "email": "bjorn@example.com",
        "home_page": "www.example.com",
        "comment": "Home: 22 00 00 02\nE-mail: ØØ",
    }
    assert row.extras["picture"].startswith(b"\xff\xd8")
    assert second["name"] == "only.mail@example.com"


def test_evolution_card_with_escapes_and_folded_lines() -> None:
    ((card, _row),) = _cards("evolution.vcf")
    assert card["middle_name"] == "Maria, Elisabet"
    assert card["home_page"] == "http://www.example.com"
    assert card["department"] == "Accounting, Payroll"
    assert card["comment"] == "Prefers calls, not mail.\nSpeaks Swedish."
    assert (card["address"], card["address_2"], card["post_code"]) == ("Kaivokatu 1", "PL 12", "00100")
    assert "external_id" not in card


def test_iphone_card_with_grouped_properties() -> None:
    ((card, row),) = _cards("iphone.vcf")
    assert (card["surname"], card["middle_name"]) == ("de Boer", "Anna Louise")
    assert card["email"] == "sanne@example.nl"
    assert card["home_page"] == "http://www.example.nl"
    assert (card["phone_no"], card["mobile_phone_no"], card["pager"]) == (
        "020 123 0003",
        "06 1234 0001",
        "020 123 0005",
    )
    assert (card["address"], card["address_2"]) == ("Damrak 4", "Gebouw 6, Etage 8")
    assert row.extras["alt_addresses"][0]["code"] == "HOME"
    assert row.extras["alt_addresses"][0]["address"] == "Singel 5"
    assert "020 123 0006" in card["comment"]


def test_outlook_card_with_charset_and_indented_picture() -> None:
    ((card, row),) = _cards("outlook.vcf")
    assert card["comment"] == "Gift med Børre\nog har hund"
    assert card["phone_no"] == "(22) 00 00 11"
    assert row.extras["picture"].startswith(b"\x89PNG")


def test_gmail_file_with_several_cards() -> None:
    assert [card["email"] for card, _row in _cards("gmail.vcf")] == ["arne@example.com", "berit@example.com"]


def test_version_4_card_with_uris_preferences_and_kind() -> None:
    (person, row), (company, _row) = _cards("version4.vcf")
    assert person["language_code"] == "sv"
    assert (person["phone_no"], person["extension_no"]) == ("+46-18-000-0001", "102")
    assert person["mobile_phone_no"] == "+46-70-000-0001"
    assert (person["address"], person["address_2"], person["country_code"]) == ("Kungsgatan 2", "Svit 6", "Sverige")
    assert row.extras["picture"].startswith(b"\x89PNG")
    assert company == {"type": "company", "name": "Granit AB", "email": "post@example.se"}


def test_twenty_megabyte_photo_costs_the_picture_not_the_card(tmp_path: Path) -> None:
    path = tmp_path / "large.vcf"
    photo = b"PHOTO;ENCODING=b;TYPE=JPEG:" + b"/9j/" * 7_000_000 + b"\r\n"
    card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna Berg\r\nN:Berg;Anna\r\n" + photo + b"END:VCARD\r\n"
    path.write_bytes(card + b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bo Lie\r\nN:Lie;Bo\r\nEND:VCARD\r\n")
    rows = list(read(path, understand(path, "large.vcf").layout))
    assert [row.problem for row in rows] == ["", ""]
    assert "picture" not in rows[0].extras
    assert "20 MB" in rows[0].extras["notes"][0]


def test_card_that_never_ends_and_broken_bytes_are_said(tmp_path: Path) -> None:
    path = tmp_path / "bad.vcf"
    path.write_bytes(
        b"BEGIN:VCARD\nVERSION:3.0\nFN:Anna\nN:;Anna\nBEGIN:VCARD\nVERSION:3.0\nFN:B\xff\nN:;B\nEND:VCARD\n"
        b"BEGIN:VCARD\nVERSION:3.0\nFN:Carl\nN:;Carl\nNOTE;ENCODING=QUOTED-PRINTABLE:=FF=FF\nEND:VCARD\n"
    )
    rows = list(read(path, Layout("vcard", heading_row=0)))
    assert "line 1 never ends" in rows[0].problem
    assert "line 5 is not UTF-8" in rows[1].problem
    assert (rows[2].problem, rows[2].extras["notes"]) == ("", ["NOTE was left out: its bytes are not UTF-8."])


def test_workbook_is_read_with_sheets_dates_and_numbers(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Kunder"
    sheet.append(["Kundeliste"])
    sheet.append(["Navn", "Postnr", "Fra dato", "Aktiv"])
    sheet.append(["Anna", 150, dt.date(2026, 3, 4), True])
    book.create_sheet("Andre").append(["Nimi"])
    path = tmp_path / "book.xlsx"
    book.save(path)
    understanding = understand(path, "book.xlsx")
    assert understanding.sheets == ("Kunder", "Andre")
    assert understanding.headings == ("Navn", "Postnr", "Fra dato", "Aktiv")
    assert [row.cells for row in read(path, understanding.layout)] == [("Anna", "150", "2026-03-04", "true")]


def test_zip_bomb_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sheet.xml", "w") as entry:
        for _block in range(64):
            entry.write(b"0" * 1_048_576)
    with pytest.raises(FileUnreadable, match="64 MB"):
        understand(path, "bomb.xlsx")


def test_workbook_with_too_many_entries_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(2001):
            archive.writestr(f"xl/{number}.xml", "")
    with pytest.raises(FileUnreadable, match="not opened"):
        understand(path, "many.xlsx")


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a zip", b"PK\x03\x04" + bytes(5000)])
def test_damaged_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.xlsx"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable, match="workbook"):
        understand(path, "bad.xlsx")


@pytest.mark.parametrize(
    "content",
    [
        '[{"name": "Anna", "city": "Oslo"}, {"name": "Bjørn", "minor": true}]',
        '{"@odata.context": "x", "value": [{"name": "Anna", "city": "Oslo"}, {"name": "Bjørn", "minor": true}]}',
        '{"name": "Anna", "city": "Oslo"}\n{"name": "Bjørn", "minor": true}\n',
    ],
    ids=["list", "wrapped", "lines"],
)
def test_json_is_read_in_its_usual_shapes(tmp_path: Path, content: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(content, encoding="utf-8")
    understanding = understand(path, "file.json")
    assert understanding.headings == ("name", "city", "minor")
    assert [row.cells for row in read(path, understanding.layout)] == [("Anna", "Oslo", ""), ("Bjørn", "", "true")]


def test_json_that_stops_in_the_middle_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text('[{"name": "Anna"}, {"name": "B', encoding="utf-8")
    with pytest.raises(FileUnreadable, match="not complete"):
        understand(path, "file.json")
