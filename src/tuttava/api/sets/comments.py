"""Comments on any record in the CRM service (17.1, C-94 to C-96).

A room whose records can have comments calls :func:`owns_comments` with what it has; the set knows the owner's number
by it. The navigation of its set is made by :func:`comments_navigation`.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from tuttava.api import edm
from tuttava.api.build import crm_set, properties_of
from tuttava.api.declare import CRM, Navigation, Property
from tuttava.foundation import records
from tuttava.foundation.comments import commented
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code
from tuttava.foundation.former import named
from tuttava.foundation.models import CommentLine, OwnerKind
from tuttava.foundation.records import Record


@dataclass(frozen=True)
class Owner:
    """What can have comments: its model and the column with its number or code."""

    model: type[Record]
    column: str


_owners: dict[str, Owner] = {}


def owns_comments(kind: OwnerKind, model: type[Record], column: str, navigation: str) -> None:
    """Tell that records of ``model`` can have comments; ``navigation`` leads from a comment to its owner."""
    _owners[kind] = Owner(model, column)
    commented(kind, model)
    CRM.extend("comments", navigations=[Navigation(navigation, model, many=False, ours="owner_id", partner="comments")])


def comments_navigation(kind: OwnerKind, *, partner: str) -> Navigation:
    """From a record to its comments."""
    return Navigation(
        "comments",
        CommentLine,
        theirs="owner_id",
        where=Q(owner_kind=kind),
        contained=True,
        partner=partner,
        fills=(("owner_id", "id"),),
        gives=(("owner_kind", kind.value),),
    )


def _number() -> Combinable:
    """The owner's number, whatever its kind."""
    cases = [
        When(
            owner_kind=kind,
            then=Subquery(owner.model._default_manager.filter(pk=OuterRef("owner_id")).values(owner.column)[:1]),
        )
        for kind, owner in _owners.items()
    ]
    return Case(*cases, default=Value(""), output_field=TextField())


def create_comment(values: Mapping[str, Any], given: Mapping[str, Any]) -> CommentLine:
    """Add a comment; without a parent the body names the owner by kind and number or id."""
    entered = dict(values)
    number = as_code(entered.pop("owner_no", ""))
    if "owner_id" in given:
        return records.create(CommentLine, entered, given=given, in_order=True)
    kind = entered.get("owner_kind") or ""
    return records.create(
        CommentLine,
        {**entered, "owner_id": _owner_id(kind, number, entered.get("owner_id"))},
        given=given,
        in_order=True,
    )


def _owner_id(kind: str, number: str, given: uuid.UUID | None) -> uuid.UUID | None:
    """The id of an owner that exists; None when nothing names one."""
    owner = _owners.get(kind)
    if not number and given is None:
        return None
    found = named(owner.model, owner.column, number, given) if owner else None
    if found is None:
        raise DomainError(
            "not_found",
            _("There is no record “%(no)s” that the comment could belong to.") % {"no": number or given},
            field="owner_no" if number else "owner_id",
        )
    return found


crm_set(
    CommentLine,
    "comments",
    "comment",
    natural_key=("ownerKind", "ownerNo", "subNo", "lineNo"),
    properties=properties_of(
        CommentLine,
        "comment",
        immutable=("owner_kind", "sub_no"),
        replace={
            "owner_id": (
                Property("ownerNo", edm.code(20), expression=_number, write="owner_no", immutable=True, nullable=True),
                Property("ownerId", edm.GUID, "owner_id", immutable=True),
            )
        },
    ),
    create=create_comment,
)
