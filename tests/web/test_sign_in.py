"""Signing in: by name or address, with a second step, never by oneself; forgotten passwords; sessions."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import LazySettings
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tuttava.foundation.directory.actions import create_company
from tuttava.foundation.directory.models import Company, User
from tuttava.foundation.directory.permission_sets import grant
from tuttava.foundation.directory.users import create_user, set_enabled

pytestmark = pytest.mark.usefixtures("company")
PHRASE = "correct horse battery"


@pytest.fixture(autouse=True)
def no_old_counters(company: Company) -> None:
    cache.clear()


@pytest.fixture
def anna(company: Company) -> User:
    user = create_user(username="anna", password=PHRASE, email="anna@example.com")
    grant(user, permission_set="CRM-EDIT", company=company)
    return user


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"accept-language": "en"})


def sign_in(client: Client, login: str, password: str = PHRASE) -> bool:
    client.post("/accounts/login/", {"login": login, "password": password})
    return client.get("/accounts/password/change/").status_code == 200


@pytest.mark.parametrize("login", ["anna", "ANNA", "anna@example.com"])
def test_name_or_address_signs_in(visitor: Client, anna: User, login: str) -> None:
    assert sign_in(visitor, login)


def test_sign_in_leads_to_the_page_asked_for(visitor: Client, anna: User, company: Company) -> None:
    asked = f"/c/{company.slug}/setup/?a=1&b=2"
    door = visitor.get(asked)
    assert door.status_code == 302
    page = visitor.get(door.headers["Location"])
    assert 'value="/c/test-company/setup/?a=1&amp;b=2"' in page.content.decode()
    answer = visitor.post("/accounts/login/", {"login": "anna", "password": PHRASE, "next": asked})
    assert answer.headers["Location"] == asked


def test_sign_in_does_not_lead_to_another_site(visitor: Client, anna: User) -> None:
    answer = visitor.post("/accounts/login/", {"login": "anna", "password": PHRASE, "next": "https://evil.example/"})
    assert "evil" not in answer.headers["Location"]


@pytest.mark.parametrize(("login", "password"), [("anna", "wrong"), ("nobody", PHRASE)])
def test_wrong_name_and_wrong_password_are_told_alike(visitor: Client, anna: User, login: str, password: str) -> None:
    page = visitor.post("/accounts/login/", {"login": login, "password": password}).content.decode()
    assert re.search(r'role="alert"[^>]*>(<[^>]+>)*The (username|login|username and/or)', page) or "not correct" in page
    assert PHRASE not in page


def test_locked_out_user_does_not_get_in(visitor: Client, anna: User) -> None:
    create_user(username="root", password=None, admin=True)
    set_enabled(anna, False)
    assert not sign_in(visitor, "anna")


def test_many_wrong_passwords_are_slowed_down(visitor: Client, anna: User) -> None:
    for _attempt in range(12):
        visitor.post("/accounts/login/", {"login": "anna", "password": "wrong"})
    assert not sign_in(visitor, "anna")


def test_nobody_signs_up_by_himself(visitor: Client) -> None:
    answer = visitor.post(
        "/accounts/signup/", {"username": "me", "email": "me@example.com", "password1": PHRASE, "password2": PHRASE}
    )
    assert not User.objects.filter(username="me").exists()
    assert "signup" not in visitor.get("/accounts/login/").content.decode()
    assert answer.status_code == 200


def test_sign_out_ends_the_session(visitor: Client, anna: User) -> None:
    assert sign_in(visitor, "anna")
    visitor.post("/accounts/logout/")
    assert visitor.get("/accounts/password/change/").status_code == 302


def test_forgotten_password_is_reset_by_a_mail_that_works_once(
    visitor: Client, anna: User, settings: LazySettings
) -> None:
    visitor.post("/accounts/password/reset/", {"email": "anna@example.com"})
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert link and mail.outbox[0].to == ["anna@example.com"]
    form = visitor.get(link[1], follow=True)
    new = {"password1": "another good phrase", "password2": "another good phrase"}
    visitor.post(form.redirect_chain[-1][0], new)
    assert sign_in(Client(), "anna", "another good phrase")
    assert "password1" not in Client().get(link[1]).content.decode()


def test_unknown_address_is_told_nothing_and_gets_nothing(visitor: Client, anna: User) -> None:
    known = visitor.post("/accounts/password/reset/", {"email": "anna@example.com"})
    unknown = visitor.post("/accounts/password/reset/", {"email": "stranger@example.com"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [message.to for message in mail.outbox] == [["anna@example.com"]]


def totp_code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def activate_totp(client: Client) -> str:
    assert client.get("/accounts/2fa/totp/activate/").status_code == 302  # asks for the password first
    client.post("/accounts/reauthenticate/", {"password": PHRASE})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"', page)
    assert secret
    client.post("/accounts/2fa/totp/activate/", {"code": totp_code(secret[1])})
    return secret[1]


def test_second_step_is_asked_for_and_a_recovery_code_helps_out(visitor: Client, anna: User) -> None:
    assert sign_in(visitor, "anna")
    secret = activate_totp(visitor)
    assert Authenticator.objects.filter(user=anna, type=Authenticator.Type.TOTP).exists()
    codes = Authenticator.objects.get(user=anna, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    cache.clear()  # a code counts once; the test needs the same one again
    second = Client(headers={"accept-language": "en"})
    assert not sign_in(second, "anna")
    second.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert second.get("/accounts/password/change/").status_code == 302
    second.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    assert second.get("/accounts/password/change/").status_code == 200
    third = Client(headers={"accept-language": "en"})
    assert not sign_in(third, "anna")
    third.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert third.get("/accounts/password/change/").status_code == 200


PAGES = [
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/signup/",
]
OWN_PAGES = [
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
]


@pytest.mark.parametrize("language", ["en", "nb", "nl", "fi"])
@pytest.mark.parametrize("page", PAGES + OWN_PAGES)
def test_pages_have_our_look_and_no_script_or_style_of_their_own(anna: User, page: str, language: str) -> None:
    client = Client(headers={"accept-language": language})
    if page in OWN_PAGES:
        assert sign_in(client, "anna")
        client.post("/accounts/reauthenticate/", {"password": PHRASE})
    answer = client.get(page)
    text = answer.content.decode()
    assert answer.status_code == 200 and f'<html lang="{language}"' in text
    assert "ui/css/tokens.css" in text
    for script in re.findall(r"<script\b([^>]*)>", text):
        assert "src=" in script or 'type="application/json"' in script
    assert not re.search(r"\son\w+=|\sstyle=|javascript:", text)
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy


def test_own_pages_stand_in_the_frame_inside_a_company(anna: User, company: Company) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(anna)
    text = client.get(f"/c/{company.slug}/accounts/2fa/").content.decode()
    assert 'class="rail' in text and f"/c/{company.slug}/accounts/2fa/totp/activate/" in text


def test_user_of_one_company_finds_nothing_at_the_other_s_address(anna: User, company: Company) -> None:
    other = create_company(name="Other", setup_data="empty")
    client = Client()
    client.force_login(anna)
    assert client.get(f"/c/{company.slug}/").status_code == 200
    answers = {client.get(f"/c/{slug}/").status_code for slug in (other.slug, "no-such-company")}
    assert answers == {404}
    assert other.name not in client.get(f"/c/{company.slug}/").content.decode()


def test_user_without_any_set_is_told_whom_to_ask(visitor: Client) -> None:
    create_user(username="new", password=PHRASE)
    answer = visitor.post("/accounts/login/", {"login": "new", "password": PHRASE}, follow=True)
    assert answer.status_code == 403 and "administrator" in answer.content.decode()
