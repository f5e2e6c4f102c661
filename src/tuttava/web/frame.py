"""What the frame around every page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tuttava.foundation.context import current
from tuttava.foundation.directory.models import User
from tuttava.foundation.directory.permissions import companies_of
from tuttava.ui import registry
from tuttava.web import accounts, manual
from tuttava.web.jobs import work_of

_STYLES = (
    *("tokens", "base", "frame", "controls", "palette", "lists"),
    *("cards", "fields", "inputs", "facts", "history", "dialogs", "editor", "sheets"),
)
STYLESHEETS = [f"ui/css/{name}.css" for name in _STYLES]
LANGUAGE_NAMES = {"en": "English", "nb": "Norsk bokmål", "nl": "Nederlands", "fi": "Suomi"}


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the frame: rooms, companies to switch to, the one in use, work date, language, appearance."""
    user = cast("User | None", getattr(request, "user", None))
    plain = {"stylesheets": STYLESHEETS}
    if user is None or not user.is_authenticated:
        return plain
    if getattr(request, "htmx", False) and not request.htmx.boosted:  # type: ignore[attr-defined]
        return plain
    company = getattr(request, "company", None)
    return plain | {
        "company": company,
        "companies": companies_of(user),
        "acting": current(),
        "may_set_work_date": current().may("api.set_work_date"),
        "nav": _nav(request) if company else [],
        "work": work_of(current().user_name) if company else None,
        "theme": user.theme or "auto",
        "themes": [
            ("light", _("Light"), "sun"),
            ("dark", _("Dark"), "moon"),
            ("auto", _("Automatic"), "computer-desktop"),
        ],
        "languages": [(code, LANGUAGE_NAMES.get(code, str(words))) for code, words in settings.LANGUAGES],
        "language": get_language(),
        "account_entries": accounts.ENTRIES,
        "shortcuts": _shortcuts(),
        "scripts": registry.scripts() if company else [],
        "keyed": [each for each in registry.commands() if each.everywhere] if company else [],
        "help_url": manual.help_url(request.path) if company else "",
    }


@dataclass
class RailItem:
    """A room in the rail; ``here`` when the page lies in it, ``last`` when it stands at the foot."""

    entry: registry.Entry
    href: str
    last: bool
    here: bool = False


def _nav(request: HttpRequest) -> list[RailItem]:
    """The rail, with the room marked that the address lies in."""
    home = reverse("home")
    items = [RailItem(entry, entry.href, entry.order >= 900) for entry in registry.nav()]
    around = [
        item
        for item in items
        if request.path == item.href or (item.href != home and request.path.startswith(item.href))
    ]
    if around:
        max(around, key=lambda item: len(item.href)).here = True
    return items


def _shortcuts() -> list[tuple[str, list[tuple[str, str]]]]:
    """The overlay that lists all keys."""
    return [
        (
            _("Everywhere"),
            [
                ("Ctrl K", _("Tell me: find pages, actions and records")),
                ("Alt Q", _("The same")),
                ("L", _("Log an interaction")),
                ("?", _("This list")),
                ("Esc", _("Close, or take back what is being typed")),
            ],
        ),
        (
            _("In a list"),
            [
                ("/", _("Search the list")),
                ("J", _("Next row")),
                ("K", _("Previous row")),
                ("Enter", _("Open the row")),
                ("X", _("Select the row")),
                ("N", _("New")),
                ("]", _("Next page")),
                ("[", _("Previous page")),
            ],
        ),
        (
            _("Among duplicates"),
            [
                ("←", _("Keep the left one")),
                ("→", _("Keep the right one")),
                ("↑ ↓", _("To the next field that differs")),
                (_("Space"), _("Pick a side for the field")),
                ("P", _("Pick the better values")),
                ("A", _("Take all that look alike along")),
                ("N", _("Not the same")),
                ("L", _("Later")),
                ("U", _("Undo")),
                ("J", _("Next pair")),
                ("K", _("Previous pair")),
            ],
        ),
        (
            _("On a card"),
            [
                ("E", _("Edit")),
                ("Tab", _("Next field")),
            ],
        ),
    ]
