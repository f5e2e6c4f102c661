"""A long job saves contacts; what it has committed is compared beside it, by a thread with a connection of its own.

Until then those contacts are without keys, as any that were saved uncompared: when the job is killed, its next attempt
or the process that runs jobs finds them by that (:mod:`.warming`).
"""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar, copy_context

from django.db import connection, connections, transaction

from tuttava.duplicates.smart import claiming, warming
from tuttava.foundation.context import acting
from tuttava.foundation.jobs import JobCanceled
from tuttava.foundation.schemas import current_schema, in_schema

#: Contacts compared in one transaction: whoever wants to change one of them waits so long.
TOGETHER = 2000
#: The job pauses while more contacts than this wait to be compared.
WAITING = 4000


class Beside:
    """The contacts that wait to be compared, and the thread that compares them."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._new: list[uuid.UUID] = []
        self._changed: list[uuid.UUID] = []
        self._skipped: list[uuid.UUID] = []
        self._ended = False
        self._failure: Exception | None = None
        self._thread: threading.Thread | None = None

    def take(self, new: Sequence[uuid.UUID], changed: Sequence[uuid.UUID]) -> None:
        """Compare these contacts once the transaction that saves them is committed.

        Raises what went wrong with earlier ones, so that the job stops as it would have without the thread.
        """
        if self._failure:
            raise self._failure
        warming.pass_over(changed)
        transaction.on_commit(lambda: self.add(new, changed))

    def add(self, new: Sequence[uuid.UUID], changed: Sequence[uuid.UUID]) -> None:
        """Have committed contacts compared; waits while too many others do."""
        with self._turn:
            self._new += new
            self._changed += [*changed, *self._skipped]
            self._skipped = []
            if self._thread is None:
                self._thread = threading.Thread(
                    target=copy_context().run, args=(self._work, current_schema()), name="compare-beside"
                )
                self._thread.start()
            self._turn.notify_all()
            self._turn.wait_for(lambda: self._failure or len(self._new) + len(self._changed) <= WAITING)

    def end(self, *, abandon: bool = False) -> None:
        """Wait until all are compared (``abandon``: until the present batch is). Raises what went wrong with them."""
        with self._turn:
            self._ended = True
            self._changed += self._skipped
            self._skipped = []
            if abandon:
                self._new, self._changed = [], []
            self._turn.notify_all()
        if self._thread:
            self._thread.join()
        if self._failure and not abandon:
            raise self._failure

    def _work(self, schema: str | None) -> None:
        try:
            with in_schema(schema):
                while batch := self._next():
                    self._compare(*batch)
                for pk in self._skipped:
                    compare_uncompared([pk], known=True, wait=True)
        except Exception as error:
            with self._turn:
                self._failure = error
                self._turn.notify_all()
        finally:
            connections.close_all()

    def _next(self) -> tuple[list[uuid.UUID], bool] | None:
        """Contacts to compare and whether they were there before; None when no more will come."""
        with self._turn:
            self._turn.wait_for(lambda: self._new or self._changed or self._ended)
            known = not self._new
            waiting = self._changed if known else self._new
            batch = waiting[:TOGETHER]
            del waiting[:TOGETHER]
            self._turn.notify_all()
            return (batch, known) if batch else None

    def _compare(self, ids: list[uuid.UUID], known: bool) -> None:
        """Compare a batch; who is just being changed comes again once that is done."""
        in_use = compare_uncompared(ids, known=known)
        with self._turn:
            self._skipped += in_use


def compare_uncompared(ids: Sequence[uuid.UUID], *, known: bool, wait: bool = False) -> set[uuid.UUID]:
    """Compare those of these contacts that have no keys, in one transaction; those that others are changing are left.

    ``known``: they were there before. ``wait``: nobody is left. Returns who was.
    """
    from tuttava.duplicates.smart import checking

    with transaction.atomic(), acting(cache={}, messages=[], interactive=False):
        claiming.take_turn()
        claim = claiming.claim(ids, wait=wait)
        checking.compare_saved(claim.due, known=claim.due if known else [])
    return claim.in_use


_beside: ContextVar[Beside | None] = ContextVar("tuttava_compared_beside", default=None)


def in_force() -> Beside | None:
    """Where contacts saved in this block are handed over; None: they are compared where they are saved."""
    return _beside.get()


@contextmanager
def comparing_beside(since: dt.datetime | None = None) -> Iterator[None]:
    """Have contacts saved inside the block compared beside it, transaction by transaction; the block ends with them.

    A job that the user stops waits for what it has committed; stopped otherwise, it leaves that to the next attempt.

    ``since``: begin with those saved uncompared since then, by an attempt that was killed. Does nothing inside an open
    transaction, whose rows a second connection does not see.
    """
    if connection.in_atomic_block:
        yield
        return
    beside = Beside()
    token = _beside.set(beside)
    try:
        if since:
            for ids in claiming.uncompared(since):
                beside.add([], ids)
        yield
    except BaseException as error:
        beside.end(abandon=not isinstance(error, JobCanceled))
        raise
    finally:
        _beside.reset(token)
    beside.end()
