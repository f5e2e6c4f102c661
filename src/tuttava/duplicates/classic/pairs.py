"""Pairs of rebuilt contacts, made what the search found, in one statement (D-8, D-11)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple, TypeAlias

from django.db import connection
from django.db.models import Q, QuerySet

from tuttava.contacts.models import Contact
from tuttava.contacts.setup import marketing_setup
from tuttava.duplicates.evidence import both_changed
from tuttava.duplicates.models import ContactDuplicate
from tuttava.foundation.ids import new_id

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


_TABLE = ContactDuplicate._meta.db_table
_KEY = "least({0}.contact_id, {0}.duplicate_id), greatest({0}.contact_id, {0}.duplicate_id)"
_OF_SOME = "d.contact_id = ANY (%(ids)s) OR d.duplicate_id = ANY (%(ids)s)"
_FOUND = """
found AS MATERIALIZED (
  SELECT * FROM unnest(%(new_ids)s::uuid[], %(contacts)s::uuid[], %(duplicates)s::uuid[], %(shared)s::int[])
    AS f(id, contact_id, duplicate_id, shared)
)"""
# Somebody else may have found a pair at the same moment: one of both rows is enough.
_ADDED = f"""
added AS (
  INSERT INTO {_TABLE} (id, version, contact_id, duplicate_id, no_of_matching_strings, classic, smart,
                        separate_contacts, evidence)
  SELECT f.id, 1, f.contact_id, f.duplicate_id, f.shared, true, false, false, '' FROM found f
   WHERE {{unknown}} ON CONFLICT DO NOTHING RETURNING 1
)"""
_SETTLE = f"""
WITH {_FOUND}, stored AS MATERIALIZED (
  SELECT d.* FROM {_TABLE} d WHERE {{scope}}
), matched AS MATERIALIZED (
  SELECT s.id, s.separate_contacts, s.classic, s.contact_id AS before, s.no_of_matching_strings AS counted,
         f.id AS found_id, f.contact_id, f.duplicate_id, f.shared
    FROM stored s JOIN found f ON ({_KEY.format("s")}) = ({_KEY.format("f")})
), kept AS (
  UPDATE {_TABLE} d SET classic = true, no_of_matching_strings = m.shared,
         contact_id = CASE WHEN %(turn)s THEN m.contact_id ELSE d.contact_id END,
         duplicate_id = CASE WHEN %(turn)s THEN m.duplicate_id ELSE d.duplicate_id END
    FROM matched m WHERE d.id = m.id AND NOT m.separate_contacts
     AND (NOT m.classic OR m.counted <> m.shared OR (%(turn)s AND m.before <> m.contact_id))
  RETURNING NOT m.classic AS new
), lost AS MATERIALIZED (
  SELECT s.id, s.smart FROM stored s WHERE s.classic AND NOT s.separate_contacts
     AND NOT EXISTS (SELECT 1 FROM matched m WHERE m.id = s.id)
), unmarked AS (
  UPDATE {_TABLE} d SET classic = false, no_of_matching_strings = 0 FROM lost l WHERE d.id = l.id AND l.smart
), gone AS (
  DELETE FROM {_TABLE} d USING lost l WHERE d.id = l.id AND NOT l.smart
), {_ADDED.format(unknown="NOT EXISTS (SELECT 1 FROM matched m WHERE m.found_id = f.id)")}
SELECT (SELECT count(*) FROM added) + (SELECT count(*) FROM kept WHERE new), (SELECT count(*) FROM lost)
"""
_ADD = f"WITH {_FOUND}, {_ADDED.format(unknown='true')} SELECT count(*) FROM added"


def settle(
    found: Iterable[Finding], *, ids: Collection[uuid.UUID] | None, turn: bool, inserted: bool = False
) -> Settled:
    """Make the classic pairs with the contacts ``ids`` (None: of all) those that were ``found``.

    ``turn``: pairs that stay stand as they were found now. ``inserted``: the contacts have no pairs yet. Pairs marked
    separate stay as they are (D-11), unless the setup lets them be refreshed.
    """
    found = list(found)
    contacts, duplicates, shared = map(list, zip(*found, strict=True)) if found else ([], [], [])
    values = {"contacts": contacts, "duplicates": duplicates, "shared": shared}
    values["new_ids"] = [new_id() for _each in found]
    if inserted:
        return Settled(_number(_ADD, values) if found else 0, 0)
    with connection.cursor() as cursor:
        scope = _OF_SOME if ids is not None else "true"
        cursor.execute(_SETTLE.format(scope=scope), values | {"ids": list(ids or ()), "turn": turn})
        new, gone = cursor.fetchone()
    if found and marketing_setup().refresh_duplicate_pairs:
        new += _refresh({key_of(each.contact_id, each.duplicate_id): each.shared for each in found}, ids)
    return Settled(new, gone)


def _number(statement: str, values: Mapping[str, object]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0])


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
