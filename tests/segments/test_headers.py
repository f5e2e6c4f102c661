"""Segments themselves, and what goes from a segment to its lines."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.segments.making import fill, line_of, make_person, make_segment, make_template
from tuttava.contacts.models import Contact, ContactAltAddress, ContactAltAddressPeriod, MarketingSetup
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError, QuestionsPending
from tuttava.foundation.models import NumberSeries, NumberSeriesLine, UserPreference
from tuttava.interactions.models import InteractionAttachment, WordTemplate
from tuttava.partners.models import Salesperson
from tuttava.segments import attachments, by_hand, contents
from tuttava.segments.models import (
    AttachmentState,
    Segment,
    SegmentCriteriaLine,
    SegmentHistoryEntry,
    SegmentInteractionLanguage,
    SegmentLine,
)
from tuttava.segments.signals import lines_changed

pytestmark = pytest.mark.usefixtures("company")

DAY = dt.date(2026, 5, 4)
FILE = b"<html>Dear you</html>"


@pytest.fixture
def people() -> tuple[Contact, Contact]:
    """Two who did not say how they want to hear from us."""
    return (
        make_person(name="Kari Li", correspondence_type="none"),
        make_person(name="Bo Dal", correspondence_type="none"),
    )


def _salesperson(code: str, **values: Any) -> str:
    Salesperson.objects.create(code=code, name=code, **values)
    return code


def _refused(code: str, segment: Segment, **values: Any) -> DomainError:
    with pytest.raises(DomainError) as refused:
        records.change(segment, values)
    assert refused.value.code == code
    return refused.value


def _values(segment: Segment, *names: str) -> list[tuple[Any, ...]]:
    return list(SegmentLine.objects.filter(segment=segment).order_by("line_no").values_list(*names))


def _series(code: str, *, manual: bool) -> None:
    series = NumberSeries.objects.create(code=code, manual_nos=manual, default_nos=True)
    NumberSeriesLine.objects.create(series=series, line_no=10000, starting_no=f"{code}001")
    MarketingSetup.objects.update(segment_nos=series)


# -- numbers and defaults ----------------------------------------------------------------------------------------------


def test_a_segment_draws_the_next_number_of_its_series() -> None:  # S-1
    _series("SG", manual=False)
    with acting(cache={}):
        made = make_segment()
        assert (made.no, made.no_series_code) == ("SG001", "SG")
        assert make_segment().no == "SG002"


def test_without_a_series_no_segment_is_made() -> None:  # S-1
    MarketingSetup.objects.update(segment_nos=None)
    with pytest.raises(DomainError) as refused, acting(cache={}):
        make_segment()
    assert refused.value.code == "setup.segment_nos.missing"


def test_a_typed_number_is_for_series_that_allow_it() -> None:  # S-1
    _series("SG", manual=True)
    with acting(cache={}):
        made = make_segment(no="spring")
        assert (made.no, made.no_series_code) == ("SPRING", None)
        with pytest.raises(DomainError) as refused:
            make_segment(no="SPRING")
        assert refused.value.code == "already_exists"
    NumberSeries.objects.update(manual_nos=False)
    with pytest.raises(DomainError), acting(cache={}):
        make_segment(no="other")


def test_date_and_salesperson_are_the_users_own() -> None:  # S-2
    UserPreference.objects.create(user_name="kari", salesperson_code=_salesperson("KL"))
    with acting(user_name="kari", work_date=DAY, cache={}):
        made = make_segment()
        assert (made.date, made.salesperson_code) == (DAY, "KL")
        assert make_segment(salesperson_code=None).salesperson_code is None
    with acting(user_name="bo", work_date=DAY, cache={}):
        assert make_segment().salesperson_code is None


def test_a_blocked_salesperson_is_refused() -> None:  # S-2
    error = _refused("salesperson.blocked", make_segment(), salesperson_code=_salesperson("OUT", blocked=True))
    assert error.field == "salesperson_code"
    _refused("not_found", make_segment(), salesperson_code="NOBODY")


def test_a_deleted_segment_takes_everything_along(people: tuple[Contact, ...]) -> None:  # S-3
    segment = make_segment(interaction_template_code=make_template("LETTER", {None: FILE}).code)
    one, other = fill(segment, *people)
    attachments.open_attachment(one)
    by_hand.delete_line(other)
    kept = InteractionAttachment.objects.get(pk=_shared(segment).attachment_id)
    InteractionAttachment.objects.filter(pk=kept.pk).update(read_only=True)
    own = SegmentInteractionLanguage.objects.get(line=one).attachment_id
    with acting(interactive=True):
        records.delete(segment)
    for model in (SegmentLine, SegmentInteractionLanguage, SegmentCriteriaLine, SegmentHistoryEntry):
        assert not model._default_manager.filter(segment=segment.pk).exists()
    assert InteractionAttachment.objects.filter(pk=kept.pk).exists()
    assert not InteractionAttachment.objects.filter(pk=own).exists()


def _shared(segment: Segment) -> SegmentInteractionLanguage:
    return SegmentInteractionLanguage.objects.get(segment=segment, line=None)


# -- from the segment to its lines -------------------------------------------------------------------------------------

FLOWS: list[tuple[str, Any, str]] = [
    ("description", "Autumn letter", "description"),
    ("campaign_no", "CP1", "campaign_no"),
    ("salesperson_code", "KL", "salesperson_code"),
    ("unit_cost", Decimal("12.50"), "cost_lcy"),
    ("unit_duration", Decimal(15), "duration_min"),
    ("date", DAY, "date"),
    ("information_flow", "outbound", "information_flow"),
    ("initiated_by", "us", "initiated_by"),
    ("send_word_docs_as_attachment", True, "send_word_doc_as_attachment"),
    ("word_template_code", "WT", "word_template_code"),
]


@pytest.mark.parametrize(("name", "value", "theirs"), FLOWS, ids=[name for name, _value, _theirs in FLOWS])
@pytest.mark.usefixtures("campaigns")
def test_a_changed_value_goes_to_lines_of_the_same_template(  # S-6
    people: tuple[Contact, ...], name: str, value: Any, theirs: str
) -> None:
    _salesperson("KL")
    WordTemplate.objects.create(code="WT")
    segment = make_segment()
    _one, other = fill(segment, *people)
    by_hand.change_line(other, {"interaction_template_code": make_template("OTHER").code})
    before = _values(segment, theirs)
    with acting(answers={"q_update_lines": "no"}):
        records.change(segment, {name: value})
    assert _values(segment, theirs) == before
    records.change(segment, {name: getattr(Segment(), name)})
    records.change(segment, {name: value})
    assert _values(segment, theirs)[0] == (value,)
    assert _values(segment, theirs)[1] != (value,)


@pytest.mark.usefixtures("campaigns")
def test_campaign_marks_go_to_lines_and_go_with_the_campaign(people: tuple[Contact, ...]) -> None:  # S-6, S-9
    segment = make_segment(campaign_no="CP1")
    fill(segment, people[0])
    heard: list[Segment] = []

    def hear(*, segment: Segment, **_signal: Any) -> None:
        heard.append(segment)

    lines_changed.connect(hear)
    segment = records.change(segment, {"campaign_target": True, "campaign_response": True})
    assert _values(segment, "campaign_target", "campaign_response") == [(True, True)]
    assert heard == [segment]
    lines_changed.disconnect(hear)
    segment = records.change(segment, {"campaign_no": ""})
    assert (segment.campaign_target, segment.campaign_response) == (False, False)
    assert _values(segment, "campaign_no", "campaign_target", "campaign_response") == [("", False, False)]


@pytest.mark.parametrize("name", ["campaign_target", "campaign_response"])
def test_marks_need_a_campaign(name: str) -> None:  # S-9
    assert _refused("field_required", make_segment(), **{name: True}).field == "campaign_no"


def test_nothing_is_asked_where_no_line_would_change(people: tuple[Contact, ...]) -> None:  # S-6
    segment = make_segment()
    with acting(interactive=True):
        segment = records.change(segment, {"description": "Nobody yet"})
    (line,) = fill(segment, people[0])
    with acting(interactive=True), pytest.raises(QuestionsPending) as asked:
        records.change(segment, {"description": "Somebody"})
    assert [(each.code, each.default) for each in asked.value.questions] == [("q_update_lines", "yes")]
    by_hand.change_line(line, {"interaction_template_code": make_template("OTHER").code})
    with acting(interactive=True):
        records.change(segment, {"description": "Another template"})


def test_a_moved_date_moves_addresses_that_nobody_chose(people: tuple[Contact, ...]) -> None:  # S-6, S-15
    kari, bo = people
    for contact in people:
        for code in ("SUMMER", "SHIP"):
            records.create(ContactAltAddress, {"contact": contact, "code": code})
        summer = ContactAltAddress.objects.get(contact=contact, code="SUMMER")
        values = {"contact": contact, "alt_address": summer, "starting_date": "2026-06-01", "ending_date": "2026-07-31"}
        records.create(ContactAltAddressPeriod, values)
    segment = make_segment(date=dt.date(2026, 5, 1))
    fill(segment, *people)
    chosen = ContactAltAddress.objects.get(contact=bo, code="SHIP")
    by_hand.change_line(line_of(segment, bo), {"contact_alt_address_id": chosen.pk})
    segment = records.change(segment, {"date": "2026-07-01"})
    assert _values(segment, "contact_alt_address__code") == [("SUMMER",), ("SHIP",)]
    records.change(segment, {"date": "2026-09-01"})
    assert _values(segment, "contact_alt_address__code") == [(None,), ("SHIP",)]
    assert line_of(segment, kari).date == dt.date(2026, 9, 1)


def test_the_correspondence_type_goes_along_where_there_is_something_to_send(  # S-7
    people: tuple[Contact, ...],
) -> None:
    segment = make_segment(interaction_template_code=make_template("EMPTY", correspondence_type_default="none").code)
    fill(segment, people[0])
    segment = records.change(segment, {"correspondence_type_default": "email"})
    assert _values(segment, "correspondence_type") == [("none",)]
    attachments.import_attachment(segment, FILE, "letter.html")
    segment = records.change(segment, {"correspondence_type_default": "hard_copy"})
    assert _values(segment, "correspondence_type") == [("hard_copy",)]
    records.change(segment, {"correspondence_type_default": "none"})
    assert _values(segment, "correspondence_type") == [("hard_copy",)]


def test_a_word_template_is_something_to_send(people: tuple[Contact, ...]) -> None:  # S-7
    WordTemplate.objects.create(code="WT")
    segment = make_segment(interaction_template_code=make_template("EMPTY", correspondence_type_default="none").code)
    fill(segment, people[0])
    segment = records.change(segment, {"word_template_code": "WT"})
    records.change(segment, {"correspondence_type_default": "email"})
    assert _values(segment, "correspondence_type") == [("email",)]


def test_ignoring_wishes_changes_no_line_by_itself(people: tuple[Contact, ...]) -> None:  # S-8
    kari = records.change(people[0], {"correspondence_type": "hard_copy"})
    segment = make_segment(correspondence_type_default="email")
    fill(segment, kari)
    segment = records.change(segment, {"ignore_contact_correspondence_type": True})
    assert _values(segment, "correspondence_type") == [("hard_copy",)]
    fill(segment, records.change(people[1], {"correspondence_type": "hard_copy"}))
    assert _values(segment, "correspondence_type") == [("hard_copy",), ("email",)]


# -- templates ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def letter() -> str:
    """A template with everything, and a file without language."""
    return make_template(
        "LETTER",
        {"NB": FILE},
        unit_cost_lcy=Decimal(8),
        unit_duration_min=Decimal(3),
        information_flow="outbound",
        initiated_by="us",
        correspondence_type_default="hard_copy",
    ).code


def test_a_template_gives_segment_and_lines_its_values(people: tuple[Contact, ...], letter: str) -> None:  # S-10
    kari = records.change(people[0], {"correspondence_type": "email"})
    segment = make_segment(subject_default="Old", date=DAY)
    fill(segment, kari, people[1])
    segment = records.change(segment, {"interaction_template_code": letter})
    assert (segment.interaction_group_code, segment.unit_cost, segment.unit_duration) == ("TALKS", 8, 3)
    assert (segment.information_flow, segment.initiated_by) == ("outbound", "us")
    assert (segment.correspondence_type_default, segment.subject_default) == ("hard_copy", "")
    assert segment.language_default_code == "NB"
    names = ("interaction_template_code", "interaction_group_code", "cost_lcy", "duration_min", "information_flow")
    assert _values(segment, *names) == [("LETTER", "TALKS", 8, 3, "outbound")] * 2
    # Whom Kari hears from by e-mail, she goes on hearing from by e-mail.
    assert _values(segment, "correspondence_type", "initiated_by") == [("email", "us"), ("hard_copy", "us")]
    assert _values(segment, "interaction_language__code", "attachment") == [("NB", _shared(segment).attachment_id)] * 2


def test_files_of_a_template_are_copied_never_shared(letter: str) -> None:  # S-10
    segment = make_segment(interaction_template_code=letter)
    before = _shared(segment)
    variant = before.segment.interaction_template
    assert variant is not None
    (theirs,) = variant.languages.all()
    assert before.attachment_id not in (None, theirs.attachment_id)
    records.change(segment, {"interaction_template_code": make_template("NEXT", {"NL": FILE}).code})
    assert _shared(segment).language_code == "NL"
    assert not InteractionAttachment.objects.filter(pk=before.attachment_id).exists()
    assert InteractionAttachment.objects.filter(pk=theirs.attachment_id).exists()


def test_a_template_is_offered_to_the_lines(people: tuple[Contact, ...], letter: str) -> None:  # S-10
    segment = make_segment()
    fill(segment, *people)
    with acting(interactive=True), pytest.raises(QuestionsPending) as asked:
        records.change(segment, {"interaction_template_code": letter})
    assert [(each.code, each.default) for each in asked.value.questions] == [("q_apply_template", "yes")]
    with acting(answers={"q_apply_template": "no"}):
        segment = records.change(segment, {"interaction_template_code": letter})
    assert segment.interaction_template_code == letter
    assert (segment.unit_cost, segment.language_default_code) == (0, None)
    assert _values(segment, "interaction_template_code", "attachment") == [("", None)] * 2
    with acting(interactive=True):
        records.change(make_segment(), {"interaction_template_code": letter})


def test_lines_with_files_of_the_segment_cannot_be_left_behind(
    people: tuple[Contact, ...], letter: str
) -> None:  # S-10
    segment = make_segment(interaction_template_code=letter)
    fill(segment, *people)
    other = make_template("OTHER").code
    with acting(answers={"q_apply_template": "no"}):
        _refused("lines_have_inherited_attachments", segment, interaction_template_code=other)


@pytest.mark.usefixtures("campaigns")
def test_the_campaign_of_a_template_goes_to_segment_and_lines(people: tuple[Contact, ...], letter: str) -> None:  # S-10
    segment = make_segment(campaign_no="CP1")
    (line,) = fill(segment, people[0])
    by_hand.change_line(line, {"campaign_no": ""})
    segment = records.change(segment, {"interaction_template_code": letter})
    assert (segment.campaign_no, _values(segment, "campaign_no")) == ("CP1", [("",)])
    named = make_template("NAMED", campaign_no="CP2", campaign_target=True).code
    segment = records.change(segment, {"interaction_template_code": named})
    assert (segment.campaign_no, segment.campaign_target) == ("CP2", True)
    assert _values(segment, "campaign_no", "campaign_target") == [("CP2", True)]


def test_content_of_a_line_survives_another_template(people: tuple[Contact, ...], letter: str) -> None:  # S-10, S-19
    segment = make_segment(interaction_template_code=letter)
    fill(segment, *people)
    own = attachments.import_attachment(line_of(segment, people[0]), b"<html>Mine</html>", "mine.html").attachment_id
    segment = records.change(segment, {"interaction_template_code": make_template("NEXT", {"NL": FILE}).code})
    shared = _shared(segment).attachment_id
    assert _values(segment, "interaction_template_code", "attachment") == [("NEXT", own), ("NEXT", shared)]


def test_an_unknown_template_is_refused_and_none_takes_its_values_away(  # S-11
    people: tuple[Contact, ...], letter: str
) -> None:
    segment = make_segment(interaction_template_code=letter)
    fill(segment, *people)
    _refused("not_found", segment, interaction_template_code="NONE")
    own = attachments.open_attachment(line_of(segment, people[0])).pk
    segment = records.change(segment, {"interaction_template_code": None})
    assert not contents.rows_of(segment).exists()
    assert (segment.language_default_code, segment.interaction_group_code, segment.unit_cost) == (None, None, 0)
    assert (segment.correspondence_type_default, segment.information_flow) == ("none", "none")
    assert _values(segment, "interaction_template_code", "attachment") == [(letter, own), ("", None)]
    states = contents.states_of(list(SegmentLine.objects.filter(segment=segment)))
    assert sorted(states.values()) == [AttachmentState.NONE, AttachmentState.UNIQUE]
