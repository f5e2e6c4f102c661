"""Groups, templates, their languages and setup, attachments, Word templates and layouts in the CRM service (17.3)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.build import crm_set, one_row_set, properties_of
from tuttava.api.declare import Action, File, Navigation, Parameter, Property, Row, Stream, Wanted
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.spelling import camel
from tuttava.interactions import attachments, templates_actions, word_templates
from tuttava.interactions.confidential import log_looks_at_file, readable_attachments
from tuttava.interactions.entities.totals import FILTERS, fill_totals, total_properties
from tuttava.interactions.models import (
    EmailLayout,
    InteractionAttachment,
    InteractionGroup,
    InteractionTemplate,
    InteractionTemplateLanguage,
    InteractionTemplateSetup,
    TotalKind,
    WordTemplate,
)
from tuttava.interactions.relocating import relocate
from tuttava.interactions.template_setup import EVENTS, template_setup
from tuttava.interactions.word import DOCX

_LANGUAGES = "interactionTemplateLanguages"


def _finish_templates(rows: Sequence[Row], wanted: Wanted) -> None:
    """Figures, and the number of each template's attachment (2.3)."""
    fill_totals(TotalKind.TEMPLATE, rows, wanted)
    if "attachmentNo" not in wanted.names:
        return
    stubs = [InteractionTemplate(code=row["code"], default_language_code=row["default_language_code"]) for row in rows]
    found = templates_actions.attachments_by_template(stubs)
    for row in rows:
        row["attachmentNo"] = found[row["code"]].no if row["code"] in found else 0


crm_set(
    InteractionGroup,
    "interactionGroups",
    "interactionGroup",
    natural_key=("code",),
    properties=(*properties_of(InteractionGroup, "interactionGroup"), *total_properties(TotalKind.GROUP)),
    navigations=(
        Navigation("interactionTemplates", InteractionTemplate, theirs="interaction_group_code", ours="code"),
    ),
    calculation_filters=FILTERS,
    finish=partial(fill_totals, TotalKind.GROUP),
    always=("code",),
)


def _read_of_template(template: InteractionTemplate) -> File | None:
    templates_actions.refuse_word_template(template.word_template_code, template.code)
    variant = templates_actions.variant_of(template)
    return _read_of_variant(variant) if variant is not None else None


def _write_of_template(template: InteractionTemplate, data: bytes, name: str, media_type: str) -> None:
    templates_actions.import_attachment(templates_actions.open_variant(template), data, name, media_type)


def _delete_of_template(template: InteractionTemplate) -> None:
    templates_actions.remove_attachment(templates_actions.open_variant(template), confirm=False)


def _read_of_variant(variant: InteractionTemplateLanguage) -> File | None:
    found = templates_actions.export_attachment(variant)
    return None if found is None else File(found[0], found[2], found[1])


def _write_of_variant(variant: InteractionTemplateLanguage, data: bytes, name: str, media_type: str) -> None:
    templates_actions.import_attachment(variant, data, name, media_type)


def _delete_of_variant(variant: InteractionTemplateLanguage) -> None:
    templates_actions.remove_attachment(variant, confirm=False)


crm_set(
    InteractionTemplate,
    "interactionTemplates",
    "interactionTemplate",
    natural_key=("code",),
    properties=(
        *properties_of(
            InteractionTemplate, "interactionTemplate", names={"default_language_code": "languageCodeDefault"}
        ),
        Property("attachmentNo", edm.BIG, read_only=True),
        *total_properties(TotalKind.TEMPLATE),
    ),
    navigations=(
        Navigation(
            _LANGUAGES,
            InteractionTemplateLanguage,
            theirs="interaction_template_code",
            ours="code",
            contained=True,
            partner="interactionTemplate",
            fills=(("interaction_template_code", "code"),),
        ),
    ),
    streams=(Stream("attachmentContent", _read_of_template, _write_of_template, _delete_of_template),),
    calculation_filters=FILTERS,
    finish=_finish_templates,
    always=("code", "default_language_code"),
)


def _copy_from(
    variant: InteractionTemplateLanguage, language_code: str, template_code: str = ""
) -> InteractionTemplateLanguage:
    """I-14: from another language of the same template, or of another one."""
    template = template_code or variant.interaction_template_code
    source = InteractionTemplateLanguage.objects.filter(
        interaction_template__code=template, **{"language_code": language_code or None}
    ).first()
    if source is None:
        raise DomainError(
            "not_found",
            _("Template %(template)s has no language “%(language)s”.")
            % {"template": template, "language": language_code},
            field="language_code",
            rule="I-14",
        )
    return templates_actions.copy_attachment(variant, source)


crm_set(
    InteractionTemplateLanguage,
    _LANGUAGES,
    "interactionTemplateLanguage",
    natural_key=("interactionTemplateCode", "languageCode"),
    properties=properties_of(
        InteractionTemplateLanguage,
        "interactionTemplateLanguage",
        immutable=["interaction_template_code"],
        replace={
            "attachment_id": (
                Property("attachmentNo", edm.BIG, "attachment__no", read_only=True, nullable=True),
                Property("attachmentId", edm.GUID, "attachment_id", read_only=True, nullable=True),
            )
        },
    ),
    navigations=(
        Navigation(
            "interactionTemplate",
            InteractionTemplate,
            many=False,
            theirs="code",
            ours="interaction_template_code",
            partner=_LANGUAGES,
        ),
        Navigation("attachment", InteractionAttachment, many=False, ours="attachment_id"),
    ),
    streams=(Stream("attachmentContent", _read_of_variant, _write_of_variant, _delete_of_variant),),
    actions=(
        Action(
            "copyAttachmentFrom",
            _copy_from,
            (Parameter("languageCode", edm.code(10), required=True), Parameter("templateCode", edm.code(10))),
            returns=_LANGUAGES,
        ),
        Action(
            "removeAttachment",
            templates_actions.remove_attachment,
            returns=_LANGUAGES,
        ),
    ),
)

one_row_set(
    InteractionTemplateSetup,
    "interactionTemplateSetup",
    ensure=template_setup,
    properties=properties_of(
        InteractionTemplateSetup,
        "interactionTemplateSetup",
        exclude=["only_row"],
        names={f"{event}_code": camel(event) for event in EVENTS},
    ),
)


def _read_attachment(attachment: InteractionAttachment) -> File | None:
    """The bytes; of a layout the rendered page (I-89). Pages are previews: without scripts."""
    log_looks_at_file(attachment)
    name = attachment.file_name or f"{attachment.no}.{attachment.file_extension}".rstrip(".")
    if attachments.is_layout(attachment):
        return File(attachments.rendered(attachment).encode(), "text/html", name)
    held = attachment.sha256 or attachment.content_id
    return File(attachments.content_of(attachment), attachment.media_type, name) if held else None


def _write_attachment(attachment: InteractionAttachment, data: bytes, name: str, media_type: str) -> None:
    attachments.require_write(attachment)
    attachments.import_content(attachment, data, name, media_type)


def _finish_attachments(rows: Sequence[Row], wanted: Wanted) -> None:
    """The three states of HTML (I-88), in two queries for a page."""
    asked = {"isHtml", "isLayout", "isReady"} & wanted.names
    if not asked:
        return
    found = InteractionAttachment.objects.in_bulk([row["id"] for row in rows])
    ready = attachments.ready_ones(found.values()) if "isReady" in asked else set()
    for row in rows:
        one = found[row["id"]]
        row |= {
            "isHtml": attachments.is_html(one),
            "isLayout": attachments.is_layout(one),
            "isReady": one.pk in ready,
        }


crm_set(
    InteractionAttachment,
    "interactionAttachments",
    "interactionAttachment",
    natural_key=("no",),
    properties=(
        *properties_of(
            InteractionAttachment,
            "interactionAttachment",
            exclude=["content_id", "merge_source", "mail_message_hash", "internet_message_hash"],
            read_only=[field.attname for field in InteractionAttachment._meta.concrete_fields],
        ),
        Property("isHtml", edm.BOOLEAN, read_only=True),
        Property("isLayout", edm.BOOLEAN, read_only=True),
        Property("isReady", edm.BOOLEAN, read_only=True),
    ),
    streams=(Stream("content", _read_attachment, _write_attachment),),
    actions=(Action("relocate", relocate, on_set=True, long=True),),
    methods=frozenset({"GET"}),
    rows=readable_attachments,
    finish=_finish_attachments,
    always=("id",),
    read_right="interaction_log.read",
)


def _read_document(template: WordTemplate) -> File | None:
    data = word_templates.document_of(template)
    return File(data, DOCX, template.file_name or f"{template.code}.docx") if data else None


def _write_document(template: WordTemplate, data: bytes, name: str, _media_type: str) -> None:
    word_templates.set_document(template, data, name)


def _create_for_interactions(
    code: str, fields: Any = None, description: str = "", language_code: str = ""
) -> WordTemplate:
    """create_word_template: with the chosen fields in a document to write around."""
    return word_templates.create_for_interactions(
        code, fields or {}, description=description, language_code=language_code or None
    )


crm_set(
    WordTemplate,
    "wordTemplates",
    "wordTemplate",
    natural_key=("code",),
    properties=properties_of(
        WordTemplate,
        "wordTemplate",
        exclude=["content_id"],
        replace={"fields": (Property("fields", edm.UNTYPED, "fields", filterable=False, sortable=False),)},
    ),
    streams=(Stream("document", _read_document, _write_document),),
    actions=(
        Action(
            "createForInteractions",
            _create_for_interactions,
            (
                Parameter("code", edm.code(30), required=True),
                Parameter("description", edm.text(100), default=""),
                Parameter("languageCode", edm.code(10), default=""),
                Parameter("fields", edm.UNTYPED, required=True),
            ),
            returns="wordTemplates",
            on_set=True,
            created=True,
        ),
    ),
)


def _read_html(layout: EmailLayout) -> File | None:
    return File(layout.html.encode(), "text/html", f"{layout.code}.html") if layout.html else None


def _write_html(layout: EmailLayout, data: bytes, _name: str, _media_type: str) -> None:
    records.change(layout, {"html": data.decode("utf-8", "replace").removeprefix("\ufeff")})


crm_set(
    EmailLayout,
    "emailLayouts",
    "emailLayout",
    natural_key=("code",),
    properties=properties_of(EmailLayout, "emailLayout", exclude=["html"]),
    streams=(Stream("html", _read_html, _write_html),),
)
