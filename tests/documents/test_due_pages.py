"""Reminders, finance charge memos, their automation and statements in the browser."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from tests.documents import making
from tests.relations.pages import JSON, administrator
from tuttava.documents import claims
from tuttava.documents.models import Claim, ClaimLine, CustomerStatement, IssuedClaim
from tuttava.foundation import jobs, records
from tuttava.foundation.company import company_information
from tuttava.foundation.context import current
from tuttava.foundation.directory.models import Company
from tuttava.foundation.models import Currency
from tuttava.partners.models import Customer
from tuttava.trade import feed
from tuttava.trade.models import CustomerLedgerEntry, ExchangeRate

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}"


@pytest.fixture
def debtor() -> Customer:
    """A customer with an invoice that is a month overdue."""
    customer = making.customer()
    day = current().date - dt.timedelta(days=60)
    entry = {"entry_no": 1, "customer_no": customer.no, "document_type": "invoice", "document_no": "F1"}
    entry |= {"posting_date": day, "due_date": day + dt.timedelta(days=30), "amount_lcy": 125, "sales_lcy": 100}
    feed.load(CustomerLedgerEntry, [entry])
    return customer


def test_new_reminder_takes_the_overdue_invoices(client: Client, base: str, debtor: Customer) -> None:  # I-127
    done = client.post(f"{base}/documents/reminders/new", {"customer_id": debtor.no}, headers=JSON).json()
    claim = Claim.objects.get()
    assert done["redirect"].endswith(f"/claims/{claim.pk}")
    shown = client.get(done["redirect"]).content.decode()
    assert "F1" in shown and "125.00" in shown
    assert claim.no in client.get(f"{base}/documents/reminders/").content.decode()


def test_invoice_is_taken_off_and_suggested_again(client: Client, base: str, debtor: Customer) -> None:  # I-127
    claim = claims.suggest_lines(records.create(Claim, {"customer_id": debtor.pk}))
    line = ClaimLine.objects.get()
    client.post(f"{base}/documents/claims/{claim.pk}/lines/{line.pk}/delete", headers=JSON)
    assert not ClaimLine.objects.exists()
    client.post(f"{base}/documents/claims/{claim.pk}/suggest", headers=JSON)
    assert ClaimLine.objects.get().document_no == "F1"


def test_reminder_is_issued_and_printed_from_its_card(client: Client, base: str, debtor: Customer) -> None:  # I-127
    claim = claims.suggest_lines(records.create(Claim, {"customer_id": debtor.pk}))
    assert client.post(f"{base}/documents/claims/{claim.pk}/issue", headers=JSON).status_code == 409
    sure = {"answer:q_issue": "yes"}
    done = client.post(f"{base}/documents/claims/{claim.pk}/issue", sure, headers=JSON).json()
    issued = IssuedClaim.objects.get()
    assert done["redirect"].endswith(f"/issued-claims/{issued.pk}")
    assert "data:image/png" in client.get(f"{base}/documents/issued-claims/{issued.pk}/preview").content.decode()
    answer = client.post(f"{base}/documents/issued-claims/{issued.pk}/print", {"asks_log": "1"}, headers=JSON).json()
    issued.refresh_from_db()
    assert answer["file"] and issued.no_printed == 1


def test_ticked_reminders_are_issued(client: Client, base: str, debtor: Customer) -> None:  # I-127
    claim = claims.suggest_lines(records.create(Claim, {"customer_id": debtor.pk}))
    blank = records.create(Claim, {"customer_id": debtor.pk})
    client.post(f"{base}/documents/reminders/bulk/issue", {"id": [claim.pk, blank.pk], "step": "do"})
    assert IssuedClaim.objects.get().pre_assigned_no == claim.no and Claim.objects.get() == blank


def test_automation_reminds_once_it_is_switched_on(
    client: Client, base: str, debtor: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:  # I-128
    monkeypatch.setattr(jobs, "enqueue", jobs.run_now)
    run = f"{base}/setup/reminder-automation/run"
    assert "switched off" in client.post(run, headers=JSON).json()["messages"][0]["text"]
    assert not Claim.objects.exists()
    records.change(claims.automation(), {"enabled": True, "issue": True})
    assert client.post(run, headers=JSON).json()["redirect"].endswith("/issued-reminders/")
    assert IssuedClaim.objects.get().customer_id == debtor.pk


def test_statement_is_looked_at_without_a_number_and_printed_with_one(
    client: Client, base: str, debtor: Customer
) -> None:  # I-126
    page = f"{base}/customers/statements?ids={debtor.pk}"
    assert "data:image/png" in client.get(page).content.decode()
    assert not CustomerStatement.objects.exists()
    sent = {"ids": str(debtor.pk), "from_date": "2026-01-01", "to_date": "2026-12-31", "do": "print"}
    done = client.post(f"{base}/customers/statements", sent, headers=JSON).json()
    statement = CustomerStatement.objects.get()
    assert done["file"] and statement.statement_no == 1
    assert client.get(f"{base}/documents/statements/{statement.pk}/pdf").content.startswith(b"%PDF")
    assert debtor.no in client.get(f"{base}/documents/statements/").content.decode()
    again = client.post(f"{base}/documents/statements/print", {"ids": str(statement.pk)}, headers=JSON).json()
    assert again["file"] and CustomerStatement.objects.count() == 1


def test_statements_for_many_customers_are_a_job(
    client: Client, base: str, debtor: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:  # I-126
    monkeypatch.setattr(jobs, "enqueue", jobs.run_now)
    monkeypatch.setattr("tuttava.documents.pages.statements.AT_ONCE", 0)
    sent = {"ids": str(debtor.pk), "from_date": "2026-01-01", "to_date": "2026-12-31", "do": "print"}
    done = client.post(f"{base}/customers/statements", sent, headers=JSON).json()
    assert done["redirect"].endswith("/documents/statements/") and CustomerStatement.objects.count() == 1


def test_period_that_ends_before_it_begins_is_refused_at_its_field(
    client: Client, base: str, debtor: Customer
) -> None:  # I-126
    sent = {"ids": str(debtor.pk), "from_date": "2026-12-31", "to_date": "2026-01-01", "do": "print"}
    answer = client.post(f"{base}/customers/statements", sent, headers=JSON)
    assert answer.json()["error"]["field"] == "to_date"


def test_exchange_rates_are_kept_in_the_setup(client: Client, base: str) -> None:
    Currency.objects.get_or_create(code="EUR", defaults={"description": "Euro"})
    typed = {"currency_code": "EUR", "starting_date": "2026-01-01", "rate": "11.5"}
    made = client.post(f"{base}/setup/exchange-rates/new", typed, headers=JSON).json()
    assert "EUR" in made["row"] and ExchangeRate.objects.get().rate == Decimal("11.5")
    assert "11.5" in client.get(f"{base}/setup/exchange-rates/", {"q": "2026"}).content.decode()
    own = {**typed, "currency_code": company_information().currency_code or ""}
    assert client.post(f"{base}/setup/exchange-rates/new", own, headers=JSON).status_code == 422
