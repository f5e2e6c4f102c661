"""Segments on the card of a contact."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.context import current
from tuttava.segments.models import Segment, SegmentLine
from tuttava.segments.pages.finding import LINES, SET, segment_url
from tuttava.ui.cards import FactBox, add_box

#: Segments that the box shows; the list has all of them.
SHOWN = 5


def _box(contact: Any) -> dict[str, Any]:
    """The newest segments that the contact is on."""
    lines = SegmentLine.objects.filter(contact=contact.pk).order_by().values("segment")
    found = list(Segment.objects.filter(pk__in=lines).order_by("-no")[: SHOWN + 1])
    return {
        "rows": [(row, segment_url(row)) for row in found[:SHOWN]],
        "all_url": f"{reverse('segments')}?{urlencode({'f': f'contact:is:{contact.no}'})}"
        if len(found) > SHOWN
        else "",
    }


def _visible(_contact: Any) -> bool:
    return current().may("api.read", SET) and current().may("api.read", LINES)


add_box("contact", FactBox("segments", _("Segments"), "segments/contact_box.html", _box, _visible))
