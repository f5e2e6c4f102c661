"""Rules of the lines of segments (S-12 to S-18, S-21, S-26 to S-28, S-31)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from tuttava.contacts.addresses import active_address
from tuttava.contacts.models import Contact, CorrespondenceType
from tuttava.contacts.privacy import use_contact_for_new_work
from tuttava.foundation.context import tell
from tuttava.foundation.errors import DomainError
from tuttava.foundation.lines import LINE_STEP
from tuttava.foundation.records import Edit, Rules, lock, register
from tuttava.interactions.models import InteractionTemplate
from tuttava.segments import contents, criteria_log, planning, removing
from tuttava.segments.checking import check_salesperson, hold_segments
from tuttava.segments.models import CriteriaAction, Segment, SegmentInteractionLanguage, SegmentLine
from tuttava.segments.signals import lines_changed, lines_removed

Line = Edit[SegmentLine]

#: What a template gives a line (S-16).
_FROM_TEMPLATE = {
    "interaction_group_code": "interaction_group_code",
    "cost_lcy": "unit_cost_lcy",
    "duration_min": "unit_duration_min",
    "information_flow": "information_flow",
    "initiated_by": "initiated_by",
    "campaign_target": "campaign_target",
    "campaign_response": "campaign_response",
}

# What an edit of a line remembers until it is stored: the template that was chosen, or None for none (S-16).
_TEMPLATE = "segments.template"
#: What campaigns look at (K-13).
_HEARD = ("contact_id", "campaign_no", "campaign_target")


@register
class SegmentLineRules(Rules[SegmentLine]):
    model = SegmentLine
    set_name = "segmentLines"

    def hold(self, ids: Sequence[uuid.UUID]) -> None:
        """The segment comes first."""
        hold_segments(Segment.objects.filter(pk__in=SegmentLine.objects.filter(pk__in=ids).values("segment")))

    def enter_contact_id(self, edit: Line, value: uuid.UUID | None) -> None:
        """S-12: the line begins anew with what header and contact say."""
        if value == edit.get("contact_id"):
            return
        contact = Contact.objects.filter(pk=value).first() if value else None
        if value and contact is None:
            raise DomainError("contact_not_found", _("The contact does not exist any more."), field="contact_id")
        edit.put("contact_id", value)
        if contact is None:
            edit.put("contact_company_id", None)
            edit.put("contact_alt_address_id", None)
            return
        use_contact_for_new_work(contact)
        if contact.exclude_from_segment:
            tell(
                "contact.excluded",
                _("%(name)s asked not to be on segments.") % {"name": contact.name},
                severity="warning",
            )
        for name, planned in planning.planned_for(edit.record.segment, contact).items():
            edit.derive(name, planned)

    def enter_salesperson_code(self, edit: Line, value: str | None) -> None:
        if value:
            check_salesperson(value)
        edit.put("salesperson_code", value)

    def enter_date(self, edit: Line, value: dt.date | None) -> None:
        """S-15: the address moves along where nobody chose it."""
        contact, before = edit.record.contact, edit.get("date")
        edit.put("date", value)
        if contact is None or value == before:
            return
        was = active_address(contact, before)
        if edit.get("contact_alt_address_id") == (was.pk if was else None):
            now = active_address(contact, value)
            edit.derive("contact_alt_address_id", now.pk if now else None)

    def enter_interaction_template_code(self, edit: Line, value: str) -> None:
        """S-16, S-17: its own content where the template is not the segment's."""
        contact, before = edit.record.contact, edit.get("interaction_template_code")
        if value == before:
            return
        if contact is None:
            raise DomainError(
                "field_required", _("Choose the contact of the line first."), field="contact_no", rule="S-16"
            )
        template = InteractionTemplate.objects.filter(code=value).first() if value else None
        if value and template is None:
            raise DomainError(
                "not_found",
                _("There is no interaction template “%(code)s”. Choose one that exists.") % {"code": value},
                field="interaction_template_code",
            )
        edit.put("interaction_template_code", value)
        edit.memory[_TEMPLATE] = template
        if template is None:
            blank = SegmentLine()
            for name in (*_FROM_TEMPLATE, "correspondence_type"):
                edit.derive(name, getattr(blank, name))
            return
        for ours, theirs in _FROM_TEMPLATE.items():
            value = getattr(template, theirs)
            edit.derive(ours, "" if value is None else value)
        if not edit.get("description") or (before and before != value):
            edit.derive("description", template.description)
        header = edit.record.segment
        edit.derive("campaign_no", header.campaign_no or template.campaign_no or edit.get("campaign_no"))
        edit.derive("correspondence_type", _correspondence(edit, header, template, contact))

    def enter_interaction_language_code(self, edit: Line, value: str | None) -> None:
        """S-21."""
        if not edit.get("interaction_template_code"):
            raise DomainError(
                "field_required",
                _("Choose the interaction template of the line first."),
                field="interaction_template_code",
                rule="S-21",
            )
        row = _row_in(edit, value)
        edit.put("interaction_language_code", value)
        edit.derive("subject", row.subject if row else "")
        edit.derive("attachment_id", row.attachment_id if row else None)
        edit.derive("word_template_code", row.word_template_code if row else None)

    def before_save(self, edit: Line) -> None:
        """A new line goes to the end of its segment."""
        header = edit.record.segment
        edit.put("segment_no", header.no)
        if edit.is_new and not edit.get("line_no"):
            held: Segment = lock(header)
            held.last_line_no += LINE_STEP
            Segment.objects.filter(pk=held.pk).update(last_line_no=held.last_line_no)
            edit.put("line_no", held.last_line_no)

        if not edit.is_new and edit.changed("contact_id"):
            _take_contact_out(edit)

    def after_save(self, edits: Sequence[Line]) -> None:
        for edit in edits:
            if _TEMPLATE in edit.memory:
                _own_content(edit)
            line = edit.record
            if edit.changed("contact_id") and line.contact is not None:
                step = criteria_log.record_contact(line.segment, CriteriaAction.ADD, line.contact.no)
                planning.note_lines(line.segment, step, [line.line_no])
            if not edit.is_new and edit.changed(*_HEARD):
                lines_changed.send(sender=SegmentLine, segment=line.segment)

    def before_delete(self, record: SegmentLine) -> None:
        """S-26, S-31: a step of its own; what is the line's own goes along, and can come back with it."""
        rows = SegmentInteractionLanguage.objects.filter(line=record)
        if record.contact is None:
            contents.drop_rows(rows)
            return
        step = criteria_log.record_contact(record.segment, CriteriaAction.REDUCE, record.contact.no)
        removing.keep(record.segment, [record.pk], step)
        rows._raw_delete(rows.db)

    def after_delete(self, record: SegmentLine) -> None:
        removing.after_removal(record.segment, [record.contact_id])

    def describe(self, record: SegmentLine) -> str:
        return _("line %(line)s of segment %(no)s") % {"line": record.line_no or "", "no": record.segment.no}


def _row_in(edit: Line, language: str | None) -> SegmentInteractionLanguage | None:
    """The row that says what the line has in a language: one of its own, or without any that of the segment (S-21)."""
    header = edit.record.segment
    if not edit.is_new and contents.rows_of(header, edit.record).exists():
        return contents.row_of(header, language, edit.record)
    if edit.get("interaction_template_code") != (header.interaction_template_code or ""):
        return None
    return contents.row_of(header, language)


def _take_contact_out(edit: Line) -> None:
    """S-12, S-31: another contact begins without what was the line's own; going back brings it back."""
    rows = SegmentInteractionLanguage.objects.filter(line=edit.record)
    before = Contact.objects.filter(pk=edit.old("contact_id")).first()
    if before is None:
        contents.drop_rows(rows)
        return
    segment = edit.record.segment
    step = criteria_log.record_contact(segment, CriteriaAction.REDUCE, before.no)
    removing.keep(segment, [edit.record.pk], step)
    rows._raw_delete(rows.db)
    lines_removed.send(sender=SegmentLine, segment=segment, contacts=[before.pk])


def _correspondence(edit: Line, header: Segment, template: InteractionTemplate, contact: Contact) -> str:
    """S-14 for a template that was set on the line itself."""
    wished = header.correspondence_type_default
    if header.ignore_contact_correspondence_type and wished != CorrespondenceType.NONE:
        return str(wished)
    if template.ignore_contact_correspondence_type:
        return str(template.correspondence_type_default)
    if contact.correspondence_type != CorrespondenceType.NONE:
        return str(contact.correspondence_type)
    if template.correspondence_type_default != CorrespondenceType.NONE:
        return str(template.correspondence_type_default)
    return str(edit.get("correspondence_type"))


def _own_content(edit: Line) -> None:
    """S-16: rows of its own for another template than the segment's, none for the same."""
    line, template = edit.record, edit.memory[_TEMPLATE]
    contents.drop_rows(SegmentInteractionLanguage.objects.filter(line=line))
    contact = line.contact
    if contact is None or template is None:
        values = dict.fromkeys(planning.BY_LANGUAGE) | {"subject": ""}
    elif template.code == line.segment.interaction_template_code:
        planned = planning.planned_for(line.segment, contact)
        values = {name: planned[name] for name in planning.BY_LANGUAGE}
    else:
        contents.copy_rows(line.segment, line, template.code)
        values = contents.unique_values(line, contact, template)
    contents.write_line(line, {name: value for name, value in values.items() if name not in edit.typed})
