"""Setting up templates in a real browser: a language gets its file, and the pages are accessible."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tuttava.foundation import records
from tuttava.interactions.models import InteractionTemplate, InteractionTemplateLanguage, WordTemplate

pytestmark = pytest.mark.browser


def test_a_language_gets_its_file(
    browser_page: Page,
    server: str,
    accessible_in_both_themes: Callable[[Page], None],
    tmp_path: Path,
) -> None:
    template = records.create(InteractionTemplate, {"code": "TOUR", "interaction_group_code": "MEETING"})
    (tmp_path / "Tour.txt").write_text("Where we go")
    browser_page.goto(f"{server}/setup/interaction-templates/{template.pk}")
    browser_page.get_by_role("link", name="Add: Languages").click()
    browser_page.get_by_role("combobox", name="Language").fill("EN")
    browser_page.get_by_role("button", name="Add", exact=True).click()
    browser_page.get_by_role("link", name="EN", exact=True).click()
    expect(browser_page.get_by_text("No file yet.")).to_be_visible()
    browser_page.get_by_label("Choose a file").set_input_files(tmp_path / "Tour.txt")
    expect(browser_page.get_by_role("link", name="Tour.txt")).to_be_visible()
    accessible_in_both_themes(browser_page)
    assert InteractionTemplateLanguage.objects.get(interaction_template__code="TOUR").attachment is not None
    letter = WordTemplate.objects.get(code="LETTER")
    browser_page.goto(f"{server}/setup/word-templates/{letter.pk}")
    browser_page.get_by_text("Salesperson", exact=True).click()
    accessible_in_both_themes(browser_page)
