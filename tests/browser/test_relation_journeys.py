"""Journeys between a contact and the registers in a real browser: create as, link, unlink, both sides in step."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Seat, Sit
from tuttava.contacts.models import Contact, ContactBusinessRelation
from tuttava.contacts.setup import marketing_setup
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.partners.models import Customer, CustomerTemplate, Vendor

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_company")]


@pytest.fixture
def firm() -> Contact:
    return new_contact(phone_no="11 11 11 11")


def new_contact(**values: Any) -> Contact:
    name = f"Skjær {uuid.uuid4().hex[:8]} AS"
    with acting(user_name="anna", door="browser"):
        return records.create(Contact, {"type": "company", "name": name, **values})


def lonely_vendor(**values: Any) -> Vendor:
    """A vendor without a contact."""
    with acting(user_name="anna", door="browser"):
        setup = marketing_setup()
        code = setup.bus_rel_for_vendors_code
        setup = records.change(setup, {"bus_rel_for_vendors_code": None})
        vendor = records.create(Vendor, values)
        records.change(setup, {"bus_rel_for_vendors_code": code})
    return vendor


def choose(page: Page, what: str) -> None:
    """Something in the menu of the contact's business relations."""
    page.wait_for_load_state("networkidle")
    page.locator("summary", has_text="Business relation").click()
    page.get_by_role("link", name=what, exact=True).click()


def shot(page: Page, pictures: Path | None, name: str) -> None:
    if pictures is not None:
        page.screenshot(path=pictures / f"{name}.png")


def test_contact_becomes_a_customer_and_both_sides_change(
    sit: Sit, firm: Contact, accessible: Callable[[Page], None], pictures: Path | None
) -> None:  # B-20, B-26, B-55, B-61
    with acting(user_name="anna", door="browser"):
        for code in ("NEAR", "FAR"):
            records.create(CustomerTemplate, {"code": f"{code}{uuid.uuid4().hex[:6]}", "description": f"From {code}"})
    seat = sit()
    page = seat.open(f"/contacts/{firm.pk}")
    choose(page, "Create as customer")
    dialog = page.locator("dialog.wizard")
    expect(dialog).to_contain_text(str(firm.name))
    accessible(page)
    dialog.get_by_label("From NEAR").first.check()
    dialog.get_by_role("button", name="Create").click()
    expect(page.locator(".card-sub")).to_contain_text("Customer")
    customer = Customer.objects.get(name=firm.name)
    expect(page).to_have_url(f"{seat.base}/customers/{customer.pk}")
    accessible(page)
    shot(page, pictures, "created-as-customer")

    edit(page, "phone_no", "22 22 22 22")
    page.get_by_role("link", name=f"Contact {firm.no}").click()
    expect(page).to_have_url(f"{seat.base}/contacts/{firm.pk}")
    expect(page.locator("#v-phone_no")).to_have_text("22 22 22 22")
    page.wait_for_load_state("networkidle")
    slow_down(page)
    edit(page, "city", "Bergen")
    page.locator(".card-sub").get_by_role("link", name="Customer").click()
    expect(page).to_have_url(f"{seat.base}/customers/{customer.pk}")
    expect(page.locator("#v-city")).to_have_text("Bergen")
    assert seat.problems == []


def slow_down(page: Page) -> None:
    """Let the answers of the server take a while: whoever goes on at once must not see what was before."""
    page.evaluate(
        "const send = window.fetch;"
        "window.fetch = async (...what) => { await new Promise((go) => setTimeout(go, 600)); return send(...what); };"
    )


def edit(page: Page, field: str, value: str) -> None:
    """Type a value in place."""
    page.wait_for_load_state("networkidle")
    page.locator(f"#v-{field}").click()
    page.locator(f"#e-{field}").fill(value)
    page.keyboard.press("Enter")
    expect(page.locator(f"#v-{field}")).to_have_text(value)


def open_link(seat: Seat, firm: Contact) -> Page:
    page = seat.open(f"/contacts/{firm.pk}")
    choose(page, "Link with existing vendor")
    return page


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_contact_is_linked_with_a_vendor_field_by_field(
    sit: Sit, firm: Contact, accessible: Callable[[Page], None], pictures: Path | None, theme: str, width: int
) -> None:  # B-40, B-43
    vendor = lonely_vendor(name=f"Verft {uuid.uuid4().hex[:8]}", phone_no="33 33 33 33", city="Oslo")
    seat = sit(theme=theme, width=width)
    page = open_link(seat, firm)
    dialog = page.locator("dialog.wizard")
    dialog.get_by_role("combobox").fill(vendor.name)
    dialog.locator(f".options [data-value='{vendor.no}']").click()
    comparison = dialog.locator("#comparison")
    expect(comparison).to_contain_text("33 33 33 33")
    expect(comparison.locator("#c-name")).to_be_checked()
    expect(comparison.locator("#r-city")).to_be_checked()
    comparison.locator("#r-phone_no").check()
    expect(comparison.locator("tr", has_text="33 33 33 33").locator(".kept")).to_have_text("33 33 33 33")
    accessible(page)
    shot(page, pictures, f"link-{theme}")
    dialog.get_by_role("button", name="Link").click()
    expect(page.locator(".card-sub")).to_contain_text("Vendor")
    expect(page.locator("#v-phone_no")).to_have_text("33 33 33 33")
    expect(page.locator("#v-city")).to_have_text("Oslo")
    vendor.refresh_from_db()
    assert (vendor.name, vendor.phone_no) == (firm.name, "33 33 33 33")
    assert seat.problems == []


def test_linking_works_without_script(sit: Sit, firm: Contact) -> None:
    vendor = lonely_vendor(name=f"Verft {uuid.uuid4().hex[:8]}")
    seat = sit(script=False)
    page = seat.open(f"/contacts/{firm.pk}/link/vendor")
    page.locator("[name=no]").fill(str(vendor.no))
    page.get_by_role("button", name="Link").click()
    expect(page.locator("#comparison")).to_contain_text(str(vendor.name))
    page.locator("#r-name").check()
    page.get_by_role("button", name="Link").click()
    expect(page.locator("h1")).to_have_text(str(vendor.name))
    assert ContactBusinessRelation.objects.get(linked_id=vendor.pk).contact_id == firm.pk


def test_unlinking_asks_and_is_undone(sit: Sit, firm: Contact) -> None:  # B-44
    with acting(user_name="anna", door="browser"):
        from tuttava.relations import actions

        actions.create_as(firm, "bank_account")
    seat = sit()
    page = seat.open(f"/contacts/{firm.pk}")
    page.wait_for_load_state("networkidle")
    box = page.locator("#box-relations")
    box.get_by_role("button", name="Remove").click()
    page.locator("dialog.ask").get_by_role("button", name="Yes").click()
    expect(box).not_to_contain_text("Bank account")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#box-relations")).to_contain_text("Bank account")
    assert seat.problems == []


def test_primary_contact_is_chosen_by_keyboard(sit: Sit, firm: Contact) -> None:  # B-71, B-81
    with acting(user_name="anna", door="browser"):
        from tuttava.relations import actions

        customer = actions.create_as(firm, "customer", use_template=False)
        person = records.create(Contact, {"type": "person", "name": "Kari Lie", "company_no": firm.no})
    assert customer is not None
    seat = sit()
    page = seat.open(f"/customers/{customer.pk}")
    page.wait_for_load_state("networkidle")
    page.locator("#v-primary_contact_id").click()
    page.keyboard.type("kari")
    expect(page.locator(f".options [data-value='{person.no}']")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#f-primary_contact_id")).to_contain_text(f"Kari Lie · {person.no}")
    expect(page.locator("#f-contact")).to_contain_text("Kari Lie")
    expect(page.locator("#box-people")).to_contain_text("Primary contact")
    assert seat.problems == []
