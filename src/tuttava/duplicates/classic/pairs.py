"""Pairs of rebuilt contacts, made what the search found, in one statement (D-8, D-11)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from django.db import connection
from django.db.models import Q, QuerySet

from tuttava.contacts.models import Contact
from tuttava.contacts.setup import marketing_setup
from tuttava.duplicates.evidence import both_changed
from tuttava.duplicates.models import ContactDuplicate
from tuttava.foundation.ids import new_id

_END = uuid.UUID(int=2**128 - 1)
#: Two contacts, the smaller id first: a pair whichever way it stands.
Key: TypeAlias = tuple[uuid.UUID, uuid.UUID]


class Finding(NamedTuple):
    """A pair as the search found it: ``contact_id`` is the one that was searched for."""

    contact_id: uuid.UUID
    duplicate_id: uuid.UUID
    shared: int


class Settled(NamedTuple):
    """How many unordered pairs are there that were not before, and the other way round (D-15)."""

    new: int
    gone: int


def key_of(one: uuid.UUID, other: uuid.UUID) -> Key:
    return (one, other) if one < other else (other, one)


def pairs_with(contact_ids: Collection[uuid.UUID]) -> QuerySet[ContactDuplicate]:
    """All pairs in which one of the contacts stands, separate ones too."""
    ids = list(contact_ids)
    return ContactDuplicate.objects.filter(Q(contact_id__in=ids) | Q(duplicate_id__in=ids))


# Somebody else may have found a pair at the same moment: one of both rows is enough.
_SETTLE = """
WITH found AS MATERIALIZED (
  SELECT * FROM unnest(%(new_ids)s::uuid[], %(contacts)s::uuid[], %(duplicates)s::uuid[], %(shared)s::int[])
    AS f(id, contact_id, duplicate_id, shared)
), stored AS MATERIALIZED (
  SELECT d.* FROM duplicates_contactduplicate d
   WHERE (%(all)s OR d.contact_id = ANY (%(ids)s) OR d.duplicate_id = ANY (%(ids)s)) AND d.id < %(until)s
), matched AS MATERIALIZED (
  SELECT s.id, s.separate_contacts, s.classic, s.contact_id AS before, s.no_of_matching_strings AS counted,
         f.id AS found_id, f.contact_id, f.duplicate_id, f.shared
    FROM stored s JOIN found f ON least(s.contact_id, s.duplicate_id) = least(f.contact_id, f.duplicate_id)
     AND greatest(s.contact_id, s.duplicate_id) = greatest(f.contact_id, f.duplicate_id)
), kept AS (
  UPDATE duplicates_contactduplicate d SET classic = true, no_of_matching_strings = m.shared,
         contact_id = CASE WHEN %(turn)s THEN m.contact_id ELSE d.contact_id END,
         duplicate_id = CASE WHEN %(turn)s THEN m.duplicate_id ELSE d.duplicate_id END
    FROM matched m WHERE d.id = m.id AND NOT m.separate_contacts
     AND (NOT m.classic OR m.counted <> m.shared OR (%(turn)s AND m.before <> m.contact_id))
  RETURNING NOT m.classic AS new
), lost AS MATERIALIZED (
  SELECT s.id, s.smart FROM stored s WHERE s.classic AND NOT s.separate_contacts
     AND NOT EXISTS (SELECT 1 FROM matched m WHERE m.id = s.id)
), unmarked AS (
  UPDATE duplicates_contactduplicate d SET classic = false, no_of_matching_strings = 0
    FROM lost l WHERE d.id = l.id AND l.smart
), gone AS (
  DELETE FROM duplicates_contactduplicate d USING lost l WHERE d.id = l.id AND NOT l.smart
), added AS (
  INSERT INTO duplicates_contactduplicate (id, version, contact_id, duplicate_id, no_of_matching_strings, classic,
                                           smart, separate_contacts, evidence)
  SELECT f.id, 1, f.contact_id, f.duplicate_id, f.shared, true, false, false, '' FROM found f
   WHERE NOT EXISTS (SELECT 1 FROM matched m WHERE m.found_id = f.id)
   ON CONFLICT DO NOTHING RETURNING 1
)
SELECT (SELECT count(*) FROM added) + (SELECT count(*) FROM kept WHERE new), (SELECT count(*) FROM lost)
"""
_ADD = """
WITH found AS MATERIALIZED (
  SELECT * FROM unnest(%(new_ids)s::uuid[], %(contacts)s::uuid[], %(duplicates)s::uuid[], %(shared)s::int[])
    AS f(id, contact_id, duplicate_id, shared)
), added AS (
  INSERT INTO duplicates_contactduplicate (id, version, contact_id, duplicate_id, no_of_matching_strings, classic,
                                           smart, separate_contacts, evidence)
  SELECT f.id, 1, f.contact_id, f.duplicate_id, f.shared, true, false, false, '' FROM found f
   ON CONFLICT DO NOTHING RETURNING 1
)
SELECT (SELECT count(*) FROM added), 0
"""


def settle(
    found: Iterable[Finding],
    *,
    ids: Collection[uuid.UUID] | None,
    turn: bool,
    inserted: bool = False,
    until: uuid.UUID = _END,
) -> Settled:
    """Make the classic pairs with the contacts ``ids`` (None: of all) those that were ``found``.

    ``turn``: pairs that stay stand as they were found now. ``inserted``: the contacts have no pairs yet. Pairs marked
    separate stay as they are (D-11), unless the setup lets them be refreshed. Pairs with an id from ``until`` on, found
    by others since the search began, are left alone.
    """
    found = list(found)
    if inserted and not found:
        return Settled(0, 0)
    contacts, duplicates, shared = map(list, zip(*found, strict=True)) if found else ([], [], [])
    values: dict[str, Any] = {
        "new_ids": [new_id() for _each in found],
        "contacts": contacts,
        "duplicates": duplicates,
        "shared": shared,
        "all": ids is None,
        "ids": list(ids or ()),
        "turn": turn,
        "until": until,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADD if inserted else _SETTLE, values)
        new, gone = cursor.fetchone()
    if found and not inserted and marketing_setup().refresh_duplicate_pairs:
        new += _refresh({key_of(each.contact_id, each.duplicate_id): each.shared for each in found}, ids)
    return Settled(new, gone)


def _refresh(shared: Mapping[Key, int], ids: Collection[uuid.UUID] | None) -> int:
    """The count of separate pairs follows, and one opens again when both contacts changed (D-11); how many did."""
    pairs = ContactDuplicate.objects.all() if ids is None else pairs_with(ids)
    rows = pairs.filter(separate_contacts=True).select_related(None)
    opened = 0
    for pair in list(rows):
        count = shared.get(key_of(pair.contact_id, pair.duplicate_id))
        if count is None:
            continue
        both = Contact.objects.in_bulk([pair.contact_id, pair.duplicate_id])
        reopened = both_changed(pair.evidence, both[pair.contact_id], both[pair.duplicate_id])
        opened += reopened
        pair.classic, pair.no_of_matching_strings = True, count
        pair.separate_contacts, pair.evidence = not reopened, "" if reopened else pair.evidence
        pair.save(update_fields=["classic", "no_of_matching_strings", "separate_contacts", "evidence"])
    return opened
