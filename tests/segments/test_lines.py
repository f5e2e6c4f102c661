"""Lines of segments: what they begin with, and what follows when contact, date or template change."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.segments.making import fill, line_of, make_company, make_person, make_segment, make_template, on
from tuttava.contacts.models import Contact, ContactAltAddress, ContactAltAddressPeriod
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError, QuestionsPending
from tuttava.interactions.models import InteractionAttachment
from tuttava.partners.models import Salesperson
from tuttava.segments import attachments, by_hand, criteria_log, steps
from tuttava.segments.models import (
    HistoryAction,
    Segment,
    SegmentHistoryEntry,
    SegmentInteractionLanguage,
    SegmentLine,
)
from tuttava.segments.signals import lines_removed

pytestmark = pytest.mark.usefixtures("company")

DAY = dt.date(2026, 5, 4)
FILE = b"<html>Dear you</html>"


@pytest.fixture
def kari() -> Contact:
    return make_person(name="Kari Li", correspondence_type="none")


@pytest.fixture
def bo() -> Contact:
    return make_person(name="Bo Dal", correspondence_type="none")


def _line(segment: Segment, contact: Contact) -> SegmentLine:
    return by_hand.add_line(segment, {"contact_id": contact.pk})


def _undo(segment: Segment, count: int = 1) -> None:
    with acting(answers={"q_undo": "yes"}):
        steps.go_back(segment, count)


def _salesperson(code: str, **values: Any) -> str:
    Salesperson.objects.create(code=code, name=code, **values)
    return code


def _refused(code: str, line: SegmentLine, **values: Any) -> DomainError:
    with pytest.raises(DomainError) as refused:
        records.change(line, values)
    assert refused.value.code == code
    return refused.value


# -- contacts ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("campaigns")
def test_a_line_begins_with_what_the_segment_says(kari: Contact) -> None:  # S-12
    template = make_template("LETTER", {None: FILE}, unit_cost_lcy=Decimal(8), information_flow="outbound").code
    segment = make_segment(date=DAY, interaction_template_code=template, campaign_no="CP1", campaign_target=True)
    records.change(segment, {"subject_default": "Spring", "send_word_docs_as_attachment": True})
    line = _line(segment, kari)
    assert (line.description, line.campaign_no, line.campaign_target) == ("Spring letter", "CP1", True)
    assert (line.interaction_template_code, line.interaction_group_code) == ("LETTER", "TALKS")
    assert (line.cost_lcy, line.information_flow, line.date) == (8, "outbound", DAY)
    assert (line.subject, line.send_word_doc_as_attachment) == ("Spring", True)
    assert line.attachment_id == SegmentInteractionLanguage.objects.get(segment=segment).attachment_id
    assert (line.segment_no, line.line_no) == (segment.no, 10000)


def test_another_contact_begins_the_line_anew(kari: Contact, bo: Contact) -> None:  # S-12
    segment = make_segment(interaction_template_code=make_template("LETTER", {None: FILE}).code)
    line = _line(segment, kari)
    values = {"description": "Only Kari", "evaluation": "positive", "cost_lcy": 99}
    by_hand.change_line(line, values)
    own = attachments.open_attachment(line_of(segment, kari))
    line = by_hand.change_line(line_of(segment, kari), {"contact_id": bo.pk})
    shared = SegmentInteractionLanguage.objects.get(segment=segment, line=None).attachment_id
    assert (line.description, line.evaluation, line.cost_lcy, line.merged) == ("Spring letter", "none", 0, False)
    assert line.attachment_id == shared
    assert not SegmentInteractionLanguage.objects.filter(line=line).exists()
    _undo(segment, 2)
    back = line_of(segment, kari)
    assert (back.pk, back.description, back.attachment_id) == (line.pk, "Only Kari", own.pk)


def test_the_file_of_the_segment_survives_whoever_comes_and_goes(kari: Contact, bo: Contact) -> None:  # S-12, I-108
    segment = make_segment(interaction_template_code=make_template("LETTER", {None: FILE}).code)
    shared = SegmentInteractionLanguage.objects.get(segment=segment).attachment_id
    line = _line(segment, kari)
    for contact in (kari, bo, kari):
        line = by_hand.change_line(line, {"contact_id": contact.pk})
        assert line.attachment_id == shared
    by_hand.delete_line(line)
    assert InteractionAttachment.objects.filter(pk=shared).exists()


def test_what_is_typed_with_the_contact_stays(kari: Contact) -> None:  # S-12
    line = by_hand.add_line(make_segment(), {"contact_id": kari.pk, "description": "Typed", "cost_lcy": 5})
    assert (line.description, line.cost_lcy) == ("Typed", 5)


def test_the_company_of_a_line_is_that_of_the_contact(kari: Contact) -> None:  # S-12
    firm = make_company(name="Aas AS")
    person = make_person(name="Bo Dal", company_no=firm.no)
    lines = fill(make_segment(), firm, person, kari)
    assert [line.contact_company_id for line in lines] == [firm.pk, firm.pk, None]


def test_the_salesperson_is_that_of_the_segment_else_of_the_contact(kari: Contact, bo: Contact) -> None:  # S-13
    kari = records.change(kari, {"salesperson_code": _salesperson("KL")})
    bo = records.change(bo, {"salesperson_code": _salesperson("BD")})
    Salesperson.objects.filter(code="BD").update(blocked=True)
    segment = make_segment(salesperson_code=None)
    assert [line.salesperson_code for line in fill(segment, kari, bo)] == ["KL", None]
    other = make_segment(salesperson_code=_salesperson("PS"))
    assert [line.salesperson_code for line in fill(other, kari, bo)] == ["PS", "PS"]


CONTACT_ENTRY = [
    # segment's type, it ignores wishes, template's type, it ignores wishes, contact's type -> line's type
    ("email", True, "hard_copy", True, "hard_copy", "email"),
    ("none", True, "hard_copy", False, "email", "email"),
    ("email", False, "hard_copy", True, "email", "hard_copy"),
    ("email", False, "none", True, "email", "none"),
    ("email", False, "hard_copy", False, "none", "hard_copy"),
    ("email", False, "hard_copy", False, "email", "email"),
    ("email", False, None, False, "none", "none"),
    ("email", False, None, False, "hard_copy", "hard_copy"),
]


@pytest.mark.parametrize(("header", "ignores", "default", "template_ignores", "wish", "found"), CONTACT_ENTRY)
def test_how_a_contact_hears_of_it(  # S-14
    header: str, ignores: bool, default: str | None, template_ignores: bool, wish: str, found: str
) -> None:
    segment = make_segment()
    if default is not None:
        values = {"correspondence_type_default": default, "ignore_contact_correspondence_type": template_ignores}
        segment = records.change(segment, {"interaction_template_code": make_template("LETTER", **values).code})
    values = {"correspondence_type_default": header, "ignore_contact_correspondence_type": ignores}
    records.change(segment, values)
    assert _line(segment, make_person(name="Kari Li", correspondence_type=wish)).correspondence_type == found


TEMPLATE_ENTRY = [
    # template's type, it ignores wishes, contact's type, line's type before -> after
    ("hard_copy", True, "email", "email", "hard_copy"),
    ("none", True, "email", "email", "none"),
    ("hard_copy", False, "none", "email", "hard_copy"),
    ("none", False, "none", "email", "email"),
    ("hard_copy", False, "email", "none", "email"),
]


@pytest.mark.parametrize(("default", "ignores", "wish", "before", "after"), TEMPLATE_ENTRY)
def test_how_a_line_with_a_template_of_its_own_is_sent(  # S-14
    default: str, ignores: bool, wish: str, before: str, after: str
) -> None:
    line = _line(make_segment(), make_person(name="Kari Li", correspondence_type=wish))
    line = records.change(line, {"correspondence_type": before})
    values = {"correspondence_type_default": default, "ignore_contact_correspondence_type": ignores}
    line = records.change(line, {"interaction_template_code": make_template("OTHER", **values).code})
    assert line.correspondence_type == after


def test_the_address_is_that_of_the_date_until_one_is_chosen(kari: Contact) -> None:  # S-15
    summer, winter, ship = (
        records.create(ContactAltAddress, {"contact": kari, "code": code}) for code in ("SUMMER", "WINTER", "SHIP")
    )
    for address, start, end in (
        (summer, "2026-06-01", None),
        (winter, "2026-12-01", "2027-02-28"),
    ):
        values = {"contact": kari, "alt_address": address, "starting_date": start, "ending_date": end}
        records.create(ContactAltAddressPeriod, values)
    line = _line(make_segment(date=dt.date(2026, 5, 1)), kari)
    assert line.contact_alt_address is None
    for day, address in (("2026-07-01", summer), ("2026-12-24", winter), ("2027-03-01", summer)):
        line = records.change(line, {"date": day})
        assert line.contact_alt_address == address
    line = records.change(line, {"contact_alt_address_id": ship.pk})
    assert records.change(line, {"date": "2026-05-01"}).contact_alt_address == ship
    # An address that goes is forgotten.
    records.delete(ship)
    line.refresh_from_db()
    assert line.contact_alt_address is None


def test_excluded_contacts_typed_by_hand_are_told_and_blocked_ones_refused(kari: Contact, bo: Contact) -> None:  # S-44
    excluded = records.change(kari, {"exclude_from_segment": True})
    Contact.objects.filter(pk=bo.pk).update(privacy_blocked=True)
    segment = make_segment()
    with acting(messages=[]) as context:
        _line(segment, excluded)
    assert [(told.code, told.severity) for told in context.messages] == [("contact.excluded", "warning")]
    with pytest.raises(DomainError) as refused:
        _line(segment, bo)
    assert refused.value.code == "contact.privacy_blocked"


# -- templates of single lines -----------------------------------------------------------------------------------------


def test_a_template_needs_a_contact() -> None:  # S-16
    line = by_hand.add_line(make_segment(), {"description": "Somebody"})
    error = _refused("field_required", line, interaction_template_code=make_template("OTHER").code)
    assert error.field == "contact_no"


def test_a_template_of_its_own_gives_a_line_values_and_content(kari: Contact) -> None:  # S-16
    segment = make_segment(interaction_template_code=make_template("LETTER", {None: FILE}).code)
    line = records.change(_line(segment, kari), {"subject": "Old", "duration_min": 7})
    values = {"unit_cost_lcy": Decimal(4), "initiated_by": "them", "campaign_response": True}
    other = make_template("OTHER", {"NB": b"<html>Other</html>"}, **values)
    line = records.change(line, {"interaction_template_code": other.code})
    assert (line.cost_lcy, line.duration_min, line.initiated_by, line.campaign_response) == (4, 0, "them", True)
    row = SegmentInteractionLanguage.objects.get(line=line)
    assert (line.interaction_language_code, line.attachment_id, line.subject) == ("NB", row.attachment_id, "")
    assert row.attachment_id != other.languages.get().attachment_id
    line = records.change(line, {"interaction_template_code": "LETTER"})
    shared = SegmentInteractionLanguage.objects.get(segment=segment).attachment_id
    assert (line.attachment_id, line.cost_lcy) == (shared, 0)
    assert not InteractionAttachment.objects.filter(pk=row.attachment_id).exists()


def test_without_a_template_a_line_has_no_content(kari: Contact) -> None:  # S-16
    segment = make_segment(interaction_template_code=make_template("LETTER", {None: FILE}, unit_cost_lcy=8).code)
    line = records.change(_line(segment, kari), {"interaction_template_code": ""})
    assert (line.attachment_id, line.subject, line.cost_lcy, line.interaction_group_code) == (None, "", 0, "")


def test_an_unknown_template_is_refused(kari: Contact) -> None:  # S-16
    _refused("not_found", _line(make_segment(), kari), interaction_template_code="NONE")


def test_the_description_follows_from_one_template_to_the_next(kari: Contact) -> None:  # S-17
    one, two = make_template("ONE", description="First"), make_template("TWO", description="Second")
    line = _line(make_segment(), kari)
    line = records.change(line, {"interaction_template_code": one.code})
    assert line.description == "Spring letter"
    line = records.change(line, {"interaction_template_code": two.code})
    assert line.description == "Second"
    line = records.change(line, {"description": "", "interaction_template_code": ""})
    assert records.change(line, {"interaction_template_code": one.code}).description == "First"


@pytest.mark.usefixtures("campaigns")
def test_the_campaign_is_that_of_the_segment_else_of_the_template(kari: Contact, bo: Contact) -> None:  # S-17
    named, plain = make_template("NAMED", campaign_no="CP2").code, make_template("PLAIN").code
    line = _line(make_segment(), kari)
    line = records.change(line, {"interaction_template_code": named})
    assert line.campaign_no == "CP2"
    assert records.change(line, {"interaction_template_code": plain}).campaign_no == "CP2"
    line = _line(make_segment(campaign_no="CP1"), bo)
    assert records.change(line, {"interaction_template_code": named}).campaign_no == "CP1"


def test_rows_of_its_own_decide_which_language_a_line_has(kari: Contact) -> None:  # S-18
    kari = records.change(kari, {"language_code": "NL"})
    line = _line(make_segment(), kari)
    both = make_template("BOTH", {"NB": b"<html>1</html>", "NL": b"<html>2</html>"}).code
    assert records.change(line, {"interaction_template_code": both}).interaction_language_code == "NL"
    own = make_template("OWN", {"NB": b"<html>1</html>", "FI": b"<html>2</html>"}).code
    assert records.change(line, {"interaction_template_code": own}).interaction_language_code == "NB"
    first = make_template("FIRST", {"NB": b"<html>1</html>", "FI": b"<html>2</html>"})
    records.change(first, {"default_language_code": None})
    assert records.change(line, {"interaction_template_code": first.code}).interaction_language_code == "FI"


# -- lines that go -----------------------------------------------------------------------------------------------------


def test_a_deleted_line_takes_its_content_along_and_others_hear_of_it(kari: Contact, bo: Contact) -> None:  # S-26
    segment = make_segment(interaction_template_code=make_template("LETTER", {None: FILE}).code)
    line, _other = fill(segment, kari, bo)
    attachments.open_attachment(line)
    heard: list[Any] = []

    def hear(*, segment: Segment, contacts: list[Any], **_signal: Any) -> None:
        heard.append((segment, contacts))

    lines_removed.connect(hear)
    by_hand.delete_line(line)
    lines_removed.disconnect(hear)
    assert heard == [(segment, [kari.pk])]
    assert not SegmentInteractionLanguage.objects.filter(line=line.pk).exists()
    _undo(segment)
    assert line_of(segment, kari).attachment_id == SegmentInteractionLanguage.objects.get(line=line.pk).attachment_id


def test_an_emptied_segment_is_offered_to_forget_its_steps(kari: Contact, bo: Contact) -> None:  # S-26
    segment = make_segment()
    one, other = fill(segment, kari, bo)
    by_hand.delete_line(one)
    assert criteria_log.actions_of(segment) == 3
    with acting(interactive=True), pytest.raises(QuestionsPending) as asked:
        by_hand.delete_line(other)
    assert [(each.code, each.default) for each in asked.value.questions] == [("q_reset_criteria", "yes")]
    with acting(answers={"q_reset_criteria": "no"}):
        by_hand.delete_line(other)
    assert criteria_log.actions_of(segment) == 4
    _undo(segment)
    by_hand.delete_line(line_of(segment, bo))
    assert criteria_log.actions_of(segment) == 0
    assert not SegmentHistoryEntry.objects.filter(segment=segment).exists()


def test_nothing_is_offered_after_a_single_step(kari: Contact) -> None:  # S-26
    segment = make_segment()
    steps.add_contacts(segment, {"contact": {"name": "Kari*"}})
    SegmentHistoryEntry.objects.all().delete()
    line = line_of(segment, kari)
    SegmentLine.objects.filter(pk=line.pk).update(contact=None)
    line.refresh_from_db()
    with acting(interactive=True):
        by_hand.delete_line(line)
    assert criteria_log.actions_of(segment) == 1


def test_lines_without_contact_are_allowed(kari: Contact) -> None:  # S-27
    segment = make_segment()
    line = by_hand.add_line(segment, {"description": "Somebody"})
    assert line.contact_id is None and criteria_log.actions_of(segment) == 0
    line = by_hand.change_line(line, {"contact_id": kari.pk})
    line = by_hand.change_line(line, {"contact_id": None})
    assert on(segment) == [""]
    _undo(segment)
    assert on(segment) == ["Kari Li"]


def test_who_is_on_a_segment_does_not_go_and_does_not_move(kari: Contact) -> None:  # S-28
    firm, other = make_company(name="Aas AS"), make_company(name="Berg AS")
    person = make_person(name="Bo Dal", company_no=firm.no)
    segment = make_segment()
    line, _kari = fill(segment, person, kari)
    for code, change in (
        ("contact.delete.on_segment", lambda: records.delete(person)),
        ("contact.company.on_segment", lambda: records.change(person, {"company_no": other.no})),
    ):
        with pytest.raises(DomainError) as refused:
            change()
        assert code in {refused.value.code, *(each.code for each in refused.value.details)}
    by_hand.delete_line(line)
    assert records.change(person, {"company_no": other.no}).company_id == other.pk
    records.delete(person)
    with acting(answers={"q_undo": "yes"}):
        steps.go_back(segment)
    assert on(segment) == ["Kari Li"]


# -- steps by hand -----------------------------------------------------------------------------------------------------


def test_typing_replacing_and_deleting_are_steps_whoever_does_it(kari: Contact, bo: Contact) -> None:  # S-31, S-32
    segment = make_segment()
    line = records.create(SegmentLine, {"contact_id": kari.pk}, given={"segment_id": segment.pk})
    line = records.change(line, {"contact_id": bo.pk})
    with acting(answers={"q_reset_criteria": "no"}):
        records.delete(line)
    found = [(step.action, step.filters["contact"]["no"]) for step in criteria_log.steps_of(segment)]
    assert found == [(action, each.no) for action, each in (
        ("add", kari), ("reduce", kari), ("add", bo), ("reduce", bo),
    )]  # fmt: skip
    history = SegmentHistoryEntry.objects.filter(segment=segment).order_by("action_no")
    assert list(history.values_list("action_no", "action_taken", "contact", "line_no")) == [
        (1, HistoryAction.INSERTION, kari.pk, 10000),
        (2, HistoryAction.DELETION, kari.pk, 10000),
        (3, HistoryAction.INSERTION, bo.pk, 10000),
        (4, HistoryAction.DELETION, bo.pk, 10000),
    ]


def test_lines_of_merged_away_contacts_come_back_to_who_survived(kari: Contact, bo: Contact) -> None:  # S-34, M-32
    segment = make_segment()
    line, _other = fill(segment, kari, make_person(name="Ole"))
    by_hand.delete_line(line)
    SegmentHistoryEntry.objects.filter(contact=kari).update(contact=bo)
    _undo(segment)
    assert line_of(segment, bo).line_no == 10000


def test_a_line_comes_back_without_what_is_gone_meanwhile(kari: Contact, bo: Contact) -> None:  # S-34
    segment = make_segment(interaction_template_code=make_template("LETTER", {None: FILE}).code)
    line, _other = fill(segment, kari, bo)
    records.change(line, {"salesperson_code": _salesperson("OUT"), "subject": "Typed"})
    by_hand.delete_line(line_of(segment, kari))
    Salesperson.objects.filter(code="OUT").delete()
    new = attachments.import_attachment(segment, b"<html>New</html>", "new.html")
    _undo(segment)
    back = line_of(segment, kari)
    assert (back.salesperson_code, back.subject, back.attachment_id) == (None, "Typed", new.attachment_id)
