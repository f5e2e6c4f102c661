"""Language tags such as ``nb-NO``: how dates and numbers are written for somebody."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import gettext as _

from tuttava.foundation.errors import DomainError


@lru_cache(maxsize=1000)
def language_tag(text: str) -> str:
    """``text`` in its usual spelling (``nb-no`` becomes ``nb-NO``), or blank when no such tag is known."""
    try:
        locale = Locale.parse(text.strip(), sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        return ""
    return "-".join(part for part in (locale.language, locale.script, locale.territory) if part)


def check_format_region(text: str, *, field: str) -> str:
    """The tag in its usual spelling; blank stays blank; unknown: ``not_found``."""
    if not text.strip():
        return ""
    tag = language_tag(text.replace("_", "-"))
    if not tag:
        raise DomainError(
            "not_found",
            _("“%(tag)s” is not a known region format. Use a language tag such as nb-NO.") % {"tag": text},
            field=field,
        )
    return tag
