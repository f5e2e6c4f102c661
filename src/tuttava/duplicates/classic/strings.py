"""The strings of contacts: composed, written and deleted set-based."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from tuttava.contacts.models import Contact
from tuttava.duplicates.classic.composing import condensed, cut
from tuttava.duplicates.classic.setup import SearchRow
from tuttava.duplicates.models import ContactSearchString


class Strings(NamedTuple):
    """Strings of several contacts, column by column."""

    contacts: list[uuid.UUID]
    fields: list[str]
    parts: list[str]
    texts: list[str]


def compose_strings(contacts: Sequence[Contact], rows: Sequence[SearchRow]) -> Strings:
    """What the setup cuts from the contacts; blank strings are none (D-2)."""
    found = Strings([], [], [], [])
    for contact in contacts:
        for row, text in composed(contact.__dict__, rows):
            found.contacts.append(contact.pk)
            found.fields.append(row.field)
            found.parts.append(row.part)
            found.texts.append(text)
    return found


def composed(values: Mapping[str, Any], rows: Sequence[SearchRow]) -> Iterator[tuple[SearchRow, str]]:
    """The strings of one contact, whose values go by their attribute names."""
    last, kept = "", ""
    for row in rows:
        if row.field != last:
            last, kept = row.field, condensed(values[row.field] or "")
        if kept:
            yield row, cut(kept, row.part, row.length)


_REPLACE = """
WITH wanted AS MATERIALIZED (
  SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[])
    AS w(contact_id, field_name, part_of_field, search_string)
), gone AS (
  DELETE FROM duplicates_contactsearchstring s WHERE s.contact_id = ANY (%s) AND NOT EXISTS (SELECT 1 FROM wanted w
     WHERE w.contact_id = s.contact_id AND w.field_name = s.field_name AND w.part_of_field = s.part_of_field)
)
INSERT INTO duplicates_contactsearchstring AS s (contact_id, field_name, part_of_field, search_string)
SELECT contact_id, field_name, part_of_field, search_string FROM wanted
ON CONFLICT (contact_id, field_name, part_of_field) DO UPDATE SET search_string = excluded.search_string
 WHERE s.search_string <> excluded.search_string
"""
_COPY = "COPY duplicates_contactsearchstring (contact_id, field_name, part_of_field, search_string) FROM STDIN"


def insert_strings(strings: Strings) -> None:
    """Store the strings of contacts that have none."""
    if not strings.contacts:
        return
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.cursor.copy(_COPY) as copy:
        for row in zip(*strings, strict=True):
            copy.write_row(row)


def replace_strings(contact_ids: Collection[uuid.UUID], strings: Strings) -> None:
    """Make ``strings`` the only ones of these contacts; what stays the same is not written."""
    with connection.cursor() as cursor:
        cursor.execute(_REPLACE, [*strings, list(contact_ids)])


def delete_strings(contact_ids: Collection[uuid.UUID]) -> None:
    ContactSearchString.objects.filter(contact_id__in=list(contact_ids)).delete()


def has_strings(contact_ids: Collection[uuid.UUID]) -> bool:
    """Whether any of these contacts has a string stored."""
    return ContactSearchString.objects.filter(contact_id__in=list(contact_ids)).exists()
