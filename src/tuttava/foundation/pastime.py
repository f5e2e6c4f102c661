"""Work to be done in this process while the database stores a batch.

The server checks, indexes and journals a batch for about as long as Python takes to prepare one. A long job that has
something to prepare says so with :func:`meanwhile`; whoever waits for the server calls :func:`wait_for`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

_work: ContextVar[Iterator[object] | None] = ContextVar("tuttava_pastime", default=None)


class DatabaseBusy(Exception):
    """The work met something to ask the database for; it goes on when the batch is stored."""


@contextmanager
def meanwhile(work: Iterator[object]) -> Iterator[None]:
    """Pull pieces of ``work`` while the database stores what is written inside the block.

    A piece takes a millisecond or two. It must not need the database: a query in it raises :class:`DatabaseBusy`.
    What is left of ``work`` behind the block is the caller's to do. An error in it is the caller's too.
    """
    token = _work.set(work)
    try:
        yield
    finally:
        _work.reset(token)


def wait_for(server: Callable[[], None]) -> None:
    """Call ``server``, which waits for the database and touches nothing else, and do pieces of the work meanwhile."""
    work = _work.get()
    if work is None:
        server()
        return
    with ThreadPoolExecutor(1) as waiting:
        ended = waiting.submit(server)
        with connection.execute_wrapper(_refuse):
            for _piece in work:
                if ended.done():
                    break
        ended.result()


def _refuse(*_query: Any) -> Any:
    raise DatabaseBusy
