"""Tokens: every grant, every way for an application to prove itself, every refusal (A-12)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client, RequestFactory
from joserfc import jwk, jwt

from tuttava.api.authentication import NotAuthenticated, authenticate
from tuttava.api.oauth import tokens
from tuttava.foundation.context import acting
from tuttava.foundation.directory import applications, users
from tuttava.foundation.directory.drawing import drawn
from tuttava.foundation.directory.models import Application, Grant, User
from tuttava.foundation.errors import DomainError

pytestmark = pytest.mark.usefixtures("company")
TOKEN = "/oauth2/v2.0/token"
BACK = "https://app.example.com/back"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def robot() -> User:
    return users.create({"username": "robot"})


class App:
    """An application with its secret."""

    def __init__(self, **values: Any) -> None:
        with acting():
            self.record = applications.create({"name": "Sync", "redirect_uris": [BACK], **values})
            self.secret = drawn(self.record.pk)
        self.id = self.record.client_id

    @property
    def proof(self) -> dict[str, str]:
        return {"client_id": self.id, "client_secret": self.secret}


@pytest.fixture
def app(robot: User) -> App:
    return App(username="robot")


def post(fields: dict[str, str], address: str = TOKEN, **headers: str) -> Any:
    return Client().post(address, fields, headers=headers)


def caller(token: str) -> User:
    request = RequestFactory().get("/api/v2.0/", headers={"authorization": f"Bearer {token}"})
    return authenticate(request).user


def good(token: str) -> bool:
    try:
        caller(token)
    except NotAuthenticated:
        return False
    return True


def basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


class TestClientCredentials:
    @pytest.mark.parametrize(
        "address",
        [TOKEN, "/oauth2/token", "/common/oauth2/v2.0/token", "/8d3f6c52-1b0e-4f0a-9a53-2f4be0f3c9d1/oauth2/token"],
    )
    def test_application_gets_a_token_and_acts_as_its_user(self, app: App, robot: User, address: str) -> None:
        fields = {"grant_type": "client_credentials", "scope": "https://api.example.com/.default", **app.proof}
        answer = post(fields, address)
        assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
        found = answer.json()
        assert set(found) == {"token_type", "expires_in", "ext_expires_in", "access_token"}
        assert (found["token_type"], found["expires_in"], found["ext_expires_in"]) == ("Bearer", 3599, 3599)
        assert caller(found["access_token"]) == robot

    def test_secret_may_come_in_a_basic_header(self, app: App) -> None:
        answer = post({"grant_type": "client_credentials"}, authorization=basic(app.id, app.secret))
        assert answer.status_code == 200

    def test_refusals_have_the_status_of_the_way_the_secret_came(self, app: App) -> None:
        form = post({"grant_type": "client_credentials", "client_id": app.id, "client_secret": "wrong"})
        header = post({"grant_type": "client_credentials"}, authorization=basic(app.id, "wrong"))
        assert (form.status_code, header.status_code) == (400, 401)
        assert form.json()["error"] == header.json()["error"] == "invalid_client"
        assert header.headers["WWW-Authenticate"].startswith("Basic") and form.json()["error_description"]

    @pytest.mark.parametrize(
        ("fields", "error"),
        [
            ({"grant_type": "password"}, "unsupported_grant_type"),
            ({}, "unsupported_grant_type"),
            ({"grant_type": "client_credentials"}, "invalid_client"),
            ({"grant_type": "client_credentials", "client_id": "x\0", "client_secret": "y"}, "invalid_request"),
            ({"grant_type": "refresh_token", "refresh_token": "none"}, "invalid_grant"),
            ({"grant_type": "authorization_code", "code": "none"}, "invalid_grant"),
            ({"grant_type": "authorization_code"}, "invalid_request"),
        ],
    )
    def test_refusal_names_its_kind(self, app: App, fields: dict[str, str], error: str) -> None:
        proof = app.proof if error in {"invalid_grant", "unsupported_grant_type"} or "code" in str(fields) else {}
        answer = post({**proof, **fields})
        assert (answer.status_code, answer.json()["error"]) == (400, error)

    def test_application_without_a_user_or_with_a_locked_one_gets_nothing(self, app: App, robot: User) -> None:
        lone = App(username="")
        answer = post({"grant_type": "client_credentials", **lone.proof})
        assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")
        users.change(robot, {"is_active": False})
        assert post({"grant_type": "client_credentials", **app.proof}).status_code == 400

    def test_tokens_are_given_over_tls_or_on_this_machine_only(self, app: App) -> None:
        fields = {"grant_type": "client_credentials", **app.proof}
        plain = Client(REMOTE_ADDR="192.0.2.7").post(TOKEN, fields)
        assert (plain.status_code, plain.json()["error"]) == (400, "invalid_request")
        assert Client(REMOTE_ADDR="192.0.2.7").post(TOKEN, fields, secure=True).status_code == 200

    def test_only_posts_are_answered(self) -> None:
        assert Client().get(TOKEN).status_code == 405


class TestTokens:
    @pytest.fixture
    def token(self, app: App, robot: User) -> str:
        return tokens.issue(app.record, User.objects.get(pk=robot.pk))

    def test_end_with_sessions_password_user_secret_and_application(self, app: App, robot: User, token: str) -> None:
        for end in (
            lambda: users.revoke_sessions(robot),
            lambda: users.change(robot, {"is_active": False}),
            lambda: applications.new_secret(app.record),
            lambda: applications.change(app.record, {"username": ""}),
            lambda: applications.delete(Application.objects.get(pk=app.record.pk)),
        ):
            users.change(robot, {"is_active": True})
            if app.record.pk and Application.objects.filter(pk=app.record.pk).exists():
                applications.change(app.record, {"username": "robot"})
            record = Application.objects.get(pk=app.record.pk)
            token = tokens.issue(record, User.objects.get(pk=robot.pk))
            assert good(token)
            end()
            assert not good(token)

    def test_run_out(self, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
        now = time.time()
        monkeypatch.setattr(tokens.time, "time", lambda: now + tokens.LIFETIME + 1)
        assert not good(token)

    def test_are_not_taken_when_altered_or_signed_otherwise(self, app: App, robot: User, token: str) -> None:
        head, body, signature = token.split(".")
        claims = json.loads(base64.urlsafe_b64decode(body + "=="))
        other = jwk.OctKey.generate_key(256)
        unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
        for bad in (
            f"{head}.{body}.{signature[:-4]}AAAA",
            jwt.encode({"alg": "HS256"}, claims, other),
            f"{unsigned}.{body}.",
            "x",
            "",
            "a.b.c",
        ):
            assert not good(bad)

    def test_check_costs_one_query(self, token: str, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(1):
            assert good(token)


class TestAssertions:
    @pytest.fixture
    def key(self) -> jwk.ECKey:
        return jwk.ECKey.generate_key("P-256")

    def send(self, app: App, key: Any, algorithm: str = "ES256", **changes: Any) -> Any:
        now = int(time.time())
        claims = {"iss": app.id, "sub": app.id, "aud": f"http://testserver{TOKEN}", "exp": now + 300, "jti": "1"}
        claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
        return self.prove(jwt.encode({"alg": algorithm}, claims, key, algorithms=[algorithm]))

    def prove(self, assertion: str) -> Any:
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        fields = {"grant_type": "client_credentials", "client_assertion_type": kind, "client_assertion": assertion}
        return post(fields)

    def test_signed_assertion_proves_the_application_once(self, key: jwk.ECKey, robot: User) -> None:
        app = App(username="robot", public_key=key.as_pem(private=False).decode())
        first = self.send(app, key)
        assert caller(first.json()["access_token"]) == robot
        now = int(time.time())
        assert self.send(app, key, jti="2", aud="https://testserver", exp=now + 60).status_code == 200
        again = self.send(app, key, jti="2", aud="https://testserver", exp=now + 60)
        assert (again.status_code, again.json()["error"]) == (400, "invalid_client")

    def test_rsa_key_in_a_set_signs_with_padding_of_either_kind(self, robot: User) -> None:
        key = jwk.RSAKey.generate_key(2048)
        app = App(username="robot", public_key=json.dumps({"keys": [key.as_dict(private=False)]}))
        assert [self.send(app, key, kind, jti=kind).status_code for kind in ("RS256", "PS256")] == [200, 200]

    @pytest.mark.parametrize(
        "changes",
        [
            {"aud": "https://elsewhere.example.com/token"},
            {"exp": 1},
            {"exp": None},
            {"exp": int(time.time()) + 90_000},
            {"iss": "somebody"},
            {"sub": str(uuid.uuid4())},
        ],
    )
    def test_assertion_that_does_not_fit_is_refused(self, key: jwk.ECKey, robot: User, changes: dict[str, Any]) -> None:
        app = App(username="robot", public_key=key.as_pem(private=False).decode())
        answer = self.send(app, key, **changes)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")

    def test_another_key_and_the_public_key_as_a_secret_are_refused(self, key: jwk.ECKey, robot: User) -> None:
        pem = key.as_pem(private=False)
        app = App(username="robot", public_key=pem.decode())
        assert self.send(app, jwk.ECKey.generate_key("P-256")).status_code == 400
        assert self.prove(_signed_with_text(app, pem)).status_code == 400


def _signed_with_text(app: App, secret: bytes) -> str:
    """An assertion whose signature is made with a text as secret, by hand, because the library refuses to."""

    def part(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    claims = {"iss": app.id, "sub": app.id, "aud": "http://testserver", "exp": int(time.time()) + 60, "jti": "9"}
    signed = ".".join(part(json.dumps(each).encode()) for each in ({"alg": "HS256"}, claims))
    return f"{signed}.{part(hmac.digest(secret, signed.encode(), 'sha256'))}"


class TestCodes:
    @pytest.fixture
    def browser(self) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(users.create({"username": "anna", "full_name": "Anna Å"}))
        return client

    def ask(self, app: App, **changes: str) -> str:
        fields = {
            "response_type": "code",
            "client_id": app.id,
            "redirect_uri": BACK,
            "state": "s&1",
            "scope": "offline_access",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return "/common/oauth2/v2.0/authorize?" + urlencode({**fields, **changes})

    def code(self, browser: Client, app: App, **changes: str) -> str:
        answer = browser.post(self.ask(app, **changes), {"verb": "allow"})
        assert answer.status_code == 302, answer.content
        return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    def spend(self, app: App, code: str, /, **changes: str) -> Any:
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
        return post({**app.proof, **fields, **changes})

    def test_page_asks_and_lets_its_form_lead_to_the_application(self, browser: Client, app: App) -> None:
        answer = browser.get(self.ask(app))
        text = answer.content.decode()
        assert answer.status_code == 200 and "Sync" in text and "Anna Å" in text and "app.example.com" in text
        assert "form-action 'self' https://app.example.com" in answer.headers["Content-Security-Policy"]

    def test_allowed_application_acts_as_the_user(self, browser: Client, app: App) -> None:
        answer = browser.post(self.ask(app), {"verb": "allow"})
        back = urlsplit(answer.headers["Location"])
        assert f"{back.scheme}://{back.netloc}{back.path}" == BACK and parse_qs(back.query)["state"] == ["s&1"]
        found = self.spend(app, parse_qs(back.query)["code"][0]).json()
        assert caller(found["access_token"]).username == "anna"
        assert set(found) == {"token_type", "expires_in", "ext_expires_in", "access_token", "refresh_token"}

    def test_user_who_refuses_sends_the_application_away(self, browser: Client, app: App) -> None:
        answer = browser.post(self.ask(app), {"verb": "deny"})
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert (query["error"], query["state"]) == (["access_denied"], ["s&1"])
        assert not Grant.objects.exists()

    def test_stranger_signs_in_first(self, app: App) -> None:
        answer = Client().get(self.ask(app))
        assert answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/?next=%2Fcommon")

    @pytest.mark.parametrize(
        "changes",
        [{"redirect_uri": "https://evil.example.com/"}, {"client_id": "nobody"}, {"redirect_uri": 'https://x"y/'}],
    )
    def test_unknown_application_or_address_is_never_redirected_to(
        self, browser: Client, app: App, changes: dict[str, str]
    ) -> None:
        for answer in (browser.get(self.ask(app, **changes)), browser.post(self.ask(app, **changes))):
            assert answer.status_code == 400 and "Location" not in answer.headers

    @pytest.mark.parametrize(
        "changes",
        [
            {"code_challenge_method": "plain"},
            {"code_challenge": ""},
            {"code_challenge": "short"},
            {"response_type": "token"},
        ],
    )
    def test_request_without_proof_key_goes_back_as_an_error(
        self, browser: Client, app: App, changes: dict[str, str]
    ) -> None:
        answer = browser.get(self.ask(app, **changes))
        assert answer.status_code == 302 and answer.headers["Location"].startswith(f"{BACK}?error=")
        assert "state=s%261" in answer.headers["Location"]

    @pytest.mark.parametrize(
        "changes",
        [{"code_verifier": "w" * 43}, {"redirect_uri": "https://app.example.com/other"}, {"code": "x"}],
    )
    def test_code_is_good_only_with_what_it_was_asked_with(
        self, browser: Client, app: App, changes: dict[str, str]
    ) -> None:
        code = self.code(browser, app)
        answer = self.spend(app, code, **changes)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
        assert self.spend(app, code, code_verifier="").json()["error"] == "invalid_request"

    def test_code_is_another_application_s_loss(self, browser: Client, app: App) -> None:
        other = App(name="Other")
        assert self.spend(other, self.code(browser, app)).json()["error"] == "invalid_grant"

    def test_code_used_twice_ends_what_it_gave(self, browser: Client, app: App) -> None:
        code = self.code(browser, app)
        token = self.spend(app, code).json()["access_token"]
        assert good(token)
        assert self.spend(app, code).json()["error"] == "invalid_grant"
        assert not good(token)

    def test_refresh_tokens_rotate_and_reuse_ends_the_family(self, browser: Client, app: App) -> None:
        first = self.spend(app, self.code(browser, app)).json()

        def refresh(token: str) -> Any:
            return post({"grant_type": "refresh_token", "refresh_token": token, **app.proof})

        second = refresh(first["refresh_token"]).json()
        assert good(second["access_token"]) and second["refresh_token"] != first["refresh_token"]
        assert refresh(first["refresh_token"]).json()["error"] == "invalid_grant"
        assert not good(second["access_token"]) and not good(first["access_token"])
        assert refresh(second["refresh_token"]).json()["error"] == "invalid_grant"

    def test_revoked_sessions_end_refresh_tokens(self, browser: Client, app: App) -> None:
        found = self.spend(app, self.code(browser, app)).json()
        users.revoke_sessions(User.objects.get(username="anna"))
        fields = {"grant_type": "refresh_token", "refresh_token": found["refresh_token"], **app.proof}
        assert post(fields).json()["error"] == "invalid_grant"
        assert not good(found["access_token"])

    def test_program_on_the_user_s_device_needs_no_secret_and_has_any_port(self, browser: Client) -> None:
        native = App(public=True, redirect_uris=["http://localhost/back"])
        assert native.secret == ""
        here = "http://localhost:49152/back"
        code = self.code(browser, native, redirect_uri=here)
        found = post(
            {
                "grant_type": "authorization_code",
                "client_id": native.id,
                "code": code,
                "redirect_uri": here,
                "code_verifier": VERIFIER,
            }
        ).json()
        assert caller(found["access_token"]).username == "anna"
        fields = {"grant_type": "refresh_token", "refresh_token": found["refresh_token"], "client_id": native.id}
        assert post(fields).status_code == 200
        alone = post({"grant_type": "client_credentials", "client_id": native.id})
        assert alone.json()["error"] == "invalid_client"

    def test_secret_of_an_application_that_has_one_cannot_be_left_out(self, browser: Client, app: App) -> None:
        answer = self.spend(app, self.code(browser, app), client_secret="")
        assert answer.json()["error"] == "invalid_client"


class TestApplications:
    @pytest.mark.parametrize(
        "address",
        [
            "javascript:alert(1)",
            "http://app.example.com/back",
            "https://",
            "https://app.example.com/#x",
            "/back",
            "https://a b/",
            "",
        ],
    )
    def test_addresses_that_are_not_safe_to_go_to_are_refused(self, address: str) -> None:
        with pytest.raises(DomainError) as refused:
            App(redirect_uris=[address])
        assert (refused.value.code, refused.value.field) == ("value_invalid", "redirect_uris")

    @pytest.mark.parametrize(
        "key", ["x", "{}", "{", '{"keys":[]}', '{"kty":"oct","k":"AAAA"}', "-----BEGIN PUBLIC KEY"]
    )
    def test_what_is_no_public_key_is_refused(self, key: str) -> None:
        with pytest.raises(DomainError) as refused:
            App(public_key=key)
        assert (refused.value.code, refused.value.field) == ("value_invalid", "public_key")

    def test_private_key_is_refused(self) -> None:
        key = jwk.ECKey.generate_key("P-256")
        for text in (key.as_pem(private=True).decode(), json.dumps(key.as_dict(private=True))):
            with pytest.raises(DomainError):
                App(public_key=text)

    def test_only_a_digest_of_the_secret_is_stored(self, app: App) -> None:
        assert app.secret and app.secret not in str(Application.objects.values().get(pk=app.record.pk))
        assert drawn(app.record.pk) == ""


def test_discovery_tells_the_addresses() -> None:
    for before, root in (("", ""), ("/common", "/common"), ("/common/v2.0", "/common")):
        found = Client().get(f"{before}/.well-known/openid-configuration").json()
        assert found["token_endpoint"] == f"http://testserver{root}/oauth2/v2.0/token"
        assert found["issuer"] == f"http://testserver{root}"
        assert Client().get(found["jwks_uri"]).json() == {"keys": []}
    assert found["code_challenge_methods_supported"] == ["S256"]


def test_environments_are_listed_for_a_token(app: App, robot: User) -> None:
    token = tokens.issue(app.record, robot)
    for version in ("v1.1", "v1.2"):
        answer = Client().get(f"/environments/{version}", headers={"authorization": f"Bearer {token}"})
        (found,) = answer.json()["value"]
        assert (found["name"], found["type"], found["applicationFamily"]) == (
            "production",
            "Production",
            "BusinessCentral",
        )
        refused = Client().get(f"/environments/{version}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "Authentication_InvalidCredentials")
        assert "Bearer" in refused.headers["WWW-Authenticate"] and "Basic" in refused.headers["WWW-Authenticate"]
