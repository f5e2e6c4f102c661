"""What a user chooses for himself: appearance, language, work date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tuttava.foundation import records
from tuttava.foundation.context import current, require
from tuttava.foundation.directory import users
from tuttava.foundation.directory.finding import company_of_id, user_called
from tuttava.foundation.directory.models import Company, PermissionSet, User, UserPermissionSet
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import UserPreference
from tuttava.foundation.schemas import current_schema

THEMES = ("light", "dark", "auto")


def set_theme(user: User, theme: str) -> None:
    """Choose the appearance of every page; raises ``value_invalid``."""
    if theme not in THEMES:
        raise DomainError(
            "value_invalid", _("There is no appearance “%(value)s”.") % {"value": theme[:20]}, field="theme"
        )
    User.objects.filter(pk=user.pk).update(theme=theme)
    user.theme = theme


def set_language(user: User, language: str) -> None:
    """Choose the language of every page, in this company and in all others; raises ``value_invalid``."""
    if language not in dict(settings.LANGUAGES):
        raise DomainError(
            "value_invalid", _("There is no language “%(value)s”.") % {"value": language[:20]}, field="language"
        )
    User.objects.filter(pk=user.pk).update(language=language)
    user.language = language
    with unit_of_work("set language"):
        UserPreference.objects.filter(user_name=user.username).exclude(language="").update(language=language)


def set_work_date(user: User, date: dt.date | None) -> None:
    """Work as if it were ``date`` (None: today) in this company; needs the right ``api.set_work_date``."""
    require("api.set_work_date")
    chosen = None if date == current().today else date
    with unit_of_work("set work date"):
        UserPreference.objects.update_or_create(user_name=user.username, defaults={"work_date": chosen})


def visible(rows: QuerySet[UserPreference]) -> QuerySet[UserPreference]:
    """One's own preferences in this company, an administrator's everybody's who may enter it; made where missing."""
    if current().may("api.admin"):
        names = _entering().values("username")
    else:
        names = User.objects.filter(username=current().user_name).values("username")
    known = UserPreference.objects.filter(user_name=OuterRef("username"))
    missing = list(names.filter(~Exists(known)).values_list("username", flat=True))
    if missing:
        with unit_of_work("prepare preferences"):
            made = (UserPreference(user_name=name) for name in missing)
            UserPreference.objects.bulk_create(made, ignore_conflicts=True)
    return rows.filter(user_name__in=names)


def _entering() -> QuerySet[User]:
    """The enabled users who may enter this company."""
    company = Company.objects.filter(schema=current_schema() or "").first()
    sets = [
        each.code
        for each in PermissionSet.objects.all()
        if any(right.split(":")[0] == "api.read" for right in each.permissions)
    ]
    given = UserPermissionSet.objects.filter(
        Q(company__isnull=True) | Q(company=company), user=OuterRef("pk"), permission_set__code__in=sets
    )
    return User.objects.filter(Q(is_superuser=True) | Exists(given), is_active=True)


def change(record: UserPreference, values: Mapping[str, Any], version: int | None = None) -> UserPreference:
    """Change what a user prefers here; others' preferences need ``api.admin``, a work date ``api.set_work_date``.

    ``default_company`` (an id; blank: none) holds for all companies. Raises ``not_found`` for a time zone, language,
    salesperson or company that there is not.
    """
    if record.user_name != current().user_name:
        require("api.admin", "userPreferences")
    if "work_date" in values:
        require("api.set_work_date", "userPreferences")
    here = {name: value for name, value in values.items() if name != "default_company"}
    changed = records.change(record, here, version=version, in_order=True)
    if "default_company" in values:
        company = company_of_id(values["default_company"])
        users.change(user_called(record.user_name), {"default_company": company.pk if company else None})
    return changed
