"""Switches of classic merge fields do what Word does with them (I-163)."""

from __future__ import annotations

import datetime as dt
from xml.sax.saxutils import quoteattr

import pytest

from tests.interactions.documents import document_with, lines_of
from tuttava.interactions.word import Letter
from tuttava.interactions.word_switches import Dated

VALUES = {
    "contact.name": "anna BERG-olsen",
    "contact.job_title": "",
    "entry.document_date": Dated("3. februar 2026", dt.date(2026, 2, 3), "nb"),
    "entry.entry_no": "-1234567.5",
    "entry.subject": "1234",
    "contact.city": "2026-02-03",
}


def shown(switches: str, field: str = "Contact_Name") -> str:
    instruction = quoteattr(f" MERGEFIELD {field} {switches} ")
    simple = f"<w:fldSimple w:instr={instruction}><w:r><w:t>x</w:t></w:r></w:fldSimple>"
    return lines_of(Letter(document_with(simple), VALUES.__contains__).fill(VALUES))[0]


@pytest.mark.parametrize(
    ("switches", "expected"),
    [
        (r"\* MERGEFORMAT", "anna BERG-olsen"),
        (r"\* Upper \* MERGEFORMAT", "ANNA BERG-OLSEN"),
        (r"\*lower", "anna berg-olsen"),
        (r"\* FirstCap", "Anna BERG-olsen"),
        (r"\* CAPS", "Anna BERG-olsen"),
        (r'\b "Att. " \f ", " \* Upper', "Att. ANNA BERG-OLSEN, "),
        (r"\f ! \m", "anna BERG-olsen!"),
        (r'\@ "dd.MM.yyyy"', "anna BERG-olsen"),
        (r'\# "0.00"', "anna BERG-olsen"),
        (r'\q "nothing" \* Roman', "anna BERG-olsen"),
    ],
)
def test_case_and_texts_around_a_value(switches: str, expected: str) -> None:
    assert shown(switches) == expected


def test_of_a_blank_value_nothing_is_shown() -> None:
    assert shown(r'\b "Title: " \f "."', "Contact_Job_Title") == ""


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        ("dd.MM.yyyy", "03.02.2026"),
        ("d/M/yy", "3/2/26"),
        ("dddd d. MMMM yyyy", "tirsdag 3. februar 2026"),
        ("'den' d. MMM", "den 3. feb."),
        ("HH:mm", "00:00"),
        ("yyyy 'week'", "2026 week"),
    ],
)
def test_pictures_of_dates(picture: str, expected: str) -> None:
    assert shown(rf'\@ "{picture}"', "Entry_Document_Date") == expected


def test_a_date_that_came_as_text_is_read_where_it_is_plain() -> None:
    assert shown(r'\@ "d.M.yyyy"', "Contact_City") == "3.2.2026"


@pytest.mark.parametrize(
    ("picture", "number", "small"),
    [
        ("#,##0.00", "-1,234,567.50", "1,234.00"),
        ("#,##0", "-1,234,568", "1,234"),
        ("# ##0,0", "-1 234 567,5", "1 234,0"),
        ("0", "-1234568", "1234"),
        ("000000", "-1234568", "001234"),
        ("kr #.##0,00", "kr -1.234.567,50", "kr 1.234,00"),
        ("0.0#", "-1234567.5", "1234.0"),
        ("#,##0.00;(#,##0.00)", "(1,234,567.50)", "1,234.00"),
        ("none", "none", "none"),
    ],
)
def test_pictures_of_numbers(picture: str, number: str, small: str) -> None:
    assert (shown(rf'\# "{picture}"', "Entry_Entry_No"), shown(rf'\# "{picture}"', "Entry_Subject")) == (number, small)


def test_a_field_made_of_runs_has_switches_too() -> None:
    runs = "".join(
        f"<w:r>{inner}</w:r>"
        for inner in (
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> MERGEFIELD Contact_Name \\* Up</w:instrText>',
            '<w:instrText xml:space="preserve">per \\b &quot;To: &quot; </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>«x»</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    assert lines_of(Letter(document_with(runs), VALUES.__contains__).fill(VALUES))[0] == "To: ANNA BERG-OLSEN"
