"""Entities as files: headings are property names, values those of the service; what is blank is an empty cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tuttava.api.declare import Property
from tuttava.api.edm import Kind
from tuttava.api.values import Form, renderer
from tuttava.foundation.tables import csv_blocks, joined, json_blocks, sheet_blocks
from tuttava.transfer.models import FileFormat

Entities = Iterable[Mapping[str, Any]]
Writer = Callable[[Sequence[Property], Entities, str], Iterator[bytes]]
#: Types whose blank has a value in JSON that would be noise in a table (A-32).
_EMPTY = (Kind.GUID, Kind.DATE, Kind.INSTANT)


def _rows(properties: Sequence[Property], entities: Entities) -> Iterator[list[Any]]:
    blanks = [
        (each.name, renderer(each.type, Form())(None) if each.type.kind in _EMPTY else None) for each in properties
    ]
    for entity in entities:
        yield ["" if entity[name] == blank else joined(entity[name]) for name, blank in blanks]


def _blank(prop: Property) -> Any:
    return renderer(prop.type, Form())(None) if prop.type.kind in _EMPTY else None


def _write_csv(properties: Sequence[Property], entities: Entities, title: str) -> Iterator[bytes]:
    rows = ([_word(value) for value in row] for row in _rows(properties, entities))
    return csv_blocks([each.name for each in properties], rows)


def _word(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _write_xlsx(properties: Sequence[Property], entities: Entities, title: str) -> Iterator[bytes]:
    return sheet_blocks([each.name for each in properties], _rows(properties, entities), title)


def _write_json(properties: Sequence[Property], entities: Entities, title: str) -> Iterator[bytes]:
    return json_blocks(entities)


WRITERS: dict[str, Writer] = {
    FileFormat.CSV: _write_csv,
    FileFormat.XLSX: _write_xlsx,
    FileFormat.JSON: _write_json,
}
