"""What follows when a field of a draft is entered (I-25 to I-36)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext as _

from tuttava.contacts.addresses import active_address
from tuttava.contacts.models import Contact, CorrespondenceType
from tuttava.contacts.privacy import masked, use_contact_for_new_work
from tuttava.contacts.resolving import resolve_contact
from tuttava.contacts.rules.fields import check_salesperson
from tuttava.foundation.context import current, tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, Rules, register
from tuttava.interactions import draft_content, related
from tuttava.interactions.choosing import Variants, correspondence_type, variants_of
from tuttava.interactions.errors import contact_required, log_entry_read_only, template_required
from tuttava.interactions.models import (
    DraftKind,
    InformationFlow,
    InitiatedBy,
    InteractionComment,
    InteractionDraft,
    InteractionTemplate,
)
from tuttava.partners.models import Salesperson
from tuttava.partners.own import own_salesperson

Draft = Edit[InteractionDraft]

#: What the result step may still change once the interaction is logged (I-44).
RESULT_FIELDS = frozenset(
    {"description", "evaluation", "interaction_successful", "cost_lcy", "duration_min", "step", "version", "context"}
)
_FROM_TEMPLATE: dict[str, Any] = {
    "attachment_id": None,
    "interaction_language_code": None,
    "word_template_code": None,
    "subject": "",
    "interaction_group_code": "",
    "cost_lcy": 0,
    "duration_min": 0,
    "information_flow": InformationFlow.NONE,
    "initiated_by": InitiatedBy.NONE,
    "campaign_target": False,
    "campaign_response": False,
    "correspondence_type": CorrespondenceType.NONE,
}
_COPIED = {
    "interaction_group_code": "interaction_group_code",
    "unit_cost_lcy": "cost_lcy",
    "unit_duration_min": "duration_min",
    "information_flow": "information_flow",
    "initiated_by": "initiated_by",
    "campaign_target": "campaign_target",
    "campaign_response": "campaign_response",
}


@register
class DraftRules(Rules[InteractionDraft]):
    model = InteractionDraft
    set_name = "interactionDrafts"
    write_right = "interaction_log.write"
    delete_right = "interaction_log.write"

    def enter_contact_id(self, edit: Draft, value: uuid.UUID | None) -> None:
        """Whom it is about; company, address, salesperson and language follow (I-25, I-26)."""
        if value == edit.get("contact_id"):
            return
        _refuse_locked(edit, "contact_no", "contact_company_no", code="contact_locked")
        take_contact(edit, _contact(value) if value else None)

    def enter_wizard_contact_name(self, edit: Draft, value: str) -> None:
        """The contact typed by name; an unknown name clears it (I-27)."""
        if value.strip() == edit.get("wizard_contact_name"):
            return
        _refuse_locked(edit, "contact_no", "contact_company_no", code="contact_locked")
        found = resolve_contact(value)
        if found is None and value.strip():
            tell(
                "contact_not_found", _("There is no contact “%(name)s”.") % {"name": value.strip()}, severity="warning"
            )
        take_contact(edit, found)

    def enter_interaction_template_code(self, edit: Draft, value: str) -> None:
        """The kind of interaction, with all that its template says (I-28 to I-33)."""
        before = edit.get("interaction_template_code")
        if value and edit.get("contact_id") is None:
            raise contact_required()
        template = _template(value) if value else None
        for name, blank in _FROM_TEMPLATE.items():
            edit.derive(name, blank)
        edit.put("interaction_template_code", value)
        _take_campaign(edit, template, before)
        if template is not None:
            _take_template(edit, template, other_before=bool(before) and before != value)

    def enter_interaction_language_code(self, edit: Draft, value: str | None) -> None:
        """The variant to use; its files follow (I-34)."""
        template = current_template(edit)
        if template is None:
            raise template_required()
        variants = variants_of(template)
        if value and value not in variants.by_language:
            raise DomainError(
                "language_variant_missing",
                _("Template %(template)s has no variant in the language %(language)s. Add it to the template first.")
                % {"template": template.code, "language": value},
                rule="I-34",
            )
        edit.put("interaction_language_code", value)
        _take_variant(edit, variants)

    def enter_date(self, edit: Draft, value: dt.date | None) -> None:
        """Another day may have another alternative address, unless one was chosen by hand (I-35)."""
        contact, before = _stored_contact(edit), edit.get("date")
        edit.put("date", value)
        if contact is None or value == before:
            return
        was_active = active_address(contact, before)
        if edit.get("contact_alt_address_id") == (was_active.pk if was_active else None):
            now_active = active_address(contact, value)
            edit.derive("contact_alt_address_id", now_active.pk if now_active else None)

    def enter_salesperson_code(self, edit: Draft, value: str | None) -> None:
        """Not another one than the wizard was opened for, and none that is blocked (I-27)."""
        if value == edit.get("salesperson_code"):
            return
        _refuse_locked(edit, "salesperson_code", code="salesperson_locked")
        if value:
            check_salesperson(value, _contact_no(edit))
        edit.put("salesperson_code", value)

    def enter_campaign_no(self, edit: Draft, value: str) -> None:
        """I-43."""
        if value == edit.get("campaign_no"):
            return
        _refuse_locked(edit, "campaign_no", code="campaign_locked")
        put_related(edit, "campaign", value)

    def enter_opportunity_no(self, edit: Draft, value: str) -> None:
        """One that exists, with its description beside it."""
        if value != edit.get("opportunity_no"):
            _refuse_locked(edit, "opportunity_no", code="opportunity_locked")
            put_related(edit, "opportunity", value)

    def enter_campaign_target(self, edit: Draft, value: bool) -> None:
        """I-55."""
        _refuse_fixed_campaign(edit, "campaign_target", value)

    def enter_campaign_response(self, edit: Draft, value: bool) -> None:
        """I-55."""
        _refuse_fixed_campaign(edit, "campaign_response", value)

    def before_save(self, edit: Draft) -> None:
        """After logging only the result changes (I-44); another file of the template replaces the content (I-42)."""
        draft = edit.record
        was_logged = not edit.is_new and edit.old("entry_id") and draft.entry and not draft.entry.postponed
        if was_logged and draft.entry is not None:
            for name in edit.changed_fields():
                if name not in RESULT_FIELDS:
                    raise log_entry_read_only(draft.entry.entry_no, name)
        if not edit.is_new and edit.changed("attachment_id") and draft_content.is_loaded(draft):
            draft_content.load(edit, force=True)

    def before_delete(self, record: InteractionDraft) -> None:
        """Its comments and its content go with it."""
        InteractionComment.objects.filter(draft_id=record.pk).delete()
        draft_content.drop(record)


def take_contact(edit: Draft, contact: Contact | None) -> None:
    """Set the contact and what follows from it (I-25, I-26, C-72)."""
    fixed = edit.get("context").get("salesperson_code")
    if contact is None:
        edit.put("contact_id", None)
        for name in ("contact_company_id", "contact_alt_address_id", "interaction_language_code"):
            edit.derive(name, None)
        edit.derive("salesperson_code", fixed)
        edit.put("wizard_contact_name", "")
        return
    use_contact_for_new_work(contact)
    edit.put("contact_id", contact.pk)
    edit.record.contact = contact
    edit.put("contact_company_id", contact.pk if contact.is_company else contact.company_id)
    shown = masked(contact)
    edit.put("wizard_contact_name", (shown.name or shown.company_name)[:100])
    address = active_address(contact, edit.get("date"))
    edit.derive("contact_alt_address_id", address.pk if address else None)
    if not fixed:
        edit.derive("salesperson_code", own_salesperson() or edit.get("salesperson_code") or free_salesperson(contact))
    template = current_template(edit)
    if template is not None and "interaction_language_code" not in edit.typed:
        variants = variants_of(template)
        edit.put("interaction_language_code", variants.language_for(contact))
        _take_variant(edit, variants)


def free_salesperson(contact: Contact) -> str | None:
    """The contact's salesperson, none that is blocked (I-25, I-27); read once a context."""
    code, cache = contact.salesperson_code, current().cache
    key = ("interactions.free_salesperson", code)
    if code and key not in cache:
        cache[key] = Salesperson.objects.filter(code=code, blocked=False, privacy_blocked=False).exists()
    return code if code and cache[key] else None


def put_related(edit: Draft, name: str, number: str) -> None:
    """Name a campaign or an opportunity, with its description."""
    related.require_existing(name, {number})
    provider = related.kind(name)
    edit.put(f"{name}_no", number)
    words = provider.descriptions({number}).get(number, "") if provider and number else ""
    edit.put(f"{name}_description", words[:100])


def current_template(edit: Draft) -> InteractionTemplate | None:
    """The template that is chosen now; None also when it was deleted meanwhile."""
    code = edit.get("interaction_template_code")
    return InteractionTemplate.objects.filter(code=code).first() if code else None


def _take_template(edit: Draft, template: InteractionTemplate, *, other_before: bool) -> None:
    contact = _stored_contact(edit)
    assert contact is not None
    for theirs, ours in _COPIED.items():
        edit.derive(ours, getattr(template, theirs))
    if other_before or not edit.get("description"):
        edit.derive("description", template.description)
    variants = variants_of(template)
    edit.derive("interaction_language_code", variants.language_for(contact))
    sendable = _take_variant(edit, variants)
    edit.derive("correspondence_type", correspondence_type(template, contact, sendable=sendable))


def _take_variant(edit: Draft, variants: Variants) -> bool:
    """The files of the draft's language (I-32); answers whether there is something to send."""
    variant = variants.in_language(edit.get("interaction_language_code"))
    word_template = variant.word_template_code if variant else variants.template.word_template_code
    edit.put("attachment_id", variant.attachment_id if variant else None)
    edit.put("word_template_code", word_template)
    return bool(edit.get("attachment_id") or word_template)


def _take_campaign(edit: Draft, template: InteractionTemplate | None, before: str) -> None:
    """The template's campaign; one that came with the template before goes again (I-30)."""
    if "campaign_no" in edit.typed or edit.get("context").get("campaign_no"):
        return
    wanted = template.campaign_no if template else ""
    now = edit.get("campaign_no")
    came_with = InteractionTemplate.objects.filter(code=before, campaign_no=now).exists() if before and now else False
    if wanted or came_with:
        put_related(edit, "campaign", wanted)


def _refuse_locked(edit: Draft, *names: str, code: str) -> None:
    context = edit.get("context")
    if any(context.get(name) for name in names):
        raise DomainError(
            code,
            _("This was opened for %(what)s, which stays. Start anew for another one.")
            % {"what": ", ".join(str(context[name]) for name in names if context.get(name))},
            rule="I-27",
        )


def _refuse_fixed_campaign(edit: Draft, name: str, value: bool) -> None:
    if value != edit.get(name) and edit.get("kind") == DraftKind.PHONE_CALL:
        _refuse_locked(edit, "campaign_no", code="campaign_locked")
    edit.put(name, value)


def _contact(pk: uuid.UUID) -> Contact:
    found = Contact.objects.defer("search_tokens", "search_text").filter(pk=pk).first()
    if found is None:
        raise DomainError("contact_not_found", _("The contact does not exist any more. Choose another one."))
    return found


def _stored_contact(edit: Draft) -> Contact | None:
    pk = edit.get("contact_id")
    if pk is None or not InteractionDraft._meta.get_field("contact").is_cached(edit.record):
        return _contact(pk) if pk else None
    contact: Contact | None = edit.record.contact
    return contact


def _contact_no(edit: Draft) -> str:
    contact = _stored_contact(edit)
    return contact.no if contact else ""


def _template(code: str) -> InteractionTemplate:
    found = InteractionTemplate.objects.filter(code=code).first()
    if found is None:
        raise DomainError(
            "not_found", _("There is no interaction template “%(code)s”. Choose one that exists.") % {"code": code}
        )
    return found
