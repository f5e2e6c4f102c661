"""Storing a batch of the feed: what is new is copied in, what differs is written over, what is equal stays."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _

from tuttava.foundation.bulk import insert_many, update_many
from tuttava.foundation.context import require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Record, blank, rules_of
from tuttava.trade.feed.kinds import LINE, MOST_ROWS, Kind, Values, columns_of
from tuttava.trade.feed.reading import Batch, Row, RowRefused, read
from tuttava.trade.models import Origin, PostedDocument, PostedDocumentLine, PostedKind, TradeFact, ValueEntry
from tuttava.trade.rules.facts import FEED_RIGHT, posted_here
from tuttava.trade.settling import LEDGERS, as_fed, settle, settlements_of
from tuttava.trade.signals import sales_invoices_arrived

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Loaded:
    """How many rows of a batch were new, took the place of others, or were there already."""

    inserted: int
    replaced: int
    unchanged: int


@dataclass
class _Stored:
    """A row as it is in the table, or will be: ``before`` None means it is new."""

    record: TradeFact
    values: Values
    before: Values | None = None
    lines: list[Values] = field(default_factory=list)
    lines_before: list[Values] = field(default_factory=list)


def load(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> Loaded:
    """Read and store a batch, all rows or none.

    Raises :class:`RowRefused` for the first row that cannot be stored, ``feed.too_many_rows`` beyond 5,000.
    """
    if len(rows) > MOST_ROWS:
        raise DomainError(
            "feed.too_many_rows",
            _("One call brings at most %(most)d rows; these are %(count)d. Send them in several calls.")
            % {"most": MOST_ROWS, "count": len(rows)},
            field="rows",
            rule="17.11",
        )
    batch = read(model, rows)
    if batch.refused:
        raise batch.refused[0]
    return store(batch)


def put(model: type[models.Model], row: Mapping[str, Any]) -> tuple[TradeFact, bool]:
    """Read and store one row; answers the record and whether it is new."""
    batch = read(model, [row])
    if batch.refused:
        raise batch.refused[0]
    done = store(batch)
    values = batch.rows[0].values
    record = batch.kind.model._default_manager.get(**{name: values[name] for name in batch.kind.key})
    return record, bool(done.inserted)


def rewrite(record: TradeFact, changes: Mapping[str, Any]) -> TradeFact:
    """Replace a row by itself with ``changes`` (attribute names, or numbers of parties) written over."""
    model = type(record)
    row: dict[str, Any] = {name: getattr(record, name) for name in columns_of(model)}
    if "source_no" in changes or "source_type" in changes or "account_no" in changes:
        row |= {"customer_id": None, "vendor_id": None}
    elif isinstance(record, ValueEntry):
        row["source_no"] = record.source_item_no
    if isinstance(record, PostedDocument):
        row["lines"] = list(LINE.objects.filter(document=record).values(*columns_of(LINE)))
    return put(model, row | dict(changes))[0]


def store(batch: Batch) -> Loaded:
    """Store the rows of a batch in their order; a key that comes twice is written twice, and the last one counts.

    Raises :class:`RowRefused` for a row that was posted here.
    """
    kind = batch.kind
    set_name = rules_of(kind.model).set_name
    require(FEED_RIGHT, set_name)
    with unit_of_work(f"load {set_name}"):
        _take_turns(kind.model)
        known = _known(kind, batch.rows)
        done = _decide(kind, batch.rows, known)
        changed = _write(kind, list(known.values()))
        settle(changed)
        invoices = [
            each for each in changed if isinstance(each, PostedDocument) and each.kind == PostedKind.SALES_INVOICE
        ]
        if invoices:
            sales_invoices_arrived.send(sender=PostedDocument, documents=invoices)
    return done


def _take_turns(model: type[models.Model]) -> None:
    """Two feeds of one kind take turns, so that neither meets a key that the other is just writing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('trade.feed.' || current_schema()), hashtext(%s))",
            [model._meta.db_table],
        )


def next_entry_no(model: type[models.Model]) -> int:
    """The next entry number of a ledger, for posting here; feeds and other postings wait until the transaction ends."""
    _take_turns(model)
    return (model._default_manager.aggregate(last=models.Max("entry_no"))["last"] or 0) + 1


def _key(kind: Kind, values: Values) -> Key:
    return tuple(values[name] for name in kind.key)


def _known(kind: Kind, rows: Sequence[Row]) -> dict[Key, _Stored]:
    """The rows that are there already, locked, with the lines of documents."""
    wanted = {_key(kind, row.values) for row in rows}
    columns = columns_of(kind.model)
    narrowed = {f"{name}__in": sorted({key[place] for key in wanted}) for place, name in enumerate(kind.key)}
    found = kind.model._default_manager.filter(**narrowed).order_by(*kind.key).select_for_update(of=("self",))
    known: dict[Key, _Stored] = {}
    for pk, version, origin, *stored in found.values_list("id", "version", "origin", *columns):
        values = dict(zip(columns, stored, strict=True))
        if _key(kind, values) in wanted:
            record = blank(kind.model)
            record.id, record.version, record.origin = pk, version, origin
            known[_key(kind, values)] = _Stored(record, dict(values), values)
    if kind.model is PostedDocument and known:
        _add_lines(known)
    if kind.model in LEDGERS and known:
        _as_fed(known)
    return known


def _as_fed(known: dict[Key, _Stored]) -> None:
    """Entries that were settled here are compared as the feed brought them (I-142)."""
    by_id = {each.record.pk: each for each in known.values()}
    for pk, settled in settlements_of(by_id).items():
        there = by_id[pk]
        as_fed(pk, there.values, settled)
        there.before = dict(there.values)


def _add_lines(known: dict[Key, _Stored]) -> None:
    columns = columns_of(LINE)
    by_document: dict[uuid.UUID, list[Values]] = defaultdict(list)
    lines = LINE.objects.filter(document__in=[each.record.pk for each in known.values()]).order_by("line_no")
    for document, *stored in lines.values_list("document_id", *columns):
        by_document[document].append(dict(zip(columns, stored, strict=True)))
    for each in known.values():
        each.lines_before = by_document[each.record.pk]
        each.lines = list(each.lines_before)


def _decide(kind: Kind, rows: Sequence[Row], known: dict[Key, _Stored]) -> Loaded:
    """What each row does, one after the other, in memory."""
    inserted = replaced = unchanged = 0
    for row in rows:
        key = _key(kind, row.values)
        there = known.get(key)
        if there is None:
            record = blank(kind.model)
            record.id = row.given_id or record.id
            known[key] = _Stored(record, row.values, None, row.lines or [])
            inserted += 1
            continue
        _refuse_protected(row, there)
        if there.values == row.values and there.lines == (row.lines or []):
            unchanged += 1
            continue
        there.values, there.lines = row.values, row.lines or []
        replaced += 1
    return Loaded(inserted, replaced, unchanged)


def _refuse_protected(row: Row, there: _Stored) -> None:
    if there.record.origin == Origin.POSTING:
        for name, value in row.values.items():
            setattr(there.record, name, value)
        raise RowRefused(row.place, posted_here(there.record))
    if row.given_id and row.given_id != there.record.pk:
        error = DomainError("read_only", _("The id of a row cannot change."), field="id", rule="A-34")
        raise RowRefused(row.place, error)


def _write(kind: Kind, rows: Sequence[_Stored]) -> list[TradeFact]:
    """Write what is new or differs, and answer it."""
    columns = columns_of(kind.model)
    new = [each for each in rows if each.before is None]
    lines_differ = [each for each in rows if each.lines != each.lines_before]
    changed = [each for each in rows if each.before is not None and each.before != each.values]
    touched = [each for each in lines_differ if each.before is not None and each.before == each.values]
    for each in [*new, *changed, *touched]:
        for name in columns:
            setattr(each.record, name, each.values[name])
    insert_many([each.record for each in new])
    update_many([each.record for each in changed], columns)
    for each in touched:
        each.record.version += 1
    update_many([each.record for each in touched], ["version"])
    _write_lines(lines_differ)
    return [each.record for each in [*new, *changed, *touched]]


def _write_lines(rows: Sequence[_Stored]) -> None:
    """The lines of documents whose lines differ, all anew."""
    emptied = [each.record.pk for each in rows if each.lines_before]
    if emptied:
        LINE.objects.filter(document__in=emptied).delete()
    made: list[Record] = []
    for each in rows:
        for values in each.lines:
            line: PostedDocumentLine = blank(LINE)
            line.document_id = each.record.pk
            for name, value in values.items():
                setattr(line, name, value)
            made.append(line)
    insert_many(made)
