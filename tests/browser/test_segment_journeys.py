"""A segment whose lines are typed by keyboard, and a mail written for one of them alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tests.browser.test_document_journeys import PASTE
from tests.segments.making import fill, make_company, make_segment, vocabulary
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.segments import contents, criteria_log
from tuttava.segments.models import Segment, SegmentLine
from tuttava.ui.values import show

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_company")]


@pytest.fixture
def segment() -> tuple[Segment, list[Contact]]:
    """A segment without lines, and three companies."""
    with acting(user_name="anna", door="browser"):
        firms = [make_company(name=f"{name} Entreprenør", email="post@firm.example") for name in ("Aas", "Berg", "Dal")]
        return make_segment(interaction_template_code=vocabulary().code), firms


def test_lines_are_typed_by_keyboard_and_one_gets_a_mail_of_its_own(
    sit: Sit,
    segment: tuple[Segment, list[Contact]],
    accessible_in_both_themes: Callable[[Page], None],
    pictures: Path | None,
) -> None:
    made, (first, second, third) = segment
    page = sit().open(f"/segments/{made.pk}")
    page.wait_for_load_state("networkidle")
    grid = page.locator("line-grid")
    grid.locator("td.lc[data-field=contact_no]").last.focus()
    page.keyboard.type("aas entre")
    expect(page.get_by_role("option").first).to_contain_text("Aas Entreprenør")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(grid.locator("tbody tr").first).to_contain_text("Aas Entreprenør")
    grid.locator("td.lc[data-field=contact_no]").last.focus()
    page.evaluate(PASTE, f"{second.no}\n{third.no}\n")
    expect(grid.locator("tbody tr")).to_have_count(4)
    expect(grid.locator("tbody tr").nth(2)).to_contain_text("Dal Entreprenør")
    assert list(SegmentLine.objects.filter(segment=made).order_by("line_no").values_list("contact", flat=True)) == [
        *(first.pk, second.pk, third.pk)
    ]
    assert criteria_log.actions_of(made) == 3
    expect(page.locator("#f-lines_count")).to_contain_text("3")
    page.keyboard.press("Escape")
    accessible_in_both_themes(page)
    if pictures is not None:
        page.screenshot(path=pictures / "segment.png", full_page=True)
    grid.locator("tbody tr").nth(1).locator("td[data-field=content]").focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog.wizard")
    dialog.locator("rich-text [contenteditable]").fill("Dear Berg")
    accessible_in_both_themes(page)
    if pictures is not None:
        page.screenshot(path=pictures / "segment-content.png")
    dialog.get_by_role("button", name="Save e-mail").click()
    expect(page.locator("line-grid tbody tr").nth(1)).to_contain_text("Its own")
    line = SegmentLine.objects.get(segment=made, contact=second)
    assert contents.state_of(line) == "unique"


@pytest.fixture
def picked() -> tuple[Segment, list[Contact]]:
    """A segment with one of four companies on it; another one does not want to be on any."""
    with acting(user_name="anna", door="browser"):
        firms = [make_company(name=f"{name} Plukkeri") for name in ("Aas", "Berg", "Dal", "Eng")]
        records.change(firms[2], {"exclude_from_segment": True})
        made = make_segment(description="Spring visits of growers")
        fill(made, firms[0])
    return made, firms


def test_contacts_are_picked_in_the_list_for_a_segment_and_taken_off_again(
    sit: Sit,
    picked: tuple[Segment, list[Contact]],
    accessible_in_both_themes: Callable[[Page], None],
    pictures: Path | None,
) -> None:
    made, (first, second, _excluded, fourth) = picked
    page = sit().open("/contacts/?q=plukkeri")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#list tbody tr")).to_have_count(4)
    page.get_by_label("Select all").check()
    page.get_by_role("button", name="Add to segment").click()
    dialog = page.locator("dialog.wizard")
    expect(dialog).to_contain_text("3 contacts will be added. 1 is left out")
    dialog.get_by_role("button", name="Add to segment").click()
    expect(dialog).to_contain_text("Choose a segment, or describe a new one.")
    page.keyboard.type("visits of gro")
    expect(dialog.get_by_role("option", selected=True)).to_contain_text("Spring visits of growers")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("2 contacts will be added. 1 is on it already.")
    accessible_in_both_themes(page)
    if pictures is not None:
        page.screenshot(path=pictures / "segment-picking.png")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("2 contacts are added")
    lines = SegmentLine.objects.filter(segment=made).order_by("line_no")
    assert list(lines.values_list("contact", flat=True)) == [first.pk, second.pk, fourth.pk]
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Undone")
    assert list(lines.values_list("contact", flat=True)) == [first.pk]


def test_all_fields_of_a_line_are_reached_on_a_phone(
    sit: Sit,
    picked: tuple[Segment, list[Contact]],
    accessible_in_both_themes: Callable[[Page], None],
    pictures: Path | None,
) -> None:
    made, (first, *_others) = picked
    page = sit(width=390, height=844).open(f"/segments/{made.pk}")
    page.wait_for_load_state("networkidle")
    row = page.locator("line-grid tbody tr").first
    date, cost = row.locator("td[data-field=date]"), row.locator("td[data-field=cost_lcy]")
    expect(row).to_contain_text("Aas Plukkeri")
    expect(cost).to_be_hidden()
    row.locator("td[data-field=description]").focus()
    page.keyboard.press("ArrowRight")  # over what is hidden into the next line
    expect(page.locator("line-grid tbody tr").nth(1).locator("td[data-field=contact_no]")).to_be_focused()
    more = row.get_by_role("button", name="All fields of the line")
    more.click()
    expect(more).to_have_attribute("aria-expanded", "true")
    expect(date).to_contain_text(show(made.date))
    cost.focus()
    page.keyboard.type("120")
    page.keyboard.press("Enter")
    expect(cost).to_contain_text("120")
    expect(page.locator("#line-sums")).to_contain_text("120.00")
    expect(cost).to_be_visible()
    assert SegmentLine.objects.get(segment=made, contact=first).cost_lcy == 120
    page.evaluate("window.scrollTo(0, 0)")
    accessible_in_both_themes(page)
    if pictures is not None:
        page.screenshot(path=pictures / "segment-phone.png", full_page=True)
    more.click()
    expect(cost).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
