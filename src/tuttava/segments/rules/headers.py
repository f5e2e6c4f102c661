"""Rules of segments themselves, and of what flows from the header to its lines (S-1 to S-11)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tuttava.contacts.models import CorrespondenceType
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation.context import ask, current
from tuttava.foundation.errors import DomainError
from tuttava.foundation.numbered import Numbered
from tuttava.foundation.records import Edit, register
from tuttava.interactions import related
from tuttava.interactions.models import InteractionDraft, InteractionTemplate
from tuttava.partners.own import own_salesperson
from tuttava.segments import contents, planning, removing
from tuttava.segments.checking import check_salesperson, hold_segments
from tuttava.segments.models import (
    Segment,
    SegmentInteractionLanguage,
    SegmentLine,
)
from tuttava.segments.signals import lines_changed

#: Header fields that flow to the lines of the same template, with the line's name of each (S-6).
FLOWING = {
    "description": "description",
    "campaign_no": "campaign_no",
    "salesperson_code": "salesperson_code",
    "unit_cost": "cost_lcy",
    "unit_duration": "duration_min",
    "date": "date",
    "campaign_target": "campaign_target",
    "campaign_response": "campaign_response",
    "information_flow": "information_flow",
    "initiated_by": "initiated_by",
    "send_word_docs_as_attachment": "send_word_doc_as_attachment",
    "word_template_code": "word_template_code",
}
#: What a template gives its segment (S-10).
_FROM_TEMPLATE = {
    "language_default_code": "default_language_code",
    "interaction_group_code": "interaction_group_code",
    "unit_cost": "unit_cost_lcy",
    "unit_duration": "unit_duration_min",
    "information_flow": "information_flow",
    "initiated_by": "initiated_by",
    "campaign_target": "campaign_target",
    "campaign_response": "campaign_response",
    "correspondence_type_default": "correspondence_type_default",
    "ignore_contact_correspondence_type": "ignore_contact_correspondence_type",
    "word_template_code": "word_template_code",
}
#: What a template that was applied gives to every line, beside what its contact decides (S-10).
_APPLIED = (
    *("interaction_template_code", "interaction_group_code", "cost_lcy", "duration_min"),
    *("campaign_target", "campaign_response", "information_flow", "initiated_by"),
)
# What an edit of a segment remembers until it is stored.
_TEMPLATE = "segments.template_applied"  # the names of what the chosen template gives to all lines (S-10)
_FLOW = "segments.flow"  # changed values go to the lines (S-6)
_SUBJECT = "segments.subject_before"  # the subject that a new one replaces (S-22)
_LANGUAGE = "segments.new_language"  # the language whose row is created (S-20)


@register
class SegmentRules(Numbered[Segment]):
    model = Segment
    set_name = "segments"
    series_field = "segment_nos"
    number_rule = "S-1"

    def series_code(self) -> str:
        return marketing_setup().segment_nos_code or ""

    def series_hint(self) -> str:
        return _("No number series for segments is set up. Choose one in the marketing setup.")

    def hold(self, ids: Sequence[uuid.UUID]) -> None:
        """Nothing of a segment changes while it is being logged."""
        hold_segments(Segment.objects.filter(pk__in=ids))

    def describe(self, record: Segment) -> str:
        return _("segment %(no)s") % {"no": record.no or _("(new)")}

    def enter_salesperson_code(self, edit: Edit[Segment], value: str | None) -> None:
        if value:
            check_salesperson(value)
        edit.put("salesperson_code", value)

    def enter_campaign_no(self, edit: Edit[Segment], value: str) -> None:
        """S-9: target and response need a campaign."""
        related.require_existing("campaign", {value})
        edit.put("campaign_no", value)
        if not value:
            edit.put("campaign_target", False)
            edit.put("campaign_response", False)

    def enter_campaign_target(self, edit: Edit[Segment], value: bool) -> None:
        _needs_campaign(edit, "campaign_target", value)

    def enter_campaign_response(self, edit: Edit[Segment], value: bool) -> None:
        _needs_campaign(edit, "campaign_response", value)

    def enter_interaction_template_code(self, edit: Edit[Segment], value: str | None) -> None:
        """S-10, S-11."""
        if value == edit.get("interaction_template_code"):
            return
        template = _template(value) if value else None
        if _has_lines(edit) and not ask(
            "q_apply_template",
            _("Give all lines of the segment the new template?"),
            default=True,
        ):
            if _inherits(edit):
                raise DomainError(
                    "lines_have_inherited_attachments",
                    _("Lines use the attachment of the segment. Give them the new template, too."),
                    field="interaction_template_code",
                    rule="S-10",
                )
            edit.put("interaction_template_code", value)
            return
        edit.put("interaction_template_code", value)
        edit.memory[_TEMPLATE] = _APPLIED
        empty = Segment()
        for ours, theirs in _FROM_TEMPLATE.items():
            edit.derive(ours, getattr(template, theirs) if template else getattr(empty, ours))
        edit.derive("subject_default", "")
        if template is not None and template.campaign_no:
            edit.memory[_TEMPLATE] = (*_APPLIED, "campaign_no")
            edit.derive("campaign_no", template.campaign_no)

    def enter_language_default_code(self, edit: Edit[Segment], value: str | None) -> None:
        """S-20: a language without content is offered a row of its own."""
        if value == edit.get("language_default_code"):
            return
        row = contents.row_of(edit.record, value) if not edit.is_new else None
        if row is None and value and edit.get("interaction_template_code"):
            question = _("There is no content in language %(language)s yet. Create it?") % {"language": value}
            if not ask("q_create_language_row", question, default=True):
                return
            edit.memory[_LANGUAGE] = value
        edit.derive("subject_default", row.subject if row else "")
        edit.put("language_default_code", value)

    def enter_subject_default(self, edit: Edit[Segment], value: str) -> None:
        """S-22: it is that of the row of the segment's language, and of the lines that still had the old one."""
        if value != edit.get("subject_default"):
            edit.memory[_SUBJECT] = edit.get("subject_default")
        edit.put("subject_default", value)

    def before_save_many(self, edits: Sequence[Edit[Segment]]) -> None:
        for edit in edits:
            if edit.is_new:
                _begin(edit)
            else:
                _ask_for_lines(edit)
        self.number_new(edits)

    def before_save(self, edit: Edit[Segment]) -> None:
        self.before_save_many([edit])

    def after_save(self, edits: Sequence[Edit[Segment]]) -> None:
        for edit in edits:
            if _TEMPLATE in edit.memory:
                contents.take_template(edit.record)
            if _LANGUAGE in edit.memory and contents.row_of(edit.record, edit.memory[_LANGUAGE]) is None:
                contents.create_row(edit.record, edit.memory[_LANGUAGE])
            if not edit.is_new and edit.changed("no"):
                _renumber(edit)
            if not edit.is_new:
                _flow(edit)
            if _SUBJECT in edit.memory:
                row = contents.rows_of(edit.record).filter(Q(language=edit.record.language_default_code))
                row.update(subject=edit.record.subject_default)

    def before_delete(self, record: Segment) -> None:
        """S-3: everything of it goes, without a question."""
        removing.drop_all(record)


def _renumber(edit: Edit[Segment]) -> None:
    """Lines and open wizards follow a new number; what was logged under the old one stays as it was (I-67)."""
    number = edit.record.no
    SegmentLine.objects.filter(segment=edit.record).update(segment_no=number)
    InteractionDraft.objects.filter(segment_no=edit.old("no")).update(segment_no=number)


def _begin(edit: Edit[Segment]) -> None:
    """S-2."""
    if not edit.get("salesperson_code") and "salesperson_code" not in edit.typed:
        edit.put("salesperson_code", own_salesperson() or None)
    if edit.get("date") is None:
        edit.put("date", current().date)


def _needs_campaign(edit: Edit[Segment], name: str, value: bool) -> None:
    if value and not edit.get("campaign_no"):
        raise DomainError(
            "field_required",
            _("The segment has no campaign. Choose one first."),
            field="campaign_no",
            rule="S-9",
        )
    edit.put(name, value)


def _template(code: str) -> InteractionTemplate:
    found = InteractionTemplate.objects.filter(code=code).first()
    if found is None:
        raise DomainError(
            "not_found",
            _("There is no interaction template “%(code)s”. Choose one that exists.") % {"code": code},
            field="interaction_template_code",
            rule="S-11",
        )
    return found


def _has_lines(edit: Edit[Segment]) -> bool:
    return not edit.is_new and SegmentLine.objects.filter(segment=edit.record).exists()


def _inherits(edit: Edit[Segment]) -> bool:
    """Whether a line has content of the header (S-23)."""
    shared = SegmentInteractionLanguage.objects.filter(segment=edit.record, line=None, attachment__isnull=False)
    lines = SegmentLine.objects.filter(segment=edit.record)
    return lines.filter(attachment__in=shared.values("attachment_id")).exists()


def _same_template(segment: Segment, template: str | None) -> QuerySet[SegmentLine]:
    return SegmentLine.objects.filter(segment=segment, interaction_template_code=template or "")


def _changing(edit: Edit[Segment]) -> dict[str, Any]:
    """What would flow to the lines (S-6, S-7)."""
    found = {theirs: edit.get(ours) for ours, theirs in FLOWING.items() if edit.changed(ours)}
    kind = edit.get("correspondence_type_default")
    if edit.changed("correspondence_type_default") and kind != CorrespondenceType.NONE and _sends(edit):
        found["correspondence_type"] = kind
    return found


def _sends(edit: Edit[Segment]) -> bool:
    """Whether the segment has something to send (S-7)."""
    if edit.get("interaction_template_code") and edit.get("word_template_code"):
        return True
    rows = contents.rows_of(edit.record).filter(Q(language=edit.get("language_default_code")))
    return rows.filter(attachment__isnull=False).exists()


def _ask_for_lines(edit: Edit[Segment]) -> None:
    """S-6, S-22: once for all fields of a change; nothing is asked when no line would change."""
    if _TEMPLATE in edit.memory:
        return
    template = edit.get("interaction_template_code")
    flows = bool(_changing(edit)) and _same_template(edit.record, template).exists()
    if flows or (_SUBJECT in edit.memory and _with_subject(edit).exists()):
        edit.memory[_FLOW] = ask("q_update_lines", _("Change the lines of the segment, too?"), default=True)


def _with_subject(edit: Edit[Segment]) -> QuerySet[SegmentLine]:
    """Lines in the segment's own language that still have the old subject (S-22)."""
    rows = _same_template(edit.record, edit.get("interaction_template_code"))
    return rows.filter(Q(interaction_language=edit.get("language_default_code")), subject=edit.memory[_SUBJECT])


def _flow(edit: Edit[Segment]) -> None:
    """S-6, S-7, S-10, S-22: set-based, and heard of by campaigns (K-13)."""
    segment = edit.record
    if _TEMPLATE in edit.memory:
        _apply_template(segment, edit.memory[_TEMPLATE])
    elif edit.memory.get(_FLOW):
        if _SUBJECT in edit.memory:
            _with_subject(edit).update(subject=segment.subject_default)
        changes = _changing(edit)
        if "date" in changes:
            planning.move_addresses(segment, changes["date"])
        if changes:
            _same_template(segment, segment.interaction_template_code).update(**changes)
    else:
        return
    lines_changed.send(sender=SegmentLine, segment=segment)


def _apply_template(segment: Segment, names: Collection[str]) -> None:
    """Every line gets what its template says; content of its own stays with the line that has it (S-10, S-11, S-19)."""
    rows = SegmentInteractionLanguage.objects.filter(segment=segment, line__isnull=False)
    kept = rows.filter(attachment__isnull=False).order_by().values("line_id")
    contents.drop_rows(rows.exclude(line__in=kept))
    lines = SegmentLine.objects.filter(segment=segment)
    if not segment.interaction_template_code:
        lines = lines.exclude(pk__in=kept)
    lines.update(**{name: value for name, value in planning.header_values(segment).items() if name in names})
    planning.plan_anew(segment, ("correspondence_type",), own_too=bool(segment.interaction_template_code))
    planning.plan_anew(segment, planning.BY_LANGUAGE)
