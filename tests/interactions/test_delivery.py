"""Entries go out as mail or on paper, each by itself, and keep what was sent (I-93 to I-102, I-164)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.interactions.documents import document_of, lines_of
from tests.interactions.letters import entries, entry, html, layout, word_template
from tests.interactions.making import DAY, make_company, make_person
from tuttava.contacts.models import Contact, ContactAltAddress, MarketingSetup
from tuttava.foundation import jobs, records
from tuttava.foundation.attachments import content_bytes
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.mail import fail_next
from tuttava.foundation.models import JobStatus, OutboxMail
from tuttava.interactions.attachments import content_of, set_body
from tuttava.interactions.delivery import _deliver_job, deliver, deliver_and_tell, deliver_later
from tuttava.interactions.models import Delivery, InteractionComment, InteractionLogEntry, PrintFile
from tuttava.interactions.printing import print_file
from tuttava.interactions.storing import NewContent

pytestmark = pytest.mark.usefixtures("company")
REACHED = {"email": "anna@example.com"}


def fresh(record: InteractionLogEntry) -> InteractionLogEntry:
    return InteractionLogEntry.objects.select_related("attachment").get(pk=record.pk)


def kept(record: InteractionLogEntry) -> bytes:
    attachment = fresh(record).attachment
    assert attachment is not None and attachment.read_only
    return content_of(attachment)


def only_mail() -> OutboxMail:
    return OutboxMail.objects.get()


def test_nothing_is_done_for_an_empty_list() -> None:  # I-93
    assert deliver([]) is None and not Delivery.objects.exists()


def test_entry_without_correspondence_type_or_content_is_refused() -> None:  # I-93
    anna = make_person(**REACHED)
    for wrong, code in (
        (entry(anna, html("<html>x</html>"), correspondence_type="none"), "correspondence_type_required"),
        (entry(anna), "no_attachment_for_language"),
    ):
        with pytest.raises(DomainError) as refused:
            deliver([wrong])
        assert refused.value.code == code and str(wrong.entry_no) in str(refused.value.message)
    assert not Delivery.objects.exists()


def test_without_a_mail_account_nothing_begins(monkeypatch: pytest.MonkeyPatch) -> None:  # I-48
    monkeypatch.setenv("TUTTAVA_MAIL_TRANSPORT", "smtp")
    monkeypatch.setenv("TUTTAVA_MAIL_HOST", "")
    record = entry(make_person(**REACHED), html("<html>x</html>"))
    with pytest.raises(DomainError) as refused:
        deliver([record])
    assert refused.value.code == "mail_account_missing"
    assert fresh(record).delivery_status == "none" and not Delivery.objects.exists()


def test_mail_goes_to_the_contact_and_answers_to_the_salesperson() -> None:  # I-95, I-102
    anna = make_person(email="anna@example.com;berg@example.com")
    record = entry(anna, html("<html><body><p>Hello</p></body></html>"))
    assert deliver([record]) is None
    mail = only_mail()
    assert (mail.to, mail.subject, mail.reply_to) == (
        ["anna@example.com", "berg@example.com"],
        "Spring",
        "pia@example.com",
    )
    assert "<p>Hello</p>" in mail.body_html
    assert (mail.related_set, mail.related_id) == ("interactionLogEntries", record.pk)
    assert fresh(record).delivery_status == "none"


def test_chosen_alternative_address_gets_the_mail() -> None:  # I-95
    anna = make_person(**REACHED)
    cabin = records.create(
        ContactAltAddress, {"code": "CABIN", "email": "cabin@example.com"}, given={"contact_id": anna.pk}
    )
    deliver([entry(anna, html("<html>x</html>"), contact_alt_address_id=cabin.pk)])
    assert only_mail().to == ["cabin@example.com"]


def test_layout_is_rendered_once_and_kept_as_sent() -> None:  # I-98
    layout()
    content = NewContent(extension="html", email_layout_code="T-PLAIN", content_body="<p>Dear <b>you</b></p>")
    record = entry(make_person(**REACHED), content)
    before = record.attachment_id
    deliver([record])
    sent = kept(record).decode()
    assert sent.startswith("<html>") and "<p>Dear <b>you</b></p>" in sent and "Pia Solberg, 2 March 2026" in sent
    assert only_mail().body_html == sent
    assert "script" not in sent and "spy.example" not in sent and "{{ contact.shoe }}" in sent
    assert fresh(record).attachment_id != before


def test_word_template_becomes_the_body_of_a_mail() -> None:  # I-94, I-96, I-99
    word_template()
    record = entry(make_person(name="Anna & Berg", **REACHED), word_template_code="T-LETTER")
    deliver([record])
    assert "To Anna &amp; Berg" in only_mail().body_html and kept(record).decode() == only_mail().body_html


def test_word_document_goes_as_a_file_when_the_entry_says_so() -> None:  # I-96
    word_template()
    record = entry(make_person(**REACHED), word_template_code="T-LETTER", send_word_doc_as_attachment=True)
    deliver([record])
    file = only_mail().attachments.get()
    assert file.file_name == "Spring.docx" and lines_of(bytes(file.content))[0] == "To Anna Berg"
    assert kept(record) == bytes(file.content) and not only_mail().body_html


def test_what_was_merged_in_the_wizard_is_not_merged_again() -> None:  # I-96
    written = document_of("To {{contact.name}} as typed")
    content = NewContent(data=written, extension="DOCX", file_name="x.DOCX")
    record = entry(make_person(**REACHED), content, merged=True, send_word_doc_as_attachment=True)
    deliver([record])
    assert bytes(only_mail().attachments.get().content) == written


def test_other_files_go_with_an_empty_body() -> None:  # I-100
    content = NewContent(data=b"%PDF-1.4 x", extension="pdf", file_name="offer.pdf")
    deliver([entry(make_person(**REACHED), content)])
    assert only_mail().attachments.get().file_name == "Attachment.pdf" and not only_mail().body_html


def test_html_and_other_files_cannot_be_hard_copy() -> None:  # I-100
    anna = make_person()
    records_ = [
        entry(anna, html("<html>x</html>"), correspondence_type="hard_copy"),
        entry(anna, NewContent(data=b"x", extension="txt"), correspondence_type="hard_copy"),
    ]
    assert deliver(records_) is None
    for record in records_:
        assert fresh(record).delivery_status == "error"
        assert "hard copy" in InteractionComment.objects.get(entry=record).comment


def test_one_letter_is_printed_under_its_subject() -> None:  # I-97, I-99, I-164
    word_template()
    record = entry(
        make_person(), word_template_code="T-LETTER", correspondence_type="hard_copy", subject='Spring: "A/B"'
    )
    with acting(user_name="pia") as context:
        file = deliver([record])
        assert file is not None and print_file(file.pk) == file
    assert file.file_name == "Spring_ _A_B_.docx"
    assert [told.code for told in context.messages] == ["printed_as_word"]
    printed = content_bytes(file.content_id)
    assert lines_of(printed) == ["To Anna Berg", "Bye"] and kept(record) == printed
    with acting(user_name="somebody"), pytest.raises(DomainError):
        print_file(file.pk)


def test_several_letters_are_one_archive_with_names_that_differ() -> None:  # I-97, I-164
    word_template()
    fjord = make_company(name="Fjord AS")
    people = [fjord, make_person(company_id=fjord.pk), make_person(name="Anna: Berg"), make_person(name="Anna_ Berg")]
    values = {"word_template_code": "T-LETTER", "correspondence_type": "hard_copy", "segment_no": "S1"}
    file = deliver(entries([(who, None, values) for who in people]))
    assert file is not None and file.file_name == "Segment S1.zip"
    with zipfile.ZipFile(io.BytesIO(content_bytes(file.content_id))) as archive:
        assert archive.namelist() == [
            "Fjord AS.docx",
            "Fjord AS - Anna Berg.docx",
            "Anna_ Berg.docx",
            "Anna_ Berg (2).docx",
        ]
        assert lines_of(archive.read("Anna_ Berg.docx"))[0] == "To Anna: Berg"


def test_letters_kept_on_disk_are_in_the_archive_too(tmp_path: Path) -> None:  # I-83, I-164
    MarketingSetup.objects.update_or_create(
        only_row=True,
        defaults={"attachment_storage_type": "disk_file", "attachment_storage_location": str(tmp_path)},
    )
    word_template()
    values = {"word_template_code": "T-LETTER", "correspondence_type": "hard_copy"}
    file = deliver(entries([(make_person(name=name), None, values) for name in ("Anna", "Berit")]))
    assert file is not None and len(list(tmp_path.iterdir())) == 2
    with zipfile.ZipFile(io.BytesIO(content_bytes(file.content_id))) as archive:
        assert lines_of(archive.read("Berit.docx"))[0] == "To Berit"


def test_letters_are_pdf_where_a_converter_is_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # I-97
    converter = tmp_path / "convert"
    converter.write_text('#!/bin/sh\nprintf "%%PDF-1.4 made" > "$5/letter.pdf"\n')
    converter.chmod(0o755)
    monkeypatch.setenv("TUTTAVA_PDF_CONVERTER", str(converter))
    word_template()
    file = deliver([entry(make_person(), word_template_code="T-LETTER", correspondence_type="hard_copy", subject="")])
    assert file is not None and (file.file_name, file.media_type) == ("default.pdf", "application/pdf")
    assert content_bytes(file.content_id) == b"%PDF-1.4 made"


def test_failing_converter_is_an_error_of_the_entry(monkeypatch: pytest.MonkeyPatch) -> None:  # I-101
    monkeypatch.setenv("TUTTAVA_PDF_CONVERTER", "/nowhere/convert")
    word_template()
    record = entry(make_person(), word_template_code="T-LETTER", correspondence_type="hard_copy")
    assert deliver([record]) is None and fresh(record).delivery_status == "error"


def test_one_failure_does_not_stop_the_rest() -> None:  # I-101
    content = NewContent(extension="html", email_layout_code=layout().code, content_body="Hi")
    wanted = entries([(make_person(**REACHED), content, {"correspondence_type": "email"}) for _number in range(3)])
    fail_next("mailbox full")
    outcome = deliver_and_tell(wanted)
    assert (outcome.delivered, outcome.failed) == (2, 1) and OutboxMail.objects.count() == 2
    failed, *others = [fresh(record) for record in wanted]
    assert failed.delivery_status == "error" and [each.delivery_status for each in others] == ["none", "none"]
    assert "mailbox full" in InteractionComment.objects.get(entry=failed).comment
    assert failed.attachment is not None and failed.attachment.email_layout_code == "T-PLAIN"  # I-49


def test_text_of_a_mail_that_was_not_delivered_can_be_changed_until_it_is() -> None:  # I-49
    content = NewContent(extension="html", email_layout_code=layout().code, content_body="Hi Ana")
    record = entry(make_person(**REACHED), content)
    assert record.attachment is not None and record.attachment.read_only
    fail_next("mailbox full")
    deliver([record])
    failed = fresh(record)
    assert failed.attachment is not None and not failed.attachment.read_only
    set_body(failed.attachment, "Hi Anna")
    assert deliver_and_tell([fresh(record)]).delivered == 1
    sent = fresh(record)
    assert "Hi Anna" in only_mail().body_html and sent.delivery_status == "none"
    assert sent.attachment is not None and sent.attachment.read_only and sent.attachment.email_layout_code is None


def test_canceled_delivery_gives_the_text_back() -> None:  # I-49
    content = NewContent(extension="html", email_layout_code=layout().code, content_body="Hi")
    record = entry(make_person(**REACHED), content)
    job = deliver_later([record])
    assert job is not None

    class Stopped(jobs.JobRun):
        def progress(self, done: int, total: int | None = None) -> None:
            raise jobs.JobCanceled

    with pytest.raises(jobs.JobCanceled):
        _deliver_job(Stopped(job, lambda: False))
    back = fresh(record)
    assert back.delivery_status == "error" and not OutboxMail.objects.exists()
    assert back.attachment is not None and (back.attachment.content_body, back.attachment.read_only) == ("Hi", False)


def test_contact_that_was_blocked_or_lost_its_address_meanwhile_is_told() -> None:  # I-95, I-101
    anna, berit = make_person(**REACHED), make_person(name="Berit", **REACHED)
    wanted = [entry(anna, html("<html>x</html>")), entry(berit, html("<html>x</html>"))]
    Contact.objects.filter(pk=anna.pk).update(privacy_blocked=True)
    Contact.objects.filter(pk=berit.pk).update(email="")
    deliver(wanted)
    texts = [InteractionComment.objects.get(entry=record).comment for record in wanted]
    assert "privacy-blocked" in texts[0] and "no e-mail address" in texts[1] and not OutboxMail.objects.exists()


def test_delivered_again_the_same_goes_out() -> None:  # I-104
    word_template()
    anna = make_person(**REACHED)
    record = entry(anna, word_template_code="T-LETTER")
    deliver([record])
    Contact.objects.filter(pk=anna.pk).update(name="Renamed")
    deliver([fresh(record)])
    first, second = OutboxMail.objects.order_by("handed_over_at")
    assert first.body_html == second.body_html and "Renamed" not in second.body_html


def test_many_are_delivered_by_a_job_with_progress() -> None:  # I-97, I-101
    word_template()
    values = {"word_template_code": "T-LETTER", "correspondence_type": "hard_copy", "date": DAY}
    wanted = entries([(make_person(name=f"No {number}"), None, values) for number in range(60)])
    job = deliver_later(wanted)
    assert job is not None and {fresh(each).delivery_status for each in wanted} == {"in_progress"}
    run = jobs.run_now(job.kind, job.title, job.arguments)
    assert run.status == JobStatus.DONE and run.result["delivered"] == 60 and run.done == 60
    file = PrintFile.objects.get(pk=run.result["printFile"])
    with zipfile.ZipFile(io.BytesIO(content_bytes(file.content_id))) as archive:
        assert len(archive.namelist()) == 60
    assert file.file_name == "Letters.zip"


def test_subjects_and_addresses_in_other_scripts_arrive() -> None:  # I-102
    deliver([entry(make_person(email="anna@exämple.com"), html("<html>x</html>"), subject="Ærlig привет 你好")])
    assert only_mail().subject == "Ærlig привет 你好" and only_mail().to == ["anna@exämple.com"]
