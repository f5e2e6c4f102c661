"""The suggestion to create contacts for records that have none, until one does or hides it (B-54)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuttava.foundation.context import current, require
from tuttava.foundation.errors import Text
from tuttava.relations.models import HiddenNotice
from tuttava.relations.pages.registers import SHOWN, list_url
from tuttava.ui import registry
from tuttava.ui.answers import back
from tuttava.ui.banners import Banner, Way

NO_CONTACT = "no_contact"
#: The page on which contacts are created for all records of a register that have none.
FOUND = "relations-found"

_IN_LIST: dict[str, Text] = {
    "customer": _(
        "Some of these customers have no contact behind them. With one, everything said to them has a place."
    ),
    "vendor": _("Some of these vendors have no contact behind them. With one, everything said to them has a place."),
}
_ON_CARD: dict[str, Text] = {
    "customer": _("This customer has no contact behind it. With one, everything said to it has a place."),
    "vendor": _("This vendor has no contact behind it. With one, everything said to it has a place."),
}
_FOUND_WORDS: dict[str, Text] = {
    "customer": _("Create contacts from customers"),
    "vendor": _("Create contacts from vendors"),
}


def is_hidden_notice(table: str) -> bool:
    """Whether the user opted out of the suggestion for this register."""
    hidden = HiddenNotice.objects.filter(user_name=current().user_name, notice=NO_CONTACT, table=table)
    return hidden.exists()


def suggest_contacts_in_list(table: str) -> Callable[[list[Any]], Banner | None]:
    """The suggestion above a list in which some record shown has no contact."""

    def banner(rows: list[Any]) -> Banner | None:
        if all(row.hub is not None for row in rows) or is_hidden_notice(table):
            return None
        return Banner(_IN_LIST[table], _founding(table), _hide_url(table))

    return banner


def suggest_contact(table: str, record: Any) -> Banner | None:
    """The suggestion on the card of a record that has none."""
    if is_hidden_notice(table):
        return None
    here = Way(_("Create contact"), reverse(f"{table}-contact", kwargs={"pk": record.pk}), "post", "user-plus")
    return Banner(_ON_CARD[table], [here, *_founding(table)], _hide_url(table))


def _founding(table: str) -> list[Way]:
    """The way to the page that creates contacts for a whole register."""
    if not registry.has_route(FOUND):
        return []
    return [Way(_FOUND_WORDS[table], reverse(FOUND, kwargs={"table": table}), "link", "users")]


def _hide_url(table: str) -> str:
    return reverse("relations-hide-notice", kwargs={"table": table})


def hide(request: HttpRequest, table: str) -> HttpResponse:
    """Never suggest it again to this user for this register."""
    if request.method != "POST" or table not in _IN_LIST:
        raise Http404
    require("api.read", SHOWN[table].set_name)
    HiddenNotice.objects.get_or_create(user_name=current().user_name, notice=NO_CONTACT, table=table)
    return HttpResponseRedirect(back(request, list_url(table)))


registry.add_route("registers/<slug:table>/hide-notice", hide, "relations-hide-notice")
