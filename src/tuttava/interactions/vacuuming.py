"""The log is vacuumed soon after it grew: indexes answer alone only for pages that vacuum has seen.

By default PostgreSQL waits until a fifth was added; of a log of ten million the newest two million, which lists show
first, would be read row by row.
"""

from __future__ import annotations

from tuttava.foundation.triggers import also_install
from tuttava.interactions.models import InteractionLogEntry

_SOON = (
    f"ALTER TABLE {{schema}}.{InteractionLogEntry._meta.db_table} SET"
    " (autovacuum_vacuum_insert_scale_factor = 0.002, autovacuum_vacuum_insert_threshold = 5000)"
)


def connect() -> None:
    """Have it so in every company."""
    also_install(_SOON)
