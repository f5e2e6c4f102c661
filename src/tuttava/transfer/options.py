"""The user's choices for one import."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.foundation.errors import DomainError, Text
from tuttava.transfer.models import OnMatch
from tuttava.transfer.words import DATE_ORDERS

#: How an existing contact is recognised, in the order in which it is tried.
MATCHERS: dict[str, Text] = {
    "no": gettext_lazy("Number"),
    "external_id": gettext_lazy("External ID"),
    "email": gettext_lazy("E-mail"),
    "vat_registration_no": gettext_lazy("Tax number"),
    "name": gettext_lazy("Name and company"),
}
CONTACT_TYPES: dict[str, Text] = {
    "auto": gettext_lazy("By what the row holds"),
    "company": gettext_lazy("Companies"),
    "person": gettext_lazy("Persons"),
}


@dataclass(frozen=True)
class Options:
    """``match_by``: keys of :data:`MATCHERS`; ``on_match``: what happens to a row whose contact exists;
    ``contact_type``: what a row is that does not say; ``date_order``: how dates are written; ``create_codes``: unknown
    groups, territories and levels are created instead of refused.
    """

    match_by: tuple[str, ...] = tuple(MATCHERS)
    on_match: str = OnMatch.UPDATE
    contact_type: str = "auto"
    date_order: str = "dmy"
    create_codes: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Options:
        """Options from what a door sends; refuses unknown values at their field."""
        known = {name: stored[name] for name in cls.__dataclass_fields__ if stored.get(name) is not None}
        known["match_by"] = tuple(known.get("match_by", tuple(MATCHERS)))
        options = cls(**known)
        _check("match_by", options.match_by, MATCHERS)
        _check("on_match", (options.on_match,), OnMatch.values)
        _check("contact_type", (options.contact_type,), CONTACT_TYPES)
        _check("date_order", (options.date_order,), DATE_ORDERS)
        return options


def _check(field: str, values: tuple[str, ...], known: Any) -> None:
    for value in values:
        if value not in known:
            raise DomainError(
                "value_invalid",
                _("“%(value)s” is not a choice for %(field)s. Choose one of: %(known)s.")
                % {"value": value, "field": field, "known": ", ".join(known)},
                field=field,
            )
