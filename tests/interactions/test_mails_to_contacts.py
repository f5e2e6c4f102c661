"""Mails written on a contact's card or list: sent once, logged once, kept as sent (I-20, I-105)."""

from __future__ import annotations

import pytest

from tests.interactions.making import make_company, make_person, vocabulary
from tuttava.contacts.models import Contact
from tuttava.foundation import mail
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.mail import Attachment, fail_next
from tuttava.foundation.models import OutboxMail
from tuttava.interactions import kept_mails, mailing
from tuttava.interactions.attachments import content_of
from tuttava.interactions.kept_mails import Message, is_unsent
from tuttava.interactions.mailing import save_unsent, send_mail_to_contacts, send_unsent
from tuttava.interactions.models import Delivery, InteractionLogEntry, InteractionTemplateSetup, StorageType

pytestmark = pytest.mark.usefixtures("company")
REACHED = {"email": "anna@example.com", "salesperson_code": "PS"}
HELLO = Message("Spring offer", "<p>Dear {{ contact.name }}</p><script>x()</script>")


@pytest.fixture(autouse=True)
def _salesperson(company: object) -> None:
    vocabulary()


def refused(contacts: list[Contact], message: Message = HELLO) -> str:
    with pytest.raises(DomainError) as error:
        send_mail_to_contacts(contacts, message)
    return error.value.code


def logged() -> list[InteractionLogEntry]:
    return list(InteractionLogEntry.objects.filter(postponed=False).select_related("attachment").order_by("entry_no"))


def test_sent_mail_is_logged_once_with_what_was_sent() -> None:  # I-105
    fjord = make_company(name="Fjord AS")
    anna = make_person(name="Anna Berg", company_id=fjord.pk, **REACHED)
    send_mail_to_contacts([anna], Message(HELLO.subject, HELLO.body, [Attachment("offer.pdf", b"%PDF-1.4")]))
    (entry,) = logged()
    sent = OutboxMail.objects.get()
    assert (sent.to, sent.subject, sent.reply_to) == (["anna@example.com"], "Spring offer", "pia@example.com")
    assert "Dear Anna Berg" in sent.body_html and "script" not in sent.body_html
    assert sent.attachments.get().file_name == "offer.pdf" and sent.related_id == entry.pk
    setup = InteractionTemplateSetup.objects.get()
    assert entry.interaction_template_code == setup.emails_code
    assert (entry.contact_id, entry.contact_company_id) == (anna.pk, fjord.pk)
    assert (entry.description, entry.subject, entry.correspondence_type) == ("Spring offer", "Spring offer", "email")
    assert (entry.delivery_status, entry.email_logged, entry.salesperson_code) == ("none", False, "PS")
    kept = entry.attachment
    assert kept is not None and kept.read_only and kept.storage_type == StorageType.MAIL_MESSAGE
    assert b"Dear Anna Berg" in content_of(kept) and b"offer.pdf" in content_of(kept)
    assert kept.internet_message_id == Delivery.objects.get(entry=entry).message_id


def test_each_of_several_contacts_gets_a_mail_and_an_entry_of_its_own() -> None:  # I-105
    people = [make_person(name=f"Anna {number}", **REACHED) for number in range(3)]
    assert len(send_mail_to_contacts(people, HELLO)) == 3
    assert [each.contact_id for each in logged()] == [each.pk for each in people]
    bodies = OutboxMail.objects.order_by("handed_over_at").values_list("body_html", flat=True)
    assert [f"Dear Anna {number}<" in body for number, body in enumerate(bodies)] == [True] * 3


def test_contact_without_salesperson_is_logged_all_the_same() -> None:  # I-105
    send_mail_to_contacts([make_person(email="anna@example.com")], HELLO)
    assert logged()[0].salesperson_code is None


def test_nothing_is_sent_when_one_contact_has_no_address() -> None:  # I-60
    assert refused([make_person(**REACHED), make_person(name="Berit")]) == "email_address_missing"
    assert not OutboxMail.objects.exists() and not InteractionLogEntry.objects.exists()


def test_blocked_contact_gets_no_mail() -> None:  # I-22
    assert refused([make_person(privacy_blocked=True, **REACHED)]) == "contact.privacy_blocked"


def test_without_account_or_template_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:  # I-48, I-105
    anna = make_person(**REACHED)
    with monkeypatch.context() as smtp:
        smtp.setenv("TUTTAVA_MAIL_TRANSPORT", "smtp")
        smtp.setenv("TUTTAVA_MAIL_HOST", " ")
        assert refused([anna]) == "mail_account_missing"
    InteractionTemplateSetup.objects.update(emails=None)
    assert refused([anna]) == "emails_template_required"
    assert not InteractionLogEntry.objects.exists()


def test_mail_that_fails_is_not_logged_but_kept_to_be_sent_again() -> None:  # I-20, I-105
    anna = make_person(**REACHED)
    fail_next("mailbox full")
    assert refused([anna]) == "mail.not_sent"
    assert not logged() and not OutboxMail.objects.exists()
    kept = InteractionLogEntry.objects.select_related("attachment", "contact").get()
    assert is_unsent(kept) and kept.delivery_status == "error"
    assert "mailbox full" in kept.comments.get().comment
    sent = send_unsent(kept, kept_mails.unsent_message(kept))
    assert sent.entry_no == kept.entry_no and [each.entry_no for each in logged()] == [kept.entry_no]
    assert logged()[0].delivery_status == "none" and OutboxMail.objects.count() == 1


def test_draft_becomes_an_entry_of_a_sent_mail_under_its_number() -> None:  # I-20
    anna = make_person(**REACHED)
    files = [Attachment("price list.txt", "90 kr – æøå".encode())]
    saved = save_unsent(anna, Message("Später 你好", "<p>Hello {{ contact.name }}</p>", files))
    setup = InteractionTemplateSetup.objects.get()
    assert saved.postponed and saved.interaction_template_code == setup.email_draft_code
    saved = InteractionLogEntry.objects.select_related("attachment", "contact").get(pk=saved.pk)
    written = kept_mails.unsent_message(saved)
    assert (written.subject, written.body) == ("Später 你好", "<p>Hello {{ contact.name }}</p>")
    assert (written.files[0].file_name, written.files[0].content) == ("price list.txt", files[0].content)
    assert not OutboxMail.objects.exists()
    send_unsent(saved, written)
    (entry,) = logged()
    assert (entry.entry_no, entry.interaction_template_code) == (saved.entry_no, setup.emails_code)
    assert "Hello Anna Berg" in OutboxMail.objects.get().body_html


def test_header_injection_in_a_subject_stays_a_subject() -> None:  # issue: header injection
    send_mail_to_contacts([make_person(**REACHED)], Message("Hi\r\nBcc: victim@example.com", "x"))
    sent = OutboxMail.objects.get()
    assert sent.subject == "Hi Bcc: victim@example.com" and not sent.bcc
    kept = logged()[0].attachment
    assert kept is not None and b"\nBcc:" not in content_of(kept)


def test_huge_attachments_are_refused_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "MOST_BYTES", 10)
    assert refused(
        [make_person(**REACHED)], Message("x", "x", [Attachment("a", b"123456"), Attachment("b", b"12345")])
    ) == ("attachments_too_large")
    assert not InteractionLogEntry.objects.exists()


def test_mails_need_the_right_to_write_the_log() -> None:  # I-162
    anna = make_person(**REACHED)
    with acting(rights=frozenset({"api.read", "api.write"})):
        assert refused([anna]) == "permission.denied"


def test_text_of_a_mail_is_harmless() -> None:
    assert mail.clean_html("<p onclick='x()'>a<img src='https://spy.example/x'></p>") == "<p>a<img></p>"
