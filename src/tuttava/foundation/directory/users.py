"""Verbs on users: create, change, lock out, passwords, access keys, permission sets given and taken."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.foundation.context import current, require
from tuttava.foundation.directory import errors
from tuttava.foundation.directory.models import RIGHTS, AccessKey, Company, PermissionSet, User, UserPermissionSet
from tuttava.foundation.directory.permissions import rights_of
from tuttava.foundation.errors import DomainError, PermissionDenied

#: Columns of a user that :func:`change_user` may set.
CHANGEABLE = frozenset({"username", "email", "full_name", "language", "theme", "default_company", "is_superuser"})
OWN = frozenset({"full_name", "language", "theme", "default_company"})


def require_everywhere(right: str) -> None:
    """Refuse unless the acting user has ``right`` in every company: users and sets are not one company's own.

    A right given in one company must not reach into the others through this door.
    """
    require(right)
    actor = _actor()
    if actor is not None and not rights_of(actor, None) & {"*", right}:
        raise PermissionDenied(right)


def require_in(right: str, company: Company | None) -> None:
    """Refuse unless the acting user has ``right`` in ``company`` (None: in every company)."""
    actor = _actor()
    if actor is None:
        require(right)
    elif not rights_of(actor, company) & {"*", right}:
        raise PermissionDenied(right)


def _actor() -> User | None:
    """The user behind the context; None for the command line and the system, which act with the context's rights."""
    return User.objects.filter(pk=current().user_id).first() if current().user_id else None


def create_user(
    *,
    username: str,
    password: str | None,
    email: str = "",
    full_name: str = "",
    language: str = "",
    admin: bool = False,
) -> User:
    """Create a user; ``admin`` may do everything everywhere. Raises ``password_weak`` and ``already_exists``."""
    require_everywhere("api.admin")
    user = User(email=email.strip(), full_name=full_name.strip(), language=language, is_superuser=admin)
    _name(user, username)
    _check(user)
    set_password(user, password)
    user.save()
    return user


def change_user(user: User, **values: Any) -> User:
    """Change columns of a user; everybody may change his own name, language, theme and default company."""
    if not (set(values) <= OWN and current().user_id == str(user.pk)):
        require_everywhere("api.admin")
    unknown = set(values) - CHANGEABLE
    if unknown:
        raise DomainError("field_unknown", _("There is no field “%(name)s”.") % {"name": min(unknown)})
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if "username" in values:
            _name(user, str(values.pop("username")))
        if user.is_superuser and values.get("is_superuser") is False:
            _keep_an_administrator(user)
        for name, value in values.items():
            setattr(user, name, value)
        _check(user)
        user.save()
    return user


def _name(user: User, username: str) -> None:
    username = username.strip()
    if not username or len(username) > 50:
        raise DomainError("field_required", _("A user name has 1 to 50 characters."), field="username")
    if User.objects.filter(username__iexact=username).exclude(pk=user.pk).exists():
        raise errors.already_exists(_("user"), username, "username")
    user.username = username


def _check(user: User) -> None:
    """Refuse over-long or malformed values, and an e-mail address that another user signs in with."""
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


def change_password(user: User, password: str | None) -> None:
    """Set a user's password as an administrator; all sessions of the user end."""
    require_everywhere("api.admin")
    set_password(user, password)
    user.save(update_fields=["password"])
    revoke_sessions(user)


def set_enabled(user: User, enabled: bool) -> None:
    """Lock a user out (sessions and access key included) or let the user in again."""
    require_everywhere("api.admin")
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if not enabled and user.is_superuser:
            _keep_an_administrator(user)
        user.is_active = enabled
        user.save(update_fields=["is_active"])
        if not enabled:
            _end_sessions(user)


def revoke_sessions(user: User) -> None:
    """Sign a user out everywhere; everybody may do it to himself."""
    if current().user_id != str(user.pk):
        require_everywhere("api.admin")
    _end_sessions(user)


def _end_sessions(user: User) -> None:
    User.objects.filter(pk=user.pk).update(session_round=F("session_round") + 1)


def _keep_an_administrator(user: User) -> None:
    others = User.objects.select_for_update().filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if not list(others[:1]):
        raise errors.last_administrator(user.username)


def new_access_key(user: User, *, expires: dt.date | None = None) -> str:
    """Draw a web-service access key (44 characters) that replaces an earlier one; only here it can be read (A-11)."""
    if current().user_id != str(user.pk):
        require_everywhere("api.admin")
    if expires is not None and expires < timezone.localdate():
        raise DomainError("value_invalid", _("The last day of the key lies in the past."), field="expires")
    key = base64.b64encode(secrets.token_bytes(32)).decode("ascii")
    AccessKey.objects.update_or_create(
        user=user, defaults={"digest": _digest(key), "expires_on": expires, "created_at": timezone.now()}
    )
    return key


def delete_access_key(user: User) -> None:
    """Take a user's access key away."""
    if current().user_id != str(user.pk):
        require_everywhere("api.admin")
    AccessKey.objects.filter(user=user).delete()


def user_of_access_key(username: str, key: str) -> User | None:
    """The enabled user whose unexpired access key this is, or None."""
    found = (
        AccessKey.objects.filter(digest=_digest(key), user__username__iexact=username, user__is_active=True)
        .filter(Q(expires_on__isnull=True) | Q(expires_on__gte=timezone.localdate()))
        .select_related("user")
        .first()
    )
    return found.user if found else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def grant(user: User, *, permission_set: str, company: Company | None) -> UserPermissionSet:
    """Give ``user`` a permission set in ``company`` (None: in every company); safe to repeat."""
    require_in("api.admin", company)
    found = PermissionSet.objects.filter(code=permission_set.strip().upper()).first()
    if found is None:
        raise DomainError(
            "not_found",
            _("There is no permission set “%(code)s”.") % {"code": permission_set},
            field="permission_set",
        )
    given, _created = UserPermissionSet.objects.get_or_create(user=user, permission_set=found, company=company)
    return given


def revoke(user: User, *, permission_set: str, company: Company | None) -> None:
    """Take a permission set from ``user`` again; raises ``not_found`` when the user does not have it there."""
    require_in("api.admin", company)
    code = permission_set.strip().upper()
    gone, _by_model = UserPermissionSet.objects.filter(user=user, permission_set_id=code, company=company).delete()
    if not gone:
        raise DomainError(
            "not_found",
            _("“%(user)s” does not have the permission set “%(code)s” there.") % {"user": user.username, "code": code},
            field="permission_set",
        )


def save_permission_set(*, code: str, name: str, permissions: list[str]) -> PermissionSet:
    """Create or change a permission set of one's own; raises ``permission_set.built_in`` for a shipped one."""
    require_everywhere("api.admin")
    code = code.strip().upper()
    if not code or len(code) > 20:
        raise DomainError("field_required", _("A permission set's code has 1 to 20 characters."), field="code")
    unknown = [right for right in permissions if right.split(":")[0] not in RIGHTS]
    if unknown:
        raise DomainError(
            "value_invalid", _("There is no right “%(right)s”.") % {"right": unknown[0]}, field="permissions"
        )
    _refuse_built_in(code)
    saved, _created = PermissionSet.objects.update_or_create(
        code=code, defaults={"name": name.strip()[:100], "permissions": sorted(set(permissions))}
    )
    return saved


def delete_permission_set(code: str) -> None:
    """Delete a permission set of one's own; raises ``code.in_use`` while a user has it."""
    require_everywhere("api.admin")
    _refuse_built_in(code)
    if UserPermissionSet.objects.filter(permission_set_id=code).exists():
        raise DomainError(
            "code.in_use",
            _("Users have the permission set “%(code)s”. Take it from them first.") % {"code": code},
            field="code",
        )
    PermissionSet.objects.filter(code=code).delete()


def _refuse_built_in(code: str) -> None:
    if PermissionSet.objects.filter(code=code, built_in=True).exists():
        raise DomainError(
            "permission_set.built_in",
            _("“%(code)s” comes with the product and cannot be changed. Make a set of your own.") % {"code": code},
            field="code",
        )
