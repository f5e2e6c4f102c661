"""What is done with the files of template variants: create, import, copy, export, remove (I-9 to I-15)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.context import ask, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Edit
from tuttava.interactions import merge_fields
from tuttava.interactions.attachments import (
    content_of,
    copy_of,
    file_content,
    is_layout,
    read_only_attachment,
    rendered,
)
from tuttava.interactions.models import InteractionAttachment, InteractionTemplate, InteractionTemplateLanguage
from tuttava.interactions.rules.templates import attach, canceled, detach
from tuttava.interactions.storing import NewContent

VARIANTS = "interactionTemplateLanguages"


def variant_of(template: InteractionTemplate) -> InteractionTemplateLanguage | None:
    """The variant of the template's default language, which may be the blank one (2.3)."""
    return (
        InteractionTemplateLanguage.objects.filter(
            interaction_template_code=template.code, language_code=template.default_language_code
        )
        .select_related("attachment__email_layout")
        .first()
    )


def attachments_by_template(templates: Iterable[InteractionTemplate]) -> dict[str, InteractionAttachment]:
    """The attachment of each template that has one, by code, in one query (``attachment_no`` of 2.3)."""
    defaults = {template.code: template.default_language_code for template in templates}
    rows = InteractionTemplateLanguage.objects.filter(
        interaction_template_code__in=defaults, attachment__isnull=False
    ).select_related("attachment")
    return {
        row.interaction_template_code: row.attachment
        for row in rows
        if row.attachment is not None and row.language_code == defaults[row.interaction_template_code]
    }


def open_variant(template: InteractionTemplate) -> InteractionTemplateLanguage:
    """The default variant, made when missing, for what the template list does with attachments.

    Raises ``word_template_in_use`` (I-9).
    """
    refuse_word_template(template.word_template_code, template.code)
    found = variant_of(template)
    if found is not None:
        return found
    return records.create(
        InteractionTemplateLanguage,
        {"language_code": template.default_language_code},
        given={"interaction_template_code": template.code},
    )


def refuse_word_template(word_template: str | None, template: str) -> None:
    """While there is a Word template there is no attachment to do anything with (I-9)."""
    if word_template:
        raise DomainError(
            "word_template_in_use",
            _("%(template)s uses Word template %(word)s. Take that out before working with an attachment.")
            % {"template": template, "word": word_template},
            rule="I-9",
        )


def import_attachment(
    variant: InteractionTemplateLanguage, data: bytes | None, file_name: str = "", media_type: str = ""
) -> InteractionTemplateLanguage:
    """Give a variant a file, asking before one is replaced. ``data`` None: nobody chose one (``create_canceled``)."""
    if data is None:
        raise DomainError("create_canceled", _("No file was chosen. Nothing was changed."), rule="I-13")
    content = file_content(data, file_name, media_type)
    merge_fields.check_file(data, content.extension)
    return _attach("import attachment", variant, content)


def copy_attachment(
    variant: InteractionTemplateLanguage, source: InteractionTemplateLanguage
) -> InteractionTemplateLanguage:
    """Give a variant a copy of another one's attachment; they never share one (I-14)."""
    if source.attachment is None:
        raise DomainError(
            "attachment_required",
            _("%(source)s has no attachment to copy. Choose another language.")
            % {"source": records.rules_of(InteractionTemplateLanguage).describe(source)},
            rule="I-14",
        )
    return _attach("copy attachment", variant, copy_of(source.attachment))


def _attach(name: str, variant: InteractionTemplateLanguage, content: NewContent) -> InteractionTemplateLanguage:
    """I-13: never over a file that was used, and not without asking over any other."""
    require("template_setup.write", VARIANTS)
    with unit_of_work(name):
        edit = _edited(variant)
        held = edit.record.attachment
        if held is not None and held.read_only:
            raise read_only_attachment(held)
        if held is not None and not ask("I-13", _("Replace the attachment that is there already?"), default=True):
            raise canceled("attachment_id", "I-13")
        attach(edit, content)
        return records.save(edit)


def remove_attachment(variant: InteractionTemplateLanguage, *, confirm: bool = True) -> InteractionTemplateLanguage:
    """Take the attachment off a variant; ``confirm``: the user is asked first (I-11)."""
    require("template_setup.write", VARIANTS)
    with unit_of_work("remove attachment"):
        edit = _edited(variant)
        if edit.get("attachment_id") is None:
            return edit.record
        if confirm and not ask("I-11", _("Remove the attachment?"), default=True):
            raise canceled("attachment_id", "I-11")
        detach(edit)
        return records.save(edit)


def _edited(variant: InteractionTemplateLanguage) -> Edit[InteractionTemplateLanguage]:
    """The variant, locked, without a Word template in the way (I-9)."""
    rules = records.rules_of(InteractionTemplateLanguage)
    edit = Edit(records.lock(variant), rules)
    refuse_word_template(edit.get("word_template_code"), rules.describe(edit.record))
    return edit


def export_attachment(variant: InteractionTemplateLanguage) -> tuple[bytes, str, str] | None:
    """Bytes, proposed name ``<template code>.<extension>`` and media type; None without attachment (I-15)."""
    refuse_word_template(variant.word_template_code, variant.interaction_template_code)
    held = variant.attachment
    if held is None:
        return None
    name = f"{variant.interaction_template_code}.{held.file_extension}".rstrip(".")
    if is_layout(held):
        return rendered(held).encode(), name, "text/html"
    return content_of(held), name, held.media_type
