"""Groups, templates and their language variants (I-1 to I-12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.code_rules import require_filled
from tuttava.foundation.context import ask
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, Rules, register
from tuttava.interactions import related
from tuttava.interactions.attachments import discard, new_attachment
from tuttava.interactions.models import (
    InteractionGroup,
    InteractionLogEntry,
    InteractionTemplate,
    InteractionTemplateLanguage,
    WizardAction,
    WordTemplate,
)
from tuttava.interactions.rules.setup import documents_of, has_languages, refuse_attachment
from tuttava.interactions.storing import NewContent

# What an edit of a template remembers until it is stored.
_VARIANT = "variant"  # the variant that is to be created (I-5)
_ACTION = "action"  # the wizard action was chosen (I-7)
_WORD = "word template"  # goes to the variant (I-8)
_DETACH = "detach"  # the variant's attachment goes (I-8)
# What an edit of a variant remembers: the attachment that goes once nothing names it.
_OLD = "old attachment"
_COPIED = "copied"


@register
class GroupRules(Rules[InteractionGroup]):
    model = InteractionGroup
    set_name = "interactionGroups"
    write_right = "template_setup.write"
    delete_right = "template_setup.write"
    in_use_code = "group_in_use"

    def before_save(self, edit: Edit[InteractionGroup]) -> None:
        require_filled(edit, "code")


@register
class TemplateRules(Rules[InteractionTemplate]):
    model = InteractionTemplate
    set_name = "interactionTemplates"
    write_right = "template_setup.write"
    delete_right = "template_setup.write"
    in_use_code = "template_in_use"

    def enter_default_language_code(self, edit: Edit[InteractionTemplate], value: str | None) -> None:
        """A language needs its variant (I-5); action and Word template follow that (I-6)."""
        if value == edit.get("default_language_code"):
            return
        edit.put("default_language_code", value)
        variant = default_variant(edit)
        if variant is None and value:
            question = _("Template %(template)s has no variant in language %(language)s. Create it?")
            if not ask("I-5", question % {"template": edit.get("code"), "language": value}, default=True):
                raise canceled("default_language_code", "I-5")
            variant = edit.memory[_VARIANT] = InteractionTemplateLanguage(language_code=value)
        _follow_variant(edit, variant)

    def enter_wizard_action(self, edit: Edit[InteractionTemplate], value: str) -> None:
        edit.put("wizard_action", value)
        edit.memory[_ACTION] = True

    def enter_word_template_code(self, edit: Edit[InteractionTemplate], value: str | None) -> None:
        """Either a Word template or an attachment, and it goes to the variant as well (I-8)."""
        if value == edit.get("word_template_code"):
            return
        if value and edit.get("wizard_action") == WizardAction.IMPORT:
            raise DomainError(
                "word_template_not_allowed",
                _("Template %(template)s imports a file, so it cannot have a Word template. Change its wizard action.")
                % {"template": edit.get("code")},
                field="word_template_code",
                rule="I-8",
            )
        variant = default_variant(edit)
        if value and variant is not None and variant.attachment_id:
            question = _("Template %(template)s has an attachment. Remove it and use the Word template?")
            if not ask("I-8", question % {"template": edit.get("code")}, default=False):
                raise canceled("word_template_code", "I-8")
            edit.memory[_DETACH] = True
        edit.put("word_template_code", value)
        edit.memory[_WORD] = True

    def before_save(self, edit: Edit[InteractionTemplate]) -> None:
        require_filled(edit, "code")
        if not edit.get("interaction_group_code"):
            raise DomainError(
                "interaction_group_required",
                _("Template %(template)s needs an interaction group. Choose one.") % {"template": edit.get("code")},
                field="interaction_group_code",
                rule="I-1",
            )
        if edit.changed("campaign_no"):
            related.require_existing("campaign", {edit.get("campaign_no")})
        if edit.memory.get(_ACTION) and edit.changed("wizard_action"):
            _check_action(edit)
        if edit.changed("default_language_code") and not edit.is_new:
            variant = default_variant(edit)
            if variant is not None and variant.attachment_id:
                refuse_attachment(edit.old("code"), "default_language_code")

    def after_save(self, edits: Sequence[Edit[InteractionTemplate]]) -> None:
        for edit in edits:
            _write_variant(edit)

    def before_delete(self, record: InteractionTemplate) -> None:
        """Postponed entries still need it; its variants and their files go with it (I-2)."""
        waiting = InteractionLogEntry.objects.filter(postponed=True, interaction_template_code=record.code)
        if waiting.exists():
            raise DomainError(
                self.in_use_code,
                _("Template %(template)s is used by a postponed interaction. Finish or delete that first.")
                % {"template": record.code},
                rule="I-2",
            )
        variants = InteractionTemplateLanguage.objects.filter(interaction_template_code=record.code)
        attached = list(variants.values_list("attachment_id", flat=True))
        variants._raw_delete("default")
        discard(attached)


def default_variant(edit: Edit[InteractionTemplate]) -> InteractionTemplateLanguage | None:
    """The variant of the template's default language (which may be blank), stored or about to be."""
    pending: InteractionTemplateLanguage | None = edit.memory.get(_VARIANT)
    language = edit.get("default_language_code")
    if pending is not None and pending.language_code == language:
        return pending
    if edit.is_new:
        return None
    return InteractionTemplateLanguage.objects.filter(
        interaction_template_code=edit.old("code"), language_code=language
    ).first()


def _follow_variant(edit: Edit[InteractionTemplate], variant: InteractionTemplateLanguage | None) -> None:
    """I-6: a layout is merged, and so is a Word template; without either there is nothing to merge."""
    if variant is not None and variant.email_layout_code:
        edit.derive("wizard_action", WizardAction.MERGE)
    elif edit.get("wizard_action") == WizardAction.MERGE and not (variant and variant.word_template_code):
        edit.derive("wizard_action", WizardAction.NONE)
    edit.derive("word_template_code", variant.word_template_code if variant else None)


def _check_action(edit: Edit[InteractionTemplate]) -> None:
    """I-7: what the wizard can do with what the template has."""
    variant = default_variant(edit)
    if variant is None:
        return
    action, word = edit.get("wizard_action"), bool(edit.get("word_template_code"))
    merges = action == WizardAction.MERGE
    wrong = action == WizardAction.IMPORT if word else merges != bool(variant.email_layout_code)
    if wrong:
        raise DomainError(
            "wizard_action_not_allowed",
            _("Template %(template)s: the wizard action “%(action)s” does not fit the template's attachment or layout.")
            % {"template": edit.get("code"), "action": WizardAction(action).label},
            field="wizard_action",
            rule="I-7",
        )


def _write_variant(edit: Edit[InteractionTemplate]) -> None:
    """What of a template's changes stands in its variant: made when missing (I-5, I-8)."""
    pending, copied = edit.memory.get(_VARIANT), edit.memory.get(_WORD)
    if not (pending or copied or edit.memory.get(_DETACH)):
        return
    template = edit.record
    stored = InteractionTemplateLanguage.objects.filter(
        interaction_template_code=template.code, language_code=template.default_language_code
    ).first()
    if stored is None and not (pending or template.word_template_code):
        return
    if stored is not None:
        variant = Edit(records.lock(stored), records.rules_of(InteractionTemplateLanguage))
    else:
        made = InteractionTemplateLanguage(
            interaction_template_code=template.code, language_code=template.default_language_code
        )
        variant = Edit(made, records.rules_of(InteractionTemplateLanguage))
    if edit.memory.get(_DETACH):
        detach(variant)
    if copied:
        variant.memory[_COPIED] = True
        variant.put("word_template_code", template.word_template_code)
    records.save(variant)


def canceled(field: str, rule: str) -> DomainError:
    """The answer to the question was no: nothing is stored."""
    return DomainError("canceled_by_user", _("Canceled. Nothing was changed."), field=field, rule=rule)


@register
class VariantRules(Rules[InteractionTemplateLanguage]):
    model = InteractionTemplateLanguage
    set_name = "interactionTemplateLanguages"
    write_right = "template_setup.write"
    delete_right = "template_setup.write"

    def enter_email_layout_code(self, edit: Edit[InteractionTemplateLanguage], value: str | None) -> None:
        """The layout is kept in an attachment of its own, which replaces what was there (I-12)."""
        if value == edit.get("email_layout_code"):
            return
        if value and edit.get("attachment_id"):
            question = _("%(variant)s has an attachment already. Replace it by the layout?")
            if not ask("I-12", question % {"variant": self.describe(edit.record)}, default=True):
                raise canceled("email_layout_code", "I-12")
        edit.put("email_layout_code", value)

    def before_save(self, edit: Edit[InteractionTemplateLanguage]) -> None:
        require_filled(edit, "interaction_template_code")
        if edit.is_new:
            self._begin(edit)
        elif edit.changed("interaction_template_code"):
            raise DomainError(
                "variant_template_fixed",
                _("A language belongs to its template. Create it at the other template instead."),
                field="interaction_template_code",
            )
        if edit.changed("word_template_code", "language_code") and not edit.memory.get(_COPIED):
            _check_word_language(edit)
        if edit.changed("email_layout_code"):
            _put_layout(edit)
        if edit.get("attachment_id") and edit.changed("attachment_id", "language_code"):
            _refuse_for_event(edit)

    def _begin(self, edit: Edit[InteractionTemplateLanguage]) -> None:
        """I-18; the description is proposed from the template (2.4)."""
        code = edit.get("interaction_template_code")
        if documents_of(code):
            raise has_languages(code, edit.get("language_code") or "", field="language_code")
        if "description" not in edit.typed and not edit.get("description"):
            words = InteractionTemplate.objects.filter(code=code).values_list("description", flat=True).first()
            edit.put("description", words or "")

    def after_save(self, edits: Sequence[Edit[InteractionTemplateLanguage]]) -> None:
        """The template's default follows a renamed language (I-10); attachments that were replaced go."""
        for edit in edits:
            if not edit.is_new and edit.changed("language_code"):
                _set_default(edit.record, edit.old("language_code"), edit.get("language_code"))
        discard([edit.memory.get(_OLD) for edit in edits])

    def after_delete(self, record: InteractionTemplateLanguage) -> None:
        """The attachment goes along (I-11), and no template names a language that it has not."""
        discard([record.attachment_id])
        if record.language_code:
            _set_default(record, record.language_code, None)

    def describe(self, record: InteractionTemplateLanguage) -> str:
        return f"{record.interaction_template_code} {record.language_code or ''}".strip()


def _refuse_for_event(edit: Edit[InteractionTemplateLanguage]) -> None:
    """I-16, as far as the variant is the one that counts: that of the template's default language."""
    code = edit.get("interaction_template_code")
    default = InteractionTemplate.objects.filter(code=code).values_list("default_language_code", flat=True).first()
    if default == edit.get("language_code"):
        refuse_attachment(code, "email_layout_code" if edit.get("email_layout_code") else "attachment_id")


def detach(edit: Edit[InteractionTemplateLanguage]) -> None:
    """Take the attachment off a variant being saved, and the layout whose place it is; it goes afterwards (I-11)."""
    if edit.get("attachment_id"):
        edit.memory[_OLD] = edit.get("attachment_id")
    edit.put("attachment_id", None)
    edit.copy("email_layout_code", None)


def attach(edit: Edit[InteractionTemplateLanguage], content: NewContent) -> None:
    """Give a variant being saved a new attachment in place of what it had."""
    layout = content.email_layout_code
    detach(edit)
    edit.copy("email_layout_code", layout)
    edit.put("attachment_id", new_attachment(content).pk)


def _put_layout(edit: Edit[InteractionTemplateLanguage]) -> None:
    """A layout's attachment: the reference and an empty body; without layout none (I-12)."""
    layout = edit.get("email_layout_code")
    held = edit.record.attachment
    if layout and not (held and held.email_layout_code == layout):
        attach(edit, NewContent(extension="html", email_layout_code=layout, read_only=False))
    elif not layout and held and held.email_layout_code:
        detach(edit)


def _check_word_language(edit: Edit[InteractionTemplateLanguage]) -> None:
    code, language = edit.get("word_template_code"), edit.get("language_code")
    if code and not WordTemplate.objects.filter(code=code, language_code=language).exists():
        raise DomainError(
            "word_template_language",
            _("Word template %(word)s is not in the language of this variant. Choose one that is.") % {"word": code},
            field="word_template_code",
        )


def _set_default(variant: InteractionTemplateLanguage, old: Any, new: Any) -> None:
    """Where ``old`` was the template's default language, name ``new`` instead; nothing else of it changes."""
    template = InteractionTemplate.objects.filter(code=variant.interaction_template_code).first()
    if template is not None and old is not None and template.default_language_code == old:
        edit = Edit(records.lock(template), records.rules_of(InteractionTemplate))
        edit.put("default_language_code", new)
        records.save(edit)
