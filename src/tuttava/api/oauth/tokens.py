"""Access tokens: signed, so that nothing is stored, yet void as soon as user, application or grant no longer stand.

A check costs one signature and one look at an index, which the request needs anyway to know its user.
"""

from __future__ import annotations

import time
import uuid
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.crypto import salted_hmac
from joserfc import jwk, jwt
from joserfc.errors import JoseError

from tuttava.foundation.directory.drawing import digest_of
from tuttava.foundation.directory.models import Application, Grant, User

#: Seconds that an access token is good for.
LIFETIME = 3599
_ALGORITHM = "HS256"


def issue(application: Application, user: User, grant: Grant | None = None) -> str:
    """An access token for ``application`` to act as ``user``: by itself, or (``grant``) because the user allowed it."""
    now = int(time.time())
    claims = {
        "sub": str(user.pk),
        "azp": str(application.pk),
        "grant": grant.pk if grant else None,
        "round": user.session_round,
        "proof": _proof(application),
        "iat": now,
        "exp": now + LIFETIME,
        "jti": uuid.uuid4().hex,
    }
    return jwt.encode({"alg": _ALGORITHM}, claims, _key(), algorithms=[_ALGORITHM])


def holder_of(token: str) -> tuple[User, Application] | None:
    """Who acts with ``token`` and which application carries it; None when it is not (or no longer) good."""
    try:
        claims: dict[str, Any] = jwt.decode(token, _key(), algorithms=[_ALGORITHM]).claims
    except (JoseError, ValueError):
        return None
    if claims["exp"] < time.time():
        return None
    found = _by_grant(claims) if claims["grant"] else _by_itself(claims)
    if found is None:
        return None
    user, application = found
    stands = user.is_active and user.session_round == claims["round"] and _proof(application) == claims["proof"]
    return (user, application) if stands else None


def _by_grant(claims: dict[str, Any]) -> tuple[User, Application] | None:
    grant = Grant.objects.select_related("user", "application").filter(pk=claims["grant"]).first()
    if grant is None or grant.expires_at < timezone.now() or str(grant.user_id) != claims["sub"]:
        return None
    return grant.user, grant.application


def _by_itself(claims: dict[str, Any]) -> tuple[User, Application] | None:
    application = Application.objects.select_related("user").filter(pk=claims["azp"]).first()
    if application is None or application.user is None or str(application.user_id) != claims["sub"]:
        return None
    return application.user, application


def _proof(application: Application) -> str:
    """Changes with the application's secret and key, so that tokens got by lost ones end with them."""
    return digest_of(f"{application.secret_digest}:{application.public_key}")[:16]


@lru_cache(maxsize=1)
def _key() -> jwk.OctKey:
    return jwk.OctKey.import_key(salted_hmac("tuttava.api.token", "key", algorithm="sha256").digest())
