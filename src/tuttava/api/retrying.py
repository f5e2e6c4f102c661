"""Work that two requests did in each other's way is done again (A-61)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, OperationalError

#: How often work is begun at most.
ATTEMPTS = 4
#: Serialisation failure and deadlock.
_AGAIN = frozenset({"40001", "40P01"})

T = TypeVar("T")


def in_each_others_way(error: DatabaseError) -> bool:
    """Whether the database ended this transaction only to let another one go on."""
    return getattr(error.__cause__, "sqlstate", "") in _AGAIN


def retried(work: Callable[[], T]) -> T:
    """The result of ``work``, which opens the transaction itself."""
    for attempt in range(1, ATTEMPTS):
        try:
            return work()
        except OperationalError as error:
            if not in_each_others_way(error):
                raise
        time.sleep(random.random() * 0.05 * attempt)  # noqa: S311 - not a secret, keeps the two apart
    return work()
