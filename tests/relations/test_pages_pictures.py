"""Pictures on the cards of the registers (C-97, B.3)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.pictures import image
from tests.relations.pages import JSON, administrator, linked_customer, visitor
from tuttava.foundation.directory.models import Company
from tuttava.foundation.models import Picture
from tuttava.foundation.pictures import set_picture
from tuttava.foundation.records import Record
from tuttava.partners.models import BankAccount, Customer, Employee, Vendor

pytestmark = pytest.mark.usefixtures("company")

PATHS: dict[type[Record], str] = {Customer: "customers", Vendor: "vendors", Employee: "employees"}


@pytest.fixture
def client(company: Company) -> Client:
    return administrator(company)


@pytest.fixture(params=list(PATHS))
def record(request: pytest.FixtureRequest) -> Record:
    name = {"first_name": "Ada"} if request.param is Employee else {"name": "Ada"}
    made: Record = request.param._default_manager.create(no="A1", **name)
    return made


@pytest.fixture
def card(company: Company, record: Record) -> str:
    return f"/c/{company.slug}/{PATHS[type(record)]}/{record.pk}"


def upload(client: Client, card: str, **more: str) -> int:
    file = SimpleUploadedFile("face.png", image(), "image/png")
    return client.post(f"{card}/picture/upload", {"picture": file, **more}, headers=JSON).status_code


def test_picture_is_uploaded_shown_downloaded_and_deleted(client: Client, card: str) -> None:  # C-97
    assert "box-picture" in client.get(card).content.decode()
    assert upload(client, card) == 200
    page = client.get(card).content.decode()
    assert page.count(f"{card}/picture?small=1&amp;v={Picture.objects.get().pk}") == 2  # header and box
    assert "Picture of Ada" in page
    file = client.get(f"{card}/picture?download=1")
    assert (file.headers["Content-Type"], "A1%20Ada.png" in file.headers["Content-Disposition"]) == ("image/png", True)
    assert upload(client, card) == 409  # asks first
    assert client.post(f"{card}/picture/delete", headers=JSON).status_code == 409
    assert client.post(f"{card}/picture/delete", {"answer:q_picture_delete": "yes"}, headers=JSON).status_code == 200
    assert client.get(f"{card}/picture").status_code == 404


def test_who_may_not_change_the_record_may_not_change_its_picture(company: Company, card: str) -> None:
    reader = visitor(company, sets="CRM-READ", name="reader")
    assert "picture/upload" not in reader.get(card).content.decode()
    assert upload(reader, card) == 403 and not Picture.objects.exists()


def test_picture_of_a_locked_record_does_not_show(company: Company, card: str, record: Record) -> None:  # C-72
    set_picture(record, image())
    type(record)._default_manager.update(privacy_blocked=True)
    reader = visitor(company)
    page = reader.get(card).content.decode()
    assert "picture?small" not in page and "box-picture" not in page
    assert reader.get(f"{card}/picture?small=1").status_code == 403


def test_bank_account_has_no_picture(client: Client, company: Company) -> None:  # B.3
    bank = BankAccount.objects.create(no="B1", name="Bank")
    card = f"/c/{company.slug}/bank-accounts/{bank.pk}"
    assert "box-picture" not in client.get(card).content.decode()
    assert client.get(f"{card}/picture").status_code == 404


def test_picture_uploaded_at_a_customer_shows_at_its_contact(client: Client, company: Company) -> None:  # B.3
    contact, customer = linked_customer(name="Fjord AS")
    assert upload(client, f"/c/{company.slug}/customers/{customer.pk}") == 200
    assert "picture?small" in client.get(f"/c/{company.slug}/contacts/{contact.pk}").content.decode()
