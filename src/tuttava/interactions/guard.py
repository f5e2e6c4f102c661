"""What the database itself holds of the log: numbers that never come again, and entries that stay as they are (I-67).

Whatever writes, through rules or beside them, cannot change what was logged. The few ways around say so with
:func:`lifted`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tuttava.foundation.references import also_named_in
from tuttava.foundation.triggers import also_install

#: Fields (columns) that may change after logging (I-67). Contacts change by contact maintenance, the alternative
#: address when it is deleted. Logged e-mail can be closed to others, and opened.
CHANGEABLE = frozenset(
    {
        "canceled", "evaluation", "opportunity_no", "delivery_status", "correspondence_type", "email_logged",
        "attachment_id", "contact_id", "contact_company_id", "contact_alt_address_id", "former_contact_id",
        "logged_segment_entry_no", "private_for",
    }
)  # fmt: skip

# Codes follow when they are renamed: the old one is gone by then.
_FOLLOWING = {
    "interaction_template_code": "interactions_interactiontemplate",
    "interaction_group_code": "interactions_interactiongroup",
    "salesperson_code": "partners_salesperson",
    "interaction_language_code": "foundation_language",
    "word_template_code": "interactions_wordtemplate",
}

_SEQUENCE = "CREATE SEQUENCE IF NOT EXISTS {schema}.interaction_entry_no AS bigint"

_FREE = ", ".join(f"'{name}'" for name in sorted({*CHANGEABLE, *_FOLLOWING, "version"}))
_UNLESS_RENAMED = """  IF OLD.COLUMN IS DISTINCT FROM NEW.COLUMN
     AND EXISTS (SELECT 1 FROM {schema}.TABLE WHERE code = OLD.COLUMN) THEN
    RAISE EXCEPTION 'interaction log entry % cannot be changed', OLD.entry_no USING ERRCODE = '23T01';
  END IF;
"""
_RENAMED = "".join(
    _UNLESS_RENAMED.replace("COLUMN", column).replace("TABLE", table) for column, table in _FOLLOWING.items()
)

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {{schema}}.guard_interaction_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.canceled OR OLD.postponed OR current_setting('tuttava.log_guard', true) = 'off' THEN
      RETURN OLD;
    END IF;
    RAISE EXCEPTION 'interaction log entry % cannot be deleted', OLD.entry_no USING ERRCODE = '23T02';
  END IF;
  IF OLD.postponed OR current_setting('tuttava.log_guard', true) = 'off' THEN
    RETURN NEW;
  END IF;
  IF to_jsonb(OLD) - ARRAY[{_FREE}] <> to_jsonb(NEW) - ARRAY[{_FREE}] THEN
    RAISE EXCEPTION 'interaction log entry % cannot be changed', OLD.entry_no USING ERRCODE = '23T01';
  END IF;
{_RENAMED}
  RETURN NEW;
END $$
"""

_TRIGGER = """
CREATE OR REPLACE TRIGGER guard_log BEFORE UPDATE OR DELETE ON {schema}.interactions_interactionlogentry
  FOR EACH ROW EXECUTE FUNCTION {schema}.guard_interaction_log()
"""


def connect() -> None:
    """Have sequence and guard made in every company, and codes on entries and drafts follow renames (C-92)."""
    for statement in (_SEQUENCE, _FUNCTION, _TRIGGER):
        also_install(statement)
    for model in ("interactions.interactionlogentry", "interactions.interactiondraft"):
        also_named_in("interactions.interactiontemplate", model, "interaction_template_code")
        also_named_in("interactions.interactiongroup", model, "interaction_group_code")


@contextmanager
def lifted() -> Iterator[None]:
    """Let the block, one transaction, change logged entries: the wizard's result step, erasure, and undo."""
    with transaction.atomic():
        _set("off")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                _set("on")


def _set(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tuttava.log_guard', %s, true)", [value])
