"""Sheets of labels: their measures, and which block goes where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation.errors import DomainError, Text

Block = list[str]
ROWS = 7


@dataclass(frozen=True)
class Sheet:
    """A sheet of labels; all measures in millimetres, ``text`` the size of letters in points."""

    width: float
    height: float
    columns: int
    rows: int
    label_width: float
    label_height: float
    left: float
    top: float
    gap_across: float = 0
    gap_down: float = 0
    text: float = 9

    @property
    def places(self) -> int:
        return self.columns * self.rows

    def check(self) -> None:
        """Raises ``report.sheet`` when the labels do not fit on the sheet."""
        across = self.left + self.columns * self.label_width + (self.columns - 1) * self.gap_across
        down = self.top + self.rows * self.label_height + (self.rows - 1) * self.gap_down
        if across > self.width + 0.01 or down > self.height + 0.01:
            raise DomainError(
                "report.sheet",
                _("The labels need %(across).1f × %(down).1f mm, but the sheet has only %(width).1f × %(height).1f mm.")
                % {"across": across, "down": down, "width": self.width, "height": self.height},
                field="label_width" if across > self.width else "label_height",
            )


def _on_a4(height: float, width: float, columns: int) -> Sheet:
    return Sheet(210, 297, columns, ROWS, width, height, left=0, top=(297 - ROWS * height) / 2)


#: The usual sheets, seven rows a page.
FORMATS: dict[str, tuple[Text, Sheet]] = {
    "36x70": (gettext_lazy("36 × 70 mm, 3 columns"), _on_a4(36, 70, 3)),
    "37x70": (gettext_lazy("37 × 70 mm, 3 columns"), _on_a4(37, 70, 3)),
    "36x105": (gettext_lazy("36 × 105 mm, 2 columns"), _on_a4(36, 105, 2)),
    "37x105": (gettext_lazy("37 × 105 mm, 2 columns"), _on_a4(37, 105, 2)),
}


def arrange(blocks: Sequence[Block], sheet: Sheet, start: int = 1) -> Iterator[list[Block]]:
    """Pages of blocks, filled row by row from place ``start`` (1 is the first) on; the last row is padded.

    Raises ``report.start`` for a place that the sheet does not have.
    """
    sheet.check()
    if not 1 <= start <= sheet.places:
        raise DomainError(
            "report.start", _("The sheet has places 1 to %(places)d.") % {"places": sheet.places}, field="start"
        )
    filled: list[Block] = [[] for _place in range(start - 1)] + [list(block) for block in blocks]
    filled += [[] for _place in range(-len(filled) % sheet.columns)]
    for first in range(0, len(filled), sheet.places):
        yield filled[first : first + sheet.places]


def stylesheet(sheet: Sheet) -> str:
    """The measures of a sheet as CSS."""
    return (
        f"@page {{ size: {sheet.width:g}mm {sheet.height:g}mm; margin: 0; }}\n"
        f".sheet {{ width: {sheet.width:g}mm; height: {sheet.height:g}mm;"
        f" padding: {sheet.top:g}mm 0 0 {sheet.left:g}mm;"
        f" grid-template-columns: repeat({sheet.columns}, {sheet.label_width:g}mm);"
        f" grid-auto-rows: {sheet.label_height:g}mm;"
        f" gap: {sheet.gap_down:g}mm {sheet.gap_across:g}mm; font-size: {sheet.text:g}pt; }}\n"
    )
