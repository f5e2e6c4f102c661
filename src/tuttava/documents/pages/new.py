"""The dialog of a new document: for whom; everything else follows from that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.documents.models import Area, Document, DocumentType
from tuttava.documents.names import title_of
from tuttava.documents.pages.kinds import KINDS, Kind, document_url
from tuttava.documents.pages.parties import contact_field, party_field
from tuttava.documents.quotes import create_quote
from tuttava.foundation import records
from tuttava.foundation.context import require, tell
from tuttava.foundation.errors import DomainError
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import CardField
from tuttava.ui.wizards import dialog, form_fields, read_form


def _fields(kind: Kind) -> tuple[CardField, ...]:
    party = "vendor_id" if kind.purchases else "customer_id"
    more = (CardField("description", wide=True),) if kind.area == Area.SERVICE else ()
    return (party_field(party, wide=True), contact_field("account_contact_id", wide=True), *more)


def _start(kind: Kind) -> Callable[[HttpRequest], HttpResponse]:
    def start(request: HttpRequest) -> HttpResponse:
        require("api.write", kind.set_name)
        if request.method != "POST":
            return _form(request, kind)
        return respond(
            request,
            lambda: _create(request, kind),
            home=reverse(kind.name),
            refused=lambda error: _form(request, kind, error),
        )

    return start


def _create(request: HttpRequest, kind: Kind) -> Answer:
    typed = {name: value for name, value in read_form(Document, _fields(kind), request.POST.dict()).items() if value}
    party = "vendor_id" if kind.purchases else "customer_id"
    contact = typed.get("account_contact_id")
    if party not in typed and contact is None:
        raise DomainError("field_required", _("Say who the document is for."), field=party, rule="I-131")
    only_contact = contact is not None and party not in typed
    if only_contact and kind.document_type == DocumentType.QUOTE and kind.area != Area.SERVICE:
        made = create_quote(typed["account_contact_id"], kind.area)
    else:
        made = records.create(Document, typed, given={"area": kind.area, "document_type": kind.document_type})
    tell("record.created", _("%(record)s was created.") % {"record": title_of(made)})
    return Answer(redirect=document_url(made))


def _form(request: HttpRequest, kind: Kind, error: DomainError | None = None) -> HttpResponse:
    typed = request.POST.dict() if error is not None else None
    party = "vendor_id" if kind.purchases else "customer_id"
    start: dict[str, Any] = {party: request.GET.get("account", "")[:20]}
    fields = form_fields(Document, _fields(kind), values_now=start, typed=typed, error=error)
    context = {
        "title": kind.new_label,
        "fields": fields,
        "form_error": "" if error is None or any(view.error for view in fields) else str(error),
        "submit": gettext_lazy("Create"),
        "home": reverse(kind.name),
        "draft": f"{kind.name}.new",
    }
    return dialog(request, "ui/wizards/form.html", context, status=422 if error else 200)


for _kind in KINDS:
    registry.add_route(f"documents/{_kind.name}/new", _start(_kind), _kind.start)
    registry.add_command(
        registry.Command(f"new-{_kind.name}", _kind.new_label, _kind.start, icon="plus", order=120, right="api.write")
    )
