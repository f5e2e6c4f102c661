"""Setup pages of groups, templates, languages, Word templates and layouts."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.interactions.documents import document_of
from tests.interactions.making import logged, make_company
from tests.relations.pages import JSON, administrator, visitor
from tuttava.foundation import records
from tuttava.foundation.directory.models import Company
from tuttava.interactions.merge_fields import fields_in_docx
from tuttava.interactions.models import (
    EmailLayout,
    InteractionTemplate,
    InteractionTemplateLanguage,
    InteractionTemplateSetup,
    WordTemplate,
)
from tuttava.interactions.word_templates import document_of as document_bytes

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def browser(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}/setup"


@pytest.fixture
def variant() -> InteractionTemplateLanguage:
    template = records.create(InteractionTemplate, {"code": "TALK", "interaction_group_code": "MEETING"})
    given = {"interaction_template_code": template.code}
    return records.create(InteractionTemplateLanguage, {"language_code": "EN"}, given=given)


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("interaction-groups/", "Letters"),
        ("interaction-templates/", "Business letter"),
        ("word-templates/", "LETTER"),
        ("email-layouts/", "PLAIN"),
        ("interaction-template-setup", "CALL-OUT"),
    ],
)
def test_the_shipped_vocabulary_is_shown(browser: Client, base: str, path: str, words: str) -> None:  # section 5
    assert words in page(browser, f"{base}/{path}")


def test_groups_count_their_templates(browser: Client, base: str) -> None:  # section 5
    shown = page(browser, f"{base}/interaction-groups/")
    assert re.search(r"interaction_group_code:is:PHONE[^>]*>2</a>", shown)


def test_a_template_filtered_by_group_takes_that_group(browser: Client, base: str) -> None:  # I-4
    shown = page(browser, f"{base}/interaction-templates/?f=interaction_group_code:is:PHONE")
    assert "CALL-IN" in shown
    assert "WORKSHOP" not in shown
    assert re.search(r'<input[^>]*name="interaction_group_code"[^>]*value="PHONE"', shown)


def test_a_template_shows_its_languages(browser: Client, base: str) -> None:  # section 5
    template = InteractionTemplate.objects.get(code="INVITATION")
    shown = page(browser, f"{base}/interaction-templates/{template.pk}")
    assert "Layout PLAIN" in shown
    assert "/setup/interaction-template-languages/" in shown


def test_files_of_a_language_come_and_go(
    browser: Client, base: str, variant: InteractionTemplateLanguage
) -> None:  # I-11, I-13, I-15
    card = f"{base}/interaction-template-languages/{variant.pk}"
    assert "No file yet" in page(browser, card)
    answer = browser.post(f"{card}/upload", {}, headers=JSON)
    assert answer.json()["error"]["code"] == "create_canceled"
    answer = browser.post(f"{card}/upload", {"file": SimpleUploadedFile("Agenda.txt", b"Agenda")}, headers=JSON)
    assert answer.status_code == 200, answer.content
    assert "Agenda.txt" in page(browser, card)
    got = browser.get(f"{card}/file")
    assert got.content == b"Agenda"
    assert got.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''TALK.txt")
    asked = browser.post(f"{card}/upload", {"file": SimpleUploadedFile("New.txt", b"New")}, headers=JSON)
    assert asked.status_code == 409
    sent = {"file": SimpleUploadedFile("New.txt", b"New"), "answer:I-13": "yes"}
    assert browser.post(f"{card}/upload", sent, headers=JSON).status_code == 200
    assert browser.get(f"{card}/file").content == b"New"
    assert browser.post(f"{card}/remove", {"answer:I-11": "yes"}, headers=JSON).status_code == 200
    assert browser.get(f"{card}/file").status_code == 404


def test_a_file_is_copied_from_another_language(
    browser: Client, base: str, variant: InteractionTemplateLanguage
) -> None:  # I-14
    from tuttava.interactions.templates_actions import import_attachment

    source = import_attachment(variant, b"Agenda", "Agenda.txt")
    other = records.create(
        InteractionTemplateLanguage, {"language_code": "NB"}, given={"interaction_template_code": "TALK"}
    )
    card = f"{base}/interaction-template-languages/{other.pk}"
    assert "Copy from" in page(browser, card)
    refused = browser.post(f"{card}/copy", {"source": str(other.pk)}, headers=JSON)
    assert refused.json()["error"]["code"] == "attachment_required"
    assert browser.post(f"{card}/copy", {"source": str(source.pk)}, headers=JSON).status_code == 200
    assert browser.get(f"{card}/file").content == b"Agenda"


def test_previews_run_nothing(browser: Client, base: str) -> None:  # I-90
    EmailLayout.objects.filter(code="PLAIN").update(html="<script>x()</script><p>{{ layout.content }}</p>")
    layout = EmailLayout.objects.get(code="PLAIN")
    variant = InteractionTemplateLanguage.objects.get(interaction_template__code="INVITATION")
    for address in (
        f"{base}/email-layouts/{layout.pk}/preview",
        f"{base}/interaction-template-languages/{variant.pk}/preview",
    ):
        answer = browser.get(address)
        assert b"<script" not in answer.content
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "sandbox" in policy


def test_word_documents_are_sent_and_looked_over(browser: Client, base: str) -> None:  # I-163
    letter = WordTemplate.objects.get(code="LETTER")
    card = f"{base}/word-templates/{letter.pk}"
    assert "{{ contact.formal_salutation }}" in page(browser, card)
    document = document_of("{{ contact.shoe_size }}")
    answer = browser.post(f"{card}/upload", {"file": SimpleUploadedFile("Shoes.docx", document)}, headers=JSON)
    assert any(told["code"] == "merge_field_unknown" for told in answer.json()["messages"])
    assert browser.get(f"{card}/file").content == document
    answer = browser.post(f"{card}/upload", {"file": SimpleUploadedFile("Shoes.docx", b"MZ")}, headers=JSON)
    assert answer.json()["error"]["code"] == "word_document_invalid"


def test_a_document_is_made_of_chosen_fields(browser: Client, base: str) -> None:  # create_word_template
    made = records.create(WordTemplate, {"code": "VISIT"})
    address = f"{base}/word-templates/{made.pk}/fields"
    assert 'value="contact.name"' in page(browser, address)
    assert browser.post(address, {}, headers=JSON).json()["error"]["code"] == "field_required"
    chosen = {"field": ["contact.name", "company.name"]}
    assert browser.post(address, chosen, headers=JSON).status_code == 200
    made.refresh_from_db()
    assert made.fields == {"contact": ["name"], "company": ["name"]}
    assert fields_in_docx(document_bytes(made)).known == ("contact.name", "company.name")
    wrong = browser.post(address, {"field": ["contact.shoe_size"]}, headers=JSON)
    assert wrong.json()["error"]["code"] == "merge_field_unknown"


def test_pick_lists_of_the_setup_hide_what_it_refuses(browser: Client, company: Company) -> None:  # I-16, I-18
    given = {"interaction_template_code": "WORKSHOP"}
    records.create(InteractionTemplateLanguage, {"language_code": "NB"}, given=given)

    def offered(source: str, text: str) -> bool:
        return text in browser.get(f"/c/{company.slug}/lookup/{source}", {"q": text}).content.decode()

    assert not offered("template-without-file", "MINUTES")
    assert offered("template-without-file", "WORKSHOP")
    assert not offered("template-of-documents", "WORKSHOP")
    assert offered("template-of-documents", "MEET-SITE")


def test_statistics_keep_to_their_dates(browser: Client, base: str) -> None:  # I-112
    firm = make_company(name="Fjordkraft AS")
    logged(firm, cost_lcy=1234, date=dt.date(2026, 3, 2))
    logged(firm, cost_lcy=1, date=dt.date(2026, 4, 2))
    template = InteractionTemplate.objects.get(code="MEET")
    address = f"{base}/interaction-statistics/template/{template.pk}"
    assert "1,235" in page(browser, address)
    assert "1,234" in page(browser, f"{address}?from=2026-03-01&to=2026-03-31")
    assert 'role="alert"' in page(browser, f"{address}?from=whenever")
    assert browser.get(f"{base}/interaction-statistics/other/{template.pk}").status_code == 404


def test_who_may_not_set_up_only_looks(company: Company, base: str, variant: Any) -> None:  # I-162
    guest = visitor(company)
    card = f"{base}/interaction-template-languages/{variant.pk}"
    assert "data-send" not in page(guest, card)
    sent = {"file": SimpleUploadedFile("Agenda.txt", b"Agenda")}
    assert guest.post(f"{card}/upload", sent, headers=JSON).status_code == 403
    setup = InteractionTemplateSetup.objects.get()
    answer = guest.post(f"{base}/interaction-template-setup/field/emails_code", {"value": ""}, headers=JSON)
    assert answer.status_code == 403
    setup.refresh_from_db()
    assert setup.emails_code == "EMAIL"
