"""The card of a segment: its header in groups, its lines, its content (1.5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuttava.interactions import related
from tuttava.segments import contents, criteria_log
from tuttava.segments.models import Segment, SegmentLine
from tuttava.segments.pages import content, lines
from tuttava.segments.pages.finding import CARD
from tuttava.ui.cards import Badge, CardField, CardPage, FactBox, Group, register_card

F = CardField
#: Fields whose change alters which others can be typed, or what the boxes show.
_STEERING = frozenset(
    {
        *("interaction_template_code", "language_default_code", "campaign_no", "word_template_code"),
        "ignore_contact_correspondence_type",
    }
)


def _never(_segment: Any) -> bool:
    return False


def _has_template(segment: Any) -> bool:
    return bool(segment.interaction_template_code)


def _own_kind(segment: Any) -> bool:
    """The way of sending is the segment's own only where it does not look at each contact's (1.5)."""
    return _has_template(segment) and segment.ignore_contact_correspondence_type


def _has_content(segment: Any) -> bool:
    """A subject needs a row of the segment's language to stand in (1.5)."""
    return contents.row_of(segment, segment.language_default_code) is not None


def _has_campaign(segment: Any) -> bool:
    return bool(segment.campaign_no)


def _campaign(segment: Any) -> str:
    provider = related.kind("campaign")
    return "" if provider is None else provider.descriptions([segment.campaign_no]).get(segment.campaign_no, "")


def _lines_count(segment: Any) -> int:
    return SegmentLine.objects.filter(segment=segment).count()


def _held(segment: Any) -> str:
    """What is sent in the segment's own language."""
    row = contents.row_of(segment, segment.language_default_code)
    return content.words_of(row) if row is not None else ""


def _badges(segment: Any) -> Sequence[Badge]:
    if not segment.interaction_template_code:
        return [Badge(gettext("No interaction template yet"), "warning", "#f-interaction_template_code")]
    return []


register_card(
    CardPage(
        name=CARD,
        path="segments",
        model=Segment,
        caption=_("Segment"),
        title=lambda segment: segment.description or segment.no,
        subtitle=lambda segment: segment.no,
        parent=lambda: (reverse("segments"), _("Segments")),
        badges=_badges,
        groups=(
            Group(
                "general",
                _("General"),
                [
                    F("no", editable=_never),
                    *(F("description"), F("salesperson_code"), F("date")),
                    F("lines_count", _("number of lines"), value=_lines_count, link=lambda segment: "#box-lines"),
                    F("steps_count", _("number of steps"), value=criteria_log.actions_of),
                ],
                summary=("salesperson_code", "date"),
            ),
            Group(
                "interaction",
                _("Interaction"),
                [
                    F("interaction_template_code"),
                    F("language_default_code", editable=_has_template),
                    F("subject_default", editable=_has_content),
                    F("content", _("content"), value=_held, link=lambda segment: "#box-content"),
                    F("word_template_code", editable=_has_template),
                    F("ignore_contact_correspondence_type", editable=_has_template),
                    F("correspondence_type_default", editable=_own_kind),
                    *(F("information_flow", editable=_has_template), F("initiated_by", editable=_has_template)),
                    *(F("unit_cost", editable=_has_template), F("unit_duration", editable=_has_template)),
                    F("send_word_docs_as_attachment", editable=_has_template),
                    F("interaction_group_code", editable=_never),
                ],
                summary=("interaction_template_code", "language_default_code", "subject_default"),
                open=False,
            ),
            Group(
                "campaign",
                _("Campaign"),
                [
                    F("campaign_no"),
                    F("campaign_name", _("description"), value=_campaign),
                    F("campaign_target", editable=_has_campaign),
                    F("campaign_response", editable=_has_campaign),
                ],
                summary=("campaign_no",),
                open=False,
            ),
        ),
        boxes=(
            FactBox("content", _("Content by language"), "segments/content.html", content.box, main=True),
            FactBox("lines", _("Lines"), "segments/lines.html", lines.box, main=True),
        ),
        select_related=("salesperson", "interaction_template", "language_default", "word_template"),
        reload_on=_STEERING,
        refresh_boxes=lambda changed: ("lines", "content"),
    )
)
