"""A messy file in a real browser: understood, tried, imported, its refused rows repaired, all of it taken back."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tuttava.contacts.models import Contact
from tuttava.foundation import jobs, records

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_company", "at_once")]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Jobs run where they are queued; uploads go to a folder of the test."""
    monkeypatch.setattr(jobs, "enqueue", jobs.run_now)
    with override_settings(MEDIA_ROOT=tmp_path / "uploads"):
        yield


def upload(page: Page, base: str, file: Path) -> None:
    page.goto(f"{base}/import/")
    page.get_by_label("File to import").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("What the columns mean")).to_be_visible()


def step(page: Page, name: str) -> None:
    expect(page.locator(".steps [aria-current=step]")).to_have_text(name)


def test_messy_file_is_imported_repaired_and_taken_back(
    sit: Sit, accessible: Callable[[Page], None], tmp_path: Path
) -> None:
    mark = uuid.uuid4().hex[:6]
    lines = ["Navn;Tlf;Poststed;Rart", f"Blåbær {mark} AS;22 00 00 00;Å;x", "", f"Ørn {mark} AS;ring meg;Bodø;y"]
    messy = tmp_path / "kunder.csv"
    messy.write_bytes("\r\n".join(lines).encode("cp1252"))
    seat = sit()
    page = seat.page

    upload(page, seat.base, messy)
    step(page, "Columns")
    expect(page.get_by_label("Encoding")).to_have_value("windows-1252")
    expect(page.get_by_label("Field of column Navn")).to_have_value("name")
    expect(page.get_by_label("Field of column Tlf")).to_have_value("phone_no")
    expect(page.get_by_label("Field of column Rart")).to_have_value("")
    accessible(page)

    page.get_by_role("button", name="Check all rows").click()
    step(page, "Check")
    expect(page.get_by_text("Nothing is stored yet.")).to_be_visible()
    assert not Contact.objects.filter(name__contains=mark).exists()
    accessible(page)

    page.get_by_role("button", name="Import 1 row").click()
    step(page, "Import")
    expect(page.locator(".figures .bad dd")).to_have_text("1")
    assert Contact.objects.get(name__contains=mark).city == "Å"
    accessible(page)
    first = page.url

    with page.expect_download() as waiting:
        page.get_by_role("link", name="Refused rows with reasons").click()
    assert waiting.value.suggested_filename == "kunder-rejected.csv"
    repaired = tmp_path / "kunder-rejected.csv"
    waiting.value.save_as(repaired)
    text = repaired.read_text("cp1252")  # written as the file was read
    assert "Reason for refusal" in text.splitlines()[0]
    repaired.write_text(text.replace("ring meg", "22 00 00 01"), "cp1252")

    upload(page, seat.base, repaired)
    page.get_by_role("button", name="Import without checking").click()
    step(page, "Import")
    assert Contact.objects.get(name=f"Ørn {mark} AS").phone_no == "22 00 00 01"

    for address in (page.url, first):
        page.goto(address)
        page.get_by_role("button", name="Undo this import").click()
        expect(page.get_by_text("Everything is as it was before.")).to_be_visible()
    assert not Contact.objects.filter(name__contains=mark).exists()
    assert seat.problems == []


def test_file_that_cannot_be_read_is_refused_at_the_field(
    sit: Sit, accessible: Callable[[Page], None], tmp_path: Path
) -> None:
    seat = sit()
    page = seat.open("/import/")
    broken = tmp_path / "book.xlsx"
    broken.write_bytes(b"PK\x03\x04 damaged")
    page.get_by_label("File to import").set_input_files(broken)
    page.get_by_role("button", name="Read the file").click()
    expect(page.locator("#file-error")).to_contain_text("not a readable workbook")
    accessible(page)


def test_import_and_export_pages_are_accessible(
    sit: Sit, accessible_in_both_themes: Callable[[Page], None], tmp_path: Path
) -> None:
    accessible = accessible_in_both_themes
    name = f"Nordlys {uuid.uuid4().hex[:6]} AS"
    file = tmp_path / "firms.csv"
    file.write_text(f"Name,Phone\n{name},22 00 00 00\nBad AS,call me\n")
    seat = sit()
    page = seat.page
    upload(page, seat.base, file)
    accessible(page)
    page.get_by_role("button", name="Check all rows").click()
    step(page, "Check")
    accessible(page)
    page.get_by_role("button", name="Import 1 row").click()
    step(page, "Import")
    accessible(page)
    seat.open("/import/")
    accessible(page)

    seat.open("/export/")
    page.locator("summary", has_text="Columns").click()
    accessible(page)
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_role("link", name="Download the file")).to_be_visible()
    accessible(page)
    seat.open("/jobs/")
    accessible(page)
    assert seat.problems == []


def test_export_is_downloaded(sit: Sit) -> None:
    seat = sit()
    records.create(Contact, {"type": "company", "name": "Taken Out AS"})
    page = seat.open("/export/")
    page.locator("#type").select_option("company")
    page.get_by_role("button", name="Export", exact=True).click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the file").click()
    assert "Taken Out AS" in Path(waiting.value.path()).read_text("utf-8-sig")
