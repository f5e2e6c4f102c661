"""Statements of what customers owe: printed, sent, and those that were (I-126)."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from tuttava.documents import statements
from tuttava.documents.models import CustomerStatement
from tuttava.documents.pages.overview import OWED, Other, add_other
from tuttava.documents.pages.paper import MOST_SHOWN, Papers, chosen_ids, printed, shown_file
from tuttava.documents.pages.print_lists import register_printing
from tuttava.documents.printing.actions import Options, Printed
from tuttava.documents.printing.typesetting import pdf, pictures
from tuttava.documents.recording import is_logged
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError, Text
from tuttava.foundation.search import search_ids
from tuttava.interactions.models import InteractionDocumentType as Event
from tuttava.partners.models import Customer
from tuttava.relations.pages.registers import list_url, record_url, shown_name
from tuttava.ui import registry
from tuttava.ui.answers import Answer, fragment, respond
from tuttava.ui.cards import Action, CardField, add_action
from tuttava.ui.lists.declare import BulkLink, Column, Filter, ListPage, Sort, Start
from tuttava.ui.lists.mount import add_link, register_list
from tuttava.ui.lists.selected import rows_in_state, selected_query
from tuttava.ui.notices import notify
from tuttava.ui.values import show
from tuttava.ui.wizards import dialog, form_fields, read_form

C, F = Column, Filter
SET, LIST = "customerStatements", "customer-statements"
#: Up to so many are printed or sent while the user waits; more are printed as a job.
AT_ONCE = 25
MOST = 20_000
#: Customers named on the form.
_NAMED = 10
_FIELDS = (CardField("from_date"), CardField("to_date"))


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """The rows ticked in the list of customers."""
    return HttpResponseRedirect(f"{reverse('customers-statements')}?{selected_query(request)}")


def page(request: HttpRequest) -> HttpResponse:
    """For which days, and how; a POST prints or sends."""
    require("api.write", SET)
    asked = request.POST if request.method == "POST" else request.GET
    ids = _chosen(asked.get("ids", ""), asked.get("state", ""))
    home = _home(ids)
    if not ids:
        notify(request, _("Select at least one row first."))
        return HttpResponseRedirect(home)
    if request.method != "POST":
        return _form(request, ids)
    return respond(request, lambda: _done(request, ids), home=home, refused=lambda error: _form(request, ids, error))


def _chosen(ids: str, state: str) -> list[uuid.UUID]:
    rows: Any = rows_in_state("customers", state) if state else Customer.objects.filter(pk__in=chosen_ids(ids)[:MOST])
    return list(rows.order_by("no").values_list("pk", flat=True)[:MOST])


def _home(ids: Sequence[uuid.UUID]) -> str:
    """Back to where one came from: the one customer, or the list."""
    one = Customer.objects.filter(pk=ids[0]).first() if len(ids) == 1 else None
    return record_url(one) if one is not None else list_url("customer")


def _done(request: HttpRequest, ids: Sequence[uuid.UUID]) -> Answer:
    period = _period(request.POST.dict())
    log = None if "log" in request.POST else False
    sending = request.POST.get("do") == "send"
    if len(ids) > AT_ONCE:
        later = statements.mail_statements_later if sending else statements.print_statements_later
        later(ids, period, log_interaction=log)
        tell("statements.later", _("It is being done. Background work shows how far it is."))
        return Answer(redirect=reverse(LIST))
    customers = list(Customer.objects.filter(pk__in=ids).order_by("no"))
    if sending:
        return _sent(customers, period, log)
    answer = printed(statements.print_statements(customers, period, log_interaction=log))
    words = ngettext("%(count)d statement is printed.", "%(count)d statements are printed.", len(customers))
    tell("statements.printed", words % {"count": len(customers)})
    answer.redirect = _home(ids)
    return answer


def _sent(customers: Sequence[Customer], period: statements.Period, log: bool | None) -> Answer:
    """Each customer gets a mail of its own; who cannot be reached is told and stops no other."""
    sent = 0
    for customer in customers:
        try:
            statements.mail_statement(customer, period, log_interaction=log)
            sent += 1
        except DomainError as error:
            if len(customers) == 1:
                raise
            tell(error.code, error.message, severity="warning")
    words = ngettext("%(count)d statement is on its way.", "%(count)d statements are on their way.", sent)
    tell("statements.sent", words % {"count": sent})
    return Answer(redirect=_home([customer.pk for customer in customers]))


def _period(typed: Mapping[str, str]) -> statements.Period:
    """The days that were typed; raises ``value_invalid`` and ``field_required``."""
    found = read_form(CustomerStatement, _FIELDS, typed)
    for name, day in found.items():
        if day is None:
            raise DomainError("field_required", _("Say for which days."), field=name, rule="I-126")
    first, last = found["from_date"], found["to_date"]
    if first > last:
        raise DomainError("value_invalid", _("The period ends before it begins."), field="to_date", rule="I-126")
    return first, last


@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """The statement of the first customer as it would be for these days; nothing is numbered or recorded."""
    require("api.read", SET)
    ids = _chosen(request.GET.get("ids", ""), request.GET.get("state", ""))
    if not ids:
        raise Http404

    def work() -> Answer:
        period = _period(request.GET.dict())
        return Answer(
            parts={"statement-pages": fragment(request, "documents/statement_pages.html", _pages(ids, period))}
        )

    return respond(request, work, home=list_url("customer"))


def _pages(ids: Sequence[uuid.UUID], period: statements.Period) -> dict[str, Any]:
    customer = Customer.objects.get(pk=ids[0])
    shown = pictures(statements.papers_of([customer], period, next_numbers=True))
    return {
        "title": shown_name(customer),
        "pages": [base64.b64encode(each).decode() for each in shown[:MOST_SHOWN]],
        "more_pages": max(len(shown) - MOST_SHOWN, 0),
    }


def _form(request: HttpRequest, ids: Sequence[uuid.UUID], error: DomainError | None = None) -> HttpResponse:
    today = current().date
    before = (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    named = list(Customer.objects.filter(pk__in=ids[:_NAMED]).order_by("no"))
    words = ngettext("Statement for %(name)s", "Statements for %(count)d customers", len(ids))
    context = {
        "title": words % {"count": len(ids), "name": shown_name(named[0])},
        "ids": request.GET.get("ids", "") or request.POST.get("ids", ""),
        "state": request.GET.get("state", "") or request.POST.get("state", ""),
        "named": [(shown_name(each), record_url(each)) for each in named] if len(ids) > 1 else [],
        "unnamed": len(ids) - len(named),
        "fields": form_fields(
            CustomerStatement,
            _FIELDS,
            values_now={"from_date": before, "to_date": today},
            typed=request.POST.dict() if error is not None else None,
            error=error,
        ),
        "can_log": is_logged(Event.SALES_STATEMENT),
        "asks_log": True,
        "log": is_logged(Event.SALES_STATEMENT),
        "template_setup_url": reverse("interaction-template-setup"),
        "later": len(ids) > AT_ONCE,
        "error": error,
        "home": _home(ids),
        "shown": _pages(ids, (before, today)),
    }
    return dialog(request, "documents/statements.html", context, status=422 if error else 200)


def _may(_customer: Any) -> bool:
    return current().may("api.write", SET)


registry.add_route("customers/statements", page, "customers-statements")
registry.add_route("customers/statements/chosen", choose, "customers-statements-chosen")
registry.add_route("customers/statements/preview", preview, "customers-statements-preview-file")
add_link(
    "customers", BulkLink("statements", gettext_lazy("Statements"), "customers-statements-chosen", "document-text")
)
add_action(
    "customer",
    Action(
        "statement",
        gettext_lazy("Statement"),
        lambda customer: f"{reverse('customers-statements')}?ids={customer.pk}",
        "dialog",
        "document-text",
        _may,
    ),
)


# --- those that were --------------------------------------------------------------------------------------------------


def _found(pk: uuid.UUID) -> CustomerStatement:
    found = CustomerStatement.objects.select_related("customer").filter(pk=pk).first()
    if found is None:
        raise Http404
    require("api.read", SET)
    return found


def _title(statement: Any) -> str:
    return f"{_('Statement')} {statement.statement_no} {statement.customer.no}"


def statement_url(statement: Any) -> str:
    """Its PDF."""
    return reverse("customer-statement-file", kwargs={"pk": statement.pk})


class StatementPapers(Papers):
    """Statements that were printed, set anew from the ledger; that takes no number and leaves no trace."""

    card, path, mailed = "customer-statement", "documents/statements", False

    def find(self, pk: uuid.UUID) -> Any:
        return _found(pk)

    def url(self, record: Any) -> str:
        return statement_url(record)

    def title(self, record: Any) -> Text:
        return _title(record)

    def file(self, record: Any) -> Printed:
        return Printed(f"{_title(record)}.pdf", statements.pdf_of_statement(record))

    def pictures(self, record: Any) -> list[bytes]:
        return pictures([statements.paper_of_statement(record)])

    def print(self, records: Sequence[Any], options: Options) -> Printed:
        """One PDF with all of them."""
        papers = [statements.paper_of_statement(record) for record in records]
        name = _title(records[0]) if len(records) == 1 else _("Statements")
        return Printed(f"{name}.pdf", pdf(papers))


_PAPERS = StatementPapers()


@require_GET
def file(_request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A statement that was printed before."""
    return shown_file(_PAPERS.file(_found(pk)))


def _search(text: str, rows: Any, limit: int) -> list[uuid.UUID]:
    """Statements of the customer with this number or name."""
    customers = search_ids(text, Customer.objects.all(), limit=limit)
    return list(rows.filter(customer__in=customers).order_by("-pk").values_list("pk", flat=True)[:limit])


registry.add_route("documents/statements/<uuid:pk>/pdf", file, "customer-statement-file")
_list = register_list(
    ListPage(
        name=LIST,
        path="documents/statements",
        title=gettext_lazy("Customer statements"),
        model=CustomerStatement,
        columns=[
            C("name", gettext_lazy("name"), 260, value=lambda row: shown_name(row.customer)),
            C("customer_no", gettext_lazy("customer"), 120, value=lambda row: row.customer.no),
            C("statement_no", width=110),
            C("date", width=120, kind="date", sort="made"),
            C("period", gettext_lazy("period"), 200, value=lambda row: f"{show(row.from_date)} – {show(row.to_date)}"),
        ],
        sorts=[Sort("made", ("id",), falls=True)],
        filters=[
            F("customer", gettext_lazy("Customer"), path="customer__no", operators=("is",), quick=True),
            F("date", gettext_lazy("Date"), "date", quick=True),
        ],
        rows=lambda: CustomerStatement.objects.select_related("customer").defer(
            "customer__search_tokens", "customer__search_text"
        ),
        search=_search,
        href=statement_url,
        parent=("documents", gettext_lazy("Documents")),
        start=Start(
            gettext_lazy("No statements yet"),
            gettext_lazy("Tick customers in their list and choose Statements; what was printed stands here."),
            gettext_lazy("Customers"),
            "customers",
            "document-text",
        ),
        set_name=SET,
    )
)
register_printing(_list, _PAPERS, one_file=True)
add_other(
    Other(registry.Entry(LIST, gettext_lazy("Customer statements"), LIST, icon="document-text", order=70), OWED, SET)
)
