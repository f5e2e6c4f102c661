"""Which template an event uses (I-16, I-18)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tuttava.foundation.cleaning import attribute
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, Rules, register
from tuttava.interactions.models import InteractionTemplate, InteractionTemplateLanguage, InteractionTemplateSetup
from tuttava.interactions.template_setup import DOCUMENTS, EVENTS, template_setup

#: May use templates with attachments (I-16).
WITH_ATTACHMENT = "meeting_invitation"


@register
class TemplateSetupRules(Rules[InteractionTemplateSetup]):
    model = InteractionTemplateSetup
    set_name = "interactionTemplateSetup"
    write_right = "template_setup.write"
    delete_right = "template_setup.write"

    def before_save(self, edit: Edit[InteractionTemplateSetup]) -> None:
        for event in EVENTS:
            name = f"{event}_code"
            if edit.get(name) and edit.changed(name):
                _check(event, edit.get(name))

    def before_delete(self, record: InteractionTemplateSetup) -> None:
        raise DomainError(
            "setup.cannot_delete",
            _("The interaction template setup cannot be deleted. Change its values instead."),
        )

    def describe(self, record: InteractionTemplateSetup) -> str:
        return str(record._meta.verbose_name)


def _check(event: str, code: str) -> None:
    if event != WITH_ATTACHMENT and has_attachment(code):
        raise DomainError(
            "template_has_attachment",
            _("Template %(template)s has an attachment, so it cannot be used for %(event)s. Choose one without.")
            % {"template": code, "event": event_words(event)},
            field=f"{event}_code",
            rule="I-16",
        )
    if event in DOCUMENTS:
        language = InteractionTemplateLanguage.objects.filter(interaction_template__code=code).first()
        if language is not None:
            raise has_languages(code, language.language_code or "", field=f"{event}_code")


def has_attachment(code: str) -> bool:
    """Whether the template's calculated attachment is not 0: that of its default language's variant (2.3)."""
    template = InteractionTemplate.objects.filter(code=code).values_list("default_language_code").first()
    variants = InteractionTemplateLanguage.objects.filter(interaction_template__code=code, attachment__isnull=False)
    return template is not None and variants.filter(language_code=template[0]).exists()


def refuse_attachment(code: str, field: str) -> None:
    """Refuse (``template_has_attachment``) to give a template an attachment while an event uses it that takes none.

    The same as when it is chosen for the event (I-16), so that the setup never holds what it refuses.
    """
    setup = template_setup()
    used = (event for event in EVENTS if event != WITH_ATTACHMENT and getattr(setup, f"{event}_code") == code)
    event = next(used, "")
    if event:
        raise DomainError(
            "template_has_attachment",
            _("Template %(template)s is used for %(event)s, so it cannot have an attachment. Choose another one there.")
            % {"template": code, "event": event_words(event)},
            field=field,
            rule="I-16",
        )


def documents_of(code: str) -> list[str]:
    """The document events that use a template."""
    setup = template_setup()
    return [event for event in DOCUMENTS if getattr(setup, f"{event}_code") == code]


def event_words(event: str) -> str:
    return str(attribute(InteractionTemplateSetup, event).verbose_name)


def has_languages(code: str, language: str, *, field: str = "") -> DomainError:
    """A template with languages cannot be used for documents (I-18)."""
    return DomainError(
        "document_template_has_languages",
        _("Template %(template)s is used for documents, so it cannot have languages such as “%(language)s”.")
        % {"template": code, "language": language},
        field=field,
        rule="I-18",
    )
