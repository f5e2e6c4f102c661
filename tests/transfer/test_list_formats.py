"""What is seen in a list as a workbook, JSON or vCards."""

from __future__ import annotations

import io
import json

import pytest
from django.test import Client
from openpyxl import load_workbook

from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.directory.models import Company, User
from tuttava.foundation.schemas import in_schema


@pytest.fixture
def browser(company: Company) -> Client:
    User.objects.create_superuser("ada", password="long enough 1")
    client = Client(headers={"host": "localhost"})
    assert client.login(username="ada", password="long enough 1")
    with in_schema(company.schema):
        records.create(Contact, {"no": "K1", "name": "=Nordlys AS"})
        records.create(Contact, {"no": "S1", "name": "Secret AS", "privacy_blocked": True})
    return client


def _file(browser: Client, company: Company, name: str) -> bytes:
    from django.urls import reverse, set_script_prefix

    set_script_prefix("/")
    answer = browser.get(f"/c/{company.slug}{reverse('contacts-file', kwargs={'name': name})}")
    assert answer.status_code == 200
    return b"".join(answer)


def test_list_of_contacts_is_a_workbook_without_formulas(browser: Client, company: Company) -> None:
    sheet = load_workbook(io.BytesIO(_file(browser, company, "xlsx"))).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=Nordlys AS"]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)


def test_list_of_contacts_is_json(browser: Client, company: Company) -> None:
    assert any(row.get("no") == "K1" for row in json.loads(_file(browser, company, "json")))


def test_locked_contacts_are_left_out_of_cards(browser: Client, company: Company) -> None:  # C-72
    text = _file(browser, company, "vcf").decode()
    assert "Nordlys AS" in text
    assert "Secret" not in text
