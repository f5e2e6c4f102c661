"""Rules of the templates for new customers, vendors and employees, and of their selection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Max
from django.utils.translation import gettext as _

from tuttava.foundation.cleaning import attribute, clean
from tuttava.foundation.code_rules import require_filled
from tuttava.foundation.errors import DomainError
from tuttava.foundation.lines import LINE_STEP
from tuttava.foundation.places import PlaceRules
from tuttava.foundation.records import Edit, Rules, blank, register
from tuttava.partners.dimensions import remove_dimensions
from tuttava.partners.models import (
    CustomerTemplate,
    EmployeeTemplate,
    RegisterTemplate,
    TemplateRule,
    VendorTemplate,
)
from tuttava.partners.rules.coded import CodedRules
from tuttava.partners.rules.lists import AddressRules
from tuttava.partners.templating import SELECTED, TEMPLATES, forget_selection, template_kind

T = TypeVar("T", bound=RegisterTemplate)

#: Fields that no selection rule asks: a new record does not have them yet, or they are no values of its own.
NOT_ASKED = frozenset({"id", "version", "no", "no_series_code", "primary_contact_id", "last_statement_no"})


class TemplateRules(CodedRules[T]):
    """A template's dimensions go with it; a template that selection rules name stays (16.5)."""

    def after_save(self, edits: Sequence[Edit[T]]) -> None:
        for edit in edits:
            if not edit.is_new and edit.changed("code"):
                _rules_naming(edit.record.table, edit.old("code")).update(template_code=edit.get("code"))
        forget_selection()

    def before_delete(self, record: T) -> None:
        rules = _rules_naming(record.table, record.code).count()
        if rules:
            raise DomainError(
                "code.in_use",
                _("%(record)s is in use and cannot be deleted: %(count)d template selection rules name it.")
                % {"record": self.describe(record), "count": rules},
                rule="C-91",
            )
        remove_dimensions(template_kind(record.table), [record.pk])


def _rules_naming(table: str, code: str) -> Any:
    return TemplateRule.objects.filter(table=table, template_code=code)


@register
class CustomerTemplateRules(TemplateRules[CustomerTemplate], AddressRules[CustomerTemplate]):
    model = CustomerTemplate
    set_name = "customerTemplates"


@register
class VendorTemplateRules(TemplateRules[VendorTemplate], AddressRules[VendorTemplate]):
    model = VendorTemplate
    set_name = "vendorTemplates"


@register
class EmployeeTemplateRules(PlaceRules, TemplateRules[EmployeeTemplate]):
    model = EmployeeTemplate
    set_name = "employeeTemplates"


@register
class TemplateRuleRules(Rules[TemplateRule]):
    """A rule asks a field of its register for a value that the field can have, and names a template (16.5)."""

    model = TemplateRule
    set_name = "templateSelectionRules"
    write_right = "api.admin"
    delete_right = "api.admin"

    def before_save(self, edit: Edit[TemplateRule]) -> None:
        require_filled(edit, "field", "template_code")
        if edit.changed("table", "field", "value"):
            name = _field(edit.get("table"), edit.get("field"))
            edit.put("field", name)
            edit.put("value", _value(edit.get("table"), name, edit.get("value")))
        if edit.changed("table", "template_code"):
            _check_template(edit.get("table"), edit.get("template_code"))
        if not edit.get("line_no"):
            lines = TemplateRule.objects.filter(table=edit.get("table"))
            edit.put("line_no", (lines.aggregate(last=Max("line_no"))["last"] or 0) + LINE_STEP)

    def after_save(self, edits: Sequence[Edit[TemplateRule]]) -> None:
        forget_selection()

    def after_delete(self, record: TemplateRule) -> None:
        forget_selection()


def _field(table: str, name: str) -> str:
    """The attribute that a rule asks, by its name or its words on the card; raises ``field_unknown``."""
    model = SELECTED[table]
    labels = {str(field.verbose_name).casefold(): field.attname for field in reversed(model._meta.concrete_fields)}
    try:
        found = attribute(model, labels.get(name.strip().casefold(), name.strip())).attname
    except DomainError as error:
        error.field = "field"
        raise
    if found in NOT_ASKED or found in model.derived:
        raise DomainError(
            "field_unknown", _("“%(name)s” cannot select a template.") % {"name": name}, field="field", rule="16.5"
        )
    return found


def _value(table: str, name: str, value: str) -> str:
    """The value as the field keeps it; blank asks for a blank field. Raises what the field refuses."""
    if not value.strip():
        return ""
    try:
        kept = clean(blank(SELECTED[table]), name, value)
    except DomainError as error:
        error.field = "value"
        raise
    return str(kept)


def _check_template(table: str, code: str) -> None:
    if not TEMPLATES[table]._default_manager.filter(code=code).exists():
        name = TEMPLATES[table]._meta.verbose_name
        raise DomainError(
            "not_found", _("There is no %(name)s “%(value)s”.") % {"name": name, "value": code}, field="template_code"
        )
