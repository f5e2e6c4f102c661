"""Building a segment by keyboard: conditions counted while typed, steps done, told and taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tests.segments.making import make_company, make_segment, on
from tuttava.foundation.context import acting
from tuttava.segments import steps
from tuttava.segments.models import Segment

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_company")]


@pytest.fixture
def segment() -> Segment:
    """Three companies on a segment."""
    with acting(user_name="anna", door="browser"):
        firms = [
            make_company(name=name, city=city) for name, city in (("Aas", "Oslo"), ("Berg", "Oslo"), ("Dal", "Bo"))
        ]
        made = make_segment()
        steps.add_contacts(made, {"contact": {"no": "|".join(firm.no for firm in firms)}})
        return made


def test_segment_is_built_counted_and_gone_back(
    sit: Sit, segment: Segment, accessible_in_both_themes: Callable[[Page], None]
) -> None:  # S-34, S-46
    seat = sit()
    page = seat.open(f"/segments/{segment.pk}/building")
    page.wait_for_load_state("networkidle")
    page.get_by_text("Keep only").click()
    page.get_by_label("Add a condition").select_option("contact.city")
    expect(page.get_by_label("City: condition")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("oslo")
    count = page.locator("#step-count")
    expect(count).to_contain_text("Keep only contacts in oslo.")
    page.keyboard.press("Escape")
    page.get_by_label("Add a condition").select_option("interactionLogEntry.date")
    page.get_by_label("Interactions: Date: with or without").select_option("without")
    page.get_by_label("Interactions: Date: how many").fill("3")
    expect(count).to_contain_text("without an interaction in the last 3 months")
    accessible_in_both_themes(page)
    page.get_by_role("button", name="Remove 1 line").click()
    built = page.locator("#segment-steps")
    expect(built).to_contain_text("of these only contacts in oslo, without an interaction in the last 3 months")
    assert on(segment) == ["Aas", "Berg"]
    page.get_by_role("button", name="Take back the last step").click()
    page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    expect(built).not_to_contain_text("of these only")
    assert on(segment) == ["Aas", "Berg", "Dal"]
    assert not seat.problems, seat.problems
