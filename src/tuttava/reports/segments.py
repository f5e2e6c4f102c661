"""Reports about segments (R-20, R-30, R-31, R-40): labels, cover sheets, contacts, overlaps; in the CRM service."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.db.models import Count, QuerySet
from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm, reporting
from tuttava.api.declare import CRM, Action, File, Parameter
from tuttava.api.reporting import Asked, Dataset, Group, Published
from tuttava.contacts.addresses import address_blocks, own_block
from tuttava.contacts.models import Contact
from tuttava.contacts.queries import figures_of_rooms
from tuttava.foundation.company import company_information
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.spelling import camel
from tuttava.interactions import cover_sheets
from tuttava.interactions.merge_values import blocks_of
from tuttava.reports import pdf
from tuttava.reports.forms import REMARKS
from tuttava.reports.published import COVER_SHEET, LABEL_FORMAT, remarks_of, written
from tuttava.reports.reports import Context
from tuttava.reports.selection import MOST_CONTACTS
from tuttava.reports.sheets import FORMATS, Sheet, arrange, stylesheet
from tuttava.segments.models import Segment, SegmentLine

#: Rows of labels on a page, one more than contacts have (R-20).
ROWS = 8
_SETS = ("segments", "segmentLines")
_FIGURES = ("no_of_interactions", "cost", "no_of_opportunities", "estimated_value")
#: Segments compared at once: every pair of them is a row.
MOST_COMPARED = 20


@dataclass(frozen=True)
class Titled:
    """What a print-out is called."""

    title: str


# -- whom a report is about ------------------------------------------------------------------------------------------


def _lines(asked: Asked) -> list[SegmentLine]:
    """The lines of a run, segment by segment; lines without a contact, and blocked ones, are left out (R-20, C-72)."""
    rows = asked.rows("segmentLines")
    if asked.filters.get("segments"):
        rows = rows.filter(segment__in=asked.rows("segments").order_by().values("pk"))
    return lines_of(rows)


def lines_of(rows: QuerySet[SegmentLine]) -> list[SegmentLine]:
    """Those of the lines that may be printed, in order. Raises ``report.too_many``."""
    require("api.read", "segments")
    wanted = rows.filter(contact__isnull=False, contact__privacy_blocked=False)
    _refuse_too_many(wanted.order_by()[: MOST_CONTACTS + 1].count())
    chosen = wanted.select_related("segment", "contact", "contact_alt_address")
    return list(chosen.order_by("segment__no", "line_no"))


def _refuse_too_many(count: int) -> None:
    if count > MOST_CONTACTS:
        raise DomainError(
            "report.too_many",
            _("More than %(max)d lines fit. Narrow them, by segment for example.") % {"max": MOST_CONTACTS},
        )


# -- labels ----------------------------------------------------------------------------------------------------------


def _sheet(name: str) -> Sheet:
    """The usual sheet, with eight rows on it."""
    found = FORMATS[name][1]
    return replace(found, rows=ROWS, top=(found.height - ROWS * found.label_height) / 2)


def _blocks(lines: Sequence[SegmentLine], date: dt.date | None) -> Mapping[uuid.UUID, Sequence[str]]:
    """Addresses as of the line's date, or of another one (R-20)."""
    for line in lines if date else ():
        line.date = date
    return blocks_of(lines)


def label_data(asked: Asked) -> Dataset:
    """R-20."""
    lines = _lines(asked)
    blocks = _blocks(lines, asked.parameters["date"])
    rows = [[line.segment.no, line.line_no, line.contact.no, blocks[line.pk]] for line in lines if line.contact]
    return Dataset(("segmentNo", "lineNo", "contactNo", "addressBlock"), rows)


def labels(lines: Sequence[SegmentLine], label_format: str, start: int, date: dt.date | None = None) -> Context:
    """Labels row by row from a free place on; each segment starts a new row."""
    sheet, blocks = _sheet(label_format), _blocks(lines, date)
    filled: list[list[str]] = []
    for _segment, some in groupby(lines, key=lambda line: line.segment_id):
        gap = -(start - 1 + len(filled)) % sheet.columns if filled else 0
        filled += [[] for _place in range(gap)] + [list(blocks[line.pk]) for line in some]
    try:
        pages = list(arrange(filled, sheet, start))
    except DomainError as error:
        error.field = "startPosition" if error.field == "start" else error.field
        raise
    return {"pages": pages, "sheet": sheet, "sheet_css": stylesheet(sheet)}


def _label_html(asked: Asked, *, alone: bool) -> tuple[str, list[str]]:
    given = asked.parameters
    context = labels(_lines(asked), given["label_format"], given["start_position"], given["date"])
    return _html("reports/labels.html", _("Segment labels"), context, alone=alone)


# -- cover sheets ----------------------------------------------------------------------------------------------------


def cover_sheet_data(asked: Asked) -> Dataset:
    """R-30."""
    given = asked.parameters
    remarks_of(asked)
    lines = _lines(asked)
    blocks = blocks_of(lines)
    same = [given["remarks"] or [], given["custom_remark"] or "", given["texts"] or []]
    rows = [[line.segment.no, line.contact.no, blocks[line.pk], *same] for line in lines if line.contact]
    return Dataset(("segmentNo", "contactNo", "addressBlock", "remarks", "customRemark", "texts"), rows)


def cover_sheet(asked: Asked, sheets: Sequence[tuple[Contact, Sequence[str]]]) -> Context:
    """The sheets of contacts with their address blocks, with texts and remarks of the parameters."""
    given = asked.parameters
    texts = [text for text in given.get("texts") or [] if text]
    if len(texts) > 5:
        raise DomainError("value_invalid", _("A cover sheet has at most five texts."), field="texts")
    ticked = remarks_of(asked)
    return {
        "sheets": sheets,
        "lines": texts,
        "remarks": [(name in ticked, words) for name, words in REMARKS.items()],
        "custom_remark": given.get("custom_remark") or "",
    }


def _cover_sheet_html(asked: Asked, *, alone: bool) -> tuple[str, list[str]]:
    lines = _lines(asked)
    blocks = blocks_of(lines)
    context = cover_sheet(asked, [(line.contact, blocks[line.pk]) for line in lines if line.contact])
    page = _html("reports/cover_sheet.html", _("Segment cover sheet"), context, alone=alone)
    if asked.parameters.get("log_interaction") and not asked.preview:
        for campaign, some in _by_campaign(lines):
            log(some, campaign)
    return page


def _by_campaign(lines: Iterable[SegmentLine]) -> Iterator[tuple[str, list[Contact]]]:
    """Whom a sheet was printed for, by the campaign of the segment."""
    ordered = sorted(lines, key=lambda line: line.segment.campaign_no)
    for campaign, some in groupby(ordered, key=lambda line: line.segment.campaign_no):
        yield campaign, [line.contact for line in some if line.contact]


def log(contacts: Sequence[Contact], campaign_no: str) -> None:
    """R-33: once for each sheet, with the segment's campaign. Raises ``document_template_has_languages``."""
    if not cover_sheets.offered():
        return
    require("interaction_log.write")
    with unit_of_work("log cover sheets"):
        cover_sheets.record_all(contacts, campaign_no=campaign_no)


# -- contacts and overlaps -------------------------------------------------------------------------------------------


def contacts_data(asked: Asked) -> Dataset:
    """R-40: the contacts of each segment by number."""
    lines = SegmentLine.objects.filter(segment__in=asked.rows("segments").order_by().values("pk"))
    if asked.filters.get("contacts"):
        lines = lines.filter(contact__in=asked.rows("contacts").order_by().values("pk"))
    found = sorted(lines_of(lines), key=lambda line: (line.segment.no, line.contact.no if line.contact else ""))
    contacts = [line.contact for line in found if line.contact]
    blocks, figures = address_blocks(contacts), figures_of_rooms(contacts)
    rows = [
        [
            line.segment.no,
            line.segment.description,
            contact.no,
            blocks[contact.pk],
            contact.currency_code or "",
            contact.salesperson_code or "",
            *(written(name, getattr(figures[contact.pk], name)) for name in _FIGURES),
        ]
        for line, contact in zip(found, contacts, strict=True)
    ]
    names = ("segmentNo", "description", "contactNo", "addressBlock", "currencyCode", "salespersonCode")
    return Dataset((*names, *map(camel, _FIGURES)), rows)


def comparison_data(asked: Asked) -> Dataset:
    """How many contacts each two segments have in common."""
    rows = Segment.objects.all()
    wanted = [as_code(number) for number in asked.parameters["segment_nos"] or []]
    if wanted:
        rows = rows.filter(no__in=wanted)
    segments = list(rows.order_by("no").values_list("pk", "no")[: MOST_COMPARED + 1])
    if len(segments) > MOST_COMPARED:
        raise DomainError(
            "report.too_many",
            _("At most %(max)d segments are compared. Name them.") % {"max": MOST_COMPARED},
            field="segmentNos",
        )
    own = _contacts_of([pk for pk, _no in segments])
    found = []
    for place, (one, number) in enumerate(segments):
        for other, other_number in segments[place + 1 :]:
            found.append([number, other_number, own.get(one, 0), own.get(other, 0), _common(one, other)])
    return Dataset(("segmentNo", "otherSegmentNo", "noOfContacts", "otherNoOfContacts", "noOfCommonContacts"), found)


def _contacts_of(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    lines = SegmentLine.objects.filter(segment__in=ids, contact__isnull=False).order_by()
    return dict(lines.values_list("segment_id").annotate(n=Count("contact_id", distinct=True)))


def _common(one: uuid.UUID, other: uuid.UUID) -> int:
    there = SegmentLine.objects.filter(segment=other, contact__isnull=False).order_by().values("contact_id")
    both = SegmentLine.objects.filter(segment=one, contact__in=there).order_by()
    return both.values("contact_id").distinct().count()


# -- paper -----------------------------------------------------------------------------------------------------------


def _html(template: str, title: str, content: Context, *, alone: bool) -> tuple[str, list[str]]:
    """The print-out and its own stylesheets; ``alone``: it has all it needs in it."""
    own = [str(content["sheet_css"])] if "sheet_css" in content else []
    context = {
        "report": Titled(title),
        "page_title": title,
        "own": company_information(),
        "own_block": own_block(),
        "today": current().date,
        "for_pdf": True,
        "embedded_styles": [pdf.print_css(), *own] if alone else [],
        **content,
    }
    return render_to_string(template, context), own


def _label_page(asked: Asked) -> str:
    return _label_html(asked, alone=True)[0]


def _label_paper(asked: Asked) -> bytes:
    return _rendered(_label_html(asked, alone=False))


def _cover_sheet_page(asked: Asked) -> str:
    return _cover_sheet_html(asked, alone=True)[0]


def _cover_sheet_paper(asked: Asked) -> bytes:
    return _rendered(_cover_sheet_html(asked, alone=False))


def _rendered(made: tuple[str, list[str]]) -> bytes:
    return pdf.render(made[0], styles=made[1])


reporting.publish(
    Published(
        name="segmentLabels",
        group=Group.SEGMENTS,
        caption=gettext_lazy("Segment labels"),
        data=label_data,
        sets=_SETS,
        parameters=(
            Parameter("labelFormat", LABEL_FORMAT, default="36x70"),
            Parameter("startPosition", edm.INT, default=1),
            Parameter("date", edm.DATE),
        ),
        page=_label_page,
        paper=_label_paper,
        paper_available=pdf.available,
    ),
    Published(
        name="segmentCoverSheet",
        group=Group.SEGMENTS,
        caption=gettext_lazy("Segment cover sheet"),
        data=cover_sheet_data,
        sets=_SETS,
        parameters=COVER_SHEET[1:],
        page=_cover_sheet_page,
        paper=_cover_sheet_paper,
        paper_available=pdf.available,
    ),
    Published(
        name="segmentContacts",
        group=Group.SEGMENTS,
        caption=gettext_lazy("Segment contacts"),
        data=contacts_data,
        sets=("segments", "contacts"),
    ),
    Published(
        name="segmentComparison",
        group=Group.SEGMENTS,
        caption=gettext_lazy("Segment comparison"),
        data=comparison_data,
        sets=("segments",),
        parameters=(Parameter("segmentNos", edm.TEXTS),),
    ),
)


# -- from a segment --------------------------------------------------------------------------------------------------


def print_labels(segment: Segment, label_format: str, start_position: int = 1) -> File:
    """The labels of a segment as PDF, from a free place of the first sheet on."""
    lines = lines_of(SegmentLine.objects.filter(segment=segment))
    made = _html("reports/labels.html", _("Segment labels"), labels(lines, label_format, start_position), alone=False)
    return _file(made, segment, _("Labels"))


def print_cover_sheet(segment: Segment, preview: bool = False, ids: Sequence[str] | None = None, **given: Any) -> File:
    """A sheet for each contact of a segment as PDF, once for each, as of the work date (R-31).

    ``preview`` keeps it from being logged; ``ids``: only these contacts.
    """
    require("api.read", "segments")
    on_lines = SegmentLine.objects.filter(segment=segment, contact__isnull=False).order_by().values("contact_id")
    rows = Contact.objects.filter(pk__in=on_lines, privacy_blocked=False)
    if ids:
        rows = rows.filter(pk__in=ids)
    _refuse_too_many(rows[: MOST_CONTACTS + 1].count())
    contacts = list(rows.order_by("no"))
    blocks = address_blocks(contacts)
    asked = Asked(given, preview=preview)
    context = cover_sheet(asked, [(contact, blocks[contact.pk]) for contact in contacts])
    made = _html("reports/cover_sheet.html", _("Segment cover sheet"), context, alone=False)
    if given.get("log_interaction") and not preview:
        log(contacts, segment.campaign_no)
    return _file(made, segment, _("Cover sheet"))


def _file(made: tuple[str, list[str]], segment: Segment, what: str) -> File:
    return File(_rendered(made), "application/pdf", f"{slugify(f'{what} {segment.no}')}.pdf")


CRM.extend(
    "segments",
    actions=[
        Action(
            "printLabels",
            print_labels,
            (
                Parameter("labelFormat", LABEL_FORMAT, required=True),
                Parameter("startPosition", edm.INT, default=1),
            ),
            right="api.read",
        ),
        Action(
            "printCoverSheet",
            print_cover_sheet,
            (*COVER_SHEET, Parameter("preview", edm.BOOLEAN, default=False)),
            right="api.read",
        ),
    ],
)
