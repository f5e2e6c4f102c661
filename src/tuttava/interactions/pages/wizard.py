"""The wizards as dialogs: one step after the other, kept on the server, and plain pages without script."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts.models import Contact
from tuttava.contacts.pages.links import contact_url
from tuttava.foundation import records
from tuttava.foundation.cleaning import same
from tuttava.foundation.context import current, require, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.file_kinds import kind_of
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions import draft_content, drafting, wizard
from tuttava.interactions.drafting import FILTERED, RIGHT, SET_NAME, Source
from tuttava.interactions.kept_mails import is_unsent
from tuttava.interactions.models import (
    DraftKind,
    InteractionComment,
    InteractionDraft,
    InteractionLogEntry,
    InteractionTemplate,
)
from tuttava.interactions.pages import steps
from tuttava.interactions.pages.mail import merge_fields, to_unsent
from tuttava.interactions.pages.people import contact_from
from tuttava.interactions.resuming import resume
from tuttava.interactions.sending import preview_of
from tuttava.ui import registry
from tuttava.ui.answers import Answer, fragment, respond, wants_json
from tuttava.ui.cards import Action, add_action
from tuttava.ui.lists.state import ListState
from tuttava.ui.wizards import dialog, read_form

#: Filters of the log list by the names of its chips.
_CHIPS = {
    "contact": "contact_no",
    "salesperson": "salesperson_code",
    "campaign": "campaign_no",
    "opportunity": "opportunity_no",
    "task": "task_no",
    "segment": "segment_no",
}
LARGEST_FILE = 50 * 1024 * 1024


def new(request: HttpRequest) -> HttpResponse:
    """Open the wizard for a contact, a salesperson or the filters of the log; one left open goes on (I-21)."""
    require(RIGHT, SET_NAME)
    chips = _chips(request)
    asked = {name: request.GET[name] for name in FILTERED if request.GET.get(name)}
    asked = {**{_CHIPS[name]: value for name, value in chips.items() if name in _CHIPS}, **asked}
    source = drafting.source_of(asked)
    if request.GET.get("contact"):
        source = Source(contact=_contact(request.GET["contact"]))
    draft = drafting.open_draft(source) or drafting.start(source)
    return _with_template(request, draft, chips.get("template", ""))


def _chips(request: HttpRequest) -> dict[str, str]:
    """What the log list was narrowed to: chips that name exactly one thing that there is (I-21)."""
    state = ListState.read(request.GET)
    found = {chip.field: chip.values[0] for chip in state.chips if chip.operator == "is" and len(chip.values) == 1}
    for name, column, model in (("contact", "no", Contact), ("template", "code", InteractionTemplate)):
        if name in found and not model._default_manager.filter(**{column: as_code(found[name])}).exists():
            del found[name]
    return found


def _with_template(request: HttpRequest, draft: InteractionDraft, code: str) -> HttpResponse:
    """The wizard with the kind of interaction that the list was narrowed to: it waits in its field for a contact."""
    if not code or draft.interaction_template_code or draft.step != wizard.WHAT:
        return show_step(request, draft)
    if draft.contact_id is None:
        return show_step(request, draft, proposed={"interaction_template_code": as_code(code)})
    with unit_of_work("interaction wizard"):
        return show_step(request, drafting.enter(draft, {"interaction_template_code": as_code(code)}))


def resumed(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Go on with a postponed interaction (I-77): a mail that was kept is written on, anything else in the wizard."""
    entry = InteractionLogEntry.objects.select_related("attachment").filter(pk=pk).first()
    if entry is None:
        raise Http404
    if is_unsent(entry):
        return to_unsent(request, pk)
    return show_step(request, resume(entry))


def show(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A wizard at its step."""
    require(RIGHT, SET_NAME)
    return show_step(request, _draft(pk))


def show_step(
    request: HttpRequest,
    draft: InteractionDraft,
    error: DomainError | None = None,
    proposed: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The dialog, or the page, of the step; ``proposed`` stands in its fields without being entered."""
    context = {"step_part": _step(request, draft, error, proposed), "title": _title(draft)}
    return dialog(request, "interactions/wizard.html", context, status=422 if error else 200)


def go(request: HttpRequest, pk: uuid.UUID, verb: str) -> HttpResponse:
    """A button of a step: what was typed is entered first, and stays entered when the rest is refused."""
    work = VERBS.get(verb)
    if work is None or request.method != "POST":
        raise Http404
    draft = _draft(pk)

    def done() -> Answer:
        nonlocal draft
        if verb != "cancel":
            draft = entered(request, draft)
        return work(request, draft)

    return respond(
        request,
        done,
        home=reverse("interaction-draft", kwargs={"pk": draft.pk}),
        refused=lambda error: show_step(request, draft, error),
    )


def keep(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Enter what stands in the form, and answer the fields that changed with it; ``closing``: comments as well."""
    draft = InteractionDraft.objects.filter(pk=pk, user_name=current().user_name).first()
    if request.method != "POST" or draft is None:
        raise Http404

    def work() -> Answer:
        fresh = entered(request, draft, comments="closing" in request.GET)
        views = steps.views_of(fresh)
        shown = {view.name: ("true" if view.checked else "") if view.kind == "flag" else view.typed for view in views}
        return Answer(extra={"values": shown})

    return respond(request, work, home=reverse("interaction-draft", kwargs={"pk": pk}))


def entered(request: HttpRequest, draft: InteractionDraft, *, comments: bool = True) -> InteractionDraft:
    """The draft with what was typed into the step: only fields that say something new run their rules."""
    fields = [field for field in steps.fields_of(draft) if field.name != "contact_id"]
    typed = read_form(InteractionDraft, fields, request.POST.dict())
    found = {name: value for name, value in typed.items() if not same(getattr(draft, name), value)}
    with unit_of_work("interaction wizard"):
        if "contact_id" in request.POST and not steps.is_contact_fixed(draft):
            found = {**_contact_typed(request, draft), **found}
        draft = drafting.enter(draft, found)
        picked = request.FILES.get("content")
        if picked is not None and picked.size:
            if picked.size > LARGEST_FILE:
                raise DomainError("file_too_large", _("The file is larger than 50 MB."), field="content")
            draft = wizard.write_content(draft, picked.read(), picked.name or "")
        text = request.POST.get("comment", "").strip()
        if comments and text:
            records.create(InteractionComment, {"comment": text}, given={"draft_id": draft.pk})
    return draft


def _contact_typed(request: HttpRequest, draft: InteractionDraft) -> dict[str, Any]:
    text = request.POST.get("contact_id", "").strip()
    contact = contact_from(text)
    if text and contact is None:
        raise DomainError(
            "contact_not_found", _("There is no contact “%(name)s”.") % {"name": text[:60]}, field="contact_id"
        )
    wanted = contact.pk if contact else None
    return {} if wanted == draft.contact_id else {"contact_id": wanted}


# --- buttons ---------------------------------------------------------------------------------------------------------


def _next(request: HttpRequest, draft: InteractionDraft) -> Answer:
    with unit_of_work("interaction wizard"):
        draft = wizard.next_step(draft)
        if steps.is_empty(draft):
            draft = wizard.next_step(draft)
    return _stepped(request, draft)


def _back(request: HttpRequest, draft: InteractionDraft) -> Answer:
    return _stepped(request, wizard.back(draft))


def _finish(request: HttpRequest, draft: InteractionDraft) -> Answer:
    wished = request.POST.get("create_opportunity") == "true"
    finished = wizard.finish(draft, create_opportunity=wished)
    words = _("Interaction %(entry)s was logged: %(what)s")
    tell("interaction.logged", words % {"entry": finished.entry.entry_no, "what": finished.entry.description})
    return _closed(finished.entry.contact)


def _postpone(request: HttpRequest, draft: InteractionDraft) -> Answer:
    entry = wizard.postpone(draft)
    tell("interaction.postponed", _("Interaction %(entry)s is kept for later.") % {"entry": entry.entry_no})
    return _closed(entry.contact)


def _cancel(request: HttpRequest, draft: InteractionDraft) -> Answer:
    wizard.cancel(draft)
    return Answer(close=True, redirect="" if wants_json(request) else reverse("home"))


def _stepped(request: HttpRequest, draft: InteractionDraft) -> Answer:
    if not wants_json(request):
        return Answer(redirect=reverse("interaction-draft", kwargs={"pk": draft.pk}))
    return Answer(parts={"wizard-step": _step(request, draft, None)})


def _closed(contact: Contact | None) -> Answer:
    return Answer(redirect=contact_url(contact) if contact else reverse("home"))


VERBS: dict[str, Callable[[HttpRequest, InteractionDraft], Answer]] = {
    "next": _next,
    "back": _back,
    "finish": _finish,
    "postpone": _postpone,
    "cancel": _cancel,
}


# --- content ---------------------------------------------------------------------------------------------------------


def content(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The file that the draft holds, to be opened and edited (I-40)."""
    require(RIGHT, SET_NAME)
    held = draft_content.content(_draft(pk))
    if held is None or held.data is None:
        raise Http404
    answer = HttpResponse(held.data, content_type=kind_of(held.data).media_type)
    name = held.file_name or f"{_('document')}.{held.extension}"
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def preview(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The mail as it will look, on a page that runs and fetches nothing (I-39)."""
    require(RIGHT, SET_NAME)
    answer = HttpResponse(preview_of(_draft(pk)))
    answer.headers["Content-Security-Policy"] = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"
    return answer


# --- what a step shows -----------------------------------------------------------------------------------------------


def _step(
    request: HttpRequest,
    draft: InteractionDraft,
    error: DomainError | None,
    proposed: Mapping[str, str] | None = None,
) -> str:
    typed = request.POST.dict() if error is not None else proposed
    views = steps.views_of(draft, typed=typed, error=error)
    main, more = steps.split(draft, views)
    last = steps.is_last(draft)
    address = {name: reverse("interaction-go", kwargs={"pk": draft.pk, "verb": name}) for name in VERBS}
    context = {
        "draft": draft,
        "title": _title(draft),
        "about": steps.about(draft),
        "fields": main,
        "more": more,
        "more_open": any(view.error for view in more),
        "note": steps.note_of(draft),
        "call": steps.number_of(draft),
        "call_now": steps.dials_now(draft),
        "content": steps.content_of(draft),
        "printed": steps.printed(draft),
        "findings": steps.findings_of(draft),
        "merge_fields": merge_fields(),
        "comments": InteractionComment.objects.filter(draft=draft).order_by("line_no"),
        "address": address,
        "action": address["finish" if last else "next"],
        "submit": steps.button_of(draft),
        "keep": reverse("interaction-keep", kwargs={"pk": draft.pk}),
        "logged": steps.is_logged(draft),
        "may_go_back": steps.may_go_back(draft),
        "offers_opportunity": last and steps.offers_opportunity(draft),
        "form_error": "" if error is None or any(view.error for view in views) else str(error),
    }
    return fragment(request, "interactions/step.html", context)


def _title(draft: InteractionDraft) -> str:
    if draft.kind == DraftKind.PHONE_CALL:
        return _("Phone call")
    return _("Continue interaction") if draft.resumed_entry_no else _("Create interaction")


def _draft(pk: uuid.UUID) -> InteractionDraft:
    found = InteractionDraft.objects.filter(pk=pk, user_name=current().user_name).first()
    if found is None:
        raise Http404
    return found


def _contact(text: str) -> Contact:
    try:
        found = Contact.objects.select_related("company").filter(pk=uuid.UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


registry.add_route("interactions/new", new, "interaction-new")
registry.add_route("interactions/drafts/<uuid:pk>", show, "interaction-draft")
registry.add_route("interactions/drafts/<uuid:pk>/keep", keep, "interaction-keep")
registry.add_route("interactions/drafts/<uuid:pk>/content", content, "interaction-content")
registry.add_route("interactions/drafts/<uuid:pk>/preview", preview, "interaction-preview")
registry.add_route("interactions/drafts/<uuid:pk>/go/<slug:verb>", go, "interaction-go")
registry.add_route("interactions/<uuid:pk>/resume", resumed, "interaction-resume")
registry.add_script("interactions/wizard.js")
registry.add_command(
    registry.Command(
        "new-interaction",
        gettext_lazy("Create interaction"),
        "interaction-new",
        icon="chat-bubble-left-right",
        order=16,
        right=RIGHT,
        words=gettext_lazy("letter, e-mail, meeting, wizard"),
    )
)


def _may_start(contact: Any) -> bool:
    return current().may(RIGHT) and not contact.privacy_blocked


add_action(
    "contact",
    Action(
        "interaction",
        gettext_lazy("Create interaction"),
        lambda contact: f"{reverse('interaction-new')}?contact={contact.pk}",
        "dialog",
        "chat-bubble-left-right",
        _may_start,
    ),
)
add_action(
    "salesperson",
    Action(
        "interaction",
        gettext_lazy("Create interaction"),
        lambda salesperson: f"{reverse('interaction-new')}?salesperson_code={salesperson.code}",
        "dialog",
        "chat-bubble-left-right",
        lambda salesperson: current().may(RIGHT) and not salesperson.blocked,
    ),
)
