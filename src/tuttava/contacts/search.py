"""Finding contacts by what people type; how it goes, see :mod:`tuttava.foundation.search`."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from tuttava.contacts.models import Contact
from tuttava.foundation import search


def search_ids(text: str, *, limit: int = 50, base: QuerySet[Contact] | None = None) -> list[uuid.UUID]:
    """Ids of the contacts that ``text`` means, best first, at most ``limit``; ``base`` narrows what is looked at."""
    return search.search_ids(text, Contact.objects.all() if base is None else base, limit=limit)
