"""Names of merge fields, and what is said about unknown ones."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from tests.interactions.documents import document_of, document_with, with_parts
from tuttava.foundation import records
from tuttava.foundation.context import acting, current
from tuttava.foundation.errors import DomainError
from tuttava.interactions import merge_fields, merge_values
from tuttava.interactions.models import EmailLayout, InteractionTemplateLanguage, WordTemplate
from tuttava.interactions.templates_actions import import_attachment
from tuttava.interactions.word_templates import create_for_interactions, set_document
from tuttava.interactions.word_templates import document_of as bytes_of

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture(autouse=True)
def told() -> Any:
    with acting(messages=[]):
        yield


def warnings() -> list[str]:
    return [str(message.text) for message in current().messages if message.code == "merge_field_unknown"]


def test_the_names_are_those_that_have_values() -> None:  # I-163
    assert set(merge_values.FIELDS) == merge_fields.NAMES
    assert len(merge_fields.NAMES) == 44


@pytest.mark.parametrize(
    "typed", ["{{contact.name}}", "{{ Contact . Name }}", "{{\nCONTACT.NAME\u00a0}}", "{{&nbsp;contact.name }}"]
)
def test_case_and_blanks_do_not_matter(typed: str) -> None:  # I-163
    assert merge_fields.fields_in_text(f"Dear {typed}!") == merge_fields.Found(("contact.name",))


def test_word_documents_name_fields_in_both_ways() -> None:  # I-163
    split = document_of(["Dear {{ con", "tact.na", "me }}"], "{{ contact.shoe_size }}")
    assert merge_fields.fields_in_docx(split) == merge_fields.Found(("contact.name",), ("{{ contact.shoe_size }}",))
    classic = document_with('<w:fldSimple w:instr=" MERGEFIELD Company_Bank_Name \\* MERGEFORMAT "/>')
    assert merge_fields.fields_in_docx(classic).known == ("company.bank_name",)


@pytest.mark.parametrize(
    "reaching",
    [
        "{{ contact.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{% for x in ().__class__.__base__.__subclasses__() %}x{% endfor %}",
        "{# {{ contact.name }} #}",
        "{{ contact['name'] }}",
        "{{ 7 * 7 }}",
    ],
)
def test_what_reaches_into_objects_is_no_field_and_stays_text(reaching: str) -> None:  # I-163
    found = merge_fields.fields_in_text(reaching)
    assert found.unknown
    assert merge_fields.fill(reaching, {"contact.namex": "x"}) == reaching
    records.create(EmailLayout, {"code": "REACH", "html": f"<p>{reaching}</p>{{{{ layout.content }}}}"})
    assert warnings()


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("<p>Hello</p>", False),
        ("<p>{{ layout.content }}</p>", True),
        ("<p>{{ Layout.Content }}</p><p>{{layout.content}}</p>", False),
    ],
)
def test_a_layout_has_one_place_for_the_content(text: str, fits: bool) -> None:  # 2.10
    def store() -> EmailLayout:
        return records.create(EmailLayout, {"code": "ONE", "html": text})

    if fits:
        assert store().html == text
        return
    with pytest.raises(DomainError) as refused:
        store()
    assert (refused.value.code, refused.value.field) == ("layout_content_block", "html")


def test_scripts_are_taken_out_of_layouts() -> None:  # issue: HTML with scripts
    text = (
        '<html><head><script>alert(1)</script></head><body onload="x()"><p onclick="x()">{{ layout.content }}</p>'
        '<a href="javascript:x()">a</a><img src="data:text/html,x" onerror="x()"><iframe src="//e.example"></iframe>'
        '<p style="color: red; position: fixed; background: url(//e.example/x)">b</p><form><input></form></body></html>'
    )
    stored = records.create(EmailLayout, {"code": "EVIL", "html": text}).html
    assert "<p>{{ layout.content }}</p>" in stored
    assert "color:red" in stored.replace(" ", "")
    for evil in ("script", "onload", "onclick", "onerror", "iframe", "form", "position", "url(", "data:"):
        assert evil not in stored, evil


def test_unknown_fields_stay_and_are_told_when_a_template_is_saved() -> None:  # I-163
    document = document_of("{{ contact.name }} {{ contact.shoe_size }}")
    template = records.create(WordTemplate, {"code": "SHOES"})
    stored = set_document(template, document, "Shoes.docx")
    assert bytes_of(stored) == document
    assert stored.file_name == "Shoes.docx"
    assert len(warnings()) == 1
    assert "{{ contact.shoe_size }}" in warnings()[0]
    variant = records.create(
        InteractionTemplateLanguage, {"language_code": "EN"}, given={"interaction_template_code": "WORKSHOP"}
    )
    import_attachment(variant, document, "Shoes.docx")
    assert len(warnings()) == 2


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "wordprocessingml.document.main+xml")
        for number in range(12):
            archive.writestr(f"word/media/{number}.xml", bytes(10_000_000))
    return file.getvalue()


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (bomb, "word_document_too_large"),
        (lambda: with_parts(document_of("x"), {"word/vbaProject.bin": b"x"}), "word_document_macros"),
        (lambda: b"PK\x03\x04 no archive", "word_document_invalid"),
        (lambda: b"plain", "word_document_invalid"),
    ],
)
def test_harmful_documents_are_refused(make: Any, code: str) -> None:  # issue: zip bomb, macros
    template = records.create(WordTemplate, {"code": "HARM"})
    with pytest.raises(DomainError) as refused:
        set_document(template, make(), "letter.docx")
    assert refused.value.code == code
    variant = records.create(
        InteractionTemplateLanguage, {"language_code": "EN"}, given={"interaction_template_code": "WORKSHOP"}
    )
    with pytest.raises(DomainError) as refused:
        import_attachment(variant, make(), "letter.docm")
    assert refused.value.code == code


def test_a_word_template_is_made_of_chosen_fields() -> None:  # create_word_template
    made = create_for_interactions("VISIT", {"contact": ["Name", "name", "city"], "salesperson": ["name"]})
    assert made.fields == {"contact": ["name", "city"], "salesperson": ["name"]}
    found = merge_fields.fields_in_docx(bytes_of(made))
    assert found == merge_fields.Found(("contact.name", "contact.city", "salesperson.name"))
    for wrong in ({"contact": ["shoe_size"]}, {"boss": ["name"]}, {"layout": ["content"]}):
        with pytest.raises(DomainError) as refused:
            create_for_interactions("OTHER", wrong)
        assert refused.value.code == "merge_field_unknown"


def test_captions_are_in_the_entrys_language_else_in_that_of_the_setup() -> None:  # I-92
    assert merge_fields.captions("EN")["contact.post_code"] == "Contact: post code"
    assert merge_fields.captions()["entry.document_date"] == "Interaction: document date"
    assert set(merge_fields.captions("XX")) == merge_fields.NAMES
