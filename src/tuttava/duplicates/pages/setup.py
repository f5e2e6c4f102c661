"""The page of the search strings that are compared (D.5)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.duplicates.classic.outdated import is_outdated
from tuttava.duplicates.models import DuplicateSearchStringSetup
from tuttava.ui.banners import Banner, Way
from tuttava.ui.lists.codes import code_table
from tuttava.ui.lists.declare import Sort

SETUP = code_table(
    DuplicateSearchStringSetup,
    path="duplicate-search-strings",
    group=gettext_lazy("Organisation"),
    title=gettext_lazy("Duplicate search strings"),
    description=gettext_lazy(
        "Which parts of which fields of companies are compared. Two companies that share enough of them become a pair."
    ),
    icon="document-duplicate",
    order=30,
    fields=("field_name", "part_of_field", "length"),
    sorts=(Sort("key", ("field_name", "part_of_field", "id")),),
)


def _outdated(_rows: list[Any]) -> Banner | None:
    """The stored strings are not what the setup says (D-7)."""
    if not is_outdated():
        return None
    text = _("The stored search strings are not what this setup says any more, until they are generated again.")
    return Banner(text, [Way(_("Generate search strings"), reverse("duplicates-generate"), "dialog", "arrow-path")])


SETUP.banner = _outdated
