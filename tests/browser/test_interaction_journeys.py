"""Noting what was said in a real browser: by keyboard alone, and a wizard that keeps what was typed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.interactions.models import InteractionGroup, InteractionLogEntry, InteractionTemplate
from tuttava.partners.models import Salesperson

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_company")]


@pytest.fixture
def firm() -> Contact:
    """A company with a salesperson, and a kind of interaction, TALK."""
    Salesperson.objects.get_or_create(code="PS", defaults={"name": "Pia Solberg"})
    InteractionGroup.objects.get_or_create(code="TALKS", defaults={"description": "Talks"})
    InteractionTemplate.objects.get_or_create(
        code="TALK",
        defaults={"interaction_group_code": "TALKS", "description": "A talk", "correspondence_type_default": "none"},
    )
    with acting(user_name="anna", door="browser"):
        values = {"type": "company", "name": f"Fjord {uuid.uuid4().hex[:8]} AS", "salesperson_code": "PS"}
        return records.create(Contact, values)


def test_what_was_said_is_logged_by_keyboard_and_taken_back(
    sit: Sit, firm: Contact, accessible: Callable[[Page], None], pictures: Path | None
) -> None:  # I-47
    page = sit().open(f"/contacts/{firm.pk}")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("l")
    dialog = page.locator("dialog.wizard")
    expect(dialog.get_by_role("combobox", name="Kind of interaction")).to_be_focused()
    accessible(page)
    page.keyboard.type("TALK")
    expect(dialog.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("Wants an offer before Friday")
    if pictures is not None:
        page.screenshot(path=pictures / "quick-log.png")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("Wants an offer before Friday")
    entry = InteractionLogEntry.objects.get(contact=firm)
    assert (entry.interaction_template_code, entry.salesperson_code) == ("TALK", "PS")
    with page.expect_response(lambda answer: "/undo/" in answer.url):
        page.locator("#toasts").get_by_role("button", name="Undo").click()
    entry.refresh_from_db()
    assert entry.canceled


def test_a_wizard_keeps_what_was_typed_when_it_is_closed(
    sit: Sit, firm: Contact, accessible: Callable[[Page], None]
) -> None:  # I-28, I-50
    page = sit().open(f"/contacts/{firm.pk}")
    page.wait_for_load_state("networkidle")

    def opened() -> None:
        page.locator("details.menu").last.locator("summary").click()
        page.get_by_role("link", name="Create interaction").click()

    opened()
    dialog = page.locator("dialog.wizard")
    dialog.get_by_role("combobox", name="Kind of interaction").fill("TALK")
    page.keyboard.press("Tab")
    expect(dialog.get_by_label("Description")).to_have_value("A talk")
    dialog.get_by_label("Description").fill("A talk about spr")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.wait_for_load_state("networkidle")
    opened()
    expect(dialog.get_by_label("Description")).to_have_value("A talk about spr")
    accessible(page)
    dialog.get_by_role("button", name="Next").click()
    expect(dialog).to_contain_text("Note how it went")
    accessible(page)
    dialog.get_by_label("Evaluation").select_option("positive")
    dialog.get_by_role("button", name="Finish").click()
    expect(page.locator("#toasts")).to_contain_text("was logged")
    assert InteractionLogEntry.objects.get(contact=firm).evaluation == "positive"
