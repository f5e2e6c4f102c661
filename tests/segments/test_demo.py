"""The segments of a demo company."""

from __future__ import annotations

import pytest

from tests.interactions.making import vocabulary
from tests.segments.making import make_company, make_person
from tuttava.contacts.models import Contact, ContactMailingGroup, MailingGroup
from tuttava.foundation.models import OutboxMail
from tuttava.interactions.models import InteractionLogEntry
from tuttava.segments import criteria_log, saved
from tuttava.segments.demo import CRITERIA, GROUP, LANGUAGES, VISITORS, create_demo_segments, demo_texts
from tuttava.segments.models import LoggedSegment, SavedSegmentCriteria, Segment, SegmentLine

pytestmark = pytest.mark.usefixtures("company")


def readers(count: int) -> list[Contact]:
    """People with e-mail who get the newsletter; every other one is Norwegian."""
    vocabulary()
    firm = make_company(name="Fjord AS")
    group, _new = MailingGroup.objects.get_or_create(code=GROUP)
    people = []
    for number in range(count):
        values = {"email": f"p{number}@example.com", "language_code": "NB" if number % 2 else "EN"}
        people.append(make_person(company_id=firm.pk, name=f"Reader {number}", **values))
    ContactMailingGroup.objects.bulk_create(ContactMailingGroup(contact=each, mailing_group=group) for each in people)
    return people


def test_a_demo_company_shows_what_segments_do() -> None:  # 1.6
    readers(15)
    assert create_demo_segments() == 3
    visitors, quiet = Segment.objects.order_by("no")
    assert visitors.description == "Event visitors"
    assert SegmentLine.objects.filter(segment=visitors, contact__isnull=False).count() == VISITORS
    assert criteria_log.actions_of(quiet) == 3 and SegmentLine.objects.filter(segment=quiet).count() == 15
    logged = LoggedSegment.objects.get()
    sent = InteractionLogEntry.objects.filter(logged_segment_entry_no=logged.entry_no)
    assert (sent.count(), OutboxMail.objects.count(), sent.filter(delivery_status="error").count()) == (12, 11, 1)
    mails = OutboxMail.objects.values_list("subject", "body_html")
    assert all("/unsubscribe/" in body and "{{" not in body for _subject, body in mails)
    assert {subject for subject, _body in mails} == {demo_texts()["subject"]["en"], demo_texts()["subject"]["nb"]}
    again = Segment.objects.create(no="AGAIN")
    saved.reuse_criteria(again, SavedSegmentCriteria.objects.get().code)
    assert SegmentLine.objects.filter(segment=again).count() == 3, "the invited have been talked to since"
    assert create_demo_segments() == 0, "a company that has segments keeps its own"


def test_a_company_without_people_gets_none() -> None:
    vocabulary()
    assert create_demo_segments("fi") == 0 and not Segment.objects.exists()


def test_texts_are_shipped_in_every_language() -> None:
    texts = demo_texts()
    assert all(row.keys() == {"key", *LANGUAGES} and all(row.values()) for row in texts.values())
    assert max(len(texts[key][each]) for key in ("visitors", "quiet", "logged", "subject") for each in LANGUAGES) <= 100
    assert len(CRITERIA) <= 10
