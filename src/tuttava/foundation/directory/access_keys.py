"""Verbs on web-service access keys, which sign programs in as a user (A-11)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.foundation.directory.drawing import digest_of, draw, remember_drawn
from tuttava.foundation.directory.entries import enter, locked, store
from tuttava.foundation.directory.finding import user_called
from tuttava.foundation.directory.guards import acting_user, require_own_or_admin
from tuttava.foundation.directory.models import AccessKey, User
from tuttava.foundation.errors import DomainError

#: How exact :attr:`AccessKey.last_used_at` is: a key in constant use costs one write in this time.
USE_NOTED_EVERY = dt.timedelta(minutes=1)


def create(values: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> AccessKey:
    """Draw a key (44 characters) for the user called ``username``, by default the acting one.

    Everybody makes his own keys; those of others need ``api.admin``. Only :func:`drawn` in the same call can read it.
    Raises ``not_found`` for an unknown user and ``value_invalid`` for a last day in the past.
    """
    entered = dict(values)
    name = entered.pop("username", "")
    user = user_called(name) if name else acting_user()
    if user is None:
        raise DomainError("field_required", _("Whose access key? Name the user."), field="username")
    require_own_or_admin(user)
    key = draw()
    record = AccessKey(**dict(given or {}), user=user, digest=digest_of(key))
    _enter(record, entered)
    store(record)
    remember_drawn(record, key)
    return record


def change(record: AccessKey, values: Mapping[str, Any], version: int | None = None) -> AccessKey:
    """Change a key's name or last day."""
    require_own_or_admin(record.user)
    with locked(record, version) as fresh:
        _enter(fresh, values)
        return store(fresh)


def delete(record: AccessKey, version: int | None = None) -> None:
    """Make a key useless at once."""
    require_own_or_admin(record.user)
    with locked(record, version) as fresh:
        fresh.delete()


def _enter(record: AccessKey, values: Mapping[str, Any]) -> None:
    unknown = set(values) - {"name", "expires_on"}
    if unknown:
        raise DomainError("field_unknown", _("There is no field “%(name)s”.") % {"name": min(unknown)})
    enter(record, values)
    if values.get("expires_on") and record.expires_on and record.expires_on < timezone.localdate():
        raise DomainError("value_invalid", _("The last day of the key lies in the past."), field="expires_on")


def new_access_key(user: User, *, name: str = "", expires: dt.date | None = None) -> str:
    """Draw a key for ``user`` in place of those that have the same name, and return it."""
    require_own_or_admin(user)
    key = draw()
    record = AccessKey(user=user, digest=digest_of(key))
    _enter(record, {"name": name, "expires_on": expires})
    with transaction.atomic():
        AccessKey.objects.filter(user=user, name=record.name).delete()
        store(record)
    return key


#: Each request of a program runs it; written out because putting the query together would cost more than running it.
_USER_OF_KEY = (
    "SELECT u.*, k.id AS key_id, k.last_used_at AS key_used_at"
    " FROM directory_accesskey k JOIN directory_user u ON u.id = k.user_id"
    " WHERE k.digest = %s AND u.is_active AND (k.expires_on IS NULL OR k.expires_on >= %s)"
)


def user_of_access_key(username: str, key: str) -> User | None:
    """The enabled user whose unexpired access key this is, or None; notes the use, at most once a minute."""
    for user in User.objects.raw(_USER_OF_KEY, [digest_of(key), timezone.localdate()]):
        found: Any = user
        if user.username.casefold() == username.casefold():
            _note_use(found.key_id, found.key_used_at)
            return user
    return None


def _note_use(pk: uuid.UUID, noted: dt.datetime | None) -> None:
    now = timezone.now()
    if noted is None or now - noted >= USE_NOTED_EVERY:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
        AccessKey.objects.filter(stale, pk=pk).update(last_used_at=now)
