"""Ten years of interactions for the measured base, written beside the rules in a few minutes.

They are spread as in a register that lives: more every year, most of them mails and calls, few people with whom much
is spoken, salespeople who come and go, campaigns of six weeks, documents and opportunities with numbers of their own.
Everything follows from the entry's number, so that two bases of one size are the same.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction

from tuttava.contacts.models import Contact
from tuttava.interactions import totals
from tuttava.interactions.models import (
    InteractionAttachment,
    InteractionComment,
    InteractionLogEntry,
    InteractionTemplate,
)

PEOPLE = 2000
_CHUNK = 500_000
_SLOTS = 10_000
_LAST_DAY = "2026-11-01"
_DAYS = 3650

#: Of 10,000 interactions so many go by a template; every other template gets one.
_SHARES = {
    "EMAIL": 3400, "CALL-OUT": 1900, "CALL-IN": 1200, "S-INVOICE": 900, "S-ORDER": 600, "S-QUOTE": 500,
    "MEET-SITE": 280, "INVITATION": 250, "MEET-HOUSE": 200, "BUSLETTER": 200, "S-SHIPMENT": 200, "S-REMINDER": 120,
    "V-ORDNEW": 80, "P-ORDER": 60, "MINUTES": 50, "MEETINVITE": 40, "WORKSHOP": 8, "COVER": 5, "S-FINCHRG": 4,
}  # fmt: skip
_WORDS = (
    "Asked about delivery times", "Sent the offer", "Went through the contract", "Complained about two damaged parts",
    "Reminded of the open invoice", "Agreed on a visit", "Wants samples of the new range", "Told about the spring sale",
    "Changed the address of delivery", "Would like to hear from us in autumn", "Confirmed the order", "Says thank you",
)  # fmt: skip


def _chance(seed: int) -> str:
    """A number from 0 to 1 that follows from the entry's number."""
    return f"((hashint8extended(n, {seed}) & 1048575) / 1048576.0)"


# How far through the ten years an entry stands: in the last year twice as many as in the fifth.
_THEN = "power(n::float8 / %(entries)s, 0.65)"
_EVALUATIONS = (
    f"CASE WHEN k.grp NOT IN ('PHONE', 'MEETING') OR {_chance(7)} > 0.15 THEN 'none'"
    f" ELSE (ARRAY['very_positive', 'positive', 'positive', 'positive', 'positive', 'neutral', 'neutral', 'negative',"
    f" CASE WHEN {_chance(8)} < 0.2 THEN 'very_negative' ELSE 'negative' END])[1 + floor({_chance(9)} * 9)::int] END"
)
_IN_CAMPAIGN = f"(k.code = 'INVITATION' AND {_chance(10)} < 0.8 OR {_chance(10)} < 0.01)"
_HAS_FILE = f"(k.code IN ('BUSLETTER', 'MINUTES', 'INVITATION') OR k.code = 'EMAIL' AND {_chance(11)} < 0.05)"
_INBOUND = f"(k.code = 'EMAIL' AND {_chance(12)} < 0.4)"
#: Entries that are open wizards stand among the last ones.
_POSTPONED = "(n > %(entries)s * 0.98 AND n %% 1000 = 0)"

_VALUES = {
    "id": "(lpad(to_hex(1500000000000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 19))::uuid",
    "version": "1",
    "entry_no": "n",
    "contact_id": "p.id",
    "contact_company_id": "p.company_id",
    "date": f"date '{_LAST_DAY}' - ({_DAYS} * (1 - t.part))::int - floor(5 * power({_chance(1)}, 4))::int",
    "time_of_interaction": f"time '08:00' + floor({_chance(2)} * 540) * interval '1 minute'",
    "interaction_template_code": "k.code",
    "interaction_group_code": "k.grp",
    "interaction_language_code": "(ARRAY['NB', 'NB', 'NB', 'EN', 'NL', 'FI'])[1 + n %% 6]",
    "description": f"(%(words)s::text[])[1 + floor({_chance(3)} * %(many_words)s)::int]",
    "subject": "CASE WHEN k.code = 'EMAIL' THEN 'Re: our talk ' || n / 7 ELSE '' END",
    "information_flow": f"CASE WHEN {_INBOUND} THEN 'inbound' ELSE k.flow END",
    "initiated_by": f"CASE WHEN {_INBOUND} THEN 'them' ELSE k.by END",
    "correspondence_type": "CASE WHEN k.code = 'EMAIL' THEN 'email'"
    f" WHEN k.grp = 'SALES' AND {_chance(4)} < 0.6 THEN 'email'"
    f" WHEN k.grp = 'SALES' AND t.part < 0.3 AND {_chance(4)} > 0.998 THEN 'hard_copy' ELSE k.correspondence END",
    "salesperson_code": f"'REP' || lpad((1 + floor(25 * t.part) + floor(15 * power({_chance(5)}, 1.5)))::text, 2, '0')",
    "user_name": f"CASE WHEN {_POSTPONED} AND n %% 9000 = 0 THEN %(user)s"
    f" ELSE 'rep' || lpad((1 + floor(25 * t.part) + floor(15 * power({_chance(5)}, 1.5)))::text, 2, '0') END",
    "cost_lcy": f"round((k.cost * (0.5 + {_chance(6)}))::numeric, 2)",
    "duration_min": f"round((k.minutes * (0.5 + {_chance(13)}))::numeric)",
    "evaluation": _EVALUATIONS,
    "attempt_failed": f"k.code = 'CALL-OUT' AND {_chance(14)} < 0.12",
    "campaign_no": f"CASE WHEN {_IN_CAMPAIGN} THEN 'CP' || lpad(floor(t.part * 85)::text, 4, '0') ELSE '' END",
    "campaign_target": _IN_CAMPAIGN,
    "campaign_response": f"{_IN_CAMPAIGN} AND {_INBOUND}",
    "segment_no": f"CASE WHEN k.code = 'INVITATION' AND {_IN_CAMPAIGN}"
    " THEN 'SM' || lpad(floor(t.part * 170)::text, 5, '0') ELSE '' END",
    "opportunity_no": f"CASE WHEN {_chance(15)} < 0.04 THEN 'OP' || lpad((n / 80)::text, 6, '0') ELSE '' END",
    "task_no": f"CASE WHEN {_chance(16)} < 0.03 THEN 'TD' || lpad((n / 40)::text, 6, '0') ELSE '' END",
    "document_type": "CASE k.code WHEN 'S-INVOICE' THEN 'sales_invoice'"
    " WHEN 'S-ORDER' THEN 'sales_order_confirmation' WHEN 'S-QUOTE' THEN 'sales_quote' ELSE 'none' END",
    "document_no": "CASE WHEN k.grp IN ('SALES', 'SERVICE', 'PURCHASE') THEN k.code || n ELSE '' END",
    "attachment_id": f"CASE WHEN {_HAS_FILE} THEN md5('file' || n)::uuid END",
    "delivery_status": f"CASE WHEN k.code = 'BUSLETTER' AND t.part > 0.8 AND {_chance(17)} < 0.002 THEN 'error'"
    " ELSE 'none' END",
    "email_logged": _INBOUND,
    "canceled": f"{_chance(18)} < 0.012 AND NOT {_POSTPONED}",
    "postponed": _POSTPONED,
}  # fmt: skip

_FROM = f"""
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
  CROSS JOIN LATERAL (SELECT {_THEN} AS part) t
  JOIN benchmark_kind k ON k.slot = floor({_chance(19)} * {_SLOTS})::int
  JOIN benchmark_party p ON p.place = 1 + floor(power({_chance(20)}, 2) * %(parties)s)::bigint
"""


def fill(entries: int, user: str) -> float | None:
    """Write so many log entries; answers the seconds it took, None if they were there."""
    stored = InteractionLogEntry.objects.order_by("-entry_no").values_list("entry_no", flat=True).first() or 0
    if stored >= entries:
        return None
    started = time.perf_counter()
    _gather_people()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        cursor.execute(f"TRUNCATE {InteractionLogEntry._meta.db_table} CASCADE")
        cursor.execute("DELETE FROM interactions_interactionattachment WHERE no > 1000000")
        values = {"entries": entries, "parties": _parties(cursor), "user": user}
        _kinds(cursor)
        with _without_indexes(cursor, InteractionLogEntry, InteractionAttachment, InteractionComment):
            for first in range(1, entries + 1, _CHUNK):
                last = min(first + _CHUNK - 1, entries)
                cursor.execute(_insert(), {**values, **_TEXTS, "first": first, "last": last})
                cursor.execute(_FILES, [first, last])
                cursor.execute(_COMMENTS, [first, last])
                print(f"\r{last:,} of {entries:,} entries", end="", file=sys.stderr, flush=True)
        cursor.execute("SELECT setval('interaction_entry_no', %s)", [entries])
        totals.recount()
    with connection.cursor() as cursor:
        for model in (InteractionLogEntry, InteractionAttachment, InteractionComment):
            cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")
    return time.perf_counter() - started


_TEXTS = {"words": list(_WORDS), "many_words": len(_WORDS)}
_FILES = """
INSERT INTO interactions_interactionattachment (FIELDS)
SELECT VALUES FROM interactions_interactionlogentry
 WHERE attachment_id IS NOT NULL AND entry_no BETWEEN %s AND %s
"""
_COMMENTS = """
INSERT INTO interactions_interactioncomment (FIELDS)
SELECT VALUES FROM interactions_interactionlogentry WHERE entry_no %% 12 = 0 AND entry_no BETWEEN %s AND %s
"""


def _insert() -> str:
    columns, values = _columns(InteractionLogEntry, _VALUES)
    return f"INSERT INTO {InteractionLogEntry._meta.db_table} ({columns}) SELECT {values} {_FROM}"


def _of_entries(statement: str, model: type[models.Model], given: dict[str, str]) -> str:
    columns, values = _columns(model, given)
    return statement.replace("FIELDS", columns).replace("VALUES", values)


def _columns(model: type[models.Model], given: dict[str, str]) -> tuple[str, str]:
    """All columns of a table, and what they get: blank unless ``given`` says something."""
    fields = list(model._meta.concrete_fields)
    values = [given.get(str(field.column)) or _blank(field) for field in fields]
    return ", ".join(str(field.column) for field in fields), ", ".join(values)


def _blank(field: Any) -> str:
    if field.null:
        return "NULL"
    value = field.get_default()
    return f"'{value}'" if isinstance(value, str) else str(value)


_FILES = _of_entries(
    _FILES,
    InteractionAttachment,
    {
        "id": "attachment_id",
        "no": "entry_no + 1000000",
        "file_extension": "'docx'",
        "file_name": "'Letter'",
        "version": "1",
    },
)
_COMMENTS = _of_entries(
    _COMMENTS,
    InteractionComment,
    {
        "id": "md5('comment' || entry_no)::uuid", "entry_id": "id", "line_no": "10000", "date": "date",
        "comment": "'More about what was said, with ' || description", "version": "1",
    },
)  # fmt: skip


def _parties(cursor: Any) -> int:
    """The contacts in the order of how much is said to them; answers how many there are."""
    cursor.execute(
        "CREATE TEMPORARY TABLE benchmark_party (place bigint PRIMARY KEY, id uuid, company_id uuid) ON COMMIT DROP"
    )
    cursor.execute(
        "INSERT INTO benchmark_party SELECT row_number() OVER (ORDER BY md5(no)), id,"
        " CASE WHEN type = 'company' THEN id ELSE company_id END FROM contacts_contact"
    )
    found: int = cursor.rowcount
    cursor.execute("ANALYZE benchmark_party")
    return found


def _kinds(cursor: Any) -> None:
    """10,000 slots, each with what an interaction takes from its template."""
    cursor.execute(
        "CREATE TEMPORARY TABLE benchmark_kind (slot int PRIMARY KEY, code text, grp text, flow text, by text,"
        " correspondence text, cost numeric, minutes numeric) ON COMMIT DROP"
    )
    slots: list[list[Any]] = []
    for each in InteractionTemplate.objects.order_by("code"):
        kind = [each.code, each.interaction_group_code, each.information_flow, each.initiated_by]
        kind += [each.correspondence_type_default, each.unit_cost_lcy, each.unit_duration_min]
        slots += [kind] * _SHARES.get(each.code, 1)
    slots += [next(slot for slot in slots if slot[0] == "EMAIL")] * (_SLOTS - len(slots))
    rows = [[place, *kind] for place, kind in enumerate(slots[:_SLOTS])]
    cursor.executemany("INSERT INTO benchmark_kind VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", rows)
    cursor.execute("ANALYZE benchmark_kind")


@contextmanager
def _without_indexes(cursor: Any, *filled: type[models.Model]) -> Iterator[None]:
    """Indexes that back no constraint are built anew at the end, which takes a fraction of the time."""
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = ANY (%s::regclass[])"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [[model._meta.db_table for model in filled]],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in found:
        cursor.execute(definition)


def largest() -> Any:
    """The company with most people."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT company_id FROM contacts_contact WHERE type = 'person' AND company_id IS NOT NULL"
            " GROUP BY company_id ORDER BY count(*) DESC, company_id LIMIT 1"
        )
        return cursor.fetchone()[0]


def _gather_people() -> None:
    """One company has 2,000 people: those it had, and others who worked for nobody."""
    company = largest()
    missing = PEOPLE - Contact.objects.filter(company_id=company, type="person").count()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE contacts_contact p SET company_id = c.id, company_no = c.no, company_name = c.name"
            "  FROM contacts_contact c"
            " WHERE c.id = %s AND p.id IN (SELECT id FROM contacts_contact WHERE type = 'person' AND company_id IS NULL"
            " ORDER BY no LIMIT %s)",
            [company, max(missing, 0)],
        )
