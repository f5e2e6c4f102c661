"""The log: numbers, one entry for each interaction, and what the database holds of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.interactions.making import logged, make_company, make_person, said, vocabulary
from tuttava.contacts.models import CorrespondenceType
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.interactions import life, related
from tuttava.interactions.guard import lifted
from tuttava.interactions.logging_core import NewComment, NewInteraction, log_interactions
from tuttava.interactions.models import InteractionComment, InteractionLogEntry, InteractionTemplate
from tuttava.interactions.removing import interactions_deleted
from tuttava.interactions.storing import NewContent, bytes_of

pytestmark = pytest.mark.usefixtures("company")


def test_one_interaction_is_one_entry_on_person_and_company() -> None:  # I-64
    firm = make_company(name="Fjordkraft AS")
    person = make_person(name="Kari Nordmann", company_no=firm.no)
    entry = logged(person)
    assert (entry.contact_id, entry.contact_company_id) == (person.pk, firm.pk)
    assert InteractionLogEntry.objects.count() == 1


def test_numbers_ascend_and_pass_what_came_from_outside() -> None:  # I-65
    firm = make_company(name="Fjordkraft AS")
    first = logged(firm)
    for number in range(first.entry_no + 1, first.entry_no + 4):
        copy = InteractionLogEntry.objects.get(pk=first.pk)
        copy.pk, copy.entry_no, copy._state.adding = records.new_id(), number, True
        copy.save(force_insert=True)
    entry = logged(firm)
    assert entry.entry_no == first.entry_no + 4


@pytest.mark.parametrize(
    ("left_out", "code"),
    [
        ("contact_id", "contact_required"),
        ("interaction_template_code", "template_required"),
        ("salesperson_code", "salesperson_required"),
        ("date", "date_required"),
    ],
)
def test_incomplete_interactions_are_refused(left_out: str, code: str) -> None:  # I-59
    vocabulary()
    with pytest.raises(DomainError) as refused:
        log_interactions([said(make_company(name="Fjordkraft AS"), **{left_out: None})])
    assert refused.value.code == code
    assert not InteractionLogEntry.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"), [("campaign_no", "CP0001"), ("interaction_template_code", "NONE"), ("salesperson_code", "XX")]
)
def test_what_an_interaction_names_exists(name: str, value: str) -> None:  # I-59
    vocabulary()
    with pytest.raises(DomainError) as refused:
        log_interactions([said(make_company(name="Fjordkraft AS"), **{name: value})])
    assert (refused.value.code, refused.value.field) == ("not_found", name)


def test_email_without_address_becomes_none_or_is_refused_when_delivered() -> None:  # I-60
    firm = make_company(name="Fjordkraft AS")
    assert logged(firm, correspondence_type=CorrespondenceType.EMAIL).correspondence_type == "none"
    item = said(firm, correspondence_type=CorrespondenceType.EMAIL)
    with pytest.raises(DomainError) as refused:
        log_interactions([NewInteraction(item.values, deliver=True)])
    assert refused.value.code == "email_address_missing"
    assert "Fjordkraft AS" in str(refused.value.message)


def test_content_becomes_the_entrys_own_read_only_file() -> None:  # I-62
    vocabulary()
    item = said(make_company(name="Fjordkraft AS"))
    content = NewContent(data=b"Hello", file_name="hello.txt", extension="txt")
    entry = log_interactions([NewInteraction(item.values, [NewComment("a"), NewComment("b")], content)])[0]
    assert entry.attachment is not None
    assert entry.attachment.read_only
    assert entry.attachment.size_bytes == 5
    assert bytes_of(entry.attachment.content_id) == b"Hello"
    assert list(InteractionComment.objects.values_list("line_no", "comment")) == [(10000, "a"), (20000, "b")]


def test_logged_entries_stay_as_they_are_in_rules_and_database() -> None:  # I-67
    entry = logged(make_company(name="Fjordkraft AS"))
    with pytest.raises(DomainError) as refused:
        records.change(entry, {"description": "Something else"})
    assert refused.value.code == "log_entry_read_only"
    rows = InteractionLogEntry.objects.filter(pk=entry.pk)
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        rows.update(description="Something else")
    with pytest.raises(DatabaseError, match="cannot be deleted"), transaction.atomic():
        rows.delete()
    rows.update(evaluation="positive", canceled=True)
    with lifted():
        rows.update(cost_lcy=7)
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        rows.update(cost_lcy=8)


def test_only_canceled_entries_can_be_deleted() -> None:  # I-72
    entry = logged(make_company(name="Fjordkraft AS"))
    with pytest.raises(DomainError) as refused:
        records.delete(entry)
    assert refused.value.code == "only_canceled_or_postponed"
    records.delete(records.change(entry, {"canceled": True}))
    assert not InteractionLogEntry.objects.exists()


def test_a_renamed_template_is_followed_by_entries() -> None:  # I-67
    entry = logged(make_company(name="Fjordkraft AS"))
    records.change(InteractionTemplate.objects.get(code="MEET"), {"code": "MEETING"})
    entry.refresh_from_db()
    assert entry.interaction_template_code == "MEETING"
    with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute("UPDATE interactions_interactionlogentry SET interaction_template_code = 'X'")


class Campaigns:
    """A room of campaigns that gives each interaction the entry 7."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def descriptions(self, numbers: Collection[str]) -> Mapping[str, str]:
        return dict.fromkeys(numbers, "Spring")

    def logged(self, entries: Sequence[InteractionLogEntry]) -> None:
        for entry in entries:
            self.told.append(entry.campaign_no)
            entry.campaign_entry_no = 7

    def choices(self, company_id: object, salesperson_code: str) -> Sequence[tuple[str, str]]:
        return []

    def create(self, values: Mapping[str, Any]) -> str:
        raise NotImplementedError


@pytest.fixture
def campaigns() -> Iterator[Campaigns]:
    room = Campaigns()
    related.provides("campaign", room)
    yield room
    related.unplug("campaign")


def test_an_interaction_of_a_campaign_gets_its_campaign_entry(campaigns: Campaigns) -> None:  # I-61
    entry = logged(make_company(), campaign_no="K1")
    assert InteractionLogEntry.objects.get(pk=entry.pk).campaign_entry_no == 7
    log_interactions([said(make_company(), campaign_no="K2")], postponed=True)
    logged(make_company())
    assert campaigns.told == ["K1"]


def test_rooms_hear_of_deleted_interactions_however_they_go(campaigns: Campaigns) -> None:  # I-71, I-72, I-109
    heard: list[int] = []

    def hear(entries: Sequence[InteractionLogEntry], **_signal: Any) -> None:
        heard.extend(entry.entry_no for entry in entries)

    one, two = (logged(make_company(), campaign_no="K1") for _each in range(2))
    life.toggle_canceled([one.pk, two.pk])
    interactions_deleted.connect(hear)
    try:
        life.delete_entry(InteractionLogEntry.objects.get(pk=one.pk))
        life.delete_canceled(InteractionLogEntry.objects.all())
    finally:
        interactions_deleted.disconnect(hear)
    assert heard == [one.entry_no, two.entry_no]
