"""The reports in the CRM service (17.13): their data sets, and their layouts for whoever fetches them as files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.translation import gettext as _

from tuttava.api import edm, reporting
from tuttava.api.declare import CRM, Action, File, Parameter
from tuttava.api.filter_objects import check_expression
from tuttava.api.reporting import Asked, Dataset, Group, Published
from tuttava.api.values import Form, renderer
from tuttava.contacts.addresses import address_blocks
from tuttava.contacts.models import Contact
from tuttava.contacts.queries import figures_of_rooms
from tuttava.foundation.cleaning import attribute
from tuttava.foundation.context import acting, current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.spelling import camel, snake
from tuttava.reports import pdf
from tuttava.reports.forms import ReportForm
from tuttava.reports.reports import REPORTS, Context, Report, log_cover_sheets
from tuttava.reports.selection import Selected, chosen_ids, take
from tuttava.reports.sheets import FORMATS

_PERSON = ("no", "name", "job_title", "phone_no", "email")
#: What the service calls the remarks of the form.
REMARK_NAMES = {
    "AsAgreed": "agreed",
    "ForInformation": "information",
    "PleaseComment": "comments",
    "ForApproval": "approval",
    "PleaseCall": "call",
    "ReturnedAfterUse": "returned",
}
#: Fields of the forms whose parameter is called otherwise.
_PARAMETERS = {"start": "start_position", "sheet": "label_format", "line_1": "texts"}
_DATES = Parameter("dateFilter", edm.text())
LABEL_FORMAT = edm.Type(
    edm.Kind.ENUM,
    enum=edm.EnumType(
        "labelFormat",
        tuple(edm.Member(f"L{name}", name, words, n) for n, (name, (words, _sheet)) in enumerate(FORMATS.items())),
    ),
)


def _selected(report: Report, asked: Asked) -> Selected:
    """The contacts of a run by number; an empty selection is an empty report (R-2)."""
    rows = asked.rows("contacts")
    if report.kind:
        rows = rows.filter(type=report.kind)
    if asked.parameters.get("ids"):
        rows = rows.filter(pk__in=chosen_ids(",".join(asked.parameters["ids"])))
    used = asked.filters.get("contacts", {})
    return take(rows, "no", [(_label(name), text) for name, text in used.items()])


def _label(name: str) -> str:
    try:
        return str(attribute(Contact, snake(name)).verbose_name).capitalize()
    except DomainError:
        return name


def _value(contact: Contact, name: str) -> Any:
    """A field as the service writes it."""
    return written(name, getattr(contact, name))


def written(name: str, value: Any) -> Any:
    """A value of a contact as the service writes it."""
    return renderer(CRM.sets["contacts"].by_name[camel(name)].type, Form())(value)


def _contact_list(report: Report, asked: Asked) -> Dataset:
    """R-10."""
    shown = ("cost", "no_of_opportunities", "estimated_value", "calcd_current_value", "duration_minutes")
    figures = (*shown, "next_task_date")
    contacts = _selected(report, asked).contacts
    blocks, found = address_blocks(contacts), figures_of_rooms(contacts)
    rows = [
        [
            *(_value(contact, name) for name in ("no", "type")),
            blocks[contact.pk],
            *(written(name, getattr(found[contact.pk], name)) for name in figures),
        ]
        for contact in contacts
    ]
    return Dataset(("no", "type", "addressBlock", *map(camel, figures)), rows)


def _summary(head: Sequence[str], report: Report, asked: Asked) -> Dataset:
    """R-11, R-12: a row for each contact, its people, tasks and interactions as lists in it."""
    entries = _laid_out(report, asked)["entries"]
    lines = list(dict.fromkeys(each.name for entry in entries for each in entry["lines"]))
    rows = [
        [
            *(_value(entry["contact"], name) for name in head),
            entry["block"],
            *(_value(entry["contact"], name) for name in ("phone_no", "email")),
            *([[_person(each) for each in entry["people"]]] if report.kind == "company" else []),
            *(_lines(entry, name) for name in lines),
        ]
        for entry in entries
    ]
    people = ["people"] if report.kind == "company" else []
    return Dataset((*map(camel, head), "addressBlock", "phoneNo", "email", *people, *lines), rows)


def _person(contact: Contact) -> dict[str, Any]:
    return {camel(name): _value(contact, name) for name in _PERSON}


def _lines(entry: Mapping[str, Any], name: str) -> list[dict[str, str]]:
    found = [each for each in entry["lines"] if each.name == name]
    return [dict(zip(map(str, each.columns), row, strict=True)) for each in found for row in each.rows]


def _labels(report: Report, asked: Asked) -> Dataset:
    """R-20."""
    contacts = _selected(report, asked).contacts
    blocks = address_blocks(contacts, asked.parameters["date"])
    return Dataset(("no", "addressBlock"), [[contact.no, blocks[contact.pk]] for contact in contacts])


def _cover_sheets(report: Report, asked: Asked) -> Dataset:
    """R-30, R-32."""
    given = asked.parameters
    remarks_of(asked)
    contacts = _selected(report, asked).contacts
    blocks = address_blocks(contacts)
    same = [given["remarks"] or [], given["custom_remark"] or "", given["texts"] or []]
    return Dataset(
        ("no", "addressBlock", "remarks", "customRemark", "texts"),
        [[contact.no, blocks[contact.pk], *same] for contact in contacts],
    )


def remarks_of(asked: Asked) -> list[str]:
    """The remarks that are ticked, by the names of the form."""
    wanted = asked.parameters.get("remarks") or []
    unknown = [name for name in wanted if name not in REMARK_NAMES]
    if unknown:
        raise DomainError(
            "value_invalid",
            _("There is no remark “%(name)s”. Choose %(names)s.")
            % {"name": unknown[0][:60], "names": ", ".join(REMARK_NAMES)},
            field="remarks",
        )
    return [REMARK_NAMES[name] for name in wanted]


def _form(report: Report, asked: Asked) -> ReportForm:
    """The form of the browser's page, filled in with the parameters."""
    given = asked.parameters
    texts = given.get("texts") or []
    check_expression("dateFilter", given.get("date_filter") or "", edm.DATE)
    fields = {f"line_{number}": text for number, text in enumerate(texts, start=1)}
    fields |= {"sheet": given.get("label_format"), "start": given.get("start_position")}
    fields |= {
        "date_filter": given.get("date_filter"),
        "remarks": remarks_of(asked),
        "custom_remark": given.get("custom_remark") or "",
    }
    form = report.form(data={name: value for name, value in fields.items() if value is not None})
    if len(texts) > 5:
        raise DomainError("value_invalid", _("A cover sheet has at most five texts."), field="texts")
    for name, errors in form.errors.items():
        raise DomainError("value_invalid", str(errors[0]), field=_PARAMETERS.get(name, name))
    return form


@contextmanager
def _on(date: Any) -> Iterator[None]:
    """Addresses as of a date, the work date if none is given."""
    with acting(work_date=date or current().work_date):
        yield


def _laid_out(report: Report, asked: Asked) -> Context:
    """What the template shows."""
    form = _form(report, asked)
    try:
        with _on(asked.parameters.get("date")):
            return report.lay_out(form, _selected(report, asked))
    except DomainError as error:
        error.field = _PARAMETERS.get(error.field, error.field)
        raise


def _html(report: Report, asked: Asked, *, alone: bool) -> tuple[str, list[str]]:
    """The print-out and the stylesheets of its own; ``alone``: it has all it needs in it. Logs it if asked (R-33)."""
    context = _laid_out(report, asked) | {"page_title": report.title, "today": current().date, "for_pdf": True}
    own = [str(context["sheet_css"])] if "sheet_css" in context else []
    context["embedded_styles"] = [pdf.print_css(), *own] if alone else []
    html = render_to_string(report.template, context)
    if asked.parameters.get("log_interaction") and not asked.preview:
        log_cover_sheets(context["selected"].contacts)
    return html, own


def _page(report: Report, asked: Asked) -> str:
    return _html(report, asked, alone=True)[0]


def _paper(report: Report, asked: Asked) -> bytes:
    html, styles = _html(report, asked, alone=False)
    return pdf.render(html, styles=styles)


def _published(name: str, own: str, data: Any, *parameters: Parameter) -> Published:
    report = REPORTS[own]
    return Published(
        name=name,
        group=Group.CONTACTS,
        caption=report.title,
        data=partial(data, report),
        parameters=parameters,
        page=partial(_page, report),
        paper=partial(_paper, report),
        paper_available=pdf.available,
    )


COVER_SHEET = (
    Parameter("ids", edm.TEXTS),
    Parameter("texts", edm.TEXTS),
    Parameter("remarks", edm.TEXTS),
    Parameter("customRemark", edm.text(100)),
    Parameter("logInteraction", edm.BOOLEAN, default=False),
)

reporting.publish(
    _published("contactList", "contact-list", _contact_list),
    _published("companySummary", "company-summary", partial(_summary, ("no",)), _DATES),
    _published("personSummary", "person-summary", partial(_summary, ("no", "company_no")), _DATES),
    _published(
        "contactLabels",
        "labels",
        _labels,
        Parameter("labelFormat", LABEL_FORMAT, default="36x70"),
        Parameter("startPosition", edm.INT, default=1),
        Parameter("date", edm.DATE),
    ),
    _published(
        "contactCoverSheet",
        "cover-sheet",
        _cover_sheets,
        *COVER_SHEET,
    ),
)


def _print_cover_sheet(preview: bool, **given: Any) -> File:
    """I-111; each contact once, and none is none."""
    if not given["ids"]:
        raise DomainError("field_required", _("Choose the contacts to print cover sheets for."), field="ids")
    asked = reporting.Asked(given, preview=preview)
    return File(_paper(REPORTS["cover-sheet"], asked), "application/pdf", f"{slugify(_('Cover sheet'))}.pdf")


CRM.extend(
    "contacts",
    actions=[
        Action(
            "printCoverSheet",
            _print_cover_sheet,
            (
                Parameter("ids", edm.TEXTS, required=True),
                *COVER_SHEET[1:],
                Parameter("preview", edm.BOOLEAN, default=False),
            ),
            on_set=True,
            right="api.read",
        )
    ],
)
