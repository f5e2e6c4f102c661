"""Pairs of contacts that may be the same (17.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import DecimalField, ExpressionWrapper, F

from tuttava.api import edm
from tuttava.api.build import crm_set, properties_of
from tuttava.api.declare import CRM, Action, Expression, Navigation, Property, Row, Wanted
from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import RIGHT, log_looks, mask_of
from tuttava.duplicates.actions import pair_details
from tuttava.duplicates.models import ContactDuplicate
from tuttava.duplicates.queries import listed
from tuttava.foundation.context import current

NAME = "contactDuplicates"
_SIDES = ("contact", "duplicate")
_NEEDED = tuple(f"{side}{column}" for side in _SIDES for column in ("_id", "__no", "__name", "__privacy_blocked"))


def _score() -> Expression:
    """Between 0 and 1 (D-26)."""
    return ExpressionWrapper(F("score") / 100.0, output_field=DecimalField(max_digits=5, decimal_places=2))


def _mask(rows: Sequence[Row], _wanted: Wanted) -> None:
    """Names of blocked contacts are masked for whoever may not see them (C-72)."""
    for side in _SIDES:
        name = f"{side}__name"
        blocked = [row for row in rows if row[f"{side}__privacy_blocked"] and row.get(name)]
        if current().may(RIGHT):
            seen = {row[f"{side}_id"]: row[f"{side}__no"] for row in blocked}
            log_looks(Contact(id=key, no=no, privacy_blocked=True) for key, no in seen.items())
            continue
        for row in blocked:
            row[name] = mask_of(row[name])


def _details(pair: ContactDuplicate) -> list[dict[str, Any]]:
    """D-23."""
    names = CRM.sets["contacts"].by_attribute
    return [
        {"field": names[line.field].name, "value": line.value, "duplicateValue": line.duplicate_value}
        for line in pair_details(pair)
    ]


def _side(side: str, number: str) -> tuple[Property, ...]:
    return (
        Property(f"{number}No", edm.code(20), f"{side}__no", read_only=True),
        Property(f"{number}Id", edm.GUID, f"{side}_id", read_only=True),
    )


crm_set(
    ContactDuplicate,
    NAME,
    "contactDuplicate",
    natural_key=("contactNo", "duplicateContactNo"),
    properties=(
        *properties_of(
            ContactDuplicate,
            "contactDuplicate",
            exclude=("classic", "smart", "evidence", "put_off_at"),
            replace={
                "contact_id": _side("contact", "contact"),
                "duplicate_id": _side("duplicate", "duplicateContact"),
                "score": (Property("score", edm.DECIMAL, expression=_score, read_only=True, nullable=True),),
            },
        ),
        Property("contactName", edm.text(100), "contact__name", read_only=True),
        Property("duplicateContactName", edm.text(100), "duplicate__name", read_only=True),
    ),
    navigations=(
        Navigation("contact", Contact, many=False, ours="contact_id"),
        Navigation("duplicateContact", Contact, many=False, ours="duplicate_id"),
    ),
    actions=(Action("details", _details, function=True),),
    rows=listed,
    methods=frozenset({"GET", "PATCH"}),
    finish=_mask,
    always=_NEEDED,
    tracked=True,
)
CRM.extend(
    "contacts",
    navigations=(
        Navigation("duplicates", NAME, theirs="contact_id"),
        Navigation("contactSearchStrings", "contactSearchStrings", theirs="contact_id"),
    ),
)
