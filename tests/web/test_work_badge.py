"""The badge in the top bar that tells of one's background work."""

from __future__ import annotations

import pytest
from django.test import Client

from tuttava.foundation import jobs
from tuttava.foundation.context import Context, acting
from tuttava.foundation.models import Job, JobStatus

pytestmark = pytest.mark.usefixtures("company")

BADGE = 'id="work"'


def job(user: str, status: str, *, seen: bool = False) -> Job:
    return Job.objects.create(kind="test", title="Import", status=status, user_name=user, seen=seen)


def test_without_work_there_is_no_badge(editor: Client, root: str) -> None:
    job("rita", JobStatus.RUNNING)
    job("anna", JobStatus.DONE, seen=True)
    assert BADGE not in editor.get(f"{root}/").content.decode()


def test_badge_asks_for_itself_only_while_something_runs(editor: Client, root: str) -> None:
    row = job("anna", JobStatus.RUNNING)
    page = editor.get(f"{root}/").content.decode()
    assert BADGE in page and f'hx-get="{root}/jobs/badge/" hx-trigger="every 15s"' in page
    assert "1 job under way" in page
    Job.objects.filter(pk=row.pk).update(status=JobStatus.DONE)
    badge = editor.get(f"{root}/jobs/badge/", headers={"HX-Request": "true"}).content.decode()
    assert "1 job has ended" in badge and "hx-get" not in badge


def test_failed_work_is_marked(editor: Client, root: str) -> None:
    job("anna", JobStatus.FAILED)
    assert "is-failed" in editor.get(f"{root}/jobs/badge/").content.decode()


def test_badge_goes_when_the_jobs_were_looked_at(editor: Client, root: str) -> None:
    job("anna", JobStatus.DONE)
    assert BADGE not in editor.get(f"{root}/jobs/").content.decode()
    assert editor.get(f"{root}/jobs/badge/").content.decode().strip() == ""


def test_queued_work_is_told_although_nothing_has_ended() -> None:
    with acting(Context(user_name="anna")):
        row = job("anna", JobStatus.QUEUED)
        jobs.mark_seen("anna")
    assert list(jobs.notices("anna")) == [row]
