"""The kinds of mails that are written by hand: templates with an e-mail layout, in their languages (I-31, I-98)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.interactions.choosing import Variants
from tuttava.interactions.models import InteractionTemplate, InteractionTemplateLanguage

#: Templates offered at most; who has more chooses them in the wizard.
MOST_KINDS = 200


@dataclass(frozen=True)
class MailKind:
    """A template with a layout; ``languages`` are those that have one (blank: any language)."""

    code: str
    description: str
    languages: Sequence[str]


@dataclass(frozen=True)
class Chosen:
    """A kind in one language: what the mail looks like, and what it starts with."""

    template: InteractionTemplate
    language: str
    layout: str
    subject: str
    body: str


def mail_kinds() -> list[MailKind]:
    """The templates to choose from, in the order of their codes; one query."""
    rows = InteractionTemplateLanguage.objects.filter(attachment__email_layout__isnull=False)
    found: dict[str, MailKind] = {}
    for row in rows.select_related("interaction_template").order_by("interaction_template__code", "language__code"):
        template = row.interaction_template
        kind = found.setdefault(template.code, MailKind(template.code, template.description, []))
        found[template.code] = MailKind(kind.code, kind.description, [*kind.languages, row.language_code or ""])
        if len(found) >= MOST_KINDS:
            break
    return list(found.values())


def mail_languages() -> list[tuple[str, str]]:
    """Code and name of the languages that any of them has."""
    rows = InteractionTemplateLanguage.objects.filter(attachment__email_layout__isnull=False, language__isnull=False)
    return sorted(set(rows.values_list("language__code", "language__name")[:MOST_KINDS]))


def chosen(template_code: str, language_code: str, contact: Contact) -> Chosen | None:
    """The kind for one contact, in the language asked for, else the contact's, else the template's own (I-31).

    None without a template. Raises ``not_found`` and ``language_variant_missing``.
    """
    code = as_code(template_code)
    if not code:
        return None
    template = InteractionTemplate.objects.filter(code=code).first()
    if template is None:
        raise DomainError(
            "not_found", _("There is no interaction template “%(code)s”.") % {"code": code}, field="template"
        )
    rows = InteractionTemplateLanguage.objects.filter(interaction_template_code=template.code)
    rows = rows.select_related("attachment", "attachment__email_layout")
    variants = Variants(template, {row.language_code: row for row in rows})
    language = as_code(language_code) or variants.language_for(contact)
    variant = variants.in_language(language or None)
    layout = variant.attachment.email_layout if variant is not None and variant.attachment is not None else None
    if variant is None or variant.attachment is None or layout is None:
        raise DomainError(
            "language_variant_missing",
            _("Template %(template)s has no e-mail layout in this language. Choose another language.")
            % {"template": code},
            field="language",
            rule="I-34",
        )
    subject = variant.description or template.description
    return Chosen(template, language or "", layout.html, subject, variant.attachment.content_body)
