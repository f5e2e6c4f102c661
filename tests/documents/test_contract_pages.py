"""Service contracts and the queue of service mails in the browser."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.documents import making
from tests.relations.pages import JSON, administrator
from tuttava.documents.models import (
    Area,
    NotifyCustomer,
    ServiceContract,
    ServiceContractLine,
    ServiceEmail,
    ServiceStatus,
)
from tuttava.foundation import jobs, records
from tuttava.foundation.directory.models import Company

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture
def base(company: Company) -> str:
    return f"/c/{company.slug}/documents"


def test_contract_is_begun_for_a_customer_given_lines_and_printed(client: Client, base: str) -> None:  # I-122
    customer = making.customer()
    sent = {"contract_type": "contract", "customer_id": customer.no, "description": "Lift"}
    done = client.post(f"{base}/contracts/new", sent, headers=JSON).json()
    contract = ServiceContract.objects.get()
    assert done["redirect"].endswith(f"/contracts/{contract.pk}") and contract.customer_id == customer.pk
    line = {"description": "Lift in the yard", "line_amount": "1200"}
    client.post(f"{base}/contracts/{contract.pk}/lists/lines/new", line, headers=JSON)
    assert ServiceContractLine.objects.get().line_amount == 1200
    assert "Lift in the yard" in client.get(f"{base}/contracts/{contract.pk}").content.decode()
    answer = client.post(f"{base}/contracts/{contract.pk}/print", {"asks_log": "1"}, headers=JSON).json()
    contract.refresh_from_db()
    assert answer["file"] and contract.no_printed == 1
    assert contract.no in client.get(f"{base}/contracts/").content.decode()


def test_queue_of_service_mails_is_shown_sent_and_purged(
    client: Client, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # I-143
    monkeypatch.setattr(jobs, "enqueue", jobs.run_now)
    customer = making.customer(making.company(email="post@fjord.example"))
    order = making.document(area=Area.SERVICE, customer_id=customer.pk, lines=1)
    records.change(order, {"service_status": ServiceStatus.FINISHED, "notify_customer": NotifyCustomer.BY_EMAIL})
    queued = ServiceEmail.objects.get()
    shown = client.get(f"{base}/service-emails/").content.decode()
    assert queued.subject in shown and str(order.pk) in shown
    client.post(f"{base}/service-emails/send", headers=JSON)
    queued.refresh_from_db()
    assert queued.status == "sent"
    client.post(f"{base}/service-emails/purge", headers=JSON)
    assert not ServiceEmail.objects.exists()
