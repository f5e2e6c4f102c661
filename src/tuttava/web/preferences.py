"""The frame's own forms: appearance, language and work date."""

from __future__ import annotations

import datetime as dt
from typing import cast
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuttava.foundation.directory import preferences
from tuttava.foundation.directory.models import User
from tuttava.foundation.errors import DomainError


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Store what was chosen and go back to the page it was chosen on."""
    user = cast(User, request.user)
    if "theme" in request.POST:
        preferences.set_theme(user, request.POST["theme"])
    if "language" in request.POST:
        preferences.set_language(user, request.POST["language"])
    if "work_date_today" in request.POST:
        preferences.set_work_date(user, None)
    elif "work_date" in request.POST:
        preferences.set_work_date(user, _date(request.POST["work_date"]))
    if "background" in request.POST:
        return HttpResponse(status=204)
    return HttpResponseRedirect(back(request))


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise DomainError("value_invalid", _("Type the work date as a date."), field="work_date") from error


def back(request: HttpRequest) -> str:
    """The page the form was on, if it is one of ours."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc != request.get_host() or not parts.path.startswith("/"):
        return reverse("home")
    return parts.path + (f"?{parts.query}" if parts.query else "")
