"""Groups, responsibilities and web sources on contacts (C-88, C-93)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from tuttava.contacts.errors import action_wrong_type
from tuttava.contacts.models import (
    Contact,
    ContactIndustryGroup,
    ContactJobResponsibility,
    ContactLink,
    ContactMailingGroup,
    ContactWebSource,
    WebSource,
)
from tuttava.contacts.rules.codes import CodeRules
from tuttava.contacts.rules.required import require_field
from tuttava.contacts.touching import touch
from tuttava.foundation.comments import delete_comments
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import OwnerKind
from tuttava.foundation.records import Edit, Rules, register
from tuttava.foundation.touching import touched_by_what_hangs

L = TypeVar("L", bound=ContactLink)


class LinkRules(Rules[L]):
    """A code on a contact: required, once, on the contact type it fits; the contact is touched (C-80, C-88)."""

    def before_save(self, edit: Edit[L]) -> None:
        check_links([edit])

    def before_save_many(self, edits: Sequence[Edit[L]]) -> None:
        check_links(edits)

    def after_save(self, edits: Sequence[Edit[L]]) -> None:
        touch(edit.record.contact_id for edit in edits)

    def after_delete(self, record: L) -> None:
        touch([record.contact_id])


def check_links(edits: Sequence[Edit[Any]], *, also: Callable[[Edit[Any]], bool] = lambda edit: False) -> None:
    """Refuse a blank code (``field_required``) and a contact of the wrong type (``contact.wrong_type``).

    Rows for whose edit ``also`` holds fit every type.
    """
    for edit in edits:
        require_field(edit, f"{edit.record.code_name}_code")
        require_field(edit, "contact_id")
    limited = [
        edit
        for edit in edits
        if edit.record.allowed_type and (edit.is_new or edit.changed("contact_id")) and not also(edit)
    ]
    contacts = _contacts(limited)
    for edit in limited:
        contact = contacts.get(edit.record.contact_id)
        if contact is not None and contact.type != edit.record.allowed_type:
            raise action_wrong_type(contact, str(edit.record._meta.verbose_name), rule="C-88")


def _contacts(edits: Sequence[Edit[Any]]) -> dict[uuid.UUID, Contact]:
    ids = {edit.record.contact_id for edit in edits}
    found = Contact.objects.filter(pk__in=ids).only("id", "no", "name", "type") if ids else ()
    return {contact.pk: contact for contact in found}


@register
class IndustryGroupLinkRules(LinkRules[ContactIndustryGroup]):
    model = ContactIndustryGroup
    set_name = "contactIndustryGroups"


@register
class MailingGroupLinkRules(LinkRules[ContactMailingGroup]):
    model = ContactMailingGroup
    set_name = "contactMailingGroups"


@register
class JobResponsibilityLinkRules(LinkRules[ContactJobResponsibility]):
    model = ContactJobResponsibility
    set_name = "contactJobResponsibilities"


@register
class WebSourceLinkRules(LinkRules[ContactWebSource]):
    model = ContactWebSource
    set_name = "contactWebSources"


def check_url(url: str) -> str:
    """An address of the web or blank; other schemes are refused (C-93)."""
    url = url.strip()
    parts = urlsplit(url.replace("%1", "word"))
    if url and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise DomainError(
            "value_invalid",
            _("“%(url)s” is not an address of the web. It begins with https:// or http://.") % {"url": url},
            field="url",
            rule="C-93",
        )
    return url


@register
class WebSourceRules(CodeRules[WebSource]):
    model = WebSource
    set_name = "webSources"

    def enter_url(self, edit: Edit[WebSource], value: str) -> None:
        edit.put("url", check_url(value))

    def after_delete(self, record: WebSource) -> None:
        """Its comments go with it (C-93)."""
        delete_comments(OwnerKind.WEB_SOURCE, [record.pk])


def connect() -> None:
    """Comments, files and the picture touch their contact (C-96)."""
    touched_by_what_hangs(OwnerKind.CONTACT, Contact)
