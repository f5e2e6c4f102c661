"""Deliveries whose sender was killed get a clear state; nothing is sent twice by itself (I-101)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from tests.interactions.letters import entry, html
from tests.interactions.making import make_person
from tests.mailbox.making import emails_template
from tests.relations.pages import administrator
from tuttava.foundation import mail
from tuttava.foundation.directory.models import Company
from tuttava.foundation.models import Job, JobStatus, OutboxMail
from tuttava.interactions import delivery, mailing, sweeping
from tuttava.interactions.models import Delivery, DeliveryState, InteractionComment, InteractionLogEntry

pytestmark = pytest.mark.usefixtures("company")


class Killed(BaseException):
    """The process ends here."""


def aged() -> None:
    """All deliveries stand as they are for an hour."""
    Delivery.objects.update(changed_at=timezone.now() - dt.timedelta(hours=1))


def killed_while_sending(monkeypatch: pytest.MonkeyPatch) -> InteractionLogEntry:
    """A single mail whose process died when the server had been spoken to."""
    emails_template()
    anna = make_person(email="anna@example.com")

    def die(_post: mail.Post, _checked: mail.Mail) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(mail.Post, "hand_over", die)
        with pytest.raises(Killed):
            mailing.send_mail_to_contacts([anna], mailing.Message("Spring", "Hello"))
    return InteractionLogEntry.objects.get()


def handed_over(record: InteractionLogEntry, state: str = DeliveryState.HANDING_OVER) -> Delivery:
    batch = delivery.accept([record])
    Delivery.objects.filter(batch_id=batch).update(state=state)
    aged()
    return Delivery.objects.get(batch_id=batch)


def test_a_single_mail_whose_process_died_is_told_and_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:  # I-101
    record = killed_while_sending(monkeypatch)
    assert sweeping.sweep() == 0, "it may still be under way"
    aged()
    assert sweeping.sweep() == 1
    record.refresh_from_db()
    book = Delivery.objects.get()
    assert (book.state, record.delivery_status, record.postponed) == (DeliveryState.UNKNOWN, "error", True)
    assert "may have arrived" in InteractionComment.objects.get(entry=record).comment
    assert sweeping.sweep() == 0 and not OutboxMail.objects.exists()


def test_the_user_may_send_it_again(monkeypatch: pytest.MonkeyPatch) -> None:  # I-105
    record = killed_while_sending(monkeypatch)
    aged()
    sweeping.sweep()
    record.refresh_from_db()
    sent = mailing.send_unsent(record, mailing.unsent_message(record))
    assert (sent.entry_no, sent.postponed, sent.delivery_status) == (record.entry_no, False, "none")
    assert OutboxMail.objects.count() == 1


def test_what_a_killed_worker_left_is_settled_once() -> None:  # I-101
    record = entry(make_person(email="anna@example.com"), html("<html>x</html>"))
    book = handed_over(record)
    assert (sweeping.sweep(), sweeping.sweep()) == (1, 0)
    book.refresh_from_db()
    record.refresh_from_db()
    assert (book.state, record.delivery_status) == (DeliveryState.UNKNOWN, "error")
    assert InteractionComment.objects.filter(entry=record).count() == 1
    assert delivery.deliver_and_tell([InteractionLogEntry.objects.get(pk=record.pk)]).delivered == 1


def test_what_never_left_counts_as_not_delivered() -> None:  # I-101
    record = entry(make_person(email="anna@example.com"), html("<html>x</html>"))
    book = handed_over(record, DeliveryState.WAITING)
    assert sweeping.sweep() == 1
    book.refresh_from_db()
    assert book.state == DeliveryState.FAILED and not OutboxMail.objects.exists()


def test_what_a_job_has_still_to_do_is_left_to_it() -> None:  # I-101
    record = entry(make_person(email="anna@example.com"), html("<html>x</html>"))
    book = handed_over(record, DeliveryState.WAITING)
    job = Job.objects.create(kind=delivery.KIND, title="x", arguments={"batch": str(book.batch_id)})
    assert sweeping.sweep() == 0
    Job.objects.filter(pk=job.pk).update(status=JobStatus.FAILED)
    assert sweeping.sweep() == 1


def test_a_long_run_that_is_alive_is_left_alone() -> None:  # I-101
    record = entry(make_person(email="anna@example.com"), html("<html>x</html>"))
    book = handed_over(record, DeliveryState.WAITING)
    other = entry(make_person(email="kari@example.com"), html("<html>x</html>"))
    Delivery.objects.create(entry=other, batch_id=book.batch_id, position=1, state=DeliveryState.DONE)
    assert sweeping.sweep() == 0


def test_the_page_says_so_and_shows_the_way_on(company: Company) -> None:
    record = entry(make_person(email="anna@example.com"), html("<html>x</html>"))
    handed_over(record)
    sweeping.sweep()
    page = administrator(company).get(f"/c/{company.slug}/interactions/{record.pk}").content.decode()
    assert "may have arrived" in page and f"interactions/resend?ids={record.pk}" in page
