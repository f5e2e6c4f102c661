"""What an undo makes of interactions: it cancels them instead of removing them, and changes nothing else that stays."""

from __future__ import annotations

from psycopg import sql

from tuttava.foundation import undo_plan as plan
from tuttava.interactions.guard import CHANGEABLE
from tuttava.interactions.models import InteractionAttachment, InteractionComment, InteractionLogEntry

# Logged by the unit at hand, or finished by it after they had been postponed.
_LOGGED = """
CREATE TEMPORARY TABLE undo_logged ON COMMIT DROP AS
SELECT p.place, p.record_id, t.canceled,
       ARRAY[p.left_as->>'attachment_id', p.restore->>'attachment_id'] AS files
  FROM undo_plan p LEFT JOIN {table} t ON t.id = p.record_id
 WHERE p.record_type = {entry} AND (
       (p.action = 'D' AND NOT coalesce((p.left_as->>'postponed')::boolean, false))
    OR (p.action = 'U' AND coalesce((p.restore->>'postponed')::boolean, false)))
"""
# Comments and file of an entry that stays, stay with it; those it had while it was postponed do not come back.
_COMMENTS = """
DELETE FROM undo_plan p USING undo_logged e WHERE p.record_type = {comment}
   AND e.record_id::text IN (p.left_as->>'entry_id', p.restore->>'entry_id')
"""
_FILES = (
    "DELETE FROM undo_plan p USING undo_logged e WHERE p.record_type = {file} AND p.record_id::text = ANY (e.files)"
)
_CANCELED_SINCE = "DELETE FROM undo_plan p USING undo_logged e WHERE p.place = e.place AND e.canceled"
_CANCEL = """
UPDATE undo_plan p SET action = 'U', restore = '{{"canceled": true}}', left_as = '{{"canceled": false}}'
  FROM undo_logged e WHERE p.place = e.place
"""
# Of other changes those that are allowed after logging are taken back (I-67).
_ALLOWED = """
UPDATE undo_plan p SET
    restore = (SELECT coalesce(jsonb_object_agg(key, value), '{{}}') FROM jsonb_each(p.restore)
                WHERE key = ANY ({free})),
    left_as = (SELECT coalesce(jsonb_object_agg(key, value), '{{}}') FROM jsonb_each(p.left_as)
                WHERE key = ANY ({free}))
  FROM {table} t
 WHERE p.record_type = {entry} AND p.action = 'U' AND t.id = p.record_id AND NOT t.postponed
"""
_NOTHING_LEFT = "DELETE FROM undo_plan WHERE record_type = {entry} AND action = 'U' AND restore = '{{}}'"


def connect() -> None:
    """Look at every plan of an undo that concerns the log."""
    plan.adjusted_by(InteractionLogEntry, keep_logged)


def keep_logged() -> None:
    """Rewrite the plan: what was logged is canceled, with its comments and file; unfinished wizards go (I-67)."""
    names: dict[str, sql.Composable] = {
        "entry": plan.type_of(InteractionLogEntry),
        "table": plan.table_of(InteractionLogEntry),
        "comment": plan.type_of(InteractionComment),
        "file": plan.type_of(InteractionAttachment),
        "free": sql.Literal(sorted(CHANGEABLE)),
    }
    plan.execute("DROP TABLE IF EXISTS pg_temp.undo_logged")
    for statement in (_LOGGED, _COMMENTS, _FILES, _CANCELED_SINCE, _CANCEL, _ALLOWED, _NOTHING_LEFT):
        plan.execute(statement, **names)
