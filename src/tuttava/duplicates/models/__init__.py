"""What the duplicate search stores: search strings, keys, pairs, answers and what they taught."""

from __future__ import annotations

from tuttava.duplicates.models.keys import ContactMatchKey, MatchingState
from tuttava.duplicates.models.pairs import ContactDuplicate, DuplicateAnswer
from tuttava.duplicates.models.strings import ContactSearchString, DuplicateSearchStringSetup, PartOfField, SearchIndex

__all__ = [
    "ContactDuplicate",
    "ContactMatchKey",
    "ContactSearchString",
    "DuplicateAnswer",
    "DuplicateSearchStringSetup",
    "MatchingState",
    "PartOfField",
    "SearchIndex",
]
