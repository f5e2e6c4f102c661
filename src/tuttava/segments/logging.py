"""Logging a segment: each line becomes an interaction, delivered on request; the segment itself goes (S-60 to S-68).

A job moves the lines into the log chunk by chunk: entries written and lines removed are one transaction, so that after
a crash it goes on with the lines that are left. All of it is one unit of work. Until its end the segment names its
logged segment and refuses changes; stopped on the way, everything is taken back.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from tuttava.contacts.models import CorrespondenceType
from tuttava.foundation import jobs, mail
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.ids import new_id
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import Job
from tuttava.interactions import delivery, logging_many, related
from tuttava.interactions.attachments import discard, new_attachment
from tuttava.interactions.models import InteractionAttachment, InteractionLogEntry, PrintFile, WordTemplate
from tuttava.interactions.storing import NewContent
from tuttava.interactions.word_templates import document_of
from tuttava.segments import following, long_work, preflight, removing, reopening
from tuttava.segments.errors import already_logged, being_logged
from tuttava.segments.models import LoggedSegment, Segment, SegmentInteractionLanguage, SegmentLine
from tuttava.segments.signals import lines_removed, segment_logged

KIND = "segments.log"
ACTION = "log segment"
#: Lines logged in one transaction.
AT_ONCE = 5_000
#: Lines that a request logs itself.
MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Logged:
    """What became of a segment: its logged segment, how many entries, its follow-up, and what went to paper."""

    entry_no: int
    entries: int
    follow_up_no: str = ""
    print_file: PrintFile | None = None
    delivered: int = 0
    failed: int = 0


def log_segment(
    segment: Segment, *, deliver: bool = True, create_follow_up: bool = False, skip_undeliverable: bool = False
) -> Logged:
    """Log a segment, and wait for its delivery if that is not long; outside any transaction it survives the death of
    this process.

    ``deliver``: lines with a correspondence type go out. ``skip_undeliverable``: those that cannot are logged without.
    Raises ``segment_already_logged``, ``segment_being_logged``, ``segment_empty``, ``field_required``, ``not_found``,
    ``contact.privacy_blocked``, ``email_address_missing``, ``attachment_missing``, ``mail_account_missing``.
    """
    arguments = _arguments(segment, deliver, create_follow_up, skip_undeliverable)
    require_logging()
    return logged_by(long_work.done_now(KIND, _title(segment), arguments | {"wait": True}, _refused))


def log_segment_later(
    segment: Segment, *, deliver: bool = True, create_follow_up: bool = False, skip_undeliverable: bool = False
) -> Job:
    """The same as a job; what is refused is refused at once, and the segment is closed from now on."""
    arguments = _arguments(segment, deliver, create_follow_up, skip_undeliverable)
    require_logging()
    with _beginning(segment, arguments) as state:
        return jobs.enqueue(KIND, _title(segment), arguments | {"begun": state})


def _refused(words: str = "") -> DomainError:
    return DomainError("segment_not_logged", words or _("Logging the segment was stopped."), rule="S-60")


def is_long(segment: Segment) -> bool:
    """Whether a request should leave the segment to a job."""
    return SegmentLine.objects.filter(segment=segment)[: MOST_AT_ONCE + 1].count() > MOST_AT_ONCE


def logged_by(done: Job) -> Logged:
    """What a job that is done has logged."""
    found: Mapping[str, Any] = done.result or {}
    printed = PrintFile.objects.filter(pk=found["printFile"]).first() if found.get("printFile") else None
    names = ("entry_no", "entries", "follow_up_no", "delivered", "failed")
    return Logged(print_file=printed, **{name: found[name] for name in names})


def require_logging() -> None:
    """The rights to log a segment."""
    require("api.write", "segments")
    require("interaction_log.write", "interactionLogEntries")


def _arguments(segment: Segment, deliver: bool, follow_up: bool, skip: bool) -> dict[str, Any]:
    return {"segment": str(segment.pk), "no": segment.no, "deliver": deliver, "follow_up": follow_up, "skip": skip}


def _title(segment: Segment) -> str:
    return _("Log segment %(no)s") % {"no": segment.no}


# -- beginning -------------------------------------------------------------------------------------------------------


def _refuse(segment: Segment, arguments: Mapping[str, Any]) -> None:
    if segment.logged_as:
        raise being_logged(segment.no)
    preflight.refuse(segment, deliver=arguments["deliver"], skip_undeliverable=arguments["skip"])
    if arguments["deliver"] and _lines(segment).filter(correspondence_type=CorrespondenceType.EMAIL).exists():
        mail.require_account()


def _stored(found: Segment | None, number: str) -> Segment:
    """The segment, as long as it is there: one that was logged is not (S-4)."""
    if found is not None:
        return found
    if LoggedSegment.objects.filter(segment_no=number).exists():
        raise already_logged(number)
    raise DomainError("record_gone", _("Segment %(no)s was deleted by somebody else.") % {"no": number})


@contextmanager
def _beginning(segment: Segment, arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Close the segment for logging in a unit of work; gives the state that the job goes on from."""
    with unit_of_work(ACTION, _title(segment), apart=True) as unit:
        locked = Segment.objects.select_for_update(of=("self",)).filter(pk=segment.pk).first()
        held = _stored(locked, arguments["no"])
        _refuse(held, arguments)
        yield _begin(held, arguments, unit)


def _begin(segment: Segment, arguments: Mapping[str, Any], unit: uuid.UUID) -> dict[str, Any]:
    logged = LoggedSegment.objects.create(
        entry_no=_draw_number(),
        segment_no=segment.no,
        description=segment.description,
        creation_date=current().today,
        user_id=current().user_name,
        kept={"unit": str(unit)},
    )
    Segment.objects.filter(pk=segment.pk).update(logged_as=logged.entry_no)
    segment.logged_as = logged.entry_no
    return {
        "unit": str(unit),
        "logged": logged.entry_no,
        "segment": segment.no,
        "batch": str(new_id()) if arguments["deliver"] else "",
        "total": _lines(segment).count(),
        "campaigns": _campaign_entries(segment, logged),
        "letters": _letters(segment),
    }


def _draw_number() -> int:
    """The next number of logged segments; holds others back until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.logged_segment'))")
    return int(LoggedSegment.objects.aggregate(last=Max("entry_no"))["last"] or 0) + 1


def _campaign_entries(segment: Segment, logged: LoggedSegment) -> list[tuple[str, str, int]]:
    """S-64: the room of campaigns makes one campaign entry for each campaign and document type."""
    provider = related.kind("campaign")
    if provider is None:
        return []
    pairs = _lines(segment).exclude(campaign_no="").order_by("campaign_no", "document_type")
    entries = [
        InteractionLogEntry(
            campaign_no=campaign,
            document_type=document_type,
            segment_no=segment.no,
            description=segment.description,
            salesperson_code=segment.salesperson_code,
            date=segment.date or current().date,
            user_name=current().user_name,
            logged_segment_entry_no=logged.entry_no,
        )
        for campaign, document_type in pairs.values_list("campaign_no", "document_type").distinct()
    ]
    if entries:
        provider.logged(entries)
    return [(entry.campaign_no, entry.document_type, entry.campaign_entry_no) for entry in entries]


def _letters(segment: Segment) -> dict[str, str]:
    """A copy of each Word template that lines use as it is, so that entries keep what was current then (I-108)."""
    wanted = _lines(segment).filter(attachment=None, word_template__isnull=False).order_by().values("word_template")
    made = {}
    for template in WordTemplate.objects.filter(code__in=wanted, content_id__isnull=False):
        content = NewContent(document_of(template), template.file_name or f"{template.code}.docx", "docx")
        made[template.code] = str(new_attachment(content).pk)
    return made


def _lines(segment: Segment) -> Any:
    """The lines that are logged (S-27)."""
    return SegmentLine.objects.filter(segment=segment, contact__isnull=False)


# -- the job ---------------------------------------------------------------------------------------------------------


def _back_out(run: jobs.JobRun) -> None:
    """Whatever the job did is taken back; tried again, it begins anew."""
    if not run.state.get("finished"):
        reopening.take_back(long_work.begun(run))
        run.leave({"again": True})


@jobs.job(KIND, back_out=_back_out)
def run_log_segment(run: jobs.JobRun) -> dict[str, Any]:
    """Begin unless that was done, move the lines, remove the segment; then deliver."""
    require_logging()
    long_work.work_off(run, lambda: _advance(run), _back_out)
    return _deliver(run)


def _advance(run: jobs.JobRun) -> None:
    """One transaction; a segment of one chunk is logged in a single one."""
    segment = Segment.objects.filter(pk=run.arguments["segment"]).first()
    long_work.chunk(run, lambda: _beginning(_stored(segment, run.arguments["no"]), run.arguments), lambda: _move(run))


def _move(run: jobs.JobRun) -> None:
    """The next lines become entries; after the last ones the segment goes."""
    found = Segment.objects.select_for_update(of=("self",))
    segment = found.filter(pk=run.arguments["segment"], logged_as=run.state["logged"]).first()
    if segment is None:
        raise _refused()
    rows = _lines(segment).order_by("line_no").select_for_update(of=("self",))
    lines = list(rows.values_list("pk", "contact_id")[:AT_ONCE])
    state = run.state
    entries = logging_many.log_rows(SegmentLine, [pk for pk, _contact in lines], _terms(run))
    if state["batch"]:
        waiting = state.get("waiting", 0)
        state["waiting"] = waiting + logging_many.book(entries, uuid.UUID(state["batch"]), waiting)
    _drop([pk for pk, _contact in lines])
    lines_removed.send(sender=SegmentLine, segment=segment, contacts=[contact for _pk, contact in lines])
    state["done"] = state.get("done", 0) + len(lines)
    if len(lines) < AT_ONCE:
        _finish(run, segment)


def _terms(run: jobs.JobRun) -> logging_many.Terms:
    state = run.state
    return logging_many.Terms(
        logged_segment_entry_no=state["logged"],
        deliver=run.arguments["deliver"],
        insist=run.arguments["deliver"] and not run.arguments["skip"],
        campaign_entries={(campaign, kind): entry for campaign, kind, entry in state["campaigns"]},
        letters={code: uuid.UUID(file) for code, file in state["letters"].items()},
    )


def _drop(lines: list[uuid.UUID]) -> None:
    """Logged lines go; content that entries share with them stays as it is from now on (S-65)."""
    used = SegmentLine.objects.filter(pk__among=lines, attachment__isnull=False).order_by().values("attachment")
    InteractionAttachment.objects.filter(pk__in=used, read_only=False).update(read_only=True)
    own = SegmentInteractionLanguage.objects.filter(line__among=lines)
    unused = list(own.filter(attachment__read_only=False).values_list("attachment_id", flat=True))
    own._raw_delete(own.db)
    rows = SegmentLine.objects.filter(pk__among=lines)
    rows._raw_delete(rows.db)
    discard(unused)


def _finish(run: jobs.JobRun, segment: Segment) -> None:
    """S-66, S-67: the segment goes; its follow-up is there before anything is delivered."""
    state = run.state
    logged = LoggedSegment.objects.get(entry_no=state["logged"])
    entries = InteractionLogEntry.objects.filter(logged_segment_entry_no=logged.entry_no)
    segment_logged.send(sender=LoggedSegment, segment=segment, logged=logged, entries=entries)
    removing.drop_all(segment)
    rows = Segment.objects.filter(pk=segment.pk)
    rows._raw_delete(rows.db)
    logged.kept = {
        "unit": state["unit"],
        "entries": state["done"],
        "template": segment.interaction_template_code or "",
        "campaign": segment.campaign_no,
    }
    LoggedSegment.objects.filter(pk=logged.pk).update(kept=logged.kept)
    if run.arguments["follow_up"]:
        state["follow_up"] = following.follow_up(logged).no
    state.update(finished=True, changed=True)
    if state.get("waiting") and not _is_awaited(run):
        delivery.work_off_later(uuid.UUID(state["batch"]))


def _is_awaited(run: jobs.JobRun) -> bool:
    """Whether somebody waits for the delivery: for some hundred, not for thousands."""
    return bool(run.arguments.get("wait")) and run.state.get("waiting", 0) <= MOST_AT_ONCE


def _deliver(run: jobs.JobRun) -> dict[str, Any]:
    """The answer of the job; where somebody waits, after everything has left the house."""
    state = run.state
    answer = {
        "entry_no": state["logged"],
        "entries": state["done"],
        "follow_up_no": state.get("follow_up", ""),
        "printFile": "",
        "delivered": 0,
        "failed": 0,
    }
    if state.get("waiting") and _is_awaited(run):
        outcome = delivery.work_off(uuid.UUID(state["batch"]))
        printed = outcome.print_file
        answer |= {"delivered": outcome.delivered, "failed": outcome.failed}
        answer["printFile"] = str(printed.pk) if printed else ""
    return answer
