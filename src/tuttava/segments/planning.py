"""What is planned for contacts of a segment: the header's values and the contact's own, set-based (S-12 to S-15, S-18).

The same statement serves one line that somebody types, the hundred thousand that a step adds, and those that follow
when the header gets another template.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, LiteralString

from django.db import connection, models
from psycopg import sql

from tuttava.contacts.models import Contact, CorrespondenceType
from tuttava.foundation.context import current
from tuttava.foundation.ids import new_id
from tuttava.foundation.journal import told_elsewhere
from tuttava.foundation.lines import LINE_STEP
from tuttava.interactions.models import InteractionTemplate
from tuttava.segments.models import HistoryAction, Segment, SegmentHistoryEntry, SegmentLine

#: Values of a line that come from the header as they are, by the line's attribute name (S-12).
FROM_HEADER = {
    "description": "description",
    "campaign_no": "campaign_no",
    "interaction_template_code": "interaction_template_code",
    "interaction_group_code": "interaction_group_code",
    "cost_lcy": "unit_cost",
    "duration_min": "unit_duration",
    "date": "date",
    "campaign_target": "campaign_target",
    "campaign_response": "campaign_response",
    "information_flow": "information_flow",
    "initiated_by": "initiated_by",
    "send_word_doc_as_attachment": "send_word_docs_as_attachment",
}
#: What a line takes from the content of the segment in its language (S-18).
BY_LANGUAGE = ("interaction_language_code", "subject", "attachment_id", "word_template_code")
_OF_LINE = (
    *("contact_id", "contact_company_id", "salesperson_code", "correspondence_type", "contact_alt_address_id"),
    *BY_LANGUAGE,
)
#: Lines written by one statement.
TOGETHER = 20_000
#: So many new lines change how the table is best read.
MANY = 2_000

# A company is its own company contact, an independent person has none. The language is the contact's where the segment
# has content in it, else the segment's own (S-18); the address is that of the line's date (S-15).
_OF_CONTACT: LiteralString = """
SELECT c.id AS contact_id,
       CASE WHEN c.type = 'company' THEN c.id ELSE c.company_id END AS contact_company_id,
       coalesce(%(salesperson)s, (SELECT s.code FROM partners_salesperson s WHERE s.code = c.salesperson_code
                                   AND NOT s.blocked AND NOT s.privacy_blocked)) AS salesperson_code,
       CASE WHEN %(forced)s <> '' THEN %(forced)s
            WHEN %(template_default)s IS NOT NULL AND (%(template_ignores)s OR c.correspondence_type = 'none')
            THEN %(template_default)s
            ELSE c.correspondence_type END AS correspondence_type,
       ({address}) AS contact_alt_address_id,
       coalesce(l.language_code, %(language)s) AS interaction_language_code,
       CASE WHEN l.id IS NULL THEN %(subject)s ELSE l.subject END AS subject,
       l.attachment_id,
       CASE WHEN l.attachment_id IS NULL THEN coalesce(l.word_template_code, %(word_template)s)
            ELSE l.word_template_code END AS word_template_code
  FROM contacts_contact c
  LEFT JOIN LATERAL (
    SELECT g.* FROM segments_segmentinteractionlanguage g
     WHERE g.segment_id = %(segment)s AND g.line_id IS NULL
       AND g.language_code IS NOT DISTINCT FROM
           CASE WHEN EXISTS (SELECT 1 FROM segments_segmentinteractionlanguage h WHERE h.segment_id = %(segment)s
                              AND h.line_id IS NULL AND h.language_code = c.language_code)
                THEN c.language_code ELSE %(language)s END
  ) l ON true
"""
# The address that applies to contact ``c`` on a day (C-54).
_ADDRESS: LiteralString = """
SELECT p.alt_address_id FROM contacts_contactaltaddressperiod p
 WHERE p.contact_id = c.id AND p.starting_date <= {day} AND (p.ending_date IS NULL OR p.ending_date >= {day})
 ORDER BY p.starting_date DESC LIMIT 1
"""
_PLANNED = sql.SQL(_OF_CONTACT).format(address=sql.SQL(_ADDRESS).format(day=sql.Placeholder("date")))


def header_values(segment: Segment) -> dict[str, Any]:
    """What each line takes from the header (S-12)."""
    values = {ours: getattr(segment, theirs) for ours, theirs in FROM_HEADER.items()}
    for name in ("interaction_template_code", "interaction_group_code"):
        values[name] = values[name] or ""
    return {**values, "segment_no": segment.no, "evaluation": "none", "merged": False}


def planned_for(segment: Segment, contact: Contact) -> dict[str, Any]:
    """All values of a line about one contact, by attribute name."""
    statement = sql.SQL("{} WHERE c.id = %(contact)s").format(_PLANNED)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**_parameters(segment), "contact": contact.pk})
        row = cursor.fetchone()
    if row is None:
        raise Contact.DoesNotExist
    return header_values(segment) | dict(zip(_OF_LINE, row, strict=True))


def insert_lines(
    segment: Segment, contacts: Sequence[uuid.UUID], step: int, more: Mapping[str, Sequence[Any]] | None = None
) -> int:
    """Append a line for each contact, in order, and write it into the history of ``step``; how many (S-32, S-46).

    Contacts that are gone are left out. ``more``: values of single lines that go before what is planned, by column.
    The segment must be locked; its last line number is moved on.
    """
    made = 0
    with quietly(len(contacts)):
        for some in _portions(len(contacts)):
            values = {name: list(column[some]) for name, column in (more or {}).items()}
            made += _insert(segment, contacts[some], step, values)
    if made >= MANY:
        _look_again()
    return made


def quietly(lines: int) -> AbstractContextManager[None]:
    """Lines of a large step are told by the history of the segment alone, not once more by the journal."""
    return told_elsewhere() if lines >= MANY else nullcontext()


def _look_again() -> None:
    """Let the database know at once how many lines there are, or the next step over them is planned for a few."""
    with connection.cursor() as cursor:
        for model in (SegmentLine, SegmentHistoryEntry):
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(model._meta.db_table)))


def _portions(count: int) -> Iterator[slice]:
    return (slice(start, start + TOGETHER) for start in range(0, count, TOGETHER))


def _insert(segment: Segment, contacts: Sequence[uuid.UUID], step: int, more: Mapping[str, list[Any]]) -> int:
    first = segment.last_line_no + LINE_STEP
    numbers = list(range(first, first + LINE_STEP * len(contacts), LINE_STEP))
    columns = {field.attname: field for field in SegmentLine._meta.concrete_fields}
    shared = {**_blank_values(), **header_values(segment), "segment_id": segment.pk}
    fixed = [name for name in columns if name not in (*_OF_LINE, *more, "id", "line_no", "version")]
    planned = [name for name in _OF_LINE if name not in more]
    statement = sql.SQL(
        "INSERT INTO segments_segmentline ({into}) SELECT n.id, 1, n.line_no, {taken}"
        " FROM unnest(%(ids)s::uuid[], %(contacts)s::uuid[], %(numbers)s::bigint[]{arrays})"
        " AS n(id, contact_id, line_no{names}) CROSS JOIN LATERAL ({planned} WHERE c.id = n.contact_id) p"
    ).format(
        into=_columns(["id", "version", "line_no", *planned, *more, *fixed]),
        taken=sql.SQL(", ").join(
            [
                *(sql.Identifier("p", name) for name in planned),
                *(sql.Identifier("n", name) for name in more),
                *(_parameter(f"v_{name}", columns[name]) for name in fixed),
            ]
        ),
        arrays=sql.SQL("").join(sql.SQL(", {}[]").format(_parameter(f"m_{name}", columns[name])) for name in more),
        names=sql.SQL("").join(sql.SQL(", {}").format(sql.Identifier(name)) for name in more),
        planned=_PLANNED,
    )
    parameters = {f"v_{name}": columns[name].get_db_prep_save(shared[name], connection) for name in fixed}
    parameters |= {f"m_{name}": column for name, column in more.items()} | _parameters(segment)
    ids = [new_id() for _contact in contacts]
    parameters |= {"ids": ids, "contacts": list(contacts), "numbers": numbers}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        made = int(cursor.rowcount)
    segment.last_line_no = numbers[-1]
    Segment.objects.filter(pk=segment.pk).update(last_line_no=numbers[-1])
    note_lines(segment, step, numbers)
    return made


def note_lines(segment: Segment, step: int, numbers: Sequence[int]) -> None:
    """Write into the history that the lines of these numbers came with ``step`` (S-32)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO segments_segmenthistoryentry"
            " (id, version, segment_id, action_no, line_no, contact_id, action_taken, before)"
            " SELECT gen_random_uuid(), 1, segment_id, %s, line_no, contact_id, %s, '{}' FROM segments_segmentline"
            " WHERE segment_id = %s AND line_no = ANY (%s)",
            [step, HistoryAction.INSERTION, segment.pk, list(numbers)],
        )


def plan_anew(
    segment: Segment, names: Sequence[str], *, template: str | None = None, beside: str = "", own_too: bool = False
) -> None:
    """Give lines what contact, template and languages of the segment say now, in the columns ``names``.

    ``template``: only lines of this one; ``beside``: none in this language. Set-based. Lines with content of their own
    are left alone (S-19) unless ``own_too``; those without a contact have nothing to follow.
    """
    statement = sql.SQL(
        "UPDATE segments_segmentline t SET ({names}) = ROW({values})"
        " FROM segments_segmentline o CROSS JOIN LATERAL ({planned} WHERE c.id = o.contact_id) p"
        " WHERE o.id = t.id AND o.segment_id = %(segment)s"
        " AND (%(only)s IS NULL OR o.interaction_template_code = %(only)s)"
        " AND coalesce(o.interaction_language_code, '') IS DISTINCT FROM nullif(%(beside)s, '')"
        " AND (%(own_too)s"
        " OR NOT EXISTS (SELECT 1 FROM segments_segmentinteractionlanguage w WHERE w.line_id = o.id))"
        " AND ROW({before}) IS DISTINCT FROM ROW({values})"
    ).format(
        names=_columns(names),
        values=sql.SQL(", ").join(sql.Identifier("p", name) for name in names),
        before=sql.SQL(", ").join(sql.Identifier("o", name) for name in names),
        planned=_PLANNED,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {**_parameters(segment), "only": template, "beside": beside, "own_too": own_too})


def move_addresses(segment: Segment, day: dt.date | None) -> None:
    """Lines of the segment's template get another date: an address nobody chose moves along (S-15)."""
    statement = sql.SQL(
        "UPDATE segments_segmentline l SET contact_alt_address_id = ({now}) FROM contacts_contact c"
        " WHERE l.segment_id = %(segment)s AND l.interaction_template_code = %(template)s AND c.id = l.contact_id"
        " AND l.contact_alt_address_id IS NOT DISTINCT FROM ({before})"
        " AND l.contact_alt_address_id IS DISTINCT FROM ({now})"
    ).format(
        now=sql.SQL(_ADDRESS).format(day=sql.Placeholder("day")),
        before=sql.SQL(_ADDRESS).format(day=sql.SQL("coalesce(l.date, {})").format(sql.Placeholder("today"))),
    )
    today = current().date
    parameters = {"segment": segment.pk, "template": segment.interaction_template_code or "", "today": today}
    with connection.cursor() as cursor:
        cursor.execute(statement, {**parameters, "day": day or today})


def _columns(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)


def _parameter(name: str, field: models.Field[Any, Any]) -> sql.Composable:
    kind = str(field.db_type(connection)).partition("(")[0]
    return sql.SQL("{}::{}").format(sql.Placeholder(name), sql.SQL(kind))


def _blank_values() -> dict[str, Any]:
    made = SegmentLine()
    return {field.attname: getattr(made, field.attname) for field in SegmentLine._meta.concrete_fields}


def _parameters(segment: Segment) -> dict[str, Any]:
    """What the statement asks of header and template (S-13, S-14)."""
    template = InteractionTemplate.objects.filter(code=segment.interaction_template_code).first()
    wished = segment.correspondence_type_default
    forced = wished if segment.ignore_contact_correspondence_type and wished != CorrespondenceType.NONE else ""
    return {
        "segment": segment.pk,
        "salesperson": segment.salesperson_code,
        "forced": forced,
        "template_default": template.correspondence_type_default if template else None,
        "template_ignores": bool(template and template.ignore_contact_correspondence_type),
        "date": segment.date,
        "language": segment.language_default_code,
        "subject": segment.subject_default,
        "word_template": segment.word_template_code,
    }
