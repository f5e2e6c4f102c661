"""Service contracts, and mails about finished service orders (2.12, I-122, I-143)."""

from __future__ import annotations

import pytest

from tests.api.conftest import Service
from tests.documents.making import company, customer, document, person
from tuttava.contacts.models import Contact
from tuttava.documents import service_contracts, service_emails, showing
from tuttava.documents.models import Area, Document, ServiceContract, ServiceEmail
from tuttava.foundation import mail, records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.mail import fail_next
from tuttava.foundation.models import OutboxMail
from tuttava.interactions.models import InteractionLogEntry

pytestmark = pytest.mark.usefixtures("company")
PAPER = b"%PDF-1.7 a contract"


@pytest.fixture(autouse=True)
def quick_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting a page has its own tests."""
    monkeypatch.setattr(service_contracts, "pdf", lambda papers: PAPER if papers[0].heading else b"")


def order(email: str = "post@fjord.example", notify: str = "by_email") -> Document:
    buyer = customer(company("Fjord AS", email=email))
    return document(area=Area.SERVICE, customer_id=buyer.pk, notify_customer=notify, description="Pump")


def finish(who: Document, status: str = "finished") -> None:
    records.change(who, {"service_status": status})


def test_finished_order_queues_one_mail_to_the_customer() -> None:  # I-143
    made = order()
    for status in ("in_process", "finished", "on_hold", "finished"):
        finish(made, status)
    queued = ServiceEmail.objects.get()
    assert (queued.document_type, queued.document_no, queued.to_address) == ("order", made.no, "post@fjord.example")
    assert made.no in queued.subject and queued.status == "queued"


@pytest.mark.parametrize(("email", "notify"), [("", "by_email"), ("post@fjord.example", "no")])
def test_nobody_is_told_without_address_or_wish(email: str, notify: str) -> None:  # I-143
    finish(order(email, notify))
    assert not ServiceEmail.objects.exists()


def test_queue_is_sent_and_purged(crm: Service) -> None:  # I-143, 17.9
    finish(order())
    assert crm.get("serviceEmailQueue").value[0]["status"] == "Queued"
    assert crm.post("serviceEmailQueue/Microsoft.NAV.send").json == {"sent": 1, "failed": 0}
    assert crm.post("serviceEmailQueue/Microsoft.NAV.send").json == {"sent": 0, "failed": 0}
    assert OutboxMail.objects.get().to == ["post@fjord.example"]
    assert crm.get("serviceEmailQueue").value[0]["status"] == "Sent"
    assert crm.post("serviceEmailQueue/Microsoft.NAV.purge").json == {"deleted": 1}
    assert crm.post("serviceEmailQueue", {}).status == 405


def test_mail_of_the_queue_that_is_not_taken_is_an_error() -> None:  # I-143
    finish(order())
    fail_next("mailbox full")
    assert service_emails.send_queue() == {"sent": 0, "failed": 1}
    failed = ServiceEmail.objects.get()
    assert failed.status == "error" and "mailbox full" in failed.error


def test_server_gets_each_mail_of_the_queue_once(monkeypatch: pytest.MonkeyPatch) -> None:  # I-143
    taken: list[mail.Mail] = []
    finish(order())
    monkeypatch.setattr(mail, "is_transactional", lambda: False)
    monkeypatch.setattr(mail, "require_account", lambda: None)
    monkeypatch.setattr(mail.Post, "ready", lambda _post: None)
    monkeypatch.setattr(mail.Post, "hand_over", lambda _post, message: taken.append(message))
    for wanted in ({"sent": 1, "failed": 0}, {"sent": 0, "failed": 0}):
        assert service_emails.send_queue() == wanted
    assert len(taken) == 1 and ServiceEmail.objects.get().status == "sent"


def contract(hub: Contact | None = None, **values: object) -> ServiceContract:
    hub = hub or company("Fjord AS", email="post@fjord.example")
    return records.create(ServiceContract, {"customer_id": customer(hub).pk, "annual_amount": 1200, **values})


def test_contract_takes_contact_and_payer_from_the_customer() -> None:  # I-131, I-132
    hub = company()
    made = contract(hub)
    assert made.no.startswith("VCONT") or made.no
    assert (made.contact, made.bill_to_customer) == (hub, made.customer)
    assert (made.status, made.contract_type) == ("open", "contract")


def test_contract_needs_somebody() -> None:
    with pytest.raises(DomainError) as refused:
        records.create(ServiceContract, {"description": "Pumps"})
    assert refused.value.code == "account_required"


def test_contract_does_not_become_a_quote_again() -> None:
    made = records.change(contract(contract_type="quote"), {"contract_type": "contract"})
    with pytest.raises(DomainError):
        records.change(made, {"contract_type": "quote"})


@pytest.mark.parametrize(("kind", "event"), [("contract", "service_contract"), ("quote", "service_contract_quote")])
def test_printed_contract_is_logged_on_its_contact(kind: str, event: str) -> None:  # I-122, I-129
    hub = company()
    who = person(hub)
    made = contract(hub, contract_type=kind, contact_id=who.pk)
    service_contracts.preview_contracts([made])
    assert not InteractionLogEntry.objects.exists()
    assert service_contracts.print_contracts([made]).content == PAPER
    entry = InteractionLogEntry.objects.get()
    assert (entry.document_type, entry.document_no, entry.contact) == (event, made.no, who)
    assert (entry.doc_no_occurrence, entry.version_no) == (1, 0)
    (shown,) = showing.documents_of(entry)
    assert (shown.set_name, shown.id) == ("serviceContracts", str(made.pk))
    made.refresh_from_db()
    assert made.no_printed == 1


def test_contract_over_the_service(crm: Service) -> None:  # 17.9
    buyer = customer(company("Fjord AS", email="post@fjord.example"))
    made = crm.made(
        "serviceContracts?$expand=serviceContractLines",
        {
            "contractType": "Quote",
            "customerNo": buyer.no,
            "annualAmount": 1200,
            "serviceContractLines": [{"serviceItemNo": "P-1", "description": "Pump", "lineAmount": 1200}],
        },
    )
    assert (made["status"], made["billToCustomerNo"], made["annualAmount"]) == ("Open", buyer.no, 1200)
    assert made["serviceContractLines"][0]["lineNo"] == 10000
    path = f"serviceContracts(contractType='Quote',contractNo='{made['contractNo']}')"
    signed = crm.patch(path, {"contractType": "Contract", "status": "Signed"}).json
    assert (signed["contractType"], signed["status"]) == ("Contract", "Signed")
    path = f"serviceContracts({made['id']})"
    assert crm.post(f"{path}/Microsoft.NAV.print", {"logInteraction": False}).content == PAPER
    assert crm.post(f"{path}/Microsoft.NAV.sendByEmail", {"subject": "Hello"}).status == 204
    assert OutboxMail.objects.get().subject == "Hello"
    assert InteractionLogEntry.objects.count() == 1
    assert crm.delete(path, if_match="*").status == 204
