"""Groups, templates, languages, attachments, Word templates and layouts over HTTP (17.3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.api.conftest import CRM, Json, Service, SignIn
from tests.interactions.documents import document_of
from tests.interactions.making import logged, make_company
from tuttava.interactions.models import EmailLayout, InteractionAttachment, InteractionLogEntry

pytestmark = pytest.mark.usefixtures("company")

TEMPLATES, LANGUAGES = "interactionTemplates", "interactionTemplateLanguages"


def sent(crm: Service, path: str, data: bytes, name: str = "", kind: str = "application/octet-stream") -> Any:
    headers = {"content_disposition": f'attachment; filename="{name}"'} if name else {}
    return crm.patch(path, data, content_type=kind, **headers)


@pytest.fixture
def template(crm: Service) -> Json:
    return crm.made(TEMPLATES, {"code": "TALK", "interactionGroupCode": "MEETING", "description": "Talk"})


def test_templates_are_made_changed_and_refused(crm: Service, template: Json) -> None:  # I-1, I-3, I-5
    assert (template["attachmentNo"], template["correspondenceTypeDefault"]) == (0, "Email")
    answer = crm.post(TEMPLATES, {"code": "X"})
    assert (answer.status, answer.domain_code) == (400, "interaction_group_required")
    path = f"{TEMPLATES}(code='TALK')"
    assert crm.patch(path, {"unitCostLcy": -1}).domain_code == "negative_value"
    answer = crm.patch(path, {"languageCodeDefault": "NB"}, tuttava_answers="I-5=no")
    assert answer.domain_code == "canceled_by_user"
    assert crm.patch(path, {"languageCodeDefault": "NB"}).json["languageCodeDefault"] == "NB"
    found = crm.get(f"{path}/{LANGUAGES}").value
    assert [(row["languageCode"], row["description"], row["attachmentNo"]) for row in found] == [("NB", "Talk", 0)]
    assert crm.patch(path, {"wizardAction": "Merge"}).domain_code == "wizard_action_not_allowed"


def test_files_go_in_and_out_of_languages(crm: Service, template: Json) -> None:  # I-13 to I-15, A-88
    made = crm.made(f"{TEMPLATES}({template['id']})/{LANGUAGES}", {"languageCode": "EN"})
    path = f"{LANGUAGES}({made['id']})"
    assert sent(crm, f"{path}/attachmentContent", b"Agenda", "Agenda.txt").status == 204
    read = crm.get(f"{path}/attachmentContent")
    assert (read.content, read.status) == (b"Agenda", 200)
    assert "TALK.txt" in read.headers["Content-Disposition"]
    other = crm.made(LANGUAGES, {"interactionTemplateCode": "TALK", "languageCode": "NB"})
    copied = crm.post(f"{LANGUAGES}({other['id']})/Microsoft.NAV.copyAttachmentFrom", {"languageCode": "EN"})
    assert copied.status == 200, copied.content
    assert copied.json["attachmentNo"] > 0
    answer = crm.post(f"{LANGUAGES}({other['id']})/Microsoft.NAV.copyAttachmentFrom", {"languageCode": "NL"})
    assert (answer.status, answer.domain_code, answer.target) == (400, "not_found", "languageCode")
    removed = crm.post(f"{path}/Microsoft.NAV.removeAttachment")
    assert removed.json["attachmentNo"] == 0
    InteractionAttachment.objects.filter(no=copied.json["attachmentNo"]).update(read_only=True)
    answer = sent(crm, f"{LANGUAGES}({other['id']})/attachmentContent", b"x", "x.txt")
    assert (answer.status, answer.domain_code) == (400, "attachment_read_only")


def test_a_template_shows_its_default_languages_file(crm: Service, template: Json) -> None:  # 2.3, I-9
    path = f"{TEMPLATES}({template['id']})"
    assert sent(crm, f"{path}/attachmentContent", b"Agenda", "Agenda.txt").status == 204
    number = crm.get(path).json["attachmentNo"]
    assert number > 0
    assert crm.get(f"interactionAttachments(no={number})").json["fileExtension"] == "txt"
    crm.patch(path, {"wordTemplateCode": "LETTER"}, tuttava_answers="I-8=yes")
    for answer in (
        crm.get(f"{path}/attachmentContent"),
        sent(crm, f"{path}/attachmentContent", b"Agenda"),
        sent(crm, f"{LANGUAGES}(interactionTemplateCode='TALK',languageCode='')/attachmentContent", b"Agenda"),
    ):
        assert (answer.status, answer.domain_code) == (400, "word_template_in_use")


def test_figures_keep_to_the_date_filter(crm: Service) -> None:  # I-112, A-50
    firm = make_company(name="Fjordkraft AS")
    logged(firm, cost_lcy=10, duration_min=30, date=dt.date(2026, 3, 2))
    logged(firm, cost_lcy=5, duration_min=15, date=dt.date(2026, 4, 2))
    InteractionLogEntry.objects.filter(pk=logged(firm).pk).update(canceled=True)
    for path in (f"{TEMPLATES}(code='MEET')", "interactionGroups(code='TALKS')"):
        every = crm.get(path).json
        assert (every["noOfInteractions"], every["costLcy"], every["durationMin"]) == (2, 15, 45)
        march = crm.get(f"{path}?dateFilter=2026-03-01..2026-03-31").json
        assert (march["noOfInteractions"], march["costLcy"], march["durationMin"]) == (1, 10, 30)
        assert crm.get(f"{path}?dateFilter=<2026-03-01|>2026-03-31").json["noOfInteractions"] == 1


def test_the_setup_is_one_row(crm: Service, template: Json) -> None:  # I-16, I-18
    setup = crm.get("interactionTemplateSetup").value[0]
    assert (setup["emails"], setup["serviceCreditMemos"]) == ("EMAIL", "V-CRMEMO")
    answer = crm.patch(f"interactionTemplateSetup({setup['id']})", {"salesQuotes": "MINUTES"})
    assert (answer.domain_code, answer.target) == ("template_has_attachment", "salesQuotes")
    answer = crm.post(LANGUAGES, {"interactionTemplateCode": "S-QUOTE", "languageCode": "NB"})
    assert answer.domain_code == "document_template_has_languages"
    assert crm.patch(f"interactionTemplateSetup({setup['id']})", {"salesQuotes": ""}).json["salesQuotes"] == ""


def test_attachments_tell_what_they_are(crm: Service) -> None:  # I-88, I-89
    variant = crm.get(f"{LANGUAGES}(interactionTemplateCode='INVITATION',languageCode='EN')").json
    path = f"interactionAttachments(no={variant['attachmentNo']})"
    found = crm.get(path).json
    assert (found["isHtml"], found["isLayout"], found["isReady"]) == (True, True, False)
    assert (found["emailLayoutCode"], found["contentBody"], found["storageType"]) == ("PLAIN", "", "Embedded")
    page = crm.get(f"{path}/content")
    assert page.content.startswith(b"<html>")
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert sent(crm, f"{path}/content", b"<html><p>Hi</p></html>", "hi.html").status == 204
    assert crm.get(path).json["isReady"]
    assert crm.delete(path).status == 405


def test_attachments_can_be_moved(crm: Service) -> None:  # I-87
    answer = crm.post("interactionAttachments/Microsoft.NAV.relocate")
    assert (answer.status, answer.json["moved"]) == (200, 0)


def test_word_templates_are_made_and_replaced(crm: Service) -> None:  # I-163
    fields = {"contact": ["name", "city"], "company": ["name"]}
    made = crm.post(
        "wordTemplates/Microsoft.NAV.createForInteractions",
        {"code": "VISIT", "description": "After a visit", "languageCode": "EN", "fields": fields},
    )
    assert made.status == 200, made.content
    assert (made.json["code"], made.json["languageCode"], made.json["fields"]) == ("VISIT", "EN", fields)
    path = f"wordTemplates({made.json['id']})"
    assert crm.get(f"{path}/document").content.startswith(b"PK")
    document = document_of("{{ contact.name }} {{ contact.shoe_size }}")
    answer = sent(crm, f"{path}/document", document, "Visit.docx")
    assert answer.status == 204
    assert crm.get(f"{path}/document").content == document
    assert sent(crm, f"{path}/document", b"no document").domain_code == "word_document_invalid"
    answer = crm.post(
        "wordTemplates/Microsoft.NAV.createForInteractions", {"code": "BAD", "fields": {"contact": ["shoe_size"]}}
    )
    assert (answer.status, answer.domain_code) == (400, "merge_field_unknown")


def test_layouts_are_streams_of_clean_html(crm: Service) -> None:  # 2.10
    made = crm.made("emailLayouts", {"code": "FRAME", "description": "Our frame"})
    path = f"emailLayouts({made['id']})/html"
    assert sent(crm, path, b"<p>Nothing</p>").domain_code == "layout_content_block"
    assert sent(crm, path, b"<p onclick='x()'>{{ layout.content }}</p><script>x()</script>").status == 204
    assert EmailLayout.objects.get(code="FRAME").html == "<p>{{ layout.content }}</p>"
    assert crm.get(path).content == b"<p>{{ layout.content }}</p>"


def test_templates_need_their_right(sign_in: SignIn, template: Json) -> None:  # I-162
    reader = sign_in("CRM-EDIT", service=CRM, name="editor")
    assert reader.get(f"{TEMPLATES}({template['id']})").status == 200
    for answer in (
        reader.patch(f"{TEMPLATES}({template['id']})", {"description": "x"}),
        reader.post("interactionGroups", {"code": "X"}),
        reader.post("wordTemplates/Microsoft.NAV.createForInteractions", {"code": "X", "fields": {}}),
        sent(reader, f"{TEMPLATES}({template['id']})/attachmentContent", b"x"),
    ):
        assert (answer.status, answer.domain_code) == (403, "permission.denied")
