"""Access tokens: signed, so that nothing is stored, yet void as soon as user, application or grant no longer stand.

A check costs one signature and one look at an index, which the request needs anyway to know its user.
"""

from __future__ import annotations

import time
import uuid
from functools import lru_cache
from typing import Any

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
        "proof": _proof(application.secret_digest, application.public_key),
        "iat": now,
        "exp": now + LIFETIME,
        "jti": uuid.uuid4().hex,
    }
    return jwt.encode({"alg": _ALGORITHM}, claims, _key(), algorithms=[_ALGORITHM])


#: One request costs one of these; written out because putting the query together would cost more than running it.
_STANDING = (
    "SELECT u.*, a.id AS application, a.secret_digest AS secret, a.public_key AS public_key"
    " FROM directory_application a JOIN directory_user u ON u.id = %(user)s::uuid"
    " LEFT JOIN directory_grant g ON g.id = %(grant)s"
    " AND g.application_id = a.id AND g.user_id = u.id AND g.expires_at > now()"
    " WHERE a.id = %(application)s::uuid AND u.is_active AND u.session_round = %(round)s"
    " AND CASE WHEN %(grant)s::bigint IS NULL THEN a.user_id = u.id ELSE g.id IS NOT NULL END"
)


def holder_of(token: str) -> tuple[User, uuid.UUID] | None:
    """Who acts with ``token``, and the id of the application that carries it; None when it is not good (any more)."""
    try:
        claims: dict[str, Any] = jwt.decode(token, _key(), algorithms=[_ALGORITHM]).claims
    except (JoseError, ValueError):
        return None
    if claims["exp"] < time.time():
        return None
    names = {"user": "sub", "application": "azp", "grant": "grant", "round": "round"}
    standing = User.objects.raw(_STANDING, {name: claims[claim] for name, claim in names.items()})
    for user in standing:
        found: Any = user
        if _proof(found.secret, found.public_key) == claims["proof"]:
            return user, found.application
    return None


def _proof(secret_digest: str, public_key: str) -> str:
    """Changes with the application's secret and key, so that tokens got by lost ones end with them."""
    return digest_of(f"{secret_digest}:{public_key}")[:16]


@lru_cache(maxsize=1)
def _key() -> jwk.OctKey:
    return jwk.OctKey.import_key(salted_hmac("tuttava.api.token", "key", algorithm="sha256").digest())
