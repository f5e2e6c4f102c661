"""The user's choices for one import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation.errors import DomainError, Text
from tuttava.transfer.models import OnMatch
from tuttava.transfer.numbers import SIGNS
from tuttava.transfer.words import DATE_ORDERS

#: How an existing record is recognised; each kind of import has some of them.
MATCHERS: dict[str, Text] = {
    "no": gettext_lazy("Number"),
    "external_id": gettext_lazy("External ID"),
    "email": gettext_lazy("E-mail"),
    "company_email": gettext_lazy("Company e-mail"),
    "vat_registration_no": gettext_lazy("Tax number"),
    "registration_number": gettext_lazy("Registration number"),
    "iban": gettext_lazy("IBAN"),
    "bank_account_no": gettext_lazy("Bank account number"),
    "name": gettext_lazy("Name and company"),
    "name_post_code": gettext_lazy("Name and post code"),
    "full_name": gettext_lazy("Name"),
    "entry_no": gettext_lazy("Entry number"),
    "kind_no": gettext_lazy("Kind and number"),
}
CONTACT_TYPES: dict[str, Text] = {
    "auto": gettext_lazy("By what the row holds"),
    "company": gettext_lazy("Companies"),
    "person": gettext_lazy("Persons"),
}


@dataclass(frozen=True)
class Options:
    """``match_by``: by which of the kind's keys a record is recognised, in the order in which they are tried;
    ``on_match``: what happens to a row whose record exists; ``contact_type``: what a row is that does not say;
    ``date_order``: how dates are written; ``decimal``: the sign before decimals; ``create_codes``: unknown groups,
    territories and levels are created instead of refused.
    """

    match_by: tuple[str, ...] = ()
    on_match: str = OnMatch.UPDATE
    contact_type: str = "auto"
    date_order: str = "dmy"
    decimal: str = "."
    create_codes: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any], matchers: Sequence[str]) -> Options:
        """Options from what a door sends; refuses unknown values at their field. ``matchers``: the kind's keys."""
        known = {name: stored[name] for name in cls.__dataclass_fields__ if stored.get(name) is not None}
        wanted = known.get("match_by", tuple(matchers))
        known["match_by"] = tuple(wanted) if isinstance(wanted, list | tuple) else (wanted,)
        options = cls(**known)
        _check("match_by", options.match_by, matchers)
        _check("on_match", (options.on_match,), OnMatch.values)
        _check("contact_type", (options.contact_type,), CONTACT_TYPES)
        _check("date_order", (options.date_order,), DATE_ORDERS)
        _check("decimal", (options.decimal,), SIGNS)
        return options


def _check(field: str, values: tuple[str, ...], known: Any) -> None:
    for value in values:
        if not isinstance(value, str) or value not in known:
            raise DomainError(
                "value_invalid",
                _("“%(value)s” is not a choice for %(field)s. Choose one of: %(known)s.")
                % {"value": value, "field": field, "known": ", ".join(known)},
                field=field,
            )
