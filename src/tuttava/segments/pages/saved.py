"""Steps kept under a code: their list and card, keeping those of a segment, going through them (S-55 to S-58)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation import records
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.journal import unit_of_work
from tuttava.segments import criteria_log, saved, sentences, steps
from tuttava.segments.models import (
    CriteriaKind,
    LoggedSegment,
    SavedSegmentCriteria,
    SavedSegmentCriteriaLine,
    Segment,
)
from tuttava.segments.pages import choosing
from tuttava.segments.pages.building import address
from tuttava.segments.pages.finding import Addressed, found
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import Action, CardField, CardPage, FactBox, Group, add_action, register_card
from tuttava.ui.cards.lookups import LIMIT, Candidate, register_lookup
from tuttava.ui.lists.declare import Column, Filter, ListPage, PageLink, Sort, Start
from tuttava.ui.lists.mount import add_page_link, register_list
from tuttava.ui.undo import undo_address
from tuttava.ui.wizards import dialog, form_fields

CARD, LIST, SET = "saved-criteria", "saved-criteria-list", "savedSegmentCriteria"
F = CardField


def saved_url(row: Any) -> str:
    """Its card."""
    return reverse(CARD, kwargs={"pk": row.pk})


def _lines(row: SavedSegmentCriteria) -> Any:
    return SavedSegmentCriteriaLine.objects.filter(saved=row).order_by("line_no")


def _box(row: Any) -> dict[str, Any]:
    told = sentences.tell_steps(criteria_log.steps_in(_lines(row)))
    return {"steps": told, "sentence": sentences.joined(told)}


def _may_write(_row: Any = None) -> bool:
    return current().may("api.write", SET)


def _prepare(rows: list[Any]) -> None:
    counted = SavedSegmentCriteriaLine.objects.filter(saved__in=rows, type=CriteriaKind.ACTION).order_by()
    known = dict(counted.values("saved").annotate(count=Count("pk")).values_list("saved", "count"))
    for row in rows:
        row.steps_count = known.get(row.pk, 0)


def _search(text: str, rows: Any, limit: int) -> list[uuid.UUID]:
    fits = Q(code__startswith=as_code(text)) | Q(description__icontains=text.strip())
    return list(rows.filter(fits).order_by("code").values_list("pk", flat=True)[:limit])


register_list(
    ListPage(
        name=LIST,
        path="segments/saved",
        title=gettext_lazy("Saved criteria"),
        model=SavedSegmentCriteria,
        columns=[
            Column("code", width=140, sort="code"),
            Column("description", width=320),
            Column("user_id", gettext_lazy("user"), 140),
            Column("steps", gettext_lazy("steps"), 80, value=lambda row: row.steps_count, number=True),
        ],
        sorts=[Sort("code", ("code",))],
        filters=[Filter("user", gettext_lazy("User"), path="user_id", quick=True)],
        search=_search,
        href=saved_url,
        prepare=_prepare,
        parent=("segments", gettext_lazy("Segments")),
        start=Start(
            gettext_lazy("No saved criteria yet"),
            gettext_lazy("Build a segment and save its steps; next time one click goes through them again."),
            gettext_lazy("Segments"),
            "segments",
            "bookmark",
        ),
        set_name=SET,
    )
)
register_card(
    CardPage(
        name=CARD,
        path="segments/saved",
        model=SavedSegmentCriteria,
        caption=gettext_lazy("Saved criteria"),
        title=lambda row: row.description or row.code,
        subtitle=lambda row: row.code,
        parent=lambda: (reverse(LIST), gettext_lazy("Saved criteria")),
        groups=(
            Group(
                "general",
                gettext_lazy("General"),
                [
                    F("code", editable=lambda row: False),
                    F("description"),
                    F("user_id", gettext_lazy("user"), editable=lambda row: False),
                ],
            ),
        ),
        boxes=(FactBox("steps", gettext_lazy("Steps"), "segments/saved_steps.html", _box, main=True),),
    )
)


# --- doing something with them ----------------------------------------------------------------------------------------


_addressed = Addressed(SavedSegmentCriteria, SET, saved_url)


def _delete(_request: HttpRequest, row: SavedSegmentCriteria) -> Answer:
    """Segments that were built with them stay as they are (S-58)."""
    with unit_of_work("delete saved criteria", row.code) as unit:
        records.delete(row)
    tell("record.deleted", _("%(record)s was deleted.") % {"record": row.code})
    return Answer(redirect=reverse(LIST), undo=undo_address(unit))


def _use(_request: HttpRequest, row: SavedSegmentCriteria) -> Answer:
    """A new segment that goes through the steps at once."""
    with unit_of_work("build segment from saved criteria", row.code) as unit:
        segment = records.create(Segment, {"description": row.description or row.code})
        saved.reuse_criteria(segment, row.code)
    tell("segment.built", _("Segment %(no)s is built from these steps.") % {"no": segment.no})
    return Answer(redirect=address(segment), undo=undo_address(unit))


_KEEP = (F("code"), F("description", wide=True))


def keep(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The dialog that keeps the steps of a segment under a code (S-55)."""
    segment = found(pk)
    require("api.write", SET)
    if request.method != "POST":
        return _keep_form(request, segment)

    def work() -> Answer:
        kept = saved.save_criteria(segment, request.POST.get("code", ""), request.POST.get("description", "").strip())
        tell("criteria.saved", _("The steps are saved as %(code)s.") % {"code": kept.code})
        return Answer(close=True)

    return respond(request, work, home=address(segment), refused=lambda error: _keep_form(request, segment, error))


def _keep_form(request: HttpRequest, segment: Segment, error: DomainError | None = None) -> HttpResponse:
    typed = request.POST.dict() if error is not None else None
    fields = form_fields(
        SavedSegmentCriteria, _KEEP, values_now={"description": segment.description}, typed=typed, error=error
    )
    context = {
        "title": _("Save these steps"),
        "lead": sentences.sentence(criteria_log.steps_of(segment)),
        "fields": fields,
        "form_error": "" if error is None or any(view.error for view in fields) else str(error),
        "submit": _("Save"),
        "home": address(segment),
    }
    return dialog(request, "ui/wizards/form.html", context, status=422 if error else 200)


def reuse(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The dialog that goes through saved steps, or takes the contacts of a logged segment (S-56, S-57)."""
    segment = found(pk)
    require("api.write", steps.SET)
    if request.method != "POST":
        return _reuse_form(request, segment)
    return respond(
        request,
        lambda: _reused(request, segment),
        home=address(segment),
        refused=lambda error: _reuse_form(request, segment, error),
    )


def _reused(request: HttpRequest, segment: Segment) -> Answer:
    code, number = request.POST.get("code", "").strip(), request.POST.get("logged", "").strip()
    if number:
        wanted = LoggedSegment.objects.filter(segment_no=as_code(number)).first()
        if wanted is None:
            raise DomainError(
                "not_found", _("There is no logged segment “%(no)s”.") % {"no": number[:40]}, field="logged"
            )
        saved.reuse_logged(segment, wanted.entry_no)
    elif code:
        saved.reuse_criteria(segment, code)
    else:
        raise DomainError("field_required", _("Choose saved criteria, or a logged segment."), field="code")
    return Answer(redirect=address(segment))


def _reuse_form(request: HttpRequest, segment: Segment, error: DomainError | None = None) -> HttpResponse:
    context = {"segment": segment, "error": error, "home": address(segment), "typed": request.POST}
    return dialog(request, "segments/reuse.html", context, status=422 if error else 200)


# --- look-ups ---------------------------------------------------------------------------------------------------------


def _codes(text: str, _request: HttpRequest) -> list[Candidate]:
    require("api.read", SET)
    ids = _search(text, SavedSegmentCriteria.objects.all(), LIMIT)
    rows = SavedSegmentCriteria.objects.filter(pk__in=ids).order_by("code")
    return [Candidate(row.code, row.code, row.description) for row in rows]


def _segments(text: str, _request: HttpRequest) -> list[Candidate]:
    require("api.read", "segments")
    fits = Q(no__startswith=as_code(text)) | Q(description__icontains=text.strip())
    return [Candidate(row.no, row.no, row.description) for row in Segment.objects.filter(fits).order_by("-no")[:LIMIT]]


def _logged(text: str, _request: HttpRequest) -> list[Candidate]:
    require("api.read", "loggedSegments")
    fits = Q(segment_no__startswith=as_code(text)) | Q(description__icontains=text.strip())
    rows = LoggedSegment.objects.filter(fits, canceled=False).order_by("-entry_no")[:LIMIT]
    return [Candidate(row.segment_no, row.segment_no, row.description) for row in rows]


register_lookup("saved-criteria", _codes)
register_lookup("segment", _segments)
register_lookup("logged-segment", _logged)
choosing.looks_up("segmentLine.segmentNo", "segment")
choosing.looks_up("interactionLogEntry.segmentNo", "logged-segment")
registry.add_route("segments/saved/<uuid:pk>/delete", _addressed.posts(_delete), "saved-criteria-delete")
registry.add_route("segments/saved/<uuid:pk>/use", _addressed.posts(_use), "saved-criteria-use")
registry.add_route("segments/<uuid:pk>/building/keep", keep, "segment-keep")
registry.add_route("segments/<uuid:pk>/building/reuse", reuse, "segment-reuse")
add_page_link("segments", PageLink("saved", gettext_lazy("Saved criteria"), LIST, "bookmark"))
add_action(
    CARD,
    Action(
        "use",
        gettext_lazy("New segment from these"),
        lambda row: reverse("saved-criteria-use", kwargs={"pk": row.pk}),
        "post",
        "funnel",
        lambda row: current().may("api.write", steps.SET),
    ),
)
add_action(
    CARD,
    Action(
        "delete",
        gettext_lazy("Delete"),
        lambda row: reverse("saved-criteria-delete", kwargs={"pk": row.pk}),
        "post",
        "trash",
        _may_write,
        danger=True,
    ),
)
