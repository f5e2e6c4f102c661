"""The processes of a running installation: who watches whom, and who stops when.

``serve`` is one tree: this process holds the embedded database and listens, its children answer requests, one more
child runs jobs. A child whose parent was killed ends by itself within a second, so nothing is left behind.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

from tuttava.cli.base import tell
from tuttava.config.lifetime import GRACE, PARENT


class JobProcess:
    """The child that runs jobs, started again (after a pause that grows) when it dies."""

    def __init__(self, concurrency: int) -> None:
        self.command = [sys.executable, "-m", "tuttava", "worker", "--concurrency", str(concurrency)]
        self.child: subprocess.Popen[bytes] | None = None
        self.stopping = threading.Event()
        #: Held while the child is begun or told to stop: none begins unnoticed after the word to stop.
        self.turn = threading.Lock()
        self.thread = threading.Thread(target=self._keep_running, name="job-process", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def _keep_running(self) -> None:
        pause = 1.0
        while child := self._begin():
            began = time.monotonic()
            child.wait()
            pause = 1.0 if time.monotonic() - began > 60 else min(pause * 2, 60.0)
            self.stopping.wait(pause)

    def _begin(self) -> subprocess.Popen[bytes] | None:
        with self.turn:
            if self.stopping.is_set():
                return None
            # Its own session: Ctrl+C at the terminal reaches the parent, which stops the tree in order.
            self.child = subprocess.Popen(
                self.command, env={**os.environ, PARENT: str(os.getpid())}, start_new_session=True
            )
            return self.child

    def ask_to_stop(self) -> None:
        """Tell the child to finish what it has in hand; returns at once.

        Told once only: to a child that is finishing already, a second SIGTERM means to drop what it has in hand.
        """
        with self.turn:
            if self.stopping.is_set():
                return
            self.stopping.set()
            if self.child and self.child.poll() is None:
                self.child.send_signal(signal.SIGTERM)

    def join(self) -> None:
        """Wait for the child; after the grace it is killed (its jobs resume at the next start)."""
        if self.child is None:
            return
        try:
            self.child.wait(GRACE)
        except subprocess.TimeoutExpired:
            tell("The job process did not stop in time and is cut off; its jobs go on at the next start.")
            self.child.kill()
            self.child.wait()
