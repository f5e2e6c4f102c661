"""Mail servers that speak encrypted: only certificates that are valid, and no password before (I-145)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mailbox.certificates import Certificates, certificates
from tests.mailbox.imap_server import mail_server
from tests.mailbox.making import THEIRS, make_person, message
from tests.mailbox.test_imap import imap_setup
from tuttava.foundation.errors import DomainError
from tuttava.mailbox.running import run_once
from tuttava.mailbox.setup import mail_setup

pytestmark = pytest.mark.usefixtures("company")
SECURITIES = [("tls", False), ("starttls", True)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusted(made: Certificates, monkeypatch: pytest.MonkeyPatch) -> Certificates:
    """The operator trusts the authority of the tests."""
    monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))
    return made


@pytest.mark.parametrize(("security", "starttls"), SECURITIES)
def test_mail_is_read_over_an_encrypted_connection(trusted: Certificates, security: str, starttls: bool) -> None:
    make_person(name="Kari", email=THEIRS)
    with mail_server(tls=trusted.server, starttls=starttls) as server:
        imap_setup(server, security=security)
        server.deliver(message())
        assert run_once().logged == 1
        assert len(server.held("Archive")) == 1
        assert ("STARTTLS" in server.seen) == starttls


@pytest.mark.parametrize(("security", "starttls"), SECURITIES)
def test_a_certificate_that_nobody_vouches_for_gets_no_password(
    made: Certificates, security: str, starttls: bool
) -> None:
    with mail_server(tls=made.server, starttls=starttls) as server:
        _refused(server.port, security, "certificate is not valid")
        assert not {"LOGIN", "AUTHENTICATE"} & set(server.seen)


@pytest.mark.parametrize(("security", "starttls"), SECURITIES)
def test_a_certificate_for_somebody_else_gets_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str, starttls: bool
) -> None:
    other = certificates(tmp_path, host="192.0.2.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(other.authority))
    with mail_server(tls=other.server, starttls=starttls) as server:
        _refused(server.port, security, "certificate is not valid")
        assert not {"LOGIN", "AUTHENTICATE"} & set(server.seen)


def test_a_server_that_cannot_encrypt_gets_no_password() -> None:
    with mail_server() as server:
        _refused(server.port, "starttls", "does not offer the chosen encryption")
        assert not {"LOGIN", "AUTHENTICATE"} & set(server.seen)


def _refused(port: int, security: str, reason: str) -> None:
    with mail_server() as any_server, pytest.raises(DomainError) as refused:
        imap_setup(any_server, port=port, security=security)
    assert refused.value.code == "mailbox_unavailable" and reason in str(refused.value.message)
    assert not mail_setup().enabled
