"""The contacts behind rows of a register, read for a whole page at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.html import format_html

from tuttava.contacts.models import ContactBusinessRelation, RelationStatus
from tuttava.contacts.pages.links import contact_url
from tuttava.contacts.privacy import masked


def read_hubs(rows: list[Any]) -> None:
    """Give each row its contact as ``hub`` (None: not linked); one query."""
    hubs = {}
    if rows:
        found = ContactBusinessRelation.objects.filter(
            linked_id__in=[row.pk for row in rows], secondary=False
        ).select_related("contact")
        found = found.defer("contact__search_tokens", "contact__search_text")
        hubs = {relation.linked_id: relation.contact for relation in found}
    for row in rows:
        row.hub = hubs.get(row.pk)


def hub_cell(row: Any) -> str:
    """The contact's number as a badge that opens it, and what else it is to us."""
    if row.hub is None:
        return ""
    contact = masked(row.hub)
    several = contact.contact_business_relation in (RelationStatus.MULTIPLE, RelationStatus.OTHER)
    more = format_html(' <span class="badge">{}</span>', contact.get_contact_business_relation_display())
    badge = format_html(
        '<a class="badge accent" href="{}" title="{}">{}</a>', contact_url(contact), contact.name, contact.no
    )
    return format_html("{}{}", badge, more) if several else badge


def hub_no(row: Any) -> str:
    """The contact's number, for files."""
    return row.hub.no if row.hub is not None else ""


def is_linked(table: str) -> Any:
    """The condition of the filter “linked with a contact”."""

    def condition(operator: str, _values: Sequence[str]) -> Q:
        rows = ContactBusinessRelation.objects.filter(linked_id=OuterRef("pk"))
        linked = Q(Exists(rows))
        return linked if operator == "yes" else ~linked

    return condition
