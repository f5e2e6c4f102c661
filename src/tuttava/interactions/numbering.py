"""Entry numbers: ascending, never used again, drawn without waiting for each other (I-65)."""

from __future__ import annotations

from django.db import connection
from django.db.models import Max

from tuttava.interactions.models import InteractionAttachment, InteractionLogEntry


def draw_entry_numbers(count: int) -> list[int]:
    """``count`` new entry numbers, ascending; beyond those that came in from outside (I-65)."""
    if not count:
        return []
    drawn = _draw(count)
    if InteractionLogEntry.objects.filter(entry_no__gte=drawn[0], entry_no__lte=drawn[-1]).exists():
        last = InteractionLogEntry.objects.aggregate(last=Max("entry_no"))["last"] or 0
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval('interaction_entry_no', greatest(%s, (SELECT last_value FROM interaction_entry_no)))",
                [last],
            )
        drawn = _draw(count)
    return drawn


def _draw(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('interaction_entry_no') FROM generate_series(1, %s)", [count])
        return sorted(row[0] for row in cursor.fetchall())


def draw_attachment_numbers(count: int) -> list[int]:
    """``count`` new attachment numbers, the highest + 1 on (2.9); holds others back until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.interaction_attachment'))")
    last = InteractionAttachment.objects.aggregate(last=Max("no"))["last"] or 0
    return list(range(last + 1, last + 1 + count))
