"""Building search strings, asked for on contacts (17.1)."""

from __future__ import annotations

from tuttava.api import edm
from tuttava.api.declare import CRM, Action, Parameter
from tuttava.contacts.models import Contact
from tuttava.duplicates.classic.index import build_index
from tuttava.duplicates.classic.job import generate
from tuttava.duplicates.models import ContactDuplicate
from tuttava.duplicates.queries import listed_pairs
from tuttava.foundation.context import require


def _rebuild(contact: Contact) -> list[ContactDuplicate]:
    """D-8: the pairs of the contact as they are now, on whichever side it stands."""
    require("api.write", "contacts")
    build_index([contact])
    pairs = listed_pairs()
    return sorted([*pairs.filter(contact=contact), *pairs.filter(duplicate=contact)], key=lambda pair: str(pair.pk))


CRM.extend(
    "contacts",
    actions=(
        Action("rebuildSearchStrings", _rebuild, returns="contactDuplicates", returns_many=True),
        Action("generateSearchStrings", generate, (Parameter("filter", edm.UNTYPED),), on_set=True, long=True),
    ),
)
