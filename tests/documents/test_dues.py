"""What customers are told they owe: statements, reminders, finance charge memos (I-126 to I-128)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.documents.making import company, customer
from tuttava.documents import claims, statements
from tuttava.documents.models import Claim, ClaimKind, CustomerStatement, IssuedClaim, ReminderAutomation
from tuttava.documents.printing.mails import Letter
from tuttava.foundation import jobs, records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.mail import fail_next
from tuttava.foundation.models import OutboxMail
from tuttava.interactions.models import InteractionLogEntry
from tuttava.partners.models import Customer
from tuttava.trade.feed import next_entry_no
from tuttava.trade.models import CustomerLedgerEntry, EntryType

pytestmark = pytest.mark.usefixtures("company")

YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
PAPER = b"%PDF-1.7 a paper"


@pytest.fixture(autouse=True)
def quick_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting a page has its own tests."""
    for module in (claims, statements):
        monkeypatch.setattr(module, "pdf", lambda _papers: PAPER)


def debtor(name: str = "Fjord AS") -> Customer:
    return customer(company(name, email="post@fjord.example"))


def owes(who: Customer, amount: str, day: dt.date = dt.date(2026, 3, 1), **values: Any) -> CustomerLedgerEntry:
    return CustomerLedgerEntry.objects.create(
        **{
            "entry_no": next_entry_no(CustomerLedgerEntry),
            "customer": who,
            "document_type": EntryType.INVOICE,
            "document_no": f"I{day:%m%d}",
            "posting_date": day,
            "due_date": day + dt.timedelta(days=14),
            "amount_lcy": Decimal(amount),
            "remaining_amount_lcy": Decimal(amount),
            **values,
        }
    )


def entries() -> list[InteractionLogEntry]:
    return list(InteractionLogEntry.objects.order_by("entry_no"))


@pytest.mark.parametrize("logged", [True, False])
def test_statement_raises_the_number_and_is_logged_under_it(logged: bool) -> None:  # I-126
    who = debtor()
    for number in (1, 2):
        assert statements.print_statements([who], YEAR, log_interaction=logged).content == PAPER
        who.refresh_from_db()
        assert who.last_statement_no == number
    told = [(each.document_type, each.document_no, each.description) for each in entries()]
    wanted = [("sales_statement", str(number), f"Statement {number}") for number in (1, 2)]
    assert told == (wanted if logged else [])
    assert CustomerStatement.objects.filter(customer=who).count() == 2


def test_preview_of_a_statement_leaves_no_trace() -> None:  # I-120, I-126
    who = debtor()
    statements.preview_statements([who], YEAR)
    who.refresh_from_db()
    assert (who.last_statement_no, entries(), CustomerStatement.objects.count()) == (0, [], 0)


def test_mailed_statement_counts_once() -> None:  # I-126
    who = debtor()
    statements.mail_statement(who, YEAR, Letter(body="Hello"))
    who.refresh_from_db()
    assert (who.last_statement_no, len(entries()), OutboxMail.objects.count()) == (1, 1, 1)


def test_statement_lists_the_period_with_its_balances() -> None:  # I-142
    who = debtor()
    owes(who, "100", dt.date(2025, 12, 1))
    owes(who, "250")
    owes(who, "-50", dt.date(2026, 4, 1), document_type=EntryType.PAYMENT, open=False)
    (paper,) = statements.papers_of([who], YEAR)
    assert [row.cells[-1] for row in paper.rows] == ["100.00", "350.00", "300.00"]
    assert paper.totals[0].value == "300.00"
    assert paper.summaries[0].rows[0][-1] == "350.00"


def test_statements_of_many_are_a_job() -> None:  # I-126
    who = [debtor(f"Fjord {place}") for place in range(3)]
    arguments = {"ids": [str(each.pk) for each in who], "from": "2026-01-01", "to": "2026-12-31"}
    done = jobs.run_now(statements.KIND, "Statements", {**arguments, "log_interaction": None})
    assert (done.result, len(entries())) == ({"printed": 3}, 3)


def reminder(who: Customer, kind: ClaimKind = ClaimKind.REMINDER, **values: Any) -> Claim:
    return records.create(Claim, {"kind": kind, "customer_id": who.pk, "posting_date": dt.date(2026, 11, 1), **values})


def test_overdue_open_invoices_are_suggested() -> None:
    who = debtor()
    wanted = owes(who, "100")
    owes(who, "100", dt.date(2026, 10, 30))
    owes(who, "100", open=False)
    owes(who, "-100", document_type=EntryType.CREDIT_MEMO)
    owes(debtor("Skog AS"), "100")
    claim = claims.suggest_lines(claims.suggest_lines(reminder(who)))
    assert [line.ledger_entry_no for line in claim.lines.all()] == [wanted.entry_no]


@pytest.mark.parametrize(("kind", "event"), [("reminder", "sales_reminder"),
                                             ("finance_charge_memo", "sales_finance_charge_memo")])  # fmt: skip
def test_issued_one_is_logged_when_printed(kind: str, event: str) -> None:  # I-122, I-127
    who = debtor()
    owes(who, "100")
    claim = claims.suggest_lines(reminder(who, ClaimKind(kind)))
    issued = claims.issue(claim)
    assert not Claim.objects.exists() and issued.pre_assigned_no == claim.no and entries() == []
    claims.print_claims([issued])
    (entry,) = entries()
    assert (entry.document_type, entry.document_no) == (event, issued.no)
    assert entry.contact is not None and entry.contact.name == "Fjord AS"
    assert entry.description == f"{ClaimKind(kind).label} {issued.no}"
    issued.refresh_from_db()
    assert issued.no_printed == 1


def test_own_description_of_a_reminder_stays() -> None:  # I-127
    who = debtor()
    owes(who, "100")
    issued = claims.issue(claims.suggest_lines(reminder(who, posting_description="Last warning")))
    assert issued.posting_description == "Last warning"


def test_reminder_without_lines_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        claims.issue(reminder(debtor()))
    assert refused.value.code == "nothing_to_issue"


@pytest.mark.parametrize("logged", [True, False])
def test_automation_issues_sends_and_logs(logged: bool) -> None:  # I-128
    claims.automation()
    ReminderAutomation.objects.update(enabled=True, issue=True, send_by_email=True, log_interaction=logged)
    from tuttava.foundation.context import current

    current().cache.clear()
    owes(debtor(), "100")
    day = dt.date(2026, 11, 1)
    assert claims.run_automation(day) == {"created": 1, "issued": 1, "sent": 1}
    assert [entry.document_type for entry in entries()] == (["sales_reminder"] if logged else [])
    assert claims.run_automation(day)["created"] == 0
    assert IssuedClaim.objects.get().no_printed == 1


def test_statements_of_many_are_mailed_by_a_job() -> None:  # I-126
    who = [debtor(f"Fjord {place}") for place in range(2)] + [customer(company("No address AS"))]
    arguments = {"ids": [str(each.pk) for each in who], "from": "2026-01-01", "to": "2026-12-31"}
    done = jobs.run_now(statements.MAIL_KIND, "Statements", {**arguments, "log_interaction": None})
    assert done.result == {"sent": 2, "skipped": 1, "failed": 0}
    assert (OutboxMail.objects.count(), len(entries()), CustomerStatement.objects.count()) == (2, 2, 2)


def test_statements_cost_as_many_queries_however_many_they_are(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # I-126
    who = [debtor(f"Fjord {place}") for place in range(6)]
    statements.print_statements(who[:1], YEAR)
    with acting(), django_assert_max_num_queries(50):
        statements.print_statements(who, YEAR)
    assert len(entries()) == 7


def test_reminder_that_cannot_be_sent_stays_issued() -> None:  # I-128
    claims.automation()
    ReminderAutomation.objects.update(enabled=True, issue=True, send_by_email=True)
    owes(debtor(), "100")
    fail_next("mailbox full")
    with acting() as context:
        assert claims.run_automation(dt.date(2026, 11, 1)) == {"created": 1, "issued": 1, "sent": 0}
        assert [each.code for each in context.messages] == ["mail.not_sent"]
    assert (IssuedClaim.objects.get().no_printed, entries()) == (0, [])


def test_reminder_with_lines_keeps_its_customer() -> None:  # I-127
    who, other = debtor(), debtor("Skog AS")
    owes(who, "100")
    claim = records.change(reminder(other), {"customer_id": who.pk})
    with pytest.raises(DomainError) as refused:
        records.change(claims.suggest_lines(claim), {"customer_id": other.pk})
    assert refused.value.code == "read_only"
