"""Journeys of a sales office in a real browser: people of a company, labels, signing in, and who may do what."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Sit
from tuttava.contacts.models import Contact
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import Company, User
from tuttava.foundation.directory.users import create_user

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_company")]
PHRASE = "correct horse battery"
ADMIN_PAGES = (
    "/setup/users/",
    "/setup/users/new/",
    "/setup/permission-sets/",
    "/setup/permission-sets/new/",
    "/setup/companies/",
)


@pytest.fixture
def firm() -> Contact:
    with acting(user_name="anna", door="browser"):
        values: dict[str, Any] = {"name": f"Skjær {uuid.uuid4().hex[:8]} AS", "address": "Strandgata 12"}
        return records.create(Contact, {"type": "company", "territory_code": "FOREIGN", **values})


def test_person_inherits_detaches_and_follows_again(sit: Sit, firm: Contact) -> None:  # C-29, C-31
    seat = sit()
    page = seat.open(f"/contacts/{firm.pk}")
    page.wait_for_load_state("networkidle")
    page.locator("#box-people").get_by_role("link", name="New person").click()
    dialog = page.locator("dialog.wizard")
    dialog.get_by_label("Name").fill("Anna Lie")
    dialog.get_by_role("button", name="Create").click()
    expect(page.locator("h1")).to_have_text("Anna Lie")
    expect(page.locator("#v-address")).to_have_text("Strandgata 12")
    expect(page.locator("#f-address .mark-button")).to_contain_text("from the company")

    page.locator("#f-address .mark-button").click()
    expect(page.locator("#f-address .mark-button")).to_contain_text("pinned")
    with acting(user_name="anna", door="browser"):
        records.change(Contact.objects.get(pk=firm.pk), {"address": "Fjellveien 1", "territory_code": None})
    page.reload()
    expect(page.locator("#v-address")).to_have_text("Strandgata 12")

    page.wait_for_load_state("networkidle")
    page.locator("#f-address .mark-button").click()
    expect(page.locator("#v-address")).to_have_text("Fjellveien 1")
    expect(page.locator("#f-address .mark-button")).to_contain_text("from the company")
    assert seat.problems == []


def test_label_is_made_for_a_company(sit: Sit, firm: Contact, accessible: Callable[[Page], None]) -> None:
    seat = sit()
    page = seat.open("/reports/")
    page.locator("a.report-card", has_text="Labels").click()
    page.locator("[name=no]").fill(str(firm.no))
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".label").first).to_contain_text(str(firm.name))
    expect(page.locator(".label").first).to_contain_text("Strandgata 12")
    accessible(page)
    page.get_by_role("link", name="Change").click()
    expect(page.locator("[name=no]")).to_have_value(str(firm.no))
    assert seat.problems == []


def test_report_and_administration_pages_are_accessible(
    sit: Sit, firm: Contact, accessible_in_both_themes: Callable[[Page], None]
) -> None:
    seat, accessible = sit(), accessible_in_both_themes
    page = seat.open("/reports/")
    accessible(page)
    found = page.locator("a.report-card").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert len(found) >= 4
    root = seat.base.rsplit("/c/", 1)[0]
    for address in found:
        page.goto(f"{root}{address}")
        accessible(page)
        page.goto(f"{root}{address}print/?no={firm.no}")
        accessible(page)
    for path in (*ADMIN_PAGES, "/jobs/"):
        assert page.goto(f"{seat.base}{path}").status == 200, path  # type: ignore[union-attr]
        accessible(page)
    assert seat.problems == []


@pytest.fixture(params=["light", "dark"])
def stranger(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A browser of somebody who has not signed in; what it complains about fails the test."""
    context = chromium.new_context(locale="en-GB", color_scheme=request.param)
    page, problems = context.new_page(), []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    yield page
    context.close()
    assert [told for told in problems if "400" not in told] == []


def test_sign_in_with_a_second_step(
    stranger: Page, site: str, live_company: Company, accessible: Callable[[Page], None]
) -> None:
    name = f"second{uuid.uuid4().hex[:6]}"
    create_user(username=name, password=PHRASE, admin=True, language="en")
    secret = generate_totp_secret()
    TOTP.activate(User.objects.get(username=name), secret)
    stranger.goto(f"{site}/c/{live_company.slug}/contacts/")
    expect(stranger.get_by_role("heading", name="Sign in")).to_be_visible()
    accessible(stranger)
    stranger.get_by_label("User name or e-mail address").fill(name)
    stranger.get_by_label("Password", exact=True).fill("not the password")
    stranger.get_by_role("button", name="Sign in", exact=True).click()
    expect(stranger.get_by_text("not correct")).to_be_visible()
    accessible(stranger)
    stranger.get_by_label("Password", exact=True).fill(PHRASE)
    stranger.get_by_role("button", name="Sign in", exact=True).click()
    stranger.locator("[name=code]").wait_for()
    accessible(stranger)
    counter = next(yield_hotp_counters_from_time())
    stranger.locator("[name=code]").fill(format_hotp_value(hotp_value(secret, counter)))
    stranger.locator("main [type=submit]").first.click()
    stranger.wait_for_url("**/contacts/")
    for path in ("/accounts/2fa/", "/accounts/password/change/"):
        stranger.goto(f"{site}/c/{live_company.slug}{path}")
        accessible(stranger)
