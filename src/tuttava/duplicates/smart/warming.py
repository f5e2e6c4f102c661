"""Compiled loops are there before anybody needs them; nobody who waits for a page waits for a compiler.

The first process of a version has them compiled by a child of lower priority and leaves a mark beside the code; all
others load it from disk, server processes beside their first requests. Until then contacts are saved without being
compared, and the process that runs jobs compares them soon afterwards. Jobs and imports wait instead.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import logging
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from django.db import connections, transaction
from django.utils import timezone

from tuttava import matching
from tuttava.config import runtime
from tuttava.contacts.models import Contact
from tuttava.duplicates.models import ContactMatchKey
from tuttava.foundation.context import current
from tuttava.foundation.directory.models import Company
from tuttava.foundation.schemas import in_schema

log = logging.getLogger(__name__)
#: Seconds between two looks for contacts that were saved uncompared; how far back they look.
PAUSE, BACK = 20.0, 900.0
#: Contacts that are compared in one transaction.
BATCH = 500
#: From this size on a base that was never searched as a whole is: how rare its values are is not known yet.
WHOLE = 100
#: Doors that wait for the compiler.
PATIENT = frozenset({"job", "import"})
_COMPILE = "import os; os.nice(10); from tuttava.matching.warm import warm_up; warm_up()"

_loading = threading.Event()
_loaded = threading.Event()


def is_cold() -> bool:
    """Whether comparing would have to wait for the compiler, or for this process to load what it made."""
    if not _loading.is_set() and is_compiled():
        return False
    if current().door not in PATIENT:
        return True
    if _loading.is_set():
        _loaded.wait()
    else:
        compile_once()
    return False


@cache
def _mark() -> Path:
    """The file that says that the loops of this version are compiled."""
    digest = hashlib.sha256()
    for source in sorted(Path(str(matching.__file__)).parent.glob("*.py")):
        digest.update(source.read_bytes())
    place = os.environ.get("NUMBA_CACHE_DIR") or str(runtime.data_dir() / "compiled")
    return Path(place) / f"{digest.hexdigest()[:16]}.complete"


_seen = False


def is_compiled() -> bool:
    """Whether some process of this version has compiled the loops."""
    global _seen  # noqa: PLW0603
    _seen = _seen or _mark().exists()
    return _seen


def compile_once() -> None:
    """Have a child compile the loops, one for all processes, if nobody has."""
    mark = _mark()
    mark.parent.mkdir(parents=True, exist_ok=True)
    with mark.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.exists():
            subprocess.run([sys.executable, "-c", _COMPILE], check=True)
            mark.touch()


def warm() -> None:
    """Load everything; compile it first if nobody has. Runs in a thread of its own."""
    _loading.set()
    try:
        compile_once()
        from tuttava.matching.warm import warm_up

        warm_up()
    except Exception:
        log.exception("the loops of the duplicate search could not be compiled ahead")
    finally:
        _loading.clear()
        _loaded.set()


def pass_over(changed: Sequence[uuid.UUID]) -> None:
    """Contacts are saved and cannot be compared yet, or are gone: those that stay without keys will be compared."""
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
    """Compare the contacts saved lately that have no keys; how many. A whole base is left to the search of all."""
    from tuttava.duplicates.smart import checking, claiming, jobs, keys, standing, state

    known = state.matching_state()
    unsearched = known.counted_at is None and Contact.objects.all()[WHOLE : WHOLE + 1].exists()
    outdated = known.keys_version not in (0, keys.version())
    if unsearched or outdated or not standing.is_whole():
        jobs.begin()
        return 0
    lately = claiming.saved_uncompared(timezone.now() - dt.timedelta(seconds=BACK))
    free = lately.select_for_update(of=("self",), no_key=True, skip_locked=True).order_by("pk")
    done, last = 0, uuid.UUID(int=0)
    while not (stop and stop.is_set()):
        with transaction.atomic():
            # Not while a job compares what it saves: what it leaves is found next time.
            if not claiming.take_turn(wait=False):
                break
            ids = list(free.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH])
            if not ids:
                break
            checking.refresh(ids)
        done, last = done + len(ids), ids[-1]
    return done
