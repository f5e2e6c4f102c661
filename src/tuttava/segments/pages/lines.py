"""The lines of a segment as a sheet, a page of them at a time: cells entered through the rules, rows taken out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tuttava.contacts.models import Contact, CorrespondenceType
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import log_looks, masked
from tuttava.contacts.search import search_ids
from tuttava.foundation import records
from tuttava.foundation.context import require, tell
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.lines import LINE_STEP
from tuttava.interactions.models import Evaluation
from tuttava.segments import by_hand, contents
from tuttava.segments.models import AttachmentState, Segment, SegmentLine
from tuttava.segments.pages.calls import call_url, may_call
from tuttava.segments.pages.content import line_url as content_url
from tuttava.segments.pages.finding import CARD, LINES, found, may_write_lines, posts, title_of
from tuttava.segments.pages.sheet import CHOICES, enter
from tuttava.ui import registry, values
from tuttava.ui.answers import Answer, fragment, wants_json
from tuttava.ui.cards import views_of
from tuttava.ui.sheets import Cell, Row, SheetColumn, answers, blank_row, sent_changes, sent_lines
from tuttava.ui.undo import undo_address

#: Lines of one page.
SIZE = 50
#: Columns of contacts that no line shows.
_UNSEEN = tuple(
    f"{owner}__{name}"
    for owner in ("contact", "contact_company")
    for name in ("search_tokens", "search_text", "pinned_fields")
)

COLUMNS = (
    SheetColumn("contact_no", gettext_lazy("Contact"), lookup="contact"),
    SheetColumn("contact_company_name", gettext_lazy("Company"), calculated=True),
    CHOICES["correspondence_type"],
    SheetColumn("contact_email", gettext_lazy("E-mail"), calculated=True),
    SheetColumn("contact_phone_no", gettext_lazy("Phone"), calculated=True),
    SheetColumn("interaction_template_code", gettext_lazy("Template"), lookup="interactiontemplate", phone=False),
    SheetColumn("interaction_language_code", gettext_lazy("Language"), lookup="language", phone=False),
    SheetColumn("subject", gettext_lazy("Subject")),
    SheetColumn("content", gettext_lazy("Content"), calculated=True),
    SheetColumn("description", gettext_lazy("Description")),
    SheetColumn("salesperson_code", gettext_lazy("Salesperson"), lookup="salesperson", phone=False),
    SheetColumn("date", gettext_lazy("Date"), "date", phone=False),
    CHOICES["evaluation"],
    SheetColumn("cost_lcy", gettext_lazy("Cost"), "decimal", phone=False),
    SheetColumn("duration_min", gettext_lazy("Minutes"), "decimal", phone=False),
)


@dataclass(frozen=True)
class Place:
    """Where a page of lines begins: behind the line numbered ``after``, or, if given, before ``before``.

    ``text``: lines of contacts that fit it instead.
    """

    after: int = 0
    before: int | None = None
    text: str = ""

    @classmethod
    def read(cls, request: HttpRequest) -> Place:
        """The place in an address; the beginning where there is none."""
        after, before = request.GET.get("after", ""), request.GET.get("before", "")
        return cls(_number(after) or 0, _number(before), request.GET.get("q", "")[:100].replace("\x00", "").strip())


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _page(segment: Segment, place: Place) -> list[SegmentLine]:
    rows = SegmentLine.objects.filter(segment=segment)
    rows = rows.select_related("contact", "contact_company").defer(*_UNSEEN)
    if place.text:
        there = Contact.objects.filter(Exists(SegmentLine.objects.filter(segment=segment, contact=OuterRef("pk"))))
        return list(rows.filter(contact__in=search_ids(place.text, limit=SIZE, base=there)).order_by("line_no")[:SIZE])
    if place.before is None:
        return list(rows.filter(line_no__gt=place.after).order_by("line_no")[:SIZE])
    return list(rows.filter(line_no__lt=place.before).order_by("-line_no")[:SIZE])[::-1]


def rows_of(segment: Segment, lines: Sequence[SegmentLine], *, writable: bool) -> list[Row]:
    """Lines with the texts of their cells; who is blocked is masked and said to be (C-72)."""
    for line in lines:
        line.segment = segment
    states = contents.states_of(lines)
    log_looks({line.contact_id: line.contact for line in lines if line.contact is not None}.values())
    return [_row(line, states[line.pk], writable=writable) for line in lines]


def _row(line: SegmentLine, state: str, *, writable: bool) -> Row:
    contact = masked(line.contact) if line.contact is not None else None
    company = masked(line.contact_company) if line.contact_company is not None else None
    row = Row(str(line.pk), line.version, str(line.line_no), warning=_warning(line.contact))
    for column in COLUMNS:
        stored = _value(line, column.name, contact, company, state)
        cell = Cell(column, _words(column, stored), values.to_text(stored, column.kind), False)
        cell.editable = writable and not column.calculated
        row.cells.append(cell)
    if contact is not None:
        content = next(cell for cell in row.cells if cell.column.name == "content")
        content.text = content.text or (_("Add") if writable and line.interaction_template_code else "")
        if content.text:
            content.href, content.dialog = content_url(line), True
        if may_call(contact):
            phone = next(cell for cell in row.cells if cell.column.name == "contact_phone_no")
            phone.href, phone.dialog = call_url(line), True
        who = row.cells[0]
        who.text, who.detail = contact.name or contact.no, contact.no if contact.name else ""
        who.href, who.badge = contact_url(contact), _badge(line)
    return row


def _value(line: SegmentLine, name: str, contact: Contact | None, company: Contact | None, state: str) -> Any:
    match name:
        case "contact_no":
            return contact.no if contact else ""
        case "contact_company_name":
            return company.name if company and contact and contact.is_person else ""
        case "contact_email":
            return contact.email if contact else ""
        case "contact_phone_no":
            return (contact.phone_no or contact.mobile_phone_no) if contact else ""
        case "content":
            return "" if state == AttachmentState.NONE else str(AttachmentState(state).label)
    return getattr(line, name) or ("" if name not in ("cost_lcy", "duration_min") else 0)


def _words(column: SheetColumn, stored: Any) -> str:
    if column.kind == "choice":
        if column.name == "evaluation" and stored == Evaluation.NONE:
            return ""
        return str(dict(column.choices).get(stored, "")).strip()
    if column.kind == "decimal":
        return values.show_number(stored) if stored else ""
    return values.show(stored)


def _warning(contact: Contact | None) -> str:
    """Why a contact is not reached as it is."""
    if contact is None:
        return _("A line without a contact is not logged.")
    if contact.privacy_blocked:
        return _("Blocked for privacy: nothing may be sent.")
    if contact.minor and not contact.parental_consent_received:
        return _("A minor without consent: nothing may be sent.")
    return _("Asked not to be on segments.") if contact.exclude_from_segment else ""


def _badge(line: SegmentLine) -> str:
    contact = line.contact
    if contact is None:
        return ""
    if contact.privacy_blocked:
        return _("Blocked")
    if contact.exclude_from_segment or (contact.minor and not contact.parental_consent_received):
        return _("Not to be written to")
    if line.correspondence_type == CorrespondenceType.EMAIL and not contact.email:
        return _("No e-mail address")
    return ""


def box(segment: Any, place: Place | None = None) -> dict[str, Any]:
    """What the box of the lines shows."""
    place = place or Place()
    writable = may_write_lines()
    lines = _page(segment, place)
    if place.before is not None and len(lines) < SIZE:
        lines = _page(segment, Place())
    totals = sums(segment)
    return {
        "headings": [(column, column.label) for column in COLUMNS],
        "rows": rows_of(segment, lines, writable=writable),
        "blank": blank_row(COLUMNS),
        "first": "contact_no",
        "append": True,
        "hint": _("Type a name into the first cell, or choose contacts by what you know of them."),
        "frozen": True,
        "editable": writable,
        "save_url": reverse("segment-lines-enter", kwargs={"pk": segment.pk}),
        "delete_url": reverse("segment-lines-delete", kwargs={"pk": segment.pk}),
        "foot": foot(segment, lines, totals["count"]) if not place.text else {},
        "text": place.text,
        "search_url": reverse("segment-lines", kwargs={"pk": segment.pk}) if totals["count"] > SIZE else "",
        "sums": totals,
    }


def foot(segment: Any, lines: Sequence[SegmentLine], count: int) -> dict[str, Any]:
    """Which lines these are of how many, and the way to those beside them."""
    address = reverse("segment-lines", kwargs={"pk": segment.pk})
    first = lines[0].line_no if lines else 0
    # The first line of all has the number that lines count by: nothing is counted before it.
    before = SegmentLine.objects.filter(segment=segment, line_no__lt=first).count() if first > LINE_STEP else 0
    last = before + len(lines)
    return {
        "count": values.show_number(count),
        "first": values.show_number(before + 1),
        "last": values.show_number(last),
        "paged": count > len(lines),
        "start": address,
        "previous": f"{address}?before={lines[0].line_no}" if before else "",
        "next": f"{address}?after={lines[-1].line_no}" if last < count else "",
        "end": f"{address}?before={segment.last_line_no + 1}",
    }


def sums(segment: Any) -> dict[str, Any]:
    """How many lines there are, and what all of them cost."""
    rows = SegmentLine.objects.filter(segment=segment)
    found = rows.aggregate(count=Count("pk"), cost=Sum("cost_lcy"), minutes=Sum("duration_min"))
    return {
        "count": found["count"],
        "cost": values.show_number(found["cost"], 2) if found["cost"] else "",
        "minutes": values.show_number(found["minutes"]) if found["minutes"] else "",
    }


def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A page of lines: the box for scripts, else the card with it."""
    segment = found(pk)
    views = views_of(CARD)
    shown = box(segment, Place.read(request))
    context = views.context(request, views.load(segment.pk))
    boxes = [(one, shown if one.name == "lines" else its) for one, its in context["main_boxes"]]
    if not wants_json(request):
        return render(request, "ui/cards/card.html", context | {"main_boxes": boxes})
    this = next(one for one, _shown in boxes if one.name == "lines")
    html = fragment(request, this.template, {"box": this, "shown": shown, "record": segment})
    return JsonResponse({"parts": {"box-lines": html}})


def _enter(request: HttpRequest, segment: Segment) -> Answer:
    """Enter what was typed or pasted into cells; a refusal of one row leaves the others stored."""
    require("api.write", LINES)
    changes = sent_changes(request)
    with unit_of_work(
        "change segment lines", _("change lines of %(segment)s") % {"segment": title_of(segment)}
    ) as unit:
        results = enter(records.lock(segment), changes)
    ids = [result.id for result in results if result.id]
    rows = SegmentLine.objects.filter(segment=segment, pk__in=ids).select_related("contact", "contact_company")
    shown = {row.id: row for row in rows_of(segment, list(rows.defer(*_UNSEEN)), writable=True)}
    answer = _answer(request, segment)
    answer.extra["results"] = answers(request, results, shown)
    if len(changes) > 1:
        answer.undo = undo_address(unit)
        stored = sum(not result.error for result in results)
        done = ngettext("%(count)d line is entered.", "%(count)d lines are entered.", stored)
        tell("lines.entered", done % {"count": stored})
    return answer


def _remove(request: HttpRequest, segment: Segment) -> Answer:
    """Take lines out; the notice offers to bring them back."""
    lines = list(SegmentLine.objects.filter(segment=segment, pk__in=sent_lines(request)).select_related("contact"))
    words = _("delete lines of %(segment)s") % {"segment": title_of(segment)}
    with unit_of_work("delete segment lines", words) as unit:
        for line in lines:
            by_hand.delete_line(line)
    done = ngettext("%(count)d line was deleted.", "%(count)d lines were deleted.", len(lines))
    tell("lines.deleted", done % {"count": len(lines)})
    answer = _answer(request, segment)
    answer.extra["removed"] = [str(line.pk) for line in lines]
    answer.undo = undo_address(unit)
    return answer


def _answer(request: HttpRequest, segment: Segment) -> Answer:
    """Header, the counts on the card, and which boxes are fetched anew."""
    views = views_of(CARD)
    fresh = views.load(segment.pk)
    answer = views.parts(request, fresh, {"lines_count", "steps_count"})
    answer.parts["line-sums"] = fragment(request, "segments/line_sums.html", {"sums": sums(segment)})
    answer.extra["boxes"] = ["building"]
    return answer


registry.add_route("segments/<uuid:pk>/lines", page, "segment-lines")
registry.add_route("segments/<uuid:pk>/lines/enter", posts(_enter), "segment-lines-enter")
registry.add_route("segments/<uuid:pk>/lines/delete", posts(_remove), "segment-lines-delete")
