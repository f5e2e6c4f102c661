"""Reminders, finance charge memos, their automation and statements over the CRM service (17.9)."""

from __future__ import annotations

import pytest

from tests.api.conftest import CRM, Service, SignIn
from tests.documents.test_dues import PAPER, debtor, owes
from tuttava.documents import claims, statements
from tuttava.documents.models import ReminderAutomation
from tuttava.foundation.context import current
from tuttava.foundation.models import OutboxMail
from tuttava.interactions.models import InteractionLogEntry
from tuttava.partners.models import Customer

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture(autouse=True)
def quick_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting a page has its own tests."""
    for module in (claims, statements):
        monkeypatch.setattr(module, "pdf", lambda _papers: PAPER)


@pytest.mark.parametrize("entity", ["reminder", "financeChargeMemo"])
def test_claim_is_suggested_issued_printed_and_sent(crm: Service, entity: str) -> None:  # I-127, 17.9
    who = debtor()
    entry = owes(who, "100")
    issued_set = f"issued{entity[0].upper()}{entity[1:]}s"
    made = crm.made(f"{entity}s", {"customerNo": who.no, "postingDate": "2026-11-01"})
    path = f"{entity}s(no='{made['no']}')"
    assert crm.post(f"{path}/Microsoft.NAV.issue").domain_code == "nothing_to_issue"
    assert crm.post(f"{path}/Microsoft.NAV.suggestLines").json["no"] == made["no"]
    (line,) = crm.get(f"{path}/{entity}Lines").value
    assert (line["ledgerEntryNo"], line["remainingAmountLcy"], line[f"{entity}No"]) == (
        entry.entry_no, 100, made["no"],
    )  # fmt: skip
    issued = crm.post(f"{path}/Microsoft.NAV.issue").json
    assert (issued["preAssignedNo"], issued["noPrinted"]) == (made["no"], 0)
    assert crm.get(path).status == 404
    path = f"{issued_set}({issued['id']})"
    assert len(crm.get(f"{path}/{issued_set.removesuffix('s')}Lines").value) == 1
    assert crm.post(f"{path}/Microsoft.NAV.print", {"preview": True}).content == PAPER
    assert crm.post(f"{path}/Microsoft.NAV.print").content == PAPER
    assert crm.post(f"{path}/Microsoft.NAV.sendByEmail").status == 204
    assert crm.get(path).json["noPrinted"] == 2
    assert (OutboxMail.objects.count(), InteractionLogEntry.objects.count()) == (1, 2)
    assert OutboxMail.objects.get().related_set == issued_set
    assert crm.patch(path, {"postingDescription": "x"}).status == 405


def test_lines_are_of_the_customer_and_of_the_right_kind(crm: Service) -> None:  # 2.12
    who = debtor()
    entry, other = owes(who, "100"), owes(debtor("Skog AS"), "50")
    made = crm.made(
        "reminders?$expand=reminderLines",
        {"customerNo": who.no, "reminderLines": [{"ledgerEntryNo": entry.entry_no}]},
    )
    assert made["reminderLines"][0]["documentNo"] == entry.document_no
    refused = crm.post(f"reminders({made['id']})/reminderLines", {"ledgerEntryNo": other.entry_no})
    assert (refused.status, refused.domain_code) == (400, "value_invalid")
    assert crm.post("financeChargeMemoLines", {"financeChargeMemoNo": made["no"]}).status == 400
    assert crm.get(f"financeChargeMemos({made['id']})").status == 404
    assert crm.delete(f"reminders({made['id']})", if_match="*").status == 204


def test_issuing_can_send_at_once(crm: Service) -> None:  # I-128
    who = debtor()
    owes(who, "100")
    made = crm.made("reminders", {"customerNo": who.no, "postingDate": "2026-11-01"})
    crm.post(f"reminders({made['id']})/Microsoft.NAV.suggestLines")
    sent = {"sendByEmail": True, "logInteraction": False}
    assert crm.post(f"reminders({made['id']})/Microsoft.NAV.issue", sent).json["noPrinted"] == 1
    assert (OutboxMail.objects.count(), InteractionLogEntry.objects.count()) == (1, 0)


def test_automation_runs_as_it_is_set_up(crm: Service) -> None:  # I-128
    settings = crm.get("reminderAutomation").value[0]
    values = {"enabled": True, "issue": True, "sendByEmail": True}
    assert crm.patch(f"reminderAutomation({settings['id']})", values).json["logInteraction"] is True
    current().cache.clear()
    owes(debtor(), "100")
    path = f"reminderAutomation({settings['id']})/Microsoft.NAV.run"
    assert crm.post(path, {"date": "2026-11-01"}).json == {"created": 1, "issued": 1, "sent": 1}
    assert ReminderAutomation.objects.get().enabled


def test_statements_are_printed_and_listed(crm: Service) -> None:  # I-126, 17.9
    who = debtor()
    sent = {"ids": [str(who.pk)], "from": "2026-01-01", "to": "2026-12-31"}
    path = "customers/Microsoft.NAV.printStatement"
    assert crm.post(path, {**sent, "preview": True}).content == PAPER
    assert Customer.objects.get(pk=who.pk).last_statement_no == 0
    assert crm.post(path, {**sent, "logInteraction": False}).content == PAPER
    by_filter = {"filter": {"no": who.no}, "from": "2026-01-01", "to": "2026-12-31"}
    assert crm.post(path, by_filter).content == PAPER
    listed = crm.get(f"customerStatements?$filter=customerNo eq '{who.no}'").value
    assert [each["statementNo"] for each in listed] == [1, 2]
    assert InteractionLogEntry.objects.count() == 1
    assert crm.post(path, {**sent, "ids": None}).code == "Application_FieldValidationException"
    queued = crm.post(path, sent, prefer="respond-async")
    assert (queued.status, "jobs(" in queued.headers["location"]) == (202, True)


def test_reading_alone_does_not_let_anybody_issue(sign_in: SignIn) -> None:  # 17.12
    reader = sign_in("CRM-READ", service=CRM)
    assert reader.post("reminders", {"customerNo": debtor().no}).status == 403
    assert reader.get("reminders").status == 200
