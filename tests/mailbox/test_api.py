"""E-mail logging over the service: setup, activities, one message."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import CRM, Answered, Service, SignIn
from tests.mailbox.making import THEIRS, emails_template, make_person, message, salesperson
from tuttava.mailbox.actions import decoded_message
from tuttava.mailbox.models import EmailLoggingActivity
from tuttava.mailbox.sealing import unseal
from tuttava.mailbox.setup import mail_setup

pytestmark = pytest.mark.usefixtures("company")
ACTION = "emailLoggingSetup({id})/Microsoft.NAV.{verb}"


def _setup(crm: Service) -> Mapping[str, Any]:
    row: Mapping[str, Any] = crm.get("emailLoggingSetup").json["value"][0]
    return row


def _act(crm: Service, verb: str) -> Any:
    return crm.post(ACTION.format(id=_setup(crm)["id"], verb=verb), {})


def _patch(crm: Service, values: Mapping[str, Any]) -> Any:
    return crm.patch(f"emailLoggingSetup({_setup(crm)['id']})", values)


def test_the_secret_is_taken_and_never_given(crm: Service) -> None:  # 2.13
    shown = _patch(crm, {"secret": "s3cret-word", "host": "mail.ours.example", "mailboxAddress": "log@ours.example"})
    assert shown.status == 200 and shown.json["secret"] == ""
    assert unseal(mail_setup().secret) == "s3cret-word"
    assert _setup(crm)["secret"] == "" and "s3cret" not in str(crm.get("emailLoggingSetup").json)
    assert _setup(crm)["batchSize"] == 50


def test_enabling_and_disabling(crm: Service, tmp_path: Path) -> None:  # I-145
    emails_template()
    refusals = []
    for values in (
        {"mailboxAddress": "log@ours.example", "source": "EmlFolder", "folderPath": str(tmp_path)},
        {"consentGiven": True},
    ):
        refusals.append(_code(_act(crm, "enable")))
        assert _patch(crm, values).status == 200
    refusals.append(_code(_act(crm, "enable")))
    assert refusals == ["mailbox_required", "consent_required", "mailbox_unavailable"]
    (tmp_path / "inbox").mkdir()
    assert _act(crm, "enable").json["enabled"] is True
    assert _code(_patch(crm, {"batchSize": 7})) == "settings_locked"
    assert _act(crm, "recreateJob").status == 200
    assert _act(crm, "disable").json["enabled"] is False


def _code(answer: Answered) -> str:
    assert answer.status == 400
    return answer.domain_code


def test_what_fails_while_testing_stays_in_the_activity_log(crm: Service) -> None:  # I-146
    _patch(crm, {"mailboxAddress": "log@ours.example", "source": "EmlFolder", "folderPath": "/nowhere"})
    assert _code(_act(crm, "validate")) == "mailbox_unavailable"
    rows = crm.get("emailLoggingActivities").json["value"]
    assert [(row["entryNo"], row["level"], row["context"]) for row in rows] == [(1, "Failed", "Connection test")]
    assert EmailLoggingActivity.objects.count() == 1


def test_changing_the_setup_needs_its_right(sign_in: SignIn) -> None:  # I-162
    reader = sign_in("CRM-EDIT", service=CRM)
    assert _patch(reader, {"batchSize": 7}).status == 403
    assert _act(reader, "validate").status == 403


def test_a_logged_message_is_answered_with_its_entries_as_their_set_has_them(crm: Service) -> None:  # 17.10
    emails_template()
    salesperson()
    kari = make_person(email=THEIRS)
    verb = "interactionLogEntries/Microsoft.NAV.logEmail"
    told = crm.post(verb, {"message": base64.b64encode(message()).decode()}).json
    assert (told["outcome"], told["reason"], len(told["entries"])) == ("Logged", "", 1)
    entry = told["entries"][0]
    assert (entry["contactNo"], entry["salespersonCode"], entry["informationFlow"]) == (kari.no, "PIA", "Inbound")
    listed = crm.get("interactionLogEntries").json["value"]
    assert [set(each) - set(entry) for each in listed] == [set()] and entry["title"] == listed[0]["title"]
    unknown = crm.post(verb, {"message": base64.b64encode(message("x@x.example")).decode()}).json
    assert (unknown["reason"], unknown["entries"]) == ("unknown_sender", [])
    assert decoded_message("aGVp") == b"hei"


def test_messages_are_logged_over_the_service(crm: Service, tmp_path: Path) -> None:  # 17.10
    emails_template()
    salesperson()
    make_person(email=THEIRS)
    sent = {"message": base64.b64encode(message()).decode()}
    assert crm.post("interactionLogEntries/Microsoft.NAV.logEmail", sent).json["outcome"] == "Logged"
    assert crm.post("interactionLogEntries/Microsoft.NAV.logEmail", sent).json["outcome"] == "AlreadyLogged"
    assert crm.post("interactionLogEntries/Microsoft.NAV.logEmail", sent | {"draft": True}).json["outcome"] == "Draft"
    assert _code(crm.post("interactionLogEntries/Microsoft.NAV.logEmail", {"message": "%"})) == "value_invalid"
    run = "interactionLogEntries/Microsoft.NAV.runEmailLogging"
    assert _code(crm.post(run, {})) == "logging_disabled"
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.eml").write_bytes(message())
    _patch(crm, {"mailboxAddress": "l@o.example", "source": "EmlFolder", "folderPath": str(tmp_path)})
    _patch(crm, {"consentGiven": True})
    _act(crm, "enable")
    assert crm.post(run, {}).json == {"found": 1, "logged": 1, "ignored": 0, "failed": 0}
