"""What a process of ours does from its start to its end, and when the one that started it is gone."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Environment variable that holds the process id of the parent to watch.
PARENT = "TUTTAVA_PARENT"
#: How long a process may take to finish or pause what it has in hand, in seconds.
GRACE = 40.0
#: Seconds after which a process that was asked to end, and did not begin to, is asked again.
ASK_AGAIN = 3
#: The signals that ask a process to end: from a service manager, and from the keyboard.
ENDING = (signal.SIGTERM, signal.SIGINT)


def end_in_order(code: int) -> None:
    """Let SIGTERM unwind this process, which rolls back and lets go of the embedded database, and exit with ``code``.

    Holds until something that ends in its own way (the web server, the job worker) listens for the signal instead.
    """

    def end(*_signal: object) -> None:
        # Python drops an exception that comes up inside a finalizer or a callback, and the exit with it: ask again.
        signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        signal.alarm(ASK_AGAIN)
        atexit.register(signal.alarm, 0)
        sys.exit(code)

    signal.signal(signal.SIGTERM, end)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back the signals that ask this thread to end until the block is through."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def heed_signals() -> None:
    """Have a signal to end that arrives while the main thread goes to sleep handled all the same.

    Python hands a signal to its main thread, which may have looked for signals just before and then wait in a lock for
    good. The signal itself is noted in a pipe at once; whoever reads that asks again until this process has ended.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def insist() -> None:
        while os.read(reading, 1)[0] not in ENDING:
            pass
        while True:
            time.sleep(ASK_AGAIN)
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)

    threading.Thread(target=insist, name="heed-signals", daemon=True).start()


def let_forks_end() -> None:
    """Have processes that this one forks from now on end at SIGTERM until they listen for it themselves.

    A fork inherits its parent's handler, which in the web server only makes a note for the parent: a child that is
    still loading the product would swallow the signal. The keyboard's Ctrl+C reaches the whole tree and is left to
    the parent, which stops its children in order. The signals are held during the fork itself, in which Python drops
    those that arrive.
    """

    def hold() -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)

    def release() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)

    def begin() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        release()

    os.register_at_fork(before=hold, after_in_parent=release, after_in_child=begin)


def watch_parent(at_end: Callable[[], None] | None = None, cut_off: Callable[[], None] | None = None) -> None:
    """End this process in an orderly way soon after its parent is gone. Does nothing where no parent is named.

    ``at_end`` is called first; ``cut_off`` if the process must be cut off because it did not end within the grace.
    """
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
        if cut_off:
            cut_off()
        os._exit(1)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()


_beginnings: list[Callable[[], None]] = []


def beside_first_requests(work: Callable[[], None]) -> None:
    """Have every server process do ``work`` in a thread of its own as soon as it answers requests."""
    _beginnings.append(work)


def begin_serving() -> None:
    """This process answers requests from now on."""
    for work in _beginnings:
        threading.Thread(target=work, daemon=True).start()


def spare_collector() -> None:
    """Keep the garbage collector off what a process loaded at its start.

    Walking through all code and settings again and again costs tens of milliseconds, in the middle of somebody's page,
    and a fifth of the time of an import.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
