"""Attachments, Word templates and e-mail layouts (3.8, 2.10)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.foundation.attachments import release_contents, retain_contents
from tuttava.foundation.code_rules import require_filled
from tuttava.foundation.errors import DomainError
from tuttava.foundation.mail_html import clean_html
from tuttava.foundation.records import Edit, Rules, register
from tuttava.interactions import merge_fields
from tuttava.interactions.disk_files import plain_extension
from tuttava.interactions.models import EmailLayout, InteractionAttachment, WordTemplate
from tuttava.interactions.storing import hash_of

CONTENT = "layout.content"


@register
class InteractionAttachmentRules(Rules[InteractionAttachment]):
    model = InteractionAttachment
    set_name = "interactionAttachments"
    write_right = "interaction_log.write"
    delete_right = "interaction_log.delete"

    def enter_file_extension(self, edit: Edit[InteractionAttachment], value: str) -> None:
        edit.put("file_extension", plain_extension(value))

    def enter_mail_message_id(self, edit: Edit[InteractionAttachment], value: str) -> None:
        """The old id is gone completely, look-up included (I-91)."""
        edit.put("mail_message_id", value)
        edit.put("mail_message_hash", hash_of(value))

    def enter_internet_message_id(self, edit: Edit[InteractionAttachment], value: str) -> None:
        """As :meth:`enter_mail_message_id`."""
        edit.put("internet_message_id", value)
        edit.put("internet_message_hash", hash_of(value))

    def before_save(self, edit: Edit[InteractionAttachment]) -> None:
        """Every change is dated (I-84)."""
        if edit.changed_fields():
            now = timezone.localtime()
            edit.put("last_date_modified", now.date())
            edit.put("last_time_modified", now.time().replace(microsecond=0))

    def after_delete(self, record: InteractionAttachment) -> None:
        release_contents([record.content_id])

    def after_restore(self, ids: Sequence[uuid.UUID]) -> None:
        retain_contents(InteractionAttachment.objects.filter(pk__in=ids).values_list("content_id", flat=True))


@register
class WordTemplateRules(Rules[WordTemplate]):
    model = WordTemplate
    set_name = "wordTemplates"
    write_right = "template_setup.write"
    delete_right = "template_setup.write"

    def before_save(self, edit: Edit[WordTemplate]) -> None:
        require_filled(edit, "code")
        if edit.changed("fields"):
            edit.put("fields", checked_fields(edit.get("fields")))

    def after_delete(self, record: WordTemplate) -> None:
        release_contents([record.content_id])

    def after_restore(self, ids: Sequence[uuid.UUID]) -> None:
        retain_contents(WordTemplate.objects.filter(pk__in=ids).values_list("content_id", flat=True))


def checked_fields(chosen: object) -> dict[str, list[str]]:
    """Chosen fields by source, each once; raises ``merge_field_unknown`` for a source or name that does not exist."""
    if not isinstance(chosen, dict) or not all(isinstance(names, list) for names in chosen.values()):
        raise DomainError(
            "value_invalid",
            _("The fields of a Word template are lists of names by source: contact, salesperson, company, entry."),
            field="fields",
        )
    found = {
        str(source): list(dict.fromkeys(merge_fields.canonical(str(name)) for name in names))
        for source, names in chosen.items()
    }
    for source, names in found.items():
        for name in names:
            if f"{source}.{name}" not in merge_fields.NAMES:
                raise DomainError(
                    "merge_field_unknown",
                    _("There is no merge field “%(field)s”.") % {"field": f"{source}.{name}"[:80]},
                    field="fields",
                    rule="I-163",
                )
    return found


@register
class EmailLayoutRules(Rules[EmailLayout]):
    model = EmailLayout
    set_name = "emailLayouts"
    write_right = "template_setup.write"
    delete_right = "template_setup.write"

    def enter_html(self, edit: Edit[EmailLayout], value: str) -> None:
        """Nothing in a layout acts: scripts, forms and handlers are taken out."""
        edit.put("html", clean_html(value))

    def before_save(self, edit: Edit[EmailLayout]) -> None:
        """There is exactly one place for the content; unknown fields are told (2.10, I-163)."""
        require_filled(edit, "code")
        if not edit.changed("html") or not edit.get("html"):
            return
        text = edit.get("html")
        places = len(merge_fields.places_of(text, CONTENT))
        if places != 1:
            raise DomainError(
                "layout_content_block",
                _("A layout needs {{ layout.content }} exactly once: there the text of the e-mail goes.")
                if not places
                else _("{{ layout.content }} stands %(places)d times in the layout. Keep only one.")
                % {"places": places},
                field="html",
                rule="I-163",
            )
        merge_fields.warn_of_unknown(merge_fields.fields_in_text(text, layout=True))
