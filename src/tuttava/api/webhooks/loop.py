"""The background work of notifying: one worker of an installation does it at a time."""

from __future__ import annotations

import logging
import threading
import time

from django.db import connection
from django.db.models import Min
from django.utils import timezone

from tuttava.api.models import Subscription
from tuttava.api.webhooks.collecting import collect
from tuttava.api.webhooks.delivering import Delivery

log = logging.getLogger(__name__)
#: Pauses in seconds: with subscriptions, without any, while another worker does it, after a failure of the database.
ACTIVE, IDLE, WAITING, FAILED = 1.0, 3.0, 5.0, 5.0


class Notifier:
    """Reads the journals and notifies, as long as it holds the lock that makes it the only one."""

    def __init__(self) -> None:
        self.delivery = Delivery()
        self._locked: object = None

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; survives the loss of the database."""
        pause = 0.0
        while not stop.wait(pause):
            try:
                pause = self.turn()
            except Exception:
                log.exception("notifying failed; trying again")
                self._locked = None
                connection.close()
                pause = FAILED
        connection.close()

    def turn(self) -> float:
        """Do what there is to do now; returns the seconds to wait before the next turn."""
        if not self._is_the_one():
            return WAITING
        began = time.monotonic()
        next_expiry = Subscription.objects.aggregate(at=Min("expires_at"))["at"]
        if next_expiry is None:
            self.delivery.settle()
            return IDLE
        if next_expiry <= timezone.now():
            Subscription.objects.filter(expires_at__lte=timezone.now()).delete()
        collect()
        self.delivery.step()
        # Never busy for more than a small part of the time, however much there is to scan.
        return max(ACTIVE, 4 * (time.monotonic() - began))

    def _is_the_one(self) -> bool:
        """Whether this process does the notifying: the lock lives and dies with the connection that took it."""
        connection.ensure_connection()
        if self._locked is not None and self._locked is connection.connection:
            return True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext('tuttava.notifier'))")
            mine = bool(cursor.fetchone()[0])
        self._locked = connection.connection if mine else None
        return mine


def run(stop: threading.Event) -> None:
    """What a worker process runs beside its jobs."""
    Notifier().run(stop)
