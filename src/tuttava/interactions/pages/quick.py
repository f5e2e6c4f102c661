"""Quick log from anywhere: contact, template, text; everything else is folded away."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts.models import Contact
from tuttava.contacts.pages.actions import whole_card
from tuttava.contacts.pages.links import contact_url
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions.drafting import RIGHT, Source, begin
from tuttava.interactions.models import InteractionDraft, InteractionLogEntry
from tuttava.interactions.pages.people import LOOKUP, contact_from, contact_of_page, words_of
from tuttava.interactions.quick import quick_log
from tuttava.ui import registry
from tuttava.ui.answers import Answer, respond
from tuttava.ui.cards import Action, CardField, add_action
from tuttava.ui.undo import undo_address
from tuttava.ui.wizards import dialog, form_fields, read_form

CONTACT = CardField("contact_id", label=gettext_lazy("contact"), lookup=LOOKUP, wide=True)
TEMPLATE = CardField(
    "interaction_template_code",
    label=gettext_lazy("kind of interaction"),
    kind="reference",
    lookup="interactiontemplate",
    wide=True,
)
MORE = (
    CardField("salesperson_code"),
    CardField("date"),
    CardField("time_of_interaction"),
    CardField("duration_min"),
    CardField("cost_lcy"),
    CardField("information_flow"),
    CardField("initiated_by"),
    CardField("evaluation"),
)
#: Where the template of the user's last quick log is kept: most people note the same kind again and again.
_LAST = "interactions.quick_template"


def quick(request: HttpRequest) -> HttpResponse:
    """The dialog; a POST logs at once."""
    require(RIGHT, "interactionLogEntries")
    if request.method != "POST":
        return _form(request)
    return respond(
        request,
        lambda: _log(request),
        home=reverse("home"),
        refused=lambda error: _form(request, error),
    )


def _log(request: HttpRequest) -> Answer:
    contact = contact_from(request.POST.get("contact_id", ""))
    code = request.POST.get("interaction_template_code", "")
    with unit_of_work("log interaction") as unit:
        values = _typed(request, contact, code)
        entry = quick_log(contact, template_code=code, text=request.POST.get("text", ""), values=values)
    request.session[_LAST] = entry.interaction_template_code
    tell("interaction.logged", _("Logged: %(what)s") % {"what": entry.description})
    answer = _shown(request, entry)
    answer.undo = undo_address(unit)
    return answer


def _typed(request: HttpRequest, contact: Contact | None, code: str) -> dict[str, Any]:
    """What was typed under “More”: only what says something else than the start values."""
    typed = read_form(InteractionDraft, MORE, request.POST.dict())
    proposed = _proposed(contact, "")
    return {name: value for name, value in typed.items() if value not in (None, "") and value != proposed.get(name)}


def _shown(request: HttpRequest, entry: InteractionLogEntry) -> Answer:
    """The card of the contact, if that is what lies under the dialog, with the new entry in it."""
    below = contact_of_page(request.POST.get("page", ""))
    if below is not None and below.pk in (entry.contact_id, entry.contact_company_id):
        return whole_card(request, below)
    return Answer(close=True)


def _contact_asked(request: HttpRequest) -> Contact | None:
    try:
        found = Contact.objects.filter(pk=uuid.UUID(request.GET.get("contact", ""))).first()
    except ValueError:
        found = None
    return found or contact_of_page(request.GET.get("row", "")) or contact_of_page(request.GET.get("from", ""))


def _proposed(contact: Contact | None, code: str) -> dict[str, Any]:
    """Start values of the fields that are folded away."""
    try:
        draft = begin(Source(contact=contact), {"interaction_template_code": code} if contact and code else {}).record
    except DomainError:
        draft = begin(Source(), {}).record
    return {field.name: getattr(draft, field.name) for field in MORE}


def _form(request: HttpRequest, error: DomainError | None = None) -> HttpResponse:
    contact = _contact_asked(request) if error is None else None
    typed = request.POST.dict() if error is not None else None
    code = request.GET.get("template") or request.session.get(_LAST, "")
    now = {"contact_id": words_of(contact), "interaction_template_code": code}
    more = _proposed(contact, "")
    first = "contact_id" if contact is None else "text" if code else "interaction_template_code"
    shown = form_fields(InteractionDraft, (CONTACT, TEMPLATE), values_now=now, typed=typed, error=error)
    folded = form_fields(InteractionDraft, MORE, values_now=more, typed=typed, error=error)
    for view in shown:
        view.focus = view.name == first
    context = {
        "fields": shown,
        "more": folded,
        "open": any(view.error for view in folded),
        "text": (typed or {}).get("text", ""),
        "first": first,
        "page": request.GET.get("from", "") or (typed or {}).get("page", ""),
        "form_error": "" if error is None or any(view.error for view in (*shown, *folded)) else str(error),
        "home": contact_url(contact) if contact else reverse("home"),
        "draft": f"interaction.quick.{contact.pk if contact else ''}",
    }
    return dialog(request, "interactions/quick.html", context, status=422 if error else 200)


def _may_log(contact: Any) -> bool:
    return current().may(RIGHT) and not contact.privacy_blocked


registry.add_route("interactions/quick", quick, "interaction-quick")
registry.add_command(
    registry.Command(
        "log-interaction",
        gettext_lazy("Log an interaction"),
        "interaction-quick",
        icon="pencil-square",
        order=15,
        right=RIGHT,
        words=gettext_lazy("note, call, meeting, said"),
        key="l",
        quick=True,
        everywhere=True,
    )
)
add_action(
    "contact",
    Action(
        "quick-log",
        gettext_lazy("Log"),
        lambda contact: f"{reverse('interaction-quick')}?contact={contact.pk}&from={contact_url(contact)}",
        "dialog",
        "pencil-square",
        _may_log,
        key="l",
        first=True,
    ),
)
