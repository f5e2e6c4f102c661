"""Rows of the feed on their way in: every value checked, every party found, the whole batch with a few queries."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.former import former_ids, table_of
from tuttava.foundation.lines import LINE_STEP
from tuttava.trade.feed.kinds import KINDS, LINE, Kind, Party, Values, cleaners_of, initial_of


class RowRefused(DomainError):
    """One row of a batch is refused: ``row`` counts from 0, everything else is the refusal's own."""

    def __init__(self, row: int, error: DomainError) -> None:
        super().__init__(error.code, error.message, field=error.field, rule=error.rule, details=error.details)
        self.row = row


@dataclass
class Row:
    """One row, read: its place in the batch, its values, the lines of a document (None: no lines were sent)."""

    place: int
    values: Values
    given_id: uuid.UUID | None = None
    lines: list[Values] | None = None


@dataclass
class Batch:
    """Rows of one kind that can be stored, and those that were refused."""

    kind: Kind
    rows: list[Row] = field(default_factory=list)
    refused: list[RowRefused] = field(default_factory=list)


def read(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> Batch:
    """Read rows of one kind; what is wrong with a row is told in ``refused``, the first thing only."""
    batch = Batch(KINDS[model])
    parties = _Parties()
    readable: list[tuple[Row, list[tuple[Party, Any]]]] = []
    for place, sent in enumerate(rows):
        try:
            row, named = _read_row(batch.kind, place, sent)
        except DomainError as error:
            batch.refused.append(RowRefused(place, error))
            continue
        for party, name in named:
            parties.want(party[2], name)
        readable.append((row, named))
    parties.find()
    for row, named in readable:
        try:
            _name_parties(batch.kind, row, named, parties)
        except DomainError as error:
            batch.refused.append(RowRefused(row.place, error))
        else:
            batch.rows.append(row)
    batch.refused.sort(key=lambda each: each.row)
    return batch


def _read_row(kind: Kind, place: int, sent: Mapping[str, Any]) -> tuple[Row, list[tuple[Party, Any]]]:
    row = Row(place, _values(kind.model, sent, kind.loose))
    for name in kind.required:
        if name in row.values and not row.values[name]:
            raise _missing(kind.model, name)
    if kind.key == ("entry_no",) and row.values["entry_no"] < 1:
        raise DomainError("value_invalid", _("Entry numbers begin at 1."), field="entry_no")
    kind.complete(row.values, sent)
    row.given_id = sent.get("id")
    if sent.get("lines") is not None:
        row.lines = _lines(sent["lines"])
    named = []
    for party in kind.parties(row.values):
        names = [sent[name] for name in party[:2] if sent.get(name)]
        if not names and party[0] in kind.required:
            raise _missing(kind.model, party[0])
        named += [(party, name) for name in names]
    return row, named


def _values(model: type[models.Model], sent: Mapping[str, Any], loose: frozenset[str] = frozenset()) -> Values:
    """All columns: what was sent, cleaned; else their initial values. Parties are named later."""
    values = dict(initial_of(model))
    cleaners = cleaners_of(model)
    for name, value in sent.items():
        clean = cleaners.get(name)
        if clean is None:
            if name in loose or name == "id":
                continue
            raise DomainError("field_unknown", _("There is no field “%(name)s”.") % {"name": name}, field=name)
        if value is not None:
            values[name] = clean(value)
    return values


def _lines(sent: Sequence[Mapping[str, Any]]) -> list[Values]:
    """The lines of a document in the order of their numbers; a line without one follows the line before."""
    lines: dict[int, Values] = {}
    last = 0
    for each in sent:
        values = _values(LINE, each)
        last = values["line_no"] = values["line_no"] or last + LINE_STEP
        if last in lines:
            raise DomainError(
                "already_exists", _("Line %(line)d stands there twice.") % {"line": last}, field="line_no"
            )
        lines[last] = values
    return [lines[number] for number in sorted(lines)]


def _missing(model: type[models.Model], name: str) -> DomainError:
    labels = {each.attname: str(each.verbose_name) for each in model._meta.concrete_fields}
    label = labels.get(name) or _word(name)
    return DomainError(
        "field_required",
        _("A %(record)s needs a %(field)s.") % {"record": model._meta.verbose_name, "field": label},
        field=name,
    )


class _Parties:
    """The records that rows name, by number or id: one query a register."""

    def __init__(self) -> None:
        self._wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        self._found: dict[tuple[type[models.Model], Any], uuid.UUID] = {}

    def want(self, model: type[models.Model], name: Any) -> None:
        self._wanted[model].add(_key(name))

    def find(self) -> None:
        for model, names in self._wanted.items():
            numbers = [each for each in names if isinstance(each, str)]
            ids = [each for each in names if isinstance(each, uuid.UUID)]
            fits = models.Q(no__in=numbers) | models.Q(pk__in=ids) if ids else models.Q(no__in=numbers)
            for number, pk in model._default_manager.filter(fits).values_list("no", "pk"):
                self._found[model, number] = self._found[model, pk] = pk
            missing = [number for number in numbers if (model, number) not in self._found]
            for number, pk in former_ids(table_of(model), missing).items():
                self._found[model, number] = pk

    def named(self, party: Party, name: Any) -> uuid.UUID:
        """The id of a record; raises ``not_found`` at the field."""
        found = self._found.get((party[2], _key(name)))
        if found is None:
            kind = str(party[2]._meta.verbose_name)
            raise DomainError(
                "not_found",
                _("There is no %(name)s “%(value)s”.") % {"name": kind, "value": str(name)[:60]},
                field=party[0] if isinstance(name, str) else party[1],
            )
        return found


def _key(name: Any) -> Any:
    return name if isinstance(name, uuid.UUID) else as_code(name)


def _name_parties(kind: Kind, row: Row, named: list[tuple[Party, Any]], parties: _Parties) -> None:
    for each in kind.model._meta.concrete_fields:
        if isinstance(each, models.ForeignKey) and each.target_field.name == "id" and each.attname in row.values:
            row.values[each.attname] = None
    for party, name in named:
        found = parties.named(party, name)
        if row.values[party[1]] not in (None, found):
            raise DomainError(
                "value_invalid",
                _("The number and the id of the %(party)s do not agree.") % {"party": _word(party[0])},
                field=party[0],
            )
        row.values[party[1]] = found


def _word(name: str) -> str:
    return name.removesuffix("_no").replace("_", " ")
