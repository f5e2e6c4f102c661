"""A segment becomes interactions: what stops it, what each entry carries, what remains."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pytest

from tests.interactions.documents import document_of
from tests.interactions.letters import word_template
from tests.segments.logging import entries_of, give_content, mailing, ready
from tests.segments.making import make_company, make_person
from tuttava.contacts.models import ContactAltAddress
from tuttava.foundation import jobs, records
from tuttava.foundation.context import current
from tuttava.foundation.directory.models import Company
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Job, OutboxMail
from tuttava.foundation.records import check_constraints
from tuttava.interactions import related
from tuttava.interactions.models import InteractionLogEntry
from tuttava.interactions.word_templates import set_document
from tuttava.segments import by_hand, preflight
from tuttava.segments.logging import log_segment, log_segment_later
from tuttava.segments.models import LoggedSegment, Segment, SegmentLine

pytestmark = pytest.mark.usefixtures("company")


def refusal(segment: Segment, **wishes: bool) -> DomainError:
    with pytest.raises(DomainError) as refused:
        log_segment(segment, **wishes)
    assert Segment.objects.filter(pk=segment.pk, logged_as=0).exists()
    return refused.value


def test_every_line_becomes_an_interaction_and_the_segment_goes() -> None:  # S-60, S-64, S-65, S-66, I-106
    segment = ready()
    by_hand.add_line(segment, {"description": "Nobody yet"})
    SegmentLine.objects.filter(segment=segment, line_no=20000).update(
        cost_lcy=12, duration_min=5, evaluation="positive", subject="Own", contact_via="+47 1", task_no="T1"
    )
    made = log_segment(segment)
    entries = entries_of(segment.no)
    logged = LoggedSegment.objects.get()
    assert (made.entry_no, made.entries, logged.entry_no, logged.segment_no) == (1, 2, 1, segment.no)
    assert [entry.contact.email for entry in entries if entry.contact] == ["anna@example.com", "bo@example.com"]
    assert entries[0].entry_no < entries[1].entry_no
    second = entries[1]
    assert (second.cost_lcy, second.duration_min, second.evaluation, second.subject) == (12, 5, "positive", "Own")
    assert (second.contact_via, second.task_no, second.interaction_group_code) == ("+47 1", "T1", "TALKS")
    assert {entry.logged_segment_entry_no for entry in entries} == {1}
    assert (second.salesperson_code, second.interaction_template_code, second.date) == ("PS", "MEET", segment.date)
    assert not Segment.objects.exists() and not SegmentLine.objects.exists()


def test_segment_is_logged_once() -> None:  # S-61
    segment = ready()
    log_segment(segment)
    with pytest.raises(DomainError) as refused:
        log_segment(segment)
    assert refused.value.code == "segment_already_logged"
    again = ready(no=segment.no)
    assert refusal(again).code == "segment_already_logged"


def test_description_and_a_contact_are_needed() -> None:  # S-61
    segment = ready(description="")
    error = refusal(segment)
    assert (error.code, error.field) == ("field_required", "description")
    empty = ready()
    SegmentLine.objects.filter(segment=empty).update(contact=None)
    assert refusal(empty).code == "segment_empty"


def test_all_failing_lines_are_told_together_and_nothing_is_logged() -> None:  # S-62
    segment = ready(make_company(name="Aas"), make_company(name="Berg"), make_company(name="Dal"))
    rows = SegmentLine.objects.filter(segment=segment)
    rows.filter(line_no=10000).update(date=None)
    rows.filter(line_no=20000).update(salesperson=None, interaction_template_code="")
    rows.filter(line_no=30000).update(interaction_template_code="GONE")
    found = [(each.line_no, each.code, each.field) for each in preflight.problems(segment)]
    assert found == [
        (10000, "field_required", "date"),
        (20000, "field_required", "salesperson_code"),
        (20000, "field_required", "interaction_template_code"),
        (30000, "not_found", "interaction_template_code"),
    ]
    error = refusal(segment)
    assert (error.code, error.field, len(error.details)) == ("field_required", "date", 4)
    assert "Aas" in str(error.message) and not InteractionLogEntry.objects.exists()
    assert preflight.count_problems(segment) == {"field_required": 3, "not_found": 1}


def test_line_of_a_document_needs_no_salesperson() -> None:  # S-62
    segment = ready(make_company())
    SegmentLine.objects.filter(segment=segment).update(salesperson=None, document_type="sales_invoice")
    assert log_segment(segment).entries == 1


def test_email_without_address_is_refused_with_delivery_and_logged_as_none_without() -> None:  # S-63
    segment = mailing(make_company(name="Aas"), make_company(name="Berg"))
    error = refusal(segment)
    assert error.code == "email_address_missing" and len(error.details) == 2
    assert {each.contact_name for each in preflight.problems(segment)} == {"Aas", "Berg"}
    assert preflight.problems(segment, deliver=False) == []
    log_segment(segment, deliver=False)
    assert {entry.correspondence_type for entry in entries_of(segment.no)} == {"none"}


def test_unreachable_lines_can_be_logged_undelivered() -> None:  # S-63
    segment = mailing(make_company(name="Aas"), make_person(email="bo@example.com"))
    made = log_segment(segment, skip_undeliverable=True)
    first, second = entries_of(segment.no)
    assert (made.entries, made.delivered, made.failed) == (2, 1, 0)
    assert (first.correspondence_type, first.delivery_status) == ("none", "none")
    assert second.correspondence_type == "email"


def test_line_to_be_delivered_needs_something_to_send() -> None:  # S-68
    segment = ready(make_person(email="anna@example.com"))
    SegmentLine.objects.filter(segment=segment).update(correspondence_type="email")
    error = refusal(segment)
    assert (error.code, error.field) == ("attachment_missing", "attachment_id")
    made = log_segment(segment, skip_undeliverable=True)
    assert (made.entries, made.delivered) == (1, 0)


def test_line_without_correspondence_is_logged_and_not_delivered() -> None:  # S-68
    segment = ready(make_person(email="anna@example.com"))
    give_content(segment, b"<html>x</html>", "html")
    made = log_segment(segment)
    assert (made.entries, made.delivered, made.failed) == (1, 0, 0)


class Campaigns:
    """A room of campaigns, as segments see it."""

    def __init__(self) -> None:
        self.entries: list[InteractionLogEntry] = []

    def descriptions(self, numbers: Collection[str]) -> Mapping[str, str]:
        return {number: "Spring" for number in numbers if number == "CP1"}

    def logged(self, entries: Sequence[InteractionLogEntry]) -> None:
        for entry in entries:
            self.entries.append(entry)
            entry.campaign_entry_no = 70 + len(self.entries)

    def choices(self, company_id: uuid.UUID | None, salesperson_code: str) -> Sequence[tuple[str, str]]:
        return ()

    def create(self, values: Mapping[str, Any]) -> str:
        raise NotImplementedError


@pytest.fixture
def campaigns() -> Iterator[Campaigns]:
    room = Campaigns()
    before = related.kind("campaign")
    related.provides("campaign", room)
    yield room
    if before is None:
        related.unplug("campaign")
    else:
        related.provides("campaign", before)


def test_one_campaign_entry_for_each_campaign_and_document_type(campaigns: Campaigns) -> None:  # S-64, I-61
    segment = ready(make_company(), make_company(), make_company(), make_company())
    rows = SegmentLine.objects.filter(segment=segment)
    rows.exclude(line_no=40000).update(campaign_no="CP1", campaign_target=True)
    rows.filter(line_no=30000).update(document_type="sales_invoice")
    made = log_segment(segment, create_follow_up=True)
    named = [(each.campaign_no, each.document_type, each.logged_segment_entry_no) for each in campaigns.entries]
    assert named == [("CP1", "none", made.entry_no), ("CP1", "sales_invoice", made.entry_no)]
    entries = entries_of(segment.no)
    assert [entry.campaign_entry_no for entry in entries] == [71, 71, 72, 0]
    assert [entry.campaign_target for entry in entries] == [True, True, True, False]
    follow_up = SegmentLine.objects.filter(segment__no=made.follow_up_no).order_by("line_no")
    assert list(follow_up.values_list("campaign_no", flat=True)) == ["CP1", "CP1", "CP1", ""]  # S-57


def test_unknown_campaign_stops_the_logging(campaigns: Campaigns) -> None:  # S-62
    segment = ready(make_company())
    SegmentLine.objects.filter(segment=segment).update(campaign_no="CP2")
    error = refusal(segment)
    assert (error.code, error.field) == ("not_found", "campaign_no")


def test_contact_blocked_after_the_segment_was_closed_gets_nothing_and_it_is_told(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:  # C-72
    monkeypatch.setattr(jobs, "_defer", lambda *_job: None)
    anna, bo = make_person(name="Anna", email="anna@example.com"), make_person(name="Bo", email="bo@example.com")
    segment = mailing(anna, bo)
    job = log_segment_later(segment)
    records.change(anna, {"privacy_blocked": True})
    jobs.run_queued(company.schema, job.pk)
    (deliveries,) = Job.objects.filter(kind="interactions.deliver")
    jobs.run_queued(company.schema, deliveries.pk)
    assert [mail.to for mail in OutboxMail.objects.all()] == [["bo@example.com"]]
    first, second = entries_of(segment.no)
    assert (first.delivery_status, second.delivery_status) == ("error", "none")
    assert "privacy-blocked" in first.comments.get().comment


def test_word_template_changed_after_logging_is_sent_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:  # I-107
    template = word_template("Before")
    segment = ready(make_person(email="anna@example.com"))
    SegmentLine.objects.filter(segment=segment).update(
        word_template=template.code, correspondence_type="email", subject="Spring"
    )
    monkeypatch.setattr(jobs, "_defer", lambda *_job: None)
    job = log_segment_later(segment)
    set_document(template, document_of("After"))
    jobs._run(job, lambda: False, current())
    (deliveries,) = Job.objects.filter(kind="interactions.deliver")
    jobs._run(deliveries, lambda: False, current())
    assert "Before" in OutboxMail.objects.get().body_html


def test_alternative_address_gets_the_mail(company: Company) -> None:  # S-63, S-71
    firm = make_company(name="Aas AS")
    segment = mailing(firm)
    address = ContactAltAddress.objects.create(contact=firm, code="PO", email="post@example.com")
    SegmentLine.objects.filter(segment=segment).update(contact_alt_address=address)
    assert log_segment(segment).delivered == 1
    assert OutboxMail.objects.get().to == ["post@example.com"]
    assert entries_of(segment.no)[0].correspondence_type == "email"


@pytest.mark.parametrize(
    ("own", "other", "reached"),
    [
        ("own@example.com", "", "own@example.com"),
        ("own@example.com", "post@example.com", "post@example.com"),
        ("", "post@example.com", "post@example.com"),
        ("", "", ""),
    ],
)
def test_alternative_address_without_email_leaves_the_mail_to_the_contacts_own(
    company: Company, own: str, other: str, reached: str
) -> None:  # S-63, S-71, I-95
    firm = make_company(name="Aas AS", email=own)
    segment = mailing(firm)
    address = ContactAltAddress.objects.create(contact=firm, code="PO", email=other)
    SegmentLine.objects.filter(segment=segment).update(contact_alt_address=address)
    missing = [] if reached else ["email_address_missing"]
    assert [each.code for each in preflight.problems(segment)] == missing
    made = log_segment(segment, skip_undeliverable=True)
    (entry,) = entries_of(segment.no)
    assert entry.correspondence_type == ("email" if reached else "none")
    assert (made.delivered, made.failed) == (1 if reached else 0, 0)
    assert [mail.to for mail in OutboxMail.objects.all()] == ([[reached]] if reached else [])
    assert entry.contact_alt_address == address


def test_deleted_alternative_address_leaves_the_line() -> None:  # S-15
    firm = make_company(name="Aas AS")
    segment = ready(firm)
    address = ContactAltAddress.objects.create(contact=firm, code="PO", email="post@example.com")
    SegmentLine.objects.filter(segment=segment).update(contact_alt_address=address)
    records.delete(address)
    check_constraints()
    assert SegmentLine.objects.get(segment=segment).contact_alt_address_id is None
