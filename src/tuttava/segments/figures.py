"""What is computed of segments in SQL: how many lines, what they cost, whose content a line has (1.2, S-23)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models import Sum as Total
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from tuttava.segments.models import (
    AttachmentState,
    CriteriaKind,
    SegmentCriteriaLine,
    SegmentInteractionLanguage,
    SegmentLine,
)


def _lines() -> QuerySet[SegmentLine, Any]:
    return SegmentLine.objects.filter(segment=OuterRef("pk")).order_by().values("segment")


def no_of_lines() -> Combinable:
    """How many lines a segment has."""
    return Coalesce(Subquery(_lines().annotate(n=Count("pk")).values("n")), Value(0))


def total(column: str) -> Combinable:
    """The sum of a column of a segment's lines."""
    found = Subquery(_lines().annotate(n=Total(column)).values("n"))
    return Coalesce(found, Value(Decimal(0)), output_field=DecimalField(max_digits=20, decimal_places=2))


def no_of_criteria_actions() -> Combinable:
    """How many steps a segment has."""
    steps = SegmentCriteriaLine.objects.filter(segment=OuterRef("pk"), type=CriteriaKind.ACTION).order_by()
    return Coalesce(Subquery(steps.values("segment").annotate(n=Count("pk")).values("n")), Value(0))


def attachment_no(*, modified_template: bool = False) -> Combinable:
    """The number of the attachment in a segment's own language; 0: none.

    ``modified_template``: that of the Word template as it was edited for this segment, not an attachment of its own.
    """
    language = Q(language=OuterRef("language_default_code")) | Q(language=None, segment__language_default=None)
    rows = SegmentInteractionLanguage.objects.filter(
        language, segment=OuterRef("pk"), line=None, attachment__isnull=False
    )
    template = Q(word_template=OuterRef("word_template_code")) if modified_template else Q(word_template=None)
    found = Subquery(rows.filter(template).values("attachment__no")[:1])
    return Coalesce(found, Value(0), output_field=BigIntegerField())


def attachment_state() -> Combinable:
    """Whose content a line has (S-23): its own, or that of the segment."""
    here = SegmentInteractionLanguage.objects.filter(segment=OuterRef("segment_id"))
    same = Q(attachment=OuterRef("attachment_id")) | Q(attachment=None, word_template=OuterRef("word_template_code"))
    carried = here.filter(same)
    language = Q(language=OuterRef("interaction_language_code")) | Q(language=None, line__interaction_language=None)
    own = carried.filter(language, line=OuterRef("pk"))
    modified = here.filter(line=None, attachment__isnull=False, word_template=OuterRef("word_template_code"))
    return Case(
        When(Q(attachment=None) & Q(word_template=None), then=Value(str(AttachmentState.NONE.value))),
        When(Exists(own), then=Value(str(AttachmentState.UNIQUE.value))),
        When(
            Q(Exists(carried.filter(line=None)))
            | Q(Exists(modified))
            | Q(attachment=None, word_template=F("segment__word_template")),
            then=Value(str(AttachmentState.INHERITED.value)),
        ),
        default=Value(str(AttachmentState.NONE.value)),
        output_field=CharField(),
    )
