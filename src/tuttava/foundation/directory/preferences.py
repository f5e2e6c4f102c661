"""What a user chooses for himself: appearance, language, work date."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _

from tuttava.foundation.context import current, require
from tuttava.foundation.directory.models import User
from tuttava.foundation.errors import DomainError
from tuttava.foundation.journal import unit_of_work
from tuttava.foundation.models import UserPreference

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
