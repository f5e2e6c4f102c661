"""What is shared by all companies: the companies themselves, users, their permission sets, and their programs."""

from tuttava.foundation.directory.models.base import Entry
from tuttava.foundation.directory.models.companies import Company
from tuttava.foundation.directory.models.programs import (
    AccessKey,
    Application,
    AuthorizationCode,
    Grant,
    RefreshToken,
    UsedAssertion,
)
from tuttava.foundation.directory.models.users import RIGHTS, PermissionSet, User, UserPermissionSet

__all__ = [
    "RIGHTS",
    "AccessKey",
    "Application",
    "AuthorizationCode",
    "Company",
    "Entry",
    "Grant",
    "PermissionSet",
    "RefreshToken",
    "UsedAssertion",
    "User",
    "UserPermissionSet",
]
