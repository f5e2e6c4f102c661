"""The state of a list, all of it in the address: what is searched, filtered, sorted, shown, and where one has paged to.

``q`` the search, each ``f`` a chip ``field:operator:value|value``, ``sort`` (``-`` in front: descending), ``cols`` the
columns with widths (``name.240``), ``view`` a saved view, ``after``/``before`` a place to page from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict

from tuttava.ui.lists.declare import Column, ListPage

NARROWEST, WIDEST, LONGEST_TEXT, MOST_CHIPS = 60, 800, 200, 30


@dataclass(frozen=True)
class Chip:
    """One condition. Values are texts as they stand in the address."""

    field: str
    operator: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.field}:{self.operator}:{'|'.join(self.values)}"

    @classmethod
    def read(cls, text: str) -> Chip | None:
        """The chip that ``text`` spells, or None."""
        name, _colon, rest = text[: 4 * LONGEST_TEXT].partition(":")
        operator, _colon, values = rest.partition(":")
        if not name or not operator:
            return None
        return cls(name, operator, tuple(value for value in values.split("|") if value))


@dataclass(frozen=True)
class ListState:
    """What the address says."""

    q: str = ""
    chips: tuple[Chip, ...] = ()
    sort: str = ""
    cols: tuple[tuple[str, int], ...] = ()
    view: str = ""
    after: str = ""
    before: str = ""

    @classmethod
    def read(cls, values: QueryDict) -> ListState:
        """The state in an address; what cannot be understood is left out."""
        chips = (Chip.read(text) for text in values.getlist("f")[:MOST_CHIPS])
        return cls(
            q=values.get("q", "")[:LONGEST_TEXT].strip(),
            chips=tuple(chip for chip in chips if chip),
            sort=values.get("sort", ""),
            cols=_read_columns(values.get("cols", "")),
            view=values.get("view", ""),
            after=values.get("after", ""),
            before=values.get("before", ""),
        )

    @property
    def plain(self) -> bool:
        """Whether nothing was asked for but the list (or a saved view of it)."""
        return self == ListState(view=self.view)

    def pairs(self) -> list[tuple[str, str]]:
        """The state as the pairs of an address, without the place in the list."""
        found = [("q", self.q), *(("f", str(chip)) for chip in self.chips), ("sort", self.sort)]
        found += [("cols", ",".join(f"{name}.{width}" if width else name for name, width in self.cols))]
        found += [("view", self.view)]
        return [(name, value) for name, value in found if value]

    def query(self, **changes: object) -> str:
        """The address' query with ``changes``; any change but of the place starts at the first page again."""
        changed = replace(self, **changes)  # type: ignore[arg-type]
        pairs = changed.pairs()
        pairs += [(name, str(changes[name])) for name in ("after", "before") if changes.get(name)]
        return f"?{urlencode(pairs)}" if pairs else "?"

    def without(self, chip: Chip) -> str:
        """The query once ``chip`` is taken off."""
        return self.query(chips=tuple(other for other in self.chips if other is not chip))

    def with_chip(self, chip: Chip) -> ListState:
        """The state with ``chip``; one more value of the same field and operator joins the chip there is."""
        for other in self.chips:
            if (other.field, other.operator) == (chip.field, chip.operator) == (chip.field, "is"):
                joined = Chip(chip.field, "is", tuple(dict.fromkeys([*other.values, *chip.values])))
                return replace(self, chips=tuple(joined if old is other else old for old in self.chips))
        return replace(self, chips=(*self.chips, chip)) if chip not in self.chips else self

    def columns(self, page: ListPage) -> list[tuple[Column, int]]:
        """The columns to show with their widths: those chosen, else those the room shows."""
        known = [(page.column(name), width) for name, width in self.cols]
        chosen = [(column, width or column.width) for column, width in known if column]
        return chosen or [(column, column.width) for column in page.columns if not column.hidden]


def _read_columns(text: str) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for part in text[:2000].split(","):
        name, _dot, width = part.partition(".")
        if name:
            found[name] = min(max(int(width), NARROWEST), WIDEST) if width.isdecimal() and len(width) < 6 else 0
    return tuple(found.items())


def from_text(text: str) -> ListState:
    """The state that a saved view holds."""
    return ListState.read(QueryDict(text))


def as_text(state: ListState, extra: Mapping[str, str] | None = None) -> str:
    """The state as a saved view keeps it: without the view itself and the place in the list."""
    return urlencode([pair for pair in [*state.pairs(), *(extra or {}).items()] if pair[0] != "view"])
