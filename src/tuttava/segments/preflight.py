"""What is in the way of logging a segment: all lines that fail, found together (S-61 to S-63, S-68)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, LiteralString

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg import sql

from tuttava.contacts.models import Contact
from tuttava.contacts.privacy import masked
from tuttava.foundation.errors import Detail, DomainError
from tuttava.interactions import related
from tuttava.interactions.logging_many import ADDRESS, REACH
from tuttava.interactions.models import InteractionDocumentType
from tuttava.segments.errors import already_logged, segment_empty
from tuttava.segments.models import LoggedSegment, Segment, SegmentLine

#: Problems told at most; all of them are counted.
MOST = 100
#: What keeps a line only from being delivered: it can be logged all the same (S-63).
SKIPPABLE = ("email_address_missing", "attachment_missing", "contact.privacy_blocked")

#: In the order in which the problems of a line are told: code, field, and what is wrong with a row ``r`` then.
_WRONG: tuple[tuple[str, str, LiteralString], ...] = (
    ("field_required", "date", "r.date IS NULL"),
    ("contact.privacy_blocked", "contact_id", "c.privacy_blocked"),
    ("field_required", "salesperson_code", "r.salesperson_code IS NULL AND r.document_type = %(by_hand)s"),
    ("field_required", "interaction_template_code", "r.interaction_template_code = ''"),
    ("not_found", "interaction_template_code", "t.code IS NULL AND r.interaction_template_code <> ''"),
    ("not_found", "campaign_no", "r.campaign_no = ANY (%(campaigns)s::text[])"),
    (
        *("email_address_missing", "correspondence_type"),
        "%(deliver)s AND r.correspondence_type = 'email' AND " + ADDRESS + " = ''",
    ),
    (
        *("attachment_missing", "attachment_id"),
        "%(deliver)s AND r.correspondence_type <> 'none' AND r.attachment_id IS NULL AND w.content_id IS NULL",
    ),
)
# Most lines have none: their conditions are looked at once, not one row for each.
_PROBLEMS = sql.SQL("""
 FROM segments_segmentline r{reach}
 LEFT JOIN interactions_interactiontemplate t ON t.code = r.interaction_template_code
 LEFT JOIN interactions_wordtemplate w ON w.code = r.word_template_code
 CROSS JOIN LATERAL (VALUES {each}) p(place, code, field, wrong)
 WHERE r.segment_id = %(segment)s AND ({any}) AND p.wrong AND p.code <> ALL (%(skipped)s::text[])
""").format(
    reach=sql.SQL(REACH),
    any=sql.SQL(" OR ").join(sql.SQL(wrong) for _code, _field, wrong in _WRONG),
    each=sql.SQL(", ").join(
        sql.SQL("({}, {}, {}, {})").format(sql.Literal(place), sql.Literal(code), sql.Literal(field), sql.SQL(wrong))
        for place, (code, field, wrong) in enumerate(_WRONG)
    ),
)
_FIND = sql.SQL("SELECT r.line_no, r.contact_id, p.code, p.field{problems} ORDER BY r.line_no, p.place LIMIT %(most)s")
_COUNT = sql.SQL("SELECT p.code, count(*){problems} GROUP BY p.code")
_KINDS = sql.SQL("SELECT p.code, p.field, count(*){problems} GROUP BY p.code, p.field ORDER BY min(p.place)")


@dataclass(frozen=True)
class Problem:
    """Why a line (0: the segment itself) cannot be logged, with the stable code of the refusal.

    ``contact_name`` is masked where the user may not see it.
    """

    code: str
    message: str
    field: str = ""
    line_no: int = 0
    contact_no: str = ""
    contact_name: str = ""

    @property
    def is_skippable(self) -> bool:
        """Whether the line can be logged undelivered."""
        return self.code in SKIPPABLE


def problems(segment: Segment, *, deliver: bool = True, skip_undeliverable: bool = False) -> list[Problem]:
    """What is in the way: of the segment itself, else of its lines in their order, the first :data:`MOST`.

    ``skip_undeliverable``: without what keeps lines only from being delivered.
    """
    header = _of_header(segment)
    if header is not None:
        return [_told(header)]
    found = _rows(_FIND, segment, deliver, skip_undeliverable)
    contacts = Contact.objects.in_bulk([contact for _line, contact, _code, _field in found])
    return [
        _problem(line_no, masked(contacts[contact]), code, field)
        for line_no, contact, code, field in found
        if contact in contacts
    ]


def count_problems(segment: Segment, *, deliver: bool = True, skip_undeliverable: bool = False) -> dict[str, int]:
    """How many of each code there are on the lines, those included that :func:`problems` leaves out."""
    return dict(_rows(_COUNT, segment, deliver, skip_undeliverable))


def kinds_of_problems(
    segment: Segment, *, deliver: bool = True, skip_undeliverable: bool = False
) -> list[tuple[str, str, int]]:
    """What is in the way of lines, all of them counted: code, field, how many."""
    return [(code, field, count) for code, field, count in _rows(_KINDS, segment, deliver, skip_undeliverable)]


def refuse(segment: Segment, *, deliver: bool, skip_undeliverable: bool) -> None:
    """Raise what is in the way, all lines together: the code is the first one's, the rest are its details."""
    header = _of_header(segment)
    if header is not None:
        raise header
    found = problems(segment, deliver=deliver, skip_undeliverable=skip_undeliverable)
    if not found:
        return
    total = len(found)
    if total == MOST:
        counts = count_problems(segment, deliver=deliver, skip_undeliverable=skip_undeliverable)
        total = sum(counts.values())
    text = ngettext(
        "Segment %(no)s cannot be logged: %(count)s problem. %(first)s",
        "Segment %(no)s cannot be logged: %(count)s problems. The first: %(first)s",
        total,
    )
    raise DomainError(
        found[0].code,
        text % {"no": segment.no, "count": total, "first": found[0].message},
        field=found[0].field,
        rule="S-62",
        details=[Detail(each.code, each.message, str(each.line_no)) for each in found],
    )


def _of_header(segment: Segment) -> DomainError | None:
    """S-61."""
    if LoggedSegment.objects.filter(segment_no=segment.no).exclude(entry_no=segment.logged_as).exists():
        return already_logged(segment.no)
    if not segment.description.strip():
        return DomainError(
            "field_required",
            _("Segment %(no)s needs a description before it is logged.") % {"no": segment.no},
            field="description",
            rule="S-61",
        )
    if not SegmentLine.objects.filter(segment=segment, contact__isnull=False).exists():
        return segment_empty()
    return None


def _told(error: DomainError) -> Problem:
    return Problem(error.code, str(error.message), error.field)


def _rows(statement: sql.SQL, segment: Segment, deliver: bool, skip: bool) -> list[tuple[Any, ...]]:
    parameters: dict[str, Any] = {
        "segment": segment.pk,
        "deliver": deliver,
        "skipped": list(SKIPPABLE) if skip else [],
        "campaigns": _unknown_campaigns(segment),
        "by_hand": InteractionDocumentType.NONE.value,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement.format(problems=_PROBLEMS), parameters)
        return list(cursor.fetchall())


def _unknown_campaigns(segment: Segment) -> list[str]:
    """Campaigns of lines that no room knows."""
    lines = SegmentLine.objects.filter(segment=segment, contact__isnull=False).exclude(campaign_no="").order_by()
    named = set(lines.values_list("campaign_no", flat=True).distinct())
    provider = related.kind("campaign")
    return sorted(named - set(provider.descriptions(named)) if provider and named else named)


def _problem(line_no: int, contact: Contact, code: str, field: str) -> Problem:
    words = {
        "contact.privacy_blocked": _("%(contact)s is privacy-blocked and cannot be used for new work."),
        "email_address_missing": _("%(contact)s has no e-mail address. Enter one, or change the correspondence type."),
        "attachment_missing": _("The line of %(contact)s has nothing to send: neither attachment nor Word template."),
    }
    missing = {
        "date": _("The line of %(contact)s needs a date."),
        "salesperson_code": _("The line of %(contact)s needs a salesperson."),
        "interaction_template_code": _("The line of %(contact)s needs an interaction template."),
    }
    gone = {
        "interaction_template_code": _("The interaction template of the line of %(contact)s does not exist any more."),
        "campaign_no": _("The campaign of the line of %(contact)s does not exist."),
    }
    text = words.get(code) or {"field_required": missing, "not_found": gone}[code][field]
    return Problem(code, text % {"contact": contact.name}, field, line_no, contact.no, contact.name)
