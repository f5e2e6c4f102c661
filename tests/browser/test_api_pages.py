"""The reference of the API in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("name", "width"), [("wide", 1440), ("phone", 390)])
def test_reference_is_accessible_and_keeps_the_policy(
    sit: Sit, accessible: Callable[[Page], None], pictures: Path | None, theme: str, name: str, width: int
) -> None:
    seat = sit(theme=theme, width=width)
    for part in ("", "/standard/contacts"):
        page = seat.open(f"/api/docs{part}")
        accessible(page)
        overflow = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert page.evaluate(overflow) is False
        if pictures:
            page.screenshot(path=pictures / f"api{'-set' if part else ''}-{name}-{theme}.png")
    assert seat.problems == []


def test_search_narrows_the_sets_while_typing(sit: Sit) -> None:
    seat = sit()
    page = seat.open("/api/docs")
    page.evaluate("window.same = true")
    page.get_by_role("searchbox", name="Search sets, properties and actions").press_sequentially("picture")
    expect(page.locator("#sets").get_by_role("link", name="pictures").first).to_be_visible()
    expect(page.locator("#sets").get_by_role("link", name="numberSeries")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"\?q=picture$"))
    assert page.evaluate("window.same") is True
    assert seat.problems == []


def test_example_is_copied(sit: Sit, site: str) -> None:
    seat = sit()
    seat.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    page = seat.open("/api/docs/standard/contacts")
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("export TUTTAVA_KEY=")


def test_search_and_examples_work_without_script(sit: Sit) -> None:
    page = sit(script=False).open("/api/docs")
    page.get_by_role("searchbox", name="Search sets, properties and actions").fill("contacts")
    page.keyboard.press("Enter")
    page.locator("#sets .api-set").first.click()
    expect(page.locator("pre").first).to_contain_text("curl -u")
