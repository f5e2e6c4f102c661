"""Writing mails and sending again in the browser."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.interactions.letters import entry, html, word_template
from tests.interactions.making import make_person, vocabulary
from tests.interactions.wizards import layout_variant, template
from tests.web.conftest import sign_in
from tuttava.contacts.models import Contact
from tuttava.foundation import jobs
from tuttava.foundation.directory.models import Company
from tuttava.foundation.mail import fail_next
from tuttava.foundation.models import OutboxMail
from tuttava.interactions import kept_mails, mailing
from tuttava.interactions.models import EmailLayout, InteractionDraft, InteractionLogEntry
from tuttava.interactions.pages import mail as mail_page

pytestmark = pytest.mark.usefixtures("company")
REACHED = {"email": "anna@example.com"}
SCRIPT = {"HTTP_ACCEPT": "application/json", "HTTP_X_FRAGMENT": "dialog"}


@pytest.fixture
def editor(company: Company) -> Client:
    vocabulary()
    return sign_in(company, name="anna", sets="CRM-EDIT")


@pytest.fixture
def root(company: Company) -> str:
    return f"/c/{company.slug}"


def test_mail_is_written_on_the_card_and_sent_with_its_files(editor: Client, root: str) -> None:  # I-105
    anna = make_person(name="Anna & Berg", **REACHED)
    address = f"{root}/contacts/{anna.pk}/mail"
    assert address in editor.get(f"{root}/contacts/{anna.pk}").content.decode()
    form = editor.get(address).content.decode()
    assert "anna@example.com" in form and 'enctype="multipart/form-data"' in form and "style=" not in form
    file = SimpleUploadedFile("offer.txt", b"90 kr", "text/plain")
    typed = {"subject": "Spring", "body": "Hello {{ contact.name }}", "files": [file], "do": "send"}
    answer = editor.post(address, typed, **SCRIPT)
    assert answer.status_code == 200 and answer.json()["messages"][0]["text"] == "The mail is sent."
    sent = OutboxMail.objects.get()
    assert "Hello Anna &amp; Berg" in sent.body_html and sent.attachments.get().file_name == "offer.txt"
    assert InteractionLogEntry.objects.get().postponed is False


def test_what_fails_is_told_at_its_field_and_nothing_typed_is_lost(
    editor: Client, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # I-105
    address = f"{root}/contacts/{make_person(**REACHED).pk}/mail"
    blank = editor.post(address, {"subject": " ", "body": "kept words"})
    assert blank.status_code == 422 and "kept words" in blank.content.decode()
    fail_next("mailbox full")
    failed = editor.post(address, {"subject": "x", "body": "kept words", "do": "send"})
    assert failed.status_code == 422 and "mailbox full" in failed.content.decode()
    monkeypatch.setattr(mail_page, "MOST_BYTES", 3)
    huge = editor.post(address, {"subject": "x", "files": [SimpleUploadedFile("a", b"1234")]}, **SCRIPT)
    assert huge.status_code == 422 and huge.json()["error"]["field"] == "files"


def test_mail_kept_for_later_is_gone_on_with_and_sent(editor: Client, root: str) -> None:  # I-20
    anna = make_person(**REACHED)
    file = SimpleUploadedFile("offer.txt", b"90 kr")
    editor.post(f"{root}/contacts/{anna.pk}/mail", {"subject": "Soon", "body": "Hi", "files": [file], "do": "save"})
    kept = InteractionLogEntry.objects.get()
    assert kept.postponed and not OutboxMail.objects.exists()
    address = f"{root}/interactions/{kept.pk}/mail"
    form = editor.get(address).content.decode()
    assert 'value="Soon"' in form and "offer.txt" in form
    listed = editor.get(f"{root}/interactions/postponed/").content.decode()
    resume = f"{root}/interactions/{kept.pk}/resume"
    assert resume in listed and resume in editor.get(f"{root}/contacts/{anna.pk}").content.decode()
    assert 'value="Soon"' in editor.get(resume).content.decode() and not InteractionDraft.objects.exists()
    editor.post(address, {"subject": "Now", "body": "Hi", "kept": ["0"], "do": "send"})
    sent = OutboxMail.objects.get()
    assert (sent.subject, sent.attachments.count()) == ("Now", 1)
    assert InteractionLogEntry.objects.get().postponed is False and editor.get(address).status_code == 404


def test_ticked_contacts_get_a_mail_each_but_those_out_of_reach(editor: Client, root: str) -> None:  # I-105
    people = [make_person(name="Anna", **REACHED), make_person(name="Berit")]
    ids = ",".join(str(each.pk) for each in people)
    chosen = editor.post(f"{root}/contacts/mail-chosen", {"id": ids.split(",")})
    assert chosen.status_code == 302 and "contacts/mail?ids=" in chosen["Location"]
    form = editor.get(chosen["Location"]).content.decode()
    assert "<b>Berit</b> has no e-mail address." in form
    typed = {"ids": ids, "subject": "x", "body": "x", "do": "send"}
    assert editor.post(f"{root}/contacts/mail", typed).status_code == 422 and not OutboxMail.objects.exists()
    editor.post(f"{root}/contacts/mail", typed | {"skip": "yes"})
    assert OutboxMail.objects.count() == 1 and InteractionLogEntry.objects.count() == 1


def test_many_mails_go_as_a_job(editor: Client, root: str, monkeypatch: pytest.MonkeyPatch) -> None:  # I-105
    monkeypatch.setattr(mail_page, "AT_ONCE", 1)
    queued: list[str] = []
    monkeypatch.setattr(mailing.jobs, "_defer", lambda job: queued.append(job.kind))
    ids = ",".join(str(make_person(name=name, **REACHED).pk) for name in ("A", "B"))
    editor.post(f"{root}/contacts/mail", {"ids": ids, "subject": "x", "body": "x", "do": "send"})
    assert queued == [mailing.KIND] and not OutboxMail.objects.exists()


def test_resending_looks_over_first_and_links_to_what_was_printed(editor: Client, root: str) -> None:  # I-104, I-164
    word_template("{{contact.job_title}}")
    record = entry(make_person(name="Anna Berg"), html("<html>x</html>"), correspondence_type="hard_copy")
    InteractionLogEntry.objects.filter(pk=record.pk).update(word_template="T-LETTER")
    address = f"{root}/interactions/resend"
    form = editor.get(f"{address}?ids={record.pk}").content.decode()
    assert "1 interaction will be sent again." in form and "Anna Berg has no value for" in form
    answer = editor.post(address, {"ids": str(record.pk), "correspondence_type": "", "update": "yes"}, **SCRIPT)
    link = answer.json()["redirect"]
    got = editor.get(link)
    assert got.status_code == 200 and got.getvalue().startswith(b"PK") and "Spring.docx" in got["Content-Disposition"]


def test_print_file_of_somebody_else_is_not_found(editor: Client, root: str, company: Company) -> None:
    word_template()
    record = entry(make_person(), html("x"), correspondence_type="hard_copy")
    InteractionLogEntry.objects.filter(pk=record.pk).update(word_template="T-LETTER")
    typed = {"ids": str(record.pk), "update": "yes"}
    link = editor.post(f"{root}/interactions/resend", typed, **SCRIPT).json()["redirect"]
    other = sign_in(company, name="bo", sets="CRM-EDIT")
    assert other.get(link).status_code == 404


def test_readers_neither_write_nor_resend(company: Company, root: str) -> None:  # I-162
    reader = sign_in(company, name="rita", sets="CRM-READ")
    anna = make_person(**REACHED)
    assert reader.get(f"{root}/contacts/{anna.pk}/mail").status_code == 403
    assert reader.get(f"{root}/interactions/resend?ids=").status_code == 403
    assert f"{anna.pk}/mail" not in reader.get(f"{root}/contacts/{anna.pk}").content.decode()


def test_a_kept_mail_opens_again_as_it_was_written(editor: Client, root: str) -> None:  # I-20
    anna = make_person(**REACHED)
    for written, shown in (
        ("Hi {{ contact.name }}\n\nR&D & more\nBye", "Hi {{ contact.name }}\n\nR&amp;D &amp; more\nBye</textarea>"),
        ("<p>Hi <b>you</b></p><script>x()</script>", "&lt;p&gt;Hi &lt;b&gt;you&lt;/b&gt;&lt;/p&gt;</textarea>"),
    ):
        editor.post(f"{root}/contacts/{anna.pk}/mail", {"subject": "S", "body": written, "do": "save"})
        kept = InteractionLogEntry.objects.latest("entry_no")
        assert shown in editor.get(f"{root}/interactions/{kept.pk}/mail").content.decode()


def test_a_template_gives_layout_language_and_first_words(editor: Client, root: str) -> None:  # I-31, I-98
    template("NEWS", description="Our news", campaign_target=True)
    layout_variant("NEWS")
    layout_variant("NEWS", "nb")
    EmailLayout.objects.update(html="<h1>{{ contact.name }}</h1>{{ layout.content }}")
    anna = make_person(name="Anna", language_code="nb", **REACHED)
    address = f"{root}/contacts/{anna.pk}/mail"
    assert 'value="NEWS"' in editor.get(address).content.decode()
    typed = {"ids": str(anna.pk), "template": "NEWS", "body": "Snow {{ contact.shoe }}"}
    looked = editor.post(f"{root}/contacts/mail-check", typed, **SCRIPT).json()
    assert looked["proposed"]["subject"] == "Our news" and "contact.shoe" in looked["parts"]["mail-findings"]
    seen = editor.post(f"{root}/contacts/mail-preview", typed)
    assert "<h1>Anna</h1>" in seen.content.decode() and "sandbox" in seen["Content-Security-Policy"]
    editor.post(address, {**typed, "subject": "News", "do": "save"})
    kept = InteractionLogEntry.objects.get()
    form = editor.get(f"{root}/interactions/{kept.pk}/mail").content.decode()
    assert re.search(r'value="NEWS"[^>]* selected', form) and "Snow {{ contact.shoe }}</textarea>" in form
    editor.post(f"{root}/interactions/{kept.pk}/mail", {**typed, "subject": "News", "body": "Snow", "do": "send"})
    sent, entry = OutboxMail.objects.get(), InteractionLogEntry.objects.get()
    assert "<h1>Anna</h1>" in sent.body_html and "Snow" in sent.body_html
    assert (entry.interaction_template_code, entry.interaction_language_code) == ("EMAIL", "NB")  # I-105
    assert not entry.campaign_target and not entry.postponed


def test_a_language_that_the_template_lacks_is_told(editor: Client, root: str) -> None:  # I-34
    template("NEWS")
    layout_variant("NEWS", "nb")
    anna = make_person(**REACHED)
    typed = {"ids": str(anna.pk), "template": "NEWS", "language": "fi", "subject": "x", "do": "send"}
    looked = editor.post(f"{root}/contacts/mail-check", typed, **SCRIPT).json()
    assert "no e-mail layout in this language" in looked["parts"]["mail-findings"] and not looked["proposed"]
    refused = editor.post(f"{root}/contacts/{anna.pk}/mail", typed, **SCRIPT).json()["error"]
    assert (refused["code"], refused["field"]) == ("language_variant_missing", "language")


def test_mails_of_a_job_say_why_they_stayed(monkeypatch: pytest.MonkeyPatch, editor: Client) -> None:  # I-101
    monkeypatch.setattr(mailing.jobs, "_defer", lambda job: None)
    anna, berit = make_person(**REACHED), make_person(**REACHED)
    job = mailing.send_mails_later([anna, berit], kept_mails.Message("Hi", "Dear {{ contact.name }}"))
    Contact.objects.filter(pk=berit.pk).update(privacy_blocked=True)
    jobs.run_now(job.kind, job.title, job.arguments)
    left = InteractionLogEntry.objects.get(postponed=True)
    assert left.contact_id == berit.pk and "privacy" in left.comments.get().comment
    assert OutboxMail.objects.count() == 1
