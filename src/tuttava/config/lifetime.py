"""What a process of ours does from its start to its end, and when the one that started it is gone."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Callable

#: Environment variable that holds the process id of the parent to watch.
PARENT = "TUTTAVA_PARENT"
#: How long a process may take to finish or pause what it has in hand, in seconds.
GRACE = 40.0


def watch_parent(at_end: Callable[[], None] | None = None) -> None:
    """End this process in an orderly way soon after its parent is gone. Does nothing where no parent is named."""
    parent = os.environ.get(PARENT)
    if not parent:
        return

    def watch() -> None:
        while os.getppid() == int(parent):
            time.sleep(1)
        if at_end:
            at_end()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
        os._exit(1)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()


def spare_collector() -> None:
    """Keep the garbage collector off what a server process loaded at its start.

    Walking through all code and settings again and again costs tens of milliseconds, in the middle of somebody's page.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
