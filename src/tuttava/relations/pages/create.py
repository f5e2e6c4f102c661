"""New records of the registers from the few fields one has at hand; the contact behind comes by itself (B-45)."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation import records
from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import DomainError
from tuttava.relations.pages.registers import SHOWN, list_url, name_of, record_url
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import CardField
from tuttava.ui.wizards import dialog, form_fields, read_form

F = CardField
_REACHED = (F("phone_no", kind="phone"), F("email", kind="email"))
_PLACE = (F("address", wide=True), F("post_code", lookup="post-code"), F("city", lookup="city"))
FIELDS: dict[str, Sequence[CardField]] = {
    "customer": (F("name", wide=True), F("contact_type"), F("salesperson_code"), *_PLACE, *_REACHED),
    "vendor": (F("name", wide=True), F("purchaser_code"), *_PLACE, *_REACHED),
    "bank_account": (F("name", wide=True), F("bank_account_no"), F("iban"), F("currency_code"), *_REACHED),
    "employee": (
        *(F("first_name"), F("last_name"), F("job_title"), F("mobile_phone_no", kind="phone")),
        *(F("company_email", kind="email"), F("employment_date")),
    ),
}
#: The field without which a new record would have no name.
NAMED_BY = {"employee": "first_name"}


class NewRecord:
    """The dialog of one register."""

    def __init__(self, table: str) -> None:
        self.pages = SHOWN[table]
        self.table = table

    def show(self, request: HttpRequest) -> HttpResponse:
        """The dialog; a POST creates the record and opens its card."""
        require("api.write", self.pages.set_name)
        if request.method != "POST":
            return self._form(request)
        return respond(
            request,
            lambda: self._create(request),
            home=list_url(self.table),
            refused=lambda error: self._form(request, error),
        )

    def _create(self, request: HttpRequest) -> Answer:
        sent = read_form(self.pages.model, FIELDS[self.table], request.POST.dict())
        typed = {name: value for name, value in sent.items() if value}
        named_by = NAMED_BY.get(self.table, "name")
        if not typed.get(named_by):
            raise DomainError("field_required", _("A name is needed. Type one."), field=named_by)
        made = records.create(self.pages.model, typed)
        tell("record.created", _("%(record)s was created.") % {"record": f"{made.no} {name_of(made)}"})
        return Answer(redirect=record_url(made))

    def _form(self, request: HttpRequest, error: DomainError | None = None) -> HttpResponse:
        typed = request.POST.dict() if error is not None else None
        start = {"name": request.GET.get("name", "")}
        fields = form_fields(self.pages.model, FIELDS[self.table], values_now=start, typed=typed, error=error)
        context = {
            "title": self.pages.new_label,
            "fields": fields,
            "form_error": "" if error is None or any(view.error for view in fields) else str(error),
            "submit": _("Create"),
            "home": list_url(self.table),
            "draft": f"{self.table}.new",
        }
        return dialog(request, "ui/wizards/form.html", context, status=422 if error else 200)


_WORDS = {
    "customer": gettext_lazy("client buyer"),
    "vendor": gettext_lazy("supplier"),
    "bank_account": gettext_lazy("bank"),
    "employee": gettext_lazy("staff colleague"),
}
for _table, _pages in SHOWN.items():
    registry.add_route(f"{_pages.list_name}/new", NewRecord(_table).show, f"{_table}-new")
    registry.add_command(
        registry.Command(
            f"new-{_table}",
            _pages.new_label,
            f"{_table}-new",
            icon="plus",
            order=20 + _pages.order,
            right="api.write",
            words=_WORDS[_table],
        )
    )
