"""What business relations do when contacts were merged (M-35, M-39)."""

from __future__ import annotations

from typing import Any

from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.contacts.rules.relations import promote_second
from tuttava.foundation.merge_rules import records_merged
from tuttava.relations.carrying import Values, carry_down, locked, payload
from tuttava.relations.fields import shared_with
from tuttava.relations.images import pictures_to_records


def declare() -> None:
    """Listen."""
    records_merged.connect(_merged, dispatch_uid="relations.merged")


def _merged(*, table: str, current: Any, **_signal: Any) -> None:
    if table == "contact":
        send_all(current)


def send_all(contact: Contact) -> None:
    """Send everything that the contact shares to all records linked to it (M-39); a lifted block stays where it is."""
    rows = ContactBusinessRelation.objects.filter(contact=contact).exclude(linked_id=None)
    promote_second([row.linked_id for row in rows if row.linked_id and row.secondary])
    for row in rows.filter(secondary=False).order_by("link_to_table"):
        assert row.linked_id is not None
        carry_down(
            [(record, _values(contact, row.link_to_table)) for record in locked(row.link_to_table, [row.linked_id])]
        )
        pictures_to_records(row.link_to_table, [(contact.pk, row.linked_id)])


def _values(contact: Contact, table: str) -> Values:
    kept = {shared.name_in(table) for shared in shared_with(table) if shared.latch}
    return {name: value for name, value in payload(contact, table).items() if value or name not in kept}
