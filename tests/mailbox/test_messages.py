"""Reading messages, however broken they are."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mailbox.making import message, raw
from tuttava.mailbox.messages import read_mail


def test_addresses_come_from_to_then_cc_each_once_ignoring_case() -> None:  # I-148
    mail = read_mail(
        raw("From: Ann <ann@x.example>", "To: b@x.example, C@x.example", "Cc: B@X.example, d@x.example", "Subject: a")
    )
    assert mail.recipients == ("b@x.example", "C@x.example", "d@x.example")


def test_groups_are_expanded_and_undisclosed_recipients_are_none() -> None:  # I-148
    mail = read_mail(raw("From: a@x.example", "To: Team: b@x.example, Carl <c@x.example>;, d@x.example"))
    assert mail.recipients == ("b@x.example", "c@x.example", "d@x.example")
    assert read_mail(raw("From: a@x.example", "To: undisclosed-recipients:;")).recipients == ()


def test_sender_counts_only_when_from_is_missing() -> None:  # I-148
    both = raw("From: Ann <ann@x.example>, bo@x.example", "Sender: desk@x.example", "To: b@x.example")
    assert read_mail(both).sender == "ann@x.example"
    assert read_mail(raw("Sender: desk@x.example", "To: b@x.example")).sender == "desk@x.example"
    assert read_mail(raw("From: nobody", "Sender: desk@x.example")).sender == ""


def test_names_with_commas_in_encoded_words_are_one_address() -> None:  # I-148
    mail = read_mail(raw("From: =?utf-8?Q?Hansen=2C_=C3=85se?= <ase@x.example>", "To: b@x.example"))
    assert (mail.sender, mail.sender_name) == ("ase@x.example", "Hansen, Åse")


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        ("Subject: =?utf-8?B?QmzDpWLDpnI=?=", "Blåbær"),
        ("Subject: =?iso-8859-1?Q?Bl=E5b=E6r?= =?iso-8859-1?Q?_og_=F8l?=", "Blåbær og øl"),
        ("Subject: =?utf-8?Q?Bl=E5?=", "Blå"),
        ("Subject: =?x-nonsense?Q?Plain_words?=", "Plain words"),
        ("Subject: =?utf-8?B?A?=", "=?utf-8?B?A?="),
        ("Subject: Blåbær", "Blåbær"),
        (b"Subject: Bl\xe5b\xe6r", "Blåbær"),
        ("Subject: folded\r\n over lines", "folded over lines"),
        ("Subject: bell\x07 and\x00 zero", "bell and zero"),
        ("X-Subject: other", ""),
    ],
)
def test_subjects_are_decoded_whatever_their_character_set(line: str | bytes, subject: str) -> None:  # I-148
    assert read_mail(raw("From: a@x.example", line)).subject == subject


def test_times_are_the_companys_and_the_mailbox_knows_best_when_it_arrived() -> None:  # I-148
    lines = [
        "From: a@x.example",
        "Date: Mon, 02 Mar 2026 23:30:00 +0000",
        "Received: from b by c; Tue, 3 Mar 2026 08:00:00 +0000",
        "Received: from a by b; Tue, 3 Mar 2026 07:00:00 +0000",
    ]
    mail = read_mail(raw(*lines))
    assert mail.sent_at.isoformat() == "2026-03-03T00:30:00+01:00"
    assert mail.received_at.isoformat() == "2026-03-03T09:00:00+01:00"
    arrived = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
    assert read_mail(raw(*lines), received_at=arrived).received_at == arrived
    assert read_mail(raw(*lines[:2])).received_at == mail.sent_at


@pytest.mark.parametrize(
    "date", ["yesterday", "Mon, 99 Mar 2026 25:00:00 +0000", "", "Fri, 31 Dec 9999 23:59:59 -1200"]
)
def test_impossible_dates_become_the_time_of_arrival_or_now(date: str) -> None:  # I-148
    arrived = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
    assert read_mail(raw("From: a@x.example", f"Date: {date}"), received_at=arrived).sent_at == arrived
    mail = read_mail(raw("From: a@x.example", f"Date: {date}"))
    assert abs(timezone.now() - mail.sent_at) < dt.timedelta(minutes=1)


def test_drafts_are_known_by_flag_or_header() -> None:  # I-148
    plain = raw("From: a@x.example")
    assert not read_mail(plain).draft
    assert read_mail(plain, draft=True).draft
    assert read_mail(raw("From: a@x.example", "X-Unsent: 1")).draft
    assert not read_mail(raw("From: a@x.example", "X-Unsent: 0")).draft


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; type=x",
        "Precedence: bulk",
        "Return-Path: <>",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
    ],
)
def test_automatic_mail_is_known(line: str) -> None:  # I-158
    assert read_mail(raw("From: a@x.example", line)).automatic


def test_mail_of_people_is_not_automatic() -> None:  # I-158
    lines = ("Auto-Submitted: no", "Precedence: list", "Return-Path: <a@x.example>", "Content-Type: text/plain")
    assert not read_mail(raw("From: a@x.example", *lines)).automatic
    assert read_mail(raw("From: MAILER-DAEMON@x.example")).automatic


def test_conversation_is_read_nearest_first() -> None:  # I-158
    mail = read_mail(raw("From: a@x.example", "In-Reply-To: <3@x>", "References: <1@x> <2@x>\r\n <3@x>"))
    assert mail.references == ("<3@x>", "<2@x>", "<1@x>")


@pytest.mark.parametrize("data", [b"", b"\x00\xff" * 500, b"no headers at all", b"\r\n\r\n", b"%PDF-1.7\nbinary"])
def test_what_is_no_message_is_unreadable(data: bytes) -> None:  # I-149
    assert not read_mail(data).readable


def test_attachments_of_fifty_megabytes_cost_nothing() -> None:  # I-148
    data = message() + b"x" * 50_000_000
    began = time.perf_counter()
    mail = read_mail(data)
    assert mail.subject == "Spring"
    assert time.perf_counter() - began < 0.5


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"From", b"To", b"Date", b"Subject", b"Message-ID", b"References"]))
def test_no_header_makes_reading_fail(value: bytes, name: bytes) -> None:  # I-148
    mail = read_mail(name + b": " + value + b"\r\n\r\nbody")
    for text in (mail.subject, mail.message_id, mail.sender, *mail.recipients):
        assert "\x00" not in text
        text.encode()
