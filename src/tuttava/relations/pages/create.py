"""New records of the registers from the few fields one has at hand; the contact behind comes by itself (B-45)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.contacts.privacy import masked
from tuttava.foundation import records
from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.search import search_ids
from tuttava.partners.models import RegisterEntry, RegisterTemplate
from tuttava.partners.templating import TEMPLATES, create_from
from tuttava.relations.pages.create_as import NO_TEMPLATE, TITLES
from tuttava.relations.pages.registers import SHOWN, list_url, name_of, record_url, shown_name
from tuttava.ui import registry
from tuttava.ui.answers import Answer, fragment, respond, wants_json
from tuttava.ui.cards import CardField
from tuttava.ui.wizards import dialog, form_fields, read_form

LIKELY = 4
SHORTEST = 3
MOST_TEMPLATES = 100
#: What is typed that tells whether the record is there already.
LOOKED_AT = ("email", "company_email", "phone_no", "mobile_phone_no", "name", "last_name")
UNSEEN = ("search_tokens", "search_text")

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
        made = self._made(typed, request.POST.get("template_code", ""))
        tell("record.created", _("%(record)s was created.") % {"record": f"{made.no} {name_of(made)}"})
        return Answer(redirect=record_url(made))

    def _made(self, typed: dict[str, Any], code: str) -> RegisterEntry:
        """By the selection rules, with the template chosen, or without any."""
        if not code:
            return records.create(self.pages.model, typed)
        template = None if code == NO_TEMPLATE else TEMPLATES[self.table]._default_manager.filter(code=code).first()
        if template is None and code != NO_TEMPLATE:
            raise DomainError(
                "not_found", _("There is no template “%(code)s”.") % {"code": code}, field="template_code"
            )
        return create_from(self.pages.model, typed, template)

    def likely(self, request: HttpRequest) -> HttpResponse:
        """Records and contacts that look like the one being typed, as a part of the dialog."""
        require("api.read", self.pages.set_name)
        html = fragment(request, "relations/likely.html", {"table": self.table, **self._likely(request)})
        return JsonResponse({"parts": {"likely": html}}) if wants_json(request) else HttpResponse(html)

    def _likely(self, request: HttpRequest) -> dict[str, Any]:
        """By e-mail address, phone number and name; contacts that are linked to this register already stand for it."""
        texts = [request.GET.get(name, "").replace("\x00", "").strip() for name in LOOKED_AT]
        texts = [text for text in texts if len(text) >= SHORTEST]
        rows = self.pages.model._default_manager.defer(*UNSEEN)
        linked = ContactBusinessRelation.objects.filter(link_to_table=self.table, linked_id__isnull=False)
        own, of_company = linked.filter(contact=OuterRef("pk")), linked.filter(contact=OuterRef("company"))
        contacts = Contact.objects.filter(~Exists(own), ~Exists(of_company)).defer(*UNSEEN)
        return {
            "records": [(shown_name(row), row.no, record_url(row)) for row in _alike(rows, texts)],
            "contacts": [masked(contact) for contact in _alike(contacts, texts)],
            "create_words": TITLES[self.table],
        }

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
            "table": self.table,
            "live": reverse(f"{self.table}-likely"),
            "templates": self._templates(),
            "chosen": request.POST.get("template_code", ""),
            "no_template": NO_TEMPLATE,
        }
        return dialog(request, "relations/new.html", context, status=422 if error else 200)

    def _templates(self) -> list[RegisterTemplate]:
        model = TEMPLATES.get(self.table)
        return list(model._default_manager.order_by("code")[:MOST_TEMPLATES]) if model is not None else []


def _alike(rows: QuerySet[Any], texts: Sequence[str]) -> list[Any]:
    """The best hits of what was typed, each once."""
    found: dict[Any, None] = {}
    for text in texts:
        if len(found) < LIKELY:
            found.update(dict.fromkeys(search_ids(text, rows, limit=LIKELY)))
    ids = list(found)[:LIKELY]
    known = {row.pk: row for row in rows.filter(pk__in=ids)} if ids else {}
    return [known[pk] for pk in ids if pk in known]


_WORDS = {
    "customer": gettext_lazy("client buyer"),
    "vendor": gettext_lazy("supplier"),
    "bank_account": gettext_lazy("bank"),
    "employee": gettext_lazy("staff colleague"),
}
for _table, _pages in SHOWN.items():
    _dialog = NewRecord(_table)
    registry.add_route(f"{_pages.list_name}/new", _dialog.show, f"{_table}-new")
    registry.add_route(f"{_pages.list_name}/likely", _dialog.likely, f"{_table}-likely")
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
