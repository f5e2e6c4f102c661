"""What belongs to no company: companies, users, permission sets, keys, applications, the service's setup (17.12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import QuerySet

from tuttava.api import edm, setup
from tuttava.api.build import type_of
from tuttava.api.declare import CRM, STANDARD, Action, EntitySet, Navigation, Parameter, Property, Row, Wanted
from tuttava.api.models import ApiSetup
from tuttava.foundation.context import current
from tuttava.foundation.directory import access_keys, actions, applications, permission_sets, users
from tuttava.foundation.directory.copying import copy_later
from tuttava.foundation.directory.drawing import drawn
from tuttava.foundation.directory.guards import acting_user
from tuttava.foundation.directory.models import (
    AccessKey,
    Application,
    Company,
    PermissionSet,
    User,
    UserPermissionSet,
)
from tuttava.foundation.directory.permissions import companies_of
from tuttava.foundation.models import Job
from tuttava.foundation.spelling import camel

ADMIN = "api.admin"
_ID = Property("id", edm.GUID, "id", immutable=True)
_SYSTEM = (
    Property("systemCreatedAt", edm.INSTANT, "created_at", read_only=True),
    Property("systemCreatedBy", edm.GUID, "created_by", read_only=True, nullable=True),
    Property("systemModifiedAt", edm.INSTANT, "modified_at", read_only=True),
    Property("systemModifiedBy", edm.GUID, "modified_by", read_only=True, nullable=True),
)
_STAMPS = (*_SYSTEM, Property("lastModifiedDateTime", edm.INSTANT, "modified_at", read_only=True))
_SETUP_DATA = edm.crm_enum("companySetupData", [("standard", "Standard"), ("empty", "Empty"), ("demo", "Demo")])


def _user_name(**declared: Any) -> Property:
    """The user's name beside a reference to the user."""
    return Property("userName", edm.text(50), "user__username", write="username", nullable=True, **declared)


def _enterable(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The companies that the caller may enter; another is as if it were not there (A-3)."""
    user = acting_user()
    return rows.filter(ready=True, pk__in=[each.pk for each in companies_of(user)]) if user else rows.none()


def _own(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows if current().may(ADMIN) else rows.filter(user_id=current().user_id or None)


def _show_drawn(name: str) -> Any:
    """Fills property ``name`` with what this very call drew for the row, and blank ever after."""

    def finish(rows: Sequence[Row], wanted: Wanted) -> None:
        for row in rows:
            row[name] = drawn(row["id"])

    return finish


def _copy(record: Company, name: str, wait: bool) -> Company | Job:
    return actions.copy_company(record, name=name) if wait else copy_later(record, name=name)


def _revoke_sessions(record: User) -> None:
    users.revoke_sessions(record)


COMPANIES = EntitySet(
    name="companies",
    entity="company",
    model=Company,
    properties=(
        _ID,
        Property("name", edm.text(60), "name", required=True),
        Property("displayName", edm.text(250), "display_name"),
        Property("setupData", _SETUP_DATA, write="setup_data", write_only=True, immutable=True),
        *_STAMPS,
    ),
    natural_key=("name",),
    rows=_enterable,
    create=actions.create,
    change=actions.change,
    delete=actions.delete,
    read_right="",
    write_right="",
    delete_right="company.create",
    outside=True,
    actions=(
        Action(
            "copy",
            _copy,
            (Parameter("name", edm.text(60), required=True),),
            returns="companies",
            right="company.create",
            long=True,
            created=True,
        ),
    ),
)

STANDARD_COMPANIES = EntitySet(
    name="companies",
    entity="company",
    model=Company,
    properties=(
        _ID,
        Property("systemVersion", edm.text(), read_only=True),
        Property("timestamp", edm.BIG, "version", read_only=True),
        Property("name", edm.text(60), "name", read_only=True),
        Property("displayName", edm.text(250), "display_name", read_only=True),
        Property("businessProfileId", edm.text(250), read_only=True),
        *_SYSTEM,
    ),
    natural_key=("name",),
    rows=_enterable,
    methods=frozenset({"GET"}),
    read_right="",
    outside=True,
)

_USERS = EntitySet(
    name="users",
    entity="user",
    model=User,
    properties=(
        _ID,
        Property("userName", edm.text(50), "username", required=True),
        Property("fullName", edm.text(100), "full_name"),
        Property("email", edm.text(254), "email"),
        Property("enabled", edm.BOOLEAN, "is_active"),
        Property("password", edm.text(128), write="password", write_only=True),
        Property("lastLoginAt", edm.INSTANT, "last_login", read_only=True, nullable=True),
        *_STAMPS,
    ),
    natural_key=("userName",),
    navigations=(
        Navigation("userPermissionSets", "userPermissionSets", theirs="user_id"),
        Navigation("accessKeys", "accessKeys", theirs="user_id"),
    ),
    create=users.create,
    change=users.change,
    delete=users.delete,
    read_right=ADMIN,
    write_right=ADMIN,
    delete_right=ADMIN,
    outside=True,
    actions=(Action("revokeSessions", _revoke_sessions, right=ADMIN),),
)

_PERMISSION_SETS = EntitySet(
    name="permissionSets",
    entity="permissionSet",
    model=PermissionSet,
    properties=(
        _ID,
        Property("code", edm.code(20), "code", required=True),
        Property("name", edm.text(100), "name"),
        Property("permissions", edm.TEXTS, "permissions", filterable=False, sortable=False),
        Property("builtIn", edm.BOOLEAN, "built_in", read_only=True),
        *_STAMPS,
    ),
    natural_key=("code",),
    create=permission_sets.create,
    change=permission_sets.change,
    delete=permission_sets.delete,
    read_right=ADMIN,
    write_right=ADMIN,
    delete_right=ADMIN,
    outside=True,
)

_USER_PERMISSION_SETS = EntitySet(
    name="userPermissionSets",
    entity="userPermissionSet",
    model=UserPermissionSet,
    properties=(
        _ID,
        _user_name(required=True),
        Property("permissionSetCode", edm.code(20), "permission_set_id", write="permission_set", required=True),
        Property("companyId", edm.GUID, "company_id", write="company", nullable=True),
        *_STAMPS,
    ),
    natural_key=("userName", "permissionSetCode", "companyId"),
    navigations=(
        Navigation("user", "users", many=False, ours="user_id"),
        Navigation("permissionSet", "permissionSets", many=False, theirs="code", ours="permission_set_id"),
    ),
    create=permission_sets.give,
    change=permission_sets.change_given,
    delete=permission_sets.take,
    read_right=ADMIN,
    write_right=ADMIN,
    delete_right=ADMIN,
    outside=True,
)

_ACCESS_KEYS = EntitySet(
    name="accessKeys",
    entity="accessKey",
    model=AccessKey,
    properties=(
        _ID,
        _user_name(immutable=True),
        Property("name", edm.text(100), "name"),
        Property("expiresOn", edm.DATE, "expires_on", nullable=True),
        Property("createdAt", edm.INSTANT, "created_at", read_only=True),
        Property("lastUsedAt", edm.INSTANT, "last_used_at", read_only=True, nullable=True),
        Property("key", edm.text(44), read_only=True),
        *_STAMPS,
    ),
    rows=_own,
    create=access_keys.create,
    change=access_keys.change,
    delete=access_keys.delete,
    finish=_show_drawn("key"),
    always=("id",),
    read_right="",
    write_right="",
    delete_right="",
    outside=True,
)

_APPLICATIONS = EntitySet(
    name="applications",
    entity="application",
    model=Application,
    properties=(
        _ID,
        Property("clientId", edm.text(50), "client_id", read_only=True),
        Property("name", edm.text(100), "name", required=True),
        _user_name(),
        Property("publicKey", edm.text(), "public_key"),
        Property("redirectUris", edm.TEXTS, "redirect_uris", filterable=False, sortable=False),
        Property("clientSecret", edm.text(43), read_only=True),
        *_STAMPS,
    ),
    natural_key=("clientId",),
    create=applications.create,
    change=applications.change,
    delete=applications.delete,
    finish=_show_drawn("clientSecret"),
    always=("id",),
    read_right=ADMIN,
    write_right=ADMIN,
    delete_right=ADMIN,
    outside=True,
    actions=(Action("newSecret", applications.new_secret, returns="applications", right=ADMIN),),
)


def _setup_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    setup.stored_setup()
    return rows


def _setup_property(field: models.Field[Any, Any]) -> Property:
    if isinstance(field, ArrayField):
        return Property(camel(field.name), edm.TEXTS, field.name, filterable=False, sortable=False)
    return Property(camel(field.name), type_of(field, "apiSetup", camel(field.name)), field.name)


_HIDDEN = {"id", "version", "created_at", "created_by", "modified_at", "modified_by", "only_row"}
_API_SETUP = EntitySet(
    name="apiSetup",
    entity="apiSetup",
    model=ApiSetup,
    properties=(
        _ID,
        *(_setup_property(field) for field in ApiSetup._meta.concrete_fields if field.name not in _HIDDEN),
        *_STAMPS,
    ),
    rows=_setup_rows,
    methods=frozenset({"GET", "PATCH"}),
    change=setup.change,
    read_right="",
    write_right=ADMIN,
    outside=True,
)

CRM.register(COMPANIES, _USERS, _PERMISSION_SETS, _USER_PERMISSION_SETS, _ACCESS_KEYS, _APPLICATIONS, _API_SETUP)
STANDARD.register(STANDARD_COMPANIES)
