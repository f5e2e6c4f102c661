"""The wizard without a browser: upload, columns, dry run, decisions, result, refused rows, Undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from tuttava.contacts.models import Contact
from tuttava.foundation import jobs, records
from tuttava.foundation.directory.models import Company, User, UserPermissionSet
from tuttava.foundation.schemas import in_schema
from tuttava.transfer.models import ExportJob, ImportJob, ImportStatus

IN_THE_BACKGROUND = jobs.enqueue
CONTENT = "Navn;Telefon\nNordlys AS;22 00 00 00\nFeil AS;ring meg\n"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Jobs run where they are queued; uploads go to a folder of the test."""
    monkeypatch.setattr(jobs, "enqueue", jobs.run_now)
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def browser(company: Company) -> Client:
    User.objects.create_superuser("ada", password="long enough 1")
    client = Client()
    assert client.login(username="ada", password="long enough 1")
    client.defaults["HTTP_HOST"] = "localhost"
    return client


def _at(company: Company, path: str) -> str:
    return f"/c/{company.slug}/{path}"


def _upload(browser: Client, company: Company, content: str = CONTENT, name: str = "kunder.csv") -> ImportJob:
    answer = browser.post(
        _at(company, "import/"), {"file": SimpleUploadedFile(name, content.encode()), "kind": "contacts"}
    )
    assert answer.status_code == 302
    with in_schema(company.schema):
        row = ImportJob.objects.get()
    assert answer.headers["Location"] == _at(company, f"import/{row.pk}/")
    return row


def _page(browser: Client, company: Company, row: ImportJob, query: str = "") -> str:
    answer = browser.get(_at(company, f"import/{row.pk}/{query}"))
    assert answer.status_code == 200
    return answer.content.decode()


def _do(browser: Client, company: Company, row: ImportJob, verb: str) -> ImportJob:
    answer = browser.post(_at(company, f"import/{row.pk}/do/"), {"do": verb})
    assert answer.status_code == 302
    with in_schema(company.schema):
        return ImportJob.objects.get(pk=row.pk)


def test_whole_journey_of_a_messy_file(browser: Client, company: Company) -> None:
    row = _upload(browser, company)
    page = _page(browser, company, row)
    assert "22 00 00 00" in page
    assert '<option value="phone_no" selected>' in page
    form = {"column-0": "name", "column-1": "phone_no", "match_by": ["no", "name"], "on_match": "update", "do": "check"}
    assert browser.post(_at(company, f"import/{row.pk}/columns/"), form).status_code == 302
    page = _page(browser, company, row)
    assert "Nothing is stored yet" in page
    assert "Import 1 row" in page
    row = _do(browser, company, row, "run")
    assert row.status == ImportStatus.DONE
    page = _page(browser, company, row)
    assert "must not contain" in page or "letter" in page
    refused = browser.get(_at(company, f"import/{row.pk}/rejected/"))
    text = b"".join(refused).decode()
    assert text.splitlines()[0] == "Navn;Telefon;Reason for refusal"
    assert text.splitlines()[1].startswith("Feil AS;ring meg;")
    assert "kunder-rejected.csv" in refused.headers["Content-Disposition"]
    row = _do(browser, company, row, "undo")
    assert row.status == ImportStatus.UNDONE
    assert "Everything is as it was before" in _page(browser, company, row)


def test_page_shows_how_far_an_import_is_taken_back(
    browser: Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = _do(browser, company, _upload(browser, company), "run")
    monkeypatch.setattr(jobs, "enqueue", IN_THE_BACKGROUND)
    row = _do(browser, company, row, "undo")
    page = _page(browser, company, row)
    assert "Taking the import back" in page and 'value="cancel"' in page and 'value="undo"' not in page
    _do(browser, company, row, "cancel")
    assert 'value="undo"' in _page(browser, company, row)


def test_refused_rows_can_be_imported_after_repair(browser: Client, company: Company) -> None:
    row = _do(browser, company, _upload(browser, company), "run")
    refused = browser.get(_at(company, f"import/{row.pk}/rejected/"))
    text = b"".join(refused).decode()
    assert browser.post(_at(company, f"import/{row.pk}/do/"), {"do": "delete"}).status_code == 302
    repaired = _do(browser, company, _upload(browser, company, text.replace("ring meg", "22 00 00 01")), "run")
    assert (repaired.rows_created, repaired.rows_failed) == (1, 0)
    with in_schema(company.schema):
        assert Contact.objects.get(name="Feil AS").phone_no == "22 00 00 01"


def test_two_columns_for_one_field_are_refused_at_the_column(browser: Client, company: Company) -> None:
    row = _upload(browser, company)
    form = {"column-0": "name", "column-1": "name", "do": "check"}
    answer = browser.post(_at(company, f"import/{row.pk}/columns/"), form)
    assert answer.status_code == 422
    assert answer.content.decode().count("both fill") == 2


def test_unreadable_file_is_refused_at_the_field(browser: Client, company: Company) -> None:
    upload = SimpleUploadedFile("book.xlsx", b"PK\x03\x04 damaged")
    answer = browser.post(_at(company, "import/"), {"file": upload})
    assert answer.status_code == 422
    assert "not a readable workbook" in answer.content.decode()
    assert browser.post(_at(company, "import/"), {}).status_code == 422


def test_script_in_a_file_is_shown_as_text(browser: Client, company: Company) -> None:
    evil = "<script>alert(1)</script>"
    row = _upload(browser, company, f"Name;{evil}\n{evil};x\n", name=f"{evil}.csv")
    for query in ("", "?columns"):
        assert evil not in _page(browser, company, row, query)
    row = _do(browser, company, row, "check")
    assert evil not in _page(browser, company, row)
    row = _do(browser, company, row, "run")
    assert evil not in _page(browser, company, row, "?show=all")


def test_decisions_are_kept_row_by_row(browser: Client, company: Company) -> None:
    with in_schema(company.schema):
        records.create(Contact, {"name": "Nordlys AS"})
    row = _do(browser, company, _upload(browser, company), "check")
    assert "Found by name and company" in _page(browser, company, row)
    answer = browser.post(_at(company, f"import/{row.pk}/decide/"), {"row-1": "skip"}, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    row = _do(browser, company, row, "run")
    assert (row.rows_skipped, row.rows_updated) == (1, 0)


def test_rows_are_paged_and_narrowed_by_outcome(browser: Client, company: Company) -> None:
    lines = "".join(f"Firma {n};{'x' if n == 7 else 22000000}\n" for n in range(1, 151))
    row = _do(browser, company, _upload(browser, company, "Navn;Telefon\n" + lines), "check")
    assert "Firma 100<" in _page(browser, company, row, "?show=all")
    assert "Firma 101<" not in _page(browser, company, row, "?show=all")
    assert "Firma 101<" in _page(browser, company, row, "?show=all&after=100")
    only = _page(browser, company, row, "?show=fail")
    assert "Firma 7<" in only
    assert "Firma 8<" not in only


def test_contacts_are_exported_from_the_page(browser: Client, company: Company) -> None:
    with in_schema(company.schema):
        records.create(Contact, {"name": "=Nordlys AS"})
        records.create(Contact, {"name": "Secret AS", "privacy_blocked": True})
    assert browser.get(_at(company, "export/")).status_code == 200
    answer = browser.post(_at(company, "export/"), {"format": "csv"})
    assert answer.status_code == 302
    with in_schema(company.schema):
        row = ExportJob.objects.get()
    page = browser.get(_at(company, f"export/{row.pk}/")).content.decode()
    assert "left out: its personal data is locked" in page
    answer = browser.get(_at(company, f"export/{row.pk}/file/"))
    text = b"".join(answer).decode("utf-8-sig")
    assert "'=Nordlys AS" in text
    assert "Secret AS" not in text


def test_export_of_nothing_is_refused(browser: Client, company: Company) -> None:
    answer = browser.post(_at(company, "export/"), {"format": "csv", "post_code": "none such"})
    assert answer.status_code == 422
    assert "No contact is selected" in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("customers/", "customers"),
        ("vendors/", "vendors"),
        ("bank-accounts/", "bank_accounts"),
        ("employees/", "employees"),
    ],
)
def test_list_of_a_register_opens_its_import(browser: Client, company: Company, path: str, kind: str) -> None:
    address = _at(company, f"import/of/{kind}/")
    assert address in browser.get(_at(company, path)).content.decode()
    page = browser.get(address).content.decode()
    assert f'<option value="{kind}" selected>' in page


def test_customers_go_through_the_pages(browser: Client, company: Company) -> None:
    content = "Kundenr;Navn;Kredittgrense;Betalingsbetingelser\nK1;Nordlys AS;1 250,50;\nK2;Granit AB;;NEVER\n"
    upload = SimpleUploadedFile("kunder.csv", content.encode())
    answer = browser.post(_at(company, "import/of/customers/"), {"file": upload, "kind": "customers"})
    assert answer.status_code == 302
    with in_schema(company.schema):
        row = ImportJob.objects.get()
    page = _page(browser, company, row)
    assert '<option value="credit_limit_lcy" selected>' in page
    assert 'name="decimal"' in page
    assert 'value="vat_registration_no" checked' in page
    assert 'name="create_codes"' in page
    _do(browser, company, row, "check")
    assert "NEVER" in _page(browser, company, row)
    row = _do(browser, company, row, "run")
    assert (row.rows_created, row.rows_failed) == (1, 1)
    assert "NEVER" in b"".join(browser.get(_at(company, f"import/{row.pk}/rejected/"))).decode()


def test_who_may_not_import_a_kind_is_not_offered_it(browser: Client, company: Company) -> None:
    assert '<option value="value_entries"' in browser.get(_at(company, "import/")).content.decode()
    kari = User.objects.create_user("kari", password="long enough 1")
    UserPermissionSet.objects.create(user=kari, permission_set_id="CRM-EDIT", company=company)
    browser.force_login(kari)
    page = browser.get(_at(company, "import/")).content.decode()
    assert '<option value="customers"' in page
    assert '<option value="value_entries"' not in page
