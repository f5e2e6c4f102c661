"""Access tokens for mailboxes that are opened with OAuth 2: fetched when the last one has run out.

With a token address in the setup its secret is a refresh token (blank: the program signs in with its own rights), and
tokens are got there; without one the secret is an access token itself. Tokens rest sealed, like all secrets.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import http.client
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.mailbox.models import EmailLoggingSetup, MailLoggingState
from tuttava.mailbox.sealing import seal, unseal
from tuttava.mailbox.sources import unavailable

#: Seconds that the token service may take to answer.
TIMEOUT = 20.0
#: A token that runs out sooner is not used any more.
SPARE = dt.timedelta(seconds=60)
#: How long a token is good when the service does not say.
_USUAL = 3600
#: Bytes of an answer that are read, more than any token has.
_LARGEST_ANSWER = 65536
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PLAIN = re.compile(r"[a-z_]{1,60}")


@dataclass(frozen=True)
class Token:
    """An access token; ``kept``: it was fetched earlier, so the mail server may have ended it meanwhile."""

    value: str
    kept: bool


def is_token_address(address: str) -> bool:
    """Whether tokens may be fetched there: over HTTPS, or from this computer itself."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        return False
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    )


def access_token(setup: EmailLoggingSetup) -> Token:
    """A token to sign in with. Raises ``mailbox_unavailable`` with the reason."""
    if not setup.token_url:
        return Token(_unsealed(setup.secret), kept=False)
    known = _known(setup)
    if known:
        return Token(known, kept=True)
    with transaction.atomic():
        _hold()
        known = _known(setup)  # somebody else may have fetched one while this waited
        return Token(known, kept=True) if known else Token(_fetched(setup), kept=False)


def forget() -> None:
    """The next sign-in fetches a new token."""
    MailLoggingState.objects.update(access_token="", access_token_until=None)


def _hold() -> None:
    """One at a time fetches: a service may end a refresh token with its use."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.mail token'))")


def _known(setup: EmailLoggingSetup) -> str:
    state = MailLoggingState.objects.filter(token_of=_mark(setup), access_token_until__gt=timezone.now()).first()
    return (unseal(state.access_token) or "") if state is not None else ""


def _mark(setup: EmailLoggingSetup) -> str:
    """What tokens belong to; another secret, program or address is another mark."""
    told = "\n".join((setup.secret, setup.client_secret, setup.client_id, setup.token_url, setup.scope))
    return hashlib.sha256(told.encode()).hexdigest()


def _unsealed(sealed: str) -> str:
    found = unseal(sealed)
    if found is None:
        raise unavailable(_("the stored password can no longer be read, enter it again"))
    return found


def _fetched(setup: EmailLoggingSetup) -> str:
    """A new token from the service, kept with the refresh token that may come with it."""
    state = MailLoggingState.objects.filter(token_of=_mark(setup)).first()
    refresh = (unseal(state.refresh_token) if state and state.refresh_token else None) or _unsealed(setup.secret)
    answer = _asked(setup, refresh)
    token = answer.get("access_token")
    if not isinstance(token, str) or not token:
        raise unavailable(_("the token service gave no token"))
    newer = answer.get("refresh_token")
    MailLoggingState.objects.update_or_create(
        only_row=True,
        defaults={
            "token_of": _mark(setup),
            "access_token": seal(token),
            "access_token_until": timezone.now() + _lifetime(answer.get("expires_in")) - SPARE,
            "refresh_token": seal(newer if isinstance(newer, str) and newer else refresh),
        },
    )
    return token


def _lifetime(told: Any) -> dt.timedelta:
    try:
        return dt.timedelta(seconds=min(max(int(told), 0), 86400))
    except (TypeError, ValueError):
        return dt.timedelta(seconds=_USUAL)


def _asked(setup: EmailLoggingSetup, refresh: str) -> Mapping[str, Any]:
    """The answer of the service (RFC 6749, 4.4 and 6)."""
    given = {
        "grant_type": "refresh_token" if refresh else "client_credentials",
        "refresh_token": refresh,
        "client_id": setup.client_id,
        "client_secret": _unsealed(setup.client_secret),
        "scope": setup.scope,
    }
    body = urlencode({name: value for name, value in given.items() if value})
    try:
        status, data = _posted(urlsplit(setup.token_url), body)
    except ssl.SSLCertVerificationError as error:
        raise unavailable(_("the certificate of the token service is not valid")) from error
    except (OSError, http.client.HTTPException) as error:
        raise unavailable(_("the token service does not answer")) from error
    try:
        answer = json.loads(data)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise unavailable(_("the token service gave no token"))
    if status != 200:
        raise unavailable(_("the token service refused: %(reason)s") % {"reason": _reason(answer, status)})
    return answer


def _reason(answer: Mapping[str, Any], status: int) -> str:
    """The code of the refusal; nothing else of what was said, which may repeat secrets."""
    code = answer.get("error")
    return code if isinstance(code, str) and _PLAIN.fullmatch(code) else str(status)


def _posted(address: SplitResult, body: str) -> tuple[int, bytes]:
    """One POST, without redirects."""
    host = address.hostname or ""
    if address.scheme == "https":
        context = ssl.create_default_context()
        link: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, address.port, timeout=TIMEOUT, context=context
        )
    else:
        link = http.client.HTTPConnection(host, address.port, timeout=TIMEOUT)
    try:
        path = f"{address.path or '/'}{f'?{address.query}' if address.query else ''}"
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        link.request("POST", path, body, kind)
        answer = link.getresponse()
        return answer.status, answer.read(_LARGEST_ANSWER)
    finally:
        link.close()
