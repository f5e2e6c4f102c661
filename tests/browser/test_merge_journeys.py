"""Journeys of merging in a real browser: compare, choose, decide what clashes, merge, and take it back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tuttava.contacts.models import Contact, ContactAltAddress
from tuttava.foundation import records
from tuttava.foundation.context import acting

pytestmark = [pytest.mark.browser, pytest.mark.smart_search, pytest.mark.usefixtures("live_company")]


@pytest.fixture
def pair() -> tuple[Contact, Contact]:
    """The same company twice, the newer one first; both have an address of the same code."""
    name = f"Skjær {uuid.uuid4().hex[:8]}"
    with acting(user_name="anna", door="browser"):
        two = records.create(Contact, {"type": "company", "name": name, "phone_no": "22 33 44 55", "city": "Moss"})
        one = records.create(Contact, {"type": "company", "name": f"{name} AS", "city": "Oslo"})
        for contact in (one, two):
            records.create(ContactAltAddress, {"contact_id": contact.pk, "code": "SHIP", "city": contact.city})
    return one, two


def shot(page: Page, pictures: Path | None, name: str) -> None:
    if pictures is not None:
        page.screenshot(path=pictures / f"{name}.png")


def test_two_contacts_are_merged_and_the_merge_is_undone(
    sit: Sit, pair: tuple[Contact, Contact], accessible: Callable[[Page], None], pictures: Path | None
) -> None:  # M-14, M-21, M-24, M-29, M-41
    stays, folded = pair
    seat = sit()
    page = seat.open(f"/contacts/{stays.pk}")
    page.get_by_label("More actions").click()
    page.get_by_role("link", name="Merge with…").click()
    page.get_by_role("combobox", name="Contact to merge").fill(str(folded.name))
    page.locator(f".options [data-value='{folded.no}']").click()
    page.get_by_role("button", name="Compare").click()
    result = page.locator("#merge-preview")
    expect(result).to_contain_text("22 33 44 55")
    expect(result).to_contain_text("Oslo")
    accessible(page)

    page.locator("input[name='field:city']").first.focus()
    page.keyboard.press("ArrowRight")
    expect(result).to_contain_text("Moss")
    shot(page, pictures, "merge")

    asked = page.locator("#merge-conflicts")
    asked.get_by_label("or both, the second with a new code").fill("ship2")
    asked.get_by_role("button", name="Keep both", exact=False).last.click()
    expect(asked).to_have_count(0)
    expect(page.locator("input[name='field:city']").last).to_be_checked()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page).to_have_url(f"{seat.base}/contacts/{stays.pk}")
    expect(page.locator("#v-city")).to_have_text("Moss")
    expect(page.locator("#box-alt_addresses")).to_contain_text("SHIP2")

    page.locator("#toasts").get_by_role("button", name="Undo").first.click()
    expect(page.locator("#toasts")).to_contain_text("is back")
    accessible(page)
    page.get_by_role("link", name=str(stays.name), exact=True).first.click()
    expect(page.locator("#v-city")).to_have_text("Oslo")
    seat.open(f"/contacts/{folded.pk}")
    expect(page.locator("#v-city")).to_have_text("Moss")
    assert seat.problems == []


def test_merging_and_undoing_work_without_script(sit: Sit, pair: tuple[Contact, Contact]) -> None:
    stays, folded = pair
    seat = sit(script=False)
    page = seat.open(f"/contacts/{stays.pk}/merge")
    page.locator("[name=duplicate]").fill(str(folded.no))
    page.get_by_role("button", name="Compare").click()
    page.locator("input[name='field:city']").last.check()
    page.get_by_role("button", name="Show the result").click()
    expect(page.locator("#merge-preview")).to_contain_text("Moss")
    page.get_by_role("button", name="Keep current for all").click()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.locator("#v-city")).to_have_text("Moss")
    page.goto(f"{seat.base}/contacts/{stays.pk}/history")
    page.locator("article", has_text=str(folded.no)).get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("is back")).to_be_visible()
    page.get_by_role("link", name=str(folded.name), exact=True).click()
    expect(page.locator("h1")).to_have_text(str(folded.name))


def test_comparison_is_accessible_on_a_dark_phone(
    sit: Sit, pair: tuple[Contact, Contact], accessible: Callable[[Page], None], pictures: Path | None
) -> None:
    stays, folded = pair
    seat = sit(theme="dark", width=390)
    page = seat.open(f"/contacts/{stays.pk}/merge")
    page.locator("[name=duplicate]").fill(str(folded.no))
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#merge-preview")).to_be_attached()
    expect(page.get_by_role("button", name="Merge", exact=True)).to_be_in_viewport()
    accessible(page)
    shot(page, pictures, "merge-phone-dark")
    seat.open("/merges/")
    accessible(page)
    assert seat.problems == []
