"""How segments came about, and steps kept for later, in the CRM service (17.4, S-30 to S-33, S-55 to S-58)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.api import edm
from tuttava.api.build import crm_set, existing, properties_of
from tuttava.api.declare import Navigation, Property
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.filter_expressions import bad_filter
from tuttava.segments.entities.common import (
    CRITERIA,
    HISTORY,
    SAVED,
    SAVED_LINES,
    filter_property,
    of_segment,
    to_segment,
)
from tuttava.segments.models import (
    CriteriaKind,
    SavedSegmentCriteria,
    SavedSegmentCriteriaLine,
    SegmentCriteriaLine,
    SegmentHistoryEntry,
)
from tuttava.segments.selecting import check

_READ = frozenset({"GET"})

crm_set(
    SegmentCriteriaLine,
    CRITERIA,
    "segmentCriteriaLine",
    natural_key=("segmentNo", "lineNo"),
    properties=properties_of(
        SegmentCriteriaLine,
        "segmentCriteriaLine",
        read_only=[field.attname for field in SegmentCriteriaLine._meta.concrete_fields],
        replace={"segment_id": of_segment(read_only=True), "filters": (filter_property(),)},
        names={"action_no": "actionNo"},
    ),
    navigations=(to_segment(CRITERIA),),
    methods=_READ,
)

crm_set(
    SegmentHistoryEntry,
    HISTORY,
    "segmentHistoryEntry",
    natural_key=("segmentNo", "actionNo", "lineNo"),
    properties=properties_of(
        SegmentHistoryEntry,
        "segmentHistoryEntry",
        exclude=["before"],
        read_only=[field.attname for field in SegmentHistoryEntry._meta.concrete_fields],
        replace={
            "segment_id": of_segment(read_only=True),
            "contact_id": (
                Property("contactNo", edm.code(20), "contact__no", read_only=True, nullable=True),
                Property("contactId", edm.GUID, "contact_id", read_only=True, nullable=True),
            ),
        },
    ),
    navigations=(to_segment(HISTORY), Navigation("contact", Contact, many=False, ours="contact_id")),
    methods=_READ,
)


def _no_of_actions() -> Combinable:
    steps = SavedSegmentCriteriaLine.objects.filter(saved=OuterRef("pk"), type=CriteriaKind.ACTION).order_by()
    return Coalesce(Subquery(steps.values("saved").annotate(n=Count("pk")).values("n")), Value(0))


crm_set(
    SavedSegmentCriteria,
    SAVED,
    "savedSegmentCriterion",
    natural_key=("code",),
    properties=(
        *properties_of(SavedSegmentCriteria, "savedSegmentCriterion"),
        Property(
            "noOfActions",
            edm.INT,
            expression=_no_of_actions,
            read_only=True,
            caption=gettext_lazy("number of steps"),
        ),
    ),
    navigations=(
        Navigation(
            SAVED_LINES,
            SAVED_LINES,
            theirs="saved_id",
            contained=True,
            partner="savedSegmentCriterion",
            fills=(("saved_id", "id"),),
        ),
    ),
)


def _filters(text: str | None) -> dict[str, str]:
    """The filter object that a text holds; raises ``bad_filter``."""
    try:
        found = json.loads(text or "{}")
    except ValueError as error:
        raise bad_filter(_("A filter is an object of texts."), 1, "filter") from error
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise bad_filter(_("A filter is an object of texts."), 1, "filter")
    return found


def _saved_behind(code: str | None) -> Any:
    if not code:
        return None
    found = SavedSegmentCriteria.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise DomainError("not_found", _("There are no saved criteria “%(code)s”.") % {"code": code})
    return found


def _create_line(values: Mapping[str, Any], given: Mapping[str, Any]) -> SavedSegmentCriteriaLine:
    entered = dict(values)
    if entered.get("entity_name"):
        check({entered["entity_name"]: entered.get("filters") or {}})
    owner = {**given, "saved_id": given.get("saved_id") or entered.pop("saved_id", None)}
    if owner["saved_id"] is None:
        raise DomainError("field_required", _("Say which saved criteria this belongs to."), field="saved_id")
    return records.create(SavedSegmentCriteriaLine, entered, given=owner, in_order=True)


crm_set(
    SavedSegmentCriteriaLine,
    SAVED_LINES,
    "savedSegmentCriteriaLine",
    natural_key=("code", "lineNo"),
    properties=properties_of(
        SavedSegmentCriteriaLine,
        "savedSegmentCriteriaLine",
        replace={
            "saved_id": (
                Property("code", edm.code(10), "saved__code", write="saved_id", convert=_saved_behind, immutable=True),
                Property(
                    "savedSegmentCriteriaId", edm.GUID, "saved_id", convert=existing(SavedSegmentCriteria),
                    immutable=True,
                ),
            ),
            "filters": (filter_property(read_only=False, convert=_filters),),
        },
    ),
    navigations=(
        Navigation(
            "savedSegmentCriterion", SavedSegmentCriteria, many=False, ours="saved_id", partner=SAVED_LINES
        ),
    ),
    create=_create_line,
)  # fmt: skip
