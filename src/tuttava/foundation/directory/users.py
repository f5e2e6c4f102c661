"""Verbs on users: create, change, lock out, delete, passwords, sessions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tuttava.foundation.context import current
from tuttava.foundation.directory import errors
from tuttava.foundation.directory.entries import enter, locked, store
from tuttava.foundation.directory.guards import administrator_kept, require_everywhere, require_own_or_admin
from tuttava.foundation.directory.models import Company, User
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import UserPreference
from tuttava.foundation.schemas import in_schema

#: What may be entered in a user, and what everybody may enter in himself.
CHANGEABLE = frozenset(
    {"username", "email", "full_name", "language", "theme", "default_company", "is_superuser", "is_active", "password"}
)
OWN = frozenset({"full_name", "language", "theme", "default_company"})


def create(values: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> User:
    """Create a user. Without ``password`` nobody signs in as him with one (a key, a passkey or a reset still works).

    Raises ``password_weak``, ``already_exists``, ``value_invalid``.
    """
    require_everywhere("api.admin")
    user = User(**dict(given or {}))
    with transaction.atomic():
        _enter(user, {"password": None, "username": "", **values})
        return store(user)


def change(user: User, values: Mapping[str, Any], version: int | None = None) -> User:
    """Change a user; everybody may change his own name, language, theme and default company.

    A new password and locking out end all sessions and tokens. Raises ``user.last_administrator``, as :func:`create`,
    and :class:`ChangedMeanwhile` when ``version`` is not the stored one.
    """
    if not (set(values) <= OWN and current().user_id == str(user.pk)):
        require_everywhere("api.admin")
    with locked(user, version) as fresh, administrator_kept(fresh.username):
        name = fresh.username
        _enter(fresh, values)
        if "password" in values or values.get("is_active") is False:
            fresh.session_round += 1
        store(fresh)
        if fresh.username != name:
            _rename_preferences(name, fresh.username)
    return fresh


def delete(user: User, version: int | None = None) -> None:
    """Delete a user with his keys, tokens and preferences; what he wrote keeps his name."""
    require_everywhere("api.admin")
    with locked(user, version) as fresh, administrator_kept(fresh.username):
        _rename_preferences(fresh.username, None)
        fresh.delete()


def _enter(user: User, values: Mapping[str, Any]) -> None:
    unknown = set(values) - CHANGEABLE
    if unknown:
        raise DomainError("field_unknown", _("There is no field “%(name)s”.") % {"name": min(unknown)})
    if "username" in values:
        _name(user, str(values["username"]))
    enter(user, {name: value for name, value in values.items() if name not in {"username", "password"}})
    _check(user)
    if "password" in values:
        set_password(user, values["password"] or None)


def _name(user: User, username: str) -> None:
    username = username.strip()
    if not username or len(username) > 50:
        code = "value_too_long" if username else "field_required"
        raise DomainError(code, _("A user name has 1 to 50 characters."), field="username")
    if User.objects.filter(username__iexact=username).exclude(pk=user.pk).exists():
        raise errors.already_exists(_("user"), username, "username")
    user.username = username


def _check(user: User) -> None:
    """Refuse over-long or malformed values, and an e-mail address that another user signs in with."""
    user.email, user.full_name = user.email.strip(), user.full_name.strip()
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise DomainError("value_invalid", " ".join(messages), field=field) from error
    if user.email and User.objects.filter(email__iexact=user.email).exclude(pk=user.pk).exists():
        raise DomainError(
            "already_exists",
            _("Another user has the e-mail address “%(email)s”. It must be one user's alone, because it signs in.")
            % {"email": user.email},
            field="email",
        )


def set_password(user: User, password: str | None) -> None:
    """Set a checked password on ``user`` without saving; None: the user cannot sign in with one."""
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError("password_weak", " ".join(error.messages), field="password") from error
    user.set_password(password)


def _rename_preferences(old: str, new: str | None) -> None:
    """Preferences are kept by name in each company: let them follow the user, or (None) remove them."""
    for schema in Company.objects.filter(ready=True).values_list("schema", flat=True):
        with in_schema(schema):
            found = UserPreference.objects.filter(user_name=old)
            if not found.exists():
                continue
            with unit_of_work("change user"):
                if new is None:
                    found.delete()
                else:
                    found.update(user_name=new)


def create_user(
    *,
    username: str,
    password: str | None,
    email: str = "",
    full_name: str = "",
    language: str = "",
    admin: bool = False,
) -> User:
    """Create a user; ``admin`` may do everything everywhere. Raises as :func:`create`."""
    return create(
        {
            "username": username,
            "password": password,
            "email": email,
            "full_name": full_name,
            "language": language,
            "is_superuser": admin,
        }
    )


def change_user(user: User, **values: Any) -> User:
    """Change columns of a user, as :func:`change`."""
    return change(user, values)


def change_password(user: User, password: str | None) -> None:
    """Set a user's password as an administrator; all sessions of the user end."""
    change(user, {"password": password})


def set_enabled(user: User, enabled: bool) -> None:
    """Lock a user out (sessions, keys and tokens included) or let the user in again."""
    change(user, {"is_active": enabled})


def revoke_sessions(user: User) -> None:
    """Sign a user out everywhere, programs with tokens included; everybody may do it to himself."""
    require_own_or_admin(user)
    User.objects.filter(pk=user.pk).update(session_round=F("session_round") + 1)
