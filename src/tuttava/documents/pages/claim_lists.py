"""Lists of reminders and finance charge memos, issued or not; beginning one; what reminds by itself (I-128)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.documents import claims
from tuttava.documents.models import Claim, ClaimKind, ClaimLine, IssuedClaim, IssuedClaimLine, ReminderAutomation
from tuttava.documents.pages.bulk import each
from tuttava.documents.pages.claims import ISSUED, ISSUED_SETS, SETS, claim_url, list_name
from tuttava.documents.pages.overview import OWED, Other, add_other
from tuttava.documents.pages.parties import party_field
from tuttava.documents.pages.print_lists import register_printing
from tuttava.documents.printing.dues import claim_title
from tuttava.foundation import records
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError, Text
from tuttava.foundation.fields import as_code
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.search import search_ids
from tuttava.partners.models import Customer
from tuttava.partners.pages.terms import TRADE
from tuttava.relations.pages.registers import shown_name
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import Action, CardField, CardPage, Group, register_card
from tuttava.ui.lists.declare import BulkAction, Column, Filter, ListPage, Plan, Rows, Sort, Start
from tuttava.ui.lists.mount import register_list
from tuttava.ui.undo import register_undo
from tuttava.ui.values import show_number
from tuttava.ui.wizards import dialog, form_fields, read_form

C, F = Column, Filter
_UNSEEN = ("customer__search_tokens", "customer__search_text")
#: Customers whose reminders a search by name looks through.
_PARTIES = 50
_TITLES: dict[ClaimKind, tuple[Text, Text, Text, str]] = {
    ClaimKind.REMINDER: (
        gettext_lazy("Reminders"),
        gettext_lazy("Issued reminders"),
        gettext_lazy("New reminder"),
        "bell-alert",
    ),
    ClaimKind.FINANCE_CHARGE_MEMO: (
        gettext_lazy("Finance charge memos"),
        gettext_lazy("Issued finance charge memos"),
        gettext_lazy("New finance charge memo"),
        "receipt-percent",
    ),
}


def _rows(model: type[Claim] | type[IssuedClaim], kind: ClaimKind) -> Callable[[], QuerySet[Any]]:
    return lambda: model._default_manager.filter(kind=kind).select_related("customer").defer(*_UNSEEN)


def _search(text: str, rows: QuerySet[Any], limit: int) -> Sequence[uuid.UUID]:
    wanted = as_code(text.strip())
    if not wanted:
        return []
    found = list(rows.filter(no__startswith=wanted).order_by("no").values_list("pk", flat=True)[:limit])
    customers = search_ids(text, Customer.objects.all(), limit=_PARTIES)
    more = rows.filter(customer__in=customers).exclude(pk__in=found).order_by("-no")
    return [*found, *more.values_list("pk", flat=True)[: limit - len(found)]]


def _sums(model: type[ClaimLine] | type[IssuedClaimLine]) -> Callable[[list[Any]], None]:
    """What is to be paid, for all rows of a page."""

    def prepare(rows: list[Any]) -> None:
        lines = model._default_manager.filter(claim__in=rows).order_by().values("claim_id")
        sums = dict(lines.annotate(sum=Sum("remaining_amount_lcy")).values_list("claim_id", "sum"))
        for row in rows:
            row.to_pay = sums.get(row.pk, Decimal(0))

    return prepare


def _columns(*, issued: bool) -> list[Column]:
    return [
        C("name", gettext_lazy("name"), 240, value=lambda row: shown_name(row.customer)),
        C("no", width=120, sort="no"),
        C("posting_date", width=120, kind="date"),
        C("due_date", width=120, kind="date"),
        C(
            "to_pay",
            gettext_lazy("to be paid"),
            130,
            value=lambda row: row.to_pay,
            cell=lambda row: show_number(row.to_pay, 2),
            number=True,
        ),
        C("posting_description", width=220, hidden=not issued),
        *([C("no_printed", width=110), C("pre_assigned_no", width=150, hidden=True)] if issued else []),
    ]


def _issue(rows: Rows, entered: Mapping[str, str]) -> int:
    return each(rows, claims.issue)


def _issue_and_send(rows: Rows, entered: Mapping[str, str]) -> int:
    return each(rows, lambda claim: claims.issue(claim, send_by_email=True))


def _mail(rows: Rows, entered: Mapping[str, str]) -> int:
    return each(rows, claims.mail_claim)


def _all(rows: Rows, _entered: Mapping[str, str]) -> Plan:
    return Plan(rows.order_by().count())


def _final(name: str, *actions: BulkAction) -> list[BulkAction]:
    """What is not taken back by a click: numbers were drawn, mails have left."""
    for action in actions:
        register_undo(f"{action.name} {name}", None)
    return list(actions)


_ISSUED_WORDS = gettext_lazy("Issued: %(count)d.")
for _kind, (_title, _issued_title, _new, _icon) in _TITLES.items():
    _name, _issued_name = list_name(_kind), list_name(_kind, issued=True)
    _filters = [
        F("posted", gettext_lazy("Posting date"), "date", "posting_date", quick=True),
        F("due", gettext_lazy("Due date"), "date", "due_date", quick=True),
        F("customer", gettext_lazy("Customer"), path="customer__no", operators=("is",)),
    ]
    register_list(
        ListPage(
            name=_name,
            path=f"documents/{_name}",
            title=_title,
            model=Claim,
            columns=_columns(issued=False),
            sorts=[Sort("no", ("no",), falls=True)],
            filters=_filters,
            rows=_rows(Claim, _kind),
            search=_search,
            href=claim_url,
            prepare=_sums(ClaimLine),
            bulk=_final(
                _name,
                BulkAction("issue", gettext_lazy("Issue"), _issue, _all, (), "check-circle", done=_ISSUED_WORDS),
                BulkAction(
                    "issue-send",
                    gettext_lazy("Issue and send"),
                    _issue_and_send,
                    _all,
                    (),
                    "paper-airplane",
                    done=_ISSUED_WORDS,
                ),
            ),
            parent=("documents", gettext_lazy("Documents")),
            new=f"{_name}-start",
            new_label=_new,
            start=Start(
                gettext_lazy("Nobody is being reminded"),
                gettext_lazy("Begin one for a customer with overdue invoices, or let the automation do it."),
                _new,
                f"{_name}-start",
                _icon,
            ),
            set_name=SETS[_kind],
        )
    )
    _issued = register_list(
        ListPage(
            name=_issued_name,
            path=f"documents/{_issued_name}",
            title=_issued_title,
            model=IssuedClaim,
            columns=_columns(issued=True),
            sorts=[Sort("no", ("no",), falls=True)],
            filters=_filters,
            rows=_rows(IssuedClaim, _kind),
            search=_search,
            href=claim_url,
            prepare=_sums(IssuedClaimLine),
            bulk=_final(
                _issued_name,
                BulkAction(
                    "send", gettext_lazy("E-mail"), _mail, _all, (), "envelope", done=gettext_lazy("Sent: %(count)d.")
                ),
            ),
            parent=("documents", gettext_lazy("Documents")),
            start=Start(gettext_lazy("Nothing issued yet"), gettext_lazy("What was issued stands here, to be sent.")),
            set_name=ISSUED_SETS[_kind],
        )
    )
    register_printing(_issued, ISSUED)
    _order = 30 if _kind == ClaimKind.REMINDER else 50
    _entry = registry.Entry(_name, _title, _name, icon=_icon, order=_order)
    add_other(Other(_entry, OWED, SETS[_kind], f"{_name}-start", _new))
    _entry = registry.Entry(_issued_name, _issued_title, _issued_name, icon=_icon, order=_order + 10)
    add_other(Other(_entry, OWED, ISSUED_SETS[_kind]))


# --- beginning one ----------------------------------------------------------------------------------------------------

_FIELDS = (party_field("customer_id", wide=True), CardField("posting_date"), CardField("due_date"))


def _start(kind: ClaimKind) -> Callable[[HttpRequest], HttpResponse]:
    home = list_name(kind)

    def start(request: HttpRequest) -> HttpResponse:
        require("api.write", SETS[kind])
        if request.method != "POST":
            return form(request)
        return respond(request, lambda: create(request), home=reverse(home), refused=lambda error: form(request, error))

    def create(request: HttpRequest) -> Answer:
        """A new one takes the overdue invoices at once."""
        typed = {name: value for name, value in read_form(Claim, _FIELDS, request.POST.dict()).items() if value}
        with unit_of_work("create reminder", str(_TITLES[kind][2])):
            made = records.create(Claim, typed, given={"kind": kind})
            claims.suggest_lines(made)
        tell("record.created", _("%(record)s was created.") % {"record": claim_title(made)})
        return Answer(redirect=claim_url(made))

    def form(request: HttpRequest, error: DomainError | None = None) -> HttpResponse:
        typed = request.POST.dict() if error is not None else None
        now: dict[str, Any] = {
            "customer_id": request.GET.get("account", "")[:20],
            "posting_date": current().date,
        }
        fields = form_fields(Claim, _FIELDS, values_now=now, typed=typed, error=error)
        context = {
            "title": _TITLES[kind][2],
            "lead": _("The overdue invoices of the customer come with it."),
            "fields": fields,
            "form_error": "" if error is None or any(view.error for view in fields) else str(error),
            "submit": _("Create"),
            "home": reverse(home),
            "draft": f"{home}.new",
        }
        return dialog(request, "ui/wizards/form.html", context, status=422 if error else 200)

    return start


for _kind in _TITLES:
    _name = list_name(_kind)
    registry.add_route(f"documents/{_name}/new", _start(_kind), f"{_name}-start")
    registry.add_command(
        registry.Command(f"new-{_name}", _TITLES[_kind][2], f"{_name}-start", icon="plus", order=125, right="api.write")
    )


# --- the automation ---------------------------------------------------------------------------------------------------


def _run(request: HttpRequest) -> HttpResponse:
    """Remind now, as the settings say."""
    require("api.write", "reminderAutomation")
    if request.method != "POST":
        return HttpResponse(status=405)

    def work() -> Answer:
        if not claims.automation().enabled:
            tell("reminders.off", _("The automation is switched off. Switch it on first."), severity="warning")
            return Answer()
        claims.run_automation_later()
        tell("reminders.run", _("Customers are being reminded. Background work shows how far it is."))
        return Answer(redirect=reverse(list_name(ClaimKind.REMINDER, issued=claims.automation().issue)))

    return respond(request, work, home=reverse("reminder-automation"))


registry.add_route("setup/reminder-automation/run", _run, "reminder-automation-run")
register_card(
    CardPage(
        name="reminder-automation",
        path="setup/reminder-automation",
        model=ReminderAutomation,
        single=claims.automation,
        title=lambda settings: gettext_lazy("Reminder automation"),
        caption=gettext_lazy("Reminder automation"),
        parent=lambda: (reverse("setup"), gettext_lazy("Setup")),
        groups=(
            Group(
                "general",
                gettext_lazy("General"),
                [CardField(name) for name in ("enabled", "issue", "send_by_email", "log_interaction")],
                note=gettext_lazy("A run reminds every customer with overdue invoices that no running reminder names."),
            ),
        ),
        actions=(
            Action(
                "run",
                gettext_lazy("Run now"),
                lambda settings: reverse("reminder-automation-run"),
                "post",
                "play",
                lambda settings: current().may("api.write", "reminderAutomation"),
            ),
        ),
    )
)
registry.add_setup(
    registry.SetupEntry(
        "reminder-automation",
        gettext_lazy("Reminder automation"),
        "reminder-automation",
        icon="bell-alert",
        order=354,
        group=TRADE,
        description=gettext_lazy("Who is reminded of overdue invoices without being asked."),
    )
)
