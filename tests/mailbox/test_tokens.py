"""Signing in with OAuth 2: tokens are fetched when they have run out, and kept sealed (I-145)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from tests.api.conftest import CRM, SignIn
from tests.mailbox.imap_server import MailServer, mail_server
from tests.mailbox.test_imap import imap_setup
from tests.mailbox.token_server import TokenServer, token_server
from tuttava.foundation import records
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import JournalChange
from tuttava.mailbox import actions
from tuttava.mailbox.models import EmailLoggingSetup, MailLoggingState
from tuttava.mailbox.running import run_once
from tuttava.mailbox.sealing import unseal
from tuttava.mailbox.setup import mail_setup
from tuttava.mailbox.tokens import is_token_address

pytestmark = pytest.mark.usefixtures("company")
REFRESH, CLIENT = "refresh-1-very-secret", "client-very-secret"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as made:
        yield made


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    with token_server() as made:
        yield made


def oauth_setup(server: MailServer, tokens: TokenServer, **values: Any) -> EmailLoggingSetup:
    """E-mail logging that gets its access tokens from the service; the first one signs in."""
    if not tokens.answers:
        tokens.gives("first")
    server.token = "first"
    given = {
        "auth_method": "oauth2",
        "secret": REFRESH,
        "token_url": tokens.url,
        "client_id": "tuttava",
        "client_secret": CLIENT,
        "scope": "imap offline_access",
        "enabled": False,
    }
    imap_setup(server, **(given | values))
    records.change(mail_setup(), {"consent_given": True})
    return actions.enable()


def runs_out() -> None:
    MailLoggingState.objects.update(access_token_until=timezone.now() - dt.timedelta(seconds=1))


def test_a_token_is_fetched_once_and_used_until_it_runs_out(server: MailServer, tokens: TokenServer) -> None:
    assert oauth_setup(server, tokens).enabled
    assert tokens.asked == [
        {
            "grant_type": "refresh_token",
            "refresh_token": REFRESH,
            "client_id": "tuttava",
            "client_secret": CLIENT,
            "scope": "imap offline_access",
        }
    ]
    run_once()
    assert len(tokens.asked) == 1
    runs_out()
    tokens.gives("second")
    server.token = "second"
    run_once()
    assert len(tokens.asked) == 2
    assert MailLoggingState.objects.get().failed_runs == 0


def test_a_token_that_the_mail_server_ended_is_replaced_at_once(server: MailServer, tokens: TokenServer) -> None:
    oauth_setup(server, tokens)
    tokens.gives("second")
    server.token = "second"
    run_once()
    assert len(tokens.asked) == 2


def test_a_new_refresh_token_takes_the_place_of_the_old(server: MailServer, tokens: TokenServer) -> None:
    tokens.gives("first", refresh_token="refresh-2")
    oauth_setup(server, tokens)
    runs_out()
    tokens.gives("first")
    run_once()
    assert [each["refresh_token"] for each in tokens.asked] == [REFRESH, "refresh-2"]
    runs_out()
    run_once()
    assert tokens.asked[-1]["refresh_token"] == "refresh-2", "the service gave no newer one"


def test_another_secret_is_used_from_then_on(server: MailServer, tokens: TokenServer) -> None:
    oauth_setup(server, tokens)
    actions.disable()
    records.change(mail_setup(), {"secret": "refresh-other"})
    records.change(mail_setup(), {"consent_given": True})
    actions.enable()
    assert [each["refresh_token"] for each in tokens.asked] == [REFRESH, "refresh-other"]


def test_without_refresh_token_the_program_signs_in_with_its_own_rights(
    server: MailServer, tokens: TokenServer
) -> None:
    oauth_setup(server, tokens, secret="")
    assert tokens.asked[0]["grant_type"] == "client_credentials" and "refresh_token" not in tokens.asked[0]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((400, {"error": "invalid_grant", "error_description": f"{REFRESH} was revoked"}), "invalid_grant"),
        ((500, b"<html>oops</html>"), "gave no token"),
        ((200, {"token_type": "Bearer"}), "gave no token"),
        ((302, {}), "302"),
        ((200, []), "gave no token"),
    ],
)
def test_a_refusal_is_told_without_secrets(
    server: MailServer, tokens: TokenServer, answer: tuple[int, Any], reason: str
) -> None:
    tokens.answers = [answer]
    with pytest.raises(DomainError) as refused:
        oauth_setup(server, tokens)
    told = str(refused.value.message)
    assert refused.value.code == "mailbox_unavailable" and reason in told
    assert REFRESH not in told and CLIENT not in told


def test_tokens_and_secrets_rest_sealed_and_are_never_told(
    server: MailServer, tokens: TokenServer, sign_in: SignIn
) -> None:
    oauth_setup(server, tokens)
    setup, state = EmailLoggingSetup.objects.get(), MailLoggingState.objects.get()
    stored = f"{setup.secret}{setup.client_secret}{state.access_token}{state.refresh_token}"
    for secret in (REFRESH, CLIENT, "first"):
        assert secret not in stored
    assert (unseal(setup.client_secret), unseal(state.access_token)) == (CLIENT, "first")
    shown = sign_in("SUPER", service=CRM).get("emailLoggingSetup").json["value"][0]
    assert (shown["secret"], shown["clientSecret"], shown["tokenUrl"]) == ("", "", tokens.url)
    written = str(list(JournalChange.objects.filter(record_id=setup.pk).values_list("old", "new")))
    assert setup.client_secret not in written and CLIENT not in written


def test_clearing_empties_all_of_it(server: MailServer, tokens: TokenServer) -> None:  # I-146
    oauth_setup(server, tokens)
    actions.disable()
    actions.clear()
    setup, state = EmailLoggingSetup.objects.get(), MailLoggingState.objects.get()
    assert not (setup.secret or setup.client_secret or setup.client_id or setup.token_url or setup.scope)
    assert not (state.access_token or state.refresh_token or state.token_of)


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://login.example/token", True),
        ("https://login.example:8443/x?y=1", True),
        ("http://127.0.0.1:9/token", True),
        ("http://login.example/token", False),
        ("ftp://login.example/token", False),
        ("https://", False),
        ("https://login.example:99999/", False),
        ("login.example", False),
    ],
)
def test_tokens_are_fetched_from_safe_addresses_only(address: str, good: bool) -> None:
    assert is_token_address(address) == good
    if not good:
        with pytest.raises(DomainError) as refused:
            records.change(mail_setup(), {"token_url": address})
        assert refused.value.code == "value_invalid"
