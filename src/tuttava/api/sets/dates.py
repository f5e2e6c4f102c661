"""Functions on the company that reckon with dates (17.7, F-1 to F-14)."""

from __future__ import annotations

import datetime as dt

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, Parameter
from tuttava.foundation.context import current
from tuttava.foundation.date_formula import normalised, parse

_FORMULA = Parameter("formula", edm.text(), required=True)


def apply_date_formula(formula: str, date: dt.date | None) -> str:
    """The date that a formula, in the caller's letters, makes of ``date`` (the work date)."""
    return parse(formula).apply(date or current().date).isoformat()


def parse_date_formula(formula: str) -> str:
    """A formula in the form in which it is stored."""
    return normalised(formula)


CRM.functions += [
    Action("applyDateFormula", apply_date_formula, (_FORMULA, Parameter("date", edm.DATE)), function=True),
    Action("parseDateFormula", parse_date_formula, (_FORMULA,), function=True),
]
