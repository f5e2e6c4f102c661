"""Requests over kept-alive connections, several at a time, and how long each took."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from benchmarks.measure import Times

PATIENCE = 600


@dataclass(frozen=True)
class Request:
    """One request: ``body`` is sent as JSON; any other status than the ``expected`` ends the benchmark."""

    method: str
    target: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    expected: int = 200


@dataclass
class Load:
    """What a run of requests took."""

    connections: int
    times: Times
    seconds: float

    @property
    def rate(self) -> float:
        """Requests a second, all connections together."""
        return len(self.times.taken) / self.seconds if self.seconds else 0


class Connection:
    """One kept-alive connection to a server."""

    def __init__(self, origin: str, headers: dict[str, str]) -> None:
        place = urlsplit(origin)
        self.headers = headers
        self.http = http.client.HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE)

    def send(self, request: Request) -> bytes:
        """The body of the answer."""
        content, headers = None, {**self.headers, **request.headers}
        if request.body is not None:
            content = json.dumps(request.body).encode()
            headers["Content-Type"] = "application/json"
        self.http.request(request.method, request.target, content, headers)
        answer = self.http.getresponse()
        found = answer.read()
        if answer.status != request.expected:
            raise RuntimeError(f"{request.method} {request.target}: {answer.status} {found[:400]!r}")
        return found


#: Makes the request with a running number, so that no two are alike where that matters.
Make = Callable[[int], Request]


def run(
    origin: str, headers: dict[str, str], make: Make, *, connections: int, seconds: float, at_least: int = 5
) -> Load:
    """Send requests over ``connections`` for some ``seconds``; each connection sends one before the clock runs."""
    numbers, times, lock, trouble = count(), Times(), threading.Lock(), list[BaseException]()
    barrier = threading.Barrier(connections + 1)

    def work() -> None:
        try:
            connection = Connection(origin, headers)
            connection.send(make(next(numbers)))
            barrier.wait()
            own: list[float] = []
            until = time.perf_counter() + seconds
            while time.perf_counter() < until or len(own) < at_least:
                request = make(next(numbers))
                began = time.perf_counter()
                connection.send(request)
                own.append((time.perf_counter() - began) * 1000)
            with lock:
                times.taken.extend(own)
        except BaseException as error:
            trouble.append(error)
            barrier.abort()

    threads = [threading.Thread(target=work, daemon=True) for _number in range(connections)]
    for thread in threads:
        thread.start()
    try:
        barrier.wait()
    except threading.BrokenBarrierError:
        raise RuntimeError(str(trouble)) from trouble[0] if trouble else None
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    if trouble:
        raise RuntimeError(str(trouble)) from trouble[0]
    return Load(connections, times, time.perf_counter() - began)
