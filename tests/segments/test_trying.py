"""A test mail of a segment goes to the user alone and leaves no trace in the log."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.relations.pages import administrator
from tests.segments.making import fill, line_of, make_person, make_segment, make_template
from tuttava.contacts.models import Contact
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import Company, User
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import OutboxMail
from tuttava.interactions.models import Delivery, InteractionLogEntry
from tuttava.interactions.unsubscribe_links import link_of
from tuttava.segments.models import Segment
from tuttava.segments.trying import NOBODY, send_test

LETTER = '<html><body><p>Dear {{ contact.name }}</p><a href="{{ entry.unsubscribe_link }}">Leave</a></body></html>'


@pytest.fixture(autouse=True)
def _me(company: Company) -> Iterator[None]:
    User.objects.create_user("pia", email="pia@example.com", password="x")
    with acting(user_name="pia"):
        yield


def segment_for(*people: Contact, **values: object) -> Segment:
    make_template("LETTER", {"EN": LETTER.encode()}, correspondence_type_default="email")
    segment = make_segment(interaction_template_code="LETTER", **values)
    fill(segment, *people)
    return segment


def test_test_mail_goes_to_the_user_alone() -> None:
    anna, berit = make_person(name="Anna"), make_person(name="Berit", email="berit@example.com")
    segment = segment_for(anna, berit)
    assert send_test(segment) == "pia@example.com"
    mail = OutboxMail.objects.get()
    assert (mail.to, mail.cc, mail.bcc) == (["pia@example.com"], [], [])
    assert mail.subject.startswith("[Test]") and "Dear" in mail.body_html
    assert not InteractionLogEntry.objects.exists() and not Delivery.objects.exists()
    assert Segment.objects.filter(pk=segment.pk).exists()


def test_a_line_can_be_chosen_and_nobody_is_unsubscribed_by_a_test() -> None:
    anna, berit = make_person(name="Anna"), make_person(name="Berit")
    segment = segment_for(anna, berit)
    send_test(segment, line_of(segment, berit))
    body = OutboxMail.objects.get().body_html
    assert (link_of(berit.pk) not in body and link_of(anna.pk) not in body and link_of(NOBODY) in body) or "{{" in body


@pytest.mark.parametrize(("account", "code"), [("nobody", "test_mail_address_missing"), ("pia", "segment_empty")])
def test_what_is_missing_is_said(account: str, code: str) -> None:
    with acting(user_name=account), pytest.raises(DomainError) as refused:
        send_test(segment_for())
    assert refused.value.code == code and not OutboxMail.objects.exists()


def test_line_without_content_or_blocked_is_refused() -> None:
    anna = make_person()
    plain = make_segment()
    fill(plain, anna)
    with pytest.raises(DomainError) as refused:
        send_test(plain)
    assert refused.value.code == "no_attachment_for_language"
    Contact.objects.filter(pk=anna.pk).update(privacy_blocked=True)
    with pytest.raises(DomainError) as refused:
        send_test(plain)
    assert refused.value.code == "contact.privacy_blocked"


def test_sending_one_needs_the_right_to_write_to_the_log() -> None:
    segment = segment_for(make_person())
    with acting(user_name="pia", rights=frozenset({"api.read", "api.write"})), pytest.raises(DomainError) as refused:
        send_test(segment)
    assert refused.value.code == "permission.denied"


def test_dialog_offers_the_lines_and_sends(company: Company) -> None:
    segment = segment_for(make_person(name="Anna"), make_person(name="Berit"))
    client = administrator(company)
    User.objects.exclude(username="pia").update(email="ada@example.com")
    address = f"/c/{company.slug}/segments/{segment.pk}/test-mail"
    shown = client.get(address).content.decode()
    assert "Anna" in shown and "Berit" in shown and "ada@example.com" in shown
    answer = client.post(address, {"line": str(line_of(segment, segment.lines.last().contact).pk)})
    assert answer.status_code in (200, 302)
    assert OutboxMail.objects.get().to == ["ada@example.com"]
