"""Questions about groups, responsibilities and web sources of contacts (C-89, C-90, C-93)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import quote

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from tuttava.contacts.models import Contact, ContactLink, ContactType, ContactWebSource
from tuttava.contacts.rules.links import check_url
from tuttava.foundation.errors import DomainError

L = TypeVar("L", bound=ContactLink)


def links_of(contact: Contact, model: type[L]) -> QuerySet[L]:
    """The contact's links; what belongs to companies is, opened from a person, that of its company (C-90)."""
    owner: uuid.UUID | None = contact.pk
    if model.allowed_type == ContactType.COMPANY and contact.is_person:
        owner = contact.company_id
    return model._default_manager.filter(contact_id=owner).select_related(model.code_name).order_by(model.code_name)


def contacts_by_code(model: type[ContactLink], codes: Iterable[str]) -> dict[str, int]:
    """How many contacts have each of ``codes``, in one query (C-89)."""
    name = f"{model.code_name}__code"
    rows = model._default_manager.filter(**{f"{name}__in": list(codes)}).order_by().values_list(name)
    return dict(rows.annotate(number=Count("pk")))


def launch_address(link: ContactWebSource) -> str:
    """The address that a contact's web source opens: its search word, or the company's name, filled in (C-93).

    Raises ``web_source.no_url`` when the web source has no address.
    """
    url = check_url(link.web_source.url)
    if not url:
        raise DomainError(
            "web_source.no_url",
            _("Web source %(code)s has no address. Enter one in the setup.") % {"code": link.web_source_code},
            field="url",
            rule="C-93",
        )
    word = link.search_word.strip() or link.contact.company_name or link.contact.name
    return url.replace("%1", quote(word, safe=""))
