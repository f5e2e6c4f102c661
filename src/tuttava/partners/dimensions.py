"""Which records have default dimensions, and which values a dimension may take on them (17.1, B-27).

A room whose records can have default dimensions calls :func:`has_dimensions`; before that the kind is refused.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from tuttava.foundation.fields import as_code
from tuttava.foundation.filter_expressions import Comparison, Operand, Range, parse
from tuttava.foundation.records import Record
from tuttava.partners.models import (
    BankAccount,
    Customer,
    CustomerTemplate,
    DefaultDimension,
    DimensionParent,
    Employee,
    EmployeeTemplate,
    Salesperson,
    Vendor,
    VendorTemplate,
)


@dataclass(frozen=True)
class Parent:
    """A kind of records with default dimensions: its model, and the column with its number or code."""

    model: type[Record]
    column: str


_parents: dict[str, Parent] = {}


def has_dimensions(kind: DimensionParent, model: type[Record], column: str = "no") -> None:
    """Tell that records of ``model`` have default dimensions."""
    _parents[kind.value] = Parent(model, column)


def dimension_parents() -> dict[str, Parent]:
    """The kinds of records that have default dimensions."""
    return dict(_parents)


def remove_dimensions(kind: DimensionParent, ids: Collection[uuid.UUID]) -> None:
    """Remove the default dimensions of records that are being deleted."""
    DefaultDimension.objects.filter(parent_type=kind, parent_id__in=ids).delete()


def allows(expression: str, code: str) -> bool:
    """Whether a value passes the allowed-values filter (A-114); a blank filter allows all. Raises ``bad_filter``."""
    alternatives = parse(expression).alternatives
    wanted = as_code(code)
    return not alternatives or any(all(_holds(term, wanted) for term in terms) for terms in alternatives)


def _holds(term: Comparison | Range, code: str) -> bool:
    if isinstance(term, Range):
        low, high = (as_code(end.text) if end else "" for end in (term.low, term.high))
        return (not term.low or code >= low) and (not term.high or code <= high)
    value = as_code(term.value.text)
    match term.operator:
        case "eq" | "ne":
            fits = _like(term.value, code) if term.value.is_pattern else code == value
            return fits is (term.operator == "eq")
        case "lt":
            return code < value
        case "le":
            return code <= value
        case "gt":
            return code > value
    return code >= value


def _like(value: Operand, code: str) -> bool:
    pattern = re.escape(as_code(value.text)).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(pattern, code) is not None


def connect() -> None:
    """Name the kinds of this room."""
    for register in (Customer, Vendor, BankAccount, Employee):
        has_dimensions(DimensionParent(register.table), register)
    for template in (CustomerTemplate, VendorTemplate, EmployeeTemplate):
        has_dimensions(DimensionParent(f"{template.table}_template"), template, "code")
    has_dimensions(DimensionParent.SALESPERSON, Salesperson, "code")
