"""Each recipient's result in the browser, and failed ones tried again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from tests.interactions.letters import entries, html
from tests.interactions.making import make_person
from tests.relations.pages import administrator, visitor
from tuttava.contacts.models import Contact
from tuttava.foundation import jobs
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import Company
from tuttava.foundation.errors import DomainError
from tuttava.foundation.mail import fail_next
from tuttava.foundation.models import Job, JobStatus, OutboxMail
from tuttava.interactions import delivery, life, retrying
from tuttava.interactions.models import Delivery, DeliveryState, InteractionLogEntry
from tuttava.interactions.pages.deliveries import deliveries_url


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


def sent(*names: str) -> list[InteractionLogEntry]:
    """Mails to people, of which the first fails."""
    body = html("<html><body><p>Hello</p></body></html>")
    values = {"correspondence_type": "email", "subject": "Spring", "segment_no": "SM1"}
    made = entries([(make_person(name=name, email=f"{name}@example.com"), body, values) for name in names])
    InteractionLogEntry.objects.update(logged_segment_entry_no=7)
    fail_next("mailbox full")
    delivery.deliver(made)
    return made


def page(client: Client, company: Company, query: str = "") -> str:
    answer = client.get(f"/c/{company.slug}/interactions/deliveries/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def retry(client: Client, company: Company, step: str, *ids: object) -> str:
    posted = {"id": [str(pk) for pk in ids], "step": step}
    answer = client.post(f"/c/{company.slug}/interactions/deliveries/bulk/again", posted)
    assert answer.status_code in (200, 302)
    return answer.content.decode()


def test_each_recipient_stands_with_result_and_reason(company: Company, client: Client) -> None:
    sent("Anna", "Berit")
    shown = page(client, company)
    assert "Anna" in shown and "Berit" in shown and "mailbox full" in shown
    failed = page(client, company, "?f=state:is:failed&f=logged:is:7")
    assert "Anna" in failed and "Berit" not in failed
    assert "Berit" not in page(client, company, "?f=logged:is:8")
    assert deliveries_url(logged="7").endswith("deliveries/?f=logged%3Ais%3A7")


def test_failed_ones_are_tried_again_and_no_others(company: Company, client: Client) -> None:
    sent("Anna", "Berit", "Carl")
    ids = Delivery.objects.values_list("pk", flat=True)
    asked = retry(client, company, "ask", *ids)
    assert "not sent since" in asked and OutboxMail.objects.count() == 2
    retry(client, company, "do", *ids)
    job = Job.objects.get(kind=delivery.KIND)
    jobs._run(job, lambda: False, jobs.current())
    boxes = [mail.to[0] for mail in OutboxMail.objects.order_by("handed_over_at")]
    assert sorted(boxes) == ["Anna@example.com", "Berit@example.com", "Carl@example.com"]
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.DONE}
    assert set(InteractionLogEntry.objects.values_list("delivery_status", flat=True)) == {"none"}
    assert retrying.retry_failed(Delivery.objects.all()) == 0


@pytest.mark.usefixtures("company")
def test_what_was_canceled_sent_or_is_unsure_stays() -> None:
    first, second, third = sent("Anna"), sent("Berit"), sent("Carl")
    life.toggle_canceled([first[0].pk])
    Delivery.objects.filter(entry=second[0]).update(state=DeliveryState.UNKNOWN)
    delivery.deliver([InteractionLogEntry.objects.get(pk=third[0].pk)])
    assert retrying.retry_failed(Delivery.objects.all()) == 0


@pytest.mark.usefixtures("company")
def test_trying_again_needs_the_right_to_write_to_the_log() -> None:
    sent("Anna")
    with acting(rights=frozenset({"interaction_log.read"})), pytest.raises(DomainError) as refused:
        retrying.retry_failed(Delivery.objects.all())
    assert refused.value.code == "permission.denied"


def test_blocked_contacts_are_masked_and_what_was_written_stays_private(company: Company, client: Client) -> None:
    sent("Ragnhild", "Torbjørg")
    Contact.objects.filter(name="Ragnhild").update(privacy_blocked=True)
    Delivery.objects.filter(state=DeliveryState.FAILED).update(error="Ragnhild has no e-mail address.")
    shown = page(visitor(company), company)
    assert "Ragnhild" not in shown and "Torbjørg" in shown


def test_background_work_says_when_a_waiting_batch_goes_on(company: Company, client: Client) -> None:
    until = timezone.now() + dt.timedelta(minutes=5)
    waiting = {"status": JobStatus.QUEUED, "waits_until": until, "error": "The mail server is away."}
    Job.objects.create(kind=delivery.KIND, title="Deliver", user_name="anna", **waiting)
    shown = client.get(f"/c/{company.slug}/jobs/").content.decode()
    assert "Goes on by itself at" in shown and "The mail server is away." in shown
