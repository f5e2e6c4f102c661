"""What users allow applications: codes, and families of refresh tokens that end when one is used twice."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from tuttava.foundation.directory.drawing import digest_of, draw_for_addresses
from tuttava.foundation.directory.models import (
    Application,
    AuthorizationCode,
    Grant,
    RefreshToken,
    UsedAssertion,
    User,
)

#: A code is turned into tokens at once, or never.
CODE_LIFETIME = dt.timedelta(minutes=5)
#: A family of refresh tokens that nobody uses ends after this.
GRANT_LIFETIME = dt.timedelta(days=90)


def keep_code(
    code: str, application: Application, user: User, *, redirect_uri: str, challenge: str, scope: str
) -> None:
    """Keep a drawn code that says: ``user`` allowed ``application`` to act as him. Sweeps out what has run out."""
    _sweep()
    AuthorizationCode.objects.create(
        digest=digest_of(code),
        application=application,
        user=user,
        redirect_uri=redirect_uri,
        code_challenge=challenge,
        scope=scope,
        expires_at=timezone.now() + CODE_LIFETIME,
    )


def find_code(code: str, application: Application) -> AuthorizationCode | None:
    """The unused code, locked; one that comes a second time ends what it gave, since somebody else has it too."""
    found = (
        AuthorizationCode.objects.select_for_update(of=("self",))
        .select_related("user", "grant")
        .filter(digest=digest_of(code), application=application)
        .first()
    )
    if found is None:
        return None
    if found.used_at is not None:
        if found.grant is not None:
            found.grant.delete()
        return None
    return found if found.expires_at > timezone.now() else None


def begin(code: AuthorizationCode) -> Grant:
    """Use a code up: the family of tokens begins."""
    grant = Grant.objects.create(
        application=code.application,
        user=code.user,
        session_round=code.user.session_round,
        scope=code.scope,
        expires_at=timezone.now() + GRANT_LIFETIME,
    )
    code.used_at, code.grant = timezone.now(), grant
    code.save(update_fields=["used_at", "grant"])
    return grant


def draw_refresh_token(grant: Grant) -> str:
    """The family's next refresh token."""
    token = draw_for_addresses()
    RefreshToken.objects.create(grant=grant, digest=digest_of(token))
    Grant.objects.filter(pk=grant.pk).update(expires_at=timezone.now() + GRANT_LIFETIME)
    return token


def use_refresh_token(token: str, application: Application) -> Grant | None:
    """Use a refresh token up and return its family; None when it is not good.

    A token that comes a second time was stolen, by the first or by the second: the family ends.
    """
    found = (
        RefreshToken.objects.select_for_update(of=("self",))
        .select_related("grant__user", "grant__application")
        .filter(digest=digest_of(token), grant__application=application)
        .first()
    )
    if found is None:
        return None
    grant = found.grant
    if found.used_at is not None:
        grant.delete()
        return None
    if grant.expires_at < timezone.now() or not grant.user.is_active or grant.session_round != grant.user.session_round:
        return None
    RefreshToken.objects.filter(pk=found.pk).update(used_at=timezone.now())
    return grant


def note_assertion(mark: str, expires: float) -> bool:
    """Note that the signed assertion known by ``mark`` was used; False when it was before."""
    until = dt.datetime.fromtimestamp(expires, dt.UTC)
    _used, new = UsedAssertion.objects.get_or_create(digest=digest_of(mark), defaults={"expires_at": until})
    return new


def _sweep() -> None:
    """Remove what can do nothing any more."""
    now = timezone.now()
    AuthorizationCode.objects.filter(Q(expires_at__lt=now - dt.timedelta(days=1))).delete()
    UsedAssertion.objects.filter(expires_at__lt=now - dt.timedelta(hours=1)).delete()
    Grant.objects.filter(expires_at__lt=now).delete()
