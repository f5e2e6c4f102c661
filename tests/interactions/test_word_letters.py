"""Word documents are filled in, and what is no harmless document is refused (I-92, I-163)."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from tests.interactions.documents import document_of, document_with, lines_of, parts_of, saved, with_parts
from tuttava.foundation.errors import DomainError
from tuttava.interactions import word_files
from tuttava.interactions.word import Letter

VALUES = {
    "contact.name": "Nordlys & Sønner <AS>",
    "contact.address_block": "Nordlys AS\nHavnegata 4\n5003 Bergen",
    "contact.job_title": "",
    "salesperson.name": "Пётр",
}


def filled(data: bytes) -> list[str]:
    return lines_of(Letter(data, VALUES.__contains__).fill(VALUES))


def test_field_in_braces_gets_its_value_whatever_case_and_blanks() -> None:  # I-163
    assert filled(document_of("To {{contact.name}}!", "{{ Contact . NAME }} / {{salesperson.name}}")) == [
        "To Nordlys & Sønner <AS>!",
        "Nordlys & Sønner <AS> / Пётр",
    ]


def test_field_spread_over_runs_is_still_one_field() -> None:  # I-163
    data = document_of(["Dear {", "{ contact", ".na", "me }", "}, hello {{salesperson", ".name}} and ", "bye"])
    assert filled(data) == ["Dear Nordlys & Sønner <AS>, hello Пётр and bye"]


def test_lines_of_an_address_block_become_line_breaks() -> None:  # I-92
    assert filled(document_of("{{contact.address_block}}")) == ["Nordlys AS\nHavnegata 4\n5003 Bergen"]


def test_blank_value_leaves_nothing_and_unknown_field_stays() -> None:  # I-163
    data = document_of("[{{contact.job_title}}] {{contact.shoe_size}} {{ x }}")
    assert filled(data) == ["[] {{contact.shoe_size}} {{ x }}"]
    assert Letter(data, VALUES.__contains__).names == ("contact.job_title", "contact.shoe_size", "x")


@pytest.mark.parametrize(
    "text",
    [
        "{{ contact.__class__.__mro__ }}",
        "{{ contact.name.__class__ }}",
        "{{ ''.__class__ }}",
        "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
        "{%p if contact.name %}",
        "{{ contact.name|upper }}",
        "{{ 7*7 }}",
    ],
)
def test_what_is_no_plain_field_is_never_evaluated(text: str) -> None:  # I-163
    assert filled(document_of(text)) == [text]


def test_field_in_headers_tables_and_text_boxes_is_filled_in() -> None:  # I-163
    document = docx.Document()
    document.sections[0].header.paragraphs[0].add_run("{{contact.name}}")
    document.add_table(1, 1).cell(0, 0).paragraphs[0].add_run("{{salesperson.name}}")
    made = docx.Document(io.BytesIO(Letter(saved(document), VALUES.__contains__).fill(VALUES)))
    assert made.sections[0].header.paragraphs[0].text == VALUES["contact.name"]
    assert made.tables[0].cell(0, 0).text == "Пётр"


def test_simple_merge_field_keeps_its_formatting() -> None:  # I-163
    data = document_with(
        '<w:fldSimple w:instr=" MERGEFIELD Contact_Name \\* MERGEFORMAT ">'
        "<w:r><w:rPr><w:b/></w:rPr><w:t>«Contact_Name»</w:t></w:r></w:fldSimple>"
    )
    made = docx.Document(io.BytesIO(Letter(data, VALUES.__contains__).fill(VALUES)))
    assert made.paragraphs[0].text == VALUES["contact.name"] and made.paragraphs[0].runs[0].bold


def complex_field(*instructions: str, result: str = "«x»") -> str:
    told = "".join(f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>' for text in instructions)
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{told}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'<w:r><w:rPr><w:i/></w:rPr><w:t>{result}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_complex_merge_field_is_read_in_pieces_and_any_case() -> None:  # I-163
    data = document_with(
        f"<w:r><w:t>a</w:t></w:r>{complex_field(' mergefield ', '&quot;SALES PERSON', '_Name&quot; ')}"
        "<w:r><w:t>b</w:t></w:r>"
    )
    made = docx.Document(io.BytesIO(Letter(data, VALUES.__contains__).fill(VALUES)))
    assert made.paragraphs[0].text == "aПётрb" and made.paragraphs[0].runs[1].italic


def test_unknown_merge_field_and_other_fields_stay_as_they_are() -> None:  # I-163
    data = document_with(complex_field(" MERGEFIELD Shoe_Size ", result="«Shoe_Size»"), complex_field(" PAGE "))
    letter = Letter(data, VALUES.__contains__)
    assert letter.names == ("shoe.size",)
    assert b"MERGEFIELD Shoe_Size" in parts_of(letter.fill(VALUES))["word/document.xml"]


def test_letter_asks_for_no_data_source_and_fetches_no_template() -> None:  # I-163
    parts = parts_of(document_of("x"))
    settings = parts["word/settings.xml"].replace(
        b"</w:settings>", b"<w:mailMerge><w:mainDocumentType w:val='formLetters'/></w:mailMerge></w:settings>"
    )
    made = Letter(with_parts(document_of("x"), {"word/settings.xml": settings}), VALUES.__contains__).fill(VALUES)
    assert b"mailMerge" in settings and b"mailMerge" not in parts_of(made)["word/settings.xml"]


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    letter = Letter(document_of("{{contact.name}}"), VALUES.__contains__)
    assert lines_of(letter.fill({"contact.name": "a\x00b\x0bc"})) == ["abc"]


def code_of(data: bytes) -> str:
    with pytest.raises(DomainError) as refused:
        Letter(data, VALUES.__contains__)
    return refused.value.code


def test_macro_documents_are_refused() -> None:
    types = parts_of(document_of("x"))["[Content_Types].xml"]
    enabled = types.replace(
        b"openxmlformats-officedocument.wordprocessingml.document.main", b"ms-word.document.macroEnabled.main"
    )
    assert code_of(with_parts(document_of("x"), {"word/vbaProject.bin": b"x"})) == "word_document_macros"
    assert code_of(with_parts(document_of("x"), {"[Content_Types].xml": enabled})) == "word_document_macros"


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04nonsense", b"\xd0\xcf\x11\xe0old word"])
def test_what_is_no_document_is_refused(data: bytes) -> None:
    assert code_of(data) == "word_document_invalid"


def test_other_archives_and_documents_with_entities_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "x")
    assert code_of(file.getvalue()) == "word_document_invalid"
    laughs = b'<!DOCTYPE w:document [<!ENTITY a "aaaa">]><w:document xmlns:w="x">&a;</w:document>'
    assert code_of(with_parts(document_of("x"), {"word/document.xml": laughs})) == "word_document_invalid"


def test_zip_bombs_are_refused_before_they_are_unpacked() -> None:
    bomb = with_parts(document_of("x"), {"word/media/a.xml": b"\0" * (30 * 1024 * 1024)})
    assert len(bomb) < 100_000 and code_of(bomb) == "word_document_too_large"


def test_oversized_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_files, "MOST_BYTES", 1000)
    assert code_of(document_of("x")) == "word_document_too_large"
