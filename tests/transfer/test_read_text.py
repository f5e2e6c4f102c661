"""Delimited text of any kind, and what is wrong with it."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from tuttava.transfer.readers import FileUnreadable, Layout, read, understand

TABLE = "Navn;Postnr;Poststed\r\nBjørn Ås;0150;Oslo\r\nÆrlig Ønske;9008;Tromsø\r\n"


def _file(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("windows-1252", "windows-1252"),
    ],
)
def test_encoding_is_guessed(tmp_path: Path, encoding: str, found: str) -> None:
    path = _file(tmp_path, TABLE.encode(encoding))
    understanding = understand(path, "file.csv")
    assert understanding.layout.encoding == found
    assert understanding.headings == ("Navn", "Postnr", "Poststed")
    assert [row.cells[0] for row in read(path, understanding.layout)] == ["Bjørn Ås", "Ærlig Ønske"]


def test_central_european_text_is_not_taken_for_western(tmp_path: Path) -> None:
    text = "Name;City\n" + "Łukasz Żółkiewski;Gdańsk\nŚwiętosław Dąbrowski;Łódź\nGrażyna Cieślak;Poznań\n" * 8
    path = _file(tmp_path, text.encode("windows-1250"))
    understanding = understand(path, "file.csv")
    assert understanding.samples[0].cells == ("Łukasz Żółkiewski", "Gdańsk")


def test_first_letter_beyond_ascii_late_in_a_large_file_decides(tmp_path: Path) -> None:
    path = _file(tmp_path, b"Name;City\n" + b"Anna;Oslo\n" * 60_000 + "Bjørn;Tromsø\n".encode("windows-1252"))
    assert understand(path, "file.csv").layout.encoding == "windows-1252"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_guessed(tmp_path: Path, delimiter: str) -> None:
    lines = ["Name,City,Note".replace(",", delimiter), delimiter.join(['"Berg, Anna; x|y"', "Oslo", "a"])]
    understanding = understand(_file(tmp_path, "\n".join(lines).encode()), "file.csv")
    assert understanding.layout.delimiter == delimiter
    assert understanding.samples[0].cells[0] == "Berg, Anna; x|y"


def test_delimiter_named_in_first_line_is_taken(tmp_path: Path) -> None:
    understanding = understand(_file(tmp_path, b"sep=|\nName|City\nAnna, B|Oslo, N\n"), "file.csv")
    assert understanding.headings == ("Name", "City")
    assert understanding.samples[0].cells == ("Anna, B", "Oslo, N")


def test_headings_below_a_preamble_are_found(tmp_path: Path) -> None:
    path = _file(tmp_path, b"Kundeliste 2026;;\n;;\nNavn;E-post;Telefon\nAnna;a@example.com;22000000\n")
    understanding = understand(path, "file.csv")
    assert understanding.layout.heading_row == 3
    assert [row.cells[0] for row in read(path, understanding.layout)] == ["Anna"]


def test_file_without_headings_loses_no_row(tmp_path: Path) -> None:
    path = _file(tmp_path, b"Anna;a@example.com\nBo;b@example.com\n")
    understanding = understand(path, "file.csv")
    assert understanding.layout.heading_row == 0
    assert len(list(read(path, understanding.layout))) == 2


def test_user_overrides_the_guess(tmp_path: Path) -> None:
    path = _file(tmp_path, TABLE.encode("utf-8"))
    understanding = understand(path, "file.csv", Layout(encoding="windows-1252", delimiter=";", heading_row=0))
    assert understanding.headings == ("", "", "")
    assert understanding.samples[1].cells[0] == "BjÃ¸rn Ã…s"


def test_unknown_encoding_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="klingon"):
        understand(_file(tmp_path, b"a;b"), "file.csv", Layout(encoding="klingon"))


def test_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="empty"):
        understand(_file(tmp_path, b""), "file.csv")


def test_broken_utf8_refuses_its_row_alone(tmp_path: Path) -> None:
    good = "Bjørn Ås;Tromsø\n".encode() * 30
    path = _file(tmp_path, b"Name;City\n" + good + b"An\xffna;Oslo\n" + good)
    understanding = understand(path, "file.csv")
    rows = list(read(path, understanding.layout))
    assert understanding.layout.encoding == "utf-8"
    assert [row.number for row in rows if row.problem] == [31]
    assert "UTF-8" in rows[30].problem
    assert "32" in rows[30].problem
    assert len(rows) == 61


def test_quote_that_never_ends_refuses_its_row_alone(tmp_path: Path) -> None:
    path = _file(tmp_path, b'Name,City\nAnna,Oslo\n"Bo,Bergen\nCarl,Moss\nDina,Hamar\n')
    rows = list(read(path, Layout()))
    assert [(row.cells[0], bool(row.problem)) for row in rows] == [
        ("Anna", False),
        ("Bo", True),
        ("Carl", False),
        ("Dina", False),
    ]
    assert [row.number for row in rows] == [1, 2, 3, 4]


def test_stray_quotes_and_line_breaks_in_fields_are_read(tmp_path: Path) -> None:
    path = _file(tmp_path, b'Name,City\n"Anna ""Nan"" Berg","Line 1\nLine 2"\n5" pipe,Oslo\n"a" b,Moss\n')
    rows = list(read(path, Layout()))
    assert [row.cells[0] for row in rows] == ['Anna "Nan" Berg', '5" pipe', "a b"]
    assert rows[0].cells[1] == "Line 1\nLine 2"
    assert not any(row.problem for row in rows)


@pytest.mark.parametrize("breaks", [False, True], ids=["one line", "many lines"])
def test_ten_megabyte_field_refuses_its_row_alone(tmp_path: Path, breaks: bool) -> None:
    giant = b'"' + (b"x" * 99 + b"\n" if breaks else b"x" * 100) * 100_000 + b'"'
    path = _file(tmp_path, b"Name,City\nAnna,Oslo\n" + giant + b",Bergen\nCarl,Moss\n")
    rows = list(read(path, Layout()))
    assert [row.cells[0][:4] for row in rows] == ["Anna", "xxxx" if breaks else '"xxx', "Carl"]
    assert "longer" in rows[1].problem


def test_memory_is_flat_in_the_size_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as out:
        out.write(b"Name,City,Note\n")
        for _block in range(200):
            out.write(b"Anna Berg,Oslo,a note of some length that fills the line\n" * 1000)
        out.write(b"Bo," + b"y" * 10_000_000 + b",z\nCarl,Moss,\n")
    tracemalloc.start()
    understanding = understand(path, "large.csv")
    count = problems = 0
    for row in read(path, understanding.layout):
        count += 1
        problems += bool(row.problem)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count, problems) == (200_002, 1)
    assert peak < 16 * 1024 * 1024
