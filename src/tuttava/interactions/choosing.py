"""What a template and a contact together decide: language, file and correspondence type (I-31 to I-33)."""

from __future__ import annotations

from dataclasses import dataclass

from tuttava.contacts.models import Contact, CorrespondenceType
from tuttava.interactions.models import InteractionTemplate, InteractionTemplateLanguage


@dataclass(frozen=True)
class Variants:
    """A template with its language variants, read once."""

    template: InteractionTemplate
    by_language: dict[str | None, InteractionTemplateLanguage]

    def language_for(self, contact: Contact) -> str | None:
        """The contact's language where the template has it, else the template's own (I-31)."""
        wished: str | None = contact.language_code
        default: str | None = self.template.default_language_code
        return wished if wished and wished in self.by_language else default

    def in_language(self, language: str | None) -> InteractionTemplateLanguage | None:
        return self.by_language.get(language)


def variants_of(template: InteractionTemplate) -> Variants:
    """All variants of a template, with their attachments, in one query."""
    rows = InteractionTemplateLanguage.objects.filter(interaction_template_code=template.code)
    return Variants(template, {row.language_code: row for row in rows.select_related("attachment")})


def correspondence_type(
    template: InteractionTemplate, contact: Contact, *, sendable: bool, previous: str = CorrespondenceType.NONE
) -> str:
    """How this is going to reach the contact (I-33).

    ``sendable``: there is a file, a layout or a Word template to send; without one a contact's wish counts only where
    the template sends something by itself. ``previous``: what a line said before.
    """
    default = template.correspondence_type_default
    wish = contact.correspondence_type
    if template.ignore_contact_correspondence_type:
        return default
    if wish == CorrespondenceType.NONE and default != CorrespondenceType.NONE:
        return default
    if wish != CorrespondenceType.NONE and (sendable or default != CorrespondenceType.NONE):
        return wish
    return previous
