"""Where the search stands, in figures."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from tuttava.duplicates.models import ContactDuplicate, DuplicateAnswer, MatchingState
from tuttava.duplicates.smart import standing


def figures() -> dict[str, Any]:
    """Pairs by kind, answers, over how many contacts values were counted, and when the base was compared last.

    ``complete``: whether the keys of all contacts stand; they do not while they are made anew.
    """
    still_open = Q(separate_contacts=False)
    found = ContactDuplicate.objects.aggregate(
        open_pairs=Count("pk", filter=still_open),
        found_by_likeness=Count("pk", filter=still_open & Q(smart=True)),
        found_by_search_strings=Count("pk", filter=still_open & Q(classic=True)),
        separate_pairs=Count("pk", filter=~still_open),
    )
    state = MatchingState.objects.defer("statistics").first()
    return {
        **found,
        "answers": DuplicateAnswer.objects.count(),
        "contacts_counted": state.counted if state else 0,
        "searched_at": state.searched_at if state else None,
        "complete": standing.is_whole(),
    }
