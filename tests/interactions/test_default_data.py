"""What a new company starts with."""

from __future__ import annotations

import io
from decimal import Decimal

import docx
import pytest

from tuttava.foundation.directory.actions import company_created
from tuttava.interactions import defaults, merge_fields
from tuttava.interactions.attachments import content_of, is_layout
from tuttava.interactions.models import (
    EmailLayout,
    InformationFlow,
    InitiatedBy,
    InteractionGroup,
    InteractionTemplate,
    InteractionTemplateLanguage,
    WizardAction,
    WordTemplate,
)
from tuttava.interactions.word_templates import document_of

pytestmark = pytest.mark.usefixtures("company")


def test_groups_and_templates_are_there() -> None:  # section 6
    groups = {"LETTER", "MEETING", "PHONE", "DOC", "SALES", "PURCHASE", "SERVICE", "SYSTEM"}
    assert groups <= set(InteractionGroup.objects.values_list("code", flat=True))
    assert InteractionTemplate.objects.filter(interaction_group__code__in=groups).count() == 41
    call = InteractionTemplate.objects.get(code="CALL-OUT")
    assert (call.unit_cost_lcy, call.unit_duration_min) == (Decimal(1), Decimal(15))
    assert (call.information_flow, call.initiated_by) == (InformationFlow.OUTBOUND, InitiatedBy.US)
    assert call.correspondence_type_default == "none"
    assert InteractionTemplate.objects.get(code="IMPORTDOC").wizard_action == WizardAction.IMPORT


@pytest.mark.parametrize("code", ["MINUTES", "BUSLETTER"])
def test_letters_are_word_documents_with_known_fields(code: str) -> None:  # section 6
    template = InteractionTemplate.objects.get(code=code)
    variant = InteractionTemplateLanguage.objects.get(interaction_template__code=code)
    assert variant.language_code == template.default_language_code == "EN"
    assert variant.attachment is not None
    assert variant.attachment.file_extension == "docx"
    found = merge_fields.fields_in_docx(content_of(variant.attachment))
    assert "company.name" in found.known
    assert not found.unknown
    assert docx.Document(io.BytesIO(content_of(variant.attachment))).paragraphs


def test_the_invitation_is_a_merged_layout() -> None:  # section 6
    template = InteractionTemplate.objects.get(code="INVITATION")
    variant = InteractionTemplateLanguage.objects.get(interaction_template__code="INVITATION")
    assert (template.wizard_action, template.correspondence_type_default) == ("merge", "email")
    assert variant.attachment is not None
    assert is_layout(variant.attachment)


def test_the_word_template_letter_and_a_plain_layout_are_there() -> None:  # section 6
    letter = WordTemplate.objects.get(code="LETTER")
    assert {"contact", "salesperson", "company"} <= set(letter.fields)
    found = merge_fields.fields_in_docx(document_of(letter))
    chosen = {f"{source}.{name}" for source, names in letter.fields.items() for name in names}
    assert chosen == set(found.known)
    layout = EmailLayout.objects.get(code="PLAIN")
    text = merge_fields.fields_in_text(layout.html, layout=True)
    assert "layout.content" in text.known
    assert not text.unknown


@pytest.mark.parametrize(
    ("language", "words"), [("nb", "Forretningsbrev"), ("nl", "Zakelijke brief"), ("fi", "Liikekirje")]
)
def test_words_are_in_the_companys_language(language: str, words: str) -> None:  # section 6
    row = next(each for each in defaults._rows("templates.csv") if each["code"] == "BUSLETTER")
    assert row[language] == words
    letter = defaults.shipped_document("BUSLETTER", language)
    assert defaults.letter_words(language)["regards"] in "\n".join(
        paragraph.text for paragraph in docx.Document(io.BytesIO(letter)).paragraphs
    )


def test_every_word_is_shipped_in_every_language() -> None:  # section 6
    for name in ("groups.csv", "templates.csv", "letter_texts.csv"):
        for row in defaults._rows(name):
            assert all(row[language] for language in defaults.DESCRIBED), (name, row)


def test_filling_again_changes_nothing_and_empty_companies_stay_empty() -> None:  # section 6
    before = InteractionTemplate.objects.count()
    InteractionTemplate.objects.filter(code="BUSLETTER").update(description="Ours")
    defaults.fill_new_company(setup_data="standard", language="nb")
    assert InteractionTemplate.objects.count() == before
    assert InteractionTemplate.objects.get(code="BUSLETTER").description == "Ours"
    InteractionTemplateLanguage.objects.all().delete()
    defaults.fill_new_company(setup_data="empty", language="en")
    assert not InteractionTemplateLanguage.objects.exists()
    assert company_created.has_listeners()
