"""Arithmetic of the numbers of a series: prefix, number, suffix (C-100 to C-104). No database."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError

LONGEST = 20
_LAST_DIGITS = re.compile(r"(?s)(?P<prefix>.*?)(?P<digits>[0-9]+)(?P<suffix>[^0-9]*)\Z")


@dataclass(frozen=True, slots=True)
class SeriesNumber:
    """A number such as ``A-0012B``: the last group of digits counts, written with at least ``width`` digits."""

    prefix: str
    value: int
    width: int
    suffix: str

    @classmethod
    def parse(cls, text: str) -> SeriesNumber:
        """Take ``text`` apart; raises ``number_series.not_incrementable`` when it holds no digit (C-104)."""
        found = _LAST_DIGITS.match(text)
        if found is None:
            raise DomainError(
                "number_series.not_incrementable",
                _("“%(number)s” holds no digit, so there is no next number. Put a digit into it.") % {"number": text},
                rule="C-104",
            )
        digits = found["digits"]
        return cls(found["prefix"], int(digits), len(digits), found["suffix"])

    def __str__(self) -> str:
        return f"{self.prefix}{self.value:0{self.width}d}{self.suffix}"

    def __len__(self) -> int:
        return len(self.prefix) + max(self.width, len(str(self.value))) + len(self.suffix)

    @property
    def only_digits(self) -> bool:
        return not self.prefix and not self.suffix

    def at(self, value: int) -> SeriesNumber:
        """The number of the same shape with ``value``; it grows by a digit where it must (C-100)."""
        return replace(self, value=value, width=max(self.width, len(str(value))))

    def plus(self, step: int) -> SeriesNumber:
        """The number ``step`` later; raises ``number_series.too_long`` past 20 characters."""
        return checked_length(self.at(self.value + step))

    def shaped_like(self, model: SeriesNumber, width: int) -> SeriesNumber:
        """The same value with the prefix and suffix of ``model``; all-digit numbers keep their own width (C-104)."""
        own = self.width if model.only_digits else max(width, len(str(self.value)))
        return SeriesNumber(model.prefix, self.value, own, model.suffix)

    def fits(self, start: SeriesNumber, end: SeriesNumber | None) -> bool:
        """Whether it is a number of the range: same shape, not shorter, not outside by value (C-101)."""
        return (
            (self.prefix, self.suffix) == (start.prefix, start.suffix)
            and len(self) >= len(start)
            and self.value >= start.value
            and (end is None or self.value <= end.value)
        )


def checked_length(number: SeriesNumber) -> SeriesNumber:
    """``number``, or ``number_series.too_long`` when it has more than 20 characters (C-104)."""
    if len(number) > LONGEST:
        raise DomainError(
            "number_series.too_long",
            _("“%(number)s” has more than %(max)d characters. Shorten the prefix or the number.")
            % {"number": number, "max": LONGEST},
            rule="C-104",
        )
    return number


def align(entered: str, others: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Bring ``others`` (field to number, blanks stay) and ``entered`` to the shape of ``entered`` (C-104).

    Digits are padded with zeros to the widest of them; all-digit numbers are not padded.
    """
    model = checked_length(SeriesNumber.parse(entered))
    parsed = {name: SeriesNumber.parse(text) for name, text in others.items() if text}
    width = max([model.width, *(number.width for number in parsed.values())])
    shaped = {name: str(checked_length(number.shaped_like(model, width))) for name, number in parsed.items()}
    return str(checked_length(model.shaped_like(model, width))), {name: shaped.get(name, "") for name in others}


def is_used_up(last: SeriesNumber | None, end: SeriesNumber | None, step: int) -> bool:
    """Whether no further number fits: the end is reached, or one more step would pass it (C-102)."""
    return last is not None and end is not None and last.value + step > end.value
