"""Counters shared by all processes, each for a span of time that begins with its first use."""

from __future__ import annotations

import secrets

from django.db import connection

#: Counters nobody used for this long are removed, one time in a thousand.
_SWEEP = (
    "DELETE FROM public.api_usage WHERE key IN"
    " (SELECT key FROM public.api_usage WHERE started_at < clock_timestamp() - interval '1 day' LIMIT 1000)"
)


def count(key: str, seconds: float, *, by: int = 1) -> tuple[int, float]:
    """Add ``by`` to the counter ``key`` and return its sum in the span, and the seconds until the span is over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.api_usage AS u (key, started_at, count) VALUES (%(key)s, clock_timestamp(), %(by)s)"
            " ON CONFLICT (key) DO UPDATE SET"
            " count = %(by)s + CASE WHEN u.started_at > clock_timestamp() - %(span)s::interval THEN u.count ELSE 0 END,"
            " started_at = CASE WHEN u.started_at > clock_timestamp() - %(span)s::interval"
            " THEN u.started_at ELSE clock_timestamp() END"
            " RETURNING count, extract(epoch FROM started_at + %(span)s::interval - clock_timestamp())::float",
            {"key": key[:100], "by": by, "span": f"{seconds} seconds"},
        )
        total, left = cursor.fetchone()
        if secrets.randbelow(1000) == 0:
            cursor.execute(_SWEEP)
    return int(total), max(left, 0.0)
