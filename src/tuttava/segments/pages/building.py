"""Building a segment: its steps in words with what each did, and the step being chosen with what it would do."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from tuttava.foundation.context import ask, current, tell
from tuttava.foundation.errors import DomainError
from tuttava.segments import conditions, criteria_log, sentences, steps
from tuttava.segments.criteria_log import Options, Step
from tuttava.segments.models import CriteriaAction, HistoryAction, Segment, SegmentHistoryEntry, SegmentLine
from tuttava.segments.pages import choosing
from tuttava.segments.pages.finding import CARD, found, segment_url
from tuttava.ui import registry
from tuttava.ui.answers import Answer, fragment, respond
from tuttava.ui.cards import Action, FactBox, add_action, add_box
from tuttava.ui.values import show_number

#: Counting while one types may take so long; then the step can be done all the same.
_MILLISECONDS = 8000
#: Adding more than this is asked once more, with the number.
MANY = 10_000
#: Steps shown; earlier ones are counted.
_SHOWN = 100
_OPTIONS = {
    CriteriaAction.ADD: (
        ("expand_companies", gettext_lazy("With their companies and all people there")),
        ("allow_related_companies", gettext_lazy("With their companies")),
        ("allow_existing_contacts", gettext_lazy("Also who is there already, a second time")),
        ("ignore_exclusion", gettext_lazy("Also those who asked not to be on segments")),
    ),
    CriteriaAction.REDUCE: (
        ("entire_companies", gettext_lazy("Whole companies: everybody as soon as one of them fits")),
    ),
}


@dataclass(frozen=True)
class ShownStep:
    """A step, what it did to lines, how many there were then, and how many steps go when it is taken back."""

    told: sentences.Told
    inserted: int
    removed: int
    after: int
    back: int


@dataclass(frozen=True)
class Choice:
    """The step on the form."""

    action: str
    rows: list[choosing.Row]
    options: Options

    @property
    def filters(self) -> dict[str, Any]:
        """Raises ``bad_filter`` at the first row with a mistake."""
        return conditions.filters_of(choosing.conditions_of_rows(self.rows))


@require_GET
def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How the segment came about, and the next step."""
    segment = found(pk)
    choice = _again(segment, request.GET["again"]) if request.GET.get("again", "").isdigit() else _choice(request)
    shown = _steps(segment)
    context = {
        **_steps_context(segment, shown),
        **_choice_context(segment, choice, counted="c0" in request.GET or "action" in request.GET),
        "segment": segment,
        "may_write": current().may("api.write", steps.SET),
        "page_title": _("Build segment %(no)s") % {"no": segment.no},
        "home": segment_url(segment),
    }
    return render(request, "segments/building.html", context)


def address(segment: Segment) -> str:
    return reverse("segment-building", kwargs={"pk": segment.pk})


# --- the steps that were ----------------------------------------------------------------------------------------------


def _steps(segment: Segment) -> list[ShownStep]:
    """All steps; what each did comes from the history, how many lines there were is counted back from now."""
    counted: dict[tuple[int, str], int] = {
        (number, taken): lines
        for number, taken, lines in SegmentHistoryEntry.objects.filter(segment=segment)
        .order_by()
        .values_list("action_no", "action_taken")
        .annotate(lines=Count("pk"))
    }
    told = sentences.tell_steps(criteria_log.steps_of(segment)[-_SHOWN:])
    after, shown = SegmentLine.objects.filter(segment=segment).count(), []
    for back, each in enumerate(reversed(told), 1):
        inserted = counted.get((each.step.number, HistoryAction.INSERTION), 0)
        removed = counted.get((each.step.number, HistoryAction.DELETION), 0)
        shown.append(ShownStep(each, inserted, removed, after, back))
        after -= inserted - removed
    return shown[::-1]


def _steps_context(segment: Segment, shown: Sequence[ShownStep]) -> dict[str, Any]:
    return {
        "segment": segment,
        "steps": shown,
        "earlier": shown[0].told.step.number - 1 if shown else 0,
        "sentence": sentences.joined([each.told for each in shown]),
        "lines": shown[-1].after if shown else SegmentLine.objects.filter(segment=segment).count(),
        "may_write": current().may("api.write", steps.SET),
    }


@require_POST
def back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back the last steps, as many as the button says (S-34)."""
    segment = found(pk)

    def work() -> Answer:
        count = int(request.POST.get("steps", "1")) if request.POST.get("steps", "1").isdigit() else 1
        before = criteria_log.actions_of(segment)
        steps.go_back(segment, max(count, 1))
        gone = before - criteria_log.actions_of(segment)
        words = ngettext("%(count)s step is taken back.", "%(count)s steps are taken back.", gone)
        if gone:
            tell("segment.back", words % {"count": gone})
        return Answer(parts={"segment-steps": _steps_part(request, segment)})

    return respond(request, work, home=address(segment))


def _steps_part(request: HttpRequest, segment: Segment) -> str:
    return fragment(request, "segments/steps.html", _steps_context(segment, _steps(segment)))


# --- the step being chosen --------------------------------------------------------------------------------------------


def _choice(request: HttpRequest) -> Choice:
    sent = request.POST if request.method == "POST" else request.GET
    action = sent.get("action", "")
    if action not in (CriteriaAction.ADD, CriteriaAction.REDUCE, CriteriaAction.REFINE):
        action = CriteriaAction.ADD
    kind = CriteriaAction.ADD if action == CriteriaAction.ADD else CriteriaAction.REDUCE
    options = Options(**{name: f"option-{name}" in sent for name, _words in _OPTIONS[kind]})
    return Choice(action, choosing.read_rows(sent), options)


def _again(segment: Segment, number: str) -> Choice:
    """A step of the segment, to be changed and done once more."""
    known = next((each for each in criteria_log.steps_of(segment) if each.number == int(number)), None)
    step = known or Step(CriteriaAction.ADD, {})
    return Choice(step.action, choosing.rows_of(conditions.conditions_of(step.filters)), step.options)


def _choice_context(segment: Segment, choice: Choice, *, counted: bool) -> dict[str, Any]:
    chosen = vars(choice.options)
    return {
        "segment": segment,
        "choice": choice,
        "rows": choice.rows,
        "offered": choosing.offered() if len(choice.rows) < choosing.MOST_ROWS else [],
        "adding": [(name, words, chosen[name]) for name, words in _OPTIONS[CriteriaAction.ADD]],
        "removing": [(name, words, chosen[name]) for name, words in _OPTIONS[CriteriaAction.REDUCE]],
        "actions": [
            (CriteriaAction.ADD.value, _("Add"), choice.action == CriteriaAction.ADD),
            (CriteriaAction.REDUCE.value, _("Remove"), choice.action == CriteriaAction.REDUCE),
            (CriteriaAction.REFINE.value, _("Keep only"), choice.action == CriteriaAction.REFINE),
        ],
        "count": _count(segment, choice) if counted or choice.rows else None,
        "may_write": current().may("api.write", steps.SET),
    }


@require_GET
def live(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What the step would do, while it is typed; its rows too where they ask for something else now."""
    segment = found(pk)
    return JsonResponse({"parts": _live_parts(request, segment, _choice(request), request.GET)})


def _live_parts(request: HttpRequest, segment: Segment, choice: Choice, sent: Any) -> dict[str, str]:
    context = _choice_context(segment, choice, counted=True)
    parts = {"step-count": fragment(request, "segments/count.html", context)}
    if choosing.changes_shape(sent):
        return {"step-conditions": fragment(request, "segments/conditions.html", context), **parts}
    errors = {
        f"cx-{row.number}": fragment(request, "segments/condition_error.html", {"row": row}) for row in choice.rows
    }
    return {**errors, **parts}


def _count(segment: Segment, choice: Choice) -> dict[str, Any]:
    """The sentence of the step and its dry run, or why there is none."""
    try:
        filters = choice.filters
        step = Step(choice.action, filters, choice.options)
        told = sentences.tell_steps([step])[0]
        counts = _within_time(lambda: _run(segment, step, dry_run=True))
    except DomainError as error:
        return {"error": "" if any(row.error for row in choice.rows) else str(error)}
    return {"told": told, "found": counts, "too_long": counts is None, "button": _button(choice, counts)}


def _within_time(work: Any) -> Any:
    """What ``work`` answers; None when the database takes too long."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(_MILLISECONDS)])
            answer = work()
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
            return answer
    except OperationalError:
        return None


def _run(segment: Segment, step: Step, *, dry_run: bool) -> Any:
    if step.action == CriteriaAction.ADD:
        return steps.add_contacts(segment, step.filters, step.options, dry_run=dry_run)
    remove = steps.reduce_contacts if step.action == CriteriaAction.REDUCE else steps.refine_contacts
    return remove(segment, step.filters, entire_companies=step.options.entire_companies, dry_run=dry_run)


def _button(choice: Choice, counts: Any) -> str:
    if counts is None:
        return _("Do it")
    if choice.action == CriteriaAction.ADD:
        words = ngettext("Add %(count)s contact", "Add %(count)s contacts", counts.added)
        return words % {"count": show_number(counts.added)}
    words = ngettext("Remove %(count)s line", "Remove %(count)s lines", counts.removed)
    return words % {"count": show_number(counts.removed)}


@require_POST
def do(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Do the step; Enter and the button *Count* only show what it would do."""
    segment = found(pk)
    choice = _choice(request)

    def work() -> Answer:
        if request.POST.get("do") != "apply":
            return Answer(parts=_live_parts(request, segment, choice, request.POST))
        step = Step(choice.action, choice.filters, choice.options)
        if step.action == CriteriaAction.ADD:
            _ask_about_many(segment, step)
        done = _run(segment, step, dry_run=False)
        _tell_done(done)
        segment.refresh_from_db()
        blank = Choice(CriteriaAction.ADD.value, [], Options())
        editor = fragment(request, "segments/editor.html", _choice_context(segment, blank, counted=False))
        return Answer(parts={"segment-steps": _steps_part(request, segment), "step-editor": editor})

    return respond(request, work, home=address(segment))


def _ask_about_many(segment: Segment, step: Step) -> None:
    """Somebody who forgot a filter is told the number first."""
    counts = steps.add_contacts(segment, step.filters, step.options, dry_run=True)
    words = _("Add %(count)s contacts to segment %(no)s?")
    told = {"count": show_number(counts.added), "no": segment.no}
    if counts.added > MANY and not ask("q_add_many", words % told, default=True):
        raise DomainError("segment.not_added", _("Nothing was added."))


def _tell_done(done: steps.Added | steps.Removed) -> None:
    if isinstance(done, steps.Added):
        words = ngettext("%(count)s contact is added.", "%(count)s contacts are added.", done.added)
        tell("segment.added", words % {"count": show_number(done.added)})
        return
    words = ngettext("%(count)s line is removed.", "%(count)s lines are removed.", done.removed)
    tell("segment.removed", words % {"count": show_number(done.removed)})


def _box(segment: Any) -> dict[str, Any]:
    return {"segment": segment, "sentence": sentences.sentence(criteria_log.steps_of(segment)[:_SHOWN])}


registry.add_route("segments/<uuid:pk>/building", page, "segment-building")
registry.add_route("segments/<uuid:pk>/building/count", live, "segment-count")
registry.add_route("segments/<uuid:pk>/building/do", do, "segment-step")
registry.add_route("segments/<uuid:pk>/building/back", back, "segment-back")
add_action(CARD, Action("build", gettext_lazy("Choose contacts"), address, "link", "funnel", first=True))
add_box(
    CARD, FactBox("building", gettext_lazy("Who is on it"), "segments/building_box.html", _box, main=True, first=True)
)
