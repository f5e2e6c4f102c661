"""Contacts as files: the standard columns, other formats, formulas, locked data, and the way back in."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.transfer.helpers import begin, counts, run
from tuttava.contacts.columns import COLUMNS
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.tables import sheet_blocks
from tuttava.transfer import actions, export_actions, exporting
from tuttava.transfer.models import ImportStatus
from tuttava.transfer.readers import read, understand

pytestmark = pytest.mark.usefixtures("company", "uploads", "places")

LABELS = [
    "Number",
    "External ID",
    "Name",
    "Name 2",
    "Address",
    "Address 2",
    "County",
    "Post code",
    "City",
    "Country",
    "Phone",
    "Telex",
    "Fax",
    "Telex answer back",
    "Territory",
    "Currency",
    "Language",
    "Salesperson",
    "Tax number",
    "E-mail",
    "Home page",
    "Type",
    "Company name",
    "Company number",
    "First name",
    "Middle name",
    "Surname",
    "Job title",
    "Initials",
    "Extension",
    "Mobile phone",
    "Pager",
    "Organizational level",
    "Exclude from segments",
    "Correspondence type",
    "Salutation",
]


@pytest.fixture
def contacts() -> None:
    company = {"no": "K1", "name": "Nordlys; «AS»", "country_code": "NO", "address": "Storgata 1\nInngang B"}
    records.create(Contact, company | {"phone_no": "+47 22 00 00 00"})
    person = {"no": "P1", "type": "person", "name": "Anna Maria Berg", "company_no": "K1", "job_title": "=1+1"}
    records.create(Contact, person | {"email": "anna@example.com", "mobile_phone_no": "+47 900 00 001"})
    records.create(Contact, {"no": "S1", "name": "Secret AS", "privacy_blocked": True})


def _file(format_name: str, tmp_path: Path, **filters: str) -> Path:
    chosen, _left_out = export_actions.selected(filters)
    path = tmp_path / f"out.{format_name}"
    path.write_bytes(b"".join(exporting.write(chosen, format_name)))
    return path


def _table(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def test_standard_export_has_36_labelled_columns_in_order(contacts: None, tmp_path: Path) -> None:
    head, company, person = _table(_file("csv", tmp_path))
    assert head == LABELS
    assert len(head) == 36
    assert (company[0], company[2], company[4], company[21]) == (
        "K1",
        "Nordlys; «AS»",
        "Storgata 1\nInngang B",
        "Company",
    )
    assert (person[22], person[23], person[24], person[33]) == ("Nordlys; «AS»", "K1", "Anna", "No")


def test_locked_contacts_are_left_out_and_counted(contacts: None, tmp_path: Path) -> None:  # C-72
    chosen, left_out = export_actions.selected({})
    assert left_out == 1
    assert "S1" not in [contact.no for contact in chosen]


def test_formula_in_a_cell_is_text_in_every_format(contacts: None, tmp_path: Path) -> None:
    company, person = _table(_file("csv", tmp_path))[1:3]
    assert person[27] == "'=1+1"
    assert "+47 22 00 00 00" in company
    sheet = load_workbook(_file("xlsx", tmp_path)).active
    assert sheet is not None
    cell = sheet.cell(row=3, column=28)
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_json_holds_plain_values(contacts: None, tmp_path: Path) -> None:
    company, person = json.loads(_file("json", tmp_path).read_text("utf-8"))
    assert list(person) == list(COLUMNS)
    assert (person["job_title"], person["exclude_from_segment"], company["type"]) == ("=1+1", False, "company")


def test_vcards_are_version_4_and_folded(contacts: None, tmp_path: Path) -> None:
    records.create(Contact, {"no": "L1", "name": "Ålesund " * 12})
    text = _file("vcard", tmp_path).read_bytes()
    assert text.count(b"VERSION:4.0") == 3
    assert max(len(line) for line in text.split(b"\r\n")) <= 75
    assert b"ADR;TYPE=work:;;Storgata 1\\nInngang B;" in text
    assert b"ORG:Nordlys\\; " in text


@pytest.mark.parametrize("format_name", ["csv", "xlsx", "json", "vcard"])
def test_export_comes_back_in_unchanged(contacts: None, tmp_path: Path, format_name: str) -> None:
    fields = ["type", "name", "company_name", "first_name", "surname", "job_title", "email", "phone_no", "country_code"]
    before = list(Contact.objects.exclude(no="S1").order_by("type").values_list(*fields))
    path = _file(format_name, tmp_path)
    with acting(rights=frozenset({"*"})):
        Contact.objects.filter(type="person").delete()
        Contact.objects.exclude(no="S1").delete()
    row = run(path.read_bytes(), name=path.name)
    assert counts(row) == (2, 0, 0, 0), [found.messages for found in row.rows.all()]
    assert list(Contact.objects.exclude(no="S1").order_by("type").values_list(*fields)) == before


def test_export_again_over_what_is_there_changes_nothing(contacts: None, tmp_path: Path) -> None:
    row = run(_file("csv", tmp_path).read_bytes())
    assert counts(row) == (0, 0, 2, 0)


def test_filters_narrow_the_export(contacts: None, tmp_path: Path) -> None:
    assert [line[0] for line in _table(_file("csv", tmp_path, type="person"))[1:]] == ["P1"]
    with pytest.raises(DomainError) as refused:
        export_actions.selected({"shoe_size": "42"})
    assert refused.value.code == "field_unknown"


def test_unknown_format_and_column_are_refused() -> None:
    for format_name, columns in (("pdf", ()), ("csv", ("shoe_size",))):
        with pytest.raises(DomainError):
            exporting.write(Contact.objects.all(), format_name, columns)


def test_export_job_leaves_a_file(contacts: None) -> None:
    row = export_actions.export(format_name="csv", filters={}, columns=["no", "name"], wait=True)
    assert (row.status, row.rows_total, row.rows_left_out) == (ImportStatus.DONE, 2, 1)
    with row.file.open("rb") as handle:
        assert handle.read().decode("utf-8-sig").splitlines()[0] == "Number,Name"


def test_export_needs_the_right_to_read_contacts(contacts: None) -> None:
    with acting(rights=frozenset({"api.read:salutations"})), pytest.raises(DomainError) as refused:
        export_actions.selected({})
    assert refused.value.code == "permission.denied"


def test_refused_rows_of_a_workbook_are_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    rows = [["A AS", "22 00 00 00"], ["B AS", "letters"]]
    path.write_bytes(b"".join(sheet_blocks(["Navn", "Telefon"], rows, "Kunder")))
    row = actions.start(begin(path.read_bytes(), name="in.xlsx"), wait=True)
    from tuttava.transfer.rejected import rejected

    name, _content_type, content = rejected(row)
    back = tmp_path / name
    back.write_bytes(b"".join(content))
    understanding = understand(back, name)
    assert understanding.headings == ("Navn", "Telefon", "Reason for refusal")
    assert [found.cells[:2] for found in read(back, understanding.layout)] == [("B AS", "letters")]
