"""Rows of the directory by what people call them; a name nobody has raises ``not_found`` at its field."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _

from tuttava.foundation.directory.models import Company, PermissionSet, User
from tuttava.foundation.errors import DomainError
from tuttava.foundation.fields import as_code


def user_called(name: str) -> User:
    """The user of that name, in any case."""
    found = User.objects.filter(username__iexact=name.strip()).first()
    if found is None:
        raise DomainError("not_found", _("There is no user “%(name)s”.") % {"name": name[:50]}, field="username")
    return found


def permission_set_called(code: str) -> PermissionSet:
    """The permission set of that code."""
    found = PermissionSet.objects.filter(code=as_code(code)).first()
    if found is None:
        raise DomainError(
            "not_found", _("There is no permission set “%(code)s”.") % {"code": code[:20]}, field="permission_set"
        )
    return found


def company_of_id(identity: uuid.UUID | str | None) -> Company | None:
    """The company of that id; a blank or zero id means every company (None)."""
    if not identity or str(identity) == str(uuid.UUID(int=0)):
        return None
    try:
        return Company.objects.get(pk=uuid.UUID(str(identity)), ready=True)
    except (ValueError, Company.DoesNotExist) as error:
        raise DomainError("not_found", _("There is no such company."), field="company") from error
