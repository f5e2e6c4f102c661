"""Frame, lists, grid and palette in a browser: keys, accessibility in both themes, phone width."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.models import Territory

pytestmark = pytest.mark.browser
PAGES = ("/", "/contacts/", "/contacts/?f=type:is:company&q=b", "/setup/", "/setup/mailing-groups/", "/find/?q=set")


@pytest.fixture(autouse=True)
def _contacts(live_company: object) -> None:
    for name in ("Browser Bygg AS", "Bakke Regnskap AS", "Bølgen Transport AS"):
        if not Contact.objects.filter(name=name).exists():
            records.create(Contact, {"type": "company", "name": name, "city": "Oslo", "phone_no": "22 33 44 55"})


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_are_accessible_and_keep_the_policy(
    browser_page: Any, server: str, accessible_in_both_themes: Callable[[Any], None], width: int
) -> None:
    browser_page.set_viewport_size({"width": width, "height": 844})
    for path in PAGES:
        browser_page.goto(server + path)
        accessible_in_both_themes(browser_page)
        overflow = browser_page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{path} is {overflow} pixels too wide"


def test_rail_of_a_phone_covers_nothing_that_has_the_focus(browser_page: Any, server: str) -> None:
    browser_page.set_viewport_size({"width": 390, "height": 400})
    browser_page.goto(f"{server}/contacts/?q=bygg")
    browser_page.locator("#list input[name=id]").first.check()
    buttons = browser_page.locator("#bulk button")
    rail = browser_page.locator("nav.rail").bounding_box()
    for button in (buttons.first, buttons.last):
        button.focus()
        box = button.bounding_box()
        assert box["y"] + box["height"] <= rail["y"]


def test_list_is_worked_by_keyboard(browser_page: Any, server: str) -> None:
    browser_page.goto(f"{server}/contacts/?sort=name")
    browser_page.keyboard.press("/")
    browser_page.keyboard.type("regnskap bakke")
    browser_page.wait_for_url("**q=regnskap%20bakke**")
    assert browser_page.locator("tbody .row-words").all_inner_texts() == ["Bakke Regnskap AS"]
    browser_page.keyboard.press("ArrowDown")
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_url("**/contacts/*-*")
    assert "Bakke Regnskap AS" in browser_page.locator("h1").inner_text()


def test_palette_opens_a_record_with_keys_alone(browser_page: Any, server: str) -> None:
    browser_page.goto(f"{server}/")
    browser_page.keyboard.press("Control+k")
    browser_page.locator("#palette-input").wait_for()
    browser_page.keyboard.type("browser bygg")
    browser_page.locator("a.answer", has_text="Browser Bygg AS").wait_for()
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_url("**/contacts/*-*")


def test_question_mark_lists_the_keys(browser_page: Any, server: str) -> None:
    browser_page.goto(f"{server}/contacts/")
    browser_page.keyboard.press("?")
    assert browser_page.locator("#keys").is_visible()
    browser_page.keyboard.press("Escape")
    assert not browser_page.locator("#keys").is_visible()


def test_filter_is_added_from_the_menu_and_stands_in_the_address(browser_page: Any, server: str) -> None:
    browser_page.goto(f"{server}/contacts/")
    browser_page.locator("#add-filter > summary").click()
    browser_page.locator(".filter-field > summary", has_text="City").click()
    browser_page.locator("#v-city").fill("oslo")
    browser_page.keyboard.press("Enter")
    browser_page.locator(".chip", has_text="City is oslo").wait_for()
    assert "f=city%3Ais%3Aoslo" in browser_page.url
    browser_page.locator(".chip a").click()
    browser_page.locator(".chip").wait_for(state="detached")


def test_selected_rows_are_changed_at_once_after_a_dry_run(browser_page: Any, server: str) -> None:
    if not Territory.objects.filter(code="0BR").exists():
        records.create(Territory, {"code": "0BR", "name": "Browser land"})
    for name in ("Bulk A", "Bulk B", "Bulk C"):
        records.create(Contact, {"type": "company", "name": name, "city": "Bulkvik"})
    browser_page.goto(f"{server}/contacts/?f=city:is:Bulkvik")
    browser_page.locator("[data-pick-all]").check()
    assert browser_page.locator("[data-bulk-count]").inner_text() == "3 selected"
    browser_page.locator(".bulk button", has_text="Set territory").click()
    browser_page.locator("#value-code").select_option("0BR")
    browser_page.locator("#bulk-plan", has_text="3 rows will change").wait_for()
    browser_page.locator("#bulk-form button[name=step]").click()
    browser_page.locator(".toast", has_text="3 rows changed").wait_for()
    assert Contact.objects.filter(territory_code="0BR").count() == 3
    browser_page.locator(".toast button", has_text="Undo").click()
    browser_page.locator(".toast", has_text="Undone").wait_for()
    assert Contact.objects.filter(territory_code="0BR").count() == 0


def test_grid_cell_is_edited_taken_back_and_saved_with_keys(browser_page: Any, server: str) -> None:
    Territory.objects.filter(code="ZZ").delete()
    records.create(Territory, {"code": "ZZ", "name": "Before"})
    browser_page.goto(f"{server}/setup/territories/?q=ZZ")
    cell = browser_page.locator("td[data-field=name]").first
    cell.click()
    browser_page.keyboard.type("Never")
    browser_page.keyboard.press("Escape")
    assert cell.inner_text() == "Before"
    cell.click()
    browser_page.keyboard.type("After")
    browser_page.keyboard.press("Enter")
    browser_page.locator("td[data-field=name]", has_text="After").wait_for()
    assert Territory.objects.get(code="ZZ").name == "After"


def test_theme_changes_at_once_and_stays(browser_page: Any, server: str) -> None:
    browser_page.goto(f"{server}/")
    browser_page.locator("summary", has=browser_page.locator(".avatar")).click()
    with browser_page.expect_response("**/preferences/"):
        browser_page.locator("[data-theme-choice=dark]").click()
    browser_page.reload()
    assert browser_page.locator("html").get_attribute("data-theme") == "dark"
