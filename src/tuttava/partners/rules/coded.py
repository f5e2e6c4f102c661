"""The rule that every code table has."""

from __future__ import annotations

from typing import TypeVar

from tuttava.foundation.code_rules import require_filled
from tuttava.foundation.records import Edit, Record, Rules

M = TypeVar("M", bound=Record)


class CodedRules(Rules[M]):
    """A code is required."""

    def before_save(self, edit: Edit[M]) -> None:
        require_filled(edit, "code")
