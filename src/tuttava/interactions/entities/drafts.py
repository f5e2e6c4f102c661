"""Drafts in the CRM service: one user's open wizards (17.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.build import crm_set, existing, id_behind, properties_of
from tuttava.api.declare import Action, File, Navigation, Parameter, Property, Row, Stream, Wanted
from tuttava.contacts.models import Contact, ContactAltAddress
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.file_kinds import kind_of
from tuttava.foundation.spelling import snake
from tuttava.interactions import calling, draft_content, drafting, wizard
from tuttava.interactions.drafting import FILTERED, RIGHT
from tuttava.interactions.models import DraftKind, InteractionComment, InteractionDraft, InteractionLogEntry
from tuttava.interactions.preflight import look_over_draft
from tuttava.interactions.sending import preview_of, remember_print_file

ENTITY = "interactionDraft"
_INTERNAL = (
    *("user_name", "entry_id", "context", "started_at", "content_id", "content_of", "campaign_entry_no"),
    *("document_type", "document_no", "doc_no_occurrence", "version_no", "attempt_failed"),
)


def contact_properties(stem: str, column: str, *, read_only: bool = False) -> tuple[Property, ...]:
    """A contact by its number and by its id."""
    return (
        Property(
            f"{stem}No",
            edm.code(20),
            f"{column}__no",
            write="" if read_only else f"{column}_id",
            convert=id_behind(Contact),
            read_only=read_only,
            nullable=True,
        ),
        Property(f"{stem}Id", edm.GUID, f"{column}_id", convert=existing(Contact), read_only=read_only, nullable=True),
    )


def _properties() -> tuple[Property, ...]:
    found = properties_of(
        InteractionDraft,
        ENTITY,
        exclude=_INTERNAL,
        names={"content_name": "contentFileName", "content_extension": "contentFileExtension"},
        read_only=("step", "resumed_entry_no", "interaction_group_code", "campaign_description"),
        immutable=("kind", "task_no", "segment_no"),
        replace={
            "contact_id": contact_properties("contact", "contact"),
            "contact_company_id": contact_properties("contactCompany", "contact_company", read_only=True),
            "contact_alt_address_id": (
                Property(
                    "contactAltAddressCode",
                    edm.code(10),
                    "contact_alt_address__code",
                    write="contact_alt_address_code",
                    nullable=True,
                ),
            ),
            "attachment_id": (Property("attachmentNo", edm.BIG, "attachment__no", read_only=True, nullable=True),),
            "word_template_code": (
                Property("wordTemplateCode", edm.code(30), "word_template_code", read_only=True, nullable=True),
            ),
            "email_layout_code": (
                Property("emailLayoutCode", edm.code(30), "email_layout_code", read_only=True, nullable=True),
            ),
        },
    )
    # The contact comes before what needs one, however it is named (A-35, I-28).
    name = next(each for each in found if each.name == "wizardContactName")
    rest = [each for each in found if each is not name]
    return (
        rest[0],
        name,
        *rest[1:],
        Property("entryNo", edm.BIG, "entry__entry_no", read_only=True, nullable=True),
        Property("attemptFailed", edm.BOOLEAN, read_only=True, filterable=False, sortable=False),
        Property("context", edm.UNTYPED, "context", read_only=True, filterable=False, sortable=False),
        Property("fromFilter", edm.UNTYPED, write="from_filter", write_only=True, immutable=True),
    )


def _finish(rows: Sequence[Row], wanted: Wanted) -> None:
    for row in rows:
        row["attemptFailed"] = not row["interaction_successful"]


def _own(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(user_name=current().user_name)


def entered(values: Mapping[str, Any], contact_id: Any) -> dict[str, Any]:
    """The alternative address that a code names: one of the contact's own."""
    found = dict(values)
    if "contact_alt_address_code" not in found:
        return found
    code = as_code(found.pop("contact_alt_address_code") or "")
    owner = found.get("contact_id", contact_id)
    named = ContactAltAddress.objects.filter(contact_id=owner, code=code).first() if code and owner else None
    if code and named is None:
        raise DomainError(
            "not_found",
            _("The contact has no alternative address “%(code)s”.") % {"code": code},
            field="contact_alt_address_code",
        )
    return {**found, "contact_alt_address_id": named.pk if named else None}


def split(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a wizard is opened for, and the fields that are entered in it."""
    context = {name: value for name, value in values.items() if name in FILTERED and value}
    return context, {name: value for name, value in values.items() if name not in FILTERED}


def _create(values: Mapping[str, Any], given: Mapping[str, Any]) -> InteractionDraft:
    """POST: context, kind and fields (I-21, I-52)."""
    found = dict(values)
    filters = _plain(found.pop("from_filter", None) or {})
    kind = found.pop("kind", DraftKind.INTERACTION)
    contact_id = found.pop("contact_id", None)
    context, fields = split(found)
    if contact_id is not None:
        context["contact_no"] = Contact.objects.values_list("no", flat=True).get(pk=contact_id)
    source = drafting.source_of({**drafting.of_filters(filters), **context})
    fields = entered(fields, contact_id)
    if kind == DraftKind.PHONE_CALL:
        return calling.start_call(source, fields, number=str(fields.pop("contact_via", "") or ""))
    return drafting.start(source, fields)


def _plain(filters: Any) -> dict[str, str]:
    if not isinstance(filters, dict) or not all(isinstance(text, str) for text in filters.values()):
        raise DomainError("bad_filter", _("A filter is an object of texts."), field="fromFilter")
    return {snake(name): text for name, text in filters.items()}


def _change(draft: InteractionDraft, values: Mapping[str, Any], version: int | None) -> InteractionDraft:
    return drafting.enter(draft, entered(values, draft.contact_id), version=version)


def _delete(draft: InteractionDraft, version: int | None) -> None:
    """I-50: cancel."""
    wizard.cancel(draft)


def _finish_draft(draft: InteractionDraft, deliver: bool, create_opportunity: bool | None) -> InteractionLogEntry:
    """I-44 to I-48, I-56, I-57."""
    finished = wizard.finish(draft, deliver=deliver, create_opportunity=create_opportunity)
    return remember_print_file(finished.entry, finished.print_file)


def _preview(draft: InteractionDraft) -> File:
    return File(preview_of(draft).encode(), "text/html; charset=utf-8")


def _preflight(draft: InteractionDraft) -> list[dict[str, Any]]:
    """What is in the way of sending it, before anything is made; ``stops``: finishing with delivery is refused."""
    return [
        {"kind": each.kind, "name": each.name, "message": each.text, "stops": each.stops}
        for each in look_over_draft(draft)
    ]


def _opportunities(draft: InteractionDraft) -> list[dict[str, str]]:
    """I-37."""
    return [{"no": number, "description": words} for number, words in drafting.opportunities(draft)]


def _numbers(draft: InteractionDraft) -> list[dict[str, str]]:
    """I-54."""
    return [
        {
            "description": each.description,
            "number": each.number,
            "type": edm.crm_member(each.type),
            "name": each.name,
        }
        for each in calling.numbers_of(draft)
    ]


def _languages(draft: InteractionDraft) -> list[dict[str, Any]]:
    return [
        {
            "languageCode": each.language_code or "",
            "description": each.description,
            "hasAttachment": bool(each.attachment_id),
        }
        for each in drafting.languages(draft)
    ]


def _read_content(draft: InteractionDraft) -> File | None:
    held = draft_content.content(draft)
    if held is None:
        return None
    if held.email_layout_code:
        return _preview(draft)
    data = held.data or b""
    return File(data, kind_of(data).media_type, held.file_name)


def _write_content(draft: InteractionDraft, data: bytes, name: str, media_type: str) -> None:
    wizard.write_content(draft, data, name)


def _delete_content(draft: InteractionDraft) -> None:
    wizard.remove_content(draft)


def _function(name: str, run: Any, *, listed: bool = True) -> Action:
    return Action(name, run, function=True, right="interaction_log.read", listed=listed)


DRAFTS = crm_set(
    InteractionDraft,
    "interactionDrafts",
    ENTITY,
    natural_key=(),
    order=("id",),
    properties=_properties(),
    navigations=(
        Navigation("contact", "contacts", many=False, ours="contact_id"),
        Navigation("contactCompany", "contacts", many=False, ours="contact_company_id"),
        Navigation(
            "comments",
            InteractionComment,
            theirs="draft_id",
            contained=True,
            fills=(("draft_id", "id"),),
        ),
    ),
    references=False,
    actions=(
        Action("next", wizard.next_step, returns="interactionDrafts", right=RIGHT),
        Action("back", wizard.back, returns="interactionDrafts", right=RIGHT),
        Action(
            "finish",
            _finish_draft,
            (Parameter("deliver", edm.BOOLEAN, default=True), Parameter("createOpportunity", edm.BOOLEAN)),
            returns="interactionLogEntries",
            right=RIGHT,
            created=True,
        ),
        Action("postpone", wizard.postpone, returns="interactionLogEntries", right=RIGHT, created=True),
        Action("merge", wizard.merge, returns="interactionDrafts", right=RIGHT),
        # The action of that name on imports is in the metadata document.
        _function("preview", _preview, listed=False),
        _function("preflight", _preflight),
        _function("opportunities", _opportunities),
        _function("phoneNumbers", _numbers),
        _function("languages", _languages),
    ),
    streams=(Stream("content", _read_content, _write_content, _delete_content),),
    rows=_own,
    finish=_finish,
    always=("interaction_successful",),
    create=_create,
    change=_change,
    delete=_delete,
    read_right="interaction_log.read",
)
