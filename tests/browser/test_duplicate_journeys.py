"""Journeys among duplicates in a real browser: the queue by keyboard, and a warning while a contact is typed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tests.duplicates.pairs import firm, pair
from tuttava.contacts.models import Contact
from tuttava.duplicates.models import ContactDuplicate
from tuttava.foundation.context import acting

pytestmark = [pytest.mark.browser, pytest.mark.smart_search, pytest.mark.usefixtures("live_company")]


@pytest.fixture
def alike() -> list[Contact]:
    """The only two pairs of the queue, the first one surer: those with what earlier tests left are taken out."""
    mark = uuid.uuid4().hex[:8]
    with acting(user_name="anna", door="browser"):
        first = firm(f"Nordlys {mark} AS", phone_no="22 11 33 44", address="Havnegata 12", email="post@nordlys.example")
        second = firm(f"Nordlys {mark}", phone_no="+47 22113344", address="Havnegt. 12")
        third, fourth = firm(f"Fjord {mark} AS", city="Bergen"), firm(f"Fjord {mark} Norge", city="Bergen")
        ContactDuplicate.objects.all().delete()
        pair(second, first, 97)
        pair(third, fourth, 71)
    return [first, second, third, fourth]


def shot(page: Page, pictures: Path | None, name: str) -> None:
    if pictures is not None:
        page.screenshot(path=pictures / f"{name}.png")


def test_queue_is_worked_by_keyboard(
    sit: Sit, alike: list[Contact], accessible: Callable[[Page], None], pictures: Path | None
) -> None:  # D-21, D-22
    seat = sit()
    page = seat.open("/duplicates/")
    page.wait_for_load_state("networkidle")
    first, second, third, _fourth = alike
    names = page.locator(".party-name")
    expect(names).to_have_text([str(second.name), str(first.name)])
    accessible(page)
    shot(page, pictures, "duplicates")

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("[name='pick:name'][value=left]")).to_be_checked()
    page.keyboard.press("Space")
    expect(page.locator("[name='pick:name'][value=right]")).to_be_checked()

    page.keyboard.press("n")
    expect(names.first).to_have_text(str(third.name))
    assert ContactDuplicate.objects.get(contact=second).separate_contacts
    expect(page.locator(".toast")).to_contain_text("are not the same")
    page.keyboard.press("u")
    expect(names.first).to_have_text(str(second.name))
    assert not ContactDuplicate.objects.get(contact=second).separate_contacts

    page.keyboard.press("j")
    expect(names.first).to_have_text(str(third.name))
    page.keyboard.press("k")
    expect(names.first).to_have_text(str(second.name))
    page.keyboard.press("ArrowRight")
    expect(page.locator(".toast")).to_contain_text("was merged into", timeout=15_000)
    assert not Contact.objects.filter(pk=second.pk).exists()
    page.keyboard.press("u")
    expect(page.locator(".toast")).to_contain_text("Undone", timeout=15_000)
    assert Contact.objects.filter(pk=second.pk).exists()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Keep the left one")
    assert not seat.problems


def test_look_alikes_stand_beside_the_fields_and_one_is_used(sit: Sit, alike: list[Contact]) -> None:  # D-21
    seat = sit()
    page = seat.open("/contacts/new")
    page.locator("#w-name").fill(str(alike[0].name))
    page.locator("#w-phone_no").fill("22113344")
    page.locator("#w-mobile_phone_no").fill("444 55 666")
    suggested = page.locator(".alike", has_text=str(alike[0].no))
    expect(suggested).to_contain_text("Phone: the same")
    expect(page.locator("#wt-phone_no")).to_contain_text("Phone of")
    suggested.get_by_role("button", name="Use this one, fill in the rest").click()
    expect(page).to_have_url(f"{seat.base}/contacts/{alike[0].pk}")
    expect(page.locator("#v-mobile_phone_no")).to_have_text("444 55 666")
    assert not seat.problems


def test_pair_is_stacked_on_a_phone_and_clear_in_the_dark(
    sit: Sit, alike: list[Contact], accessible: Callable[[Page], None], pictures: Path | None
) -> None:  # D-21
    seat = sit("dora", width=390, height=844, theme="dark")
    page = seat.open("/duplicates/")
    page.wait_for_load_state("networkidle")
    left, right = (page.locator(f"[data-side={side}].side-cell").first.bounding_box() for side in ("left", "right"))
    assert left is not None
    assert right is not None
    assert right["y"] >= left["y"] + left["height"]
    accessible(page)
    shot(page, pictures, "duplicates-phone")
    names = page.locator(".party-name")
    expect(names).to_have_text([str(alike[1].name), str(alike[0].name)])
    page.get_by_role("button", name="Later").click()
    expect(names).to_have_text([str(alike[2].name), str(alike[3].name)])
    assert not seat.problems
