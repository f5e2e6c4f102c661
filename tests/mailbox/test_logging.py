"""What becomes of a message: who it is matched to, and what is logged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.mailbox.making import (
    OURS,
    THEIRS,
    emails_template,
    entries,
    logged,
    make_company,
    make_person,
    message,
    raw,
    salesperson,
)
from tuttava.contacts.models import Contact, ContactAltAddress, ContactEmail
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.interactions import related
from tuttava.interactions.models import (
    InteractionAttachment,
    InteractionComment,
    InteractionLogEntry,
    InteractionTemplateSetup,
)
from tuttava.interactions.storing import bytes_of
from tuttava.mailbox.actions import log_message
from tuttava.mailbox.matching import people_of
from tuttava.mailbox.models import EmailLoggingActivity

pytestmark = pytest.mark.usefixtures("company")


def test_mail_of_a_contact_is_one_inbound_entry_for_each_salesperson() -> None:  # I-151
    firm = make_company(name="Fjord AS")
    kari = make_person(name="Kari Nordmann", company_no=firm.no, email=THEIRS)
    salesperson("OLE", "ole@ours.example")
    done = logged(THEIRS, f"{OURS}, nobody@ours.example, ole@ours.example")
    assert (done.outcome, [entry.salesperson_code for entry in done.entries]) == ("Logged", ["PIA", "OLE"])
    assert {entry.contact_id for entry in done.entries} == {kari.pk}
    assert {entry.contact_company_id for entry in done.entries} == {firm.pk}


def test_mail_of_a_salesperson_is_one_outbound_entry_for_each_contact() -> None:  # I-151
    made = [make_person(name=name, email=f"{name.lower()}@fjord.example") for name in ("Kari", "Ola")]
    done = logged(OURS, "ola@fjord.example, kari@fjord.example", Cc="stranger@x.example")
    assert [entry.contact_id for entry in done.entries] == [made[1].pk, made[0].pk]
    assert {entry.salesperson_code for entry in done.entries} == {"PIA"}


def test_two_messages_to_and_from_two_people_give_four_entries_and_two_attachments() -> None:  # I-153
    for name in ("c1", "c2"):
        make_person(name=name, email=f"{name}@fjord.example")
    salesperson("S2", "s2@ours.example")
    logged("c1@fjord.example", OURS, Cc="s2@ours.example")
    logged(OURS, "c1@fjord.example", Cc="c2@fjord.example")
    assert len(entries()) == 4
    assert InteractionAttachment.objects.filter(storage_type="mail_message").count() == 2


@pytest.mark.parametrize(
    ("sender", "to", "reason"),
    [
        ("stranger@x.example", OURS, "unknown_sender"),
        (THEIRS, "stranger@x.example", "no_party"),
        (THEIRS, "post@fjord.example", "no_party"),
        (OURS, "stranger@x.example", "no_party"),
        (OURS, "ole@ours.example", "internal"),
        ("", OURS, "no_sender"),
        (THEIRS, "", "no_recipient"),
    ],
)
def test_other_mail_is_not_relevant(sender: str, to: str, reason: str) -> None:  # I-149, I-151
    make_person(email=THEIRS)
    make_company(email="post@fjord.example")
    salesperson("OLE", "ole@ours.example")
    done = logged(sender, to)
    assert (done.outcome, done.reason, entries()) == ("NotRelevant", reason, [])


def test_drafts_and_automatic_mail_and_what_is_no_message_are_not_logged() -> None:  # I-149, I-158
    make_person(email=THEIRS)
    assert logged(message(X_Unsent="1")).outcome == "Draft"
    assert logged(message(Auto_Submitted="auto-replied")).reason == "automatic"
    assert logged(b"%PDF-1.7").reason == "unreadable"
    assert entries() == []


def test_the_same_message_is_logged_once() -> None:  # I-150
    make_person(email=THEIRS)
    first = message(Message_ID="<same@x>", subject="one")
    assert logged(first).outcome == "Logged"
    assert logged(message(Message_ID="<same@x>", subject="two")).outcome == "AlreadyLogged"
    assert logged(message(Message_ID="<SAME@x>")).outcome == "Logged"
    assert len(entries()) == 2


def test_without_message_id_the_same_bytes_are_the_same_message() -> None:  # I-150
    make_person(email=THEIRS)
    assert logged(message(Message_ID="")).outcome == "Logged"
    assert logged(message(Message_ID="")).outcome == "AlreadyLogged"
    assert logged(message(Message_ID="", subject="Other")).outcome == "Logged"


@pytest.mark.parametrize("stored", ["kari@fjord.example", "KARI@fjord.example", "a@x.example;Kari@Fjord.example"])
def test_addresses_match_whole_and_ignoring_case_in_fields_of_several(stored: str) -> None:  # I-152, C-42
    kari = make_person(email=stored)
    assert [entry.contact_id for entry in logged("KARI@FJORD.example").entries] == [kari.pk]


@pytest.mark.parametrize(
    "other", ["ari@fjord.example", "kari@fjord.example.no", "kári@fjord.example", "k'ari@fjord.example"]
)
def test_nearly_the_same_address_does_not_match(other: str) -> None:  # I-152
    make_person(email=THEIRS)
    assert logged(raw(f"From: {other}", f"To: {OURS}")).reason == "unknown_sender"


def test_addresses_longer_than_any_field_never_match() -> None:  # I-152
    long = f"{'a' * 3000}@fjord.example"
    assert logged(raw(f"From: {long}", f"To: {OURS}")).reason == "unknown_sender"


def test_salespeople_are_found_ignoring_case_the_lowest_code_first() -> None:  # I-152
    make_person(email=THEIRS)
    salesperson("TWO", "Two@ours.example")
    salesperson("THREE", "two@ours.example")
    assert [entry.salesperson_code for entry in logged(THEIRS, "TWO@OURS.example").entries] == ["THREE"]


def test_second_and_labelled_addresses_of_contacts_match_and_stay_e_mail() -> None:  # I-152, I-154
    second = make_person(name="Second", email_2="second@x.example")
    labelled = make_person(name="Labelled")
    records.create(ContactEmail, {"label": "Home", "email": "Home@x.example"}, given={"contact_id": labelled.pk})
    done = logged(OURS, "second@x.example, home@x.example")
    assert [entry.contact_id for entry in done.entries] == [second.pk, labelled.pk]
    assert {entry.correspondence_type for entry in done.entries} == {"email"}


def test_alternative_addresses_match_after_contacts_own() -> None:  # I-152
    away = make_person(name="Away", no="A1")
    alt = records.create(ContactAltAddress, {"code": "CABIN", "email": THEIRS}, given={"contact_id": away.pk})
    entry = logged(THEIRS).entries[0]
    assert (entry.contact_id, entry.contact_alt_address_id) == (away.pk, alt.pk)
    own = make_person(name="Own", no="Z1", email=THEIRS)
    entry = logged(THEIRS).entries[0]
    assert (entry.contact_id, entry.contact_alt_address_id) == (own.pk, None)


def test_of_contacts_with_one_address_the_lowest_person_counts_and_the_others_are_named() -> None:  # I-152
    make_company(no="A1", name="Fjord AS", email=THEIRS)
    make_person(no="P9", name="Nine", email=THEIRS)
    two = make_person(no="P2", name="Two", email=THEIRS)
    entry = logged(THEIRS).entries[0]
    assert entry.contact_id == two.pk
    comment = InteractionComment.objects.get(entry=entry).comment
    assert "P9 Nine, A1 Fjord AS" in comment
    assert "P2" not in comment


def test_somebody_reached_under_two_addresses_was_written_to_once() -> None:  # I-151
    make_person(email="kari@fjord.example;kari@home.example")
    assert len(logged(OURS, "kari@fjord.example", Cc="kari@home.example").entries) == 1


def test_entries_of_inbound_mail_have_the_templates_cost_and_their_own_direction() -> None:  # I-154
    make_person(email=THEIRS)
    entry = logged(
        raw(
            f"From: {THEIRS}",
            f"To: {OURS}",
            "Date: Mon, 02 Mar 2026 09:15:00 +0100",
            "Received: by ours; Mon, 02 Mar 2026 10:20:30 +0100",
            f"Subject: {'s' * 120}",
        )
    ).entries[0]
    entry.refresh_from_db()
    assert (entry.interaction_template_code, entry.interaction_group_code) == ("MAIL", "SYSTEM")
    assert (entry.cost_lcy, entry.duration_min) == (8, 1)
    assert (entry.information_flow, entry.initiated_by) == ("inbound", "them")
    assert (entry.correspondence_type, entry.delivery_status, entry.email_logged) == ("email", "none", True)
    assert entry.description == entry.subject == "s" * 100
    assert (entry.date, entry.time_of_interaction) == (dt.date(2026, 3, 2), dt.time(10, 20, 30))


def test_entries_of_outbound_mail_have_the_time_of_sending() -> None:  # I-154
    make_person(email=THEIRS)
    received = "by ours; Mon, 02 Mar 2026 10:20:30 +0100"
    entry = logged(OURS, THEIRS, Received=received, subject="").entries[0]
    assert (entry.information_flow, entry.initiated_by) == ("outbound", "us")
    assert (entry.time_of_interaction, entry.subject) == (dt.time(9, 15), "")


def test_the_whole_message_is_kept_read_only_and_shared_by_its_entries() -> None:  # I-155
    make_person(email=THEIRS)
    salesperson("OLE", "ole@ours.example")
    data = message(to=f"{OURS}, ole@ours.example", Message_ID="<kept@x>")
    done = logged(data)
    attachment = InteractionAttachment.objects.get(storage_type="mail_message")
    assert {entry.attachment_id for entry in done.entries} == {attachment.pk}
    assert (attachment.storage_type, attachment.file_extension, attachment.read_only) == ("mail_message", "eml", True)
    assert attachment.internet_message_id == "<kept@x>"
    assert bytes_of(attachment.content_id) == data


def test_privacy_blocked_contacts_are_skipped_and_noted() -> None:  # I-22
    kari = make_person(no="K1", email=THEIRS)
    Contact.objects.filter(pk=kari.pk).update(privacy_blocked=True)
    assert logged(THEIRS).reason == "privacy_blocked"
    assert logged(OURS, THEIRS).reason == "privacy_blocked"
    assert entries() == []
    assert [("K1" in line.message) for line in EmailLoggingActivity.objects.all()] == [True, True]


def test_people_of_a_privacy_blocked_company_are_skipped_and_another_with_the_address_counts() -> None:  # I-22
    firm = make_company(no="F1")
    make_person(no="K1", email=THEIRS, company_no=firm.no)
    Contact.objects.filter(pk=firm.pk).update(privacy_blocked=True)
    assert logged(THEIRS).reason == "privacy_blocked"
    other = make_person(no="K2", email=THEIRS)
    done = logged(THEIRS)
    assert [entry.contact_id for entry in done.entries] == [other.pk]
    assert not InteractionComment.objects.exists()


def test_logging_by_hand_needs_the_template_for_e_mails() -> None:  # I-145
    InteractionTemplateSetup.objects.update(emails_code=None)
    with pytest.raises(DomainError) as refused:
        log_message(message())
    assert refused.value.code == "emails_template_required"


class _Known:
    """Campaigns or opportunities that exist."""

    def __init__(self, *numbers: str) -> None:
        self.numbers = numbers

    def descriptions(self, numbers: Collection[str]) -> Mapping[str, str]:
        return {number: number for number in numbers if number in self.numbers}

    def logged(self, entries: Sequence[InteractionLogEntry]) -> None:
        """Nothing follows."""

    def choices(self, company_id: Any, salesperson_code: str) -> Sequence[tuple[str, str]]:
        return ()

    def create(self, values: Mapping[str, Any]) -> str:
        raise NotImplementedError


def known_numbers(*numbers: str) -> related.RelatedKind:
    """A kind of records of which these exist."""
    return _Known(*numbers)


@pytest.fixture
def campaigns() -> Iterator[None]:
    related.provides("campaign", known_numbers("CP1"))
    related.provides("opportunity", known_numbers("OP1", "OP2"))
    yield
    related.unplug("campaign")
    related.unplug("opportunity")


def _sent(message_id: str, **values: Any) -> InteractionLogEntry:
    """A message that was logged and belongs somewhere; opportunities are linked later, campaigns from the start."""
    from tests.interactions.making import said
    from tuttava.interactions.logging_core import NewInteraction, log_interactions
    from tuttava.interactions.storing import NewContent

    emails_template()
    salesperson()
    item = said(
        Contact.objects.get(email=THEIRS),
        interaction_template_code="MAIL",
        interaction_group_code="SYSTEM",
        salesperson_code="PIA",
        **values,
    )
    return log_interactions([NewInteraction(item.values, content=NewContent(internet_message_id=message_id))])[0]


@pytest.mark.usefixtures("campaigns")
def test_a_reply_belongs_to_what_it_answers() -> None:  # I-158
    make_person(email=THEIRS)
    _sent("<1@ours>", campaign_no="CP1", campaign_target=True, opportunity_no="OP1")
    entry = logged(THEIRS, In_Reply_To="<1@ours>").entries[0]
    assert (entry.campaign_no, entry.campaign_response, entry.opportunity_no) == ("CP1", True, "OP1")
    assert logged(THEIRS, References="<0@x> <1@ours>").entries[0].opportunity_no == "OP1"
    assert logged(THEIRS, References="<2@x>").entries[0].opportunity_no == ""


@pytest.mark.usefixtures("campaigns")
def test_the_nearest_message_of_a_conversation_counts_and_only_what_still_exists() -> None:  # I-158
    make_person(email=THEIRS)
    _sent("<1@ours>", opportunity_no="OP1")
    _sent("<2@ours>", opportunity_no="OP2", campaign_no="CP1")
    assert logged(THEIRS, References="<1@ours> <2@ours>").entries[0].opportunity_no == "OP2"
    related.unplug("campaign")
    entry = logged(THEIRS, References="<1@ours> <2@ours>").entries[0]
    assert (entry.opportunity_no, entry.campaign_no, entry.campaign_response) == ("OP2", "", False)


def test_matching_takes_as_many_queries_for_fifty_recipients_as_for_one() -> None:  # I-152
    make_person(email=THEIRS)
    many = [OURS, THEIRS, *(f"p{number}@x.example" for number in range(50))]
    for addresses in ([OURS, THEIRS], many):
        with CaptureQueriesContext(connection) as seen:
            people_of(addresses)
        assert len(seen) == 2
