"""Bars drawn on the server: sizes and places of rectangles, in the units of the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tuttava.ui.values import show_number

HEIGHT = 140
#: Room below the bars for the words under them.
FOOT = 20


@dataclass(frozen=True)
class Bar:
    """One rectangle; ``series`` counts the bars of a group from 0."""

    x: float
    y: float
    width: float
    height: float
    series: int
    title: str


@dataclass(frozen=True)
class Tick:
    """A word below a group of bars."""

    x: float
    text: str


@dataclass(frozen=True)
class Chart:
    """A drawing ``width`` by ``height`` with a line at ``zero``; ``label`` tells it to who cannot see it."""

    width: int
    height: int
    zero: float
    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    label: str
    highest: str
    #: Whether each group is one bar.
    single: bool


def bars(label: str, groups: Sequence[tuple[str, Sequence[tuple[str, Decimal]]]], *, group_width: int = 56) -> Chart:
    """A chart of groups of bars: the word below each group, and for each bar what it is called and its value."""
    values = [value for _word, group in groups for _name, value in group]
    top, bottom = max([*values, Decimal(0)]), min([*values, Decimal(0)])
    scale = HEIGHT / float(top - bottom) if top > bottom else 0.0
    zero = float(top) * scale
    drawn: list[Bar] = []
    ticks: list[Tick] = []
    for place, (word, group) in enumerate(groups):
        left, wide = place * group_width + 6, (group_width - 12) / max(len(group), 1)
        ticks.append(Tick(round(left + (group_width - 12) / 2, 1), word))
        for series, (name, value) in enumerate(group):
            tall = abs(float(value)) * scale
            y = zero - tall if value > 0 else zero
            title = f"{name}: {show_number(value, 0)}"
            x, width = round(left + series * wide, 1), round(wide - 2, 1)
            drawn.append(Bar(x, round(y, 1), width, round(tall, 1), series, title))
    single = all(len(group) == 1 for _word, group in groups)
    size = (len(groups) * group_width, HEIGHT + FOOT)
    return Chart(*size, round(zero, 1), drawn, ticks, label, show_number(top, 0), single)
