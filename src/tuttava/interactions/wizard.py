"""The create-interaction wizard: forth, back, and into the log (I-38 to I-51, I-77)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tuttava.contacts.models import CorrespondenceType
from tuttava.foundation import records
from tuttava.foundation.context import ask, current, require
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.lines import LINE_STEP
from tuttava.foundation.records import Edit
from tuttava.interactions import calling, draft_content, related
from tuttava.interactions.delivery import deliver as deliver_entries
from tuttava.interactions.drafting import RESULT_STEP, RIGHT, SET_NAME, own_draft
from tuttava.interactions.errors import (
    contact_required,
    description_required,
    log_entry_read_only,
    require_filled,
    template_required,
)
from tuttava.interactions.guard import lifted
from tuttava.interactions.logging_core import FIELDS, NewComment, NewInteraction, log_interactions
from tuttava.interactions.models import (
    DraftKind,
    InteractionComment,
    InteractionDraft,
    InteractionLogEntry,
    InteractionTemplate,
    PrintFile,
    WizardAction,
)
from tuttava.interactions.numbering import draw_entry_numbers
from tuttava.interactions.resuming import require_postponed
from tuttava.interactions.rules.log import RESULT
from tuttava.interactions.sending import ENTRY_NO, merged_letter, number_needed, number_of
from tuttava.interactions.storing import NewContent

WHAT, CONTENT, RELATED = 1, 2, 3


@dataclass(frozen=True)
class Finished:
    """What finishing leaves: the entry, and what went to paper (I-164)."""

    entry: InteractionLogEntry
    print_file: PrintFile | None = None


# --- forth and back --------------------------------------------------------------------------------------------------


def next_step(draft: InteractionDraft) -> InteractionDraft:
    """One step on; from the third the interaction is logged and its result asked for (I-38 to I-44)."""
    require(RIGHT, SET_NAME)
    with unit_of_work("interaction wizard"):
        edit = _locked(draft)
        if edit.record.kind == DraftKind.PHONE_CALL:
            calling.step_on(edit)
        elif edit.record.step == WHAT:
            _leave_what(edit)
        elif edit.record.step == CONTENT:
            _leave_content(edit)
        elif edit.record.step == RELATED:
            _log_for_result(edit)
        return records.save(edit)


def back(draft: InteractionDraft) -> InteractionDraft:
    """One step back; what is logged stays logged."""
    require(RIGHT, SET_NAME)
    with unit_of_work("interaction wizard"):
        edit = _locked(draft)
        step, calls = edit.record.step, edit.record.kind == DraftKind.PHONE_CALL
        if step > WHAT and (calls or step < RESULT_STEP):
            leaps = step == RELATED and not calls and _skips_content(edit.record)
            edit.put("step", WHAT if leaps else step - 1)
        return records.save(edit)


def _leave_what(edit: Edit[InteractionDraft]) -> None:
    """I-38, I-39."""
    draft = edit.record
    template = template_of(draft)
    if template is None:
        raise template_required()
    if not draft.description.strip():
        raise description_required()
    draft_content.load(edit)
    edit.put("step", CONTENT)
    if _skips_content(draft):
        _leave_content(edit)


def _leave_content(edit: Edit[InteractionDraft]) -> None:
    """What the template does with its file (I-40)."""
    perform(edit)
    edit.put("step", RELATED)


def _log_for_result(edit: Edit[InteractionDraft]) -> None:
    """The third step logs; the draft goes on as the note of its result (I-43)."""
    draft = edit.record
    check(draft)
    finished = log_draft(draft, _comments(draft), draft_content.content(draft), deliver=True)
    edit.put("entry_id", finished.entry.pk)
    edit.put("step", RESULT_STEP)
    if finished.print_file is not None:
        edit.put("context", draft.context | {"print_file": str(finished.print_file.pk)})


def perform(edit: Edit[InteractionDraft]) -> None:
    """Do with the content what the template says; with nothing to open ``attachment_required`` (I-40)."""
    draft = edit.record
    action = wizard_action(draft)
    if action == WizardAction.OPEN and not (_has_content(draft) or draft.word_template_code):
        raise _attachment_required()
    letter = action in (WizardAction.OPEN, WizardAction.MERGE) and draft.word_template_code
    if letter and not draft.merged:
        merge_letter(edit)
    draft_content.load(edit)
    merged = action in (WizardAction.OPEN, WizardAction.IMPORT) or bool(letter)
    edit.put("merged", merged and draft_content.is_loaded(draft))


def merge_letter(edit: Edit[InteractionDraft]) -> None:
    """Fill in the Word template; the letter becomes the draft's content. A number told in it is drawn now (I-92)."""
    if number_needed(edit.record):
        edit.put("context", edit.record.context | {ENTRY_NO: draw_entry_numbers(1)[0]})
    draft_content.put(edit, merged_letter(edit.record))
    edit.put("merged", True)


def merge(draft: InteractionDraft) -> InteractionDraft:
    """Fill in the draft's Word template now (17.3). Raises ``attachment_required`` without one."""
    require(RIGHT, SET_NAME)
    with unit_of_work("merge letter"):
        edit = _locked(draft)
        if not edit.record.word_template_code:
            raise _attachment_required()
        merge_letter(edit)
        return records.save(edit)


def write_content(draft: InteractionDraft, data: bytes, file_name: str = "") -> InteractionDraft:
    """A file that the user picked or edited becomes the content; the template's stays as it is (I-40, I-41)."""
    require(RIGHT, SET_NAME)
    with unit_of_work("write draft content"):
        edit = _locked(draft)
        before = edit.record.content_of
        name = file_name or edit.record.content_name
        draft_content.put(edit, draft_content.imported(data, name))
        edit.put("content_of", before)
        return records.save(edit)


def remove_content(draft: InteractionDraft) -> InteractionDraft:
    """Go on without a file."""
    require(RIGHT, SET_NAME)
    with unit_of_work("remove draft content"):
        edit = _locked(draft)
        draft_content.clear(edit)
        edit.put("merged", False)
        return records.save(edit)


# --- into the log ----------------------------------------------------------------------------------------------------


def finish(draft: InteractionDraft, *, deliver: bool = True, create_opportunity: bool | None = None) -> Finished:
    """Log what is in the draft, or write the result of what was just logged, and close the wizard (I-44 to I-48).

    ``create_opportunity``: make one from the entry where it has none; None asks (I-51, I-57).
    """
    require(RIGHT, SET_NAME)
    with unit_of_work("finish interaction"):
        edit = _locked(draft)
        fresh = edit.record
        if fresh.kind == DraftKind.INTERACTION and fresh.step == RESULT_STEP and fresh.entry is not None:
            finished = Finished(_write_result(fresh), _kept_file(fresh))
        else:
            calls = fresh.kind == DraftKind.PHONE_CALL
            if calls:
                calling.check(fresh)
            else:
                check(fresh)
                perform(edit)
            content = draft_content.content(fresh)
            finished = log_draft(fresh, _comments(fresh), content, deliver=deliver and not calls)
        entry = _with_opportunity(finished.entry, fresh, create_opportunity)
        draft_content.drop(fresh)
        records.delete(fresh)
        return Finished(entry, finished.print_file)


def postpone(draft: InteractionDraft) -> InteractionLogEntry:
    """Keep it as a postponed entry; only a contact is needed (I-50)."""
    require(RIGHT, SET_NAME)
    with unit_of_work("postpone interaction"):
        fresh = _locked(draft).record
        if fresh.contact_id is None:
            raise contact_required()
        held = draft_content.content(fresh)
        item = NewInteraction(_values(fresh), _comments(fresh), held, _resumed(fresh), entry_no=number_of(fresh))
        entry = log_interactions([item], postponed=True)[0]
        records.delete(fresh)
    return entry


def cancel(draft: InteractionDraft) -> None:
    """Nothing is stored; of a resumed entry nothing changes (I-50)."""
    records.delete(own_draft(draft))


def check(draft: InteractionDraft) -> None:
    """What finishing demands, in this order (I-46)."""
    require_filled(_values(draft))
    if not draft.description.strip():
        raise description_required()
    held = _has_content(draft)
    if wizard_action(draft) == WizardAction.OPEN and not (held or draft.word_template_code):
        raise _attachment_required()
    if draft.correspondence_type == CorrespondenceType.EMAIL and not (held or draft.word_template_code):
        raise DomainError(
            "email_content_required",
            _("There is nothing to send by e-mail: the template has no file. Choose another correspondence type."),
            field="correspondence_type",
            rule="I-46",
        )


def template_of(draft: InteractionDraft) -> InteractionTemplate | None:
    """Its template; None also when that was deleted meanwhile."""
    code = draft.interaction_template_code
    return InteractionTemplate.objects.filter(code=code).first() if code else None


def wizard_action(draft: InteractionDraft) -> str:
    template = template_of(draft)
    return template.wizard_action if template else WizardAction.NONE


def log_draft(
    draft: InteractionDraft, comments: Sequence[NewComment], content: NewContent | None, *, deliver: bool
) -> Finished:
    """The checked draft, stored or not, as a log entry, and on its way when it is to be delivered (I-47, I-48)."""
    values = _values(draft)
    if draft.kind == DraftKind.INTERACTION:
        values["subject"] = draft.description
    sends = deliver and draft.correspondence_type != CorrespondenceType.NONE
    resumed = _resumed(draft)
    old_file = resumed.attachment_id if resumed else None
    item = NewInteraction(values, comments, content, resumed, deliver=sends, entry_no=number_of(draft))
    entry = log_interactions([item])[0]
    print_file = deliver_entries([entry]) if sends else None
    if old_file and old_file != entry.attachment_id:
        draft_content.discard_replaced(old_file)
    return Finished(entry, print_file)


def _values(draft: InteractionDraft) -> dict[str, Any]:
    """What drafts and entries share; the template's own file is never the entry's (I-62)."""
    found = {name: getattr(draft, name) for name in FIELDS}
    return found | {"attachment_id": None, "attempt_failed": not draft.interaction_successful}


def _comments(draft: InteractionDraft) -> list[NewComment]:
    rows = InteractionComment.objects.filter(draft_id=draft.pk).order_by("line_no")
    return [NewComment(row.comment, row.date, row.code) for row in rows]


def _resumed(draft: InteractionDraft) -> InteractionLogEntry | None:
    """The postponed entry that is continued; somebody else may have finished it meanwhile."""
    if draft.entry is None:
        return None
    entry = records.lock(draft.entry)
    require_postponed(entry)
    return entry


def log_result(entry: InteractionLogEntry, result: Mapping[str, Any], comment: str = "") -> InteractionLogEntry:
    """The result of an interaction that its user logged at once: evaluation, success, cost and duration (I-44).

    ``result`` by the names of a draft's fields, with ``successful``. Others' entries are ``log_entry_read_only``.
    """
    require(RIGHT, "interactionLogEntries")
    with unit_of_work("log result"), lifted():
        fresh = records.lock(entry)
        if fresh.user_name != current().user_name or fresh.canceled or fresh.postponed:
            raise log_entry_read_only(fresh.entry_no)
        edit = Edit(fresh, records.rules_of(InteractionLogEntry))
        edit.memory[RESULT] = True
        for name, value in result.items():
            if name == "successful":
                edit.put("attempt_failed", not value)
            else:
                edit.enter(name, value)
        records.save(edit)
        if comment.strip():
            records.create(InteractionComment, {"comment": comment.strip()}, given={"entry_id": fresh.pk})
    return fresh


def _write_result(draft: InteractionDraft) -> InteractionLogEntry:
    """The last step: description, evaluation, success, cost and duration, and all comments (I-44, I-45)."""
    if not draft.description.strip():
        raise description_required()
    assert draft.entry is not None
    with lifted():
        edit = Edit(records.lock(draft.entry), records.rules_of(InteractionLogEntry))
        edit.memory[RESULT] = True
        for name in ("description", "evaluation", "cost_lcy", "duration_min"):
            edit.put(name, getattr(draft, name))
        edit.put("attempt_failed", not draft.interaction_successful)
        entry = records.save(edit)
        _add_comments(draft, entry)
    return entry


def _add_comments(draft: InteractionDraft, entry: InteractionLogEntry) -> None:
    """Comments that came after logging follow the others; those that were there are the entry's already."""
    known = set(InteractionComment.objects.filter(entry=entry).values_list("line_no", flat=True))
    rules = records.rules_of(InteractionComment)
    last = max(known, default=0)
    edits = []
    for comment in _comments(draft)[len(known) :]:
        last += LINE_STEP
        edit = Edit(InteractionComment(entry=entry, line_no=last), rules)
        edit.put("comment", comment.comment)
        edit.put("code", comment.code)
        edit.put("date", comment.date)
        edits.append(edit)
    records.save_many(edits)


def _with_opportunity(entry: InteractionLogEntry, draft: InteractionDraft, wished: bool | None) -> InteractionLogEntry:
    """An opportunity made from the entry just logged, and its number written there (I-51, I-57)."""
    provider = related.kind("opportunity")
    if provider is None or entry.opportunity_no:
        return entry
    if wished is None:
        rule = "I-57" if draft.kind == DraftKind.PHONE_CALL else "I-51"
        wished = ask(rule, _("Create an opportunity from this interaction?"), default=False)
    if not wished:
        return entry
    number = provider.create({name: getattr(entry, name) for name in FIELDS} | {"entry_no": entry.entry_no})
    return records.change(entry, {"opportunity_no": number})


def _kept_file(draft: InteractionDraft) -> PrintFile | None:
    kept = draft.context.get("print_file")
    return PrintFile.objects.filter(pk=kept).first() if kept else None


def _locked(draft: InteractionDraft) -> Edit[InteractionDraft]:
    return Edit(records.lock(own_draft(draft)), records.rules_of(InteractionDraft))


def _skips_content(draft: InteractionDraft) -> bool:
    return wizard_action(draft) == WizardAction.NONE


def _has_content(draft: InteractionDraft) -> bool:
    return draft_content.is_loaded(draft) or draft.attachment_id is not None


def _attachment_required() -> DomainError:
    return DomainError(
        "attachment_required",
        _("The template has neither a file nor a Word template to open. Add one, or choose another template."),
        field="interaction_template_code",
        rule="I-40",
    )
