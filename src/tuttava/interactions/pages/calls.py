"""Phone calls from cards: outgoing with a number to dial, incoming with a template (I-52 to I-58)."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy

from tuttava.contacts.models import Contact
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import is_hidden
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.interactions import calling
from tuttava.interactions.drafting import RIGHT, SET_NAME, Source, enter, open_draft
from tuttava.interactions.models import DraftKind, InteractionDraft
from tuttava.interactions.pages.people import LOOKUP, contact_from, contact_of_page, words_of
from tuttava.interactions.pages.wizard import show_step
from tuttava.partners.rules.registers import REGISTERS
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import Action, CardField, add_action
from tuttava.ui.replies import refusal
from tuttava.ui.wizards import dialog, form_fields

FIELDS = (
    CardField("contact_id", label=gettext_lazy("who calls"), kind="reference", lookup=LOOKUP, wide=True),
    CardField(
        "interaction_template_code",
        label=gettext_lazy("kind of interaction"),
        kind="reference",
        lookup="interactiontemplate",
        wide=True,
    ),
)
#: The template that new companies have for calls from outside (section 6).
USUAL = "CALL-IN"


def call(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Call a contact; a call left open goes on. ``dialled``: the telephone has the ``number`` already."""
    return _call(request, Contact.objects.select_related("company").filter(pk=pk).first())


def call_party(request: HttpRequest, table: str, pk: uuid.UUID) -> HttpResponse:
    """Call the contact behind a customer, vendor or bank account (I-52)."""
    model = REGISTERS.get(table)
    record = model._default_manager.filter(pk=pk).first() if model else None
    if record is None:
        raise Http404
    require(RIGHT, SET_NAME)
    try:
        return _call(request, calling.contact_behind(record))
    except DomainError as error:
        return refusal(request, error)


def _call(request: HttpRequest, contact: Contact | None) -> HttpResponse:
    require(RIGHT, SET_NAME)
    if contact is None:
        raise Http404
    source = Source(contact=contact)
    phone = "Mobi" in request.headers.get("User-Agent", "")
    number = request.GET.get("number", "")
    try:
        draft = open_draft(source, DraftKind.PHONE_CALL) or calling.start_call(
            source, number=number, device="phone" if phone else "desk"
        )
        if number and calling.is_first(draft):
            draft = enter(draft, {"contact_via": number, "dial_contact": "dialled" not in request.GET})
    except DomainError as error:
        return dialog(request, "interactions/cannot.html", {"error": error, "home": contact_url(contact)})
    return show_step(request, draft)


def incoming(request: HttpRequest) -> HttpResponse:
    """Somebody calls: whom, and what kind of call; the time counts from here (I-58)."""
    require(RIGHT, SET_NAME)
    if request.method != "POST":
        return _asked(request)

    def work() -> Answer:
        contact = contact_from(request.POST.get("contact_id", ""))
        code = request.POST.get("interaction_template_code", "")
        draft = calling.start_incoming(Source(contact=contact), code)
        return Answer(redirect=reverse("interaction-draft", kwargs={"pk": draft.pk}))

    return respond(request, work, home=reverse("home"), refused=lambda error: _asked(request, error))


def _asked(request: HttpRequest, error: DomainError | None = None) -> HttpResponse:
    below = contact_of_page(request.GET.get("from", ""))
    now = {"contact_id": words_of(below), "interaction_template_code": USUAL}
    typed = request.POST.dict() if error else None
    fields = form_fields(InteractionDraft, FIELDS, values_now=now, typed=typed, error=error)
    context = {
        "title": gettext_lazy("Incoming call"),
        "lead": gettext_lazy("Type a name or the number that calls. The time counts from now."),
        "fields": fields,
        "submit": gettext_lazy("Take the call"),
        "home": reverse("home"),
        "form_error": "" if error is None or any(view.error for view in fields) else str(error),
    }
    return dialog(request, "ui/wizards/form.html", context, status=422 if error else 200)


def _may_call(contact: Any) -> bool:
    numbers = contact.phone_no or contact.mobile_phone_no
    return bool(numbers) and current().may(RIGHT) and not contact.privacy_blocked and not is_hidden(contact)


def _party_address(table: str, record: Any) -> str:
    return reverse("party-call", kwargs={"table": table, "pk": record.pk})


registry.add_route("contacts/<uuid:pk>/call", call, "contact-call")
registry.add_route("interactions/call/<slug:table>/<uuid:pk>", call_party, "party-call")
registry.add_route("interactions/incoming", incoming, "incoming-call")
registry.add_command(
    registry.Command(
        "incoming-call",
        gettext_lazy("Incoming call"),
        "incoming-call",
        icon="phone",
        order=17,
        right=RIGHT,
        words=gettext_lazy("telephone, ring"),
    )
)
add_action(
    "contact",
    Action(
        "call",
        gettext_lazy("Call"),
        lambda contact: reverse("contact-call", kwargs={"pk": contact.pk}),
        "dialog",
        "phone",
        _may_call,
        first=True,
    ),
)
for _table in ("customer", "vendor", "bank_account"):
    add_action(
        _table,
        Action(
            "call",
            gettext_lazy("Call"),
            partial(_party_address, _table),
            "dialog",
            "phone",
            lambda record: current().may(RIGHT),
        ),
    )
