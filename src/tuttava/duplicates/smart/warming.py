"""Compiled loops are there before anybody needs them: a server process loads them beside its first requests.

The first process of a version has them compiled by a child of lower priority; all others wait for that and load what is
kept on disk. Until then contacts are saved without being compared, and compared soon afterwards.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import logging
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

from django.db import connections, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from tuttava.contacts.models import Contact
from tuttava.duplicates.models import ContactMatchKey
from tuttava.foundation.directory.models import Company
from tuttava.foundation.schemas import in_schema

log = logging.getLogger(__name__)
#: Seconds between two looks for contacts that were saved uncompared; how far back they look.
PAUSE, BACK = 20.0, 900.0
#: Contacts that are compared in one transaction.
BATCH = 500
_COMPILE = "import os; os.nice(10); from tuttava.matching.warm import warm_up; warm_up()"

_cold = threading.Event()


def is_cold() -> bool:
    """Whether this process is still loading: then nothing is compared, so that no request waits for it."""
    return _cold.is_set()


def warm() -> None:
    """Load everything; compile it first if nobody has. Runs in a thread of its own."""
    _cold.set()
    try:
        _compile_once()
        from tuttava.matching.warm import warm_up

        warm_up()
    except Exception:
        log.exception("the loops of the duplicate search could not be compiled ahead")
    finally:
        _cold.clear()


def _compile_once() -> None:
    """Have a child compile, one for all processes; a mark beside the code says that it is there."""
    from numba.core import config

    from tuttava.matching import kernels  # noqa: F401  (it says where machine code is kept)

    place = Path(str(vars(config)["CACHE_DIR"]))
    place.mkdir(parents=True, exist_ok=True)
    mark = place / "complete"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.exists():
            subprocess.run([sys.executable, "-c", _COMPILE], check=True)
            mark.touch()


def pass_over(changed: Sequence[uuid.UUID]) -> None:
    """Contacts are saved and cannot be compared yet: those without keys will be."""
    if changed:
        ContactMatchKey.objects.filter(contact_id__in=changed).delete()


def catch_up(stop: threading.Event) -> None:
    """Beside the jobs: compare, again and again, what was saved uncompared in any company."""
    warm()
    while not stop.is_set():
        began = time.monotonic()
        try:
            for schema in Company.objects.filter(ready=True).values_list("schema", flat=True):
                with in_schema(schema):
                    compare_uncompared(stop)
        except Exception:
            log.exception("looking for contacts to compare failed; trying again")
        finally:
            connections.close_all()
        stop.wait(max(1.0, PAUSE - (time.monotonic() - began)))


def compare_uncompared(stop: threading.Event | None = None) -> int:
    """Compare the contacts saved lately that have no keys; how many."""
    from tuttava.duplicates.smart import checking

    since = timezone.now() - dt.timedelta(seconds=BACK)
    keyed = ContactMatchKey.objects.filter(contact_id=OuterRef("pk"))
    lately = Contact.objects.filter(last_modified_at__gt=since).exclude(Exists(keyed))
    done = 0
    ids = list(lately.order_by("pk").values_list("pk", flat=True)[:BATCH])
    while ids and not (stop and stop.is_set()):
        with transaction.atomic():
            checking.refresh(ids)
        done += len(ids)
        ids = list(lately.filter(pk__gt=ids[-1]).order_by("pk").values_list("pk", flat=True)[:BATCH])
    return done
