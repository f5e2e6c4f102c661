"""Setup pages of dimensions and their values, and the list of default dimensions on a record's card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuttava.foundation import records
from tuttava.foundation.context import require
from tuttava.partners.models import DefaultDimension, Dimension, DimensionParent, DimensionValue, ValuePosting
from tuttava.ui.cards import CardField
from tuttava.ui.cards.declare import Predicate, always
from tuttava.ui.cards.lookups import LIMIT, Candidate, register_lookup
from tuttava.ui.cards.sublists import Line, SubList
from tuttava.ui.lists.codes import code_table
from tuttava.ui.lists.declare import Column, Sort

F = CardField
DIMENSIONS = _("Dimensions")


def _values(dimension: Dimension) -> str:
    address = f"{reverse('setup-dimension-values')}?f=dimension_code:is:{quote(dimension.code)}"
    return format_html('<a href="{}">{}</a>', address, gettext("Values"))


code_table(
    Dimension,
    path="dimensions",
    group=DIMENSIONS,
    icon="squares-2x2",
    order=370,
    fields=("code", "name", "consolidation_code", "blocked"),
    extra=(Column("values", _("values"), 120, cell=_values, value=lambda dimension: ""),),
    description=_("By what figures are split: area, department, campaign."),
)
code_table(
    DimensionValue,
    path="dimension-values",
    group=DIMENSIONS,
    title=_("Dimension values"),
    listed=False,
    parent=("setup-dimensions", DIMENSIONS),
    fields=("dimension_code", "code", "name", "blocked"),
    sorts=(Sort("key", ("dimension_code", "code", "id")),),
)


def _search(text: str, _request: HttpRequest) -> list[Candidate]:
    """Values by code or words, with the dimension they belong to."""
    require("api.read", "dimensionValues")
    rows = DimensionValue.objects.filter(blocked=False).select_related("dimension").order_by("dimension", "code")
    if text.strip():
        rows = rows.filter(Q(code__istartswith=text.strip()) | Q(name__icontains=text.strip()))
    return [Candidate(row.code, row.code, f"{row.name} · {_named(row.dimension)}") for row in rows[:LIMIT]]


def _named(dimension: Dimension) -> str:
    return dimension.name or dimension.code


register_lookup("dimension-value", _search)

_FIELDS = (
    *(F("dimension_code"), F("dimension_value_code", lookup="dimension-value")),
    *(F("value_posting"), F("allowed_values_filter")),
)


def _line(row: DefaultDimension) -> Line:
    posting = "" if row.value_posting == ValuePosting.NONE else row.get_value_posting_display()
    parts = (row.dimension_value_code, str(posting), row.allowed_values_filter)
    return Line(_named(row.dimension), " · ".join(part for part in parts if part))


@dataclass(frozen=True)
class DimensionList(SubList):
    """The default dimensions of a record of one kind."""

    kind: str = ""

    def rows(self, record: Any) -> QuerySet[DefaultDimension]:
        found = DefaultDimension.objects.filter(parent_type=self.kind, parent_id=record.pk)
        return found.select_related("dimension").order_by("dimension")


def dimension_list(kind: DimensionParent, *, visible: Predicate = always) -> DimensionList:
    """The list of default dimensions on the card of a record."""

    def add(record: Any, typed: Mapping[str, Any]) -> DefaultDimension:
        given = {"parent_type": kind.value, "parent_id": record.pk}
        return records.create(DefaultDimension, typed, given=given)

    return DimensionList(
        "dimensions",
        _("Default dimensions"),
        DefaultDimension,
        _FIELDS,
        _line,
        owner="parent_id",
        main=True,
        visible=visible,
        label_new=_("New default dimension"),
        empty=_("Values by which everything posted here is split."),
        add=add,
        kind=kind.value,
    )
