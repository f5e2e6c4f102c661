"""A passkey: added under one's own account, then enough to sign in - with a virtual authenticator in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tuttava.foundation.directory.models import Company
from tuttava.foundation.directory.users import create_user

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_company")]
PHRASE = "correct horse battery"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_passkey_is_added_and_signs_in(site: str, chromium: Browser, live_company: Company) -> None:
    create_user(username="passkey", password=PHRASE, admin=True, language="en")
    place = site.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not to a number
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    page.goto(f"{place}/accounts/login/?next=/c/{live_company.slug}/accounts/2fa/webauthn/add/")
    page.get_by_label("User name or e-mail address").fill("passkey")
    page.get_by_label("Password", exact=True).fill(PHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("main [name=password]").fill(PHRASE)  # a new key needs the password once more
    page.locator("main [type=submit]").first.click()
    page.locator("[name=name]").fill("My laptop")
    page.locator("[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/**")

    context.clear_cookies()
    page.goto(f"{place}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/c/**")
    expect(page.get_by_role("main")).to_be_visible()
    assert problems == []
    context.close()
