"""Work that is begun again after a deadlock (A-61)."""

from __future__ import annotations

import psycopg
import pytest
from django.db import OperationalError

from tuttava.api.retrying import ATTEMPTS, retried


class Work:
    """Fails a number of times before it succeeds."""

    def __init__(self, failures: int, cause: Exception) -> None:
        self.failures, self.cause, self.calls = failures, cause, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls > self.failures:
            return "done"
        raise OperationalError("failed") from self.cause


@pytest.mark.parametrize("cause", [psycopg.errors.DeadlockDetected(), psycopg.errors.SerializationFailure()])
def test_work_is_begun_again_at_least_three_times(cause: Exception) -> None:
    work = Work(3, cause)
    assert (retried(work), work.calls) == ("done", 4)


def test_work_that_never_succeeds_ends() -> None:
    work = Work(99, psycopg.errors.DeadlockDetected())
    with pytest.raises(OperationalError):
        retried(work)
    assert work.calls == ATTEMPTS


def test_other_failures_are_not_tried_again() -> None:
    work = Work(1, psycopg.errors.AdminShutdown())
    with pytest.raises(OperationalError):
        retried(work)
    assert work.calls == 1
