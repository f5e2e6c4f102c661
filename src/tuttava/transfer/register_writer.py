"""Rows become customers, vendors, bank accounts and employees; their contacts follow by the rules of the registers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError, Text
from tuttava.foundation.fields import as_code
from tuttava.foundation.former import former_ids, table_of
from tuttava.foundation.records import Record
from tuttava.partners.models import ContactType, RegisterEntry
from tuttava.transfer.matching import Matching
from tuttava.transfer.models import Outcome
from tuttava.transfer.options import Options
from tuttava.transfer.plans import Plan
from tuttava.transfer.writing import RecordWriter


@dataclass(frozen=True)
class Reference:
    """A column that names another record by its number. ``attribute`` is where the record's id is entered."""

    attribute: str
    model: type[Record]
    label: Text


class RegisterWriter(RecordWriter[RegisterEntry]):
    """``references`` by target; ``order`` the fields as they are entered, attributes of references among them."""

    def __init__(
        self,
        options: Options,
        *,
        dry: bool,
        model: type[RegisterEntry],
        matching: Matching,
        order: Sequence[str],
        references: Mapping[str, Reference],
    ) -> None:
        super().__init__(options, dry=dry, model=model, matching=matching, order=order)
        self._references = references
        self._types = "contact_type" in order
        self._announced: set[str] = set()

    def initial(self, plan: Plan) -> dict[str, Any]:
        """What stands behind a new customer, where the user says it of the whole file."""
        if self._types and self.options.contact_type in ContactType.values:
            return {"contact_type": self.options.contact_type}
        return {}

    def look_up(self, plans: Sequence[Plan]) -> None:
        if self.dry:
            self._announced |= {as_code(plan.values.get("no", "")) for plan in plans if plan.outcome == Outcome.CREATE}
        for target, reference in self._references.items():
            naming = [plan for plan in plans if plan.values.get(target)]
            if naming:
                self._resolve(naming, target, reference)

    def _resolve(self, plans: Sequence[Plan], target: str, reference: Reference) -> None:
        """The ids of the records that a column names; a number that nobody has refuses its row.

        What an earlier row of the file would have made counts as there in a dry run.
        """
        wanted = {as_code(plan.values[target]) for plan in plans}
        rows = reference.model._default_manager.filter(**{f"{reference.model.key_field}__in": wanted})
        known = dict(rows.values_list(reference.model.key_field, "pk"))
        known |= former_ids(table_of(reference.model), wanted - known.keys())
        for plan in plans:
            number = as_code(plan.values.pop(target))
            if number in known:
                plan.values[reference.attribute] = known[number]
            elif not (reference.model is self.model and number in self._announced):
                plan.refuse(
                    DomainError(
                        "not_found",
                        _("%(field)s: there is no “%(code)s”.") % {"field": reference.label, "code": number},
                        field=target,
                    )
                )
