"""What one caller may take of the service (A-100): requests in five minutes, at the same time, their size and length.

Counting costs next to nothing: requests are counted in the shared table by the handful, and the places of requests
that run are locks of the database session, so a killed process gives its places back by dying.
"""

from __future__ import annotations

import hashlib
import math
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.utils.translation import gettext as _
from psycopg.pq import TransactionStatus

from tuttava.api.counting import count
from tuttava.api.errors import ApiError
from tuttava.api.models import ApiSetup

SPAN = 300
LONGEST_ADDRESS = 16 * 1024
#: Seconds that a request waits for a place before it is told to come again.
LONGEST_WAIT = 480.0
#: Requests that a process takes from the count at once, where the limit is wide; and the share of a narrower one.
_HANDFUL, _SHARE = 50, 120
_PLACES = 2048
#: Seconds between two looks for a free place: short at first.
_PAUSES = (0.01, 0.25)
_LEASES_AT_MOST = 10_000
_NEVER_LATE = ("SAVEPOINT", "RELEASE", "ROLLBACK")


def too_many(words: str, seconds: float) -> ApiError:
    """429: come again after ``seconds``."""
    retry = (("Retry-After", str(max(1, math.ceil(seconds)))),)
    return ApiError(429, "Application_TooManyRequests", words, headers=retry)


def timed_out() -> ApiError:
    """408: the operation took too long; nothing of it remains."""
    return ApiError(408, "Internal_OperationTimeout", _("This took too long and was taken back."))


def check_address(request: HttpRequest) -> None:
    """Refuse an address of more than 16 KB."""
    address = request.META.get("RAW_URI") or request.get_full_path()
    if len(address) > LONGEST_ADDRESS:
        raise ApiError(414, "BadRequest", _("The address is longer than 16 KB. Send the query in a $batch."))


def read_body(request: HttpRequest, setup: ApiSetup) -> bytes:
    """The body; one that is too large is refused before it is read (413)."""
    media = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    is_json = not media or media.endswith(("/json", "+json"))
    most = min(setup.max_json_bytes, setup.max_body_bytes) if is_json else setup.max_body_bytes
    told = request.headers.get("Content-Length", "")
    if told.isdigit() and int(told) > most:
        raise _too_large(most)
    body = _read(request, most + 1)
    if len(body) > most:
        raise _too_large(most)
    return body


def _read(request: HttpRequest, most: int) -> bytes:
    """At most ``most`` bytes of the body. One sent in chunks tells no length, and Django would take it for empty."""
    if request.META.get("CONTENT_LENGTH") or not request.META.get("wsgi.input_terminated"):
        return request.read(most)
    found = bytearray()
    while len(found) < most and (piece := request.META["wsgi.input"].read(most - len(found))):
        found += piece
    return bytes(found)


def _too_large(most: int) -> ApiError:
    return ApiError(
        413,
        "BadRequest_RequestTooLarge",
        _("The request is larger than %(size)s MB.") % {"size": f"{most / 1024 / 1024:.3g}"},
    )


@dataclass
class _Lease:
    """Requests that this process may let through without asking again, or (``over``) that none may pass for now."""

    limit: int
    left: int
    over: bool
    until: float


_leases: dict[uuid.UUID, _Lease] = {}
_lease_lock = threading.Lock()


def admit(user: uuid.UUID, limit: int) -> None:
    """Count a request of ``user``; refuse when there were more than ``limit`` in five minutes (0: as many as come).

    A process counts a handful at once and keeps what it has not used yet, so that a user of many processes is refused
    up to some hundredths early; limits below 240 are exact.
    """
    if not limit:
        return
    with _lease_lock:
        lease = _leases.get(user)
        if lease and lease.limit == limit and time.monotonic() < lease.until and (lease.left or lease.over):
            _take(lease)
            return
    size = min(_HANDFUL, max(1, limit // _SHARE))
    total, seconds = count(f"requests {user}", SPAN, by=size)
    got = min(size, limit - (total - size))
    lease = _Lease(limit, max(got, 0), got <= 0, time.monotonic() + seconds)
    with _lease_lock:
        if len(_leases) >= _LEASES_AT_MOST:
            _leases.clear()
        _leases[user] = lease
        _take(lease)


def _take(lease: _Lease) -> None:
    if lease.over:
        raise too_many(_("Too many requests in five minutes. Come again later."), lease.until - time.monotonic())
    lease.left = max(lease.left - 1, 0)


@contextmanager
def operation(user: uuid.UUID, setup: ApiSetup) -> Iterator[None]:
    """Run one request of ``user``: it gets a place among those that run at the same time, and a time to end.

    Waits for a place (429 when too many wait, 503 after eight minutes). What takes too long is broken off: 408.
    """
    seconds = setup.operation_timeout_seconds
    place = _Place(user, seconds)
    try:
        place.enter(setup)
        with connection.execute_wrapper(_Watch(seconds)):
            yield
    finally:
        place.leave()


class _Place:
    """One of a user's places: an advisory lock of this database session, taken along with the statement's timeout."""

    def __init__(self, user: uuid.UUID, seconds: int) -> None:
        hashed = int.from_bytes(hashlib.blake2b(user.bytes, digest_size=8).digest(), "big", signed=True)
        self.base = hashed & ~(2 * _PLACES - 1)
        self.timeout = f"{seconds}s"
        self.before: str | None = None
        self.lock: int | None = None

    def enter(self, setup: ApiSetup) -> None:
        most = min(setup.concurrent_requests, _PLACES)
        self.lock = self._try(self.base, most)
        if self.lock is None and most:
            self._wait(most, min(setup.queued_requests, _PLACES))

    def _wait(self, most: int, queue: int) -> None:
        """Wait in the queue, which has places of its own."""
        waiting = self._try(self.base + _PLACES, queue)
        if waiting is None and queue:
            raise too_many(_("Too many of your requests are waiting. Come again later."), _PAUSES[1])
        try:
            until, pause = time.monotonic() + LONGEST_WAIT, _PAUSES[0]
            while self.lock is None:
                if time.monotonic() > until:
                    raise _busy()
                time.sleep(pause)
                pause = min(pause * 1.5, _PAUSES[1])
                self.lock = self._try(self.base, most)
        finally:
            if waiting is not None:
                self._give_back(waiting)

    def _try(self, base: int, places: int) -> int | None:
        """The lock of a free place of ``places``, or None."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, false),"
                " (SELECT s FROM generate_series(%s::bigint, %s::bigint) s WHERE pg_try_advisory_lock(s) LIMIT 1)",
                [self.timeout, base, base + places - 1],
            )
            before, _now, lock = cursor.fetchone()
        self.before = before if self.before is None else self.before
        return int(lock) if lock is not None else None

    def _give_back(self, lock: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])

    def leave(self) -> None:
        """Give the place back; a connection that cannot even do that is closed, which does."""
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('statement_timeout', %s, false), pg_advisory_unlock(%s::bigint)",
                    [self.before or "0", self.lock],
                )
        except DatabaseError:
            connection.close()


def _busy() -> ApiError:
    retry = (("Retry-After", "60"),)
    words = _("Your other requests take very long. Try again when they are done.")
    return ApiError(503, "Internal_TenantUnavailable", words, headers=retry)


class _Watch:
    """Lets no statement begin after the operation's time, nor run longer than what is left of it."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        self.armed = seconds

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        left = self.until - time.monotonic()
        taking_back = isinstance(sql, str) and sql.startswith(_NEVER_LATE)
        if left <= 0 and not taking_back:
            raise timed_out()
        if left < self.armed / 2 and not taking_back:
            self._arm(context["connection"].connection, left)
        return execute(sql, params, many, context)

    def _arm(self, raw: Any, left: float) -> None:
        if raw.info.transaction_status in (TransactionStatus.IDLE, TransactionStatus.INTRANS):
            raw.execute("SELECT set_config('statement_timeout', %s, false)", [f"{max(1, int(left * 1000))}ms"])
            self.armed = left
