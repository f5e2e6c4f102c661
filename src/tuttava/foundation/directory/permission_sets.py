"""Verbs on permission sets, and on which of them a user has in which company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuttava.foundation.directory.entries import enter, locked, require_value, store
from tuttava.foundation.directory.finding import company_of_id, permission_set_called, user_called
from tuttava.foundation.directory.guards import administrator_kept, require_everywhere, require_in
from tuttava.foundation.directory.models import RIGHTS, Company, PermissionSet, User, UserPermissionSet
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code


def create(values: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> PermissionSet:
    """Create a set of one's own: ``code``, ``name``, ``permissions`` (see ``RIGHTS``, each with or without ``:set``).

    Raises ``value_invalid`` for an unknown right and ``already_exists`` for a taken code.
    """
    require_everywhere("api.admin")
    record = PermissionSet(**dict(given or {}))
    _enter(record, values)
    return store(record)


def change(record: PermissionSet, values: Mapping[str, Any], version: int | None = None) -> PermissionSet:
    """Change a set of one's own, as :func:`create`; raises ``permission_set.built_in`` for a shipped one."""
    require_everywhere("api.admin")
    with locked(record, version) as fresh, administrator_kept(_("somebody with this permission set")):
        _refuse_built_in(fresh)
        _enter(fresh, values)
        return store(fresh)


def delete(record: PermissionSet, version: int | None = None) -> None:
    """Delete a set of one's own; raises ``code.in_use`` while a user has it."""
    require_everywhere("api.admin")
    with locked(record, version) as fresh:
        _refuse_built_in(fresh)
        if fresh.users.exists():
            raise DomainError(
                "code.in_use",
                _("Users have the permission set “%(code)s”. Take it from them first.") % {"code": fresh.code},
                field="code",
            )
        fresh.delete()


def _enter(record: PermissionSet, values: Mapping[str, Any]) -> None:
    unknown = set(values) - {"code", "name", "permissions"}
    if unknown:
        raise DomainError("field_unknown", _("There is no field “%(name)s”.") % {"name": min(unknown)})
    enter(record, {name: value for name, value in values.items() if name != "permissions"})
    require_value(record, "code")
    if "permissions" in values:
        record.permissions = _checked_rights(values["permissions"] or [])


def _checked_rights(rights: list[str]) -> list[str]:
    for right in rights:
        if not isinstance(right, str) or right.split(":")[0] not in RIGHTS or len(right) > 80:
            raise DomainError(
                "value_invalid", _("There is no right “%(right)s”.") % {"right": str(right)[:80]}, field="permissions"
            )
    return sorted(set(rights))


def _refuse_built_in(record: PermissionSet) -> None:
    if record.built_in:
        raise DomainError(
            "permission_set.built_in",
            _("“%(code)s” comes with the product and cannot be changed. Make a set of your own.")
            % {"code": record.code},
            field="code",
        )


def save_permission_set(*, code: str, name: str, permissions: list[str]) -> PermissionSet:
    """Create the set called ``code``, or change it."""
    found = PermissionSet.objects.filter(code=as_code(code)).first()
    values = {"name": name.strip(), "permissions": permissions}
    return change(found, values) if found else create({"code": code, **values})


def delete_permission_set(code: str) -> None:
    """Delete the set called ``code``."""
    delete(permission_set_called(code))


def give(values: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> UserPermissionSet:
    """Give a user (``username``) a set (``permission_set``: its code) in a ``company`` (its id; blank: in every one).

    Raises ``not_found`` for what does not exist and ``already_exists`` when the user has it there.
    """
    company = company_of_id(values.get("company"))
    require_in("api.admin", company)
    record = UserPermissionSet(**dict(given or {}))
    record.company = company
    _enter_given(record, {"username": "", "permission_set": "", **values})
    return store(record)


def change_given(record: UserPermissionSet, values: Mapping[str, Any], version: int | None = None) -> UserPermissionSet:
    """Let a user have another set, or have it elsewhere; the values are those of :func:`give`."""
    require_in("api.admin", record.company)
    with locked(record, version) as fresh, administrator_kept(fresh.user.username):
        if "company" in values:
            fresh.company = company_of_id(values["company"])
            require_in("api.admin", fresh.company)
        _enter_given(fresh, values)
        return store(fresh)


def _enter_given(record: UserPermissionSet, values: Mapping[str, Any]) -> None:
    if "username" in values:
        record.user = user_called(str(values["username"]))
    if "permission_set" in values:
        record.permission_set = permission_set_called(str(values["permission_set"]))


def take(record: UserPermissionSet, version: int | None = None) -> None:
    """Take a set from a user; the last administrator is kept."""
    require_in("api.admin", record.company)
    with locked(record, version) as fresh, administrator_kept(fresh.user.username):
        fresh.delete()


def grant(user: User, *, permission_set: str, company: Company | None) -> UserPermissionSet:
    """Give ``user`` a permission set in ``company`` (None: in every company); safe to repeat."""
    require_in("api.admin", company)
    found = permission_set_called(permission_set)
    with transaction.atomic():
        given, _created = UserPermissionSet.objects.get_or_create(user=user, permission_set=found, company=company)
    return given


def revoke(user: User, *, permission_set: str, company: Company | None) -> None:
    """Take a permission set from ``user`` again; raises ``not_found`` when the user does not have it there."""
    require_in("api.admin", company)
    code = as_code(permission_set)
    given = UserPermissionSet.objects.filter(user=user, permission_set__code=code, company=company).first()
    if given is None:
        raise DomainError(
            "not_found",
            _("“%(user)s” does not have the permission set “%(code)s” there.") % {"user": user.username, "code": code},
            field="permission_set",
        )
    take(given)
