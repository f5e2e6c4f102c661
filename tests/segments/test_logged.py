"""What may be done with logged segments: canceled, taken back, followed up, sent again."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.interactions.documents import document_of
from tests.interactions.letters import word_template
from tests.segments.logging import entries_of, give_content, mailing, ready
from tests.segments.making import make_person, on
from tuttava.contacts.models import Contact
from tuttava.foundation import jobs, records
from tuttava.foundation.context import Context, acting
from tuttava.foundation.directory.models import Company
from tuttava.foundation.errors import DomainError, PermissionDenied
from tuttava.foundation.journal import UnitOfWork
from tuttava.foundation.models import Job, OutboxMail
from tuttava.foundation.undo import undo_unit
from tuttava.interactions import delivery, life
from tuttava.interactions.models import InteractionAttachment, InteractionLogEntry
from tuttava.segments import criteria_log, logged, logging, resending, steps
from tuttava.segments.following import follow_up
from tuttava.segments.logging import log_segment
from tuttava.segments.models import LoggedSegment, Segment, SegmentHistoryEntry, SegmentInteractionLanguage, SegmentLine

pytestmark = pytest.mark.usefixtures("company")


def archived(segment: Segment, **wishes: bool) -> LoggedSegment:
    return LoggedSegment.objects.get(entry_no=log_segment(segment, **wishes).entry_no)


def refused(code: str, row: LoggedSegment) -> None:
    with pytest.raises(DomainError) as error:
        logged.reopen(row)
    assert error.value.code == code
    assert LoggedSegment.objects.filter(pk=row.pk).exists()


def test_canceling_takes_all_interactions_along_and_back() -> None:  # S-80, I-71
    first, second = archived(ready()), archived(ready())
    assert [row.canceled for row in logged.toggle_canceled([first])] == [True]
    assert {entry.canceled for entry in entries_of(first.segment_no)} == {True}
    first.refresh_from_db()
    logged.toggle_canceled([second, first])  # the opposite of the first one chosen, for all
    assert set(InteractionLogEntry.objects.values_list("canceled", flat=True)) == {True}
    logged.toggle_canceled(list(LoggedSegment.objects.all()))
    assert set(InteractionLogEntry.objects.values_list("canceled", flat=True)) == {False}


def test_interaction_stays_canceled_while_its_segment_is() -> None:  # S-81, I-70
    row = archived(ready())
    logged.toggle_canceled([row])
    entry = entries_of(row.segment_no)[0]
    with pytest.raises(DomainError) as error:
        life.toggle_canceled([entry.pk])
    assert error.value.code == "logged_segment_canceled"
    logged.toggle_canceled([LoggedSegment.objects.get()])
    assert life.toggle_canceled([entry.pk])[0].canceled


def test_deleting_canceled_ones_leaves_their_interactions() -> None:  # S-82, I-160
    gone, kept = archived(ready()), archived(ready())
    logged.toggle_canceled([gone])
    assert logged.delete_canceled(LoggedSegment.objects.all()) == 1
    assert list(LoggedSegment.objects.values_list("pk", flat=True)) == [kept.pk]
    assert {entry.logged_segment_entry_no for entry in entries_of(gone.segment_no)} == {0}
    assert {entry.logged_segment_entry_no for entry in entries_of(kept.segment_no)} == {kept.entry_no}


def test_deleting_needs_its_right() -> None:  # S-82
    row = archived(ready())
    logged.toggle_canceled([row])
    with acting(Context(rights=frozenset({"api.write", "interaction_log.write"}))), pytest.raises(PermissionDenied):
        logged.delete_canceled(LoggedSegment.objects.all())
    assert LoggedSegment.objects.filter(pk=row.pk).exists()


def test_reopened_segment_is_what_it_was() -> None:  # S-81
    segment = ready()
    steps.add_contacts(segment, {"contact": {"no": f"'{make_person(name='Cato').no}'"}})
    attachment = give_content(segment, b"<html>x</html>", "html")
    SegmentLine.objects.filter(segment=segment, line_no=20000).update(subject="Own", cost_lcy=7)
    segment.refresh_from_db()
    before = [list(model.objects.filter(segment=segment).order_by("pk").values()) for model in _PARTS]
    names, header = on(segment), Segment.objects.values().get()
    row = archived(segment, deliver=False)
    attachment.refresh_from_db()
    assert attachment.read_only
    back = logged.reopen(row)
    assert on(back) == names and back.logged_as == 0
    for model, rows in zip(_PARTS, before, strict=True):
        found = list(model.objects.filter(segment=back).order_by("pk").values())
        assert [_plain(each) for each in found] == [_plain(each) for each in rows]
    assert _plain(Segment.objects.values().get()) == _plain(header)
    assert not InteractionLogEntry.objects.exists() and not LoggedSegment.objects.exists()
    attachment.refresh_from_db()
    assert not attachment.read_only
    assert criteria_log.actions_of(back) == 3
    assert archived(back, deliver=False).segment_no == segment.no


_PARTS = (SegmentLine, SegmentHistoryEntry, SegmentInteractionLanguage)


def _plain(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "version"}


def test_undoing_the_logging_reopens_the_segment() -> None:  # S-81
    segment = ready()
    row = archived(segment)
    undo_unit(UnitOfWork.objects.get(pk=row.kept["unit"]).pk)
    assert Segment.objects.filter(no=segment.no).exists() and not InteractionLogEntry.objects.exists()


def test_reopening_can_be_left_to_a_job(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:  # S-81
    monkeypatch.setattr(jobs, "_defer", lambda *_job: None)
    segment = ready()
    row = archived(segment)
    assert not logged.is_long(row)
    monkeypatch.setattr(logging, "MOST_AT_ONCE", 1)
    assert logged.is_long(row)
    job = logged.reopen_later(row)
    jobs.run_queued(company.schema, job.pk)
    assert Segment.objects.get().no == segment.no and not InteractionLogEntry.objects.exists()


def test_segment_that_went_out_is_not_reopened() -> None:  # S-81
    refused("segment_delivered", archived(mailing()))


def test_segment_whose_interactions_changed_is_not_reopened() -> None:  # S-81
    row = archived(ready())
    life.evaluate([entries_of(row.segment_no)[0].pk], "positive")
    refused("segment_entries_changed", row)


def test_segment_is_not_reopened_over_another_one() -> None:  # S-81
    segment = ready()
    row = archived(segment)
    ready(no=segment.no)
    refused("segment_not_reopenable", row)


def test_follow_up_has_the_contacts_and_the_campaign_but_no_template() -> None:  # S-67
    segment = ready()
    made = log_segment(segment, create_follow_up=True)
    following = Segment.objects.get(no=made.follow_up_no)
    assert following.description == f"Follow-up on segment {segment.no}" and following.no != segment.no
    assert (following.interaction_template_code, len(on(following))) == (None, 2)
    assert set(SegmentLine.objects.values_list("interaction_template_code", flat=True)) == {""}


def test_follow_up_takes_those_who_answered_well_with_the_template() -> None:  # S-67
    row = archived(ready())
    life.evaluate([entries_of(row.segment_no)[1].pk], "very_positive")
    following = follow_up(row, evaluations=["positive", "very_positive"], with_template=True)
    assert following.interaction_template_code == "MEET"
    assert [line.contact.email for line in SegmentLine.objects.filter(segment=following) if line.contact] == [
        "bo@example.com"
    ]


def test_follow_up_takes_those_whose_mail_failed() -> None:  # S-67
    contact = make_person(email="anna@example.com")
    row = archived(mailing(contact, make_person(name="Bo Dal", email="bo@example.com")))
    InteractionLogEntry.objects.filter(contact=contact).update(delivery_status="error")
    failed, done = follow_up(row, delivered=False), follow_up(row, delivered=True)
    assert (on(failed), on(done)) == ([contact.name], ["Bo Dal"])


def test_mail_goes_to_everybody_once_and_the_content_is_closed() -> None:  # S-65, S-68, S-74
    made = log_segment(mailing())
    assert (made.delivered, made.failed, made.print_file) == (2, 0, None)
    assert sorted(mail.to[0] for mail in OutboxMail.objects.all()) == ["anna@example.com", "bo@example.com"]
    entries = InteractionLogEntry.objects.all()
    assert {(entry.delivery_status, entry.correspondence_type) for entry in entries} == {("none", "email")}
    files = InteractionAttachment.objects.filter(pk__in=entries.values("attachment"))
    assert [file.read_only for file in files] == [True]


def test_letters_are_one_archive_that_the_logged_segment_keeps() -> None:  # S-73, I-97, I-164
    template = word_template()
    segment = ready(make_person(name="Kari Li"), make_person(name="Kari Li"))
    SegmentLine.objects.filter(segment=segment).update(
        word_template=template.code, correspondence_type="hard_copy", subject="Spring"
    )
    row = archived(segment)
    kept = logged.print_file_of(row)
    assert kept is not None and kept.file_name == f"Segment {segment.no}.zip"
    assert all(entry.attachment_id for entry in entries_of(segment.no))  # I-108
    assert len({entry.attachment_id for entry in entries_of(segment.no)}) == 2  # I-99


def test_edited_word_template_is_kept_for_sending_anew() -> None:  # S-65, I-107
    template = word_template("The template")
    segment = ready(make_person(email="anna@example.com"), make_person(email="bo@example.com"))
    edited = give_content(segment, document_of("Edited for {{contact.name}}"), "docx")
    SegmentLine.objects.filter(segment=segment).update(word_template=template.code, correspondence_type="email")
    row = archived(segment)
    edited.refresh_from_db()
    assert edited.read_only and {entry.modified_word_template for entry in entries_of(segment.no)} == {edited.no}
    assert logged.resend(row, update_merge_fields=True).delivered == 2
    bodies = OutboxMail.objects.values_list("body_html", flat=True)
    assert len(bodies) == 4 and all("Edited for" in body for body in bodies)


def test_each_entry_keeps_the_word_template_as_it_was() -> None:  # I-108
    template = word_template("To {{contact.name}}")
    segment = ready()
    SegmentLine.objects.filter(segment=segment).update(word_template=template.code)
    log_segment(segment, deliver=False)
    entries = entries_of(segment.no)
    assert {entry.word_template_code for entry in entries} == {template.code}
    assert all(entry.attachment and entry.attachment.read_only for entry in entries)


def test_logged_segment_is_sent_again_as_it_was_and_anew() -> None:  # S-76, I-103, I-104
    row = archived(mailing())
    assert logged.resend(row).delivered == 2
    assert OutboxMail.objects.count() == 4 and InteractionLogEntry.objects.count() == 2
    with acting(work_date=dt.date(2026, 5, 5)):
        assert logged.resend(row, update_merge_fields=True).delivered == 2
    anew = InteractionLogEntry.objects.order_by("-entry_no")[0]
    assert (anew.date, anew.logged_segment_entry_no) == (dt.date(2026, 5, 5), row.entry_no)
    assert anew.description.startswith("Resend:")


def test_large_segment_is_sent_again_as_a_job(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:  # S-76
    monkeypatch.setattr(jobs, "_defer", lambda *_job: None)
    monkeypatch.setattr(resending, "AT_ONCE", 1)
    row = archived(mailing())
    assert logged.resend(row).delivered == 0
    for kind in (resending.KIND, "interactions.deliver"):
        (job,) = Job.objects.filter(kind=kind)
        jobs.run_queued(company.schema, job.pk)
    assert sorted(mail.to[0] for mail in OutboxMail.objects.all()) == ["anna@example.com"] * 2 + ["bo@example.com"] * 2
    canceled = logged.resend_later(row)
    monkeypatch.setattr(delivery, "work_off_later", _stop)
    jobs.run_queued(company.schema, canceled.pk)
    assert {entry.delivery_status for entry in entries_of(row.segment_no)} == {"error"}


def _stop(_batch: object) -> None:
    raise jobs.JobCanceled


def test_segment_without_content_has_nothing_to_send_again() -> None:  # S-76
    with pytest.raises(DomainError) as error:
        logged.resend(archived(ready()))
    assert error.value.code == "nothing_to_send"


def test_blocked_contact_is_told_and_can_be_logged_undelivered() -> None:  # S-62, C-72
    anna = make_person(email="anna@example.com")
    segment = mailing(anna, make_person(email="bo@example.com"))
    records.change(Contact.objects.get(pk=anna.pk), {"privacy_blocked": True})
    with pytest.raises(DomainError) as error:
        log_segment(segment)
    assert error.value.code == "contact.privacy_blocked"
    made = log_segment(segment, skip_undeliverable=True)
    assert (made.entries, made.delivered, made.failed) == (2, 1, 0)
