"""What one caller may take: size, number, how many at once, how long (A-100)."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import RequestFactory

from tests.api.conftest import CRM, Service, SignIn
from tuttava.api import limits, setup
from tuttava.api.counting import count
from tuttava.api.errors import ApiError
from tuttava.api.models import ApiSetup, Usage
from tuttava.foundation.directory.models import Company, User

in_company = pytest.mark.usefixtures("company")


@pytest.fixture
def user() -> uuid.UUID:
    return uuid.uuid4()


def limit(**values: Any) -> None:
    setup.change(setup.stored_setup(), values)


def admit(user: uuid.UUID) -> None:
    limits.admit(user, setup.api_setup().requests_per_five_minutes)


def refused(work: Any, *arguments: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        work(*arguments)
    return caught.value


def retry_after(error: ApiError) -> int:
    return int(dict(error.headers)["Retry-After"])


@in_company
class TestNumber:
    def test_small_limit_is_exact_and_tells_when_to_come_again(self, user: uuid.UUID) -> None:
        limit(requests_per_five_minutes=3)
        for _request in range(3):
            admit(user)
        error = refused(admit, user)
        assert (error.status, error.code) == (429, "Application_TooManyRequests")
        assert 290 <= retry_after(error) <= 300
        admit(uuid.uuid4())

    def test_wide_limit_costs_a_query_for_a_handful(self, user: uuid.UUID) -> None:
        wide = setup.stored_setup().requests_per_five_minutes
        limits.admit(user, wide)
        before = len(connection.queries_log)
        connection.force_debug_cursor = True
        try:
            for _request in range(49):
                limits.admit(user, wide)
        finally:
            connection.force_debug_cursor = False
        assert len(connection.queries_log) == before
        assert Usage.objects.get(key=f"requests {user}").count == 50

    def test_processes_share_the_count(self, user: uuid.UUID) -> None:
        limit(requests_per_five_minutes=4)
        for _request in range(2):
            admit(user)
        limits._leases.clear()  # another process knows nothing of ours
        for _request in range(2):
            admit(user)
        limits._leases.clear()
        assert refused(admit, user).status == 429

    def test_no_limit_counts_nothing(self, user: uuid.UUID) -> None:
        limit(requests_per_five_minutes=0)
        admit(user)
        assert not Usage.objects.filter(key=f"requests {user}").exists()

    def test_refused_user_is_let_in_when_the_limit_is_raised(self, user: uuid.UUID) -> None:
        limit(requests_per_five_minutes=1)
        admit(user)
        assert refused(admit, user).status == 429
        limit(requests_per_five_minutes=100)
        admit(user)

    def test_count_starts_anew_when_its_span_is_over(self) -> None:
        assert [count("x", 60)[0] for _time in range(3)] == [1, 2, 3]
        Usage.objects.filter(key="x").update(started_at="2020-01-01T00:00:00Z")
        total, left = count("x", 60)
        assert total == 1 and 59 < left <= 60


@in_company
class TestSize:
    def test_large_body_is_refused_unread(self) -> None:
        limit(max_json_bytes=10, max_body_bytes=20)

        def sent(size: int, media: str) -> Any:
            request = RequestFactory().post("/", b"x" * size, content_type=media)
            try:
                return len(limits.read_body(request, setup.api_setup()))
            except ApiError as error:
                assert error.code == "BadRequest_RequestTooLarge" and len(request.read()) == size
                return error.status

        assert [sent(10, "application/json"), sent(11, "application/json; charset=utf-8")] == [10, 413]
        assert [sent(11, "image/png"), sent(20, "image/png"), sent(21, "image/png")] == [11, 20, 413]
        assert sent(11, "") == 413

    def test_long_address_is_refused(self, api: Service) -> None:
        answer = api.get("contacts?$filter=" + "x" * 17_000)
        assert (answer.status, answer.code) == (414, "BadRequest")


class TestPlaces:
    """Requests at the same time, each with a database connection of its own."""

    @pytest.fixture(autouse=True)
    def small(self, live_company: Company) -> Iterator[None]:
        ApiSetup.objects.update_or_create(only_row=True, defaults={"concurrent_requests": 2, "queued_requests": 1})
        setup.forget_setup()
        yield
        ApiSetup.objects.all().delete()
        setup.forget_setup()

    @contextmanager
    def running(self, user: uuid.UUID, number: int) -> Iterator[threading.Event]:
        """That many requests of ``user`` run inside the block, or until the event."""
        begun, end = threading.Semaphore(0), threading.Event()

        def run() -> None:
            try:
                with limits.operation(user, setup.api_setup()):
                    begun.release()
                    end.wait(20)
            finally:
                connection.close()

        threads = [threading.Thread(target=run) for _each in range(number)]
        for thread in threads:
            thread.start()
        for _each in threads:
            assert begun.acquire(timeout=10)
        try:
            yield end
        finally:
            end.set()
            for thread in threads:
                thread.join(10)

    def test_next_request_waits_for_a_place_and_then_runs(self, user: uuid.UUID) -> None:
        with self.running(user, 2) as end:
            threading.Timer(0.3, end.set).start()
            began = time.monotonic()
            with limits.operation(user, setup.api_setup()):
                assert time.monotonic() - began > 0.2

    def test_others_are_not_kept_waiting(self, user: uuid.UUID) -> None:
        with self.running(user, 2), limits.operation(uuid.uuid4(), setup.api_setup()):
            pass

    def test_full_queue_is_refused(self, user: uuid.UUID) -> None:
        with self.running(user, 2) as end:
            ended: list[str] = []
            waiting = threading.Thread(target=lambda: ended.append(self.once(user)))
            waiting.start()
            time.sleep(0.3)
            assert refused(self.once, user).status == 429
            end.set()
            waiting.join(10)
        assert ended == ["done"]

    def once(self, user: uuid.UUID) -> str:
        try:
            with limits.operation(user, setup.api_setup()):
                return "done"
        finally:
            if threading.current_thread() is not threading.main_thread():
                connection.close()

    def test_wait_ends_with_a_word_when_to_come_again(
        self, user: uuid.UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "LONGEST_WAIT", 0.2)
        with self.running(user, 2):
            error = refused(self.once, user)
        assert (error.status, error.code, retry_after(error)) == (503, "Internal_TenantUnavailable", 60)

    def test_places_of_a_killed_process_are_free_at_once(self, user: uuid.UUID) -> None:
        with self.running(user, 2):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                    " AND pid <> pg_backend_pid() AND database = (SELECT oid FROM pg_database"
                    " WHERE datname = current_database())"
                )
            time.sleep(0.2)
            began = time.monotonic()
            assert self.once(user) == "done" and time.monotonic() - began < 2

    def test_place_is_given_back_after_an_error(self, user: uuid.UUID) -> None:
        for _time in range(5):
            with pytest.raises(ValueError, match="x"), limits.operation(user, setup.api_setup()):
                raise ValueError("x")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
            assert cursor.fetchone() == (0,)
            cursor.execute("SELECT current_setting('statement_timeout')")
            assert cursor.fetchone() == ("0",)

    def test_no_limit_takes_no_place(self, user: uuid.UUID) -> None:
        ApiSetup.objects.update(concurrent_requests=0)
        setup.forget_setup()
        with limits.operation(user, setup.api_setup()), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
            assert cursor.fetchone() == (0,)

    def test_place_and_time_cost_less_than_a_third_of_a_millisecond(self, user: uuid.UUID) -> None:
        def once() -> float:
            began = time.perf_counter()
            admit(user)
            with limits.operation(user, setup.api_setup()):
                pass
            return time.perf_counter() - began

        assert min(once() for _time in range(200)) < 0.0006


class TestTime:
    @pytest.fixture(autouse=True)
    def short(self, live_company: Company) -> Iterator[None]:
        ApiSetup.objects.update_or_create(only_row=True, defaults={"operation_timeout_seconds": 1})
        setup.forget_setup()
        yield
        ApiSetup.objects.all().delete()
        setup.forget_setup()

    def test_slow_statement_is_broken_off(self, user: uuid.UUID) -> None:
        began = time.monotonic()
        with pytest.raises(OperationalError), limits.operation(user, setup.api_setup()), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(20)")
        assert time.monotonic() - began < 5

    def test_many_quick_statements_are_broken_off_too_and_taken_back(self, user: uuid.UUID) -> None:
        def work() -> None:
            with limits.operation(user, setup.api_setup()), transaction.atomic():
                User.objects.create(username=f"slow-{user}")
                with transaction.atomic(), connection.cursor() as cursor:
                    for _each in range(40):
                        cursor.execute("SELECT pg_sleep(0.1)")

        with pytest.raises((ApiError, OperationalError)):
            work()
        assert not User.objects.filter(username=f"slow-{user}").exists()

    def test_last_statement_has_no_more_time_than_is_left(self, user: uuid.UUID) -> None:
        began = time.monotonic()
        with (
            pytest.raises((ApiError, OperationalError)),
            limits.operation(user, setup.api_setup()),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT pg_sleep(0.8)")
            cursor.execute("SELECT pg_sleep(0.8)")
        assert time.monotonic() - began < 1.4


@in_company
class TestThroughTheDoor:
    def test_too_many_requests_are_refused_but_the_limit_can_be_raised(self, sign_in: SignIn) -> None:
        crm = sign_in("CRM-READ", service=CRM, name="busy")
        limit(requests_per_five_minutes=2)
        found = [crm.get(f"{crm.root}/$metadata") for _time in range(3)]
        assert [answer.status for answer in found] == [200, 200, 429]
        assert found[2].code == "Application_TooManyRequests" and int(found[2].headers["Retry-After"]) > 0
        assert crm.get(f"{crm.root}/apiSetup").status != 429

    def test_large_request_is_refused(self, api: Service) -> None:
        limit(max_json_bytes=100)
        answer = api.post("contacts", {"displayName": "x" * 200})
        assert (answer.status, answer.code) == (413, "BadRequest_RequestTooLarge")

    def test_environment_has_the_name_the_operator_gave_it(self, api: Service) -> None:
        limit(default_environment="Sandbox")
        at = f"/v2.0/{{}}/api/v2.0/companies({api.company.pk})/contacts?$top=1"
        assert api.get(at.format("SANDBOX")).status == 200
        refused_there = api.get(at.format("production"))
        assert (refused_there.status, refused_there.code) == (404, "NoEnvironment")
