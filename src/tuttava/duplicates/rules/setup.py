"""The rows of the duplicate search strings (D-6, D-7)."""

from __future__ import annotations

from collections.abc import Sequence

from tuttava.duplicates.classic.outdated import mark_outdated
from tuttava.duplicates.classic.setup import forget_search_rows
from tuttava.duplicates.models import ContactSearchString, DuplicateSearchStringSetup
from tuttava.foundation.code_rules import require_filled
from tuttava.foundation.records import Edit, Rules, register


@register
class SearchStringSetupRules(Rules[DuplicateSearchStringSetup]):
    model = DuplicateSearchStringSetup
    set_name = "duplicateSearchStringSetup"

    def before_save(self, edit: Edit[DuplicateSearchStringSetup]) -> None:
        require_filled(edit, "field_name", "part_of_field")

    def after_save(self, edits: Sequence[Edit[DuplicateSearchStringSetup]]) -> None:
        """A new row, another length: the strings are not what the setup says any more (D-7)."""
        forget_search_rows()
        for edit in edits:
            if not edit.is_new and edit.changed("field_name", "part_of_field"):
                _forget_strings(edit.old("field_name"), edit.old("part_of_field"))
        mark_outdated()

    def after_delete(self, record: DuplicateSearchStringSetup) -> None:
        """Its strings go, pairs stay (D-6)."""
        forget_search_rows()
        _forget_strings(record.field_name, record.part_of_field)


def _forget_strings(field_name: str, part_of_field: str) -> None:
    ContactSearchString.objects.filter(field_name=field_name, part_of_field=part_of_field).delete()
