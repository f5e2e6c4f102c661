"""The database keeps the totals of the log: by triggers, whatever writes (I-112).

Figures of a group over years would read half of the log; by day they are some thousand rows. Each statement that
touches the log adds what it changed as loose rows, so that two people who log with one template do not wait for each
other. One statement in some hundred folds loose rows into those of their days; if somebody else is folding, it leaves
them. Canceled and postponed entries do not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import connection

from tuttava.foundation.triggers import also_install
from tuttava.interactions.models import InteractionLogEntry, InteractionTotal, TotalKind

#: The column of the log that holds the code of each kind.
COLUMNS = {
    TotalKind.GROUP: "interaction_group_code",
    TotalKind.TEMPLATE: "interaction_template_code",
    TotalKind.SALESPERSON: "salesperson_code",
    TotalKind.CAMPAIGN: "campaign_no",
}
#: Which part of all statements fold.
_OFTEN = 0.004

_CODES = ", ".join(f"('{kind.value}', r.{column})" for kind, column in COLUMNS.items())
_NAMES = {
    "LOG": f"{{schema}}.{InteractionLogEntry._meta.db_table}",
    "TOTALS": f"{{schema}}.{InteractionTotal._meta.db_table}",
    "CODES": _CODES,
    "COLUMNS": ", ".join(COLUMNS.values()),
    "OFTEN": str(_OFTEN),
}

_COUNTED = """SELECT SIGN AS sign, date, cost_lcy, duration_min, COLUMNS
            FROM SOURCE WHERE NOT canceled AND NOT postponed"""

_ADD = """
  INSERT INTO TOTALS (kind, code, date, count, cost_lcy, duration_min, loose)
  SELECT k.kind, k.code, r.date, sum(r.sign), sum(r.sign * r.cost_lcy), sum(r.sign * r.duration_min), LOOSE
    FROM (ENTRIES) r CROSS JOIN LATERAL (VALUES CODES) k(kind, code)
   WHERE k.code <> ''
   GROUP BY k.kind, k.code, r.date
  HAVING sum(r.sign) <> 0 OR sum(r.sign * r.cost_lcy) <> 0 OR sum(r.sign * r.duration_min) <> 0;"""

_FOLD = """
CREATE OR REPLACE FUNCTION {schema}.fold_interaction_totals() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('{schema}.interaction_totals')) THEN
    RETURN;
  END IF;
  WITH days AS (
    SELECT DISTINCT kind, code, date FROM TOTALS WHERE loose
  ), gone AS (
    DELETE FROM TOTALS t USING days d WHERE (t.kind, t.code, t.date) = (d.kind, d.code, d.date) RETURNING t.*
  )
  INSERT INTO TOTALS (kind, code, date, count, cost_lcy, duration_min, loose)
  SELECT kind, code, date, sum(count), sum(cost_lcy), sum(duration_min), false FROM gone
   GROUP BY kind, code, date
  HAVING sum(count) <> 0 OR sum(cost_lcy) <> 0 OR sum(duration_min) <> 0;
END $$
"""

_RECOUNT = """
CREATE OR REPLACE FUNCTION {schema}.recount_interactions() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  LOCK TABLE LOG IN SHARE MODE;
  DELETE FROM TOTALS; ADD
END $$
"""
_COUNT_FIRST = "SELECT {schema}.recount_interactions() WHERE NOT EXISTS (SELECT FROM TOTALS)"

_FUNCTION = """
CREATE OR REPLACE FUNCTION {schema}.total_interaction_EVENT() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN ADD
  IF random() < OFTEN THEN
    PERFORM {schema}.fold_interaction_totals();
  END IF;
  RETURN NULL;
END $$
"""
_TRIGGER = """
CREATE OR REPLACE TRIGGER total_EVENT AFTER EVENT ON LOG REFERENCING TABLES
  FOR EACH STATEMENT EXECUTE FUNCTION {schema}.total_interaction_EVENT()
"""

_BEFORE, _AFTER = ("-1", "old_rows"), ("1", "new_rows")
_EVENTS = {
    "insert": ([_AFTER], "NEW TABLE AS new_rows"),
    "update": ([_BEFORE, _AFTER], "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
    "delete": ([_BEFORE], "OLD TABLE AS old_rows"),
}


def _with(statement: str, **names: str) -> str:
    for name, meant in names.items():
        statement = statement.replace(name, meant)
    return statement


def _adding(sources: Sequence[tuple[str, str]], *, loose: bool) -> str:
    """The entries that count of some tables, each with the sign it counts with, added to the totals."""
    entries = " UNION ALL ".join(_with(_COUNTED, SIGN=sign, SOURCE=table) for sign, table in sources)
    return _with(_ADD, ENTRIES=entries, LOOSE=str(loose))


def _statements() -> Iterator[str]:
    """What is installed, in its order; where there are no totals yet, they are counted from the log."""
    yield _FOLD
    yield _with(_RECOUNT, ADD=_adding([("1", "LOG")], loose=False))
    for event, (sources, tables) in _EVENTS.items():
        yield _with(_FUNCTION, ADD=_adding(sources, loose=True), EVENT=event)
        yield _with(_TRIGGER, EVENT=event, TABLES=tables)
    yield _COUNT_FIRST


def connect() -> None:
    """Have the totals kept in every company."""
    for statement in _statements():
        also_install(_with(statement, **_NAMES))


def fold() -> None:
    """Bring loose totals into those of their days now."""
    _run("SELECT fold_interaction_totals()")


def recount() -> None:
    """Count everything anew, for whoever wrote the log beside the triggers; writers wait until the transaction ends."""
    _run("SELECT recount_interactions()")


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
