"""One POST to an address to notify: to a checked network address, without redirects, within a time limit."""

from __future__ import annotations

import contextlib
import http.client
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import NoReturn, TypeVar

from tuttava.api.webhooks.addresses import Address, Target, addresses_of, is_public, target_of

#: Bytes of an answer that are looked at.
_LARGEST_ANSWER = 4096

T = TypeVar("T")


class NoAnswer(Exception):
    """The address could not be reached, or did not answer in time; the text says why, without internals."""


@dataclass(frozen=True)
class Response:
    """What an address answered."""

    status: int
    body: bytes


def post(url: str, body: bytes, *, allowed: Collection[str], seconds: float) -> Response:
    """POST ``body`` (JSON, or nothing) and return the answer.

    ``allowed``: hosts that the operator named. The whole of it, the look-up of the name included, takes at most
    ``seconds``. Raises ``webhook.url_not_allowed`` and :class:`NoAnswer`.
    """
    target = target_of(url, allowed)
    until = time.monotonic() + seconds
    addresses = _within(seconds, lambda: addresses_of(target))
    reason = "no address"
    for address in addresses:
        left = until - time.monotonic()
        if left <= 0:
            break
        try:
            return _post_to(target, address, body, left)
        except ssl.SSLError as error:
            reason = f"TLS: {error.reason or 'failed'}"
        except TimeoutError:
            reason = "no answer in time"
        except (OSError, http.client.HTTPException) as error:
            reason = f"no connection ({type(error).__name__})"
    raise NoAnswer(reason)


def _post_to(target: Target, address: Address, body: bytes, seconds: float) -> Response:
    context = ssl.create_default_context()
    if target.named and not is_public(address):
        # A host of the operator's own network, which no public authority can vouch for; the operator named it himself.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    connection = _Connection(target, address, context, seconds)
    watch = threading.Timer(seconds, connection.abort)
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", target.path, body, _headers(body))
        answer = connection.getresponse()
        return Response(answer.status, answer.read(_LARGEST_ANSWER))
    except OSError as error:
        raise TimeoutError if connection.aborted else error from None
    finally:
        watch.cancel()
        connection.close()


def _headers(body: bytes) -> dict[str, str]:
    headers = {"User-Agent": "Tuttava", "Accept": "*/*", "Connection": "close"}
    return {**headers, "Content-Type": "application/json"} if body else headers


class _Connection(http.client.HTTPSConnection):
    """A connection to a checked address that can be cut off from another thread."""

    def __init__(self, target: Target, address: Address, context: ssl.SSLContext, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds, context=context)
        self.address, self.tls = str(address), context
        self.aborted = False

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = self.tls.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock.do_handshake()

    def abort(self) -> None:
        """Cut the connection: whoever reads or writes gets an error at once."""
        self.aborted = True
        with contextlib.suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def _within(seconds: float, work: Callable[[], T]) -> T:
    """The result of ``work``; raises :class:`NoAnswer` when it takes longer (looking up a name knows no limit)."""
    done: queue.Queue[Callable[[], T]] = queue.Queue()

    def run() -> None:
        try:
            result = work()
        except BaseException as error:
            done.put(partial(_raise, error))
        else:
            done.put(lambda: result)

    threading.Thread(target=run, daemon=True, name="tuttava-resolve").start()
    try:
        outcome = done.get(timeout=seconds)
    except queue.Empty:
        raise NoAnswer("no answer in time") from None
    return outcome()


def _raise(error: BaseException) -> NoReturn:
    raise error
