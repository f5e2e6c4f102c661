"""Who calls the service: by access key, by token, or by the browser's session (A-10 to A-13)."""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
import secrets
import time
import uuid
from dataclasses import dataclass
from typing import Any, Literal, cast

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _

from tuttava.api.counting import count
from tuttava.api.errors import ApiError
from tuttava.api.oauth import tokens
from tuttava.api.setup import api_setup
from tuttava.foundation.directory.access_keys import user_of_access_key
from tuttava.foundation.directory.drawing import digest_of
from tuttava.foundation.directory.models import User
from tuttava.foundation.errors import Text

#: What a caller without credentials is offered (A-10).
CHALLENGE = 'Bearer, Basic realm="Tuttava", charset="UTF-8"'
#: Wrong login passwords before the next is not even looked at (kind, how many, in how many seconds): of a name from
#: one place, of a place, of a name.
PASSWORD_LIMITS = (("password-here", 10, 300), ("password-place", 100, 300), ("password-name", 100, 900))
#: Seconds that a login password is remembered as right, because checking one is slow on purpose.
REMEMBERED = 60.0
_REMEMBER_AT_MOST = 1000


class NotAuthenticated(ApiError):
    """The caller did not prove who he is (A-10)."""

    def __init__(self, message: Text = "") -> None:
        super().__init__(
            401,
            "Authentication_InvalidCredentials",
            message or _("Sign in with your user name and an access key, or with a token."),
            headers=(("WWW-Authenticate", CHALLENGE),),
        )


@dataclass(frozen=True)
class Identity:
    """Who calls and how he proved it. ``application``: id of the application that carries the token."""

    user: User
    how: Literal["key", "password", "token", "session"]
    application: uuid.UUID | None = None


def authenticate(request: HttpRequest) -> Identity:
    """The caller behind a request; raises :class:`NotAuthenticated`."""
    scheme, _blank, credentials = request.headers.get("Authorization", "").strip().partition(" ")
    if not scheme:
        return _by_session(request)
    if scheme.lower() == "bearer":
        return _by_token(credentials.strip())
    if scheme.lower() == "basic":
        return _by_basic(request, credentials.strip())
    raise NotAuthenticated


def _by_token(token: str) -> Identity:
    found = tokens.holder_of(token)
    if found is None:
        raise NotAuthenticated(_("The token is not good (any more). Get another one."))
    user, application = found
    return Identity(user, "token", application)


def _by_basic(request: HttpRequest, credentials: str) -> Identity:
    """User name and access key, or where the operator allows it the login password (A-11)."""
    if not is_private(request):
        raise NotAuthenticated(_("User name and key are taken over TLS only. Use an https address."))
    name, secret = _name_and_secret(credentials)
    user = user_of_access_key(name, secret)
    if user is not None:
        return Identity(user, "key")
    if api_setup().basic_password_allowed:
        user = _user_of_password(request, name, secret)
        if user is not None:
            return Identity(user, "password")
    raise NotAuthenticated


def _name_and_secret(credentials: str) -> tuple[str, str]:
    try:
        name, colon, secret = base64.b64decode(credentials, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise NotAuthenticated from error
    if not colon or not name or "\0" in name + secret:
        raise NotAuthenticated
    return name.rpartition("\\")[2], secret


def _by_session(request: HttpRequest) -> Identity:
    """The browser's own requests; those that change something also carry the CSRF token (A-13)."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        raise NotAuthenticated
    if _Csrf(_nothing).process_view(request, _nothing, (), {}) is not None:
        raise NotAuthenticated(_("The request lacks the header X-CSRFToken."))
    return Identity(cast(User, user), "session")


class _Csrf(CsrfViewMiddleware):
    """Django's check, asked by hand, because the service has to let the other callers in without it."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason)


def _nothing(request: HttpRequest, *_arguments: Any) -> HttpResponse:
    return HttpResponse()


def is_private(request: HttpRequest) -> bool:
    """Whether nobody on the way can listen: TLS, or a caller on this machine."""
    if request.is_secure():
        return True
    try:
        return ipaddress.ip_address(_address(request)).is_loopback
    except ValueError:
        return not _address(request)  # a local socket


def _address(request: HttpRequest) -> str:
    """The caller's address: as a trusted proxy tells it, else the other end of the connection."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


class _Remembered:
    """Login passwords that were right a moment ago, by a digest that only this process can make."""

    salt = secrets.token_bytes(32)
    until: dict[bytes, tuple[float, uuid.UUID, str]] = {}


def _user_of_password(request: HttpRequest, name: str, password: str) -> User | None:
    """The user with this login password; None also for one with a second step, which a password alone must not skip."""
    mark = hmac.digest(_Remembered.salt, f"{name.casefold()}\0{password}".encode(), "sha256")
    until, pk, stored = _Remembered.until.get(mark, (0.0, uuid.UUID(int=0), ""))
    known = User.objects.filter(pk=pk, password=stored, is_active=True).first() if until > time.monotonic() else None
    if known is not None:
        return known
    if _too_many(request, name):
        raise NotAuthenticated(_("Too many wrong passwords. Wait a few minutes, or use an access key."))
    user = User.objects.filter(username__iexact=name, is_active=True).first()
    if user is None:
        make_password(password)  # takes as long as a wrong password of a user there is
        return None
    if not user.check_password(password) or is_mfa_enabled(user):
        return None
    _too_many(request, name, by=-1)
    if len(_Remembered.until) >= _REMEMBER_AT_MOST:
        _Remembered.until.clear()
    _Remembered.until[mark] = (time.monotonic() + REMEMBERED, user.pk, user.password)
    return user


def _too_many(request: HttpRequest, name: str, *, by: int = 1) -> bool:
    """Count an attempt (``by`` -1: take it back) and tell whether there were too many.

    By name *and* place first, so that somebody elsewhere does not lock the owner out.
    """
    keys = (f"{name.casefold()} {_address(request)}", _address(request), name.casefold())
    return any(
        count(f"{kind} {digest_of(key)}", seconds, by=by)[0] > most
        for (kind, most, seconds), key in zip(PASSWORD_LIMITS, keys, strict=True)
    )
