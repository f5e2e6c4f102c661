"""What may still be done with logged interactions: cancel, evaluate, delete, comments, follow-ups."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pytest

from tests.interactions.making import DAY, logged, make_company, make_person, said, vocabulary
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError, PermissionDenied, QuestionsPending
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.undo import undo_unit
from tuttava.interactions import life, related
from tuttava.interactions.logging_core import NewComment, NewInteraction, log_interactions
from tuttava.interactions.models import Evaluation, InteractionAttachment, InteractionComment, InteractionLogEntry
from tuttava.interactions.storing import NewContent, bytes_of

pytestmark = pytest.mark.usefixtures("company")


def with_file(**values: Any) -> InteractionLogEntry:
    vocabulary()
    item = said(make_company(), **values)
    content = NewContent(data=b"minutes", file_name="minutes.txt", extension="txt")
    return log_interactions([NewInteraction(item.values, content=content)])[0]


def sharing(entry: InteractionLogEntry) -> InteractionLogEntry:
    """Another entry with the same file, as one mail to several contacts has."""
    other = logged(make_company())
    InteractionLogEntry.objects.filter(pk=other.pk).update(attachment_id=entry.attachment_id)
    return InteractionLogEntry.objects.get(pk=other.pk)


def test_cancel_gives_all_the_opposite_of_the_first() -> None:  # I-69
    firm = make_company()
    one, two = logged(firm), logged(firm)
    life.toggle_canceled([two.pk])
    life.toggle_canceled([one.pk, two.pk])
    assert list(InteractionLogEntry.objects.values_list("canceled", flat=True)) == [True, True]
    life.toggle_canceled([one.pk, two.pk])
    assert list(InteractionLogEntry.objects.values_list("canceled", flat=True)) == [False, False]


def test_canceling_asks_for_files_of_its_own() -> None:  # I-69
    entry = with_file()
    with acting(interactive=True), pytest.raises(QuestionsPending) as asked:
        life.toggle_canceled([entry.pk])
    assert [(question.code, question.default) for question in asked.value.questions] == [("I-69", "no")]
    with acting(interactive=True, answers={"I-69": "yes"}):
        life.toggle_canceled([entry.pk])
    entry.refresh_from_db()
    assert entry.canceled and entry.attachment_id is None
    assert not InteractionAttachment.objects.filter(file_name="minutes.txt").exists()


def test_shared_files_stay_when_canceled() -> None:  # I-69
    entry = with_file()
    other = sharing(entry)
    life.toggle_canceled([entry.pk, other.pk], remove_attachments=True)
    assert InteractionAttachment.objects.filter(pk=entry.attachment_id).exists()
    assert InteractionLogEntry.objects.exclude(attachment=None).count() == 2


def test_a_room_above_keeps_entries_canceled() -> None:  # I-70
    entry = logged(make_company())
    life.toggle_canceled([entry.pk])

    def refuse(canceled: bool, **_signal: Any) -> None:
        if not canceled:
            raise DomainError("logged_segment_canceled", "…")

    life.canceling.connect(refuse)
    try:
        with pytest.raises(DomainError):
            life.toggle_canceled([entry.pk])
    finally:
        life.canceling.disconnect(refuse)
    entry.refresh_from_db()
    assert entry.canceled


def test_evaluation_is_one_of_five() -> None:  # I-73
    one, two = logged(make_company()), logged(make_company())
    life.evaluate([one.pk, two.pk], Evaluation.POSITIVE)
    assert set(InteractionLogEntry.objects.values_list("evaluation", flat=True)) == {"positive"}
    with pytest.raises(DomainError):
        life.evaluate([one.pk], "none")
    with pytest.raises(DomainError):
        life.evaluate([one.pk], "splendid")


def test_only_canceled_entries_are_deleted() -> None:  # I-72
    entry = logged(make_company())
    with pytest.raises(DomainError) as refused:
        life.delete_entry(entry)
    assert refused.value.code == "only_canceled_or_postponed"
    records.create(InteractionComment, {"comment": "Called twice"}, given={"entry": entry})
    life.toggle_canceled([entry.pk])
    life.delete_entry(InteractionLogEntry.objects.get(pk=entry.pk))
    assert not InteractionLogEntry.objects.exists()
    assert not InteractionComment.objects.exists()


def test_deleting_both_entries_of_a_shared_file_removes_it() -> None:  # I-161
    entry = with_file()
    other = sharing(entry)
    life.toggle_canceled([entry.pk, other.pk])
    life.delete_entry(InteractionLogEntry.objects.get(pk=entry.pk))
    assert InteractionAttachment.objects.filter(pk=entry.attachment_id).exists()
    life.delete_entry(InteractionLogEntry.objects.get(pk=other.pk))
    assert not InteractionAttachment.objects.filter(file_name="minutes.txt").exists()


def test_canceled_entries_are_deleted_by_filter() -> None:  # I-159, I-161
    firm = make_company()
    kept, other = logged(firm), logged(firm, description="Something else")
    file = with_file()
    shared = sharing(file)
    life.toggle_canceled([other.pk, file.pk, shared.pk])
    rows = InteractionLogEntry.objects.filter(contact=firm)
    assert life.delete_canceled(rows) == 1
    assert life.delete_canceled(InteractionLogEntry.objects.all()) == 2
    assert list(InteractionLogEntry.objects.values_list("pk", flat=True)) == [kept.pk]
    assert not InteractionAttachment.objects.filter(file_name="minutes.txt").exists()


def test_postponed_entries_are_deleted_after_asking() -> None:  # I-78
    vocabulary()
    entry = log_interactions([said(make_company())], postponed=True)[0]
    with acting(interactive=True), pytest.raises(QuestionsPending) as asked:
        life.delete_postponed([entry.pk])
    assert [(question.code, question.default) for question in asked.value.questions] == [("I-78", "yes")]
    with acting(interactive=True, answers={"I-78": "no"}):
        assert life.delete_postponed([entry.pk]) == 0
    assert life.delete_postponed([entry.pk]) == 1
    done = logged(make_company())
    with pytest.raises(DomainError) as refused:
        life.delete_postponed([done.pk])
    assert refused.value.code == "only_canceled_or_postponed"


@pytest.mark.parametrize(
    ("right", "work"),
    [
        ("interaction_log.write", lambda entry: life.toggle_canceled([entry.pk])),
        ("interaction_log.write", lambda entry: life.evaluate([entry.pk], "neutral")),
        ("interaction_log.delete", life.delete_entry),
        ("interaction_log.delete", lambda entry: life.delete_postponed([entry.pk])),
        ("interaction_log.delete", lambda entry: life.delete_canceled(InteractionLogEntry.objects.all())),
    ],
)
def test_each_action_needs_its_right(right: str, work: Any) -> None:  # I-162
    entry = logged(make_company())
    with acting(rights=frozenset({"api.write", "interaction_log.read"})), pytest.raises(PermissionDenied):
        work(entry)


class Deals:
    """A room of opportunities."""

    def __init__(self) -> None:
        self.made: list[Mapping[str, Any]] = []

    def descriptions(self, numbers: Collection[str]) -> Mapping[str, str]:
        return dict.fromkeys(numbers, "Deal")

    def logged(self, entries: Sequence[InteractionLogEntry]) -> None:
        """Nothing follows."""

    def choices(self, company_id: object, salesperson_code: str) -> Sequence[tuple[str, str]]:
        return []

    def create(self, values: Mapping[str, Any]) -> str:
        self.made.append(values)
        return "OP000001"


@pytest.fixture
def deals() -> Iterator[Deals]:
    room = Deals()
    related.provides("opportunity", room)
    yield room
    related.unplug("opportunity")


def test_an_opportunity_takes_the_entry_and_its_comments_over(deals: Deals) -> None:  # I-74
    entry = logged(make_company())
    records.create(InteractionComment, {"comment": "Wants a quote"}, given={"entry": entry})
    assert life.create_opportunity(entry) == "OP000001"
    entry.refresh_from_db()
    assert entry.opportunity_no == "OP000001"
    made = deals.made[0]
    assert (made["contact_id"], made["salesperson_code"], made["description"]) == (
        entry.contact_id,
        "PS",
        "Talked about spring",
    )
    assert [comment["comment"] for comment in made["comments"]] == ["Wants a quote"]
    with pytest.raises(DomainError) as refused:
        life.create_opportunity(entry)
    assert refused.value.code == "opportunity_exists"


def test_no_opportunity_of_what_is_canceled_or_blocked(deals: Deals) -> None:  # I-74, C-72
    firm = make_company()
    entry = logged(firm)
    life.toggle_canceled([entry.pk])
    with pytest.raises(DomainError) as refused:
        life.create_opportunity(entry)
    assert refused.value.code == "entry_canceled"
    life.toggle_canceled([entry.pk])
    records.change(firm, {"privacy_blocked": True})
    with pytest.raises(DomainError) as refused:
        life.create_opportunity(entry)
    assert refused.value.code == "contact.privacy_blocked"
    assert not deals.made


def test_a_new_comment_has_the_work_date_once(settings: Any) -> None:  # edit_comments
    entry = logged(make_company())
    with acting(work_date=DAY):
        lines = [records.create(InteractionComment, {"comment": text}, given={"entry": entry}) for text in "ab"]
    assert [(line.line_no, line.date) for line in lines] == [(10000, DAY), (20000, None)]


# -- undo ------------------------------------------------------------------------------------------------------------


def test_undoing_a_logged_interaction_cancels_it() -> None:  # I-67
    firm = make_company()
    vocabulary()
    with unit_of_work("log interaction") as unit:
        item = said(firm)
        content = NewContent(data=b"minutes", file_name="minutes.txt", extension="txt")
        entry = log_interactions([NewInteraction(item.values, [NewComment("Fine")], content)])[0]
    undo_unit(unit)
    entry.refresh_from_db()
    assert entry.canceled and entry.attachment_id
    assert entry.comments.count() == 1
    assert bytes_of(InteractionAttachment.objects.get(file_name="minutes.txt").content_id) == b"minutes"


def test_undoing_a_postponed_interaction_removes_it() -> None:
    vocabulary()
    with unit_of_work("postpone interaction") as unit:
        log_interactions([said(make_company())], postponed=True)
    undo_unit(unit)
    assert not InteractionLogEntry.objects.exists()


def test_undoing_the_end_of_a_postponed_interaction_cancels_it() -> None:  # I-77
    vocabulary()
    firm = make_company()
    postponed = log_interactions([said(firm)], postponed=True)[0]
    with unit_of_work("finish interaction") as unit:
        item = said(firm, description="Finished")
        log_interactions([NewInteraction(item.values, resumed=postponed)])
    undo_unit(unit)
    postponed.refresh_from_db()
    assert (postponed.canceled, postponed.postponed, postponed.description) == (True, False, "Finished")


def test_undoing_what_is_canceled_already_leaves_it() -> None:
    vocabulary()
    firm = make_company()
    with unit_of_work("log interaction") as unit:
        entry = log_interactions([said(firm)])[0]
    life.toggle_canceled([entry.pk])
    undo_unit(unit)
    entry.refresh_from_db()
    assert entry.canceled


def test_a_cancel_with_its_file_can_be_undone() -> None:  # I-69
    entry = with_file()
    with unit_of_work("cancel interactions") as unit:
        life.toggle_canceled([entry.pk], remove_attachments=True)
    undo_unit(unit)
    back = InteractionLogEntry.objects.get(pk=entry.pk)
    assert not back.canceled
    assert back.attachment is not None and bytes_of(back.attachment.content_id) == b"minutes"


def test_a_deletion_can_be_undone() -> None:  # I-72
    entry = with_file()
    records.create(InteractionComment, {"comment": "Fine"}, given={"entry": entry})
    life.toggle_canceled([entry.pk])
    with unit_of_work("delete interactions") as unit:
        life.delete_canceled(InteractionLogEntry.objects.all())
    undo_unit(unit)
    back = InteractionLogEntry.objects.get(pk=entry.pk)
    assert back.canceled and back.comments.count() == 1 and back.attachment is not None


def test_a_contact_with_interactions_is_not_taken_back() -> None:
    with unit_of_work("create contact") as unit:
        person = make_person()
    entry = logged(person)
    with pytest.raises(DomainError) as refused:
        undo_unit(unit)
    assert refused.value.code == "undo.changed_since"
    entry.refresh_from_db()
    assert entry.contact_id == person.pk and not entry.canceled
