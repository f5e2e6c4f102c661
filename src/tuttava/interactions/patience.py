"""How long a batch waits for a mail server, and how fast it sends."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from tuttava.api.counting import count
from tuttava.config import runtime
from tuttava.foundation import mail

#: Minutes after which one mail that was put off is tried again; then it counts as not delivered, a day later.
PAUSES = (1, 5, 15, 30, 60, 120, 240, 480, 480)
#: Minutes between two tries while the server as a whole is away; the last one is repeated.
AWAY = (1, 2, 5, 10, 15)
#: A server that is away for longer than this is not waited for.
GIVE_UP = dt.timedelta(days=2)
#: Seconds after which a batch whose pace is limited lets other work have its worker.
TURN = 60.0
#: How long it stays away then.
BREATH = dt.timedelta(seconds=3)
#: Longest sleep between two looks whether the batch is to stop.
_NAP = 0.5
_TRIES, _SINCE = "away_tries", "away_since"


def again_at(attempts: int) -> dt.datetime | None:
    """When a mail that was put off ``attempts`` times is tried again; None when that was often enough."""
    return timezone.now() + dt.timedelta(minutes=PAUSES[attempts - 1]) if attempts <= len(PAUSES) else None


def back_at(state: dict[str, Any]) -> dt.datetime | None:
    """When to ask the server again, written down in a job's ``state``; None when it has been away for too long."""
    now = timezone.now()
    since = parse_datetime(state.setdefault(_SINCE, now.isoformat())) or now
    if now - since > GIVE_UP:
        return None
    tries = int(state.get(_TRIES, 0))
    state[_TRIES] = tries + 1
    return now + dt.timedelta(minutes=AWAY[min(tries, len(AWAY) - 1)])


def server_is_back(state: dict[str, Any]) -> None:
    """It took a mail: the next time it is away, waiting begins anew."""
    state.pop(_TRIES, None)
    state.pop(_SINCE, None)


def per_minute() -> int:
    """How many mails of batches may leave in a minute, all companies together; 0: as many as the server takes."""
    told = runtime.text("mail_per_minute").strip()
    return int(told) if told.isdigit() and not mail.is_transactional() else 0


def wait_for_turn(check: Callable[[], None]) -> None:
    """Return when the next mail may leave, so that they leave evenly; ``check`` raises when the work is to stop.

    The pace is that of the mail account, whichever worker and company sends.
    """
    limit = per_minute()
    if not limit:
        return
    while True:
        sent, left = count("mail pace", 60 / limit)
        if sent == 1:
            return
        check()
        time.sleep(min(left, _NAP))
