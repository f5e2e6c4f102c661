"""A contact on a segment stays: it is not deleted and does not change its company (S-28, C-22, C-83)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from django.db.models import Min
from django.utils.translation import gettext as _

from tuttava.contacts.blockers import Blocker, Situation, provides
from tuttava.segments.models import SegmentLine


def connect() -> None:
    """Plug in."""
    provides(Situation.DELETE)(_deleting)
    provides(Situation.CHANGE_COMPANY)(_moving)


def _deleting(ids: Sequence[uuid.UUID]) -> Iterator[Blocker]:
    return _on_segments(ids, "contact.delete.on_segment")


def _moving(ids: Sequence[uuid.UUID]) -> Iterator[Blocker]:
    return _on_segments(ids, "contact.company.on_segment")


def _on_segments(ids: Sequence[uuid.UUID], code: str) -> Iterator[Blocker]:
    rows = SegmentLine.objects.filter(contact_id__in=ids).order_by().values("contact_id")
    for contact, number in rows.annotate(first=Min("segment__no")).values_list("contact_id", "first"):
        words = _("is on segment %(no)s") % {"no": number}
        yield Blocker(code, contact, words, "segments", number)
