"""Logging a segment in the browser, and the pages of logged segments."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from tests.relations.pages import JSON, administrator, visitor
from tests.segments.logging import entries_of, ready
from tests.segments.test_building import words
from tuttava.foundation import jobs
from tuttava.foundation.directory.models import Company
from tuttava.foundation.models import Job
from tuttava.segments.logging import log_segment
from tuttava.segments.models import LoggedSegment, Segment, SegmentLine


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


def at(company: Company, path: str) -> str:
    return f"/c/{company.slug}/segments/{path}"


def archived() -> LoggedSegment:
    return LoggedSegment.objects.get(entry_no=log_segment(ready(), deliver=False).entry_no)


def test_dialog_tells_what_is_in_the_way_and_what_would_be_skipped(company: Company, client: Client) -> None:  # S-68
    segment = ready()
    SegmentLine.objects.filter(segment=segment).update(correspondence_type="email")
    form = words(client.get(at(company, f"{segment.pk}/log")).content.decode())
    assert "2 contacts get an interaction each" in form and "2 e-mails" in form
    assert "This is in the way: 2 lines have nothing to send" in form
    SegmentLine.objects.filter(segment=segment, line_no=10000).update(date=None, interaction_template_code="GONE")
    form = words(client.get(at(company, f"{segment.pk}/log")).content.decode())
    assert "1 line has no date" in form and "1 line has an interaction template that is gone" in form
    SegmentLine.objects.filter(segment=segment).update(date=segment.date, interaction_template_code="MEET")
    check = at(company, f"{segment.pk}/log/check")
    part = client.get(check, {"deliver": "yes", "skip": "yes"}, headers=JSON).json()["parts"]["log-findings"]
    assert "Nothing is in the way." in part
    refused = client.post(at(company, f"{segment.pk}/log"), {"deliver": "yes"}, headers=JSON)
    assert refused.status_code == 422 and refused.json()["error"]["code"] == "attachment_missing"
    assert Segment.objects.filter(pk=segment.pk).exists()


def test_small_segment_is_logged_at_once_with_its_follow_up(company: Company, client: Client) -> None:  # S-60, S-67
    segment = ready()
    answer = client.post(at(company, f"{segment.pk}/log"), {"follow_up": "yes"}, headers=JSON)
    assert answer.status_code == 200, answer.content
    logged = LoggedSegment.objects.get()
    assert answer.json()["redirect"].endswith(f"segments/logged/{logged.pk}")
    assert len(entries_of(segment.no)) == 2 and Segment.objects.get().description.endswith(segment.no)
    page = words(client.get(answer.json()["redirect"]).content.decode())
    assert "is logged: 2 interactions." in page and "Interactions 2" in page


def test_long_segment_is_logged_by_a_job_whose_page_leads_on(
    company: Company, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:  # S-60
    monkeypatch.setattr("tuttava.segments.pages.logging.is_long", lambda segment: True)
    monkeypatch.setattr(jobs, "_defer", lambda row, at=None: None)
    segment = ready()
    answer = client.post(at(company, f"{segment.pk}/log"), {}, headers=JSON).json()
    job = Job.objects.get(kind="segments.log")
    assert answer["redirect"].endswith(f"segments/logging/{job.pk}")
    assert "Waiting to begin" in words(client.get(answer["redirect"]).content.decode())
    Segment.objects.get(pk=segment.pk, logged_as=1)
    from tuttava.foundation.context import current

    jobs._run(job, lambda: False, current())
    done = words(client.get(answer["redirect"]).content.decode())
    assert f"{segment.no} is logged: 2 interactions." in done and "Open the logged segment" in done
    other = visitor(company, name="other")
    assert other.get(answer["redirect"]).status_code == 404


def test_logged_segment_is_canceled_and_taken_back(company: Company, client: Client) -> None:  # S-80
    logged = archived()
    address = at(company, f"logged/{logged.pk}")
    assert client.post(f"{address}/toggle", headers=JSON).status_code == 409
    answer = client.post(f"{address}/toggle", {"answer:q_toggle_canceled": "yes"}, headers=JSON)
    assert answer.json()["messages"][0]["text"] == "It is canceled."
    assert {entry.canceled for entry in entries_of(logged.segment_no)} == {True}
    page = words(client.get(address).content.decode())
    assert "Canceled" in page and "Take cancellation back" in page and "Reopen" not in page


def test_mails_that_failed_are_named_with_their_pages(company: Company, client: Client) -> None:  # I-164
    logged = archived()
    entry = entries_of(logged.segment_no)[0]
    type(entry).objects.filter(pk=entry.pk).update(delivery_status="error")
    page = client.get(at(company, f"logged/{logged.pk}")).content.decode()
    assert f"interactions/{entry.pk}" in page and "Could not be sent 1" in words(page)


def test_rows_of_the_list_are_canceled_and_deleted(company: Company, client: Client) -> None:  # S-80, S-82
    first, second = archived(), archived()
    listing = at(company, "logged/")
    assert first.segment_no in client.get(listing).content.decode()
    client.post(f"{listing}bulk/toggle", {"id": [str(first.pk)], "step": "do"})
    assert LoggedSegment.objects.get(canceled=True).pk == first.pk
    ids = {"id": [str(first.pk), str(second.pk)]}
    asked = words(client.post(f"{listing}bulk/delete-canceled", ids).content.decode())
    assert "Only canceled ones are deleted." in asked
    client.post(f"{listing}bulk/delete-canceled", {**ids, "step": "do"})
    assert [row.pk for row in LoggedSegment.objects.all()] == [second.pk]
    assert len(entries_of(first.segment_no)) == 2


def test_logged_segment_is_opened_again(company: Company, client: Client) -> None:  # S-81
    logged = archived()
    answer = client.post(at(company, f"logged/{logged.pk}/reopen"), headers=JSON)
    assert answer.status_code == 200, answer.content
    segment = Segment.objects.get(no=logged.segment_no)
    assert str(segment.pk) in answer.json()["redirect"] and not LoggedSegment.objects.exists()


def test_large_logged_segment_is_canceled_and_opened_again_by_jobs(
    company: Company, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:  # S-80, S-81
    monkeypatch.setattr("tuttava.segments.logging.MOST_AT_ONCE", 1)
    monkeypatch.setattr(jobs, "_defer", lambda row, at=None: None)
    logged = archived()
    page, yes = at(company, f"logged/{logged.pk}"), {"answer:q_toggle_canceled": "yes"}
    for told in ("It is canceled.", "It is no longer canceled."):
        address = client.post(f"{page}/toggle", yes, headers=JSON).json()["redirect"]
        assert "Waiting to begin" in words(client.get(address).content.decode())
        busy = words(client.get(page).content.decode())
        assert "Being changed" in busy and "Reopen" not in busy and "Follow up" not in busy
        assert client.post(f"{page}/reopen", headers=JSON).json()["error"]["code"] == "logged_segment_busy"
        assert told in _worked_off(company, client, address)
    logged = archived()
    page = at(company, f"logged/{logged.pk}")
    address = client.post(f"{page}/reopen", headers=JSON).json()["redirect"]
    assert f"Segment {logged.segment_no} is open again." in _worked_off(company, client, address)
    assert not LoggedSegment.objects.filter(pk=logged.pk).exists()


def test_large_rows_of_the_list_are_canceled_by_a_job(
    company: Company, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:  # S-80
    monkeypatch.setattr("tuttava.segments.logging.MOST_AT_ONCE", 3)
    monkeypatch.setattr(jobs, "_defer", lambda row, at=None: None)
    rows = [archived(), archived()]
    client.post(at(company, "logged/bulk/toggle"), {"id": [str(row.pk) for row in rows], "step": "do"})
    assert not LoggedSegment.objects.filter(canceled=True).exists()
    jobs.run_queued(company.schema, Job.objects.get(kind="segments.cancel").pk)
    assert LoggedSegment.objects.filter(canceled=True).count() == 2


def _worked_off(company: Company, client: Client, address: str) -> str:
    jobs.run_queued(company.schema, uuid.UUID(address.rsplit("/", 1)[1]))
    return words(client.get(address).content.decode())


def test_follow_up_takes_those_with_a_result(company: Company, client: Client) -> None:  # S-67
    logged = archived()
    entry = entries_of(logged.segment_no)[0]
    type(entry).objects.filter(pk=entry.pk).update(evaluation="positive")
    address = at(company, f"logged/{logged.pk}/follow-up")
    assert "Very positive" in client.get(address).content.decode()
    answer = client.post(address, {"evaluation": ["positive", "nonsense"], "template": "yes"}, headers=JSON)
    assert answer.status_code == 200
    segment = Segment.objects.get()
    assert SegmentLine.objects.filter(segment=segment).count() == 1 and segment.interaction_template_code == "MEET"


def test_nothing_to_send_again_is_said(company: Company, client: Client) -> None:  # S-76
    address = at(company, f"logged/{archived().pk}/resend")
    assert "disabled" in client.get(address).content.decode()
    refused = client.post(address, {"correspondence_type": ""}, headers=JSON)
    assert refused.status_code == 422 and refused.json()["error"]["code"] == "nothing_to_send"


def test_readers_see_the_archive_and_do_nothing(company: Company) -> None:
    logged, segment = archived(), ready()
    reader = visitor(company, sets="CRM-READ", name="rita")
    page = reader.get(at(company, f"logged/{logged.pk}")).content.decode()
    assert "/toggle" not in page and "/reopen" not in page
    for path in (f"logged/{logged.pk}/reopen", f"{segment.pk}/log"):
        assert reader.post(at(company, path), headers=JSON).status_code == 403
