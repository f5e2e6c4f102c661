"""Mails, resending, cover sheets and print files in the CRM service (17.1, 17.3, 17.9, A-118)."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.api.conftest import CRM, Service, SignIn
from tests.interactions.letters import entry, html, word_template
from tests.interactions.making import make_person, vocabulary
from tuttava.api.declare import CRM as CRM_SERVICE
from tuttava.api.files import FilePart
from tuttava.foundation import attachments, pdf
from tuttava.foundation.mail import fail_next
from tuttava.foundation.models import OutboxMail
from tuttava.interactions import printing
from tuttava.interactions.models import InteractionLogEntry

pytestmark = pytest.mark.usefixtures("company")
REACHED = {"email": "anna@example.com"}
LOG = "interactionLogEntries"


def test_mail_to_a_contact_answers_with_its_entry(crm: Service) -> None:  # I-105
    anna = make_person(**REACHED)
    file = {"fileName": "offer.txt", "content": base64.b64encode("Pris: 90 kr æøå".encode()).decode()}
    sent = crm.post(
        f"contacts({anna.pk})/Microsoft.NAV.sendEmail",
        {"subject": "Spring", "body": "<p>Hello</p>", "attachments": [file]},
    )
    assert sent.status == 200, sent.content
    assert (sent.json["contactNo"], sent.json["subject"], sent.json["deliveryStatus"]) == (anna.no, "Spring", "None")
    assert sent.json["interactionTemplateCode"] == "EMAIL" and sent.json["printFile"] == ""
    (mail,) = crm.get("outbox").value
    assert (mail["to"], mail["relatedSet"], mail["relatedId"]) == (["anna@example.com"], LOG, sent.json["id"])
    assert mail["attachments"][0]["fileName"] == "offer.txt"
    kept = crm.get(f"{LOG}({sent.json['id']})/attachment/content")
    assert kept.status == 200 and b"Subject: Spring" in kept.content


def test_mail_that_cannot_go_is_refused_and_not_logged(crm: Service) -> None:  # I-60, I-105
    quiet, anna = make_person(), make_person(**REACHED)
    path = "contacts({})/Microsoft.NAV.sendEmail"
    body = {"subject": "x", "body": "x"}
    assert crm.post(path.format(quiet.pk), body).domain_code == "email_address_missing"
    fail_next("mailbox full")
    assert crm.post(path.format(anna.pk), body).domain_code == "mail.not_sent"
    assert crm.get(LOG).value == [] and not OutboxMail.objects.exists()
    assert crm.post(path.format(anna.pk), body).status == 200
    wrong = crm.post(path.format(anna.pk), body | {"attachments": [{"fileName": "a", "content": "%%%"}]})
    assert wrong.status == 400 and OutboxMail.objects.count() == 1


def test_mail_in_the_background_is_a_job(crm: Service) -> None:
    anna = make_person(**REACHED)
    answer = crm.post(
        f"contacts({anna.pk})/Microsoft.NAV.sendEmail", {"subject": "x", "body": "x"}, prefer="respond-async"
    )
    assert answer.status == 202 and "/jobs(" in answer.headers["Location"]


def test_resending_counts_and_links_to_the_print_file(crm: Service) -> None:  # I-104, I-164, A-118
    vocabulary()
    word_template()
    letter = entry(make_person(), word_template_code="T-LETTER", correspondence_type="hard_copy")
    crm.post(f"{LOG}/Microsoft.NAV.resend", {"ids": [str(letter.pk)]})
    InteractionLogEntry.objects.filter(pk=letter.pk).update(attachment=entry(make_person(), html("x")).attachment)
    answer = crm.post(f"{LOG}/Microsoft.NAV.resend", {"ids": [str(letter.pk)], "updateMergeFields": True})
    assert answer.status == 200, answer.content
    assert (answer.json["delivered"], answer.json["failed"]) == (1, 0)
    address = urlsplit(answer.json["printFile"])
    assert address.scheme and address.netloc
    got = crm.get("printFiles" + address.path.partition("/printFiles")[2])
    assert got.status == 200 and got.content.startswith(b"PK")
    assert int(got.headers["Content-Length"]) == len(got.content)
    part = crm.get("printFiles" + address.path.partition("/printFiles")[2], range="bytes=1-2")
    assert (part.status, part.content) == (206, got.content[1:3])


def test_a_print_file_is_never_held_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "BLOCK", 1000)
    kept = printing.kept_file("Letters.zip", "application/zip", bytes(2500))
    read = CRM_SERVICE.sets["printFiles"].streams[0].read
    file, again = read(kept), read(kept)
    assert file is not None and again is not None and isinstance(file.content, FilePart)
    assert isinstance(again.content, FilePart) and file.content.mark == again.content.mark
    assert (len(file.content), sum(map(len, file.content.blocks()))) == (2500, 2500)
    assert list(again.content[900:1100].blocks()) == [bytes(200)]
    assert not isinstance(file.content.source, Path) and file.content.source.closed


def test_resending_one_failure_is_counted(crm: Service) -> None:  # I-101
    rows = [entry(make_person(**REACHED), html("<html>x</html>")) for _number in range(2)]
    fail_next("mailbox full")
    answer = crm.post(
        f"{LOG}/Microsoft.NAV.resend", {"ids": [str(row.pk) for row in rows], "correspondenceType": "Email"}
    )
    assert (answer.json["delivered"], answer.json["failed"], answer.json["printFile"]) == (1, 1, "")
    first = crm.get(f"{LOG}({rows[0].pk})?$expand=comments").json
    assert first["deliveryStatus"] == "Error" and "mailbox full" in first["comments"][0]["comment"]


def test_resending_is_refused_in_the_words_of_the_rules(crm: Service) -> None:  # I-103
    bare = entry(make_person(**REACHED))
    answer = crm.post(f"{LOG}/Microsoft.NAV.resend", {"ids": [str(bare.pk)]})
    assert answer.domain_code == "nothing_to_send"
    assert crm.post(f"{LOG}/Microsoft.NAV.resend", {"ids": []}).domain_code == "nothing_to_send"


def test_sending_needs_the_right_to_write_the_log(sign_in: SignIn) -> None:  # 17.12
    anna = make_person(**REACHED)
    reader = sign_in("CRM-READ", service=CRM)
    body = {"subject": "x", "body": "x"}
    assert reader.post(f"contacts({anna.pk})/Microsoft.NAV.sendEmail", body).status == 403
    assert reader.post(f"{LOG}/Microsoft.NAV.resend", {"ids": []}).status == 403


def test_cover_sheet_is_logged_once_a_contact_and_not_in_preview(crm: Service) -> None:  # I-111
    if not pdf.available():
        pytest.skip("needs the extra pdf")
    anna, berit = make_person(name="Anna"), make_person(name="Berit")
    body = {"ids": [str(anna.pk), str(berit.pk)], "texts": ["As we said"], "remarks": ["PleaseCall"]}
    path = "contacts/Microsoft.NAV.printCoverSheet"
    for more in ({}, {"logInteraction": True, "preview": True}):
        answer = crm.post(path, body | more)
        assert answer.status == 200 and answer.content.startswith(b"%PDF")
    assert not InteractionLogEntry.objects.exists()
    crm.post(path, body | {"logInteraction": True})
    rows = crm.get(f"{LOG}?$orderby=entryNo").value
    assert [(row["contactNo"], row["documentType"], row["documentNo"]) for row in rows] == [
        (anna.no, "CoverSheet", ""),
        (berit.no, "CoverSheet", ""),
    ]
    assert rows[0]["interactionTemplateCode"] == "COVER" and rows[0]["informationFlow"] == "Outbound"
    assert crm.post(path, {"ids": []}).domain_code == "field_required"
