"""Changing or deleting many records at once: through every rule, set-based, as one unit of work."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from tuttava.foundation import records
from tuttava.foundation.context import require
from tuttava.foundation.fields import as_code
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.records import Edit, rules_of, save_many

BATCH = 500


def set_code(rows: QuerySet[Any], name: str, code: str) -> int:
    """Give every record of ``rows`` the ``code`` in field ``name`` (blank takes it off); answers how many changed.

    Raises the refusals of the field's rule; then nothing is changed.
    """
    wanted = as_code(code) or None
    # Not a negated filter: that would leave out the records without a code.
    other = Q(**{f"{name}__isnull": wanted is not None}) | ~Q(**{name: wanted})
    return _set(rows.order_by().filter(other), name, wanted)


def set_value(rows: QuerySet[Any], name: str, value: Any) -> int:
    """Give every record of ``rows`` the ``value`` in field ``name``, which is never null; answers how many changed."""
    return _set(rows.order_by().filter(~Q(**{name: value})), name, value)


def _set(rows: QuerySet[Any], name: str, value: Any) -> int:
    model, changed = rows.model, 0
    rules = rules_of(model)
    require(rules.write_right, rules.set_name)
    with unit_of_work(f"set {name}"):
        ids = list(rows.values_list("pk", flat=True))
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            rules.hold(batch)
            locked = model._default_manager.select_for_update(of=("self",)).filter(pk__in=batch)
            edits = [Edit(record, rules, typed=[name]) for record in locked]
            for edit in edits:
                edit.enter(name, value)
            changed += sum(edit.changed(name) for edit in edits)
            save_many(edits)
    return changed


def delete_all(rows: QuerySet[Any]) -> int:
    """Delete the records in the order of ``rows``; one refusal and all stay. Answers how many went."""
    model = rows.model
    with unit_of_work(f"delete {model._meta.model_name}"):
        found = list(rows)
        for record in found:
            records.delete(record)
    return len(found)
