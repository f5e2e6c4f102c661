"""The browser's view of the reports: overview, what to print, the print-out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from tuttava.contacts.models import Contact
from tuttava.foundation.context import current, require
from tuttava.reports import pdf
from tuttava.reports.forms import LabelForm, ReportForm
from tuttava.reports.reports import REPORTS, Context, Report, Rows, log_cover_sheets
from tuttava.reports.selection import select
from tuttava.reports.sheets import stylesheet
from tuttava.ui import cards, registry
from tuttava.ui.lists.declare import BulkLink
from tuttava.ui.lists.mount import add_link
from tuttava.ui.lists.selected import rows_in_state, selected_query
from tuttava.ui.notices import notify

CONTACT_LIST = "contacts"


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All reports, each with what it is for; rows selected in a list go on to the report."""
    require("api.read", "contacts")
    query = urlencode({name: request.GET[name] for name in ("ids", "state") if request.GET.get(name)})
    reports = [(report, reverse(_address(report)) + (f"?{query}" if query else "")) for report in REPORTS.values()]
    return render(request, "reports/overview.html", {"page_title": _("Reports"), "reports": reports})


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Which report for the rows selected in the contact list."""
    return redirect(f"{reverse('reports')}?{selected_query(request)}")


@require_safe
def options(request: HttpRequest, report: Report) -> HttpResponse:
    """What to print, and how."""
    require("api.read", "contacts")
    given = any(name not in ("ids", "state") for name in request.GET)
    form = report.form(data=request.GET) if given else report.form(initial=request.GET.dict())
    return _ask(request, report, form)


def print_out(request: HttpRequest, report: Report) -> HttpResponse:
    """The print-out as a page, or as PDF with ``format=pdf``. Posting a cover sheet logs it."""
    require("api.read", "contacts")
    form = report.form(data=request.GET)
    if not form.is_valid():
        return _ask(request, report, form, status=422)
    state = form.cleaned_data["state"]
    rows = rows_in_state(CONTACT_LIST, state) if state else None
    if request.method == "POST":
        return _log(request, report, form, rows)
    context = report.make(form, rows) | {"page_title": report.title, "query": request.GET.urlencode()}
    context |= {"today": current().date, "options_url": reverse(_address(report)), "address": request.path}
    if request.GET.get("format") == "pdf":
        return _pdf(request, report, context)
    can_log = bool(form.cleaned_data.get("log"))
    return render(request, report.template, context | {"pdf_available": pdf.available(), "can_log": can_log})


@require_safe
def sheet_css(request: HttpRequest) -> HttpResponse:
    """The measures of a sheet of labels as a stylesheet: the page's policy allows no style inside it."""
    form = LabelForm(data=request.GET)
    css = stylesheet(form.chosen_sheet()) if form.is_valid() else ""
    return HttpResponse(css, content_type="text/css; charset=utf-8")


def _address(report: Report) -> str:
    return f"report-{report.name}"


def _ask(request: HttpRequest, report: Report, form: ReportForm, status: int = 200) -> HttpResponse:
    chosen = len([part for part in request.GET.get("ids", "").split(",") if part])
    measures = [form[name] for name in LabelForm.measures] if isinstance(form, LabelForm) else []
    plain = [field for field in form.visible_fields() if field.name not in LabelForm.measures]
    context: Context = {"page_title": report.title, "report": report, "form": form, "chosen": chosen}
    context |= {"plain": plain, "measures": measures, "print_url": reverse(f"{_address(report)}-print")}
    return render(request, "reports/options.html", context, status=status)


def _log(request: HttpRequest, report: Report, form: ReportForm, rows: Rows) -> HttpResponse:
    wanted = form.cleaned_data.get("log")
    count = log_cover_sheets(select(form.cleaned_data, rows=rows).contacts) if wanted else 0
    text = ngettext("%(count)d interaction logged.", "%(count)d interactions logged.", count) % {"count": count}
    notify(request, text)
    return redirect(reverse("reports"))


def _pdf(request: HttpRequest, report: Report, context: Context) -> HttpResponse:
    html = render_to_string(report.template, context | {"for_pdf": True}, request)
    content = pdf.render(html, styles=[str(context["sheet_css"])] if "sheet_css" in context else [])
    name = slugify(str(report.title)) or report.name
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _for_contact(report: Report) -> Callable[[Contact], str]:
    return lambda contact: f"{reverse(_address(report))}?ids={contact.pk}"


def connect() -> None:
    """Put the reports into the product."""
    registry.add_route("reports/", overview, "reports")
    registry.add_route("reports/choose/", choose, "reports-choose")
    registry.add_route("reports/sheet.css", sheet_css, "reports-sheet")
    registry.add_nav(registry.Entry("reports", gettext_lazy("Reports"), "reports", icon="printer", order=800))
    for report in REPORTS.values():
        address = _address(report)
        registry.add_route(f"reports/{report.name}/", partial(options, report=report), address)
        registry.add_route(f"reports/{report.name}/print/", partial(print_out, report=report), f"{address}-print")
        registry.add_command(registry.Command(address, report.title, address, icon=report.icon, order=300))
    add_link(CONTACT_LIST, BulkLink("print", gettext_lazy("Print"), "reports-choose", icon="printer"))
    for name, label in (("labels", gettext_lazy("Print label")), ("cover-sheet", gettext_lazy("Print cover sheet"))):
        report = REPORTS[name]
        cards.add_action("contact", cards.Action(f"print-{name}", label, _for_contact(report), icon=report.icon))
