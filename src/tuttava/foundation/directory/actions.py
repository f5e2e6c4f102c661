"""Verbs on what all companies share: companies, users, permission sets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Literal

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _

from tuttava.foundation.context import require
from tuttava.foundation.directory.models import RIGHTS, Company, PermissionSet, User, UserPermissionSet
from tuttava.foundation.errors import DomainError
from tuttava.foundation.ids import new_id
from tuttava.foundation.schemas import copy_schema, drop_schema, in_schema, migrate_company

SetupData = Literal["standard", "empty", "demo"]

#: Sent inside a new company's schema, in the order of the floors; rooms fill in their code tables.
#: Arguments: ``setup_data``, ``language``, ``country``, ``company``.
company_created = Signal()


def slug_of(name: str) -> str:
    """A place in addresses for ``name``: plain letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ø", "O").replace("æ", "ae"))
    slug = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")
    return slug[:50] or "company"


def _free_slug(name: str) -> str:
    base = slug_of(name)
    taken = set(Company.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)


def _new_company(name: str, display_name: str) -> Company:
    name = name.strip()
    if not name:
        raise DomainError("field_required", _("A company needs a name."), field="name")
    if len(name) > 60:
        raise DomainError("value_too_long", _("A company's name has at most 60 characters."), field="name")
    if Company.objects.filter(name__iexact=name).exists():
        raise DomainError("already_exists", _("There is a company “%(name)s” already.") % {"name": name}, field="name")
    identity = new_id()
    return Company.objects.create(
        id=identity, name=name, display_name=display_name, slug=_free_slug(name), schema=f"c_{identity.hex}"
    )


def create_company(
    *,
    name: str,
    display_name: str = "",
    setup_data: SetupData = "standard",
    language: str = "en",
    country: str = "NO",
    progress: Callable[[str], None] | None = None,
) -> Company:
    """Create a company with its tables and, unless ``empty``, its code tables, series and setup.

    Raises ``already_exists`` for a taken name and ``permission.denied`` without the right ``company.create``. A
    company whose creation failed leaves nothing behind.
    """
    require("company.create")
    company = _new_company(name, display_name)
    try:
        migrate_company(company.schema, progress)
        with in_schema(company.schema), transaction.atomic():
            company_created.send(
                sender=Company, company=company, setup_data=setup_data, language=language, country=country
            )
    except BaseException:
        drop_schema(company.schema)
        company.delete()
        raise
    company.ready = True
    company.save(update_fields=["ready"])
    return company


def copy_company(source: Company, *, name: str) -> Company:
    """Copy a company with everything in it, as it is at one instant."""
    require("company.create")
    company = _new_company(name, "")
    try:
        copy_schema(source.schema, company.schema)
    except BaseException:
        drop_schema(company.schema)
        company.delete()
        raise
    company.ready = True
    company.save(update_fields=["ready"])
    return company


def delete_company(company: Company) -> None:
    """Delete a company and everything in it, for good."""
    require("company.create")
    with transaction.atomic():
        drop_schema(company.schema)
        company.delete()


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
    require("api.admin")
    username = username.strip()
    if not username or len(username) > 50:
        raise DomainError("field_required", _("A user name has 1 to 50 characters."), field="username")
    if User.objects.filter(username__iexact=username).exists():
        raise DomainError("already_exists", _("There is a user “%(name)s” already.") % {"name": username})
    user = User(username=username, email=email, full_name=full_name, language=language, is_superuser=admin)
    set_password(user, password)
    user.save()
    return user


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


def grant(user: User, *, permission_set: str, company: Company | None) -> UserPermissionSet:
    """Give ``user`` a permission set in ``company`` (None: in every company); safe to repeat."""
    require("api.admin")
    found = PermissionSet.objects.filter(code=permission_set.strip().upper()).first()
    if found is None:
        raise DomainError("not_found", _("There is no permission set “%(code)s”.") % {"code": permission_set})
    given, _created = UserPermissionSet.objects.get_or_create(user=user, permission_set=found, company=company)
    return given


def revoke(user: User, *, permission_set: str, company: Company | None) -> None:
    """Take a permission set from ``user`` again."""
    require("api.admin")
    UserPermissionSet.objects.filter(user=user, permission_set_id=permission_set, company=company).delete()


def save_permission_set(*, code: str, name: str, permissions: list[str]) -> PermissionSet:
    """Create or change a permission set of one's own; raises ``permission_set.built_in`` for a shipped one."""
    require("api.admin")
    unknown = [right for right in permissions if right.split(":")[0] not in RIGHTS]
    if unknown:
        raise DomainError("value_invalid", _("Unknown right: %(right)s") % {"right": unknown[0]}, field="permissions")
    existing = PermissionSet.objects.filter(code=code.strip().upper()).first()
    if existing and existing.built_in:
        raise DomainError("permission_set.built_in", _("Permission sets that come with the product cannot be changed."))
    saved, _created = PermissionSet.objects.update_or_create(
        code=code.strip().upper(), defaults={"name": name, "permissions": permissions}
    )
    return saved
