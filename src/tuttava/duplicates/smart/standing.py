"""Whether the keys of all contacts stand in their table, which the server empties when it was killed.

A row of no contact says so: it is written once all keys are made, in the table itself, so that it goes when they go.
While it is missing contacts are compared with those that have keys already, everybody who saves is told, and the search
of the whole base - which makes the missing keys, and finds the pairs that were missed - is queued at once.
"""

from __future__ import annotations

import uuid

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from tuttava.duplicates.smart import jobs
from tuttava.foundation.context import tell
from tuttava.foundation.errors import Text

#: Whose row it is, and its key.
NOBODY = uuid.UUID(int=0)
_MARK = 0
#: Whether that row is there, as a condition for statements that ask something else as well.
IS_WHOLE = sql.SQL(
    "EXISTS (SELECT 1 FROM duplicates_contactmatchkey WHERE key = 0"
    " AND contact_id = '00000000-0000-0000-0000-000000000000')"
)


def is_whole() -> bool:
    """Whether the keys made so far are still there."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT {}").format(IS_WHOLE))
        return bool(cursor.fetchone()[0])


def mark_whole() -> None:
    """All contacts have the keys they should have."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO duplicates_contactmatchkey (key, contact_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [_MARK, NOBODY],
        )


def words() -> Text:
    """What people are told meanwhile."""
    return _(
        "The search for duplicates is being prepared anew, so some duplicates are not found yet."
        " All contacts are compared in the background."
    )


def make_whole() -> None:
    """Have the missing keys made in the background, and tell whoever is at work."""
    jobs.begin()
    tell("duplicates.incomplete", words(), severity="warning")
