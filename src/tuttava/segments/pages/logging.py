"""Logging a segment in the browser: what will happen and what is in the way, the work under way, its result (S-60)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from tuttava.contacts.models import CorrespondenceType
from tuttava.foundation import jobs
from tuttava.foundation.context import current, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import Job, JobStatus
from tuttava.interactions.pages.print_files import print_file_url
from tuttava.segments import canceling, preflight, reopening_later
from tuttava.segments.logging import (
    Logged,
    is_long,
    log_segment,
    log_segment_later,
    logged_by,
    require_logging,
)
from tuttava.segments.models import LoggedSegment, Segment, SegmentLine
from tuttava.segments.pages.finding import CARD, SET, found, segment_url, title_of
from tuttava.ui import registry
from tuttava.ui.answers import Answer, fragment, respond
from tuttava.ui.cards import Action, add_action
from tuttava.ui.values import show_number
from tuttava.ui.wizards import dialog

#: Contacts named for each thing that is in the way; all are counted.
_NAMED = 3
#: Mails and letters that a request waits for; more go out by a job.
_WAITED_FOR = 10


def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What will be logged and sent; a POST does it."""
    segment = found(pk)
    require_logging()
    if request.method != "POST":
        return _form(request, segment)
    return respond(
        request,
        lambda: _logged(request, segment),
        home=segment_url(segment),
        refused=lambda error: _form(request, segment, error),
    )


@require_GET
def check(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What is in the way, as the boxes are ticked now."""
    segment = found(pk)
    require_logging()
    context = _findings(segment, deliver="deliver" in request.GET, skip="skip" in request.GET)
    return JsonResponse({"parts": {"log-findings": fragment(request, "segments/log_findings.html", context)}})


@dataclass(frozen=True)
class Finding:
    """Something that is in the way of lines: how many, and the first of their contacts."""

    text: str
    names: str = ""


def _findings(segment: Segment, *, deliver: bool, skip: bool) -> dict[str, Any]:
    problems = preflight.problems(segment, deliver=deliver, skip_undeliverable=skip)
    if problems and not problems[0].line_no:
        return {"findings": [Finding(problems[0].message)], "skippable": False}
    kinds = preflight.kinds_of_problems(segment, deliver=deliver, skip_undeliverable=skip) if problems else []
    return {
        "findings": [_finding(code, field, count, problems) for code, field, count in kinds],
        "skippable": deliver and not skip and any(code in preflight.SKIPPABLE for code, _field, _count in kinds),
    }


def _finding(code: str, field: str, count: int, problems: Sequence[preflight.Problem]) -> Finding:
    names = [each.contact_name for each in problems if (each.code, each.field) == (code, field)][:_NAMED]
    more = _(", …") if count > len(names) else ""
    return Finding(_problem_words(code, field, count) % {"count": show_number(count)}, ", ".join(names) + more)


def _problem_words(code: str, field: str, count: int) -> str:
    words: dict[tuple[str, str], Callable[[], str]] = {
        ("field_required", "date"): lambda: ngettext(
            "%(count)s line has no date", "%(count)s lines have no date", count
        ),
        ("field_required", "salesperson_code"): lambda: ngettext(
            "%(count)s line has no salesperson", "%(count)s lines have no salesperson", count
        ),
        ("field_required", "interaction_template_code"): lambda: ngettext(
            "%(count)s line has no interaction template", "%(count)s lines have no interaction template", count
        ),
        ("not_found", "interaction_template_code"): lambda: ngettext(
            "%(count)s line has an interaction template that is gone",
            "%(count)s lines have an interaction template that is gone",
            count,
        ),
        ("not_found", "campaign_no"): lambda: ngettext(
            "%(count)s line has a campaign that does not exist",
            "%(count)s lines have a campaign that does not exist",
            count,
        ),
        ("contact.privacy_blocked", "contact_id"): lambda: ngettext(
            "%(count)s contact is privacy-blocked", "%(count)s contacts are privacy-blocked", count
        ),
        ("email_address_missing", "correspondence_type"): lambda: ngettext(
            "%(count)s contact has no e-mail address", "%(count)s contacts have no e-mail address", count
        ),
        ("attachment_missing", "attachment_id"): lambda: ngettext(
            "%(count)s line has nothing to send", "%(count)s lines have nothing to send", count
        ),
    }
    return words[code, field]()


def _kinds(segment: Segment) -> dict[str, int]:
    """How many lines with a contact go out in which way."""
    lines = SegmentLine.objects.filter(segment=segment, contact__isnull=False).order_by()
    counted = lines.values("correspondence_type").annotate(count=Count("pk"))
    return dict(counted.values_list("correspondence_type", "count"))


def _form(request: HttpRequest, segment: Segment, error: DomainError | None = None) -> HttpResponse:
    kinds = _kinds(segment)
    sent = sum(count for kind, count in kinds.items() if kind != CorrespondenceType.NONE)
    posted = request.method == "POST"
    deliver = "deliver" in request.POST if posted else sent > 0
    skip = posted and "skip" in request.POST
    context = {
        **_findings(segment, deliver=deliver, skip=skip),
        "segment": segment,
        "title": _("Log segment %(no)s") % {"no": segment.no},
        "count": sum(kinds.values()),
        "mails": kinds.get(CorrespondenceType.EMAIL, 0),
        "letters": kinds.get(CorrespondenceType.HARD_COPY, 0),
        "sent": sent,
        "deliver": deliver,
        "skip": skip,
        "follow_up": posted and "follow_up" in request.POST,
        "error": error,
        "home": segment_url(segment),
    }
    return dialog(request, "segments/log.html", context, status=422 if error else 200)


def _logged(request: HttpRequest, segment: Segment) -> Answer:
    wanted = {
        "deliver": "deliver" in request.POST,
        "create_follow_up": "follow_up" in request.POST,
        "skip_undeliverable": "skip" in request.POST,
    }
    kinds = _kinds(segment)
    sent = sum(count for kind, count in kinds.items() if kind != CorrespondenceType.NONE)
    if is_long(segment) or (wanted["deliver"] and sent > _WAITED_FOR):
        return Answer(redirect=progress_url(log_segment_later(segment, **wanted)))
    done = log_segment(segment, **wanted)
    tell("segment.logged", _words(title_of(segment), done))
    if done.failed:
        failed = ngettext(
            "%(count)s could not be sent; its interaction says why.",
            "%(count)s could not be sent; their interactions say why.",
            done.failed,
        )
        tell("segment.not_sent", failed % {"count": show_number(done.failed)}, severity="error")
    file = print_file_url(done.print_file) if done.print_file is not None else ""
    return Answer(redirect=logged_url(LoggedSegment.objects.get(entry_no=done.entry_no)), file=file)


def _words(title: str, done: Logged) -> str:
    words = ngettext(
        "%(segment)s is logged: %(count)s interaction.", "%(segment)s is logged: %(count)s interactions.", done.entries
    )
    return words % {"segment": title, "count": show_number(done.entries)}


def logged_url(logged: LoggedSegment) -> str:
    """Its page."""
    return reverse("logged-segment", kwargs={"pk": logged.pk})


# --- work under way ---------------------------------------------------------------------------------------------------


def progress_url(job: Job) -> str:
    return reverse("segment-logging", kwargs={"pk": job.pk})


@require_GET
def progress(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How far it is; at the end what became of it."""
    job = jobs.my_jobs(current().user_name).filter(pk=pk, kind__in=_RESULTS).first()
    if job is None:
        raise Http404
    context = {"job": job, "page_title": job.title, **_pace(job), **_RESULTS[job.kind](job)}
    small = bool(getattr(request, "htmx", False))
    return render(request, "segments/logging_bar.html" if small else "segments/logging.html", context)


def _pace(job: Job) -> dict[str, Any]:
    under_way = job.status in (JobStatus.QUEUED, JobStatus.RUNNING)
    seconds = (timezone.now() - job.started_at).total_seconds() if job.started_at else 0
    rate = int((job.done or 0) / seconds) if seconds > 1 else 0
    left = int(((job.total or 0) - (job.done or 0)) / rate) + 1 if rate and job.total else 0
    return {"under_way": under_way, "rate": rate, "left": left}


def _logging(job: Job) -> dict[str, Any]:
    """What is there to open: the logged segment when it is done, else the segment."""
    segment = Segment.objects.filter(pk=job.arguments.get("segment")).first()
    if job.status != JobStatus.DONE:
        words = _("Logging was called off; the segment is as it was.")
        return {"called_off": words, "segment_url": segment_url(segment) if segment is not None else ""}
    done = logged_by(job)
    logged = LoggedSegment.objects.filter(entry_no=done.entry_no).first()
    follow_up = Segment.objects.filter(no=done.follow_up_no).first() if done.follow_up_no else None
    return {
        "words": _words(str(job.arguments.get("no", "")), done),
        "sends": True,
        "logged_url": logged_url(logged) if logged is not None else "",
        "follow_up": follow_up,
        "follow_up_url": segment_url(follow_up) if follow_up is not None else "",
    }


def _canceling(job: Job) -> dict[str, Any]:
    """The logged segment, whatever became of it."""
    logged = LoggedSegment.objects.filter(pk=job.arguments["logged"][0]).first()
    words = _("It is canceled.") if (job.result or {}).get("canceled") else _("It is no longer canceled.")
    return {"words": words, "called_off": _called_off(), "logged_url": logged_url(logged) if logged is not None else ""}


def _reopening(job: Job) -> dict[str, Any]:
    """The segment when it is done, else the logged one."""
    logged = LoggedSegment.objects.filter(pk=job.arguments["logged"]).first()
    segment = Segment.objects.filter(no=job.arguments["no"]).first() if job.status == JobStatus.DONE else None
    return {
        "words": _("Segment %(no)s is open again.") % {"no": job.arguments["no"]},
        "called_off": _called_off(),
        "logged_url": logged_url(logged) if logged is not None else "",
        "segment_url": segment_url(segment) if segment is not None else "",
    }


def _called_off() -> str:
    return _("The work was called off; all is as it was.")


_RESULTS: dict[str, Callable[[Job], dict[str, Any]]] = {
    "segments.log": _logging,
    canceling.KIND: _canceling,
    reopening_later.KIND: _reopening,
}
registry.add_route("segments/<uuid:pk>/log", page, "segment-log")
registry.add_route("segments/<uuid:pk>/log/check", check, "segment-log-check")
registry.add_route("segments/logging/<uuid:pk>", progress, "segment-logging")
add_action(
    CARD,
    Action(
        "log",
        gettext_lazy("Log"),
        lambda segment: reverse("segment-log", kwargs={"pk": segment.pk}),
        "dialog",
        "check-circle",
        lambda segment: current().may("api.write", SET) and current().may("interaction_log.write"),
        key="l",
        first=True,
    ),
)
