"""Which column fills which field: guessed from headings and contents, learnt from what the company chose before."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError
from tuttava.transfer.headings import COMMON, meanings, normalise
from tuttava.transfer.models import LearntColumn
from tuttava.transfer.readers import Row, Understanding

if TYPE_CHECKING:
    from tuttava.transfer.kinds import Kind


@dataclass(frozen=True)
class Column:
    """A column of the file; a blank ``target`` leaves it out.

    ``source`` says where the target comes from: ``learnt``, ``heading``, ``content`` or ``user``.
    """

    index: int
    heading: str
    target: str = ""
    source: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def columns_from_json(stored: Sequence[dict[str, Any]]) -> list[Column]:
    return [Column(**column) for column in stored]


def column_letter(index: int) -> str:
    """The spreadsheet's name of a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def signature(headings: Sequence[str]) -> str:
    """A short key of a heading line, the same for files of the same kind."""
    joined = "\x1f".join(normalise(heading) for heading in headings)
    return hashlib.sha256(joined.encode()).hexdigest()[:40]


def guess_mapping(kind: Kind, understanding: Understanding) -> list[Column]:
    """A column each with its likeliest field; no field is given twice."""
    headings = understanding.headings
    learnt = _learnt(kind, headings)
    guesses: list[list[tuple[int, str, str]]] = []
    for index, heading in enumerate(headings):
        guesses.append(_guesses(kind, index, heading, learnt, understanding.samples))
    chosen: dict[int, tuple[str, str]] = {}
    taken: set[str] = set()
    ranked = sorted((rank, index, target, source) for index, row in enumerate(guesses) for rank, target, source in row)
    for _rank, index, target, source in ranked:
        if index not in chosen and (not target or target not in taken):
            chosen[index] = (target, source)
            taken.add(target)
    return [Column(index, heading, *chosen.get(index, ("", ""))) for index, heading in enumerate(headings)]


def _guesses(
    kind: Kind, index: int, heading: str, learnt: dict[str, str], samples: Sequence[Row]
) -> list[tuple[int, str, str]]:
    """(rank, target, source) of everything the column may be; a lower rank is stronger."""
    known = kind.targets
    key = normalise(heading)
    if key in learnt:
        return [(0, learnt[key], "learnt")]
    exact = _named(kind, heading)
    found = [(1, exact, "heading")] if exact else []
    found += [(2 + rank, target, "heading") for rank, target in enumerate(_meant(kind, heading)) if target != exact]
    if found and found[0][1] == "email" and "email_2" in known:
        found.append((6, "email_2", "heading"))
    if not found:
        content = _by_content([row.cells[index] for row in samples if index < len(row.cells)])
        content = kind.aliases.get(content, content)
        found = [(10, content, "content")] if content in known else []
    return found


def _named(kind: Kind, heading: str) -> str:
    """The field that is called so in files of our own, unless the word means another one in files of the kind."""
    found = kind.names.get(normalise(heading), "")
    usual = meanings(heading, kind.sections) if kind.sections else ()
    return found if not usual or usual[0] == found else ""


def _meant(kind: Kind, heading: str) -> list[str]:
    """The fields of the kind that a heading can mean, the likeliest first: by its tables, else by a field's label."""
    words = (kind.aliases.get(target, target) for target in meanings(heading, (*kind.sections, COMMON)))
    labels = kind.labels.get(normalise(heading), ())
    return list(dict.fromkeys(target for target in (*words, *labels) if target in kind.targets))


def _by_content(values: Sequence[str]) -> str:
    """A field recognised by its values alone."""
    filled = [value for value in values if value]
    if not filled:
        return ""
    for target, pattern in (
        ("email", r"[^@\s]+@[^@\s]+\.\w+"),
        ("home_page", r"(https?://|www\.)\S+"),
        ("phone_no", r"\+?[\d\s()/.-]{8,}"),
    ):
        if sum(bool(re.fullmatch(pattern, value)) for value in filled) > 0.7 * len(filled):
            return target
    return ""


def _learnt(kind: Kind, headings: Sequence[str]) -> dict[str, str]:
    """What the columns meant before: in the same kind of file, else wherever the heading was met last."""
    keys = [normalise(heading) for heading in headings if heading]
    rows = LearntColumn.objects.filter(kind=kind.name, heading__in=keys).order_by("learnt_at", "id")
    rows = rows.only("signature", "heading", "target")[:5000]
    mine = signature(headings)
    latest = {row.heading: row.target for row in rows}
    return latest | {row.heading: row.target for row in rows if row.signature == mine}


def learn(kind: Kind, columns: Sequence[Column]) -> None:
    """Remember the mapping of an import that the user ran."""
    mine = signature([column.heading for column in columns])
    by_key = {normalise(column.heading): column for column in columns if normalise(column.heading)}
    LearntColumn.objects.bulk_create(
        [
            LearntColumn(kind=kind.name, signature=mine, heading=key[:100], target=column.target)
            for key, column in by_key.items()
            if column.target or column.source == "user"
        ],
        update_conflicts=True,
        unique_fields=["kind", "signature", "heading"],
        update_fields=["target", "learnt_at"],
    )


def choose(kind: Kind, columns: Sequence[Column], chosen: dict[int, str]) -> list[Column]:
    """The mapping with the user's choices; refuses an unknown field and a field that two columns fill."""
    known = kind.targets
    result: list[Column] = []
    taken: dict[str, str] = {}
    for column in columns:
        target = chosen.get(column.index, column.target)
        place = column.heading or column_letter(column.index)
        if target and target not in known:
            raise DomainError(
                "import.mapping.unknown_field",
                _("Column “%(column)s”: there is no field “%(field)s”.") % {"column": place, "field": target},
                field=f"column-{column.index}",
            )
        if target in taken and target:
            raise DomainError(
                "import.mapping.twice",
                _("Columns “%(first)s” and “%(second)s” both fill “%(field)s”. Choose one.")
                % {"first": taken[target], "second": place, "field": known[target].label},
                field=f"column-{column.index}",
            )
        taken[target] = place
        source = column.source if target == column.target else "user"
        result.append(Column(column.index, column.heading, target, source))
    return result


def from_file(kind: Kind, columns: Sequence[Column], chosen: dict[str, str]) -> list[Column]:
    """The mapping with choices by heading (or column letter), as a mapping file gives them."""
    wanted = {normalise(heading): target for heading, target in chosen.items()}
    by_index = {
        column.index: wanted[key]
        for column in columns
        for key in (normalise(column.heading), normalise(column_letter(column.index)))
        if key in wanted
    }
    named = {normalise(column.heading) for column in columns}
    named |= {normalise(column_letter(column.index)) for column in columns}
    if missing := [heading for heading in chosen if normalise(heading) not in named]:
        raise DomainError(
            "import.mapping.unknown_column",
            _("The file has no column “%(column)s”.") % {"column": missing[0]},
            field="mapping",
        )
    freed = set(by_index.values())
    rest = [
        Column(c.index, c.heading, "" if c.target in freed and c.index not in by_index else c.target, c.source)
        for c in columns
    ]
    return choose(kind, rest, by_index)
