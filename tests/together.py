"""Work done by several people at once, on connections of their own."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

Elsewhere = Callable[[Callable[[], Any]], "Future[Any]"]


def waits(future: Future[Any]) -> bool:
    """Whether the other side is still waiting after a moment that would do for its work."""
    time.sleep(0.4)
    return not future.done()
