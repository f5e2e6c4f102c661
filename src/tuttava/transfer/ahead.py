"""The rows of a file in chunks, read and converted ahead while the database is busy with the chunk before."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tuttava.foundation.pastime import DatabaseBusy
from tuttava.transfer.plans import Plan
from tuttava.transfer.readers import Row

#: Rows that are planned in one go, between two looks at the database: about a millisecond.
PIECE = 20


class Ahead:
    """``plan`` makes the plan of a row, or None of one that is not due in this pass.

    One chunk at most waits here, so memory does not grow with the file.
    """

    def __init__(self, rows: Iterator[Row], plan: Callable[[Row], Plan | None], size: int) -> None:
        self._file = rows
        self._plan = plan
        self._size = size
        self._rows: list[Row] = []
        self._plans: list[Plan | None] = []
        self._failed: Exception | None = None

    def prepare(self) -> Iterator[None]:
        """Plan rows up to a whole chunk, a few at a time; ends early where the database is needed.

        What goes wrong with the file is not the fault of the chunk being stored: :meth:`last` raises it.
        """
        try:
            while len(self._plans) < len(self._rows) or self._read():
                self._plans.append(self._plan(self._rows[len(self._plans)]))
                if len(self._plans) % PIECE == 0:
                    yield
        except DatabaseBusy:
            return
        except Exception as error:
            self._failed = error

    def last(self) -> int | None:
        """Read the rows of the next chunk; the number of its last, None behind the end of the file."""
        if self._failed:
            raise self._failed
        while self._read():
            pass
        return self._rows[-1].number if self._rows else None

    def take(self) -> list[Plan]:
        """The plans of the chunk's rows that are due in this pass; the next chunk begins."""
        self._plans += [self._plan(row) for row in self._rows[len(self._plans) :]]
        plans = [plan for plan in self._plans if plan is not None]
        self._rows, self._plans = [], []
        return plans

    def _read(self) -> bool:
        """Read a row, unless the chunk is full or the file at its end."""
        row = next(self._file, None) if len(self._rows) < self._size else None
        if row is not None:
            self._rows.append(row)
        return row is not None
