"""Moving every attachment to where the setup keeps them now (I-87, C-115), as a job that can be repeated.

Each attachment is moved and committed by itself. The old file goes only after the new place was read back and found
to hold the same bytes; one that cannot be moved stays where it is and is counted.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tuttava.contacts.rules.setup import attachment_storage_changed
from tuttava.contacts.setup import forget_marketing_setup
from tuttava.foundation import records
from tuttava.foundation.attachments import release_contents
from tuttava.foundation.context import ask, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.jobs import JobRun, enqueue, job, run_now
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Job, JobStatus
from tuttava.foundation.records import Edit
from tuttava.interactions import disk_files
from tuttava.interactions.attachments import content_of
from tuttava.interactions.models import InteractionAttachment, StorageType
from tuttava.interactions.storing import storage_now, write_bytes

KIND = "interactions.relocate"


def connect() -> None:
    """Offer the move when the setup names another place."""
    attachment_storage_changed.connect(_setup_changed, dispatch_uid=KIND)


def _setup_changed(**_signal: Any) -> None:
    forget_marketing_setup()
    if misplaced().exists() and _confirmed():
        enqueue(KIND, _("Move attachments"))


def _confirmed() -> bool:
    return ask("I-87", _("Move all attachments to where the setup keeps them now?"), default=True)


def relocate(*, wait: bool = True) -> Job | dict[str, int] | None:
    """Move all attachments: what came of it, or (without ``wait``) the job that does it; None: it was declined.

    Raises ``storage_location_required``.
    """
    require("interaction_log.write", "interactionAttachments")
    storage_now()
    if not _confirmed():
        return None
    if not wait:
        return enqueue(KIND, _("Move attachments"))
    done = run_now(KIND, _("Move attachments"))
    if done.status != JobStatus.DONE:
        raise DomainError("relocation_stopped", done.error, rule="I-87")
    result: dict[str, int] = done.result or {}
    return {name: result[name] for name in ("moved", "failed")}


def misplaced() -> QuerySet[InteractionAttachment]:
    """The attachments that stand elsewhere than the setup says; mail messages have a place of their own."""
    storage, folder = storage_now()
    here = Q(storage_type=storage, storage_pointer=folder)
    return InteractionAttachment.objects.exclude(storage_type=StorageType.MAIL_MESSAGE).exclude(here)


@job(KIND)
def run_relocation(run: JobRun) -> dict[str, Any]:
    """Move one attachment after the other, in order of their numbers; goes on where an interrupted run stopped."""
    _remove_left_over(run)
    rows = misplaced().order_by("no")
    done = run.state.get("done", 0)
    total = done + rows.count()
    while (found := rows.filter(no__gt=run.state.get("no", 0)).first()) is not None:
        done += 1
        with run.chunk(done=done, total=total):
            moved = _moved(found, run.state)
            run.state |= {"no": found.no, "done": done}
            counted = "moved" if moved else "failed"
            run.state[counted] = run.state.get(counted, 0) + 1
        _remove_left_over(run)
    result = {"moved": run.state.get("moved", 0), "failed": run.state.get("failed", 0)}
    text = _("%(moved)d attachments moved.") if not result["failed"] else _("%(moved)d moved, %(failed)d could not be.")
    return {**result, "text": text % result}


def _remove_left_over(run: JobRun) -> None:
    """The file that the last committed move left behind."""
    if left := run.state.pop("left", ""):
        Path(left).unlink(missing_ok=True)


def _moved(found: InteractionAttachment, state: dict[str, Any]) -> bool:
    """Move one attachment within the open transaction; False when its bytes cannot be had or do not arrive whole."""
    storage, folder = storage_now()
    with unit_of_work("relocate attachment"):
        fresh = records.lock(found)
        old_file = disk_files.found_at(fresh) if fresh.storage_type == StorageType.DISK_FILE else None
        old_content = fresh.content_id
        holds = bool(fresh.sha256)
        try:
            data = content_of(fresh) if holds else b""
        except (DomainError, OSError):
            return False
        if holds and hashlib.sha256(data).hexdigest() != fresh.sha256:
            return False
        edit = Edit(fresh, records.rules_of(InteractionAttachment))
        edit.put("storage_type", storage)
        edit.put("storage_pointer", folder)
        if holds:
            edit.put("content_id", None)
            write_bytes(edit, data)
            if content_of(fresh) != data:
                raise DomainError("storage_unavailable", _("The new place does not keep what is written to it."))
        records.save(edit)
        release_contents([old_content])
        if old_file is not None and old_file != disk_files.path_of(fresh):
            state["left"] = str(old_file)
    return True
