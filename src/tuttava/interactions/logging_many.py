"""Thousands of planned interactions into the log at once: what :mod:`.logging_core` does for some, in one statement.

The rows that are logged carry the fields of :class:`InteractionFields` (lines of segments); what they lack of a log
entry is the same for all of them. Whoever calls has checked them and holds them locked, and tells the rooms above.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString, cast

from django.db import connection
from django.utils import timezone
from psycopg import sql

from tuttava.foundation.context import current
from tuttava.foundation.ids import new_id
from tuttava.interactions.logging_core import FIELDS
from tuttava.interactions.models import Delivery, DeliveryStatus, InteractionFields, InteractionLogEntry
from tuttava.interactions.numbering import draw_entry_numbers

#: The address that a mail about a row ``r`` would go to (I-95), as the tables of :data:`REACH` have it.
ADDRESS: LiteralString = "coalesce(nullif(a.email, ''), c.email)"
#: A row ``r`` with its contact and its chosen alternative address.
REACH: LiteralString = (
    " JOIN contacts_contact c ON c.id = r.contact_id"
    " LEFT JOIN contacts_contactaltaddress a ON a.id = r.contact_alt_address_id"
)

_INSERT = sql.SQL(
    "INSERT INTO {log} ({names}) SELECT {values}"
    " FROM unnest(%(rows)s::uuid[], %(ids)s::uuid[], %(numbers)s::bigint[]) AS n(row_id, id, entry_no)"
    " JOIN {table} r ON r.id = n.row_id{reach}"
    " LEFT JOIN unnest(%(campaigns)s::text[], %(documents)s::text[], %(entries)s::bigint[])"
    " AS k(campaign_no, document_type, entry_no)"
    " ON k.campaign_no = r.campaign_no AND k.document_type = r.document_type"
    " LEFT JOIN unnest(%(templates)s::text[], %(letters)s::uuid[]) AS w(code, id) ON w.code = r.word_template_code"
    " LEFT JOIN interactions_interactionattachment f ON f.id = r.attachment_id"
)
# Without an address e-mail becomes no correspondence (I-60), unless delivering is to say so; the same for the blocked.
_TYPE: LiteralString = (
    "CASE WHEN r.correspondence_type = 'email' AND " + ADDRESS + " = '' AND NOT %(insist)s"
    " THEN 'none' ELSE r.correspondence_type END"
)
_SENDS: LiteralString = (
    "CASE WHEN %(deliver)s AND (" + _TYPE + ") <> 'none' AND coalesce(r.attachment_id, w.id) IS NOT NULL"
    " AND (%(insist)s OR NOT c.privacy_blocked) THEN 'in_progress' ELSE 'none' END"
)
_VALUES: dict[str, LiteralString] = {
    "id": "n.id",
    "entry_no": "n.entry_no",
    "correspondence_type": _TYPE,
    "attachment_id": "coalesce(r.attachment_id, w.id)",
    # Only a Word document takes the place of the template.
    "modified_word_template": "CASE WHEN r.word_template_code IS NULL OR lower(f.file_extension) NOT IN ('doc', 'docx')"
    " THEN 0 ELSE coalesce(f.no, 0) END",
    "campaign_entry_no": "coalesce(k.entry_no, r.campaign_entry_no)",
    "delivery_status": _SENDS,
    "user_name": "%(user)s",
    "logged_segment_entry_no": "%(logged)s",
}
_BOOK = sql.SQL(
    "INSERT INTO {book} (id, entry_id, position, {names})"
    " SELECT gen_random_uuid(), e.id, %(after)s + row_number() OVER (ORDER BY e.entry_no), {values}"
    " FROM {log} e WHERE e.id = ANY (%(entries)s) AND e.delivery_status = %(on_the_way)s"
)


@dataclass(frozen=True)
class Terms:
    """What is the same for all rows. ``deliver``: those with something to send are on their way (I-101).

    ``insist``: who cannot be reached is delivered to all the same, so that it fails and says why.
    ``campaign_entries``: the campaign entry of each campaign and document type (I-61). ``letters``: the file that
    entries of a Word template have where their row has none, so that each has one (I-108).
    """

    logged_segment_entry_no: int = 0
    deliver: bool = False
    insist: bool = False
    campaign_entries: Mapping[tuple[str, str], int] = field(default_factory=dict)
    letters: Mapping[str, uuid.UUID] = field(default_factory=dict)


def log_rows(model: type[InteractionFields], rows: Sequence[uuid.UUID], terms: Terms) -> list[uuid.UUID]:
    """A log entry for each row, numbered in their order; answers the entries' ids. Runs inside a unit of work."""
    if not rows:
        return []
    ids = [new_id() for _row in rows]
    parameters: dict[str, Any] = {
        "rows": list(rows),
        "ids": ids,
        "numbers": draw_entry_numbers(len(rows)),
        "deliver": terms.deliver,
        "insist": terms.insist,
        "user": current().user_name,
        "logged": terms.logged_segment_entry_no,
        "campaigns": [campaign for campaign, _kind in terms.campaign_entries],
        "documents": [kind for _campaign, kind in terms.campaign_entries],
        "entries": list(terms.campaign_entries.values()),
        "templates": list(terms.letters),
        "letters": list(terms.letters.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(model), parameters | _initial())
    return ids


def _statement(model: type[InteractionFields]) -> sql.Composed:
    columns = [field.attname for field in InteractionLogEntry._meta.concrete_fields]
    return _INSERT.format(
        log=sql.Identifier(InteractionLogEntry._meta.db_table),
        table=sql.Identifier(model._meta.db_table),
        names=sql.SQL(", ").join(sql.Identifier(name) for name in columns),
        values=sql.SQL(", ").join(_value(name) for name in columns),
        reach=sql.SQL(REACH),
    )


def _value(name: str) -> sql.Composable:
    if name in _VALUES:
        return sql.SQL(_VALUES[name])
    return sql.Identifier("r", name) if name in FIELDS else sql.Placeholder(f"new_{name}")


def _initial() -> dict[str, Any]:
    """What a new entry begins with, where neither row nor terms say anything."""
    made = InteractionLogEntry()
    names = [field.attname for field in InteractionLogEntry._meta.concrete_fields]
    return {f"new_{name}": getattr(made, name) for name in names if name not in _VALUES and name not in FIELDS}


def book(entries: Sequence[uuid.UUID], batch: uuid.UUID, after: int) -> int:
    """Write those of ``entries`` that are on their way into the post office's book, behind ``after``; how many."""
    made = Delivery(batch_id=batch, changed_at=timezone.now())
    shared = [f.attname for f in Delivery._meta.concrete_fields if f.attname not in ("id", "entry_id", "position")]
    statement = _BOOK.format(
        book=sql.Identifier(Delivery._meta.db_table),
        log=sql.Identifier(InteractionLogEntry._meta.db_table),
        names=sql.SQL(", ").join(sql.Identifier(name) for name in shared),
        values=sql.SQL(", ").join(sql.Placeholder(name) for name in shared),
    )
    parameters: dict[str, Any] = {name: getattr(made, name) for name in shared}
    parameters |= {"after": after, "entries": list(entries), "on_the_way": DeliveryStatus.IN_PROGRESS.value}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cast(int, cursor.rowcount)
