"""The create-interaction wizard: step by step into the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from tests.interactions.documents import document_of, lines_of
from tests.interactions.making import DAY, logged, make_company, make_person, said, vocabulary
from tests.interactions.wizards import changed, layout_variant, pretended, template, variant, word_template
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError, QuestionsPending
from tuttava.foundation.journal import unit_of_work
from tuttava.interactions import draft_content, wizard
from tuttava.interactions.attachments import discard
from tuttava.interactions.drafting import KEPT_OPEN, Source, start
from tuttava.interactions.logging_core import NewComment, NewInteraction, log_interactions
from tuttava.interactions.models import (
    Delivery,
    InteractionAttachment,
    InteractionComment,
    InteractionDraft,
    InteractionLogEntry,
    InteractionTemplate,
    InteractionTemplateLanguage,
)
from tuttava.interactions.resuming import resume
from tuttava.interactions.storing import NewContent, bytes_of
from tuttava.interactions.word_templates import set_document

pytestmark = pytest.mark.usefixtures("company")


def refusal_of(work: Any) -> DomainError:
    with pytest.raises(DomainError) as refused:
        work()
    return refused.value


def opened(code: str = "MEET", contact: Contact | None = None, **values: Any) -> InteractionDraft:
    """A wizard for a contact, with a template and a salesperson."""
    if not InteractionTemplate.objects.filter(code=code).exists():
        template(code)
    found = contact or make_company(name="Fjordkraft AS", correspondence_type="none", email="post@example.com")
    given = {"interaction_template_code": code, "salesperson_code": "PS", **values}
    return start(Source(contact=found), given)


def text_of(draft_or_entry: InteractionDraft | InteractionLogEntry) -> bytes:
    if isinstance(draft_or_entry, InteractionDraft):
        return bytes_of(draft_or_entry.content_id)
    assert draft_or_entry.attachment is not None
    return bytes_of(draft_or_entry.attachment.content_id)


@pytest.fixture
def delivered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the entries that were handed to the post office."""
    found: list[int] = []

    def deliver(entries: Sequence[InteractionLogEntry]) -> None:
        found.extend(entry.entry_no for entry in entries)

    monkeypatch.setattr(wizard, "deliver_entries", deliver)
    return found


def test_the_first_step_needs_template_and_description() -> None:  # I-38
    template()
    draft = start(Source(contact=make_company(name="Fjordkraft AS")))
    assert refusal_of(lambda: wizard.next_step(draft)).code == "template_required"
    draft = changed(draft, interaction_template_code="MEET", description=" ")
    assert refusal_of(lambda: wizard.next_step(draft)).code == "description_required"
    assert wizard.next_step(changed(draft, description="Prices")).step == wizard.RELATED


def test_content_is_skipped_but_copied_where_nothing_is_done_with_it() -> None:  # I-39, I-40
    template()
    variant("MEET", None, "Minutes of")
    draft = wizard.next_step(opened())
    assert (draft.step, draft.merged) == (wizard.RELATED, False)
    assert text_of(draft) == b"Minutes of"
    assert wizard.back(draft).step == wizard.WHAT


def test_opening_demands_something_to_open() -> None:  # I-40
    template("OPEN", wizard_action="open")
    draft = wizard.next_step(opened("OPEN"))
    assert draft.step == wizard.CONTENT
    assert refusal_of(lambda: wizard.next_step(draft)).code == "attachment_required"


def test_an_opened_file_is_a_copy_that_may_be_edited() -> None:  # I-40, I-41
    template("OPEN", wizard_action="open")
    original = variant("OPEN", None, "Dear ...")
    draft = wizard.next_step(opened("OPEN"))
    assert text_of(draft) == b"Dear ..."
    draft = wizard.next_step(wizard.write_content(draft, b"Dear Kari", "letter.txt"))
    assert (draft.step, draft.merged) == (wizard.RELATED, True)
    assert text_of(draft) == b"Dear Kari"
    assert original.attachment is not None
    assert bytes_of(original.attachment.content_id) == b"Dear ..."
    assert wizard.back(draft).step == wizard.CONTENT


def test_a_picked_file_becomes_the_content_or_none_does() -> None:  # I-40
    template("IMPORT", wizard_action="import")
    without = wizard.next_step(wizard.next_step(opened("IMPORT")))
    assert (without.content_id, without.merged) == (None, False)
    draft = wizard.next_step(opened("IMPORT"))
    draft = wizard.next_step(wizard.write_content(draft, b"%PDF-1.4 x", "offer.pdf"))
    assert (draft.content_name, draft.content_extension, draft.merged) == ("offer.pdf", "pdf", True)


def test_a_layout_is_merged_later() -> None:  # I-40, I-98
    template("MAIL", wizard_action="merge", correspondence_type_default="email")
    layout_variant("MAIL")
    draft = wizard.next_step(opened("MAIL"))
    draft = wizard.next_step(changed(draft, content_body="<p>Hello</p>"))
    assert (draft.merged, draft.email_layout_code, draft.content_body) == (False, "PLAIN", "<p>Hello</p>")


def test_another_file_is_loaded_and_the_same_one_is_not() -> None:  # I-42
    template("OPEN", wizard_action="open")
    variant("OPEN", None, "Any language")
    variant("OPEN", "NB", "Norsk")
    draft = wizard.next_step(opened("OPEN"))
    draft = wizard.write_content(draft, b"Edited", "letter.txt")
    draft = wizard.back(draft)
    assert text_of(wizard.next_step(draft)) == b"Edited"
    draft = changed(draft, interaction_language_code="NB")
    assert text_of(draft) == b"Norsk"
    assert text_of(changed(draft, interaction_language_code=None)) == b"Any language"


def test_the_fixed_campaign_stays() -> None:  # I-43
    vocabulary()
    with pretended("campaign", CP1="Spring", CP2="Autumn"):
        draft = start(Source(contact=make_company(name="Fjordkraft AS"), campaign_no="CP1"))
        assert draft.campaign_description == "Spring"
        assert refusal_of(lambda: changed(draft, campaign_no="CP2")).code == "campaign_locked"
        free = changed(start(Source()), campaign_no="CP2", campaign_target=True)
        assert (free.campaign_description, free.campaign_target) == ("Autumn", True)


def test_the_third_step_logs_and_the_fourth_writes_the_result() -> None:  # I-43, I-44
    draft = wizard.next_step(opened(description="Prices"))
    draft = wizard.next_step(draft)
    assert draft.step == wizard.RESULT_STEP
    entry = InteractionLogEntry.objects.get()
    assert (entry.description, entry.attempt_failed, entry.postponed) == ("Prices", False, False)
    draft = changed(draft, description="Prices agreed", evaluation="positive", interaction_successful=False, cost_lcy=7)
    draft = changed(draft, duration_min=25)
    assert refusal_of(lambda: changed(draft, salesperson_code=None)).code == "log_entry_read_only"
    assert wizard.back(draft).step == wizard.RESULT_STEP
    done = wizard.finish(draft).entry
    assert done.entry_no == entry.entry_no
    assert (done.description, done.subject, done.evaluation) == ("Prices agreed", "Prices", "positive")
    assert (done.attempt_failed, done.cost_lcy, done.duration_min) == (True, 7, 25)
    assert not InteractionDraft.objects.exists()
    assert refusal_of(lambda: records.change(done, {"cost_lcy": 8})).code == "log_entry_read_only"


def test_comments_of_every_step_are_kept_in_order() -> None:  # I-45
    def note(draft: InteractionDraft, text: str) -> None:
        records.create(InteractionComment, {"comment": text}, given={"draft_id": draft.pk})

    draft = opened()
    note(draft, "first")
    draft = wizard.next_step(draft)
    note(draft, "second")
    draft = wizard.next_step(draft)
    note(draft, "third")
    entry = wizard.finish(draft).entry
    assert list(entry.comments.values_list("line_no", "comment")) == [
        (10000, "first"),
        (20000, "second"),
        (30000, "third"),
    ]


def test_finishing_checks_in_a_fixed_order(delivered: list[int]) -> None:  # I-46
    template("OPEN", wizard_action="open", correspondence_type_default="email")
    firm = make_company(name="Fjordkraft AS", email="post@example.com")
    draft = changed(start(Source()), date=None, salesperson_code=None)

    def refused() -> str:
        return refusal_of(lambda: wizard.finish(draft)).code

    assert refused() == "contact_required"
    draft = changed(changed(draft, contact_id=firm.pk), salesperson_code=None)
    assert refused() == "template_required"
    draft = changed(draft, interaction_template_code="OPEN", description="")
    assert refused() == "salesperson_required"
    draft = changed(draft, salesperson_code="PS")
    assert refused() == "date_required"
    draft = changed(draft, date=DAY)
    assert refused() == "description_required"
    draft = changed(draft, description="Prices")
    assert refused() == "attachment_required"
    template("OPEN", wizard_action="none", correspondence_type_default="email")
    assert refused() == "email_content_required"
    assert not InteractionLogEntry.objects.exists()
    assert not delivered
    assert wizard.finish(changed(draft, correspondence_type="none")).entry.description == "Prices"


def test_finishing_sets_subject_and_failure_and_delivers(delivered: list[int]) -> None:  # I-47
    template("LETTER")
    variant("LETTER", None, "Dear")
    quiet = wizard.finish(opened("LETTER", description="Prices", interaction_successful=False)).entry
    assert (quiet.subject, quiet.attempt_failed, delivered) == ("Prices", True, [])
    sent = wizard.finish(opened("LETTER", correspondence_type="hard_copy")).entry
    assert delivered == [sent.entry_no]
    wizard.finish(opened("LETTER", correspondence_type="hard_copy"), deliver=False)
    assert delivered == [sent.entry_no]


def test_a_contact_without_address_gets_no_mail(delivered: list[int]) -> None:  # I-60
    template("LETTER")
    variant("LETTER", None, "Dear")
    firm = make_company(name="Fjordkraft AS")
    draft = opened("LETTER", firm, correspondence_type="email")
    assert refusal_of(lambda: wizard.finish(draft)).code == "email_address_missing"
    assert not InteractionLogEntry.objects.exists()
    assert wizard.finish(draft, deliver=False).entry.correspondence_type == "none"
    assert not delivered


@pytest.mark.parametrize("step", [wizard.WHAT, wizard.RELATED])
def test_where_delivery_cannot_start_nothing_is_logged(step: int, monkeypatch: pytest.MonkeyPatch) -> None:  # I-48
    def refuse(entries: Sequence[InteractionLogEntry]) -> None:
        raise DomainError("mail_account_missing", "There is no mail account.")

    monkeypatch.setattr(wizard, "deliver_entries", refuse)
    template("LETTER")
    variant("LETTER", None, "Dear")
    draft = opened("LETTER", correspondence_type="email")
    while draft.step < step:
        draft = wizard.next_step(draft)
    work = wizard.finish if step == wizard.WHAT else wizard.next_step
    assert refusal_of(lambda: work(draft)).code == "mail_account_missing"
    assert not InteractionLogEntry.objects.exists()
    draft.refresh_from_db()
    assert draft.step == step


def test_without_a_mail_account_the_wizard_stays_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:  # I-48
    monkeypatch.setenv("TUTTAVA_MAIL_TRANSPORT", "smtp")
    monkeypatch.setenv("TUTTAVA_MAIL_HOST", "")
    template("LETTER")
    variant("LETTER", None, "Dear")
    draft = wizard.next_step(opened("LETTER", correspondence_type="email"))
    assert refusal_of(lambda: wizard.next_step(draft)).code == "mail_account_missing"
    assert not InteractionLogEntry.objects.exists()
    assert not Delivery.objects.exists()
    assert InteractionDraft.objects.get(pk=draft.pk).step == wizard.RELATED


def test_a_letter_is_filled_in_and_printed() -> None:  # I-40, I-47, I-164
    letter = word_template("HELLO")
    with unit_of_work("test"):
        set_document(letter, document_of("Hello {{ contact.name }}"))
    template("WORD", wizard_action="merge", word_template_code="HELLO", correspondence_type_default="hard_copy")
    draft = wizard.next_step(wizard.next_step(opened("WORD")))
    assert lines_of(text_of(draft)) == ["Hello Fjordkraft AS"]
    draft = wizard.next_step(draft)
    finished = wizard.finish(draft)
    assert finished.print_file is not None
    assert finished.entry.attachment is not None
    assert finished.entry.delivery_status == "none"


def test_a_letter_tells_the_number_that_its_entry_gets() -> None:  # I-65, I-92
    letter = word_template("HELLO")
    with unit_of_work("test"):
        set_document(letter, document_of("Our reference {{ entry.entry_no }}"))
    template("WORD", wizard_action="merge", word_template_code="HELLO")
    first, second = (wizard.next_step(wizard.next_step(opened("WORD"))) for _number in range(2))
    told = [lines_of(text_of(draft))[0].removeprefix("Our reference ") for draft in (first, second)]
    assert lines_of(text_of(wizard.merge(first))) == [f"Our reference {told[0]}"]
    later = wizard.finish(second).entry
    entry = wizard.finish(InteractionDraft.objects.get(pk=first.pk)).entry
    assert [str(entry.entry_no), str(later.entry_no)] == told and told[0] != told[1]


def test_a_number_told_already_gives_way_to_one_from_outside() -> None:  # I-65
    taken = logged(make_company(name="Fjordkraft AS"))
    (entry,) = log_interactions([replace(said(make_company(name="Voss AS")), entry_no=taken.entry_no)])
    assert entry.entry_no > taken.entry_no


def test_an_open_wizard_does_not_hold_the_templates_file() -> None:  # I-11, I-41
    template("OPEN", wizard_action="open")
    found = variant("OPEN", None, "Dear ...")
    draft = wizard.next_step(opened("OPEN"))
    with unit_of_work("test"):
        InteractionTemplateLanguage.objects.filter(pk=found.pk).update(attachment=None)
        discard([found.attachment_id])
    records.check_constraints()
    draft.refresh_from_db()
    assert (draft.attachment_id, text_of(draft)) == (None, b"Dear ...")


def test_wizards_that_nobody_finishes_go_after_a_while() -> None:  # I-50
    draft = opened()
    InteractionDraft.objects.update(started_at=timezone.now() - KEPT_OPEN - dt.timedelta(hours=1))
    fresh = opened()
    assert list(InteractionDraft.objects.all()) == [fresh]
    assert fresh != draft


def test_canceling_stores_nothing() -> None:  # I-50
    draft = wizard.next_step(opened())
    records.create(InteractionComment, {"comment": "x"}, given={"draft_id": draft.pk})
    wizard.cancel(draft)
    assert not InteractionDraft.objects.exists()
    assert not InteractionComment.objects.exists()
    assert not InteractionLogEntry.objects.exists()


def test_postponing_needs_a_contact_only(delivered: list[int]) -> None:  # I-50
    vocabulary()
    assert refusal_of(lambda: wizard.postpone(start(Source()))).code == "contact_required"
    draft = start(Source(contact=make_company(name="Fjordkraft AS")), {"correspondence_type": "email"})
    with pretended("campaign", CP1="Spring") as room:
        entry = wizard.postpone(changed(draft, campaign_no="CP1"))
        assert room.logged_entries == []
    assert (entry.postponed, entry.interaction_template_code, entry.campaign_entry_no) == (True, "", 0)
    assert not delivered


def test_an_opportunity_is_offered_after_logging() -> None:  # I-51
    draft = opened(description="New roof")
    assert wizard.finish(opened(), create_opportunity=True).entry.opportunity_no == ""
    with pretended("opportunity") as room:
        with acting(interactive=True), pytest.raises(QuestionsPending) as asked:
            wizard.finish(draft)
        assert [question.code for question in asked.value.questions] == ["I-51"]
        older = logged(make_company(name="Fjordkraft AS"))
        entry = wizard.finish(draft, create_opportunity=True).entry
        assert entry.opportunity_no == "OP0009"
        assert room.created[0]["description"] == "New roof"
        assert room.created[0]["contact_id"] == entry.contact_id
        older.refresh_from_db()
        assert older.opportunity_no == ""
        assert wizard.finish(opened()).entry.opportunity_no == ""
        assert wizard.postpone(opened()).opportunity_no == ""


def postponed(contact: Contact, **values: Any) -> InteractionLogEntry:
    vocabulary()
    item = said(contact, **values)
    file = NewContent(data=b"Half a letter", file_name="a.txt", extension="txt")
    return log_interactions([NewInteraction(item.values, [NewComment("so far")], file)], postponed=True)[0]


def test_a_postponed_interaction_goes_on_under_its_number() -> None:  # I-77
    firm = make_company(name="Fjordkraft AS")
    person = make_person(name="Kari Nordmann", company_no=firm.no)
    entry, other = postponed(person), postponed(person)
    files = InteractionAttachment.objects.count()
    with acting(work_date=dt.date(2026, 4, 1), user_name="bo"):
        draft = resume(entry)
        assert (draft.date, draft.resumed_entry_no) == (dt.date(2026, 4, 1), entry.entry_no)
        assert draft.context == {
            "contact_no": person.no,
            "contact_company_no": firm.no,
            "salesperson_code": "PS",
        }
        assert text_of(draft) == b"Half a letter"
        assert resume(entry) == draft
        records.create(InteractionComment, {"comment": "and more"}, given={"draft_id": draft.pk})
        draft = changed(draft, description="Whole")
        done = wizard.finish(wizard.next_step(draft)).entry
    assert (done.entry_no, done.postponed, done.description) == (entry.entry_no, False, "Whole")
    assert (done.user_name, done.date) == ("bo", dt.date(2026, 4, 1))
    assert list(done.comments.values_list("comment", flat=True)) == ["so far", "and more"]
    assert text_of(done) == b"Half a letter"
    assert InteractionAttachment.objects.count() == files
    other.refresh_from_db()
    assert (other.postponed, other.description) == (True, "Talked about spring")


def test_only_postponed_interactions_go_on() -> None:  # I-77
    entry = logged(make_company(name="Fjordkraft AS"))
    assert refusal_of(lambda: resume(entry)).code == "not_postponed"


def test_two_cannot_finish_the_same_postponed_interaction() -> None:  # I-77
    entry = postponed(make_company(name="Fjordkraft AS"))
    with acting(user_name="anne"):
        hers = resume(entry)
    with acting(user_name="bo"):
        wizard.finish(resume(entry))
    with acting(user_name="anne"):
        assert refusal_of(lambda: wizard.finish(hers)).code == "not_postponed"
    assert InteractionLogEntry.objects.count() == 1


def test_postponing_again_keeps_the_number_and_canceling_keeps_the_entry() -> None:  # I-50, I-77
    entry = postponed(make_company(name="Fjordkraft AS"))
    again = wizard.postpone(changed(resume(entry), description="Later"))
    assert (again.entry_no, again.postponed, again.description) == (entry.entry_no, True, "Later")
    wizard.cancel(resume(again))
    assert InteractionLogEntry.objects.get().description == "Later"


def test_the_wizard_needs_the_right_to_write_the_log() -> None:  # I-162
    draft = opened()
    with acting(rights=frozenset({"api.read", "interaction_log.read"})):
        for work in (wizard.next_step, wizard.back, wizard.finish, wizard.postpone, wizard.cancel):
            assert refusal_of(lambda work=work: work(draft)).code == "permission.denied"
        assert refusal_of(lambda: start(Source())).code == "permission.denied"


def test_the_word_template_is_filled_in_when_content_is_left(monkeypatch: pytest.MonkeyPatch) -> None:  # I-40
    letter = NewContent(data=b"Dear Kari", file_name="letter.docx", extension="docx")
    monkeypatch.setattr(wizard, "merged_letter", lambda draft: letter)
    template("WORD", wizard_action="merge", word_template_code=word_template().code)
    draft = wizard.next_step(wizard.next_step(opened("WORD")))
    assert (draft.merged, draft.content_extension, text_of(draft)) == (True, "docx", b"Dear Kari")
    again = wizard.merge(draft)
    assert draft_content.is_loaded(again)
    template("PLAIN")
    assert refusal_of(lambda: wizard.merge(opened("PLAIN"))).code == "attachment_required"
