"""Who may change the directory. Its rows are no company's own, so a right given in one company does not reach here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from tuttava.foundation.context import current, require
from tuttava.foundation.directory import errors
from tuttava.foundation.directory.models import Company, User, UserPermissionSet
from tuttava.foundation.directory.permissions import rights_of
from tuttava.foundation.errors import PermissionDenied

#: Number of the lock under which administrators are made and unmade; any fixed number nobody else uses.
ADMINISTRATORS_LOCK = 7_833_119


def require_everywhere(right: str) -> None:
    """Refuse unless the acting user has ``right`` in every company."""
    require(right)
    actor = acting_user()
    if actor is not None and not rights_of(actor, None) & {"*", right}:
        raise PermissionDenied(right)


def require_in(right: str, company: Company | None) -> None:
    """Refuse unless the acting user has ``right`` in ``company`` (None: in every company)."""
    actor = acting_user()
    if actor is None:
        require(right)
    elif not rights_of(actor, company) & {"*", right}:
        raise PermissionDenied(right)


def require_own_or_admin(user: User) -> None:
    """Refuse unless it is the acting user's own affair, or the actor administers everything."""
    if current().user_id != str(user.pk):
        require_everywhere("api.admin")


def acting_user() -> User | None:
    """The user behind the context; None for the command line and the system, which act with the context's rights."""
    return User.objects.filter(pk=current().user_id).first() if current().user_id else None


@contextmanager
def administrator_kept(name: str) -> Iterator[None]:
    """Refuse what is done to ``name`` in the block (inside a transaction) if no administrator remained after it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADMINISTRATORS_LOCK])
    before = _administrators_exist()
    yield
    if before and not _administrators_exist():
        raise errors.last_administrator(name)


def _administrators_exist() -> bool:
    """Whether an enabled user may administer everything: marked so, or by a set given in every company."""
    given = UserPermissionSet.objects.filter(
        user=OuterRef("pk"), company__isnull=True, permission_set__permissions__contains=["api.admin"]
    )
    return User.objects.filter(Q(is_superuser=True) | Exists(given), is_active=True).exists()
