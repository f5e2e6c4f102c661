"""Who may call: keys, login passwords, tokens, sessions, and what happens to those who guess (A-10 to A-13)."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone

from tuttava.api import authentication, setup
from tuttava.api.authentication import Identity, NotAuthenticated, authenticate
from tuttava.api.models import ApiSetup, Usage
from tuttava.foundation.directory import access_keys, permission_sets, users
from tuttava.foundation.directory.models import AccessKey, Company, User

pytestmark = pytest.mark.usefixtures("company")
PHRASE = "correct horse battery"
CONTACTS = "/api/v2.0/companies({id})/contacts"


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """No password is remembered from another test."""
    authentication._Remembered.until.clear()


@pytest.fixture
def anna() -> User:
    return users.create({"username": "anna", "password": PHRASE})


@pytest.fixture
def key(anna: User) -> str:
    return access_keys.new_access_key(anna)


def basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def request(authorization: str = "", method: str = "GET", *, secure: bool = False, **environment: Any) -> HttpRequest:
    headers = {"authorization": authorization} if authorization else {}
    made = RequestFactory().generic(method, "/api/v2.0/", headers=headers, secure=secure, **environment)
    made.user = AnonymousUser()
    return made


def refused(made: HttpRequest) -> str:
    with pytest.raises(NotAuthenticated) as caught:
        authenticate(made)
    return str(caught.value.message)


def how(authorization: str, **environment: Any) -> str:
    return authenticate(request(authorization, **environment)).how


class TestThroughTheDoor:
    def test_stranger_is_told_how_to_sign_in(self, company: Company) -> None:
        answer = Client().get(CONTACTS.format(id=company.pk))
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "Authentication_InvalidCredentials"
        assert answer.headers["WWW-Authenticate"] == 'Bearer, Basic realm="Tuttava", charset="UTF-8"'

    def test_key_token_and_session_all_read(self, company: Company, anna: User, key: str) -> None:
        permission_sets.grant(anna, permission_set="CRM-READ", company=company)
        address = CONTACTS.format(id=company.pk)
        assert Client().get(address, headers={"authorization": basic("anna", key)}).status_code == 200
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(anna)
        assert browser.get(address).status_code == 200
        assert browser.post(address, {"displayName": "x"}, content_type="application/json").status_code == 401


class TestAccessKeys:
    def test_name_and_key_identify_the_user(self, anna: User, key: str) -> None:
        assert authenticate(request(basic("Anna", key))) == Identity(anna, "key")
        assert how(basic("DOMAIN\\anna", key)) == "key"
        assert how(basic("anna", key).replace("Basic", "basic")) == "key"

    @pytest.mark.parametrize(
        "value",
        ["Basic", "Basic !!!", "Basic " + base64.b64encode(b"\xff\xfe:x").decode(), "Digest x", "Bearer", "x"],
    )
    def test_malformed_credentials_are_refused(self, value: str) -> None:
        refused(request(value))

    def test_wrong_name_key_and_odd_characters_are_refused(self, anna: User, key: str) -> None:
        for name, secret in (("bert", key), ("anna", "x"), ("anna", ""), ("", key), ("anna", "\0"), ("anna", "é")):
            refused(request(basic(name, secret)))

    def test_run_out_key_and_locked_out_user_are_refused_at_once(self, anna: User, key: str) -> None:
        assert how(basic("anna", key)) == "key"
        users.change(anna, {"is_active": False})
        refused(request(basic("anna", key)))
        users.change(anna, {"is_active": True})
        AccessKey.objects.update(expires_on=timezone.localdate() - dt.timedelta(days=1))
        refused(request(basic("anna", key)))

    def test_plain_connection_is_taken_from_this_machine_only(self, anna: User, key: str) -> None:
        for near in ("127.0.0.1", "::1", "127.3.2.1"):
            assert how(basic("anna", key), REMOTE_ADDR=near) == "key"
        assert "TLS" in refused(request(basic("anna", key), REMOTE_ADDR="192.0.2.1"))
        assert how(basic("anna", key), REMOTE_ADDR="192.0.2.1", secure=True) == "key"

    def test_address_is_the_one_a_trusted_proxy_tells(self, anna: User, key: str) -> None:
        forwarded = {"HTTP_X_FORWARDED_FOR": "127.0.0.1, 192.0.2.1"}
        assert how(basic("anna", key), **forwarded) == "key"
        with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1):
            refused(request(basic("anna", key), **forwarded))

    def test_check_costs_one_query(self, anna: User, key: str, django_assert_num_queries: Any) -> None:
        how(basic("anna", key))
        with django_assert_num_queries(1):
            assert how(basic("anna", key)) == "key"


class TestLoginPasswords:
    @pytest.fixture
    def allowed(self, company: Company) -> None:
        setup.change(setup.api_setup(), {"basic_password_allowed": True})

    def test_is_refused_unless_the_operator_allows_it(self, anna: User) -> None:
        refused(request(basic("anna", PHRASE)))
        ApiSetup.objects.update(basic_password_allowed=True)
        assert how(basic("anna", PHRASE)) == "password"

    @pytest.mark.usefixtures("allowed")
    def test_right_password_is_checked_once_a_minute_until_it_changes(
        self, anna: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert how(basic("anna", PHRASE)) == "password"
        checks: list[str] = []
        monkeypatch.setattr(User, "check_password", lambda self, raw: checks.append(raw) or False)
        assert how(basic("anna", PHRASE)) == "password" and not checks
        users.change(anna, {"password": "another good phrase"})
        refused(request(basic("anna", PHRASE)))
        assert checks

    @pytest.mark.usefixtures("allowed")
    def test_second_step_cannot_be_skipped(self, anna: User) -> None:
        Authenticator.objects.create(user=anna, type=Authenticator.Type.TOTP, data={})
        refused(request(basic("anna", PHRASE)))

    @pytest.mark.usefixtures("allowed")
    def test_who_guesses_is_stopped_and_the_owner_elsewhere_is_not(self, anna: User, key: str) -> None:
        for attempt in range(10):
            refused(request(basic("anna", f"guess {attempt}"), REMOTE_ADDR="192.0.2.1", secure=True))
        assert "Wait" in refused(request(basic("anna", PHRASE), REMOTE_ADDR="192.0.2.1", secure=True))
        assert how(basic("anna", PHRASE), REMOTE_ADDR="192.0.2.2", secure=True) == "password"
        assert how(basic("anna", key), REMOTE_ADDR="192.0.2.1", secure=True) == "key"
        Usage.objects.update(started_at=timezone.now() - dt.timedelta(minutes=6))
        assert how(basic("anna", PHRASE), REMOTE_ADDR="192.0.2.1", secure=True) == "password"

    @pytest.mark.usefixtures("allowed")
    def test_right_passwords_are_not_counted(self, anna: User) -> None:
        for _attempt in range(15):
            authentication._Remembered.until.clear()
            assert how(basic("anna", PHRASE)) == "password"

    @pytest.mark.usefixtures("allowed")
    def test_unknown_name_takes_as_long_as_a_known_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        hashed: list[str] = []
        monkeypatch.setattr(authentication, "make_password", hashed.append)
        refused(request(basic("nobody", PHRASE)))
        assert hashed == [PHRASE]


class TestSessions:
    def test_reading_needs_the_session_only(self, anna: User) -> None:
        made = request()
        refused(made)
        made.user = anna
        assert authenticate(made).how == "session"

    @pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
    def test_writing_needs_the_csrf_header_too(self, anna: User, method: str) -> None:
        made = request(method=method)
        made.user = anna
        assert "X-CSRFToken" in refused(made)
        token = get_token(made)
        signed = request(method=method, HTTP_X_CSRFTOKEN=token, HTTP_COOKIE=f"csrftoken={made.META['CSRF_COOKIE']}")
        signed.user = anna
        assert authenticate(signed).how == "session"
        signed.META["HTTP_ORIGIN"] = "https://evil.example.com"
        del signed.csrf_processing_done
        refused(signed)

    def test_wrong_credentials_are_not_saved_by_a_session(self, anna: User) -> None:
        made = request(basic("anna", "wrong"))
        made.user = anna
        refused(made)
