"""The page of the search strings that are compared (D.5)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tuttava.duplicates.models import DuplicateSearchStringSetup
from tuttava.ui.lists.codes import code_table
from tuttava.ui.lists.declare import Sort

SETUP = code_table(
    DuplicateSearchStringSetup,
    path="duplicate-search-strings",
    group=_("Organisation"),
    title=_("Duplicate search strings"),
    description=_(
        "Which parts of which fields of companies are compared. Two companies that share enough of them become a pair."
    ),
    icon="document-duplicate",
    order=30,
    fields=("field_name", "part_of_field", "length"),
    sorts=(Sort("key", ("field_name", "part_of_field", "id")),),
)
