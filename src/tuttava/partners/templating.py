"""New records of the registers start with what their template has (B-25 to B-28, B-36, 16.5).

A template fills blanks: what a record has already, and what the template leaves blank, stays. The template of a new
record is chosen by whoever creates it (``edit.memory[TEMPLATE]``), else by the template selection rules.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast

from django.db.models import CharField
from django.utils.translation import gettext as _

from tuttava.foundation.bulk import insert_many, update_many
from tuttava.foundation.cleaning import attribute, clean, same
from tuttava.foundation.context import current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import CodeRef, as_code
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.numbered import SERIES
from tuttava.foundation.records import Edit, blank, enter_all, rules_of, save
from tuttava.partners.models import (
    Customer,
    CustomerTemplate,
    DefaultDimension,
    DimensionParent,
    EmployeeTemplate,
    RegisterEntry,
    RegisterTemplate,
    TemplateRule,
    Vendor,
    VendorTemplate,
)

E = TypeVar("E", bound=RegisterEntry)

#: Key in ``Edit.memory``: the template that a new record is made with; None: none, whatever the selection rules say.
TEMPLATE = "partners.template"

TEMPLATES: dict[str, type[RegisterTemplate]] = {
    model.table: model for model in (CustomerTemplate, VendorTemplate, EmployeeTemplate)
}

#: The registers whose new records select a template by rule.
SELECTED: dict[str, type[RegisterEntry]] = {model.table: model for model in (Customer, Vendor)}

#: What a template never gives: its own key and words, the series (only the number comes from it, B-25), and whether a
#: company or a person stands behind the record (B-28).
NEVER = frozenset({"id", "version", "code", "description", "no", "no_series_code", "contact_type"})
#: What the template gives when it names one, whatever the record has (B-27).
ALWAYS = frozenset({"payment_method_code", "invoice_disc_code"})


@lru_cache(maxsize=16)
def _filled_by(record: type[RegisterEntry], template: type[RegisterTemplate]) -> tuple[tuple[str, bool, Any, Any], ...]:
    """The fields both have: attribute, whether it is a reference, initial value in the record and in the template."""
    theirs = {field.attname: field for field in template._meta.concrete_fields}
    return tuple(
        (field.attname, isinstance(field, CodeRef), field.get_default(), theirs[field.attname].get_default())
        for field in record._meta.concrete_fields
        if field.attname in theirs and field.attname not in NEVER
    )


def fill_from_template(
    edit: Edit[Any], template: RegisterTemplate, *, keep: Collection[str] = frozenset()
) -> list[str]:
    """Fill the blanks of a record from its template (B-27, B-28, B-36); answer the names of the fields it gave.

    Fields that still have their initial value take the template's, unless that is blank. The payment method and the
    invoice discount code are the template's whenever it names one. ``keep`` names fields to leave alone. A code that
    is closed is refused (``code.closed``), naming the template.
    """
    model: type[RegisterEntry] = type(edit.record)
    given = []
    for name, is_reference, initial, nothing in _filled_by(model, type(template)):
        value = getattr(template, name)
        if same(value, nothing) or name in keep or same(value, edit.get(name)):
            continue
        if name not in ALWAYS and not same(edit.get(name), initial):
            continue
        edit.copy(name, _checked(edit, template, name, value) if is_reference else value)
        given.append(name)
    return given


def _checked(edit: Edit[Any], template: RegisterTemplate, name: str, value: str) -> Any:
    """A code as the record's own field takes it; what it refuses, the template is to blame for."""
    try:
        return clean(edit.record, name, value)
    except DomainError as error:
        raise DomainError(
            error.code,
            _("Template %(template)s cannot be used. %(why)s") % {"template": template.code, "why": error.message},
            field=error.field,
            rule="B-27",
        ) from error


def add_dimensions(record: RegisterEntry, template: RegisterTemplate) -> None:
    """Give a saved record the template's default dimensions and their allowed values, where missing (B-27)."""
    add_dimensions_to([(record, template)])


def add_dimensions_to(made: Sequence[tuple[RegisterEntry, RegisterTemplate]]) -> None:
    """:func:`add_dimensions` for many records of one register: two queries and one write, none without dimensions."""
    if not made:
        return
    theirs: dict[uuid.UUID, list[DefaultDimension]] = {}
    parents = {template.pk for _record, template in made}
    kind = template_kind(made[0][1].table)
    for row in DefaultDimension.objects.filter(parent_type=kind, parent_id__in=parents).order_by("dimension"):
        theirs.setdefault(row.parent_id, []).append(row)
    if not theirs:
        return
    known = _dimensions_of([record for record, template in made if template.pk in theirs])
    added, filtered = [], []
    for record, template in made:
        for row in theirs.get(template.pk, ()):
            own = known.get((record.pk, row.dimension_code))
            if own is None:
                added.append(_copied(row, record))
            elif row.allowed_values_filter and not own.allowed_values_filter and _agree(own, row):
                own.allowed_values_filter = row.allowed_values_filter
                own.version += 1
                filtered.append(own)
    insert_many(added)
    update_many(filtered, ["allowed_values_filter", "version"])


def template_kind(table: str) -> DimensionParent:
    """As what the default dimensions of a register's templates are kept."""
    return DimensionParent(f"{table}_template")


def _dimensions_of(records: Sequence[RegisterEntry]) -> dict[tuple[uuid.UUID, str], DefaultDimension]:
    rows = DefaultDimension.objects.filter(
        parent_type=DimensionParent(records[0].table), parent_id__in=[record.pk for record in records]
    )
    return {(row.parent_id, row.dimension_code): row for row in rows}


def _copied(row: DefaultDimension, record: RegisterEntry) -> DefaultDimension:
    return DefaultDimension(
        parent_type=DimensionParent(record.table),
        parent_id=record.pk,
        dimension_code=row.dimension_code,
        dimension_value_code=row.dimension_value_code,
        value_posting=row.value_posting,
        allowed_values_filter=row.allowed_values_filter,
    )


def _agree(own: DefaultDimension, row: DefaultDimension) -> bool:
    """Whether the record's value may stay once the template's filter holds for it: none, or the template's own."""
    return own.dimension_value_code in ("", row.dimension_value_code)


def template_for(table: str, values: Mapping[str, Any]) -> RegisterTemplate | None:
    """The template of the first selection rule whose field has the value (16.5); None when none fits.

    ``values``: the new record's values by attribute name.
    """
    rules = _selection(table)
    return next((template for fits, template in rules if fits(values)), None) if rules else None


Fits = Callable[[Mapping[str, Any]], bool]


def _selection(table: str) -> list[tuple[Fits, RegisterTemplate]]:
    """The selection rules of a register in their order, each with its template; two queries a context."""
    cache = current().cache
    if (TemplateRule, table) not in cache:
        rules = list(TemplateRule.objects.filter(table=table).order_by("line_no"))
        codes = {rule.template_code for rule in rules}
        found = TEMPLATES[table]._default_manager.filter(code__in=codes) if codes else ()
        by_code = {template.code: template for template in found}
        cache[TemplateRule, table] = [
            (_fits(SELECTED[table], rule.field, rule.value), by_code[rule.template_code])
            for rule in rules
            if rule.template_code in by_code
        ]
    return cast("list[tuple[Fits, RegisterTemplate]]", cache[TemplateRule, table])


def _fits(model: type[RegisterEntry], name: str, wanted: str) -> Fits:
    """Whether a record has the value: texts and codes in any case, blank where the rule's value is blank."""
    field = attribute(model, name)
    if not wanted:
        return lambda values: not values.get(name)
    if isinstance(field, CharField | CodeRef):
        return lambda values: as_code(str(values.get(name) or "")) == as_code(wanted)
    value = clean(blank(model), name, wanted)
    return lambda values: bool(values.get(name) == value)


def forget_selection() -> None:
    """Read the selection rules anew: they or their templates were changed."""
    for table in TEMPLATES:
        current().cache.pop((TemplateRule, table), None)


def choose_templates(edits: Iterable[Edit[Any]]) -> None:
    """Choose the template of each new record for which nobody did, and the series its number comes from (B-25)."""
    for edit in edits:
        table = edit.record.table
        if not edit.is_new or table not in TEMPLATES:
            continue
        if TEMPLATE not in edit.memory:
            edit.memory[TEMPLATE] = template_for(table, edit.record.__dict__) if table in SELECTED else None
        template = edit.memory[TEMPLATE]
        if template is not None and template.no_series_code:
            edit.memory.setdefault(SERIES, template.no_series_code)


def create_from(model: type[E], values: Mapping[str, Any], template: RegisterTemplate | None) -> E:
    """Insert a record made with this template, or with none, whatever the selection rules say; else as any other."""
    rules = rules_of(model)
    require(rules.write_right, rules.set_name)
    with unit_of_work(f"create {model._meta.model_name}"):
        edit = Edit(model(), rules, typed=[attribute(model, name).attname for name in values])
        edit.memory[TEMPLATE] = template
        enter_all(edit, values)
        return save(edit)


def fill_blanks(edit: Edit[Any]) -> None:
    """Fill a new record from its template; what the caller typed stays as typed."""
    template = edit.memory.get(TEMPLATE)
    if template is not None:
        fill_from_template(edit, template, keep=edit.typed)


def add_dimensions_of(edits: Iterable[Edit[Any]]) -> None:
    """Give new records the default dimensions of the templates they were made with."""
    made = [(edit.record, edit.memory[TEMPLATE]) for edit in edits if edit.is_new and edit.memory.get(TEMPLATE)]
    add_dimensions_to(made)
