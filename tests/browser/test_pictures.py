"""The picture of a customer: uploaded, replaced, deleted, and seen at the contact too (C-97, B.3)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tests.pictures import image
from tests.relations.pages import linked_customer

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_company")]


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_picture_of_a_customer(
    sit: Sit, accessible: Callable[[Page], None], pictures: Path | None, theme: str, width: int
) -> None:  # C-97
    contact, customer = linked_customer(name="Fjord Line AS", city="Bergen", phone_no="+47 55 12 34 56")
    seat = sit(theme=theme, width=width, height=1400)
    page = seat.open(f"/customers/{customer.pk}")
    box, face = page.locator("#box-picture"), page.locator("img.card-face")

    def send(colour: str) -> None:
        file = {"name": "logo.png", "mimeType": "image/png", "buffer": image(size=(400, 300), colour=colour)}
        box.get_by_label("Choose a picture").set_input_files(files=[file])

    expect(face).to_have_count(0)
    send("navy")
    expect(box.get_by_role("img", name="Picture of Fjord Line AS")).to_be_visible()
    expect(face).to_be_visible()
    before = face.get_attribute("src")
    send("teal")
    page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    expect(face).not_to_have_attribute("src", before or "")
    accessible(page)
    if pictures:
        page.screenshot(path=pictures / f"customer-picture-{theme}.png", full_page=True)
    expect(seat.open(f"/contacts/{contact.pk}").locator("img.card-face")).to_be_visible()
    seat.open(f"/customers/{customer.pk}")
    box.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    expect(face).to_have_count(0)
    assert not seat.problems, seat.problems
