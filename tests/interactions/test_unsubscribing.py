"""Who follows the link in a mail of a segment is left out of segments from then on."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.interactions.letters import entry, html, layout
from tests.interactions.making import make_person
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.directory.models import Company
from tuttava.foundation.ids import new_id
from tuttava.foundation.models import Language, OutboxMail, UnitOfWork
from tuttava.foundation.schemas import current_schema, use_schema
from tuttava.interactions import delivery
from tuttava.interactions.merge_values import values_of
from tuttava.interactions.models import DeliveryState, InteractionLogEntry
from tuttava.interactions.outgoing import Letters, Made, made
from tuttava.interactions.storing import NewContent
from tuttava.interactions.unsubscribe_links import link_of, read
from tuttava.web import unsubscribe

pytestmark = pytest.mark.usefixtures("company")
REACHED = {"email": "anna@example.com"}


class Reader(Client):
    """A mail's reader with a browser; the test stays in its company."""

    def request(self, **request: Any) -> Any:
        schema = current_schema()
        try:
            return super().request(**{"HTTP_HOST": "localhost", **request})
        finally:
            use_schema(schema)


@pytest.fixture
def reader() -> Reader:
    return Reader()


def path_of(contact: Contact) -> str:
    link = link_of(contact.pk)
    assert link.startswith("http://localhost:8000/unsubscribe/")
    return link.removeprefix("http://localhost:8000")


def excluded(contact: Contact) -> bool:
    return Contact.objects.get(pk=contact.pk).exclude_from_segment


def of_segment(contact: Contact, **values: object) -> InteractionLogEntry:
    return entry(contact, html("<html>x</html>"), segment_no="SM1", **values)


def mail_of(record: InteractionLogEntry) -> dict[str, str]:
    (what,) = made([record], Letters())
    assert isinstance(what, Made)
    return dict(what.mail().headers)


def test_mails_of_segments_offer_to_unsubscribe(monkeypatch: pytest.MonkeyPatch) -> None:
    anna = make_person(**REACHED)
    headers = mail_of(of_segment(anna))
    assert headers["List-Unsubscribe"] == f"<{link_of(anna.pk)}>" and "List-Unsubscribe-Post" not in headers
    monkeypatch.setenv("TUTTAVA_PUBLIC_URL", "https://crm.example.com/")
    headers = mail_of(of_segment(anna))
    assert headers["List-Unsubscribe"].startswith("<https://crm.example.com/unsubscribe/")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in mail_of(entry(anna, html("<html>x</html>")))


def test_templates_have_the_link_as_a_merge_field() -> None:
    layout('<html><body><a href="{{ entry.unsubscribe_link }}">Leave</a>{{ layout.content }}</body></html>')
    anna = make_person(**REACHED)
    content = NewContent(extension="html", email_layout_code="T-PLAIN", content_body="Hi")
    record = entry(anna, content, segment_no="SM1")
    assert values_of([record])[0]["entry.unsubscribe_link"] == link_of(anna.pk)
    delivery.deliver([record])
    assert f'href="{link_of(anna.pk)}"' in OutboxMail.objects.get().body_html


def test_looking_at_the_page_changes_nothing(reader: Reader) -> None:
    anna = make_person(**REACHED)
    answer = reader.get(path_of(anna))
    shown = answer.content.decode()
    assert answer.status_code == 200 and not excluded(anna)
    assert "a•••@example.com" in shown and "anna@" not in shown and "Anna" not in shown
    assert answer.headers["Referrer-Policy"] == "no-referrer" and answer.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"] and not answer.cookies


def test_one_click_excludes_from_segments_and_is_journaled() -> None:
    anna = make_person(**REACHED)
    strict = Reader(enforce_csrf_checks=True)
    answer = strict.post(path_of(anna), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and excluded(anna)
    unit = UnitOfWork.objects.get(action="unsubscribe")
    assert (unit.user_name, unit.door) == ("", "system")
    assert strict.post(path_of(anna)).status_code == 200, "once more is no error"


def test_page_speaks_the_language_of_the_contact(reader: Reader) -> None:
    Language.objects.update_or_create(code="NOR", defaults={"format_region": "nb-NO"})
    anna = make_person(language_code="NOR", **REACHED)
    berit = make_person(**REACHED)
    Contact.objects.filter(pk=berit.pk).update(language=None)
    assert reader.get(path_of(anna), HTTP_ACCEPT_LANGUAGE="fi").headers["Content-Language"] == "nb"
    assert reader.get(path_of(berit), HTTP_ACCEPT_LANGUAGE="fi").headers["Content-Language"] == "fi"


def test_links_cannot_be_made_up(reader: Reader) -> None:
    anna, berit = make_person(**REACHED), make_person(**REACHED)
    token = path_of(anna).removeprefix("/unsubscribe/")
    named, signature = token.split(".")
    other = path_of(berit).removeprefix("/unsubscribe/").split(".")[0]
    for wrong in (f"{other}.{signature}", f"{named}.{signature[:-1]}", named, "x", f"{named}.", "ø.ø"):
        assert read(wrong) is None
        answer = reader.post(f"/unsubscribe/{wrong}")
        assert answer.status_code == 404 and "not valid" in answer.content.decode()
    assert not excluded(anna) and not excluded(berit)


def test_link_of_somebody_deleted_or_blocked_tells_nothing(reader: Reader) -> None:
    gone, berit = make_person(**REACHED), make_person(**REACHED)
    path = path_of(gone)
    records.delete(gone)
    Contact.objects.filter(pk=berit.pk).update(privacy_blocked=True)
    for address in (path, path_of(berit)):
        assert reader.get(address).status_code == 200
        answer = reader.post(address)
        assert answer.status_code == 200 and "You are unsubscribed" in answer.content.decode()
    assert not excluded(berit), "nothing of a blocked contact is touched"
    company = Company.objects.get(schema=current_schema())
    asked = read(link_of(new_id()).rpartition("/")[2])
    assert asked is not None and asked.schema == company.schema


def test_guessing_and_hammering_is_slowed_down(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unsubscribe, "MOST_WRONG", 2)
    monkeypatch.setattr(unsubscribe, "MOST_OF_LINK", 2)
    path = path_of(make_person(**REACHED))
    for wanted in ("/unsubscribe/guess", path):
        first, _second, third = [reader.get(wanted).status_code for _time in range(3)]
        assert (first, third) == (404 if wanted != path else 200, 429)


def test_mail_that_still_waits_is_not_sent() -> None:
    anna = make_person(**REACHED)
    planned, personal = of_segment(anna), entry(anna, html("<html>x</html>"))
    batch = delivery.accept([planned, personal])
    assert batch is not None
    Reader().post(path_of(anna))
    first, second = delivery.Delivery.objects.order_by("position")
    assert (first.state, second.state) == (DeliveryState.FAILED, DeliveryState.WAITING)
    assert "has unsubscribed" in first.error
    planned.refresh_from_db()
    assert planned.delivery_status == "error"
