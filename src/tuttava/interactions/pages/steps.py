"""What each step of the wizards asks for, and what it says (3.4, 3.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.contacts.models import Contact, CorrespondenceType
from tuttava.contacts.privacy import masked
from tuttava.foundation.errors import DomainError
from tuttava.foundation.rich_text import as_typed
from tuttava.interactions import calling, draft_content, related, wizard
from tuttava.interactions.drafting import RESULT_STEP
from tuttava.interactions.models import DraftKind, InteractionDraft, WizardAction
from tuttava.interactions.pages.people import LOOKUP, words_of
from tuttava.interactions.preflight import Finding, look_over_draft
from tuttava.ui import registry
from tuttava.ui.cards import CardField
from tuttava.ui.cards.fields import FieldView
from tuttava.ui.wizards import form_fields

_CONTACT = CardField("contact_id", label=gettext_lazy("contact"), kind="reference", lookup=LOOKUP, wide=True)
_TEMPLATE = CardField(
    "interaction_template_code",
    label=gettext_lazy("kind of interaction"),
    kind="reference",
    lookup="interactiontemplate",
    wide=True,
)
_DESCRIPTION = CardField("description", wide=True)
_LANGUAGE = CardField("interaction_language_code", lookup="interaction-variant")
_WHO = (CardField("salesperson_code"), CardField("date"), CardField("time_of_interaction"))
_WHAT_MORE = (
    *_WHO,
    _LANGUAGE,
    CardField("correspondence_type"),
    CardField("information_flow"),
    CardField("initiated_by"),
)
_BODY = CardField("content_body", label=gettext_lazy("text of the e-mail"), kind="rich", wide=True)
_RESULT = (
    _DESCRIPTION,
    CardField("evaluation"),
    CardField("duration_min"),
    CardField("cost_lcy"),
    CardField("interaction_successful", label=gettext_lazy("it succeeded")),
)
_NUMBER = CardField("contact_via", label=gettext_lazy("number"), kind="text", lookup="draft-number")
_DIAL = CardField("dial_contact", label=gettext_lazy("dial this number"))


def fields_of(draft: InteractionDraft) -> list[CardField]:
    """The fields of the step the draft is at."""
    fields = _of_call(draft) if draft.kind == DraftKind.PHONE_CALL else _of_interaction(draft)
    return [field for field in fields if not (field is _CONTACT and is_contact_fixed(draft))]


def _of_interaction(draft: InteractionDraft) -> Sequence[CardField]:
    if draft.step == wizard.WHAT:
        return (_CONTACT, _TEMPLATE, _DESCRIPTION, *_WHAT_MORE)
    if draft.step == wizard.CONTENT:
        return (_BODY,) if draft.email_layout_code else ()
    return _related(draft) if draft.step == wizard.RELATED else _RESULT


def _of_call(draft: InteractionDraft) -> Sequence[CardField]:
    if draft.step == calling.WHO:
        incoming = calling.is_incoming(draft)
        number = () if incoming else (_NUMBER, _DIAL)
        return (_CONTACT, *number, _DESCRIPTION, *_WHO, CardField("initiated_by"))
    return _RESULT if draft.step == calling.RESULT else _related(draft)


def _related(draft: InteractionDraft) -> Sequence[CardField]:
    """Only what there is: rooms of campaigns and opportunities may be left out."""
    found: list[CardField] = []
    if related.kind("campaign") is not None:
        found += [CardField("campaign_no"), CardField("campaign_target"), CardField("campaign_response")]
    if related.kind("opportunity") is not None:
        found.append(CardField("opportunity_no"))
    return found


def split(draft: InteractionDraft, views: Sequence[FieldView]) -> tuple[list[FieldView], list[FieldView]]:
    """What stands in sight, and what is folded under “More”."""
    shown = {"contact_id", "interaction_template_code", "description", "contact_via", "dial_contact"}
    if not is_first(draft):
        return list(views), []
    return [view for view in views if view.name in shown], [view for view in views if view.name not in shown]


def views_of(
    draft: InteractionDraft, *, typed: Mapping[str, str] | None = None, error: DomainError | None = None
) -> list[FieldView]:
    """The inputs of the step, filled from the draft, or with what was typed when that was refused."""
    fields = fields_of(draft)
    now = {field.name: getattr(draft, field.name) for field in fields if field.name != "contact_id"}
    now["contact_id"] = words_of(draft.contact)
    views = form_fields(InteractionDraft, fields, values_now=now, owner=draft, typed=typed, error=error)
    for view in views:
        if view.kind == "rich":
            view.typed = as_typed(view.typed)
    empty = next(
        (view for view in views if view.name in ("contact_id", "interaction_template_code") and not view.typed), None
    )
    if empty is not None:
        empty.focus = True
    return views


def is_first(draft: InteractionDraft) -> bool:
    return draft.step == 1


def is_logged(draft: InteractionDraft) -> bool:
    """Whether the interaction stands in the log already and only its result is asked for."""
    return draft.kind == DraftKind.INTERACTION and draft.step == RESULT_STEP


def is_empty(draft: InteractionDraft) -> bool:
    """Whether the step asks for nothing: there are no campaigns and no opportunities to name."""
    asks = draft.step in (wizard.RELATED, calling.RELATED)
    return asks and draft.kind == DraftKind.INTERACTION and not _related(draft)


def is_last(draft: InteractionDraft) -> bool:
    if draft.kind == DraftKind.PHONE_CALL:
        return draft.step == (calling.RELATED if _related(draft) else calling.RESULT)
    return draft.step == RESULT_STEP


def may_go_back(draft: InteractionDraft) -> bool:
    return not is_first(draft) and not is_logged(draft)


def button_of(draft: InteractionDraft) -> str:
    """What the button says that goes on."""
    if is_last(draft):
        return _("Finish")
    if draft.kind == DraftKind.PHONE_CALL:
        return _("Dial") if is_first(draft) and draft.dial_contact else _("Next")
    before_logging = draft.step == wizard.RELATED or (
        not _related(draft) and (draft.step == wizard.CONTENT or wizard.wizard_action(draft) == WizardAction.NONE)
    )
    return _("Log and note the result") if before_logging and not is_first(draft) else _("Next")


def is_contact_fixed(draft: InteractionDraft) -> bool:
    """I-27."""
    return bool(draft.context.get("contact_no") or draft.context.get("contact_company_no"))


def about(draft: InteractionDraft) -> list[str]:
    """What the wizard is opened for, in words."""
    found = []
    if draft.contact is not None and (is_contact_fixed(draft) or not is_first(draft)):
        found.append(_name(draft.contact))
    if draft.context.get("salesperson_code") and draft.salesperson is not None:
        found.append(draft.salesperson.name or draft.salesperson.code)
    for name, words in (("campaign", draft.campaign_description), ("opportunity", draft.opportunity_description)):
        number = draft.context.get(f"{name}_no")
        found += [words or number] if number else []
    return found


def _name(contact: Contact) -> str:
    shown = masked(contact)
    company = shown.company_name if shown.is_person else ""
    return ", ".join(part for part in (shown.name or shown.no, company) if part)


def note_of(draft: InteractionDraft) -> str:
    """What the user should know at this step."""
    if is_logged(draft) and draft.entry is not None:
        return _("Interaction %(entry)s is logged. Note how it went.") % {"entry": draft.entry.entry_no}
    if draft.kind == DraftKind.INTERACTION and draft.step == wizard.CONTENT and not draft_content.is_loaded(draft):
        return _("Pick a file to keep with the interaction, or go on without one.")
    return ""


def findings_of(draft: InteractionDraft) -> list[Finding] | None:
    """What is in the way of sending it, at the steps before it is logged; None where nothing is to be sent."""
    begun = draft.kind == DraftKind.INTERACTION and draft.step in (wizard.CONTENT, wizard.RELATED)
    if not begun or draft.correspondence_type == CorrespondenceType.NONE:
        return None
    return look_over_draft(draft)


def number_of(draft: InteractionDraft) -> str:
    """The link of the number, once the call is under way."""
    under_way = draft.kind == DraftKind.PHONE_CALL and not is_first(draft) and draft.dial_contact
    return calling.dial_address(draft.contact_via) if under_way else ""


def printed(draft: InteractionDraft) -> str:
    """Where the letter is that went to paper when the interaction was logged (I-164)."""
    kept = draft.context.get("print_file")
    return reverse("print-file", kwargs={"pk": kept}) if kept and registry.has_route("print-file") else ""


def dials_now(draft: InteractionDraft) -> bool:
    """Whether this is the step in which the telephone is handed the number."""
    return draft.step == calling.RESULT


def offers_opportunity(draft: InteractionDraft) -> bool:
    """I-51, I-57."""
    return related.kind("opportunity") is not None and not draft.opportunity_no


@dataclass(frozen=True)
class ContentView:
    """The file of the content step: its name, where it is read and, for a layout, looked at."""

    name: str
    url: str
    preview: str


def content_of(draft: InteractionDraft) -> ContentView | None:
    """What the content step shows; None at other steps."""
    if draft.kind != DraftKind.INTERACTION or draft.step != wizard.CONTENT:
        return None
    held = draft.content_id is not None
    url = reverse("interaction-content", kwargs={"pk": draft.pk}) if held else ""
    preview = reverse("interaction-preview", kwargs={"pk": draft.pk}) if draft.email_layout_code else ""
    return ContentView(draft.content_name or _("document"), url, preview)
