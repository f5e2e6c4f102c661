"""Logged segments: their list, what became of each, and what may still be done with them (S-76, S-80 to S-82)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tuttava.contacts.models import CorrespondenceType
from tuttava.contacts.privacy import masked
from tuttava.foundation.context import acting, current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.interactions.models import DeliveryStatus, Evaluation, InteractionLogEntry
from tuttava.interactions.pages.deliveries import deliveries_url
from tuttava.interactions.pages.print_files import print_file_url
from tuttava.segments import logged as archive
from tuttava.segments.following import follow_up
from tuttava.segments.models import LoggedSegment, Segment
from tuttava.segments.pages.finding import Addressed, segment_url
from tuttava.segments.pages.logging import logged_url, progress_url
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import Action, Badge, CardField, CardPage, FactBox, Group, add_action, register_card
from tuttava.ui.lists.declare import BulkAction, Column, Filter, ListPage, PageLink, Plan, Rows, Sort, Start
from tuttava.ui.lists.mount import add_page_link, register_list
from tuttava.ui.undo import register_undo
from tuttava.ui.values import show_number
from tuttava.ui.wizards import dialog

CARD, LIST, SET = "logged-segment", "logged-segments", archive.SET
F = CardField
#: Up to so many interactions are sent again while the user waits.
_WAITED_FOR = 10
#: Interactions that could not be sent, named one by one.
_NAMED = 10


def _entries(logged: Any) -> Any:
    return InteractionLogEntry.objects.filter(logged_segment_entry_no=logged.entry_no)


def _never(_logged: Any) -> bool:
    return False


def interactions_url(logged: Any) -> str:
    """The log with the interactions of a logged segment."""
    return f"{reverse('interactions')}?f=segment:is:{logged.segment_no}"


# --- list -------------------------------------------------------------------------------------------------------------


def _prepare(rows: list[Any]) -> None:
    """How many interactions each has that are as canceled as it is itself (1.2)."""
    found: dict[tuple[int, bool], int] = {}
    entries = InteractionLogEntry.objects.filter(logged_segment_entry_no__in=[row.entry_no for row in rows]).order_by()
    for number, canceled, count in entries.values_list("logged_segment_entry_no", "canceled").annotate(
        count=Count("pk")
    ):
        found[number, canceled] = count
    for row in rows:
        row.interactions_count = found.get((row.entry_no, row.canceled), 0)


def _search(text: str, rows: Any, limit: int) -> list[uuid.UUID]:
    fits = Q(segment_no__startswith=as_code(text)) | Q(description__icontains=text.strip())
    return list(rows.filter(fits).order_by("-entry_no").values_list("pk", flat=True)[:limit])


def _all(rows: Rows, _entered: Mapping[str, str]) -> Plan:
    return Plan(rows.order_by().count())


def _canceled(rows: Rows, _entered: Mapping[str, str]) -> Plan:
    gone = rows.order_by().filter(canceled=True).count()
    return Plan(gone, refused=rows.order_by().count() - gone, reason=_("Only canceled ones are deleted."))


def _toggle_rows(rows: Rows, _entered: Mapping[str, str]) -> int:
    """The dialog of the list has asked already."""
    chosen = list(rows.order_by("-entry_no"))
    with acting(answers={**current().answers, "q_toggle_canceled": "yes"}):
        if not archive.is_long(*chosen):
            return len(archive.toggle_canceled(chosen))
        archive.toggle_canceled_later(chosen)
    tell("logged.toggling", _("The canceled state is being changed in the background."))
    return len(chosen)


register_undo(f"toggle {LIST}", None)
register_undo(f"delete-canceled {LIST}", None)
register_list(
    ListPage(
        name=LIST,
        path="segments/logged",
        title=gettext_lazy("Logged segments"),
        model=LoggedSegment,
        columns=[
            Column("description", width=280),
            Column("segment_no", gettext_lazy("segment"), 120),
            Column("creation_date", gettext_lazy("logged on"), 130, kind="date"),
            Column("user_id", gettext_lazy("user"), 120),
            Column(
                "interactions", gettext_lazy("interactions"), 110, value=lambda row: row.interactions_count, number=True
            ),
            Column("canceled", width=100, kind="flag"),
            Column("entry_no", width=100, sort="entry", number=True),
        ],
        sorts=[Sort("entry", ("entry_no",), falls=True)],
        filters=[
            Filter("canceled", gettext_lazy("Canceled"), "flag", quick=True),
            Filter("made", gettext_lazy("Logged on"), "date", "creation_date", quick=True),
            Filter("segment", gettext_lazy("Segment"), "code", "segment_no"),
        ],
        search=_search,
        href=logged_url,
        prepare=_prepare,
        row_class=lambda row: "canceled" if row.canceled else "",
        bulk=[
            BulkAction("toggle", gettext_lazy("Cancel or take back"), _toggle_rows, _all, icon="no-symbol"),
            BulkAction(
                "delete-canceled",
                gettext_lazy("Delete canceled"),
                lambda rows, _entered: archive.delete_canceled(rows),
                _canceled,
                icon="trash",
                right=archive.DELETE,
                danger=True,
            ),
        ],
        parent=("segments", gettext_lazy("Segments")),
        start=Start(
            gettext_lazy("No logged segments yet"),
            gettext_lazy("When a segment is logged, each line becomes an interaction, and the segment stands here."),
            gettext_lazy("Segments"),
            "segments",
            "archive-box",
        ),
        set_name=SET,
    )
)


# --- card -------------------------------------------------------------------------------------------------------------


def _box(logged: Any) -> dict[str, Any]:
    """The interactions by what became of their delivery."""
    counted: dict[str, int] = dict(
        _entries(logged).order_by().values_list("delivery_status").annotate(count=Count("pk"))
    )
    segment = None if archive.is_busy(logged) else Segment.objects.filter(logged_as=logged.entry_no).first()
    kept = archive.print_file_of(logged)
    base = interactions_url(logged)
    return {
        "total": sum(counted.values()),
        "waiting": counted.get(DeliveryStatus.IN_PROGRESS, 0),
        "failed": counted.get(DeliveryStatus.ERROR, 0),
        "not_sent": _not_sent(logged) if counted.get(DeliveryStatus.ERROR) else [],
        "url": base,
        "deliveries_url": deliveries_url(logged=str(logged.entry_no)),
        "segment": segment,
        "print_file": kept,
        "print_url": print_file_url(kept) if kept is not None else "",
    }


def _not_sent(logged: Any) -> list[tuple[str, str]]:
    """The first interactions whose mail or letter failed: whose, and their pages, which say why."""
    failed = _entries(logged).filter(delivery_status=DeliveryStatus.ERROR, contact__isnull=False)
    rows = failed.select_related("contact").order_by("entry_no")[:_NAMED]
    return [(masked(row.contact).name or row.contact.no, reverse("interaction", kwargs={"pk": row.pk})) for row in rows]


def _badges(logged: Any) -> list[Badge]:
    found = [Badge(_("Canceled"), "danger")] if logged.canceled else []
    if archive.is_busy(logged):
        found.append(Badge(_("Being changed"), "accent"))
    elif Segment.objects.filter(logged_as=logged.entry_no).exists():
        found.append(Badge(_("Being logged"), "accent"))
    return found


register_card(
    CardPage(
        name=CARD,
        path="segments/logged",
        model=LoggedSegment,
        caption=gettext_lazy("Logged segment"),
        title=lambda logged: logged.description or logged.segment_no,
        subtitle=lambda logged: logged.segment_no,
        parent=lambda: (reverse(LIST), gettext_lazy("Logged segments")),
        badges=_badges,
        groups=(
            Group(
                "general",
                gettext_lazy("General"),
                [
                    F("segment_no", gettext_lazy("segment"), editable=_never),
                    F("description", editable=_never),
                    F("creation_date", gettext_lazy("logged on"), editable=_never),
                    F("user_id", gettext_lazy("user"), editable=_never),
                    F("entry_no", editable=_never),
                    F("canceled", editable=_never),
                ],
            ),
        ),
        boxes=(FactBox("interactions", gettext_lazy("Interactions"), "segments/logged_box.html", _box, main=True),),
    )
)


# --- what may be done -------------------------------------------------------------------------------------------------


_addressed = Addressed(LoggedSegment, SET, logged_url)


def _toggle(_request: HttpRequest, logged: LoggedSegment) -> Answer:
    """Cancel it with all its interactions, or take that back (S-80)."""
    if archive.is_long(logged):
        job = archive.toggle_canceled_later([logged])
        return Answer(redirect=progress_url(job)) if job is not None else Answer(reload=True)
    changed = archive.toggle_canceled([logged])[0]
    if changed.canceled != logged.canceled:
        tell("logged.toggled", _("It is canceled.") if changed.canceled else _("It is no longer canceled."))
    return Answer(reload=True)


def _reopen(_request: HttpRequest, logged: LoggedSegment) -> Answer:
    """The segment as it was before it was logged (S-81)."""
    if archive.is_long(logged):
        return Answer(redirect=progress_url(archive.reopen_later(logged)))
    segment = archive.reopen(logged)
    tell("segment.reopened", _("Segment %(no)s is open again.") % {"no": segment.no})
    return Answer(redirect=segment_url(segment))


def resend(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The dialog that sends its interactions again (S-76)."""
    logged = _addressed.found(pk)
    require("interaction_log.write", "interactionLogEntries")
    if request.method != "POST":
        return _resend_form(request, logged)
    return respond(
        request,
        lambda: _resent(request, logged),
        home=logged_url(logged),
        refused=lambda error: _resend_form(request, logged, error),
    )


def _resent(request: HttpRequest, logged: LoggedSegment) -> Answer:
    kind, update = request.POST.get("correspondence_type", ""), request.POST.get("update") == "yes"
    if _entries(logged)[: _WAITED_FOR + 1].count() > _WAITED_FOR:
        archive.resend_later(logged, kind, update_merge_fields=update)
        tell("interactions.sending", _("The interactions are being sent."))
        return Answer(close=True, reload=True)
    outcome = archive.resend(logged, kind, update_merge_fields=update)
    words = ngettext("%(count)s interaction is sent.", "%(count)s interactions are sent.", outcome.delivered)
    tell("interactions.sent", words % {"count": show_number(outcome.delivered)})
    file = print_file_url(outcome.print_file) if outcome.print_file is not None else ""
    return Answer(close=True, reload=not file, file=file)


def _resend_form(request: HttpRequest, logged: LoggedSegment, error: DomainError | None = None) -> HttpResponse:
    context = {
        "logged": logged,
        "count": _entries(logged).filter(postponed=False, canceled=False, attachment__isnull=False).count(),
        "kinds": [choice for choice in CorrespondenceType.choices if choice[0] != CorrespondenceType.NONE],
        "kind": request.POST.get("correspondence_type", ""),
        "update": request.POST.get("update") == "yes",
        "error": error,
        "home": logged_url(logged),
    }
    return dialog(request, "segments/resend.html", context, status=422 if error else 200)


_ANSWERS = {"yes": True, "no": False}


def follow(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The dialog of a follow-up segment: with all of its contacts, or those of some result (S-67)."""
    logged = _addressed.found(pk)
    require("api.write", "segments")
    if request.method != "POST":
        return _follow_form(request, logged)

    def work() -> Answer:
        known = {str(value) for value in Evaluation.values}
        segment = follow_up(
            logged,
            evaluations=[value for value in request.POST.getlist("evaluation") if value in known],
            responded=_ANSWERS.get(request.POST.get("responded", "")),
            delivered=_ANSWERS.get(request.POST.get("delivered", "")),
            with_template=request.POST.get("template") == "yes",
        )
        tell("segment.followed", _("Segment %(no)s follows it up.") % {"no": segment.no})
        return Answer(redirect=segment_url(segment))

    return respond(request, work, home=logged_url(logged), refused=lambda error: _follow_form(request, logged, error))


def _follow_form(request: HttpRequest, logged: LoggedSegment, error: DomainError | None = None) -> HttpResponse:
    context = {
        "logged": logged,
        "evaluations": [choice for choice in Evaluation.choices if choice[0] != Evaluation.NONE],
        "error": error,
        "home": logged_url(logged),
    }
    return dialog(request, "segments/follow_up.html", context, status=422 if error else 200)


def _may_write(logged: Any) -> bool:
    return not archive.is_busy(logged) and current().may("api.write", SET) and current().may("interaction_log.write")


def _may_cancel(logged: Any) -> bool:
    return _may_write(logged) and not logged.canceled


def _may_reopen(logged: Any) -> bool:
    return _may_cancel(logged) and current().may(archive.DELETE, archive.SET)


def _is_canceled(logged: Any) -> bool:
    return _may_write(logged) and logged.canceled


for _name, _view in (
    ("toggle", _addressed.posts(_toggle)),
    ("reopen", _addressed.posts(_reopen)),
    ("resend", resend),
    ("follow-up", follow),
):
    registry.add_route(f"segments/logged/<uuid:pk>/{_name}", _view, f"logged-segment-{_name}")
add_page_link("segments", PageLink("logged", gettext_lazy("Logged segments"), LIST, "archive-box"))


def _at(name: str) -> Any:
    return lambda logged: reverse(f"logged-segment-{name}", kwargs={"pk": logged.pk})


add_action(CARD, Action("log", gettext_lazy("Interactions"), interactions_url, "link", "chat-bubble-left-right"))
add_action(
    CARD,
    Action(
        "follow-up",
        gettext_lazy("Follow up"),
        _at("follow-up"),
        "dialog",
        "arrow-uturn-right",
        lambda logged: not archive.is_busy(logged) and current().may("api.write", "segments"),
    ),
)
add_action(CARD, Action("resend", gettext_lazy("Resend"), _at("resend"), "dialog", "paper-airplane", _may_write))
add_action(CARD, Action("toggle", gettext_lazy("Cancel"), _at("toggle"), "post", "no-symbol", _may_cancel))
add_action(
    CARD, Action("restore", gettext_lazy("Take cancellation back"), _at("toggle"), "post", "no-symbol", _is_canceled)
)
add_action(CARD, Action("reopen", gettext_lazy("Reopen"), _at("reopen"), "post", "lock-open", _may_reopen))
