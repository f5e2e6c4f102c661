"""Records with a number from a series: drawn, chosen or typed (C-1 to C-3, C-7, B-25)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import ClassVar, TypeVar

from django.utils.translation import gettext as _

from tuttava.foundation import series
from tuttava.foundation.context import current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, Record, Rules

M = TypeVar("M", bound=Record)

#: Key in ``Edit.memory``: the series that this new record's number comes from, whatever the setup says.
SERIES = "numbered.series"


class Numbered(Rules[M]):
    """Rules of a model with ``no`` and ``no_series``.

    ``series_field`` names the setup field that holds the series, as its error code spells it; ``number_rule`` the
    rule that errors name.
    """

    series_field: ClassVar[str] = ""
    number_rule: ClassVar[str] = ""

    def series_code(self) -> str:
        """The series set up for this register, blank if none is."""
        raise NotImplementedError

    def series_hint(self) -> str:
        """What to do when no series is set up."""
        raise NotImplementedError

    def series(self) -> str:
        """The series set up; raises ``setup.<field>.missing``."""
        code = self.series_code()
        if not code:
            raise DomainError(
                f"setup.{self.series_field}.missing",
                self.series_hint(),
                field=self.series_field,
                rule=self.number_rule,
            )
        return code

    def enter_no(self, edit: Edit[M], value: str) -> None:
        """C-2, C-3, C-7. Blank on a new record means: draw one."""
        if value == edit.get("no"):
            return
        if not value and not edit.is_new:
            raise DomainError(
                "field_required",
                _("%(record)s needs a number.") % {"record": self.describe(edit.record)},
                rule="C-7",
            )
        if not value.isprintable():
            raise DomainError(
                "value_invalid", _("A number holds printable characters only. Remove line ends and tabs."), rule="C-2"
            )
        if value:
            self._check_manual()
        edit.copy("no", value)
        edit.copy("no_series_code", None)

    def enter_no_series_code(self, edit: Edit[M], value: str | None) -> None:
        """The series that a new record's number is to come from, one related to the setup's (C-1, C-110)."""
        if value == edit.get("no_series_code"):
            return
        if not edit.is_new:
            raise DomainError(
                "read_only",
                _("%(record)s: the number series cannot change once the number is given.")
                % {"record": self.describe(edit.record)},
                rule="C-1",
            )
        edit.copy("no_series_code", series.chosen(self.series(), value))

    def _check_manual(self) -> None:
        """C-2; the series is read once a context."""
        code = self.series_code()
        cache = current().cache
        key = ("numbered.manual", code)
        if key not in cache:
            cache[key] = series.may_be_manual(code)
        if not cache[key]:
            raise DomainError(
                "number_series.not_manual",
                _("Numbers of series %(code)s cannot be typed. Leave the number blank; it is drawn on saving.")
                % {"code": code},
                field="no",
                rule="C-2",
            )

    def number_new(self, edits: Sequence[Edit[M]]) -> None:
        """Give every new record without a number one, drawn together for each series; taken ones are skipped (C-1)."""
        wanting: dict[str, list[Edit[M]]] = defaultdict(list)
        for edit in edits:
            if edit.is_new and not edit.get("no"):
                wanting[edit.get("no_series_code") or edit.memory.get(SERIES) or self.series()].append(edit)
        given = {edit.get("no") for edit in edits} if wanting else set()
        for code, group in wanting.items():
            for edit, number in zip(group, self._free_numbers(code, len(group), given), strict=True):
                edit.copy("no", number)
                edit.copy("no_series_code", code)

    def _free_numbers(self, code: str, count: int, taken: Collection[str]) -> list[str]:
        """``count`` numbers of a series that no record has; taken ones are skipped by drawing again."""
        free: list[str] = []
        while len(free) < count:
            drawn = series.draw_many(code, count - len(free))
            found = self.model._default_manager.filter(no__in=drawn)
            known = set(found.values_list("no", flat=True))
            free += [number for number in drawn if number not in known and number not in taken]
        return free
