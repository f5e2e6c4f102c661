"""The rows of the duplicate search strings (D-6, D-7)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tuttava.duplicates.classic.outdated import mark_outdated
from tuttava.duplicates.classic.setup import choosable_fields, forget_search_rows
from tuttava.duplicates.models import ContactSearchString, DuplicateSearchStringSetup
from tuttava.foundation.errors import DomainError
from tuttava.foundation.records import Edit, Rules, register
from tuttava.foundation.spelling import camel


@register
class SearchStringSetupRules(Rules[DuplicateSearchStringSetup]):
    model = DuplicateSearchStringSetup
    set_name = "duplicateSearchStringSetup"

    def enter_field_name(self, edit: Edit[DuplicateSearchStringSetup], value: str) -> None:
        """A stored text or code field of contacts, by its name in either spelling (D.2, A-117)."""
        edit.put("field_name", checked_field(value))

    def before_save(self, edit: Edit[DuplicateSearchStringSetup]) -> None:
        checked_field(edit.get("field_name"))

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

    def describe(self, record: DuplicateSearchStringSetup) -> str:
        field = choosable_fields().get(record.field_name)
        label = str(field.verbose_name) if field is not None else record.field_name
        return f"{record._meta.verbose_name} {label}, {record.get_part_of_field_display()}"


def _forget_strings(field_name: str, part_of_field: str) -> None:
    ContactSearchString.objects.filter(field_name=field_name, part_of_field=part_of_field).delete()


def checked_field(name: str) -> str:
    """The attribute name of a field that may be compared; raises ``value_invalid`` for any other."""
    by_name = {spelled: field for field in choosable_fields() for spelled in (field, camel(field))}
    if not name:
        raise DomainError("field_required", _("Choose the field that is to be compared."), field="field_name")
    if name not in by_name:
        raise DomainError(
            "value_invalid",
            _("“%(field)s” is not a text field of contacts that can be compared. Choose a text or code field.")
            % {"field": name[:40]},
            field="field_name",
            rule="D.2",
        )
    return by_name[name]
